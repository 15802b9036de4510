"""The tasks on the start page."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from ..admin.base import list_url
from ..models import EntryKind, Import, ImportState, Instrument, Mission, Role, SecondPerson, State, Submission, User
from ..query.tables import moved
from ..reminders.board import never_reported
from ..status import Deadline, Status
from .models import allowed_submission_kinds

FIRST_FEW = 5


def change_page(record):
    return reverse(f"admin:missions_{record._meta.model_name}_change", args=[record.pk])


@dataclass(frozen=True)
class Task:
    label: Any
    records: QuerySet
    address: str
    row: Callable[[Any], tuple[Any, Any]]
    is_urgent: bool = False
    page: Callable[[Any], str] = change_page

    @cached_property
    def count(self):
        return self.records.count()

    @property
    def rows(self):
        return [(self.page(each), *self.row(each)) for each in self.records[:FIRST_FEW]] if self.count else []


def tasks(user) -> list[Task]:
    """Return the tasks of this account, most urgent first."""
    reviews = user.has_perm("missions.publish_submission")
    items: list[Task] = []
    if user.has_perm("missions.draft_submission"):
        items += [*_on_submissions(user, reviews), *_on_missions(user)]
        imports = Import.objects.waiting().filter(by=user).defer("content")
        address = list_url("import", state__exact=ImportState.WAITING, by__id__exact=user.pk)
        items.append(Task(_("Workbooks not confirmed"), imports, address, lambda each: (each, each.get_kind_display())))
    if reviews:
        owners, address = never_reported(), reverse("admin:board")
        items.append(Task(_("Owners who never reported"), owners, address, lambda owner: (owner.title, "")))
    if user.has_perm("missions.view_user"):
        invited = User.objects.filter(must_change_password=True, is_active=True)
        address = list_url("user", must_change_password__exact=1, is_active__exact=1)
        items.append(Task(_("Invitations not accepted"), invited, address, lambda account: (account, account.email)))
    return items


def lacks_second_person() -> bool:
    coordinators = User.objects.filter(is_active=True, memberships__role=Role.COORDINATOR).distinct()
    return Instrument.objects.exclude(second_person=SecondPerson.NONE).exists() and coordinators.count() < 2


def _on_submissions(user, reviews):
    seen = Submission.objects.visible_to(user).select_related("mission", "author")
    returned, waiting = (
        Task(label, seen.filter(state=state), list_url("submission", state__exact=state), _submission_row, is_urgent)
        for state, label, is_urgent in (
            (State.RETURNED, _("Returned"), not reviews),
            (State.SUBMITTED, _("Waiting for review"), reviews),
        )
    )
    drafts = Task(_("Drafts"), seen.drafts(), list_url("submission", drafts=1), _submission_row)
    return (waiting, drafts, returned) if reviews else (returned, drafts, waiting)


def _on_missions(user):
    waiting = Submission.objects.waiting().filter(mission=OuterRef("pk"))
    seen = Mission.objects.visible_to(user).now().annotate(is_waiting=Exists(waiting))
    page = partial(_mission_page, user)
    for state, label in ((Deadline.OVERDUE, _("Overdue")), (Deadline.DUE_SOON, _("Due within 30 days"))):
        missions = seen.filter(deadline_asof=state).order_by("due", "code")
        yield Task(label, missions, list_url("mission", deadline=state), _mission_row, state == Deadline.OVERDUE, page)
    missions = seen.filter(status=Status.UNREPORTED)
    address = list_url("mission", status__exact=Status.UNREPORTED)
    yield Task(_("Never updated"), missions, address, _mission_row, page=page)


def _mission_page(user, mission):
    may_report = EntryKind.REPORT in allowed_submission_kinds(user, mission)
    return reverse("admin:missions_mission_report", args=[mission.pk]) if may_report else change_page(mission)


def _mission_row(mission):
    due = " · ".join(filter(None, [date_format(mission.due) if mission.due else "", moved(mission)]))
    return mission, _("Waiting for review") if mission.is_waiting else due


def _submission_row(submission):
    return submission.mission, submission.author
