"""An office's official list takes the place of the editorial missions: nothing breaks, and no day counts both."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
import time_machine
from django.db import transaction
from django.http import QueryDict

from missions.exchange.programme import load_programme
from missions.exchange.workbooks import Day
from missions.models import Mission, StatusChange
from missions.models.verification import problems as ledger_problems
from missions.report_filters import ReportFilter
from missions.reports import FORMATS
from missions.revision import snapshot
from missions.status import Status
from tests.exchange.folders import HONGQIAO, everything
from tests.exchange.registering import alone, differences, imported, plain, sheets, versions
from tests.public.dom import parse

pytestmark = pytest.mark.django_db

ISSUED, SWITCH = date(2021, 2, 24), date(2026, 11, 25)
BEFORE = SWITCH - timedelta(days=1)
# The day on which the tests import the list: two days after it takes effect.
NOW = datetime(2026, 11, 27, 4, tzinfo=UTC)
EDITORIAL = [f"FP-{number:03}" for number in range(1, 105)]


def official(number, replaces, **cells):
    plain_cells = {
        "code": f"FP-G{number:03}",
        "instrument": "FP",
        "number": float(number),
        "kind": "policy",
        "title_en": f"Official mission {number}",
        "title_zh": f"官方任务{number}",
        "theme": "TRD",
        "lead_owner": "HQ",
        "provenance": "official",
        "source_keys": "list",
        "opened_on": Day(SWITCH.isoformat()),
        "replaces": replaces,
    }
    return {**plain_cells, **cells}


def official_list():
    """104 missions: 100 for one each, one for three of ours, and three for one of ours."""
    one_each = [official(number, f"FP-{number:03}") for number in range(1, 101)]
    return [*one_each, official(101, "FP-101;FP-102、FP-103"), *(official(n, "FP-104") for n in (102, 103, 104))]


def brought_in(by=None):
    theme, owner = Mission.objects.values_list("theme__code", "lead_owner__code").first()
    rows = [{**row, "theme": theme, "lead_owner": owner} for row in official_list()]
    source = {"key": "list", "title": "Official list", "publisher": "Office", "language": "zh",
              "published_on": Day(SWITCH.isoformat()), "url": "https://example.org/list"}  # fmt: skip
    return imported([*alone("missions", *rows), *alone("sources", source)], by=by)


@pytest.fixture(scope="module")
def replaced(django_db_setup, django_db_blocker):
    """The real programme, and what was to be seen of it before the official list came in; then the list."""
    with django_db_blocker.unblock(), transaction.atomic(), time_machine.travel(NOW, tick=False):
        load_programme(HONGQIAO)
        loaded_at = StatusChange.objects.latest("id").recorded_at
        before = {
            "plain": plain(),
            "versions": versions(),
            "entries": list(StatusChange.objects.order_by("id").values()),
            "report": report(BEFORE),
            "tallies": {day: counted(day) for day in days()},
        }
        with time_machine.travel(NOW + timedelta(days=1), tick=False):
            before["found"] = brought_in()
            assert StatusChange.objects.latest("id").recorded_at > loaded_at
            yield before
        transaction.set_rollback(True)


def days():
    return [ISSUED - timedelta(1), ISSUED, date(2024, 3, 2), BEFORE]


def counted(on, known_at=None):
    """The missions of the instrument that count on a day: public, and not withdrawn."""
    missions = Mission.objects.as_of(on, known_at).filter(instrument__code="FP").exclude(status_asof=Status.WITHDRAWN)
    return sorted(missions.values_list("code", "status_asof", "since_asof", "due_asof"))


def codes(on, known_at=None):
    return [code for code, *_rest in counted(on, known_at)]


def report(on):
    """The completion report of the instrument on a day, as CSV."""
    asked = ReportFilter(QueryDict(f"instrument=FP&as_of={on}&known_at={NOW.date()}&lang=both"), language="en")
    assert asked.form.is_valid(), asked.form.errors
    file = BytesIO()
    with snapshot():
        FORMATS["csv"].write(FORMATS["csv"].build(asked), file)
    return file.getvalue()


OFFICIAL = [f"FP-G{number:03}" for number in range(1, 105)]


def test_what_it_writes_is_told(replaced):
    assert replaced["found"].counts == [
        "missions: 104 new, 0 changed",
        "sources: 1 new, 0 changed",
        "ledger: 104 opened, 104 withdrawn",
    ]


def test_codes_texts_and_history_of_the_old_ones_stay(replaced):
    now, versions_now = plain(), versions()
    for table, added in (("missions", OFFICIAL), ("sources", ["list"])):
        for name in added:
            del now[table][name]
            assert versions_now[table].pop(name) == 1

    changed = differences(replaced["plain"], now)

    assert {key[2] for key in changed} == {"status", "status_since"}
    assert {key[1] for key in changed} == set(EDITORIAL)
    assert {value for (_table, _code, name), (_was, value) in changed.items() if name == "status"} == {"withdrawn"}
    assert versions_now == replaced["versions"]


def test_entries_stay_and_the_ledger_is_sound(replaced):
    entries = list(StatusChange.objects.order_by("id").values())

    assert entries[: len(replaced["entries"])] == replaced["entries"]
    assert len(entries) == len(replaced["entries"]) + 208
    assert list(ledger_problems()) == []


def test_each_old_mission_is_withdrawn_with_its_reason_and_the_source_of_the_list(replaced):
    entry = StatusChange.objects.get(mission__code="FP-101", status="withdrawn")
    last = StatusChange.objects.get(mission__code="FP-104", status="withdrawn")

    assert (entry.kind, entry.basis, entry.effective_on) == ("report", "document", SWITCH)
    assert (entry.headline_en, entry.headline_zh) == ("Replaced by FP-G101.", "由 FP-G101 替代。")
    assert last.headline_en == "Replaced by FP-G102, FP-G103, FP-G104."
    assert last.headline_zh == "由 FP-G102、FP-G103、FP-G104 替代。"
    assert [(item.title, item.url, item.source.key) for item in entry.evidence.all()] == [
        ("Official list", "https://example.org/list", "list")
    ]


def test_any_day_before_counts_the_old_ones_alone_as_it_did(replaced):
    assert {day: counted(day) for day in days()} == replaced["tallies"]
    assert codes(BEFORE) == EDITORIAL
    assert codes(ISSUED - timedelta(1)) == []


@pytest.mark.parametrize("later", [0, 1, 2])
def test_from_its_day_on_the_new_ones_alone_count(replaced, later):
    on = SWITCH + timedelta(days=later)

    assert counted(on) == [(code, "unreported", SWITCH, None) for code in OFFICIAL]
    everything_public = Mission.objects.as_of(on).filter(instrument__code="FP").tally("status_asof")
    assert everything_public == {"withdrawn": 104, "unreported": 104}


def test_what_was_known_before_the_list_came_in_knows_nothing_of_it(replaced):
    known_before, known_since = NOW.date(), NOW.date() + timedelta(days=1)

    assert codes(SWITCH, known_before) == codes(known_before, known_before) == EDITORIAL
    assert codes(SWITCH, known_since) == OFFICIAL
    assert codes(BEFORE, known_since) == EDITORIAL


def test_a_report_of_a_past_day_is_the_same_to_the_byte(replaced):
    assert replaced["report"].count(b"\r\nFP-") == 104
    assert report(BEFORE) == replaced["report"]


def test_a_later_load_of_the_programme_changes_nothing(replaced):
    before = everything()

    summary = load_programme(HONGQIAO)

    assert (set(summary.created.values()), set(summary.updated.values()), summary.entries) == ({0}, {0}, 0)
    assert (summary.changes, summary.conflicts, summary.notes) == ((), (), ())
    assert everything() == before


def test_the_register_goes_out_and_comes_back_with_its_links(replaced):
    grids = sheets()
    (missions,) = [grid for grid in grids if grid.name == "missions"]
    header = missions.rows[0]
    said = {row[0]: (row[header.index("opened_on")], row[header.index("replaces")]) for row in missions.rows[1:]}
    before = everything()

    assert (said["FP-G101"], said["FP-101"]) == (
        (SWITCH.isoformat(), "FP-101;FP-102;FP-103"),
        (ISSUED.isoformat(), None),
    )
    assert imported(grids).changes == []
    assert everything() == before


def notes(answer):
    """The sentences that lead to those that take a mission's place, or whose place it takes, with their links."""
    paragraphs = [paragraph for paragraph in parse(answer).all("p", class_="note") if "place" in paragraph.text]
    return [(paragraph.text.split(":")[0], [link["href"] for link in paragraph.all("a")]) for paragraph in paragraphs]


def test_the_old_page_answers_and_leads_to_the_new_one_and_back(replaced, client):
    old, new = client.get("/en/missions/FP-101/"), client.get("/en/missions/FP-G101/")

    assert notes(old) == [("Its place is taken by", ["/en/missions/FP-G101/"])]
    assert notes(new) == [("It takes the place of", [f"/en/missions/FP-{n}/" for n in (101, 102, 103)])]
    assert notes(client.get("/en/missions/FP-104/")) == [
        ("Its place is taken by", [f"/en/missions/FP-G{n}/" for n in (102, 103, 104)])
    ]


def test_on_a_day_before_the_page_says_nothing_of_what_was_to_come(replaced, client):
    at = f"?as_of={BEFORE}"

    assert notes(client.get(f"/en/missions/FP-101/{at}")) == []
    assert client.get(f"/en/missions/FP-G101/{at}").status_code == 404
    assert notes(client.get(f"/en/missions/FP-101/?as_of={SWITCH}")) == [
        ("Its place is taken by", [f"/en/missions/FP-G101/?as_of={SWITCH}"])
    ]
    known = f"?as_of={SWITCH}&known_at={NOW.date()}"
    assert notes(client.get(f"/en/missions/FP-101/{known}")) == []
