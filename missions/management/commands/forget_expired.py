"""`manage.py forget_expired`: deletes what is past its time, such as ended sessions and old sign-ins."""

from django.core.management.base import BaseCommand

from missions.accounts.retention import forget_expired


class Command(BaseCommand):
    help = "Deletes what is past its time: ended sessions, old sign-ins, counts of attempts. Run it once a day."

    def handle(self, **options):
        for table, count in forget_expired().items():
            self.stdout.write(f"{table}: {count}")
