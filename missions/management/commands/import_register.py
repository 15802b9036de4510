from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from missions.exchange.register import RegisterImport
from missions.exchange.sheets import ImportFailed
from missions.exchange.workbooks import LARGEST_FILE, read_workbook
from missions.management.console import file_errors, follow, nothing_written


class Command(BaseCommand):
    help = "Brings the register to what a file in the format of export_register says, all or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, help=".xlsx, .ods, .xls or .csv")
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")

    def handle(self, *, file, dry_run, **options):
        with file_errors(file), file.open("rb") as source:
            content = source.read(LARGEST_FILE + 1)
        try:
            found = RegisterImport(read_workbook(file.name, content), reason="import_register")
            follow(self.stdout, _("Compared"), found.look())
            if found.problems:
                raise nothing_written(found.problems)
            if not dry_run:
                follow(self.stdout, _("Written"), found.write())
        except ImportFailed as failed:
            raise nothing_written(failed.problems) from failed
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        if not found.changes:
            self.stdout.write(_("The file equals the register: nothing changes."))
        elif dry_run:
            self.stdout.write(_("Nothing was written. Without --dry-run it would be:"))
        for line in found.lines():
            self.stdout.write(line)
