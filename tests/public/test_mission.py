"""The page of a mission: texts, facts, ledger with evidence and corrections, field history, sources."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import Source
from missions.status import Basis, Status
from tests import factories
from tests.public.dom import parse
from tests.public.reading import cells, dates, links, section, statuses

pytestmark = pytest.mark.usefixtures("noon")
SECRET = "Li Na, who wrote it"


@pytest.fixture
def mission(noon):
    return factories.mission("FP-001", due=date(2024, 12, 31))


def page_of(client, query="", language="en", code="FP-001"):
    return parse(client.get(f"/{language}/missions/{code}/{query}"))


def ledger(client, query=""):
    """The entries of the ledger by their numbers, in the page's order."""
    items = section(page_of(client, query), "ledger").all("ol")[0].children
    return {int(item["id"].removeprefix("change-")): item for item in items if not isinstance(item, str)}


def summary(client, query=""):
    """The part above the ledger: status, its first day, due date and remarks."""
    return page_of(client, query).one("main").all("strong")[0].parent.parent


def test_the_ledger_runs_from_the_newest_effective_day_back_and_shows_before_and_after(client, mission):
    late = factories.report(mission, Status.PAUSED, on=date(2024, 5, 1))
    early = factories.report(mission, Status.IN_PROGRESS, on=date(2023, 5, 1))
    same = factories.report(mission, Status.IN_PROGRESS, on=date(2023, 5, 1))
    by = {"reported_by": factories.organisation("O2")}
    moved = factories.deadline(mission, date(2025, 6, 30), on=date(2024, 2, 1), **by)
    lifted = factories.deadline(mission, None, on=date(2024, 3, 1))
    opening = mission.changes.get(kind="opening")

    shown = ledger(client)
    assert [
        (number, item.all("time")[0]["datetime"], statuses(item), dates(item)[2:]) for number, item in shown.items()
    ] == [
        (late.pk, "2024-05-01", ["in_progress", "paused"], []),
        (lifted.pk, "2024-03-01", [], ["30 Jun 2025"]),
        (moved.pk, "2024-02-01", [], ["31 Dec 2024", "30 Jun 2025"]),
        (same.pk, "2023-05-01", ["in_progress"], []),
        (early.pk, "2023-05-01", ["unreported", "in_progress"], []),
        (opening.pk, "2021-02-24", ["unreported"], ["31 Dec 2024"]),
    ]
    assert [links(item)[0] for item in shown.values()] == [f"#change-{number}" for number in shown]
    assert (links(shown[moved.pk])[1], "Municipal Government" in shown[moved.pk].text) == ("/en/owners/O2/", True)
    assert "30 Jun 2024, 12:00" in shown[moved.pk].text  # recorded at 04:00 UTC
    # The first date is named beside one that was moved.
    parts = summary(client), summary(client, "?as_of=2024-02-15")
    assert [(statuses(part)[:1], dates(part)[:2]) for part in parts] == [
        (["paused"], ["1 May 2024", "31 Dec 2024"]),
        (["in_progress"], ["1 May 2023", "30 Jun 2025"]),
    ]


def test_a_corrected_entry_remains_and_both_link_to_each_other(client):
    with time_machine.travel(datetime(2024, 6, 29, 4, tzinfo=UTC), tick=False):
        mission = factories.mission("FP-001")
        wrong = factories.report(mission, Status.COMPLETED, on=date(2024, 1, 1))
    right = factories.correct(wrong, status=Status.IN_PROGRESS)

    struck, correction = (ledger(client)[entry.pk] for entry in (wrong, right))
    assert [statuses(item) for item in (struck, correction)] == [
        ["unreported", "completed", "in_progress"],
        ["unreported", "in_progress", "completed"],
    ]
    assert (links(struck)[-1], links(correction)[-1]) == (f"#change-{right.pk}", f"#change-{wrong.pk}")
    assert (len(struck.all("strong")), correction.all("strong")) == (1, [])
    then = ledger(client, "?known_at=2024-06-29")
    assert (right.pk in then, statuses(then[wrong.pk])) == (False, ["unreported", "completed"])


@pytest.mark.parametrize("day", ["2024-02-15", "2024-04-15"])
def test_a_correction_of_the_day_leaves_no_link_to_an_entry_off_the_page(client, mission, day):
    factories.correct(factories.report(mission, Status.PAUSED, on=date(2024, 3, 1)), effective_on=date(2024, 2, 1))
    factories.correct(factories.report(mission, Status.IN_PROGRESS, on=date(2024, 4, 1)), effective_on=date(2024, 5, 1))
    page = page_of(client, f"?as_of={day}")
    ids = {element.get("id") for element in page.walk()}
    assert [link for link in links(page) if link.startswith("#") and link[1:] not in ids] == []


def test_public_evidence_names_what_it_cites_in_its_language(client, mission):
    names = {"title": "A < B", "publisher": "Daily & Co", "url": "https://example.org/?a=1&b=2"}
    cited = factories.evidence(**names, published_on=date(2020, 5, 6), event_on=date(2020, 5, 5))
    hidden = factories.evidence(title="Not for the public", url="https://example.org/secret", is_public=False)
    chinese = factories.evidence(title="任务进展通报", publisher="上海市人民政府", url="", event_on=date(2021, 2, 24))
    entry = factories.report(mission, Status.PAUSED, on=date(2021, 2, 24), evidence=[cited, hidden, chinese])

    item = ledger(client)[entry.pk]
    assert links(item)[1:] == ["https://example.org/?a=1&b=2"]
    shown = [part for part in item.all("p") if part.all(lang="en") or part.all(lang="zh-Hans")]
    assert [(part.text, {text["lang"] for text in part.all("span")}) for part in shown] == [
        ("A < B · Daily & Co, 6 May 2020 · event of 5 May 2020", {"en"}),
        ("任务进展通报 · 上海市人民政府", {"zh-Hans"}),
    ]


def test_a_joint_statement_and_no_report_at_all_are_marked_as_no_proof(client, mission):
    def notes(query=""):
        return [part.text for part in summary(client, query).all("p") if "this one is done" in part.text]

    factories.report(mission, Status.COMPLETED, on=date(2024, 3, 1), basis=Basis.COLLECTIVE)
    own = factories.report(mission, Status.COMPLETED, on=date(2024, 4, 1))
    joint, unreported = notes("?as_of=2024-03-31"), notes("?as_of=2024-02-29")
    assert (len(joint), len(unreported), joint != unreported, notes()) == (1, 1, True, [])
    factories.correct(own, basis=Basis.COLLECTIVE)
    assert notes() == joint


# --- field history ----------------------------------------------------------------------------------------------------


def edit(record, day, **fields):
    """Saves the record at eight in the morning, Shanghai, of a day in June 2024."""
    record = type(record).objects.get(pk=record.pk)
    vars(record).update(fields)
    with time_machine.travel(datetime(2024, 6, day, 0, tzinfo=UTC), tick=False):
        record.save()


def history(client, record, query="", language="en"):
    """The rows of the field history; None where the page has none."""
    page = parse(client.get(record.get_absolute_url().replace("/en/", f"/{language}/") + query))
    return cells(section(page, "field-history").one("table")) if page.all(id="field-history") else None


def test_the_field_history_shows_field_old_and_new_and_never_who(client):
    with time_machine.travel(datetime(2024, 5, 1, tzinfo=UTC), tick=False):
        mission = factories.mission("M-1", kind="policy")
    edit(mission, 3, kind="project", clause="Clause 3", clause_zh="第三条", _history_user=factories.user(SECRET))
    edit(mission, 10, title_en="Renamed")
    type(mission).objects.get().areas.add(factories.area("A1"))

    old = [
        ["3 Jun 2024", "Kind", "Policy", "Project"],
        ["3 Jun 2024", "Clause (English)", "–", "Clause 3"],
        ["3 Jun 2024", "Clause (Chinese)", "–", "第三条"],
    ]
    title = ["10 Jun 2024", "Title (English)", mission.title_en, "Renamed"]
    assert history(client, mission) == [["30 Jun 2024", "Areas", "–", "A1 Area A1"], title, *old]
    assert history(client, mission, "?known_at=2024-06-03") == old
    assert history(client, mission, "?known_at=2024-06-02") is None
    assert mission.history.filter(history_user__username=SECRET).exists()
    assert SECRET not in client.get(mission.get_absolute_url()).text


def test_the_field_history_begins_when_the_record_is_public(client):
    instrument = factories.instrument("M24", title_en="Secret name", citation="https://hijacked.example/")
    edit(instrument, 1, title_en="Published name")
    mission = factories.mission("M-1", opened=False, instrument=instrument, title_en="Secret draft")
    edit(mission, 2, title_en="Published title")
    with time_machine.travel(datetime(2024, 6, 3, tzinfo=UTC), tick=False):
        factories.opening(mission)
    assert (history(client, mission), history(client, instrument)) == (None, None)
    edit(mission, 4, title_en="Corrected title")
    edit(instrument, 4, official_total=24, position=7, citation="")  # an address that was removed is not named
    assert history(client, mission) == [["4 Jun 2024", "Title (English)", "Published title", "Corrected title"]]
    assert history(client, instrument) == [["4 Jun 2024", "Official number of missions", "–", "24"]]


@pytest.mark.parametrize(
    ("make", "fields", "row"),
    [
        (factories.theme, {"name_en": "New", "position": 9}, ["Name (English)", "Theme T1", "New"]),
        (factories.area, {"zone": "northern belt", "position": 9}, ["Zone", "Core", "Northern belt"]),
        (factories.organisation, {"level": "bank", "position": 9}, ["Level", "Agency", "Bank"]),
    ],
)
def test_other_records_show_the_history_of_their_public_fields_alone(client, make, fields, row):
    record = make()
    assert history(client, record) is None
    edit(record, 3, **fields)
    assert history(client, record) == [["3 Jun 2024", *row]]
    assert history(client, record, language="zh-hans")[0][0] == "2024年6月3日"


# --- sources ----------------------------------------------------------------------------------------------------------


def test_evidence_shows_its_source_as_it_is_now_and_the_ledger_keeps_what_was_recorded(client, mission):
    old = {"title": "Alter Titel", "publisher": "altverlag.example", "url": "https://altes.example/seite"}
    new = {"title": "Neuer Titel", "title_zh": "新标题", "publisher": "Neuverlag", "url": "https://neues.example/seite"}
    source = factories.source("s1", **old, form="original")
    cited = [factories.evidence(**old, source=source), factories.evidence(title="Eigener")]
    factories.report(mission, Status.COMPLETED, evidence=cited)
    Source.objects.filter(pk=source.pk).update(**new)

    for language, title in [("en", "Neuer Titel"), ("zh-hans", "新标题")]:
        text = client.get(f"/{language}/missions/FP-001/").text
        assert [word for word in (title, "Neuverlag", "neues.example", "Eigener") if word not in text] == []
        assert [word for word in old.values() if word in text] == []
    assert "neues.example" in client.get("/en/changes.csv").getvalue().decode()
    assert [word for word in old.values() if word not in client.get("/data/ledger.jsonl").getvalue().decode()] == []


@pytest.mark.parametrize(
    ("form", "url", "english", "chinese"),
    [
        ("original", "https://example.org/", "", ""),
        ("copy", "https://example.org/", " · copy", " · 转载"),
        ("translation", "", " · read in a copy (translation)", " · 转载页（译文）"),
        ("", "", "", ""),
    ],
)
def test_a_source_says_how_it_was_read_and_is_a_link_where_it_has_an_address(
    client, mission, form, url, english, chinese
):
    words = {"title": "Plan", "title_zh": "方案", "publisher": "Paper", "publisher_zh": "报社"}
    mission.sources.add(factories.source("s1", **words, url=url, form=form, seen_at="https://gesehen.example/kopie"))
    for language, text in {"en": f"Plan · Paper{english}", "zh-hans": f"方案 · 报社{chinese}"}.items():
        page = page_of(client, language=language)
        shown = section(page, "sources")
        assert (shown.one("li").text, links(shown)) == (text, [url] if url else [])
        assert "gesehen" not in page.text
