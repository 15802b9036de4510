"""`manage.py programme_template FILE`"""

from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from missions.exchange.template import write_template


class Command(BaseCommand):
    help = "Writes an empty workbook, to be filled in and given to load_programme."

    def add_arguments(self, parser):
        parser.add_argument("file", type=Path, metavar="FILE", help="an XLSX file that is not there yet")

    def handle(self, *, file, **options):
        if file.suffix.lower() != ".xlsx":
            raise CommandError(_("“%(file)s” does not end in .xlsx: name the file so.") % {"file": file})
        try:
            with file.open("xb") as stream:
                write_template(stream)
        except FileExistsError:
            message = _("“%(file)s” exists: nothing was written. Choose another name.")
            raise CommandError(message % {"file": file}) from None
        except OSError as error:
            message = _("“%(file)s” cannot be written: %(reason)s.")
            raise CommandError(message % {"file": file, "reason": error.strerror}) from None
        self.stdout.write(str(file))
