"""The ledger as JSON Lines: what a line is, which entries are asked for, what the answer states."""

import hashlib
import json
from datetime import date

import pytest

from missions.models import Head, StatusChange
from missions.models.ledger import canonical
from missions.status import Status
from tests import build
from tests.dataset.unpacking import LEDGER, day, fetched, small_ledger
from tests.downloads import stated

FIELDS = [
    "id", "mission", "kind", "status", "previous", "due", "effective_on", "recorded_at", "corrects", "basis",
    "headline_en", "headline_zh", "evidence", "prev_hash", "hash",
]  # fmt: skip


@pytest.fixture
def six_entries(noon):
    small_ledger()


def entries(body):
    return [json.loads(line) for line in body.split(b"\n")[:-1]]


def hashed(line):
    """The line with its hash, which was taken without."""
    digest = hashlib.sha256(line.encode()).hexdigest()
    before, after = line.split(',"headline_en"')
    return f'{before},"hash":"{digest}","headline_en"{after}\n', digest


def test_a_ledger_has_exactly_these_bytes(client, noon, any_character):
    mission = build.mission("M-1", due=date(2025, 12, 31))
    cited = [build.evidence(title="“虹桥”\n\x7f\u2028", published_on=date(2023, 5, 1)), build.evidence(is_public=False)]
    build.report(mission, Status.COMPLETED, on=date(2024, 1, 1), evidence=cited, headline_en='"Done" / é')

    _response, body = fetched(client, LEDGER)

    opening, digest = hashed(
        '{"basis":"document","corrects":null,"due":"2025-12-31","effective_on":"2021-02-24","evidence":[],'
        '"headline_en":"","headline_zh":"","id":1,"kind":"opening","mission":"M-1",'
        f'"prev_hash":"{"0" * 64}","previous":null,"recorded_at":"2024-06-30T04:00:00.000000Z","status":"unreported"}}'
    )
    private = (
        '{"event_on":null,"published_on":null,"publisher":"Publisher","title":"Evidence",'
        '"url":"https://example.org/evidence"}'
    )
    report, _digest = hashed(
        '{"basis":"document","corrects":null,"due":null,"effective_on":"2024-01-01","evidence":['
        '{"event_on":null,"published_on":"2023-05-01","publisher":"Publisher","title":"“虹桥”\\n\x7f\u2028",'
        '"url":"https://example.org/evidence"},'
        f'{{"sha256":"{hashlib.sha256(private.encode()).hexdigest()}"}}],'
        '"headline_en":"\\"Done\\" / é","headline_zh":"现为completed","id":2,"kind":"report","mission":"M-1",'
        f'"prev_hash":"{digest}","previous":"unreported","recorded_at":"2024-06-30T04:00:00.000000Z",'
        '"status":"completed"}'
    )
    assert body == (opening + report).encode()


def test_each_line_has_the_fields_of_its_entry_in_canonical_form(client, six_entries):
    _response, body = fetched(client, LEDGER)

    said = entries(body)
    decided = {"opening": [], "report": [], "deadline": ["decided_by"], "correction": []}
    assert [sorted(entry) for entry in said] == [sorted([*FIELDS, *decided[entry["kind"]]]) for entry in said]
    assert [entry["id"] for entry in said] == [1, 2, 3, 4, 5, 6]
    assert body == b"".join(f"{canonical(entry)}\n".encode() for entry in said)
    assert said == [{**entry.public_line(), "hash": entry.hash} for entry in StatusChange.objects.all()]
    assert said[-1]["hash"] == Head.objects.get().hash


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("", 1),
        ("?since_id=", 1),
        ("?since_id=0", 1),
        ("?since_id=3", 4),
        ("?since_id=3&since_id=3", 4),
        ("?since_id=3&since_id=", 4),
        ("?since_id=3&unknown=7&as_of=nonsense", 4),
        ("?since_id=6", 7),
        ("?since_id=7", 7),
        (f"?since_id={2**63 - 1}", 7),
    ],
)
def test_the_entries_after_a_number_are_the_end_of_the_whole(client, six_entries, query, first):
    _response, whole = fetched(client, LEDGER)

    response, body = fetched(client, LEDGER + query)

    assert body == b"".join(whole.splitlines(keepends=True)[first - 1 :])
    assert response["X-Hub-Count"] == str(7 - first)


BAD = {
    "-1": "Enter a whole number.",
    "%2B2": "Enter a whole number.",
    "%202": "Enter a whole number.",
    "2%0A": "Enter a whole number.",
    "1_0": "Enter a whole number.",
    "１": "Enter a whole number.",
    "٣": "Enter a whole number.",
    str(2**63): f"Ensure this value is less than or equal to {2**63 - 1}.",
    "9" * 5000: "Enter a whole number.",
    "x": "Enter a whole number.",
    "1.5": "Enter a whole number.",
    "1e3": "Enter a whole number.",
    "%00": "Enter a whole number.",
    "3&since_id=4": "Give this parameter once.",
}


@pytest.mark.parametrize("value", BAD)
def test_a_number_that_cannot_be_read_is_named_in_both_languages(client, six_entries, value):
    response = client.get(f"{LEDGER}?since_id={value}")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    (error,) = response.json()["errors"]
    assert (error["parameter"], error["en"]) == ("since_id", BAD[value])
    assert error["zh"] not in ("", error["en"])
    assert [name for name in response.headers if name.startswith(("X-Hub", "Repr", "ETag"))] == []


def test_the_headers_state_the_revision_the_query_and_the_digest(client, six_entries):
    response, body = fetched(client, f"{LEDGER}?unknown=1&since_id=02")

    expected = stated("since_id=2", body, records=4)
    expected["X-Hub-As-Of"] = day()
    expected["Content-Type"] = "application/x-ndjson"
    expected["Content-Disposition"] = (
        expected["Content-Disposition"].replace("2024-06-30", day()).replace(".csv", ".jsonl")
    )
    assert {name: response[name] for name in expected} == expected
    assert response["Cache-Control"] == "public, no-cache"
    assert "Content-Encoding" not in response
    assert not response.cookies


def test_a_site_without_entries_has_an_empty_ledger(client, db):
    response, body = fetched(client, LEDGER)

    assert (body, response["X-Hub-Count"]) == (b"", "0")
