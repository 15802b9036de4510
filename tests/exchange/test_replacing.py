"""An official list takes the place of our missions: no date counts both, and nothing of the past changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from missions.days import today
from missions.ledger.verification import problems as ledger_problems
from missions.models import Instrument, Mission, StatusChange
from tests import factories
from tests.exchange.folders import NOTHING, SMALL, everything, load, plain
from tests.exchange.registering import add, cell, differences, exported, import_register, opened, refused
from tests.exchange.test_register import NEW_MISSION

pytestmark = pytest.mark.django_db

SWITCH = date(2026, 1, 15)
BEFORE = SWITCH - timedelta(days=1)
LOADED, NOW = (datetime(2026, 6, day, 4, tzinfo=UTC) for day in (1, 2))
REPORT = f"/en/report/completion.csv?instrument=WP&as_of={BEFORE}&known_at={LOADED.date()}"


@pytest.fixture(scope="module")
def register(module_db):
    """WP-1 was completed on 1 February 2025, WP-3 has had no report."""
    with time_machine.travel(LOADED, tick=False):
        load(SMALL)
        return exported()


@pytest.fixture
def book(register, db):
    with time_machine.travel(NOW, tick=False):
        yield opened(register)


def replacing(book, code="WP-G1", number=101, **cells):
    """Adds a mission that takes the place of WP-3, unless `cells` say otherwise."""
    new = {"code": code, "number": number, "source_keys": "plan", "opened_on": SWITCH, "replaces": "WP-3"}
    return add(book, "missions", **{**NEW_MISSION, **new, **cells})


def counted(on, known_at=None):
    """The missions of the instrument that count on a date, with their statuses."""
    missions = Mission.objects.as_of(on, known_at).filter(instrument__code="WP").exclude(status_asof="withdrawn")
    return dict(missions.values_list("code", "status_asof"))


@pytest.mark.both_databases
def test_one_takes_the_place_of_two_and_two_that_of_one(book, client):
    replacing(book, replaces="WP-1;WP-2、")
    for number in (2, 3):
        replacing(book, f"WP-G{number}", 100 + number, source_keys="plan;paper_2024")
    past, records, entries = counted(BEFORE), plain(), list(StatusChange.objects.order_by("id").values())
    report = client.get(REPORT).getvalue()
    assert (set(past), report.count(b"\r\nWP-")) == ({"WP-1", "WP-2", "WP-3", "WP-4"}, 4)

    assert import_register(book).counts == {"missions": (3, 0), "ledger": (3, 3)}

    assert counted(BEFORE) == past
    new = {"WP-4": past["WP-4"], **dict.fromkeys(("WP-G1", "WP-G2", "WP-G3"), "unreported")}
    assert counted(SWITCH) == counted(today()) == new
    assert counted(SWITCH, LOADED.date()) == counted(BEFORE, LOADED.date()) == past
    assert client.get(REPORT).getvalue() == report
    links = {one.code: sorted(old.code for old in one.replaces.all()) for one in Mission.objects.all()}
    assert {code: found for code, found in links.items() if found} == {
        "WP-G1": ["WP-1", "WP-2"], "WP-G2": ["WP-3"], "WP-G3": ["WP-3"],
    }  # fmt: skip
    now = plain()
    for code in ("WP-G1", "WP-G2", "WP-G3"):
        del now["missions"][code]
    assert {(key, field) for _table, key, field in differences(records, now)} == {
        (code, field) for code in ("WP-1", "WP-2", "WP-3") for field in ("status", "status_since")
    }  # fmt: skip
    assert list(StatusChange.objects.order_by("id").values())[: len(entries)] == entries
    assert list(ledger_problems()) == []
    withdrawal = StatusChange.objects.get(mission__code="WP-3", status="withdrawn")
    assert (withdrawal.kind, withdrawal.basis, withdrawal.effective_on) == ("report", "document", SWITCH)
    assert {code for code in ("WP-G2", "WP-G3") if code in withdrawal.headline_en and code in withdrawal.headline_zh}
    assert [piece.source.key for piece in withdrawal.evidence.all()] == ["paper_2024", "plan"]  # each cited once

    before = everything()
    assert import_register(opened()) == load(SMALL) == NOTHING
    assert everything() == before


def test_the_old_page_leads_to_the_new_one_and_back_from_that_day_on(book, client):
    import_register(replacing(book))

    def leads(page, to, query=""):
        answer = client.get(f"/en/missions/{page}/{query}")
        return answer.status_code, f'href="/en/missions/{to}/' in answer.text

    assert (leads("WP-3", "WP-G1"), leads("WP-G1", "WP-3")) == ((200, True), (200, True))
    assert leads("WP-3", "WP-G1", f"?as_of={BEFORE}") == (200, False)
    assert leads("WP-G1", "WP-3", f"?as_of={BEFORE}")[0] == 404


@pytest.mark.parametrize(
    ("cells", "columns"),
    [
        ({"source_keys": None}, ["source_keys"]),
        ({"opened_on": None}, ["opened_on"]),
        ({"instrument": "WG"}, ["replaces"]),
        ({"replaces": "WP-G1"}, ["replaces"]),
        ({"replaces": "WP-99"}, ["replaces"]),
        ({"replaces": "WP-2"}, ["replaces"]),  # withdrawn, see below
        ({"replaces": "WP-8"}, ["replaces"]),  # never opened
        ({"replaces": "WP-4"}, ["replaces"]),  # a submission waits for review
        ({"replaces": "WP-1", "opened_on": "2025-01-31"}, ["replaces"]),  # completed later
        ({"opened_on": "2024-02-29"}, ["opened_on", "replaces"]),
        ({"opened_on": "2099-01-01"}, ["opened_on", "replaces"]),
    ],
)
def test_a_replacement_that_does_not_hold_is_refused(book, cells, columns):
    factories.report(Mission.objects.get(code="WP-2"), "withdrawn", on=date(2025, 7, 1))
    factories.mission("WP-8", instrument=Instrument.objects.get(code="WP"), number=8, opened=False)
    factories.submission(Mission.objects.get(code="WP-4"), state="submitted")
    replacing(book, **cells)

    assert refused(book) == [f"missions {cell(book, 'missions', 'WP-G1', column).coordinate}" for column in columns]


def test_all_that_take_one_place_open_on_one_day(book):
    replacing(replacing(book), "WP-G2", 102, opened_on=SWITCH + timedelta(days=1))

    assert refused(book) == [f"missions {cell(book, 'missions', 'WP-G2', 'opened_on').coordinate}"]
