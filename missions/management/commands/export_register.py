from pathlib import Path

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _

from missions.exchange.register import WRITERS
from missions.management.console import file_errors


class Command(BaseCommand):
    help = "Writes the register as a workbook with a sheet for each table, or its missions as CSV."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, help="where to: .xlsx, .ods or .csv")

    def handle(self, *, file, **options):
        kind = file.suffix.lower().lstrip(".")
        if kind not in WRITERS:
            message = _("“%(file)s” has none of the endings %(endings)s: give it one.")
            raise CommandError(message % {"file": file, "endings": ", ".join(f".{ending}" for ending in WRITERS)})
        with file_errors(file), file.open("wb") as target:
            WRITERS[kind](target)
        self.stdout.write(_("Written: %(file)s") % {"file": file})
