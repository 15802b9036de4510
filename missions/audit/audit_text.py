"""Descriptions of the lines of each log."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext

from ..accounts.models import User
from ..register.history import DEEDS as WITHOUT_FIELDS
from ..register.history import Change, changes, describe_role_change


class AuditText(NamedTuple):
    """Who did it, what changed, a note, and the page of the record."""

    who: str
    page: tuple[str, int] | None = None
    changes: Sequence[Change] = ()
    note: str = ""


def account(user: User | None) -> str:
    return f"{user.name} ({user.username})" if user and user.name else str(user or "")


def describe_versions(versions: QuerySet, tell=lambda change: change, fields=None) -> dict[int, AuditText]:
    history = versions.model.objects
    former = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    loaded = list(versions.annotate(former=Subquery(former.values("history_id")[:1])).select_related("history_user"))
    both = {key for version in loaded for key in (version.history_id, version.former) if key}
    changed = defaultdict(list)
    for change in map(tell, changes(history.filter(history_id__in=both), fields)):
        if change.name:
            changed[change.version.history_id].append(change)
    return {
        version.history_id: AuditText(
            account(version.history_user) or Change(version).who,
            changes=changed[version.history_id],
            note=str(WITHOUT_FIELDS.get(version.history_change_reason, "")),
        )
        for version in loaded
    }


def describe_memberships(versions: QuerySet) -> dict[int, AuditText]:
    return describe_versions(versions, describe_role_change, ["role", "organisation"])


def describe_rows(
    rows: QuerySet, *, person: str, related=(), note=None, page=None, unknown=None
) -> dict[int, AuditText]:
    """Describe rows that say in `person` who made them; the callables take a row."""
    return {
        row.pk: AuditText(
            account(getattr(row, person)) or (str(unknown(row)) if unknown else ""),
            page and page(row),
            note=note(row) if note else "",
        )
        for row in rows.select_related(person, *related)
    }


def entry_note(entry):
    words = []
    if entry.corrects_id:
        words.append(gettext("corrects entry %(number)s") % {"number": entry.corrects_id})
    if entry.sets_status:
        words.append(entry.get_status_display())
    if entry.sets_due:
        due = gettext("due %(day)s") % {"day": date_format(entry.due)} if entry.due else gettext("no due date")
        words.append(due)
    return " · ".join(filter(None, [*words, entry.headline]))


def step_note(step):
    words = [step.reason] if step.reason else []
    delivery = getattr(step.submission, "delivery", None)
    # A system's step precedes its delivery in the transaction; manual steps follow it.
    if delivery and step.at <= delivery.at:
        words.insert(0, gettext("by the system “%(name)s”") % {"name": delivery.token.name})
    return " · ".join(words)


def import_note(imported):
    return f"{imported.get_kind_display()} · {imported.get_state_display()}"


def token_note(version):
    return f"{account(version.user)} · {version.get_role_display()} · {version.get_scope_display()}"


def describe_sign_ins(sign_ins: QuerySet) -> dict[int, AuditText]:
    """Return the account only, without IP addresses."""
    names = dict(sign_ins.values_list("pk", "username"))
    accounts = {user.username: account(user) for user in User.objects.filter(username__in=names.values())}
    return {key: AuditText(accounts.get(name) or name or "") for key, name in names.items()}
