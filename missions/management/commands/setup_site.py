import io
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, call_command
from django.db import transaction
from django.utils.crypto import get_random_string

from missions.models import Instrument, Membership, Role, User
from missions.ops.backup import lock_data_folder

PROGRAMME = Path(__file__).resolve().parents[2] / "data" / "hongqiao"
READABLE = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no l and 1, no O and 0


class Command(BaseCommand):
    help = "Migrates, loads the programme into a database without one, and makes the first account."

    def handle(self, **options):
        with lock_data_folder():  # A second start waits for the first.
            call_command("migrate", verbosity=0, interactive=False)
            if not Instrument.objects.exists():
                call_command("load_programme", PROGRAMME, stdout=io.StringIO())
            if not User.objects.exists():
                self.make_first_account()
        self.stdout.write(f"{settings.SIGN_IN_URL}/admin/")

    @transaction.atomic
    def make_first_account(self):
        password = get_random_string(16, READABLE)
        user = User(username="admin", language=settings.LANGUAGE_CODE)
        user.set_password(password)
        user.must_change_password = True
        user.save()
        for role in (Role.COORDINATOR, Role.ADMINISTRATOR):
            Membership.objects.create(user=user, role=role)
        self.stdout.write(f"Sign in: admin / {password} (you will be asked to change it)")
