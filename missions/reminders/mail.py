"""The mail: what a person is told, by organisation, with links to where it is done."""

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
from .due_notices import Letter

MOST_PRESSING_FIRST = list(Topic)
MOST_NAMED = 50


class Item(NamedTuple):
    """What is to be done in one place: the mission, the address of the form, sentences, reasons of returns."""

    mission: Mission
    address: str
    sentences: list[str]
    reasons: list[str]


def send(letter: Letter, day: date) -> bool:
    """Sends the mail and logs it; False where another run is about it. Where it fails, the log is as before."""
    mail = message(letter, day)
    reminder = Reminder.objects.begin(letter.user, day, letter.notices)
    if reminder is None:
        return False
    try:
        mail.send()
    except Exception:
        reminder.delete()
        raise
    reminder.mark_sent()
    return True


def message(letter: Letter, day: date) -> EmailMultiAlternatives:
    """The mail in the reader's language; not yet sent."""
    with translation.override(letter.user.language):
        named, left_out = divided(letter.notices)
        context = {
            "user": letter.user,
            "groups": grouped(named, day),
            "unreached": letter.unreached,
            "count": len({notice.mission for notice in letter.notices}),
            "left_out": left_out,
            "address": settings.SIGN_IN_URL + reverse("admin:index"),
        }
        text = render_to_string("reminders/mail/reminder.txt", context)
        html = render_to_string("reminders/mail/reminder.html", context)
    subject, _newline, body = text.strip().partition("\n")
    # Else, whoever is away lets their mailbox answer each reminder.
    headers = {"Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(subject.strip(), body.strip(), to=[letter.user.email], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def divided(notices: Iterable[Notice]) -> tuple[list[Notice], dict[Topic, int]]:
    """What is said of the MOST_NAMED most pressing missions; and on how many others there is something, by topic."""
    pressing = sorted(notices, key=lambda notice: (_urgency(notice), notice.due or date.max, notice.mission.code))
    missions = dict.fromkeys(notice.mission for notice in pressing)
    named = set(list(missions)[:MOST_NAMED])
    others = {(notice.topic, notice.mission) for notice in pressing if notice.mission not in named}
    counts = Counter(topic for topic, _mission in others)
    left_out = {topic: counts[topic] for topic in MOST_PRESSING_FIRST if topic in counts}
    return [notice for notice in pressing if notice.mission in named], left_out


def grouped(notices: Iterable[Notice], day: date) -> dict[Organisation, list[Item]]:
    """Lead owner → what is to be done on its missions; the most pressing stands first, and so does its owner."""
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
    """The form that leads on from here: the submission, or the report on the mission."""
    report = reverse("admin:missions_mission_report", args=[notice.mission_id])
    return settings.SIGN_IN_URL + (notice.step.submission.get_absolute_url() if notice.step else report)


def sentence(notice: Notice, day: date) -> str:
    """What the notice says of its mission on that day, in the language in use."""
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
