"""Reminder mails."""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ..models import Mission, Notice, Organisation, Reminder, Topic
from .due_notices import ReminderMail

MOST_PRESSING_FIRST = list(Topic)
MOST_NAMED = 50


class Item(NamedTuple):
    mission: Mission
    address: str
    sentences: list[str]
    reasons: list[str]


def send(reminder_mail: ReminderMail, day: date) -> bool:
    """Send and log the mail; False if another run sends it."""
    mail = message(reminder_mail, day)
    reminder = Reminder.objects.begin(reminder_mail.user, day, reminder_mail.notices)
    if reminder is None:
        return False
    try:
        mail.send()
    except Exception:
        reminder.delete()
        raise
    reminder.mark_sent()
    return True


def message(reminder_mail: ReminderMail, day: date) -> EmailMultiAlternatives:
    with translation.override(reminder_mail.user.language):
        named, left_out = split_by_limit(reminder_mail.notices)
        context = {
            "user": reminder_mail.user,
            "groups": grouped(named, day),
            "unreached": reminder_mail.unreached,
            "count": len({notice.mission for notice in reminder_mail.notices}),
            "left_out": left_out,
            "address": settings.SIGN_IN_URL + reverse("admin:index"),
        }
        text = render_to_string("reminders/mail/reminder.txt", context)
        html = render_to_string("reminders/mail/reminder.html", context)
    subject, _newline, body = text.strip().partition("\n")
    # Otherwise out-of-office replies answer reminders.
    headers = {"Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(subject.strip(), body.strip(), to=[reminder_mail.user.email], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def split_by_limit(notices: Iterable[Notice]) -> tuple[list[Notice], dict[Topic, int]]:
    """Return the most urgent notices, and counts of the others by topic."""
    pressing = sorted(notices, key=lambda notice: (_urgency(notice), notice.due or date.max, notice.mission.code))
    missions = dict.fromkeys(notice.mission for notice in pressing)
    named = set(list(missions)[:MOST_NAMED])
    others = {(notice.topic, notice.mission) for notice in pressing if notice.mission not in named}
    counts = Counter(topic for topic, _mission in others)
    left_out = {topic: counts[topic] for topic in MOST_PRESSING_FIRST if topic in counts}
    return [notice for notice in pressing if notice.mission in named], left_out


def grouped(notices: Iterable[Notice], day: date) -> dict[Organisation, list[Item]]:
    groups: dict[Organisation, dict[str, Item]] = {}
    for notice in sorted(notices, key=_place):
        mission = notice.mission
        items = groups.setdefault(mission.lead_owner, {})
        item = items.setdefault(address(notice), Item(mission, address(notice), [], []))
        item.sentences.append(sentence(notice, day))
        if notice.step and notice.topic == Topic.RETURNED:
            item.reasons.append(notice.step.reason)
    return {owner: list(items.values()) for owner, items in groups.items()}


def _place(notice):
    owner = notice.mission.lead_owner
    return _urgency(notice), owner.position, owner.code, notice.mission.code


def _urgency(notice):
    return MOST_PRESSING_FIRST.index(Topic(notice.topic))


def address(notice: Notice) -> str:
    report = reverse("admin:missions_mission_report", args=[notice.mission_id])
    return settings.SIGN_IN_URL + (notice.step.submission.get_absolute_url() if notice.step else report)


def sentence(notice: Notice, day: date) -> str:
    if notice.due:
        return _of_due_date(notice.due, day)
    if notice.entry:
        since = localdate(notice.entry.recorded_at)
        words = {"days": (day - since).days, "since": date_format(since)}
        return _("Nothing has been recorded for %(days)d days, since %(since)s.") % words
    return _of_step(notice.step, notice.topic)


def _of_step(step, topic):
    text = _("%(name)s submitted this on %(day)s: it waits for review.")
    if topic == Topic.RETURNED:
        text = _("%(name)s returned the submission on %(day)s.")
    return text % {"name": step.by, "day": date_format(localdate(step.at))}


def _of_due_date(due, day):
    left = (due - day).days
    if left > 1:
        text = _("Due in %(days)d days, on %(due)s.")
    elif left >= 0:
        text = _("Due tomorrow, %(due)s.") if left else _("Due today, %(due)s.")
    else:
        text = ngettext(
            "Overdue for %(days)d day; it was due on %(due)s.",
            "Overdue for %(days)d days; it was due on %(due)s.",
            -left,
        )
    return text % {"days": abs(left), "due": date_format(due)}
