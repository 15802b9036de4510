import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import Error
from django.utils.translation import gettext as _

from missions.management.console import follow
from missions.models import Head
from missions.ops.backup import BackupError, restore


class Command(BaseCommand):
    requires_system_checks = ()  # some read the database, which may be damaged
    help = "Replaces the database and the evidence files by those of a backup, after a backup of the present ones."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)
        unsealed = "do not check the seal; this runs the SQL in the file"
        parser.add_argument("--unsealed", action="store_true", help=unsealed)

    def handle(self, *, file, unsealed, **options):
        before = settings.HUB_DATA_DIR / f"before_restore_{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.zip"
        if unsealed:
            message = _("The seal is not checked. This runs the archive's SQL with all rights of the database's owner.")
            self.stderr.write(message)
        try:
            follow(self.stdout, _("Restored"), restore(file, before, unsealed=unsealed))
        except BackupError as error:
            raise CommandError(str(error)) from error
        except (OSError, Error, sqlite3.Error) as error:
            message = _(
                "The restore stopped: %(reason)s. Solve this and run it again, or restore what was there before."
            )
            raise CommandError(message % {"reason": " ".join(str(error).split())}) from error
        finally:
            if before.exists():
                message = _("The former data is in %(file)s: delete it when nobody needs it.")
                self.stdout.write(message % {"file": before})
        head = Head.objects.values("entry", "hash", "revision").get()
        message = _("Restored. The ledger is sound: %(entry)d entries, head %(hash)s, revision %(revision)d.")
        self.stdout.write(message % head)
