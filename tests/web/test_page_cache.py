"""Which answers are cached, for whom, and in which content coding."""

import gzip
from datetime import UTC, datetime

import brotli
import pytest
from django.urls import resolve, reverse

from missions.status import Status
from missions.web import page_cache
from tests import factories
from tests.cache import AllQueries

pytestmark = pytest.mark.usefixtures("noon")
LIST, API = "/en/missions/", "/api/v1/missions"


@pytest.fixture(scope="module", autouse=True)
def mission(module_noon):
    return factories.mission("FP-001", status=Status.PAUSED, areas=[factories.area("A1")])


def queries(client, address, **headers):
    with AllQueries() as captured:
        client.get(address, headers=headers).close()
    return len(captured)


@pytest.mark.parametrize("name", ["admin:index", "account_login", "admin:missions_mission_changelist", "mfa_index"])
def test_the_page_of_an_official_is_private_and_not_cached(client, name):
    client.force_login(factories.user("official", factories.Role.COORDINATOR))

    answers = [client.get(reverse(name)) for _twice in range(2)]
    assert ["private" in answer["Cache-Control"] for answer in answers] == [True, True]
    assert [answer.has_header("ETag") for answer in answers] == [False, False]


def test_an_answer_to_a_token_is_private_and_not_cached(client):
    headers = {"Authorization": f"Bearer {factories.token()[1]}"}
    public, answer = client.get(API), client.get(API, headers=headers)

    assert (answer.content, answer["Cache-Control"]) == (public.content, "private, no-cache")
    assert answer["ETag"] != public["ETag"]
    assert client.get(API, headers={**headers, "If-None-Match": answer["ETag"]}).status_code == 304
    assert queries(client, API, **headers) > 1


@pytest.mark.parametrize(
    ("accepted", "coding", "unpack"),
    [
        ("", None, bytes), ("gzip", "gzip", gzip.decompress), ("gzip, deflate, br, zstd", "br", brotli.decompress),
        ("br;q=0, gzip;q=0.5", "gzip", gzip.decompress), ("br;q=0.0,gzip;q=0", None, bytes), ("identity", None, bytes),
        ("GZIP;Q=1.0", "gzip", gzip.decompress), ("br;q=.;q=1.2.3, gzip;q=x, ,;;=", "br", brotli.decompress),
        ("\xff\x00,;q=", None, bytes),
    ],
)  # fmt: skip
def test_a_page_is_sent_in_a_coding_that_the_reader_accepts(client, accepted, coding, unpack):
    headers = {"Accept-Encoding": accepted}
    plain, packed, again = (client.get(LIST, headers=each) for each in ({}, headers, headers))

    assert (packed.get("Content-Encoding"), unpack(packed.content)) == (coding, plain.content)
    assert (again.content, again["Content-Length"]) == (packed.content, str(len(packed.content)))
    assert (packed["ETag"] == plain["ETag"]) == (coding is None)
    assert client.get(LIST, headers={**headers, "If-None-Match": f"W/{packed['ETag']}"}).status_code == 304


@pytest.mark.parametrize(
    "other",
    [
        {"path": "/zh-hans/missions/"}, {"path": "/en/missions/?page=1"}, {"secure": True},
        {"headers": {"Host": "localhost"}}, {"headers": {"Accept-Encoding": "gzip"}},
    ],
)  # fmt: skip
def test_answers_that_may_differ_have_different_etags(client, other):
    assert client.get(**{"path": LIST, **other})["ETag"] != client.get(LIST)["ETag"]


@pytest.mark.parametrize(("address", "media_type"), [(API, "application/problem+json"), (LIST, "text/html")])
def test_a_precondition_is_checked(client, address, media_type):
    etag = client.get(address)["ETag"]
    refused, accepted = (client.get(address, headers={"If-Match": tag}) for tag in ('"another"', etag))

    assert (refused.status_code, accepted.status_code) == (412, 200)
    assert refused["Content-Type"].startswith(media_type)


@pytest.mark.parametrize("address", ["/en/missions/?as_of=x", "/en/missions/FP-999/", "/en/missions/?page=99"])
def test_an_error_is_not_cached(client, address):
    first = client.get(address)

    assert (first.status_code in (400, 404), first.has_header("ETag")) == (True, False)
    assert queries(client, address) > 1


def test_an_answer_made_over_midnight_is_not_cached(client, noon, monkeypatch):
    before, after = datetime(2024, 6, 30, 15, 59, 59, tzinfo=UTC), datetime(2024, 6, 30, 16, 0, 1, tzinfo=UTC)

    def render_past_midnight(view, **kwargs):
        noon.move_to(after)
        return render(view, **kwargs)

    view = resolve(LIST).func.view_class
    render = view.get_context_data
    noon.move_to(before)
    with monkeypatch.context() as slow:
        slow.setattr(view, "get_context_data", render_past_midnight)
        assert client.get(LIST).status_code == 200
    noon.move_to(before)

    assert queries(client, LIST) > 1


def test_pages_are_built_in_turn_and_pdfs_beside_them(client, monkeypatch):
    has_turn = {}
    build = page_cache.build

    def note(request, get_response):
        has_turn[request.path] = page_cache.turn.locked()
        return build(request, get_response)

    monkeypatch.setattr(page_cache, "build", note)
    page, pdf = "/en/missions/", "/en/report/completion.pdf"
    assert [client.get(address).status_code for address in (page, pdf)] == [200, 200]
    assert has_turn == {page: True, pdf: False}
    with page_cache.turn:  # of a page that takes long
        assert client.get("/zh-hans/missions/").status_code == 200
