"""The page of changes and its file: what an entry shows, corrections, and exact bytes.

Which entries are there, in which order, is checked by tests/query/test_changes.py.
"""

from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.status import Basis, Status
from tests import factories
from tests.public.dom import parse
from tests.public.reading import dates, links, statuses

pytestmark = pytest.mark.usefixtures("db")
MARCH = date(2024, 3, 2)
COLUMNS = (
    "code,entry,kind,day,effective_on,recorded_at,status,before,is_confirmation,due,due_before,corrects,corrected_by,"
    "basis,headline_en,headline_zh,title_en,title_zh,instrument,owner,theme,replaced_status,replaced_due,"
    "replaced_effective_on,evidence,evidence_urls,decided_by,reported_by"
)


@pytest.fixture(scope="module")
def ledger(module_noon):
    """Entries by name. The correction was recorded in the first hour of 1 July in Shanghai."""
    mission = factories.mission("FP-001", due=date(2024, 12, 31), title_en="A bridge", title_zh="桥")
    hidden = factories.evidence(title="Hidden", url="https://example.org/secret", is_public=False)
    began = {"basis": Basis.OWNER, "headline_en": "Work began", "evidence": [factories.evidence(), hidden]}
    made = {
        "began": factories.report(mission, Status.IN_PROGRESS, **began),
        "confirmed": factories.report(mission, Status.IN_PROGRESS, on=MARCH, evidence=[hidden]),
        "moved": factories.deadline(mission, date(2025, 6, 30), on=MARCH),
        "wrong": factories.report(mission, Status.COMPLETED, on=date(2024, 4, 1)),
    }
    module_noon.move_to(datetime(2024, 6, 30, 16, 30, tzinfo=UTC))
    made["right"] = factories.correct(made["wrong"], status=Status.PAUSED, effective_on=date(2024, 4, 5))
    return {name: entry.pk for name, entry in made.items()}


def page(client, query="", language="en"):
    return parse(client.get(f"/{language}/changes/?{query}"))


def entry(client, number, query=""):
    return page(client, query).one("li", data_entry=str(number))


@pytest.mark.parametrize(
    ("name", "moves", "days"),
    [
        ("began", ["unreported", "in_progress"], []),
        ("confirmed", ["in_progress"], []),
        ("moved", [], ["31 Dec 2024", "30 Jun 2025"]),
        ("wrong", ["in_progress", "completed"], []),
        ("right", ["completed", "paused"], ["1 Apr 2024", "5 Apr 2024"]),
    ],
)
def test_an_entry_links_to_itself_and_shows_what_was_before_and_after(client, ledger, name, moves, days):
    shown = entry(client, ledger[name])
    assert (statuses(shown), dates(shown)) == (moves, days)
    first = shown.all("a")[0]
    assert (first.text, first["href"]) == ("FP-001 A bridge", f"/en/missions/FP-001/#change-{ledger[name]}")


def test_an_entry_shows_headline_and_basis_and_counts_public_evidence_alone(client, ledger):
    began, confirmed = (entry(client, ledger[name]).all("p") for name in ("began", "confirmed"))
    assert [part.text for part in began[-2:]] == ["Work began", "Owner's statement · 1 piece of public evidence"]
    assert confirmed[-1].text == "Public document · no public evidence"
    chinese = page(client, language="zh-hans").one(id="results")
    assert ("现为in_progress" in chinese.text, chinese.all("h3")[1].text) == (True, "2024年4月1日")


def test_corrected_and_correction_link_to_each_other_and_the_corrected_is_struck_through(client, ledger):
    wrong, right = entry(client, ledger["wrong"]), entry(client, ledger["right"])
    assert [len(wrong.all("s")), links(wrong)[1]] == [2, f"/en/missions/FP-001/#change-{ledger['right']}"]
    parts = [(len(part.all("s")), links(part)) for part in right.all("dd")]
    assert parts == [(n, [f"/en/missions/FP-001/#change-{ledger[name]}"]) for n, name in ((1, "wrong"), (0, "right"))]
    before = entry(client, ledger["wrong"], "known_at=2024-06-30")
    assert (len(before.all("s")), len(links(before))) == (0, 1)
    # The page of its mission has no correction on this day.
    then = entry(client, ledger["wrong"], "as_of=2024-04-01")
    assert (f"entry {ledger['right']}" in then.text, len(links(then))) == (True, 1)


def test_a_correction_of_a_correction_and_of_due_dates_shows_what_it_replaced(client, ledger):
    mission = factories.mission("M-2", due=date(2024, 12, 31))
    moved = factories.deadline(mission, date(2025, 6, 30), on=MARCH)
    lifted = factories.correct(moved, due=None)
    again = factories.correct(lifted, due=date(2025, 1, 1))
    opening = factories.correct(mission.changes.get(kind="opening"), due=date(2026, 1, 1))

    shown = {number: entry(client, number.pk).all("dd") for number in (lifted, again, opening)}
    assert {number: [(dates(part), len(part.all("s"))) for part in parts] for number, parts in shown.items()} == {
        lifted: [(["30 Jun 2025", "2 Mar 2024"], 1), (["2 Mar 2024"], 1)],
        again: [(["2 Mar 2024"], 1), (["1 Jan 2025", "2 Mar 2024"], 0)],
        opening: [(["31 Dec 2024", "24 Feb 2021"], 1), (["1 Jan 2026", "24 Feb 2021"], 0)],
    }


def test_the_page_links_to_corrections_file_and_feed_of_the_same_query(client, ledger):
    tree = page(client, "instrument=FP&as_of=2024-06-01&page=1&nonsense=1")
    found = {link.text: link["href"] for link in tree.one("main").all("a")}
    assert {text: found[text] for text in ("All corrections", "CSV", "feed")} == {
        "All corrections": "/en/changes/?as_of=2024-06-01&entry=correction",
        "CSV": "/en/changes.csv?as_of=2024-06-01&instrument=FP",
        "feed": "/en/changes.atom?instrument=FP",
    }
    assert tree.one("link", type="application/atom+xml")["href"] == found["feed"]


@pytest.mark.both_databases
def test_the_file_has_exactly_these_bytes_and_the_same_a_year_later(client, ledger):
    attack = "=cmd|' /C calc'!A0"
    mission = factories.mission(
        "M-1", due=date(2024, 12, 31), title_en='A "bridge", now', title_zh=attack, theme=factories.theme("X")
    )
    wrong = factories.report(mission, Status.COMPLETED, on=date(2024, 1, 1))
    moved = factories.deadline(mission, None, on=date(2024, 2, 1))
    cited = [factories.evidence(url=f"https://example.org/{name}", is_public=name != "c") for name in "abc"]
    right = factories.correct(wrong, status=Status.PAUSED, evidence=cited)
    same = factories.report(mission, Status.PAUSED, on=date(2024, 3, 1), basis=Basis.OWNER, evidence=[])

    response = client.get("/en/changes.csv?theme=X")
    body = response.getvalue()

    at = "2024-06-30T16:30:00+00:00"
    named = f'"A ""bridge"", now",\'{attack},FP,O1,X'
    assert body.decode().split("\r\n") == [
        f"\ufeff{COLUMNS}",
        f"M-1,{right.pk},correction,2024-07-01,2024-01-01,{at},paused,unreported,false,,,{wrong.pk},,"
        f"document,Corrected,更正,{named},completed,,2024-01-01,2,https://example.org/a https://example.org/b,,",
        f"M-1,{same.pk},report,2024-03-01,2024-03-01,{at},paused,paused,true,,,,,"
        f"owner,Now paused,现为paused,{named},,,,0,,,",
        f"M-1,{moved.pk},deadline,2024-02-01,2024-02-01,{at},,,false,,2024-12-31,,,"
        f"document,New due date,期限调整,{named},,,,0,,Municipal Government,",
        f"M-1,{wrong.pk},report,2024-01-01,2024-01-01,{at},completed,unreported,false,,,,{right.pk},"
        f"document,Now completed,现为completed,{named},,,,1,https://example.org/evidence,,",
        "",
    ]
    assert response["X-Hub-Query"] == "as_of=2024-07-01&theme=X&until=2024-07-01"
    with time_machine.travel(datetime(2025, 6, 30, tzinfo=UTC), tick=False):
        for language in ("en", "zh-hans"):
            again = client.get(f"/{language}/changes.csv?{response['X-Hub-Query']}")
            assert (again.getvalue(), again["Content-Disposition"]) == (body, response["Content-Disposition"])
