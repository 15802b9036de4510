"""What schemathesis makes of the API's own description, asked of a real server; `make fuzz` asks far more."""

import json
import subprocess
import urllib.error
import urllib.request

import pytest

from tests.browser.conftest import Site
from tests.fuzz.api import fuzz, issued

PHASES = ["examples", "fuzzing"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("site"))
    made.start(workers=2)
    try:
        yield made
    finally:
        made.stop()


@pytest.fixture(scope="module")
def token(site):
    return issued(site)


def test_a_token_that_was_never_used_reads_what_became_of_its_submissions(site, token):
    """Nothing is written in a transaction that only reads, which a test inside one transaction would not see."""
    address = f"{site.url}/api/v1/submissions/00000000-0000-4000-8000-000000000000"
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)

    with refused.value as answer:
        assert answer.code == 404


def test_whatever_anybody_asks_is_answered_as_the_description_says(site, tmp_path):
    cases, _said = fuzz(site, tmp_path, drawn=15, phases=PHASES, seed=7)

    assert cases > 150


def test_whatever_a_token_sends_is_answered_as_the_description_says(site, tmp_path, token):
    cases, _said = fuzz(site, tmp_path, drawn=15, phases=PHASES, seed=7, token=token)

    assert cases > 150


def test_an_answer_that_is_not_as_described_is_found(site, tmp_path):
    with urllib.request.urlopen(f"{site.url}/api/v1/openapi.json") as answer:
        description = json.load(answer)
    description["components"]["schemas"]["Revision"]["properties"]["entry"]["type"] = "string"
    altered = tmp_path / "openapi.json"
    altered.write_text(json.dumps(description))

    with pytest.raises(subprocess.CalledProcessError) as failed:
        fuzz(site, tmp_path, drawn=2, phases=["fuzzing"], seed=7, description=altered)

    assert "Response violates schema" in failed.value.output
