"""A short run of `make fuzz`."""

import pytest

from .pages import fuzz
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
