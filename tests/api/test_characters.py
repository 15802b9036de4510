"""Characters that cannot be seen are refused at their field by the API, in both languages."""

import pytest

from tests.api.sending import NOTICE, nothing_is_there, wrong
from tests.characters import REFUSED, refusal, text

pytestmark = pytest.mark.usefixtures("noon")


@pytest.mark.parametrize("field", ["headline_en", "headline_zh", "note"])
@pytest.mark.parametrize("character", REFUSED)
def test_a_submission_is_refused_at_its_field(send, field, character):
    response = send(**{field: text(character)})

    assert (response.status_code, wrong(response), nothing_is_there()) == (422, {field: refusal(character)}, True)


@pytest.mark.parametrize("field", ["title", "publisher"])
@pytest.mark.parametrize("character", REFUSED)
def test_evidence_is_refused_at_its_field(send, field, character):
    response = send(evidence=[{**NOTICE, field: text(character)}])

    assert wrong(response) == {f"evidence.0.{field}": refusal(character)}


def test_an_address_of_evidence_is_refused_at_its_field(send):
    response = send(evidence=[{**NOTICE, "url": "https://example.org/\u202e"}])

    assert list(wrong(response)) == ["evidence.0.url"]
