from collections import Counter

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from missions.days import today
from missions.reminders.due_notices import plan_mails
from missions.reminders.mail import send, sentence


class Command(BaseCommand):
    help = "Sends reminders, one mail a person at most. Run it once a day; a second run on one day sends nothing."

    def add_arguments(self, parser):
        parser.add_argument("--dry-run", action="store_true", help="say who would be told what, and send nothing")

    def handle(self, *, dry_run, **options):
        if not (dry_run or settings.HUB_SENDS_MAIL):
            raise CommandError(_("No mail server is known: set HUB_EMAIL_URL, or try --dry-run."))
        day = today()
        mails, unreached = plan_mails(day)
        if dry_run:
            self.stdout.write(_("Nothing was sent. Without --dry-run it would be:"))
        results = Counter(self.deliver(reminder_mail, day, dry_run=dry_run) for reminder_mail in mails)
        for notice in unreached:
            words = {"mission": notice.mission, "notice": sentence(notice, day)}
            self.stdout.write(_("%(mission)s: no recipient can be reached. %(notice)s") % words)
        counts = {"sent": results["sent"], "failed": results["failed"]}
        self.stdout.write(_("Mails: %(sent)d. Not sent: %(failed)d.") % counts)
        if results["failed"]:
            raise CommandError(_("Some mails were not sent. The next run tries again."))

    def deliver(self, reminder_mail, day, *, dry_run):
        try:
            is_sent = dry_run or send(reminder_mail, day)
        except (OSError, ValueError) as error:  # what a mail server refuses, and an address that is none
            self.stderr.write(_("%(who)s: not sent: %(reason)s") % {"who": addressee(reminder_mail), "reason": error})
            return "failed"
        if not is_sent:
            return "sent by another run"
        self.stdout.write(f"{addressee(reminder_mail)} ({reminder_mail.user.language}):")
        for notice in reminder_mail.notices:
            self.stdout.write(f"  {notice.mission}: {sentence(notice, day)}")
        return "sent"


def addressee(reminder_mail):
    return f"{reminder_mail.user.username} <{reminder_mail.user.email}>"
