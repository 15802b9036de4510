"""All that is stored on one person, for that person: account, sign-ins, and what was written and done."""

from itertools import batched
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..audit.log import LOGS, Row, events, lines
from ..exchange.models import Import
from ..reminders.models import Notice
from ..workflow.evidence_files import EvidenceFile
from ..workflow.models import SAID, Submission, SubmittedEvidence
from .erasure import called, names_of
from .models import Membership, User
from .tokens import Token

CHUNK = 500  # lines of the audit log that are put into words at once
ACCOUNT = ("id", "username", "name", "email", "language", "is_active", "must_change_password", "last_login")
VERSION = (
    "history_date", "history_user_id", "username", "name", "email", "is_active", "must_change_password", "erased_at",
)  # fmt: skip
ROLE = ("history_date", "history_user_id", "history_type", "role", "organisation__code")
SUBMISSION = ("id", "mission__code", "kind", "state", *SAID, "note", "entry_id")
SUBMISSION_VERSION = ("history_date", "history_user_id", "id", "author_id", "state", *SAID, "note")
CITATION_VERSION = (
    "history_date", "history_user_id", "history_type", "submission_id", "title", "publisher", "published_on", "url",
    "event_on", "source__key", "file_id", "is_public",
)  # fmt: skip
FILE = ("id", "name", "media_type", "size", "sha256", "uploaded_at")
IMPORT = ("id", "kind", "name", "sha256", "at", "state", "decided_at")
TOKEN = (
    "id", "name", "role", "organisation__code", "scope", "created_at", "created_by_id", "expires_on", "last_used_on",
    "revoked_at",
)  # fmt: skip


def stored_on(user: User) -> dict[str, Any]:
    """Section → what is stored, ready for JSON. Takes as many queries for one line as for hundreds of them.

    No secret is in it: neither the password's hash nor what a second factor or a token is checked by.
    """
    return {
        "made_at": timezone.now(),
        "account": {name: getattr(user, name) for name in ACCOUNT} | {"has_password": user.has_usable_password()},
        "versions": rows(user.history.order_by("history_id"), *VERSION),
        "roles": rows(user.memberships.order_by("id"), "role", "organisation__code"),
        "former_roles": rows(Membership.history.filter(user=user).order_by("history_id"), *ROLE),
        **ways_in(user),
        **sign_ins(user),
        **submitted(user),
        "files": rows(EvidenceFile.objects.filter(uploaded_by=user).order_by("uploaded_at"), *FILE),
        "imports": rows(Import.objects.filter(by=user).order_by("id"), *IMPORT),
        "reminders": rows(user.reminders.order_by("id"), "id", "day", "sent_at"),
        "notices": rows(Notice.objects.filter(reminder__user=user), "reminder_id", "topic", "due", "mission__code"),
        "tokens": rows(Token.objects.filter(user=user).order_by("id"), *TOKEN),
        "done": done(user),
    }


def rows(found: Any, *paths: str) -> list[dict[str, Any]]:
    """What was found as dicts; the code or key of a record is called as the record is."""
    return [{path.partition("__")[0]: value for path, value in row.items()} for row in found.values(*paths)]


def ways_in(user: Any) -> dict[str, list[dict[str, Any]]]:
    """How this person signs in, without what it is checked by, and where they are signed in."""
    return {
        "second_factors": [
            {"type": way.type, "name": str(way), "created_at": way.created_at, "last_used_at": way.last_used_at}
            for way in user.authenticator_set.order_by("id")
        ],
        "single_sign_on": rows(user.socialaccount_set, "provider", "uid", "extra_data", "date_joined", "last_login"),
        "addresses": rows(user.emailaddress_set, "email", "verified", "primary"),
        "sessions": rows(user.usersession_set, "created_at", "last_seen_at", "ip", "user_agent"),
    }


def sign_ins(user: User) -> dict[str, list[dict[str, Any]]]:
    """What was noted when somebody signed in, or failed to, as this person was ever called."""
    noted = ("username", "attempt_time", "ip_address", "user_agent", "http_accept")
    named = called(names_of(user))
    return {
        "sign_ins": rows(AccessLog.objects.filter(named).order_by("id"), *noted, "logout_time"),
        "failed_sign_ins": rows(AccessAttempt.objects.filter(named).order_by("id"), *noted, "failures_since_start"),
    }


def submitted(user: User) -> dict[str, list[dict[str, Any]]]:
    """The submissions, and each version of them and of what they cite: as their author, or where this person wrote."""
    versions = Submission.history.filter(Q(author=user) | Q(history_user=user)).order_by("history_id")
    citations = SubmittedEvidence.history.filter(Q(submission__author=user) | Q(history_user=user))
    return {
        "submissions": rows(Submission.objects.filter(author=user).order_by("id"), *SUBMISSION),
        "submission_versions": rows(versions, *SUBMISSION_VERSION),
        "evidence_versions": rows(citations.order_by("history_id"), *CITATION_VERSION),
    }


def done(user: User) -> list[dict[str, Any]]:
    """The lines of the audit log by this person, oldest first, in the language in use."""
    first, *others = (by(name, user) for name in LOGS)
    found = first.union(*others, all=True).order_by("moment", "log", "row")
    return [
        {
            "at": event.at,
            "deed": event.deed,
            "kind": event.kind,
            "record": event.record,
            "note": event.said.note,
            "changes": [{"field": str(c.label), "old": c.old, "new": c.new} for c in event.said.changes],
        }
        for part in batched(found.iterator(chunk_size=CHUNK), CHUNK)
        for event in events(part)
    ]


def by(name: str, user: User) -> QuerySet:
    """The lines of a log by this person, whatever they may see of it by now."""
    log = LOGS[name]
    return lines(name, log.rows).filter(**{log.person: user.pk}).values_list(*Row._fields)
