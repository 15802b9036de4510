"""What schemathesis makes of the API's own description, against a real server; `make fuzz` sends far more."""

import pytest

from tests.browser.conftest import Site
from tests.fuzz.api import fuzz, issued


@pytest.mark.long
@pytest.mark.parametrize("has_token", [False, True])
def test_every_answer_is_as_described_whatever_is_sent(tmp_path, has_token):
    site = Site(tmp_path)
    site.start(workers=2)
    try:
        token = issued(site) if has_token else None
        cases, _output = fuzz(site, tmp_path, drawn=15, phases=["examples", "fuzzing"], seed=7, token=token)
    finally:
        site.stop()
    assert cases > 150
