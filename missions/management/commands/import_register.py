"""`manage.py import_register FILE`"""

from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from missions.exchange.register import RegisterImport
from missions.exchange.sheets import ImportFailed
from missions.exchange.workbooks import LARGEST_FILE, read_workbook
from missions.management.progress import follow


class Command(BaseCommand):
    help = "Brings the register to what a file in the format of export_register says, all or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, help=".xlsx, .ods, .xls or .csv")
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")

    def handle(self, *, file, dry_run, **options):
        try:
            found = RegisterImport(read_workbook(file.name, read(file)), reason="import_register")
            follow(self.stdout, _("Compared"), ((done, found.rows) for done in found.look()))
            refuse(found.problems)
            if not dry_run:
                total = len(found.changes)
                follow(self.stdout, _("Written"), ((done, total) for done in found.write()))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except ImportFailed as refused:
            refuse(refused.problems)
        if not found.changes:
            self.stdout.write(_("The file equals the register: nothing changes."))
        elif dry_run:
            self.stdout.write(_("Nothing was written. Without --dry-run it would be:"))
        for line in found.lines():
            self.stdout.write(line)


def read(file):
    try:
        with file.open("rb") as source:
            return source.read(LARGEST_FILE + 1)
    except OSError as error:
        message = _("“%(file)s” cannot be read: %(reason)s.")
        raise CommandError(message % {"file": file, "reason": error.strerror}) from error


def refuse(problems):
    if problems:
        count = len(problems)
        title = ngettext("Nothing was written, %(count)d error:", "Nothing was written, %(count)d errors:", count)
        raise CommandError("\n".join([title % {"count": count}, *map(str, problems)]))
