"""Reminder mails."""

from collections import Counter
from datetime import date

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import localdate

from ..models import Notice, Organisation, Reminder, Topic
from .due_notices import ReminderMail

MOST_NAMED = 50


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
    user, notices = reminder_mail.user, sorted(reminder_mail.notices, key=urgency)
    missions = list(dict.fromkeys(notice.mission for notice in notices))
    unnamed = {(notice.topic, notice.mission) for notice in notices if notice.mission in missions[MOST_NAMED:]}
    counts = Counter(topic for topic, _mission in unnamed)
    with translation.override(user.language):
        context = {
            "user": user,
            "groups": grouped([notice for notice in notices if notice.mission in missions[:MOST_NAMED]], day),
            "unreached": reminder_mail.unreached,
            "count": len(missions),
            "left_out": [(topic.label, counts[topic]) for topic in Topic if topic in counts],
            "address": settings.SIGN_IN_URL + reverse("admin:index"),
        }
        text = render_to_string("reminders/mail/reminder.txt", context)
        html = render_to_string("reminders/mail/reminder.html", context)
    subject, _newline, body = text.strip().partition("\n")
    # Otherwise out-of-office replies answer reminders.
    headers = {"Auto-Submitted": "auto-generated"}
    mail = EmailMultiAlternatives(subject.strip(), body.strip(), to=[user.email], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def urgency(notice: Notice):
    return list(Topic).index(Topic(notice.topic)), notice.due or date.max, notice.mission.code


def grouped(notices: list[Notice], day: date) -> dict[Organisation, dict[str, list[tuple[Notice, str]]]]:
    """Return the notices with their sentences by lead owner and address, the most pressing first."""
    groups: dict[Organisation, dict[str, list[tuple[Notice, str]]]] = {}
    for notice in sorted(notices, key=place):
        report = reverse("admin:missions_mission_report", args=[notice.mission_id])
        address = settings.SIGN_IN_URL + (notice.step.submission.get_absolute_url() if notice.step else report)
        items = groups.setdefault(notice.mission.lead_owner, {})
        items.setdefault(address, []).append((notice, sentence(notice, day)))
    return groups


def place(notice: Notice):
    owner = notice.mission.lead_owner
    return urgency(notice)[0], owner.position, owner.code, notice.mission.code


def sentence(notice: Notice, day: date) -> str:
    since = localdate(notice.entry.recorded_at) if notice.entry else None
    start = notice.due or since or day
    context = {"notice": notice, "days": abs(start - day).days, "since": since}
    return render_to_string("reminders/notice.txt", context).strip()
