"""A second load: only what is new or changed in the files is written, and what was edited here stays."""

from datetime import date

import pytest

from missions.models import (
    Area,
    Evidence,
    Instrument,
    LoadedEvent,
    Mission,
    Organisation,
    Source,
    StatusChange,
    Theme,
    record,
)
from tests import factories
from tests.exchange import folders
from tests.exchange.folders import (
    NOTHING,
    SMALL,
    add_column,
    append,
    change,
    differing,
    everything,
    load,
    read,
    refused,
    replace,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(module_db):
    load(SMALL)


@pytest.fixture(autouse=True)
def world(loaded, db):
    """The small programme, loaded once for the module."""


def edit(model, code, **fields):
    record = model.objects.get(**{"key" if model is Source else "code": code})
    for name, value in fields.items():
        setattr(record, name, value)
    record.save()
    return record


# --- records ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("option", [[], ["--force"], ["--dry-run"]])
def test_second_load_writes_nothing(option):
    before = everything()

    assert load(SMALL, *option) == NOTHING
    assert everything() == before


def test_changes_in_the_files_change_their_records(folder):
    change(folder, "sources.csv", "plan", title="Another plan", published_on="")
    change(folder, "areas.csv", "NORTH", zone="hub-wide")
    change(folder, "instruments.csv", "WP", name_en="New plan", official_total="5", notes="=1+1")
    change(folder, "owners.csv", "BANK", parent_code="CITY", source="by remit, not stated in a source")
    change(folder, "missions.csv", "WP-3", title_en="Another form", theme="GREEN", clause="")
    change(folder, "missions.csv", "WP-4", title_en="Another", supporting_owners="BANK;PORT", areas="SOUTH")
    change(folder, "reported_figures.csv", "2024-12-31", indicator_zh="另一指标", value="3.75")

    report = load(folder)

    changed = {"sources": 1, "areas": 1, "instruments": 1, "owners": 1, "missions": 2, "reported_figures": 1}
    assert (report.counts, report.entries) == ({table: (0, count) for table, count in changed.items()}, 0)
    assert [each for each in report.places if each.startswith("missions")] == [
        *(f"missions.csv 5 {column}" for column in ("title_en", "theme", "clause")),
        *(f"missions.csv 6 {column}" for column in ("title_en", "supporting_owners", "areas")),
    ]
    assert differing(folder) == {}
    assert load(folder) == NOTHING
    newest, _first = Mission.objects.get(code="WP-4").history.all()  # one version, with its lists
    assert (newest.title_en, {link.area.code for link in newest.areas.all()}) == ("Another", {"SOUTH"})
    assert {link.organisation.code for link in newest.supporting_owners.all()} == {"BANK", "PORT"}


def test_an_edit_here_is_a_conflict_that_only_force_overwrites(folder):
    edit(Theme, "GREEN", name_en="Greener harbour")
    Mission.objects.get(code="WP-3").areas.set([Area.objects.get(code="NORTH")])
    factories.theme("FISH", name_en="Made here", name_zh="渔", position=3)
    append(folder, "themes.csv", "FISH,Fish,渔")
    before = everything()[1:3]
    conflicts = ["themes.csv 3 name_en", "themes.csv 4 name_en", "missions.csv 5 areas"]

    assert load(folder).places == conflicts
    assert (everything()[1:3], Theme.objects.get(code="GREEN").name_en) == (before, "Greener harbour")
    assert load(folder, "--force") == ({"themes": (0, 2), "missions": (0, 1)}, 0, conflicts)
    assert differing(folder) == {}


def test_an_edit_here_and_another_in_the_file_stay_a_conflict_and_the_same_edit_is_none(folder):
    edit(Theme, "GREEN", name_en="Greener harbour")
    edit(Theme, "QUAY", name_en="Piers")
    edit(Mission, "WP-2", description_en="Deepen the basin\r\nto twelve metres.")
    change(folder, "themes.csv", "GREEN", name_en="Clean harbour", name_zh="清洁港口")
    change(folder, "themes.csv", "QUAY", name_en="Piers")

    assert load(folder) == ({"themes": (0, 1)}, 0, ["themes.csv 3 name_zh", "themes.csv 3 name_en"])
    assert load(folder) == ({}, 0, ["themes.csv 3 name_en"])
    assert Theme.objects.values_list("name_en", "name_zh").get(code="GREEN") == ("Greener harbour", "清洁港口")
    # What the file states is known by now: a later change of it is no conflict.
    change(folder, "themes.csv", "QUAY", name_en="Piers and quays")
    assert load(folder).counts == {"themes": (0, 1)}


def test_records_that_left_the_files_stay_and_are_listed(folder):
    here = factories.mission("HERE-1")
    append(folder, "themes.csv", "OLD,Old,旧")
    load(folder)
    before = everything()

    assert load(SMALL) == ({}, 0, ["themes.csv"])
    assert everything() == before
    here.refresh_from_db()
    assert (here.loaded, here.history.count()) == (None, 1)


def test_a_due_date_of_the_file_is_a_conflict_even_with_force(folder):
    factories.deadline(Mission.objects.get(code="WP-2"), date(2031, 6, 30), on=date(2025, 1, 1))
    change(folder, "missions.csv", "WP-3", due="2026-06-30")

    assert load(folder, "--force") == ({}, 0, ["missions.csv 3 due", "missions.csv 5 due"])
    due = Mission.objects.filter(code__in=("WP-2", "WP-3")).order_by("code").values_list("due", flat=True)
    assert list(due) == [date(2031, 6, 30), None]


def test_a_file_that_does_not_fit_what_is_here_is_refused(folder):
    edit(Organisation, "CITY", parent=Organisation.objects.get(code="BANK"))
    edit(Area, "ALL", parent=Area.objects.get(code="SOUTH"))
    edit(Mission, "WP-1", description_en="Edited here.")
    change(folder, "owners.csv", "BANK", parent_code="PORT")
    add_column(folder, "areas.csv", "parent_code", {"NORTH": "ALL", "SOUTH": "NORTH"})
    change(folder, "missions.csv", "WP-1", description_en="", description_zh="")
    rings = [f"{file} {line} parent_code" for file in ("areas.csv", "owners.csv") for line in (2, 3, 4)]

    assert sorted(refused(folder)) == [*rings[:3], "missions.csv 2", *rings[3:]]


def test_code_instrument_and_number_of_a_mission_never_change(folder):
    plan = Instrument.objects.get(code="WP")
    for number, provenance in ((5, "unpublished"), (6, "official")):
        factories.mission(f"HERE-{number}", instrument=plan, number=number, provenance=provenance)
    row = "WP-{0},WP,{0},other,Another,另,,,QUAY,CITY,,,,,editorial-split,"
    append(folder, "missions.csv", row.format(5), row.format(6))  # official numbers are a numbering of their own
    change(folder, "missions.csv", "WG-2", instrument="WP", number="7")

    columns = ["8 instrument", "8 number", "9 number"]
    assert refused(folder, "--force") == [f"missions.csv {column}" for column in columns]


def test_another_programme_is_refused_with_the_commands_for_a_new_site():
    lines = folders.failure("load_programme", folders.HONGQIAO, "--force").splitlines()

    assert f".venv/bin/python manage.py load_programme {folders.HONGQIAO}" in [line.strip() for line in lines]


# --- optional columns and files, sources that are gone ----------------------------------------------------------------

OPTIONAL = {
    ("sources.csv", "title_zh"): {"plan": "柳港规划"},
    ("sources.csv", "seen_at"): {"plan": "https://copy.example/"},
    ("areas.csv", "parent_code"): {"NORTH": "ALL"},
    ("missions.csv", "clause_zh"): {"WP-1": "第一部分"},
    ("reported_figures.csv", "unit_zh"): {"2024-12-31": "百万吨"},
}
NAMES = ["key", "name_en", "name_zh", "short_name_en", "short_name_zh", "about_en", "about_zh"]
PROGRAMME = ["willow", "Willow Harbour", "柳港", "Willow", "柳港", "A harbour.", "港口。"]


def test_optional_columns_and_files_fill_records_and_keep_them_when_they_are_missing_again(folder):
    for (file, column), cells in OPTIONAL.items():
        add_column(folder, file, column, cells)
    write(folder, "programme.csv", [NAMES, PROGRAMME])
    write(folder, "timeline.csv", [["date", "label_en", "label_zh", "source_key"], ["2024-03-01", "A", "一", "plan"]])
    write(folder, "contradictions.csv", [["key", "text_en", "text_zh"], ["six", "Six or four.", "六或四。"]])
    counts = load(folder).counts

    assert {table for table, count in counts.items() if count == (1, 0)} == {"programme", "timeline", "contradictions"}
    assert differing(folder) == {}
    before = everything()
    assert load(SMALL) == NOTHING
    assert everything() == before
    assert differing(folder) == {}
    write(folder, "programme.csv", [NAMES, PROGRAMME, ["another", *PROGRAMME[1:]]])
    assert refused(folder) == ["programme.csv 3"]


def test_a_source_that_left_the_file_loses_address_and_publisher_until_it_returns(folder):
    factories.source("here", url="https://example.org/here")
    append(folder, "sources.csv", "more,More (invented),hijacked.example,2024-01-01,https://hijacked.example/,en")
    load(folder)
    edit(Source, "more", seen_at="https://hijacked-2.example/", publisher="Edited here")
    stated = Source.objects.values_list("title", "url", "seen_at", "publisher", "publisher_zh")

    assert load(SMALL) == ({"sources": (0, 1)}, 0, ["sources.csv"])
    assert stated.get(key="more") == ("More (invented)", "", "", "Publisher not named", "来源未注明")
    before = everything()
    load(SMALL)
    assert everything() == before
    load(folder)
    assert stated.get(key="more")[:2] == ("More (invented)", "https://hijacked.example/")
    assert stated.get(key="here")[1] == "https://example.org/here"


# --- events -----------------------------------------------------------------------------------------------------------

HEADER = ["key", "mission_code", "date", "new_status", "headline_en", "headline_zh", "source_key"]
KEYS = ["begin", "open", "basin", "berths", "power"]
BEGIN, OPEN, BASIN, BERTHS, POWER = EVENTS = [
    [key, *row] for key, row in zip(KEYS, read(SMALL, "events.csv")[1:], strict=True)
]


def row(base, **cells):
    return list((dict(zip(HEADER, base, strict=True)) | cells).values())


def rewrite(folder, *rows):
    write(folder, "events.csv", [HEADER, *rows])
    return folder


@pytest.fixture
def keyed(folder):
    """The events of the small programme, which were loaded without a key, take the keys of the file over."""
    assert load(rewrite(folder, *EVENTS)) == NOTHING
    assert set(LoadedEvent.objects.values_list("key", flat=True)) == set(KEYS)
    return folder


@pytest.mark.both_databases
def test_a_changed_row_becomes_one_correction_of_its_entry(keyed):
    entry = LoadedEvent.objects.get(key="begin").entry
    rewrite(keyed, row(BEGIN, date="2023-05-30", headline_zh="栈桥动工", source_key="plan"), *EVENTS[1:])

    assert load(keyed) == ({}, 1, [f"events.csv 2 {column}" for column in ("date", "headline_zh", "source_key")])
    correction = entry.correction
    # It takes effect no earlier than its mission.
    assert (correction.kind, correction.recorded_by, correction.effective_on) == ("correction", None, date(2024, 3, 1))
    assert StatusChange.objects.count() == 12
    assert differing(keyed) == {}
    assert load(keyed) == NOTHING


@pytest.mark.parametrize(
    ("rows", "entries", "places", "status"),
    [
        (EVENTS[::-1], 0, [], "completed"),
        ([BEGIN, row(OPEN, new_status="paused"), *EVENTS[2:]], 1, ["events.csv 3 new_status"], "paused"),
        ([BEGIN, *EVENTS[2:]], 0, ["events.csv"], "completed"),
        ([*EVENTS, row(BASIN, key="new", headline_en="Again")], 1, [], "completed"),
        ([["", *each[1:]] for each in EVENTS], 0, [], "completed"),
    ],
    ids=["other order", "other status", "removed row", "another key", "no keys"],
)
def test_an_event_is_known_by_its_key(keyed, rows, entries, places, status):
    rewrite(keyed, *rows)

    assert load(keyed) == ({}, entries, places)
    assert Mission.objects.get(code="WP-1").status == status
    assert load(keyed).entries == 0


@pytest.mark.parametrize(
    ("rows", "places"),
    [
        ([row(BEGIN, mission_code="WP-3"), *EVENTS[1:]], ["events.csv 2 mission_code"]),
        ([BEGIN, row(OPEN, key="begin"), *EVENTS[2:]], ["events.csv 3 key"]),
        ([row(BEGIN, key="WP-1/2024-06-01/in_progress/1"), *EVENTS[1:]], ["events.csv 2 key"]),
    ],
)
def test_a_key_is_a_code_that_names_one_event_of_one_mission_for_good(keyed, rows, places):
    assert refused(rewrite(keyed, *rows)) == places


def test_a_correction_carries_over_what_the_file_does_not_state(keyed):
    event = LoadedEvent.objects.get(key="begin")
    same = {
        name: getattr(event.entry, name) for name in ("mission", "status", "effective_on", "headline_en", "headline_zh")
    }
    pieces = [
        Evidence(title="Minutes", url="https://example.org/minutes", is_public=False),
        Evidence(**event.entry.evidence.get().citation()),
    ]
    draft = StatusChange(kind="correction", corrects=event.entry, basis="owner", **same)
    event.entry = record(draft, pieces, by=None)
    event.save()  # as if a load had recorded it

    load(rewrite(keyed, row(BEGIN, source_key="plan"), *EVENTS[1:]))
    newest = StatusChange.objects.get(corrects=event.entry)
    assert (newest.basis, [(piece.title, piece.is_public) for piece in newest.evidence.all()]) == (
        "owner", [("Willow Harbour plan (invented)", True), ("Minutes", False)],
    )  # fmt: skip


def correct_here(**changes):
    entry = LoadedEvent.objects.get(key="begin").entry
    same = {"headline_en": entry.headline_en, "headline_zh": entry.headline_zh}
    return factories.correct(entry, evidence=[Evidence(**entry.evidence.get().citation())], **{**same, **changes})


def test_an_entry_corrected_here_is_a_conflict_that_only_force_overwrites(keyed):
    here = correct_here(status="paused", headline_zh="暂停", effective_on=date(2024, 7, 1))
    rewrite(keyed, row(BEGIN, headline_en="Works start"), *EVENTS[1:])
    conflicts = [f"events.csv 2 {name}" for name in ("date", "new_status", "headline_en", "headline_zh")]
    before = everything()

    assert load(keyed) == load(keyed) == ({}, 0, conflicts)
    assert everything() == before
    assert load(keyed, "--force") == ({}, 1, conflicts)
    assert (here.correction.status, here.correction.effective_on) == ("in_progress", date(2024, 6, 1))
    assert load(keyed, "--force") == NOTHING


def test_a_correction_here_that_the_file_follows_is_no_conflict(keyed):
    correct_here(headline_en="Works start", headline_zh="动工")

    assert load(rewrite(keyed, row(BEGIN, headline_en="Works start", headline_zh="动工"), *EVENTS[1:])) == NOTHING


def test_without_keys_an_event_is_known_by_mission_date_and_status_then_by_its_place(folder):
    append(folder, "events.csv", "WG-1,2025-06-01,in_progress,Second berth too,第二泊位,paper_2025")
    assert load(folder).entries == 1
    replace(folder, "events.csv", "First berth has shore power,", "A first berth has shore power,")

    assert load(folder) == ({}, 1, ["events.csv 6 headline_en"])
    assert differing(folder) == {}
    assert not hasattr(StatusChange.objects.get(headline_en="Second berth too"), "correction")
