"""Due notices of a date. They follow from the present state, so a missed day loses nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from django.db.models import Exists, F, Max, OuterRef, Q
from django.utils.timezone import localdate

from ..accounts.models import Membership, Role, User
from ..ledger.entries import StatusChange
from ..register.mission import Mission
from ..register.models import Organisation, Tree
from ..status import UNFINISHED
from ..workflow.models import State, Step, Submission
from .models import Notice, Reminder, Topic

DUE_IN = (1, 7, 30)  # days; each is said once
WEEK = 7
STALE_AFTER = 90
DAYS_BETWEEN = 5
TOPICS = {State.RETURNED: Topic.RETURNED, State.SUBMITTED: Topic.WAITING}


class Recipients:
    """Accounts that can receive mail: active, with an e-mail address."""

    def __init__(self):
        self.all: dict[int, User] = {}
        self.coordinators: list[User] = []
        self.tree = Tree(Organisation)
        self._edited: dict[str, tuple[Organisation, list[User]]] = {}
        held = Membership.objects.filter(user__is_active=True).exclude(user__email="")
        for membership in held.select_related("user", "organisation").order_by("user__username"):
            # One instance for each account: it reads its roles once.
            user = self.all.setdefault(membership.user_id, membership.user)
            if membership.role == Role.COORDINATOR:
                self.coordinators.append(user)
            elif organisation := membership.organisation:
                self._edited.setdefault(organisation.code, (organisation, []))[1].append(user)

    def editors(self, owner: Organisation) -> tuple[Organisation | None, list[User]]:
        """Return the nearest organisation with editors (self or ancestor), and them."""
        return next((self._edited[code] for code in self.tree.above[owner.code] if code in self._edited), (None, []))

    def readers(self, notice: Notice) -> list[User]:
        submission = notice.step and notice.step.submission
        if submission and notice.topic == Topic.WAITING:
            return [user for user in self.coordinators if user.has_perm("missions.publish_submission", submission)]
        author = submission and self.all.get(submission.author_id)
        if author and author.has_perm("missions.draft_submission", submission):
            return [author]
        return self.editors(notice.mission.lead_owner)[1] or self.coordinators


class ReminderMail(NamedTuple):
    """One person's mail; `unreached` lists lead owners without reachable editors."""

    user: User
    notices: list[Notice]
    unreached: set[Organisation]


def plan_mails(day: date) -> tuple[list[ReminderMail], list[Notice]]:
    """Return the day's mails by user name, and unreachable notices."""
    people = Recipients()
    pending: dict[User, list[Notice]] = defaultdict(list)
    unreached = []
    for notice in _due_notices(day):
        readers = people.readers(notice)
        for user in readers:
            pending[user].append(notice)
        if not readers:
            unreached.append(notice)
    # About a mission, no stage lasts longer than that of "nothing new".
    may_last = Q(reminder__day__gt=day - timedelta(days=STALE_AFTER)) | Q(step__submission__state__in=TOPICS)
    logged = Notice.objects.filter(may_last, reminder__sent_at__isnull=False).order_by()
    sent = set(logged.values_list("reminder__user", *Notice.IDENTITY))
    last = dict(Reminder.objects.sent().order_by().values_list("user").annotate(Max("day")))
    begun = set(Reminder.objects.filter(day=day).values_list("user", flat=True))
    mails = []
    for user, notices in sorted(pending.items(), key=lambda item: item[0].username):
        new = [notice for notice in notices if (user.pk, *notice.identity) not in sent]
        may_wait = user.pk in last and (day - last[user.pk]).days < DAYS_BETWEEN and not any(map(_is_urgent, new))
        if new and not may_wait and user.pk not in begun:
            owners = {notice.mission.lead_owner for notice in new if notice.topic != Topic.WAITING}
            mails.append(ReminderMail(user, new, {owner for owner in owners if not people.editors(owner)[1]}))
    return mails, unreached


def _is_urgent(notice):
    return notice.topic == Topic.RETURNED or (notice.topic == Topic.DUE and notice.stage == DUE_IN[0])


def _due_notices(day: date) -> Iterator[Notice]:
    """Yield all notices due on the date, unsaved."""
    waiting = Submission.objects.waiting().filter(mission=OuterRef("mission"))
    later = StatusChange.objects.filter(mission=OuterRef("mission"), pk__gt=OuterRef("pk"))
    unfinished = Mission.objects.public(day).filter(status__in=UNFINISHED).order_by()
    newest = StatusChange.objects.filter(~Exists(later), ~Exists(waiting), mission__in=unfinished)
    for entry in newest.select_related("mission__lead_owner").order_by("mission__code"):
        yield from _of_mission(entry.mission, entry, day)
    steps = Step.objects.filter(submission__state__in=TOPICS, state=F("submission__state")).order_by("pk")
    read = steps.select_related("by", "submission__mission__lead_owner", "submission__mission__instrument")
    for step in {step.submission_id: step for step in read}.values():  # of each submission, the newest
        yield Notice(topic=TOPICS[State(step.state)], mission=step.submission.mission, step=step)


def _of_mission(mission: Mission, newest: StatusChange, day: date) -> Iterable[Notice]:
    if mission.due:
        left = (mission.due - day).days
        if left < 0:
            yield Notice(topic=Topic.OVERDUE, mission=mission, due=mission.due, stage=(-left - 1) // WEEK)
        elif left <= DUE_IN[-1]:
            stage = next(days for days in DUE_IN if left <= days)
            yield Notice(topic=Topic.DUE, mission=mission, due=mission.due, stage=stage)
    silent = (day - localdate(newest.recorded_at)).days
    if silent >= STALE_AFTER:
        yield Notice(topic=Topic.STALE, mission=mission, entry=newest, stage=silent // STALE_AFTER)
