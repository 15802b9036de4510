"""What is kept of a public answer, who gets it again, and who does not."""

import gzip
import re
from datetime import UTC, datetime

import brotli
import pytest
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from missions import revision
from missions.models import Theme
from missions.models.refusals import EVIDENCE, FILE, HEAD, LEDGER, REPORT_FILE, REVISED
from missions.reports import FORMATS
from missions.status import Status
from tests import build
from tests.kept import forget

LIST = "/en/missions/"
FILE_NAMES = [f"/en/report/completion.{ending}" for ending in FORMATS]
KEPT = [
    "/zh-hans/", LIST, "/en/missions/FP-001/", "/en/changes.atom", "/en/picture.png", "/badge/FP.svg", "/calendar.ics",
    "/api/v1/missions", "/api/v1/openapi.json", "/api/v1/docs", "/data/hubtracker.zip", "/data/ledger.jsonl",
    "/data/completion-report.schema.json", "/sitemap.xml", "/robots.txt", "/.well-known/security.txt", *FILE_NAMES,
]  # fmt: skip


@pytest.fixture(autouse=True)
def mission(noon):
    return build.mission("FP-001", status=Status.PAUSED, areas=[build.area("A1")])


def body(response):
    return response.getvalue()


def taken(client, address, **headers):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address, headers=headers)
        answer.getvalue()
    return answer.status_code, [query["sql"] for query in queries]


ONE_TINY_QUERY = ["SELECT revision, advanced_at, register, entry, hash FROM missions_head"]


@pytest.mark.parametrize("address", KEPT)
def test_the_second_answer_takes_one_tiny_query_and_is_the_same(client, address):
    first = client.get(address)
    content = body(first)

    assert taken(client, address) == (200, ONE_TINY_QUERY)
    again = client.get(address)
    assert again.headers.pop("X-Request-Id") != first.headers.pop("X-Request-Id")
    assert (body(again), dict(again.items())) == (content, dict(first.items()))
    assert again["Cache-Control"] == "public, no-cache"


@pytest.mark.parametrize("address", [address for address in KEPT if not address.startswith("/data/h")])
def test_a_process_that_never_made_it_knows_that_the_reader_has_it(client, address):
    etag = client.get(address)["ETag"]
    if address != "/data/ledger.jsonl":  # which has a tag of its own, that holds for longer than a day
        forget()

    assert taken(client, address, if_none_match=etag) == (304, ONE_TINY_QUERY)
    assert taken(client, address, if_none_match=f'"other", W/{etag}') == (304, ONE_TINY_QUERY)
    not_modified = client.get(address, headers={"If-None-Match": etag})
    made = client.get(address)
    assert {name: not_modified[name] for name in ("ETag", "Cache-Control")} == {
        name: made[name] for name in ("ETag", "Cache-Control")
    }
    assert set(re.split(", *", not_modified["Vary"].lower())) == set(re.split(", *", made["Vary"].lower()))


def test_the_head_alone_is_asked_for_as_often_as_one_likes_and_keeps_nothing(client):
    assert client.head(LIST).status_code == 200
    assert len(taken(client, LIST)[1]) > 1
    with CaptureQueriesContext(connection) as queries:
        client.head(LIST)
    assert len(queries) == 1


def test_who_is_signed_in_reads_what_everybody_reads(client):
    official = build.user("somebody", build.Role.COORDINATOR)
    anonymous = client.get(LIST)
    client.force_login(official)
    client.cookies["django_language"] = "zh-hans"

    signed_in = client.get(LIST)
    forget()
    signed_in_first = client.get("/api/v1/docs")
    client.logout()

    assert (signed_in.content, signed_in["ETag"]) == (anonymous.content, anonymous["ETag"])
    assert [name for name in signed_in["Vary"].split(", ") if name == "Cookie"] == []
    assert signed_in_first.content == client.get("/api/v1/docs").content
    assert "zh" not in signed_in_first["Content-Language"]


PERSONAL = ["admin:index", "account_login", "admin:missions_mission_changelist", "mfa_index"]


@pytest.mark.parametrize("name", PERSONAL)
def test_a_page_that_is_somebodys_own_is_kept_by_nobody(client, name):
    client.force_login(build.user("somebody", build.Role.COORDINATOR))

    for answer in (client.get(reverse(name)), client.get(reverse(name))):
        assert "private" in answer["Cache-Control"]
        assert not answer.has_header("ETag")


def test_what_is_read_with_a_token_is_neither_taken_from_what_is_kept_nor_kept(client):
    _token, secret = build.token()
    public = client.get("/api/v1/missions")
    with_token = {"Authorization": f"Bearer {secret}"}

    answer = client.get("/api/v1/missions", headers=with_token)

    assert (answer.content, answer["Cache-Control"]) == (public.content, "private, no-cache")
    assert answer["ETag"] != public["ETag"]
    again = client.get("/api/v1/missions", headers={**with_token, "If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with CaptureQueriesContext(connection) as queries:
        client.get("/api/v1/missions", headers=with_token)
    assert len(queries) > 1


@pytest.mark.parametrize(
    ("asked", "coding", "unpacked"),
    [
        ("", None, bytes),
        ("gzip", "gzip", gzip.decompress),
        ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress),
        ("br;q=0.000,gzip;q=0", None, bytes),
        ("identity", None, bytes),
        ("GZIP;Q=1.0", "gzip", gzip.decompress),
        ("br;q=.;q=1.2.3, gzip;q=x, ,;;=", "br", brotli.decompress),
        ("\xff\x00,;q=", None, bytes),
    ],
)
def test_a_page_comes_in_a_coding_that_the_reader_takes(client, asked, coding, unpacked):
    plain = client.get(LIST)
    packed = client.get(LIST, headers={"Accept-Encoding": asked})
    again = client.get(LIST, headers={"Accept-Encoding": asked})

    assert (packed.get("Content-Encoding"), unpacked(packed.content)) == (coding, plain.content)
    assert (again.content, again["Content-Length"]) == (packed.content, str(len(packed.content)))
    assert (packed["ETag"] == plain["ETag"]) == (coding is None)


@pytest.mark.parametrize("address", ["/calendar.ics", "/data/hubtracker.zip", "/data/ledger.jsonl", *FILE_NAMES])
def test_a_file_is_never_coded_again(client, address):
    answer = client.get(address, headers={"Accept-Encoding": "gzip, br"})

    assert not answer.has_header("Content-Encoding")
    assert len(body(answer)) == int(answer["Content-Length"])


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/zh-hans/missions/"},
        {"path": "/en/missions/?page=1"},
        {"secure": True},
        {"headers": {"Host": "localhost"}},
        {"headers": {"Accept-Encoding": "gzip"}},
    ],
)
def test_what_is_asked_for_in_another_way_has_a_tag_of_its_own(client, other):
    asked = {"path": LIST, "headers": {}, **other}

    assert client.get(**asked)["ETag"] != client.get(LIST)["ETag"]


@pytest.mark.parametrize("address", ["/api/v1/missions", LIST])
def test_a_precondition_is_looked_at_though_the_answer_is_kept(client, address):
    etag = client.get(address)["ETag"]

    refused = client.get(address, headers={"If-Match": '"another"'})
    given = client.get(address, headers={"If-Match": etag})

    assert (refused.status_code, given.status_code) == (412, 200)
    assert refused["Content-Type"].startswith("application/problem+json" if "api" in address else "text/html")


def test_a_host_that_is_not_this_site_gets_nothing_of_it(client):
    etag = client.get(LIST)["ETag"]

    answer = client.get(LIST, headers={"Host": "example.org", "If-None-Match": etag})

    assert answer.status_code == 400


def test_languages_that_come_to_the_same_share_an_answer_and_others_do_not(client):
    tags = {
        language: client.get("/api/v1/missions", headers={"Accept-Language": language})["ETag"]
        for language in ("en", "en-GB,de;q=0.5", "zh-CN")
    }

    assert (tags["en"] == tags["en-GB,de;q=0.5"], tags["en"] == tags["zh-CN"]) == (True, False)


@pytest.mark.parametrize("address", ["/en/missions/?as_of=x", "/en/missions/FP-999/", "/en/missions/?page=99"])
def test_a_refusal_is_not_kept(client, address):
    first = client.get(address)

    assert (first.status_code in (400, 404), first.has_header("ETag")) == (True, False)
    assert len(taken(client, address)[1]) > 1


def test_a_mistake_of_the_site_is_not_kept(client, monkeypatch):
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("missions.public.missions.MissionList.get_context_data", lambda view, **kwargs: 1 / 0)
        assert client.get(LIST).status_code == 500

    assert client.get(LIST).status_code == 200


def test_the_cache_takes_no_more_memory_than_its_bound_and_drops_the_oldest_answer_first():
    answers = revision.Answers()
    size = revision.LARGEST_KEPT - revision.size_of(HttpResponse())
    for number in range(8):
        answers.keep(f"{number}", HttpResponse(b"x" * size))
    assert answers.get("0").content == b"x" * size

    answers.keep("one more", HttpResponse(b"x" * size))

    assert answers.kept.currsize == revision.ALL_KEPT
    assert (answers.get("0") is None, answers.get("1"), answers.get("one more") is None) == (False, None, False)


def test_empty_answers_fill_the_cache_by_their_overhead():
    answers = revision.Answers()
    for number in range(10_000):
        answers.keep(f"{number}", HttpResponse(content_type="text/csv"))

    assert len(answers.kept) == 2037


def test_long_headers_count_too():
    answers = revision.Answers()
    for number in range(3000):
        answers.keep(f"{number}", HttpResponse(content_type="text/csv", headers={"X-Hub-Query": "x" * 4067}))

    assert len(answers.kept) == 1023


def test_a_long_file_is_sent_and_not_kept(client, monkeypatch):
    monkeypatch.setattr(revision, "LARGEST_KEPT", 100)
    first = client.get("/en/report/completion.csv")
    content = body(first)

    status, queries = taken(client, "/en/report/completion.csv")

    assert (status, len(queries) > 1) == (200, True)
    assert taken(client, "/en/report/completion.csv", if_none_match=first["ETag"]) == (304, ONE_TINY_QUERY)
    assert body(client.get("/en/report/completion.csv")) == content


def test_an_answer_that_midnight_came_over_is_not_kept(client, noon, monkeypatch):
    noon.move_to(datetime(2024, 6, 30, 15, 59, 59, tzinfo=UTC))
    drawn = revision.encode

    def encode_past_midnight(*arguments):
        noon.move_to(datetime(2024, 6, 30, 16, 0, 1, tzinfo=UTC))
        drawn(*arguments)

    with monkeypatch.context() as slow:
        slow.setattr(revision, "encode", encode_past_midnight)
        assert client.get(LIST).status_code == 200
    noon.move_to(datetime(2024, 6, 30, 15, 59, 59, tzinfo=UTC))

    assert len(taken(client, LIST)[1]) > 1


def test_a_site_that_was_set_back_to_a_copy_counts_the_same_numbers_and_says_other_things(client):
    """The revision is the same again; when it advanced is not."""
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT copy")
        Theme.objects.update(name_en="Before")
        before = client.get("/en/themes/")
        cursor.execute("ROLLBACK TO copy")
        cursor.execute("SELECT revision FROM missions_head")
    Theme.objects.update(name_en="After")

    after = client.get("/en/themes/")

    assert ("Before" in before.content.decode(), "After" in after.content.decode()) == (True, True)


# Written with what is there, and never without it: entries with their evidence and files, records with their history.
# With the public history of a record the accounts come along, of which it shows none.
BESIDE = {EVIDENCE, FILE, REPORT_FILE, "missions_user"}


@pytest.mark.parametrize("address", [*KEPT, "/en/reports/R-1/", "/en/about/", "/en/data/", "/en/figures/"])
def test_whatever_table_an_answer_is_read_from_a_write_to_it_makes_a_new_revision(client, address):
    build.frozen_report("R-1")
    with CaptureQueriesContext(connection) as queries:
        body(client.get(address))

    read = set(re.findall(r'(?:FROM|JOIN) "?(\w+)"?', " ".join(query["sql"] for query in queries)))
    tables = {table for table in read if not table.startswith("missions_historical")}
    assert tables - {*REVISED, *BESIDE, LEDGER, HEAD} == set()
    assert HEAD in tables


def test_the_program_is_part_of_every_tag(client, settings):
    before = client.get(LIST)["ETag"]
    settings.SITE_URL = "https://elsewhere.example.org"
    revision.program.cache_clear()
    try:
        assert client.get(LIST)["ETag"] != before
    finally:
        settings.SITE_URL = "http://127.0.0.1:8000"
        revision.program.cache_clear()
