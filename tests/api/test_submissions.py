"""Submissions from the offices' own systems: what a token permits, what is refused, and what becomes of it."""

import json
import uuid
from datetime import date

import pytest

from missions.models import Role, Scope, State, Submission
from missions.status import Status
from tests import factories
from tests.api.sending import ADDRESS, NOTICE, SUBMISSION, nothing_is_there, wrong

pytestmark = [pytest.mark.usefixtures("noon")]


def read(client, key, token):
    return client.get(f"{ADDRESS}/{key}", headers={"Authorization": f"Bearer {token}"})


def test_a_submission_waits_for_a_coordinator_as_if_it_had_been_typed(send, client, membership, mission, secret):
    key = uuid.uuid4()
    response = send(key=key, headline_en="Work began", note="Zsecret", evidence=[NOTICE])

    (submission,) = Submission.objects.all()
    site = "http://127.0.0.1:8000"
    assert (response.status_code, response["Location"]) == (201, f"{site}{ADDRESS}/{key}")
    assert response.json() == {
        "key": str(key), "mission": "FP-001", "kind": "report", "state": "submitted", "reason": "", "entry": None,
        "state_label": {"en": "Submitted", "zh": "已报送"}, "received_at": "2024-06-30T04:00:00.000000Z",
        "url": f"{site}{submission.get_absolute_url()}",
    }  # fmt: skip
    facts = ("mission", "kind", "state", "author", "status", "basis", "headline_en", "headline_zh", "effective_on")
    assert [getattr(submission, name) for name in facts] == [
        mission, "report", "submitted", membership.user, "in_progress", "owner", "Work began", "工程开工",
        date(2024, 3, 1),
    ]  # fmt: skip
    assert [*submission.evidence.values_list("title", "url", "published_on")] == [
        ("Notice", NOTICE["url"], date(2024, 3, 2))
    ]
    assert {version.history_user for version in submission.history.all()} == {membership.user}
    assert (submission.delivery.token, mission.changes.count()) == (factories.Token.objects.find(secret), 2)
    for address in ("/api/v1/changes", "/api/v1/missions/FP-001", "/en/missions/FP-001/", "/data/ledger.jsonl"):
        assert "Work began" not in client.get(address).getvalue().decode()


def test_the_sender_alone_reads_what_became_of_it(send, client, membership, secret):
    key = uuid.uuid4()
    send(key=key, headline_en="Work began")
    coordinator, submission = factories.nameless(), Submission.objects.get()
    other = factories.token(factories.membership(Role.COORDINATOR, user=membership.user))[1]
    assert [read(client, key, token).status_code for token in (other, "none")] == [404, 401]

    def state():
        answer = read(client, key, secret)
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
        return [answer.json()[name] for name in ("state", "reason", "entry")]

    states = [state()]
    submission.send_back(by=coordinator, reason="Which document?")
    states.append(state())
    submission.submit(by=coordinator)
    entry = submission.publish(by=coordinator)
    assert [*states, state()] == [
        ["submitted", "", None], ["returned", "Which document?", None], [State.PUBLISHED, "", entry.pk]
    ]  # fmt: skip


def test_a_key_is_good_for_one_content_of_one_sender(send, mission):
    key = uuid.uuid4()
    first, again, other = send(key=key), send(key=key), send(key=key, headline_zh="已完工")
    stranger = factories.token(factories.membership(organisation=mission.lead_owner))[1]
    typed = factories.submission(headline_en="Zsecret", headline_zh="Zsecret")
    foreign = [send(token=stranger, key=key), send(key=typed.key)]

    statuses = [answer.status_code for answer in (first, again, other, *foreign)]
    assert (statuses, first.json() == again.json()) == ([201, 200, 409, 409, 409], True)
    assert Submission.objects.get(key=key).headline_zh == "工程开工"
    assert [answer for answer in foreign if "Zsecret" in answer.text or "FP" in answer.text] == []


def test_a_draft_may_be_unfinished_and_a_token_for_drafts_submits_nothing(send, membership):
    drafts = factories.token(membership, name="Drafts", scope=Scope.DRAFT)[1]

    answers = [send(token=drafts, submit=False, headline_zh="", status=None), send(token=drafts), send(submit=False)]
    assert [answer.status_code for answer in answers] == [201, 403, 201]
    assert list(Submission.objects.values_list("state", flat=True)) == ["draft", "draft"]


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer hub_wrong", "Basic YTpi", "Token {}", "{}"])
def test_nothing_but_a_valid_token_is_accepted(client, membership, secret, header):
    client.force_login(membership.user)  # a session is no token
    headers = {"Authorization": header.format(secret), "Idempotency-Key": str(uuid.uuid4())}
    response = client.post(ADDRESS, json.dumps(SUBMISSION), content_type="application/json", headers=headers)

    assert (response.status_code, response["WWW-Authenticate"], nothing_is_there()) == (401, "Bearer", True)


def test_a_due_date_is_sent_by_an_office_and_decided_by_a_coordinator(send, membership, mission):
    coordinator, office = factories.token(factories.membership(Role.COORDINATOR))[1], membership.organisation
    due = {"kind": "deadline", "due": "2024-12-31", "status": None}
    named = {"reported_by": office.code, "decided_by": "Municipal Government"}

    answers = [send(**due), send(**due, **named), send(token=coordinator, **due, **named)]
    factories.deadline(mission, date(2024, 12, 31), on=date(2024, 2, 1))
    answers.append(send(token=coordinator, **{**due, "due": None}))  # from now on none is due
    answers.append(send(token=coordinator, **due, **{**named, "reported_by": "NOBODY"}))
    assert [answer.status_code for answer in answers] == [201, 422, 201, 201, 422]
    sent = Submission.objects.order_by("pk").values_list("due", "reported_by", "decided_by")
    day = date(2024, 12, 31)
    assert [*sent[:2]] == [(day, office.pk, ""), (day, office.pk, "Municipal Government")]


def test_a_sender_who_does_not_know_the_newest_entry_is_refused(send, mission):
    known = mission.changes.latest("pk").pk
    newer = factories.report(mission, Status.PAUSED, on=date(2024, 2, 1))
    refused, accepted = send(built_on=known), send(built_on=newer.pk)

    assert (refused.status_code, str(newer.pk) in refused.text, accepted.status_code) == (409, True, 201)


# Changes of a good submission → the fields that are refused.
MISTAKES = [
    ({"mission": "FP-999"}, ["mission"]),
    ({"status": "unreported"}, ["status"]),
    ({"status": "completed", "evidence": [{"title": "By telephone"}]}, ["status"]),
    ({"effective_on": "2024-07-01"}, ["effective_on"]),
    ({"effective_on": "2024-3-1"}, ["effective_on"]),
    ({"headline_zh": " ", "headline_en": "a\0b", "note": "a\u202eb"}, ["headline_zh", "headline_en", "note"]),
    ({"evidence": [NOTICE, {"title": "\u3000", "url": NOTICE["url"]}]}, ["evidence.1.title"]),
    ({"evidence": [{**NOTICE, "url": "javascript:alert(1)"}]}, ["evidence.0.url"]),
    (
        {"evidence": [{**NOTICE, "event_on": "x", "publisher": "a\x07b"}]},
        ["evidence.0.event_on", "evidence.0.publisher"],
    ),
    ({"key": "x"}, ["Idempotency-Key"]),
    ({"key": "0" * 5000}, ["Idempotency-Key"]),
    ({"due": "2024-12-31"}, ["due"]),  # a report sets none
    ({"kind": "deadline", "status": None}, ["due"]),
    ({"kind": "deadline", "status": "paused", "due": "2024-12-31"}, ["status"]),
    ({"status": "done", "kind": "opening", "submit": "maybe", "extra": 1}, ["status", "kind", "submit", "extra"]),
]


@pytest.mark.parametrize(("changes", "fields"), MISTAKES)
def test_a_mistake_is_refused_by_field_and_nothing_is_stored(send, changes, fields):
    response = send(**changes)

    assert (response.status_code, sorted(wrong(response)), nothing_is_there()) == (422, sorted(fields), True)


def test_a_status_that_may_not_follow_is_refused(send, mission):
    factories.report(mission, Status.WITHDRAWN, on=date(2024, 2, 1))

    assert (wrong(send()), nothing_is_there()) == (["status"], True)
    assert send(mission="FP-001", status="completed", evidence=[NOTICE]).status_code == 422


@pytest.mark.parametrize("body", ["", "{", "[" * 500_000, "null", "\x00", "{}", *(
    json.dumps({**SUBMISSION, "headline_zh": "é"}, ensure_ascii=False).encode(code) for code in ("utf-16", "latin-1")
)])  # fmt: skip
def test_a_body_that_is_no_submission_in_utf_8_is_refused(send, body):
    response = send(body=body)

    assert (response.status_code in (400, 422), nothing_is_there()) == (True, True)
    assert response["Content-Type"] == "application/problem+json"


def test_a_body_that_is_too_large_or_of_unknown_length_is_refused(send, client, secret):
    headers = {"Authorization": f"Bearer {secret}", "Transfer-Encoding": "chunked"}
    answers = [send(body=" " * (1024 * 1024 + 1)), client.generic("POST", ADDRESS, b"", headers=headers)]

    assert [answer.status_code for answer in answers] == [413, 411]
