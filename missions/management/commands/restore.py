"""`manage.py restore FILE`: brings a site back to what a backup holds."""

from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.db import Error
from django.utils.translation import gettext as _

from missions.backups import Unusable, restore
from missions.management.progress import follow
from missions.models import Head


class Command(BaseCommand):
    # Some of them read the database, which may be the very damage that this is for.
    requires_system_checks = ()
    help = "Replaces database and evidence files by those of a backup. What is there is backed up before."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file, **options):
        before = settings.HUB_DATA_DIR / f"before_restore_{datetime.now(UTC):%Y%m%dT%H%M%S.%f}.zip"
        try:
            follow(self.stdout, _("Restored"), restore(file, before))
        except Unusable as refused:
            raise CommandError(str(refused)) from refused
        except (OSError, Error) as broken:
            found = _("The restore was broken off: %(reason)s. Mend that, and run it again.")
            raise CommandError(found % {"reason": broken}) from broken
        finally:
            if before.exists():
                words = {"file": before}
                self.stdout.write(_("What was there before is in %(file)s: delete it once nobody needs it.") % words)
        head = Head.objects.get()
        words = {"entries": head.entry, "hash": head.hash, "revision": head.revision}
        self.stdout.write(
            _("Restored. The ledger is sound: %(entries)d entries, head %(hash)s, revision %(revision)d.") % words
        )
