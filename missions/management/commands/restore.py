import sqlite3
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import Error
from django.utils.translation import gettext as _

from missions.management.progress import follow
from missions.models import Head
from missions.ops.backup import BackupError, restore


class Command(BaseCommand):
    # Some checks read the database, which may be damaged.
    requires_system_checks = ()
    help = "Replaces the database and the evidence files by those of a backup, after a backup of the present ones."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)
        parser.add_argument(
            "--unsealed", action="store_true", help="do not check the seal; this runs the SQL in the file"
        )

    def handle(self, *, file, unsealed, **options):
        before = settings.HUB_DATA_DIR / f"before_restore_{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.zip"
        if unsealed:
            self.stderr.write(
                _(
                    "The seal is not checked. This runs the SQL in the archive, which can do whatever the database's "
                    "owner may."
                )
            )
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
                words = {"file": before}
                self.stdout.write(_("The former data is in %(file)s: delete it when nobody needs it.") % words)
        head = Head.objects.get()
        words = {"entries": head.entry, "hash": head.hash, "revision": head.revision}
        self.stdout.write(
            _("Restored. The ledger is sound: %(entries)d entries, head %(hash)s, revision %(revision)d.") % words
        )
