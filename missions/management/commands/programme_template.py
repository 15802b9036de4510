from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from missions.exchange.template import write_template
from missions.management.console import file_errors


class Command(BaseCommand):
    help = "Writes an empty workbook, to be filled in and given to load_programme."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="an XLSX file that is not there yet")

    def handle(self, *, file, **options):
        if file.suffix.lower() != ".xlsx":
            raise CommandError(_("“%(file)s” does not end in .xlsx: name the file so.") % {"file": file})
        if file.exists():
            raise CommandError(_("“%(file)s” exists: nothing was written. Choose another name.") % {"file": file})
        with file_errors(file), file.open("xb") as stream:
            write_template(stream)
        self.stdout.write(str(file))
