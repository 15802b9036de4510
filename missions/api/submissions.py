"""Submissions from the offices' own systems: what a token permits, by the very form of the back office."""

import hashlib
from collections.abc import Callable
from typing import Annotated, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext_lazy, override
from django.utils.translation import gettext_noop as _
from ninja import Header, Path, Status
from ninja.security import HttpBearer

from ..bilingual_text import PATHS, Words, both
from ..ledger.entries import in_utc
from ..models import Delivery, Head, Mission, Scope, State, StatusChange, Submission, Token, User
from ..workflow.forms import SubmissionForm
from . import schemas, urls_and_labels
from .core import NOT_IN_ORDER, Refusal, api

REFUSED = dict.fromkeys((400, 401, 403, 409, 411, 413, 422), schemas.Problem)


class FromOffice(HttpRequest):
    """A request with the token that it was sent with."""

    auth: Token


class Bearer(HttpBearer):
    """A token in force; whoever sends it acts in its one role."""

    def authenticate(self, request, token):
        if found := Token.objects.good(token):
            request.user = found.account  # whom the history names
        return found


@api.post(
    "submissions",
    auth=Bearer(),
    response={200: schemas.Received, 201: schemas.Received, **REFUSED},
    summary=_("Send a submission"),
    description=_(
        "Reports a status, or a new due date, by the rules of the form in the back office; a coordinator reads it "
        "before the public does. The header Idempotency-Key is a UUID of your own: sent again with the same body, it "
        "finds what it made the first time (200); with another body it is refused (409)."
    ),
)
def submit(
    request: FromOffice,
    response: HttpResponse,
    sent: schemas.Submission,
    key: Annotated[UUID, Header(alias="Idempotency-Key", description=_("A UUID of your own, new for each submission"))],
):
    digest = hashlib.sha256(request.body).hexdigest()
    with transaction.atomic():
        Head.objects.lock()  # what is checked stays true until it is done, and a key sent twice at once is one
        if earlier := Submission.objects.filter(key=key).first():
            return Status(200, as_received(the_same(earlier, request.auth, digest)))
        submission = tried_in_both_languages(lambda: take_in(sent, key, request.auth))
        Delivery.objects.create(submission=submission, token=request.auth, digest=digest)
    response["Location"] = address(submission)
    return Status(201, as_received(submission))


@api.get(
    "submissions/{uuid:key}",
    auth=Bearer(),
    response={200: schemas.Received, 401: schemas.Problem, 404: schemas.Problem},
    summary=_("What became of a submission"),
    description=_(
        "Whether it waits, was returned and why, or was published, and as which entry of the ledger. A token finds "
        "what was sent in its own role."
    ),
)
def submission(
    request: FromOffice,
    response: HttpResponse,
    key: Annotated[UUID, Path(description=_("Its key: the Idempotency-Key with which it was sent"))],
):
    response["Cache-Control"] = "private, no-store"
    sent = Submission.objects.filter(delivery__token__membership=request.auth.membership)
    return as_received(get_object_or_404(sent.select_related("mission", "delivery"), key=key))


def the_same(earlier: Submission, token: Token, digest: str) -> Submission:
    """The submission that was made with this key; of a key that was used otherwise, nothing is said but that."""
    delivery = getattr(earlier, "delivery", None)
    if not delivery or (delivery.token.membership_id, delivery.digest) != (token.membership_id, digest):
        raise Refusal(409, Words("Key in use", "键值已使用"), both(KEY_IN_USE))
    return earlier


KEY_IN_USE = gettext_lazy("Something else was sent under this Idempotency-Key: take a new one.")
NOT_PERMITTED = gettext_lazy("This token does not permit that: by its role, its organisation or its scope.")
NO_MISSION = gettext_lazy("There is no mission of this code.")
NO_DUE = gettext_lazy("A report sets no due date: send that as a “deadline” of its own.")
NO_STATUS = gettext_lazy("A new due date sets no status: send that as a “report” of its own.")
OWN_ORGANISATION = gettext_lazy("Leave it out: what an editor sends comes from the own organisation.")
WHICH_DUE = gettext_lazy("Name the new due date; null if there is none from now on.")
NEWER = gettext_lazy("Nothing was taken in: entry %(number)s of this mission is newer than the one you name.")


def take_in(sent: schemas.Submission, key: UUID, token: Token) -> Submission:
    """Keeps it, and submits it where that is asked for. Raises Mistaken, by field, and Refusal."""
    if beside := said_beside(sent, token.account):
        raise Mistaken(beside)
    account = token.account
    mission = Mission.objects.public().select_related("instrument").filter(code=sent.mission).first()
    if mission is None:
        raise Mistaken({"mission": str(NO_MISSION)})
    submission = Submission(key=key, mission=mission, kind=sent.kind, author=account)
    if not account.has_perm("missions.draft_submission", submission) or (sent.submit and token.scope != Scope.SUBMIT):
        raise Refusal(403, Words("Not permitted", "无权限"), both(NOT_PERMITTED))
    newest = mission.changes.latest("pk")
    if sent.built_on is not None and newest.pk > sent.built_on:
        raise Refusal(409, Words("Newer entry", "已有新记录"), both(NEWER, number=newest.pk))
    with transaction.atomic():  # the form keeps a draft with mistakes; a system is told of them instead
        form = SubmissionForm(submission, as_typed(sent, newest), {}, user=account)
        if form.carry_out("submit" if sent.submit else "save"):
            return submission
        raise Mistaken(mistakes(form))


def said_beside(sent: schemas.Submission, account: User) -> dict[str, str]:
    """What the form of this kind has no field for, and would leave out; and what it would take for "no deadline"."""
    found = {}
    if sent.reported_by and not account.has_perm("missions.return_submission"):
        found["reported_by"] = str(OWN_ORGANISATION)
    if sent.kind == "report":
        return found | {name: str(NO_DUE) for name in ("due", "decided_by") if getattr(sent, name)}
    found |= {"status": str(NO_STATUS)} if sent.status else {}
    return found if "due" in sent.model_fields_set else {**found, "due": str(WHICH_DUE)}


def as_typed(sent: schemas.Submission, newest: StatusChange) -> QueryDict:
    """What the form would have been sent with. Whether an entry came between has been looked at."""
    plain = (
        *("status", "due", "decided_by", "effective_on", "basis", "reported_by"),
        *("headline_zh", "headline_en", "note"),
    )
    typed = {name: getattr(sent, name) for name in plain}
    typed |= {"version": 0, "built_on": newest.pk}
    typed |= {"evidence-INITIAL_FORMS": 0, "evidence-TOTAL_FORMS": len(sent.evidence)}
    for place, item in enumerate(sent.evidence):
        typed |= {f"evidence-{place}-{name}": value for name, value in item.model_dump().items()}
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        if value not in (None, "") and value is not False:  # a box that is not ticked is not sent
            data[name] = str(value)
    return data


class Mistaken(Exception):
    """What was sent is not in order: field, by its path in the body, → what is wrong, in the present language."""

    def __init__(self, said: dict[str, str]):
        super().__init__(said)
        self.said = said


def mistakes(form: SubmissionForm) -> dict[str, str]:
    """What is wrong with a form, by the path of the field in the body; "" where it is no single one."""
    found: dict[str, Any] = dict(form.errors)
    for place, row in enumerate(form.evidence.forms):
        found |= {f"evidence.{place}.{name}": errors for name, errors in row.errors.items()}
    if of_all := form.evidence.non_form_errors():
        found["evidence"] = of_all
    return {name.removesuffix("__all__").rstrip("."): " ".join(errors) for name, errors in found.items()}


def tried_in_both_languages(attempt: Callable[[], Submission]) -> Submission:
    """What it comes to; where it is mistaken, it is tried in each language for the words of the refusal."""
    said = {}
    for language, path in PATHS.items():
        with override(path):
            try:
                return attempt()
            except Mistaken as mistaken:
                said[language] = mistaken.said
    errors = [{"field": field, **{language: said[language][field] for language in said}} for field in said["en"]]
    raise Refusal(422, NOT_IN_ORDER, both(gettext_lazy("Nothing was taken in: see what is wrong by field.")), errors)


def address(submission: Submission) -> str:
    return urls_and_labels.address(reverse("api:submission", args=[submission.key]))


def as_received(submission: Submission) -> dict:
    return {
        "key": str(submission.key),
        "mission": submission.mission.code,
        "kind": submission.kind,
        "state": submission.state,
        "state_label": urls_and_labels.labels(State)[submission.state],
        "reason": " ".join(step.reason for step in submission.returns),
        "entry": submission.entry_id,
        "received_at": in_utc(submission.delivery.at),
        "url": urls_and_labels.address(submission.get_absolute_url()),
    }
