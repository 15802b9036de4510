"""What the rows of each log say: who did it, what changed, and why."""

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


class Said(NamedTuple):
    """What the thing itself says of a line: who did it, what changed, a reason or headline, and its page, if any."""

    who: str
    page: tuple[str, int] | None = None
    changes: Sequence[Change] = ()
    note: str = ""


def account(user: User | None) -> str:
    return f"{user.name} ({user.username})" if user and user.name else str(user or "")


def versions_said(versions: QuerySet, tell=lambda change: change, fields=None) -> dict[int, Said]:
    """Each version with what it changed from the one before it."""
    history = versions.model.objects
    former = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    told = list(versions.annotate(former=Subquery(former.values("history_id")[:1])).select_related("history_user"))
    both = {key for version in told for key in (version.history_id, version.former) if key}
    changed = defaultdict(list)
    for change in map(tell, changes(history.filter(history_id__in=both), fields)):
        if change.name:
            changed[change.version.history_id].append(change)
    return {
        version.history_id: Said(
            account(version.history_user) or Change(version).who,
            changes=changed[version.history_id],
            note=str(WITHOUT_FIELDS.get(version.history_change_reason, "")),
        )
        for version in told
    }


def memberships_said(versions: QuerySet) -> dict[int, Said]:
    return versions_said(versions, role_given_or_taken, ["role", "organisation"])


def entries_said(entries: QuerySet) -> dict[int, Said]:
    return {
        entry.pk: Said(
            account(entry.recorded_by) or str(_("the programme's files")),
            ("statuschange", entry.pk),
            note=" · ".join(filter(None, entry_words(entry))),
        )
        for entry in entries.select_related("recorded_by")
    }


def entry_words(entry):
    """What an entry says, with the entry that it corrects."""
    if entry.corrects_id:
        yield gettext("corrects entry %(number)s") % {"number": entry.corrects_id}
    if entry.sets_status:
        yield entry.get_status_display()
    if entry.sets_due:
        yield gettext("due %(day)s") % {"day": date_format(entry.due)} if entry.due else gettext("no due date")
    yield entry.headline


def steps_said(steps: QuerySet) -> dict[int, Said]:
    """Each step; one that a system took names it."""
    # Such a step comes before the delivery, in its transaction; whatever is done by hand comes after it.
    delivery = F("submission__delivery__at")
    system = Case(When(at__lte=delivery, then="submission__delivery__token__name"))
    return {
        step.pk: Said(account(step.by), ("submission", step.submission_id), note=" · ".join(step_words(step)))
        for step in steps.select_related("by").annotate(system=system)
    }


def step_words(step):
    """The system that took a step, and the reason that was given for it."""
    if step.system:
        yield gettext("by the system “%(name)s”") % {"name": step.system}
    if step.reason:
        yield step.reason


def sign_ins_said(sign_ins: QuerySet) -> dict[int, Said]:
    """The account alone: an address on the network is nobody's business here."""
    names = dict(sign_ins.values_list("pk", "username"))
    accounts = {user.username: account(user) for user in User.objects.filter(username__in=names.values())}
    return {key: Said(accounts.get(name) or name or "") for key, name in names.items()}


def reports_said(reports: QuerySet) -> dict[int, Said]:
    return {
        report.pk: Said(account(report.published_by) or str(_("the command line")), ("frozenreport", report.pk))
        for report in reports.select_related("published_by")
    }


def imports_said(imports: QuerySet) -> dict[int, Said]:
    return {
        imported.pk: Said(
            account(imported.by),
            ("import", imported.pk),
            note=f"{imported.get_kind_display()} · {imported.get_state_display()}",
        )
        for imported in imports.select_related("by").defer("content")
    }


def tokens_said(versions: QuerySet) -> dict[int, Said]:
    """Each with whose token it is; never with anything that would open the API."""
    return {
        version.history_id: Said(
            account(version.history_user) or Change(version).who,
            ("token", version.id),
            note=f"{account(version.user)} · {version.get_role_display()} · {version.get_scope_display()}",
        )
        for version in versions.select_related("history_user", "user")
    }
