"""The Atom feeds: what was recorded last, for any query and for one mission."""

import gzip
from datetime import UTC, date, datetime, timedelta
from xml.etree import ElementTree

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Head
from missions.status import Basis, Status
from tests import build
from tests.public.crowd import crowd

pytestmark = pytest.mark.usefixtures("noon")

ATOM = "{http://www.w3.org/2005/Atom}"
FEED, OF_A_MISSION = "/en/changes.atom", "/en/missions/FP-001/changes.atom"
MARCH = date(2024, 3, 2)


def feed(client, address=FEED, **headers):
    response = client.get(address, headers=headers)
    assert (response.status_code, response["Content-Type"]) == (200, "application/atom+xml; charset=utf-8")
    return ElementTree.fromstring(response.content)


def texts(element, name):
    return [found.text for found in element.findall(f"{ATOM}{name}")]


def text(element, name):
    (found,) = texts(element, name)
    return found


def links(element):
    return {link.get("rel"): link.get("href") for link in element.findall(f"{ATOM}link")}


def titles(element):
    return [text(entry, "title") for entry in element.findall(f"{ATOM}entry")]


@pytest.fixture
def mission(noon):
    return build.mission("FP-001", due=date(2024, 12, 31), title_en="A <b>bridge</b> & more", title_zh="桥")


@pytest.mark.parametrize("address", [FEED, OF_A_MISSION])
def test_a_feed_has_all_that_atom_asks_for(client, mission, settings, address):
    said = {"headline_en": "<script>alert(1)</script>", "evidence": [build.evidence(title="<i>")]}
    report = build.report(mission, Status.PAUSED, on=MARCH, **said)

    found = feed(client, address)

    assert found.tag == f"{ATOM}feed"
    assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == "en"
    page = {FEED: "/en/changes/", OF_A_MISSION: "/en/missions/FP-001/"}[address]
    assert links(found) == {"self": f"{settings.SITE_URL}{address}", "alternate": f"{settings.SITE_URL}{page}"}
    assert text(found, "id") == f"{settings.SITE_URL}{address}"
    assert text(found, "updated") == "2024-06-30T04:00:00+00:00"
    assert text(found, "title").endswith(" · Hub Tracker")
    assert text(found.find(f"{ATOM}author"), "name") == "Hub Tracker"
    (entry,) = found.findall(f"{ATOM}entry")
    link = f"{settings.SITE_URL}/en/missions/FP-001/#change-{report.pk}"
    assert (links(entry), text(entry, "id")) == ({"alternate": link}, link)
    assert text(entry, "updated") == text(entry, "published") == "2024-06-30T04:00:00+00:00"
    assert text(entry, "title") == "FP-001 A <b>bridge</b> & more: Not individually reported → Paused"
    assert [category.get("term") for category in entry.findall(f"{ATOM}category")] == ["FP", "T1"]
    assert entry.find(f"{ATOM}summary").get("type") == "html"
    assert text(entry, "summary") == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><p>2 Mar 2024 · Public document</p>"
        '<ul><li><a href="https://example.org/evidence">&lt;i&gt;</a> · Publisher</li></ul>'
    )


@pytest.mark.both_databases
def test_what_was_recorded_last_comes_first_whatever_day_it_took_effect_on(client, mission):
    build.report(mission, Status.PAUSED, on=date(2024, 5, 1))
    with time_machine.travel(datetime(2024, 7, 2, tzinfo=UTC), tick=False):
        build.report(mission, Status.IN_PROGRESS, on=date(2022, 1, 1))

        found = feed(client)

    name = "FP-001 A <b>bridge</b> & more"
    assert titles(found) == [
        f"{name}: Not individually reported → In progress",
        f"{name}: In progress → Paused",
    ]
    assert text(found, "updated") == "2024-07-02T00:00:00+00:00"


@pytest.mark.parametrize("address", [FEED, OF_A_MISSION])
def test_every_kind_of_entry_but_an_opening_is_told_in_words(client, mission, address):
    wrong = build.report(mission, Status.COMPLETED, on=MARCH)
    moved = build.deadline(mission, date(2025, 6, 30), on=MARCH)
    build.correct(moved, due=None, effective_on=date(2024, 3, 3))
    build.correct(wrong, status=Status.PAUSED)
    build.report(mission, Status.PAUSED, on=date(2024, 4, 1))
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 4, 2))

    told = [title.partition(": ")[2] for title in titles(feed(client, address))]
    assert told == [
        "Paused → In progress",
        "Paused, confirmed",
        "corrected: Completed (2 Mar 2024) → Paused (2 Mar 2024)",
        "corrected: due 30 Jun 2025 (2 Mar 2024) → no due date (3 Mar 2024)",
        "due 31 Dec 2024 → due 30 Jun 2025 (since corrected)",
        "Not individually reported → Completed (since corrected)",
    ]
    told = [title.partition("：")[2] for title in titles(feed(client, address.replace("en", "zh-hans", 1)))]
    assert told[-1] == "未单独报告 → 已完成（后已更正）"
    assert told[2] == "更正：已完成（2024年3月2日）→ 暂停（2024年3月2日）"


def test_a_feed_is_in_the_language_of_its_address(client, mission, settings):
    build.report(mission, Status.PAUSED, headline_zh="暂停施工", basis=Basis.OWNER)

    found = feed(client, "/zh-hans/changes.atom", **{"Accept-Language": "en"})

    assert found.get("{http://www.w3.org/XML/1998/namespace}lang") == "zh-Hans"
    assert titles(found) == ["FP-001 桥：未单独报告 → 暂停"]
    (entry,) = found.findall(f"{ATOM}entry")
    assert "<p>暂停施工</p>" in text(entry, "summary")
    assert links(entry)["alternate"].startswith(f"{settings.SITE_URL}/zh-hans/missions/FP-001/#change-")


@pytest.mark.parametrize("address", [FEED, OF_A_MISSION])
def test_evidence_that_is_not_public_is_in_no_feed(client, mission, settings, address):
    file = build.evidence_file("letter.pdf")
    hidden = build.evidence(title="Hidden", url="https://example.org/hidden", is_public=False)
    shown = build.evidence(title="Shown", url="", publisher="", published_on=MARCH, file=file)
    build.report(mission, Status.PAUSED, evidence=[hidden, shown])

    (entry,) = feed(client, address).findall(f"{ATOM}entry")

    link = f'<a href="{settings.SITE_URL}/evidence/{file.pk}/">letter.pdf</a>'
    assert text(entry, "summary").endswith(f"<ul><li>Shown · 2 Mar 2024 · {link}</li></ul>")
    assert "idden" not in text(entry, "summary")


def test_any_query_of_the_page_has_its_feed_which_says_what_is_chosen(client, mission, settings):
    build.report(mission, Status.PAUSED, on=MARCH)
    other = build.mission("EX-001", instrument=build.instrument("EX"), title_en="Other")
    build.report(other, Status.PAUSED, on=MARCH)

    query = "instrument=EX&since=2024-03-01&as_of=2024-06-01"
    found = feed(client, f"{FEED}?page=1&nonsense=1&{query}")

    assert titles(found) == ["EX-001 Other: Not individually reported → Paused"]
    assert text(found, "title") == "Changes · Instrument EX · 1 Mar 2024 · Hub Tracker"
    asked = "as_of=2024-06-01&instrument=EX&since=2024-03-01"
    assert links(found) == {
        "self": f"{settings.SITE_URL}{FEED}?{asked}",
        "alternate": f"{settings.SITE_URL}/en/changes/?{asked}",
    }
    assert feed(client, f"{FEED}?{query}&until=2024-03-01").findall(f"{ATOM}entry") == []


def test_the_feed_of_a_mission_is_of_this_mission_alone_on_the_day_asked_about(client, mission):
    build.report(mission, Status.PAUSED, on=date(2024, 5, 1))
    build.report(build.mission("FP-002"), Status.PAUSED, on=MARCH)
    build.report(mission, Status.IN_PROGRESS, on=MARCH)
    build.mission("FP-003", opened=False)

    told = [title.partition(": ")[2] for title in titles(feed(client, f"{OF_A_MISSION}?as_of=2024-04-01"))]
    assert told == ["Not individually reported → In progress"]
    assert text(feed(client, OF_A_MISSION), "title") == "FP-001 A <b>bridge</b> & more · Hub Tracker"
    for gone in ("FP-003", "FP-009", "x" * 500):
        assert client.get(f"/en/missions/{gone}/changes.atom").status_code == 404
    assert client.get(f"{OF_A_MISSION}?as_of=2020-01-01").status_code == 404


def test_a_feed_has_a_hundred_entries_at_most_those_recorded_last(client, mission):
    made = [build.report(mission, Status.PAUSED, on=MARCH - timedelta(days=n)).pk for n in range(102)]

    links_to = [links(entry)["alternate"] for entry in feed(client).findall(f"{ATOM}entry")]

    assert [int(link.rpartition("-")[2]) for link in links_to] == made[:1:-1]


@pytest.mark.both_databases
def test_an_empty_feed_is_as_old_as_the_revision(client, mission, noon):
    advanced = Head.objects.get().advanced_at
    noon.move_to(datetime(2024, 7, 5, tzinfo=UTC))

    found = feed(client)

    assert (titles(found), text(found, "updated")) == ([], advanced.isoformat())


@pytest.mark.parametrize("address", [FEED, OF_A_MISSION])
def test_the_same_revision_gives_the_same_bytes_later(client, mission, noon, address):
    build.report(mission, Status.PAUSED)
    first = client.get(address).content

    noon.move_to(datetime(2025, 1, 1, tzinfo=UTC))

    assert client.get(address).content == first


def test_an_entry_that_was_corrected_is_as_new_as_its_correction(client, mission):
    wrong = build.report(mission, Status.COMPLETED, on=MARCH)
    with time_machine.travel(datetime(2024, 7, 2, tzinfo=UTC), tick=False):
        build.correct(wrong, status=Status.PAUSED)

        entries = feed(client).findall(f"{ATOM}entry")

    assert [(text(entry, "published"), text(entry, "updated")) for entry in entries] == [
        ("2024-07-02T00:00:00+00:00", "2024-07-02T00:00:00+00:00"),
        ("2024-06-30T04:00:00+00:00", "2024-07-02T00:00:00+00:00"),
    ]


@pytest.mark.parametrize("address", [FEED, OF_A_MISSION])
def test_a_reader_who_has_the_feed_is_not_sent_it_again(client, mission, noon, address):
    build.report(mission, Status.PAUSED)
    first = client.get(address)
    headers = {"If-None-Match": first["ETag"]}
    assert first["Cache-Control"] == "public, no-cache"  # no reader guesses how long it holds

    noon.shift(timedelta(hours=6))

    again = client.get(address, headers=headers)
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert not first.has_header("Last-Modified")  # two revisions of one second would have the same
    assert client.get(f"{address}?as_of=2024-06-30", headers=headers).status_code == 200
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 2, 1))
    assert client.get(address, headers=headers).status_code == 200


@pytest.mark.both_databases
def test_what_midnight_changes_is_sent_though_nothing_was_written(client, noon):
    """In a year to come: the database's own clock says when the revision advanced."""
    noon.move_to(datetime(2090, 6, 30, 4, tzinfo=UTC))
    build.report(build.mission("FP-001", due=date(2090, 6, 30)), Status.PAUSED)
    address = f"{FEED}?deadline=overdue"
    first = client.get(address)
    assert titles(feed(client, address)) == []

    noon.move_to(datetime(2090, 6, 30, 16, 0, 5, tzinfo=UTC))

    assert len(titles(feed(client, address, **{"If-None-Match": first["ETag"]}))) == 1


def test_a_compressed_feed_is_the_same_feed_and_is_not_sent_twice_either(client, mission):
    for day in range(1, 20):
        build.report(mission, Status.PAUSED, on=date(2024, 1, day))
    plain = client.get(FEED)

    packed = client.get(FEED, headers={"Accept-Encoding": "gzip"})

    assert (packed["Content-Encoding"], gzip.decompress(packed.content)) == ("gzip", plain.content)
    again = {"Accept-Encoding": "gzip", "If-None-Match": packed["ETag"]}
    assert client.get(FEED, headers=again).status_code == 304
    assert packed["ETag"] != plain["ETag"]


@pytest.mark.parametrize("address", [FEED, OF_A_MISSION])
def test_a_query_that_cannot_be_read_is_named_in_both_languages(client, mission, address):
    response = client.get(f"{address}?as_of=2024-3-2&nonsense=x")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    (error,) = response.json()["errors"]
    assert error["parameter"] == "as_of"
    assert error["en"] != error["zh"]
    assert client.get(f"{FEED}?since=2024-07-01").status_code == 400


@pytest.mark.both_databases
def test_what_xml_cannot_hold_breaks_no_feed(client, mission, settings, any_character):
    odd = "".join(map(chr, [*range(1, 32), 127, 0x85, 0xFFFE, 0xFFFF, 0x1F600]))
    build.report(mission, Status.PAUSED, headline_en=f"A{odd}Z", evidence=[build.evidence(title=f"A{odd}Z")])
    mission.title_en = f"A{odd}Z"
    mission.save()

    found = feed(client)
    (entry,) = found.findall(f"{ATOM}entry")
    assert text(entry, "title").startswith("FP-001 A\ufffd\ufffd")
    assert "\U0001f600Z" in text(entry, "summary")
    assert titles(feed(client, f"{FEED}?q=A%01%0B%7F%EF%BF%BE")) == []
    assert feed(client, OF_A_MISSION).findall(f"{ATOM}entry") != []


def test_a_forged_host_is_in_no_link(client, mission):
    build.report(mission, Status.PAUSED)

    body = client.get(FEED, headers={"Host": "localhost:9"}).content

    assert b"localhost:9" not in body


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_number_of_queries_does_not_grow_with_the_entries(client, size):
    first = crowd(size)[0]
    for number in range(min(size, 20)):
        build.correct(build.report(first, Status.IN_PROGRESS, on=MARCH - timedelta(days=number)))

    taken = {}
    for address in (FEED, f"/en/missions/{first.code}/changes.atom"):
        with CaptureQueriesContext(connection) as queries:
            feed(client, address)
        taken[address] = len(queries)
    assert list(taken.values()) == [5, 6]
