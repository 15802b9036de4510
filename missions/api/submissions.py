"""Submissions from the offices' systems, validated by the form of the back office."""

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

from ..bilingual import PATHS, Words, translated
from ..ledger.entries import in_utc
from ..models import Delivery, Head, Mission, Scope, State, StatusChange, Submission, Token, User
from ..workflow.forms import SubmissionForm
from . import schemas
from .core import NOT_IN_ORDER, ApiError, address, api, dump, labels

REFUSED = dict.fromkeys((400, 401, 403, 409, 411, 413, 422), schemas.Problem)


class TokenRequest(HttpRequest):
    auth: Token


class Bearer(HttpBearer):
    def authenticate(self, request, token):
        record = Token.objects.find(token)
        if record:
            request.user = record.account  # the history names this user
        return record


@api.post(
    "submissions",
    auth=Bearer(),
    response={200: schemas.Received, 201: schemas.Received, **REFUSED},
    summary=_("Send a submission"),
    description=_(
        "Reports a status or a new due date, by the rules of the form in the back office. A coordinator reviews it "
        "before publication. The header Idempotency-Key is a UUID that you generate. The same key with the same body "
        "returns the first result (200); with another body it is rejected (409)."
    ),
)
def submit(
    request: TokenRequest,
    response: HttpResponse,
    sent: schemas.Submission,
    key: Annotated[
        UUID, Header(alias="Idempotency-Key", description=_("A UUID that you generate for each submission"))
    ],
):
    digest = hashlib.sha256(request.body).hexdigest()
    with transaction.atomic():
        Head.objects.lock()  # checks stay true until the commit, also for a key that is sent twice at once
        if earlier := Submission.objects.filter(key=key).first():
            return Status(200, received(check_same_delivery(earlier, request.auth, digest)))
        submission = run_in_both_languages(lambda: receive(sent, key, request.auth))
        Delivery.objects.create(submission=submission, token=request.auth, digest=digest)
    response["Location"] = address(reverse("api:submission", args=[submission.key]))
    return Status(201, received(submission))


@api.get(
    "submissions/{uuid:key}",
    auth=Bearer(),
    response={200: schemas.Received, 401: schemas.Problem, 404: schemas.Problem},
    summary=_("State of a submission"),
    description=_(
        "The state of a submission: awaiting review, returned with the reason, or published with the number of the "
        "entry. A token finds only submissions of its own role."
    ),
)
def submission(
    request: TokenRequest,
    response: HttpResponse,
    key: Annotated[UUID, Path(description=_("Key: the Idempotency-Key of the submission"))],
):
    response["Cache-Control"] = "private, no-store"
    sent = Submission.objects.filter(delivery__token__membership=request.auth.membership)
    return received(get_object_or_404(sent.select_related("mission", "delivery"), key=key))


def check_same_delivery(earlier: Submission, token: Token, digest: str) -> Submission:
    """Return the earlier submission if token and body are the same, else raise ApiError."""
    delivery = getattr(earlier, "delivery", None)
    if not delivery or (delivery.token.membership_id, delivery.digest) != (token.membership_id, digest):
        raise ApiError(409, Words("Key in use", "键值已使用"), translated(KEY_IN_USE))
    return earlier


KEY_IN_USE = gettext_lazy("This Idempotency-Key was used for another request. Use a new key.")
NOT_PERMITTED = gettext_lazy("The role, organisation or scope of this token does not permit this.")
NO_MISSION = gettext_lazy("There is no mission with this code.")
NO_DUE = gettext_lazy("A report cannot set a due date. Send a separate “deadline”.")
NO_STATUS = gettext_lazy("A new due date cannot set a status. Send a separate “report”.")
OWN_ORGANISATION = gettext_lazy("Omit this field: editors report for their own organisation.")
WHICH_DUE = gettext_lazy("Enter the new due date, or null to remove it.")
NEWER = gettext_lazy("Not accepted: entry %(number)s of this mission is newer than the one in built_on.")


def receive(sent: schemas.Submission, key: UUID, token: Token) -> Submission:
    """Save the draft and, if `sent.submit`, submit it. Raises SubmissionError by field, or ApiError."""
    if beside := unsupported_fields(sent, token.account):
        raise SubmissionError(beside)
    account = token.account
    mission = Mission.objects.public().select_related("instrument").filter(code=sent.mission).first()
    if mission is None:
        raise SubmissionError({"mission": str(NO_MISSION)})
    submission = Submission(key=key, mission=mission, kind=sent.kind, author=account)
    if not account.has_perm("missions.draft_submission", submission) or (sent.submit and token.scope != Scope.SUBMIT):
        raise ApiError(403, Words("Not permitted", "无权限"), translated(NOT_PERMITTED))
    newest = mission.changes.latest("pk")
    if sent.built_on is not None and newest.pk > sent.built_on:
        raise ApiError(409, Words("Newer entry", "已有新记录"), translated(NEWER, number=newest.pk))
    with transaction.atomic():  # undoes the draft, which the form saves even with errors
        form = SubmissionForm(submission, form_data(sent, newest), {}, user=account)
        if form.carry_out("submit" if sent.submit else "save"):
            return submission
        raise SubmissionError(form_errors(form))


def unsupported_fields(sent: schemas.Submission, account: User) -> dict[str, str]:
    """Return errors for fields that the form of this kind would ignore, and for a missing `due`."""
    errors = {}
    if sent.reported_by and not account.has_perm("missions.return_submission"):
        errors["reported_by"] = str(OWN_ORGANISATION)
    if sent.kind == "report":
        return errors | {name: str(NO_DUE) for name in ("due", "decided_by") if getattr(sent, name)}
    if sent.status:
        errors["status"] = str(NO_STATUS)
    if "due" not in sent.model_fields_set:
        errors["due"] = str(WHICH_DUE)
    return errors


def form_data(sent: schemas.Submission, newest: StatusChange) -> QueryDict:
    """Return the POST data of the back-office form."""
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
        if value not in (None, "") and value is not False:  # browsers omit unticked boxes
            data[name] = str(value)
    return data


class SubmissionError(Exception):
    """Messages by the field's path in the body, in the active language."""

    def __init__(self, messages: dict[str, str]):
        super().__init__(messages)
        self.messages = messages


def form_errors(form: SubmissionForm) -> dict[str, str]:
    """Return messages by the field's path in the body; "" is the whole form."""
    errors: dict[str, Any] = dict(form.errors)
    for place, row in enumerate(form.evidence.forms):
        errors |= {f"evidence.{place}.{name}": messages for name, messages in row.errors.items()}
    if messages := form.evidence.non_form_errors():
        errors["evidence"] = messages
    return {name.removesuffix("__all__").rstrip("."): " ".join(messages) for name, messages in errors.items()}


def run_in_both_languages(attempt: Callable[[], Submission]) -> Submission:
    """Return the result. On errors, run it in each language and raise ApiError with both messages."""
    messages = {}
    for language, path in PATHS.items():
        with override(path):
            try:
                return attempt()
            except SubmissionError as error:
                messages[language] = error.messages
    errors = [
        {"field": field, **{language: texts[field] for language, texts in messages.items()}} for field in messages["en"]
    ]
    raise ApiError(422, NOT_IN_ORDER, translated(gettext_lazy("Not accepted. See the errors by field.")), errors)


def received(submission: Submission) -> dict:
    return dump(
        schemas.Received,
        submission,
        key=str(submission.key),
        mission=submission.mission.code,
        state_label=labels(State)[submission.state],
        reason=" ".join(step.reason for step in submission.returns),
        entry=submission.entry_id,
        received_at=in_utc(submission.delivery.at),
        url=address(submission.get_absolute_url()),
    )
