"""Submissions from the offices' own systems: what a token permits, and what becomes of what was sent."""

import json
import uuid
from datetime import date, timedelta

import pytest

from missions.models import Role, Scope, State, Submission
from missions.status import Status
from tests import build
from tests.api.sending import ADDRESS, NOTICE, SAID, nothing_is_there

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.both_databases]


def test_what_an_office_sends_waits_for_a_coordinator_as_if_it_had_been_typed(send, client, membership, secret):
    key = uuid.uuid4()

    response = send(key=key, headline_en="Work began", note="By letter", evidence=[NOTICE])

    (submission,) = Submission.objects.all()
    assert (response.status_code, response["Location"]) == (201, f"http://127.0.0.1:8000{ADDRESS}/{key}")
    assert response.json() == {
        "key": str(key),
        "mission": "FP-001",
        "kind": "report",
        "state": "submitted",
        "state_label": {"en": "Submitted", "zh": "已报送"},
        "reason": "",
        "entry": None,
        "received_at": "2024-06-30T04:00:00.000000Z",
        "url": f"http://127.0.0.1:8000{submission.get_absolute_url()}",
    }
    facts = ("mission", "kind", "state", "author", "status", "basis", "headline_en", "headline_zh", "note")
    assert [getattr(submission, name) for name in facts] == [
        submission.mission, "report", "submitted", membership.user, "in_progress", "owner", "Work began", "工程开工",
        "By letter",
    ]  # fmt: skip
    assert submission.effective_on == date(2024, 3, 1)
    (evidence,) = submission.evidence.all()
    assert (evidence.title, evidence.url, evidence.published_on) == ("Notice", NOTICE["url"], date(2024, 3, 2))
    assert [(step.state, step.by) for step in submission.steps.all()] == [("submitted", membership.user)]
    assert {version.history_user for version in submission.history.all()} == {membership.user}
    assert submission.delivery.token == build.Token.objects.good(secret)


def test_the_day_on_which_a_token_was_used_last_is_noted_whatever_came_of_it(send, client, membership):
    sent, refused, asked = (build.token(membership, name=name)[1] for name in ("Sent", "Refused", "Asked"))

    send(token=sent)
    send(token=refused, mission="FP-999")
    client.get(f"{ADDRESS}/{uuid.uuid4()}", headers={"Authorization": f"Bearer {asked}"})

    assert {build.Token.objects.good(token).last_used_on for token in (sent, refused, asked)} == {date(2024, 6, 30)}


def test_sent_again_under_its_key_it_is_found_and_not_made_twice(send):
    key = uuid.uuid4()

    first, second = send(key=key), send(key=key)

    assert (first.status_code, second.status_code, Submission.objects.count()) == (201, 200, 1)
    assert first.json() == second.json()


def test_another_content_under_the_same_key_is_refused(send):
    key = uuid.uuid4()
    send(key=key)

    response = send(key=key, headline_zh="已完工")

    assert (response.status_code, Submission.objects.count()) == (409, 1)
    assert Submission.objects.get().headline_zh == "工程开工"


def test_a_key_of_somebody_elses_is_refused_and_nothing_is_said_of_it(send, mission):
    other = build.membership(organisation=mission.lead_owner)
    typed = build.submission(headline_en="Zsecret", headline_zh="Zsecret")
    by_other = send(token=build.token(other)[1], key=(key := uuid.uuid4()))
    assert by_other.status_code == 201

    answers = [send(key=key), send(key=typed.key)]

    assert [answer.status_code for answer in answers] == [409, 409]
    assert [
        answer for answer in answers if "Zsecret" in answer.content.decode() or "FP" in answer.content.decode()
    ] == []


def test_without_being_submitted_it_stays_a_draft_that_may_be_unfinished(send):
    response = send(submit=False, headline_zh="", status=None)

    assert (response.status_code, response.json()["state"]) == (201, "draft")
    assert list(Submission.objects.get().steps.all()) == []


def test_a_token_for_drafts_keeps_drafts_and_submits_nothing(send, membership):
    token = build.token(membership, name="Drafts", scope=Scope.DRAFT)[1]

    kept, refused = send(token=token, submit=False), send(token=token)

    assert (kept.status_code, refused.status_code) == (201, 403)
    assert list(Submission.objects.values_list("state", flat=True)) == ["draft"]


def end(token, how):
    match how:
        case "revoked":
            token.revoke(by=build.membership(Role.ADMINISTRATOR).user)
        case "role taken":
            token.membership.delete()
        case "account closed":
            token.user.is_active = False
            token.user.save()


@pytest.mark.parametrize("how", ["revoked", "role taken", "account closed"])
def test_a_token_that_is_no_longer_in_force_opens_nothing(send, secret, how):
    assert send().status_code == 201
    end(build.Token.objects.good(secret), how)

    response = send()

    assert (response.status_code, response["WWW-Authenticate"]) == (401, "Bearer")
    assert Submission.objects.count() == 1


def test_a_token_is_good_on_its_last_day_and_not_the_day_after(send, membership, noon):
    token = build.token(membership, name="Short", days=1)[1]

    noon.shift(timedelta(days=1))
    last = send(token=token)
    noon.shift(timedelta(days=1))

    assert (last.status_code, send(token=token).status_code) == (201, 401)


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer hub_wrong", "Basic YTpi", "Token {}", "{}", "Bearer\u00a0{}"]
)
def test_anything_but_a_token_in_force_is_refused(client, mission, secret, header):
    headers = {"Authorization": header.format(secret), "Idempotency-Key": str(uuid.uuid4())}

    response = client.post(ADDRESS, json.dumps(SAID), content_type="application/json", headers=headers)

    assert (response.status_code, response["WWW-Authenticate"], nothing_is_there()) == (401, "Bearer", True)


def test_an_official_who_is_signed_in_needs_a_token_as_well(client, mission, membership):
    client.force_login(membership.user)

    response = client.post(
        ADDRESS, json.dumps(SAID), content_type="application/json", headers={"Idempotency-Key": str(uuid.uuid4())}
    )

    assert (response.status_code, nothing_is_there()) == (401, True)


def test_an_editors_token_reports_on_the_missions_of_its_organisation_and_those_below(send, mission):
    below = build.organisation("LOW", parent=mission.lead_owner)
    build.mission("FP-002", lead_owner=below)
    build.mission("FP-003", lead_owner=build.organisation("ELSE"))

    assert [send(mission=code).status_code for code in ("FP-002", "FP-003")] == [201, 403]


def test_an_office_asks_for_a_new_due_date_and_a_coordinator_may_name_the_office(send, membership):
    coordinator = build.token(build.membership(Role.COORDINATOR))[1]
    due = {"kind": "deadline", "due": "2024-12-31", "status": None}
    office = membership.organisation

    assert send(**due).status_code == 201
    named = {"reported_by": office.code, "decided_by": "Municipal Government"}
    assert send(**due, **named).status_code == 422
    assert send(token=coordinator, **due, **named).status_code == 201
    sent = Submission.objects.order_by("pk").values_list("kind", "due", "reported_by", "decided_by")
    day = date(2024, 12, 31)
    assert list(sent) == [("deadline", day, office.pk, ""), ("deadline", day, office.pk, "Municipal Government")]


def test_a_token_has_no_right_that_another_role_of_the_same_person_gives(send, membership):
    build.membership(Role.COORDINATOR, user=membership.user)
    build.membership(user=membership.user, organisation=build.organisation("ELSE"))
    build.mission("FP-003", lead_owner=build.organisation("ELSE"))

    assert send(mission="FP-003").status_code == 403


def test_nothing_can_be_published_through_the_api(send, mission):
    coordinator = build.token(build.membership(Role.COORDINATOR))[1]
    before = mission.changes.count()

    response = send(token=coordinator, headline_en="Work began", evidence=[NOTICE])

    assert (response.json()["state"], mission.changes.count()) == ("submitted", before)


def test_a_sender_who_does_not_know_the_newest_entry_is_told_of_it(send, mission):
    known = mission.changes.latest("pk").pk
    newer = build.report(mission, Status.PAUSED, on=date(2024, 2, 1))

    refused, taken = send(built_on=known), send(built_on=newer.pk)

    assert (refused.status_code, str(newer.pk) in refused.json()["detail"]) == (409, True)
    assert (taken.status_code, Submission.objects.count()) == (201, 1)


def test_the_sender_learns_what_became_of_it(send, client, secret):
    key = uuid.uuid4()
    send(key=key, headline_en="Work began")
    coordinator, submission = build.nameless(), Submission.objects.get()

    def state():
        answer = client.get(f"{ADDRESS}/{key}", headers={"Authorization": f"Bearer {secret}"})
        assert (answer.status_code, answer["Cache-Control"]) == (200, "private, no-store")
        return [answer.json()[name] for name in ("state", "reason", "entry")]

    assert state() == ["submitted", "", None]
    submission.send_back(by=coordinator, reason="Which document?")
    assert state() == ["returned", "Which document?", None]
    submission.submit(by=coordinator)
    entry = submission.publish(by=coordinator)
    assert state() == [State.PUBLISHED, "", entry.pk]


def test_what_was_sent_in_another_role_is_not_found(send, client, mission, membership, secret):
    other = build.token(build.membership(Role.COORDINATOR, user=membership.user))[1]
    typed = build.submission(mission, by=membership.user)
    send(token=other, key=(key := uuid.uuid4()))

    own, others = ({"Authorization": f"Bearer {token}"} for token in (secret, other))

    assert client.get(f"{ADDRESS}/{key}", headers=others).status_code == 200
    assert client.get(f"{ADDRESS}/{key}", headers=own).status_code == 404
    assert client.get(f"{ADDRESS}/{typed.key}", headers=own).status_code == 404
    assert client.get(f"{ADDRESS}/{key}").status_code == 401


def test_what_waits_there_is_seen_by_nobody_outside(send, client):
    send(headline_en="Zsecret", note="Zsecret")

    for address in ("/api/v1/changes", "/api/v1/missions/FP-001", "/en/missions/FP-001/", "/data/ledger.jsonl"):
        assert "Zsecret" not in client.get(address).getvalue().decode()
