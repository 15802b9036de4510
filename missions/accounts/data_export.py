"""The export of a person's data: account, sign-ins, submissions and activity."""

from itertools import batched
from typing import Any

from axes.models import AccessAttempt, AccessLog
from django.db.models import Q
from django.utils import timezone

from ..audit.log import LOGS, events, find
from ..exchange.models import Import
from ..reminders.models import Notice
from ..workflow.evidence_files import EvidenceFile
from ..workflow.models import ENTRY_FIELDS, Submission, SubmittedEvidence
from .erasure import known_names, matches_username
from .models import Membership, User
from .tokens import Token

CHUNK = 500  # lines of the audit log
ACCOUNT = ("id", "username", "name", "email", "language", "is_active", "must_change_password", "last_login")
VERSION = (
    "history_date", "history_user_id", "username", "name", "email", "is_active", "must_change_password", "erased_at",
)  # fmt: skip
ROLE = ("history_date", "history_user_id", "history_type", "role", "organisation__code")
SUBMISSION = ("id", "mission__code", "kind", "state", *ENTRY_FIELDS, "note", "entry_id")
SUBMISSION_VERSION = ("history_date", "history_user_id", "id", "author_id", "state", *ENTRY_FIELDS, "note")
CITATION_VERSION = (
    "history_date", "history_user_id", "history_type", "submission_id", "title", "publisher", "published_on", "url",
    "event_on", "source__key", "file_id", "is_public",
)  # fmt: skip
SIGN_IN = ("username", "attempt_time", "ip_address", "user_agent", "http_accept")
FILE = ("id", "name", "media_type", "size", "sha256", "uploaded_at")
IMPORT = ("id", "kind", "name", "sha256", "at", "state", "decided_at")
TOKEN = (
    "id", "name", "role", "organisation__code", "scope", "created_at", "created_by_id", "expires_on", "last_used_on",
    "revoked_at",
)  # fmt: skip


def export_user_data(user: Any) -> dict[str, Any]:
    """Return the stored data by section, ready for JSON, without secrets such as password hashes."""
    by_name = matches_username(known_names(user))
    edited = Submission.history.filter(Q(author=user) | Q(history_user=user))
    cited = SubmittedEvidence.history.filter(Q(submission__author=user) | Q(history_user=user))
    return {
        "made_at": timezone.now(),
        "account": {name: getattr(user, name) for name in ACCOUNT} | {"has_password": user.has_usable_password()},
        "versions": rows(user.history.order_by("history_id"), *VERSION),
        "roles": rows(user.memberships.order_by("id"), "role", "organisation__code"),
        "former_roles": rows(Membership.history.filter(user=user).order_by("history_id"), *ROLE),
        "second_factors": [
            {"type": each.type, "name": str(each), "created_at": each.created_at, "last_used_at": each.last_used_at}
            for each in user.authenticator_set.order_by("id")
        ],
        "single_sign_on": rows(user.socialaccount_set, "provider", "uid", "extra_data", "date_joined", "last_login"),
        "addresses": rows(user.emailaddress_set, "email", "verified", "primary"),
        "sessions": rows(user.usersession_set, "created_at", "last_seen_at", "ip", "user_agent"),
        "sign_ins": rows(AccessLog.objects.filter(by_name).order_by("id"), *SIGN_IN, "logout_time"),
        "failed_sign_ins": rows(AccessAttempt.objects.filter(by_name).order_by("id"), *SIGN_IN, "failures_since_start"),
        "submissions": rows(Submission.objects.filter(author=user).order_by("id"), *SUBMISSION),
        "submission_versions": rows(edited.order_by("history_id"), *SUBMISSION_VERSION),
        "evidence_versions": rows(cited.order_by("history_id"), *CITATION_VERSION),
        "files": rows(EvidenceFile.objects.filter(uploaded_by=user).order_by("uploaded_at"), *FILE),
        "imports": rows(Import.objects.filter(by=user).order_by("id"), *IMPORT),
        "reminders": rows(user.reminders.order_by("id"), "id", "day", "sent_at"),
        "notices": rows(Notice.objects.filter(reminder__user=user), "reminder_id", "topic", "due", "mission__code"),
        "tokens": rows(Token.objects.filter(user=user).order_by("id"), *TOKEN),
        "done": activity(user),
    }


def rows(queryset: Any, *paths: str) -> list[dict[str, Any]]:
    return [{path.partition("__")[0]: value for path, value in row.items()} for row in queryset.values(*paths)]


def activity(user: User) -> list[dict[str, Any]]:
    """Return the audit log of this person, oldest first, in the active language."""
    found = find({name: log.rows for name, log in LOGS.items()}, person=user)
    return [
        {
            **{name: getattr(event, name) for name in ("at", "deed", "kind", "record", "note")},
            "changes": [{"field": str(c.label), "old": c.old, "new": c.new} for c in event.changes],
        }
        for part in batched(found.order_by("moment", "log", "row").iterator(chunk_size=CHUNK), CHUNK)
        for event in events(part)
    ]
