"""The Atom feeds: what was recorded last, for any query and for one mission."""

from datetime import UTC, date, datetime
from xml.etree import ElementTree

import pytest
import time_machine

from missions.status import Basis, Status
from tests import factories

pytestmark = pytest.mark.usefixtures("noon")

ATOM = "{http://www.w3.org/2005/Atom}"
FEED, OF_A_MISSION = "/en/changes.atom", "/en/missions/FP-001/changes.atom"
MARCH = date(2024, 3, 2)


def feed(client, address=FEED):
    response = client.get(address)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(response.content)


def text(element, name):
    (found,) = element.findall(f"{ATOM}{name}")
    return found.text


def links(element):
    return {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}


def entries(element):
    return element.findall(f"{ATOM}entry")


def titles(element):
    """What happened, without the title of the mission."""
    return [text(entry, "title").replace("：", ": ").partition(": ")[2] for entry in entries(element)]


@pytest.fixture
def mission(noon):
    return factories.mission("FP-001", due=date(2024, 12, 31), title_en="A <b>bridge</b> & more", title_zh="桥")


@pytest.mark.parametrize(("address", "page"), [(FEED, "/en/changes/"), (OF_A_MISSION, "/en/missions/FP-001/")])
def test_a_feed_has_all_that_atom_requires_and_escapes_texts(client, mission, settings, address, page):
    file = factories.evidence_file("letter.pdf")
    evidence = [factories.evidence(title="<i>"), factories.evidence(title="File", url="", publisher="", file=file)]
    evidence.append(factories.evidence(title="Hidden", url="https://example.org/hidden", is_public=False))
    headline = {"headline_en": "<script>alert(1)</script>"}
    report = factories.report(mission, Status.PAUSED, on=MARCH, **headline, evidence=evidence)

    found, site = feed(client, address), settings.SITE_URL

    assert text(found, "id") == f"{site}{address}"
    assert links(found) == {"self": f"{site}{address}", "alternate": f"{site}{page}"}
    assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    assert text(found.find(f"{ATOM}author"), "name")
    (entry,) = entries(found)
    link = f"{site}/en/missions/FP-001/#change-{report.pk}"
    moment = "2024-06-30T04:00:00+00:00"
    assert [text(entry, name) for name in ("id", "updated", "published")] == [link, moment, moment]
    assert (links(entry), text(found, "updated")) == ({"alternate": link}, moment)
    assert text(entry, "title") == "FP-001 A <b>bridge</b> & more: Not individually reported → Paused"
    assert [category.get("term") for category in entry.findall(f"{ATOM}category")] == ["FP", "T1"]
    assert text(entry, "summary") == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><p>2 Mar 2024 · Public document</p>"
        '<ul><li><a href="https://example.org/evidence">&lt;i&gt;</a> · Publisher</li>'
        f'<li>File · <a href="{site}/evidence/{file.pk}/">letter.pdf</a></li></ul>'
    )


@pytest.mark.parametrize("address", [FEED, OF_A_MISSION])
def test_every_kind_of_entry_but_an_opening_is_in_a_feed(client, mission, address):
    wrong = factories.report(mission, Status.COMPLETED, on=MARCH)
    moved = factories.deadline(mission, date(2025, 6, 30), on=MARCH)
    factories.correct(moved, due=None, effective_on=date(2024, 3, 3))
    factories.correct(wrong, status=Status.PAUSED)
    factories.report(mission, Status.PAUSED, on=date(2024, 4, 1))
    factories.report(mission, Status.IN_PROGRESS, on=date(2024, 4, 2), headline_zh="复工", basis=Basis.OWNER)

    assert titles(feed(client, address)) == [
        "Paused → In progress",
        "Paused, confirmed",
        "corrected: Completed (2 Mar 2024) → Paused (2 Mar 2024)",
        "corrected: due 30 Jun 2025 (2 Mar 2024) → no due date (3 Mar 2024)",
        "due 31 Dec 2024 → due 30 Jun 2025 (since corrected)",
        "Not individually reported → Completed (since corrected)",
    ]
    chinese = feed(client, address.replace("en", "zh-hans", 1))
    assert (titles(chinese)[0], titles(chinese)[-1]) == ("暂停 → 推进中", "未单独报告 → 已完成（后已更正）")
    assert "<p>复工</p>" in text(entries(chinese)[0], "summary")


@pytest.mark.both_databases
def test_what_was_recorded_last_comes_first_and_a_corrected_entry_is_updated(client, mission):
    factories.report(mission, Status.PAUSED, on=date(2024, 5, 1))
    wrong = factories.report(mission, Status.IN_PROGRESS, on=date(2022, 1, 1))
    with time_machine.travel(datetime(2024, 7, 2, tzinfo=UTC), tick=False):
        factories.correct(wrong, status=Status.NOT_STARTED)
        found = feed(client)

    days = [[text(entry, name)[:10] for name in ("published", "updated")] for entry in entries(found)]
    assert list(zip((title.partition(" (")[0] for title in titles(found)), days, strict=True)) == [
        ("corrected: In progress", ["2024-07-02", "2024-07-02"]),
        ("Not individually reported → In progress", ["2024-06-30", "2024-07-02"]),
        ("Not started → Paused", ["2024-06-30", "2024-06-30"]),
    ]


def test_a_feed_has_the_entries_of_its_query_or_its_mission(client, mission, settings):
    factories.report(mission, Status.PAUSED, on=date(2024, 5, 1))
    factories.report(mission, Status.IN_PROGRESS, on=MARCH)
    other = factories.mission("EX-1", instrument=factories.instrument("EX"), title_en="Other")
    factories.report(other, Status.PAUSED, on=MARCH)
    query, site = "as_of=2024-06-01&instrument=EX&since=2024-03-01", settings.SITE_URL
    found = feed(client, f"{FEED}?page=1&nonsense=1&{query}")

    assert [text(entry, "title") for entry in entries(found)] == ["EX-1 Other: Not individually reported → Paused"]
    assert links(found) == {"self": f"{site}{FEED}?{query}", "alternate": f"{site}/en/changes/?{query}"}
    assert entries(feed(client, f"{FEED}?{query}&until=2024-03-01")) == []
    assert titles(feed(client, f"{OF_A_MISSION}?as_of=2024-04-01")) == ["Not individually reported → In progress"]


def test_a_character_that_xml_cannot_hold_breaks_no_feed(client, mission, any_character):
    odd = "".join(map(chr, [*range(1, 32), 127, 0x85, 0xFFFE, 0xFFFF, 0x1F600]))
    factories.report(mission, Status.PAUSED, headline_en=f"A{odd}Z", evidence=[factories.evidence(title=f"A{odd}Z")])
    mission.title_en = f"A{odd}Z"
    mission.save()

    for address in (FEED, OF_A_MISSION):
        (entry,) = entries(feed(client, address))
        assert text(entry, "title").startswith("FP-001 A\ufffd")
        assert "\U0001f600Z" in text(entry, "summary")
