"""Descriptions of the lines of each log."""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Case, F, OuterRef, QuerySet, Subquery, When
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..accounts.models import User
from ..register.history import DEEDS as WITHOUT_FIELDS
from ..register.history import Change, changes, role_given_or_taken


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
    return describe_versions(versions, role_given_or_taken, ["role", "organisation"])


def describe_entries(entries: QuerySet) -> dict[int, AuditText]:
    return {
        entry.pk: AuditText(
            account(entry.recorded_by) or str(_("the programme's files")),
            ("statuschange", entry.pk),
            note=" · ".join(filter(None, entry_words(entry))),
        )
        for entry in entries.select_related("recorded_by")
    }


def entry_words(entry):
    if entry.corrects_id:
        yield gettext("corrects entry %(number)s") % {"number": entry.corrects_id}
    if entry.sets_status:
        yield entry.get_status_display()
    if entry.sets_due:
        yield gettext("due %(day)s") % {"day": date_format(entry.due)} if entry.due else gettext("no due date")
    yield entry.headline


def describe_steps(steps: QuerySet) -> dict[int, AuditText]:
    # A system's step precedes its delivery in the transaction; manual steps follow it.
    delivery = F("submission__delivery__at")
    system = Case(When(at__lte=delivery, then="submission__delivery__token__name"))
    return {
        step.pk: AuditText(account(step.by), ("submission", step.submission_id), note=" · ".join(step_words(step)))
        for step in steps.select_related("by").annotate(system=system)
    }


def step_words(step):
    if step.system:
        yield gettext("by the system “%(name)s”") % {"name": step.system}
    if step.reason:
        yield step.reason


def describe_sign_ins(sign_ins: QuerySet) -> dict[int, AuditText]:
    """Return the account only, without IP addresses."""
    names = dict(sign_ins.values_list("pk", "username"))
    accounts = {user.username: account(user) for user in User.objects.filter(username__in=names.values())}
    return {key: AuditText(accounts.get(name) or name or "") for key, name in names.items()}


def describe_reports(reports: QuerySet) -> dict[int, AuditText]:
    return {
        report.pk: AuditText(account(report.published_by) or str(_("the command line")), ("frozenreport", report.pk))
        for report in reports.select_related("published_by")
    }


def describe_imports(imports: QuerySet) -> dict[int, AuditText]:
    return {
        imported.pk: AuditText(
            account(imported.by),
            ("import", imported.pk),
            note=f"{imported.get_kind_display()} · {imported.get_state_display()}",
        )
        for imported in imports.select_related("by").defer("content")
    }


def describe_tokens(versions: QuerySet) -> dict[int, AuditText]:
    return {
        version.history_id: AuditText(
            account(version.history_user) or Change(version).who,
            ("token", version.id),
            note=f"{account(version.user)} · {version.get_role_display()} · {version.get_scope_display()}",
        )
        for version in versions.select_related("history_user", "user")
    }
