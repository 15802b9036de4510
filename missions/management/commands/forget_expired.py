from django.core.management.base import BaseCommand

from missions.accounts.retention import delete_expired


class Command(BaseCommand):
    help = "Deletes expired sessions, old sign-ins and attempt counters. Run it once a day."

    def handle(self, **options):
        for table, count in delete_expired().items():
            self.stdout.write(f"{table}: {count}")
