from pathlib import Path

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from missions.management.console import follow
from missions.ops.backup import BackupError, back_up


class Command(BaseCommand):
    requires_system_checks = ()  # some read the database, which may be damaged
    help = "Writes the database and the evidence files into one file, while the site runs."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path)

    def handle(self, *, file, **options):
        try:
            follow(self.stdout, _("Backed up"), back_up(file))
        except BackupError as error:
            raise CommandError(str(error)) from error
        written = _("Written: %(file)s, %(bytes)d bytes. It contains personal data: store it where few can read it.")
        key = _(
            "The key that seals it is in %(place)s: keep a copy of the key in another place too. Without it, a "
            "restore on another machine needs --unsealed."
        )
        self.stdout.write(written % {"file": file, "bytes": file.stat().st_size})
        self.stdout.write(key % {"place": settings.HUB_BACKUP_KEY_PLACE})
