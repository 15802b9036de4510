"""A short run of `make fuzz`."""

import pytest

from .generate import Request
from .pages import faults, fuzz, send
from .site import FuzzedSite

pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    site = FuzzedSite(tmp_path_factory.mktemp("site"))
    with site.serving():
        yield site


def test_every_route_answers_random_requests_without_a_fault(site):
    counted, wrong = fuzz(site, seed=7, times=2)

    assert wrong == []
    assert {200, 302, 400, 403, 404, 405} <= set(counted)


@pytest.mark.parametrize("role", ["anybody", "coordinator"])
def test_the_api_answers_as_its_schema_says(site, role):
    number, problems = site.fuzz_api(examples=8, seed=7, token=site.token if role == "coordinator" else None)

    assert not problems, problems
    assert number > 150


def test_a_write_by_a_reading_request_would_be_found(site):
    site.changed()
    site.database.execute("UPDATE missions_user SET name = 'changed'")
    site.version = None

    assert site.changed() == ["missions_user"]
    assert site.query("SELECT name FROM missions_user WHERE name = 'changed'") == []


def test_a_fault_of_an_answer_would_be_found(site):
    request = Request("GET", b"/en/", {b"Host": b"localhost:%d" % site.port, b"Connection": b"close"})
    status, headers, body = send(site.port, request)

    assert list(faults(request, status, headers, body, site.url)) == []
    del headers["Content-Security-Policy"]
    assert list(faults(request, 500, headers, b"<hub-fuzz>", site.url)) == [
        "status 500", "lacks content-security-policy", "has an element that the request brought",
    ]  # fmt: skip
