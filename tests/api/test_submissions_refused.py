"""What is sent is refused where the form would refuse it: by field, in both languages, and nothing is kept."""

import json
import uuid
from datetime import date

import pytest

from missions.models import Role, Submission
from missions.status import Status
from tests import build
from tests.api.sending import ADDRESS, NOTICE, SAID, nothing_is_there, wrong
from tests.public.dom import parse

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.both_databases]

FUTURE = "This day lies in the future: enter the day on which it became true, at the latest today."
MISTAKES = [
    ({"mission": "FP\0"}, {"mission": "This is not written as a code is: letters, digits, - _ . alone."}),
    ({"mission": "FP-999"}, {"mission": "There is no mission of this code."}),
    ({"status": None}, {"status": "This field cannot be blank."}),
    ({"status": "unreported"}, {"status": "Only a correction can lead back to “Not individually reported”."}),
    ({"effective_on": "2024-07-01"}, {"effective_on": FUTURE}),
    ({"effective_on": "2024-3-1"}, {"effective_on": "Write a day as YYYY-MM-DD, such as 2024-03-02."}),
    ({"effective_on": "1899-12-31"}, {"effective_on": "Days run from 1900 to 2100."}),
    ({"headline_zh": " "}, {"headline_zh": "State the reason, in one language at least."}),
    ({"headline_zh": "a\0b"}, {"headline_zh": "Null characters are not allowed."}),
    ({"evidence": [{"title": "A", "url": "example"}]}, {
        "evidence.0.url": "Write the whole address, such as https://example.org/notice."
    }),
    ({"evidence": [{**NOTICE, "event_on": "x"}]}, {
        "evidence.0.event_on": "Write a day as YYYY-MM-DD, such as 2024-03-02."
    }),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), MISTAKES)
def test_what_the_form_would_refuse_is_refused_by_field_and_nothing_is_kept(send, changes, said):
    response = send(**changes)

    assert (response.status_code, wrong(response), nothing_is_there()) == (422, said, True)


def test_completed_needs_evidence_that_can_be_looked_up(send):
    refused = send(status="completed", evidence=[{"title": "By telephone"}])
    taken = send(status="completed", evidence=[NOTICE])

    assert (refused.status_code, list(wrong(refused)), taken.status_code) == (422, ["status"], 201)


def test_a_move_that_the_ledger_forbids_is_refused(send, mission):
    build.report(mission, Status.WITHDRAWN, on=date(2024, 2, 1))

    response = send()

    assert (response.status_code, list(wrong(response)), nothing_is_there()) == (422, ["status"], True)


@pytest.mark.parametrize(
    "content", [{}, {"evidence": [{"title": "By telephone"}], "status": "completed"}, *(c for c, _s in MISTAKES[2:])]
)
def test_the_back_office_says_the_same_of_the_same(send, client, mission, membership, settings, content):
    """The form, sent as a browser sends it, takes what the API takes, and names the same mistakes."""
    settings.HUB_REQUIRE_MFA = False
    membership.user.must_change_password, membership.user.language = False, "en"
    membership.user.save()
    client.force_login(membership.user)
    said = {**SAID, **content}
    rows = said.get("evidence", [])
    typed = {name: value for name, value in said.items() if name not in ("mission", "evidence") and value is not None}
    typed |= {"evidence-TOTAL_FORMS": len(rows), "evidence-INITIAL_FORMS": 0, "key": uuid.uuid4(), "version": 0}
    for place, row in enumerate(rows):
        typed |= {f"evidence-{place}-{name}": value for name, value in {**row, "is_public": "on"}.items()}
    typed |= {"built_on": mission.changes.latest("pk").pk, "_submit": "Submit"}

    answer, page = send(**content), client.post(f"/admin/missions/mission/{mission.pk}/report/", typed)

    errors = parse(page).all(class_="errorlist") if page.status_code == 200 else []
    assert page.status_code == (302 if answer.status_code == 201 else 200)
    assert {item.text for errorlist in errors for item in errorlist.all("li")} == set(
        wrong(answer).values() if answer.status_code == 422 else ()
    )


@pytest.mark.parametrize(
    "row", [{"title": " "}, {"title": "", "is_public": False}, {"title": "\u3000", "url": NOTICE["url"]}]
)
def test_evidence_without_a_title_is_refused_and_never_left_out_silently(send, row):
    response = send(evidence=[NOTICE, row, NOTICE])

    assert (response.status_code, wrong(response)) == (422, {"evidence.1.title": "This must not be empty."})
    assert nothing_is_there()


DUE = {"kind": "deadline", "status": None, "due": "2024-12-31"}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"due": "2024-12-31"}, "due"),
        ({**DUE, "status": "paused"}, "status"),
        ({"kind": "deadline", "status": None}, "due"),
    ],
)
def test_what_a_submission_of_its_kind_has_no_room_for_is_refused_and_never_left_out_silently(send, changes, field):
    coordinator = build.token(build.membership(Role.COORDINATOR))[1]

    response = send(token=coordinator, **changes)

    assert (response.status_code, list(wrong(response)), nothing_is_there()) == (422, [field], True)


def test_that_there_is_no_due_date_from_now_on_has_to_be_said(send, mission):
    build.deadline(mission, date(2024, 12, 31), on=date(2024, 2, 1))
    coordinator = build.token(build.membership(Role.COORDINATOR))[1]

    response = send(token=coordinator, **{**DUE, "due": None})

    assert (response.status_code, Submission.objects.get().due) == (201, None)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "gb18030", "latin-1"])
def test_a_body_in_another_encoding_than_utf_8_is_refused(send, encoding):
    response = send(body=json.dumps({**SAID, "headline_zh": "é"}, ensure_ascii=False).encode(encoding))

    assert (response.status_code, nothing_is_there()) == (400, True)


def test_a_body_that_comes_in_chunks_is_refused_rather_than_read_as_empty(client, mission, secret):
    headers = {"Authorization": f"Bearer {secret}", "Transfer-Encoding": "chunked"}

    response = client.generic("POST", ADDRESS, b"", headers=headers)

    assert (response.status_code, response["Content-Type"]) == (411, "application/problem+json")


def test_what_is_not_of_its_shape_is_refused_by_field(send):
    wrong_types = {
        "status": "done",
        "basis": None,
        "evidence": [{"url": 3}],
        "submit": "maybe",
        "extra": 1,
        "kind": "opening",
    }

    response = send(**wrong_types)

    assert (response.status_code, nothing_is_there()) == (422, True)
    assert wrong(response).keys() == {
        "status", "basis", "evidence.0.url", "evidence.0.title", "submit", "extra", "kind"
    }  # fmt: skip


@pytest.mark.parametrize("body", ["", "{", "[]", "null", '"x"', "\x00", "{}"])
def test_a_body_that_is_no_submission_is_refused(send, body):
    response = send(body=body)

    assert (response.status_code in (400, 422), nothing_is_there()) == (True, True)
    assert response["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_is_refused(send):
    response = send(body=" " * (1024 * 1024 + 1))

    assert (response.status_code, response["Content-Type"]) == (413, "application/problem+json")


@pytest.mark.parametrize("key", ["", "x", "1", "not-a-uuid", "0" * 5000])
def test_the_key_must_be_a_uuid(client, mission, secret, key):
    headers = {"Authorization": f"Bearer {secret}", **({"Idempotency-Key": key} if key else {})}

    response = client.post(ADDRESS, json.dumps(SAID), content_type="application/json", headers=headers)

    assert (response.status_code, list(wrong(response)), nothing_is_there()) == (422, ["Idempotency-Key"], True)
