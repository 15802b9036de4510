from django.core.management import BaseCommand
from django.utils.translation import gettext as _

from missions.exchange.programme import load_programme
from missions.exchange.sheets import ImportFailed
from missions.management.console import nothing_written
from missions.ops.databases import analyze


class Command(BaseCommand):
    help = "Loads or updates a programme from a folder of CSV files or a workbook, all or nothing."

    def add_arguments(self, parser):
        files = "a folder with the files of missions/data/hongqiao, or a workbook from programme_template"
        parser.add_argument("path", metavar="PATH", help=f"{files}, as XLSX, ODS or XLS")
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
        parser.add_argument("--force", action="store_true", help="overwrite what was edited or corrected here")

    def handle(self, *, path, dry_run, force, **options):
        try:
            summary = load_programme(path, dry_run=dry_run, force=force)
        except ImportFailed as errors:
            raise nothing_written(errors.problems) from None
        if dry_run:
            self.stdout.write(_("Nothing was written. Without --dry-run it would be:"))
        else:
            analyze()
        for line in summary.lines():
            self.stdout.write(line)
