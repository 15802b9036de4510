"""`manage.py load_programme PATH`"""

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from missions.exchange.programme import load_programme
from missions.exchange.sheets import ImportFailed
from missions.ops.databases import analyze


class Command(BaseCommand):
    help = "Loads or updates a programme from a folder of CSV files or a workbook, all or nothing."

    def add_arguments(self, parser):
        parser.add_argument(
            "path",
            metavar="PATH",
            help="a folder with the files of missions/data/hongqiao, or a workbook from programme_template, "
            "as XLSX, ODS or XLS",
        )
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")
        parser.add_argument("--force", action="store_true", help="overwrite what was edited or corrected here")

    def handle(self, *, path, dry_run, force, **options):
        try:
            summary = load_programme(path, dry_run=dry_run, force=force)
        except ImportFailed as errors:
            count = len(errors.problems)
            title = ngettext("Nothing was written, %(count)d error:", "Nothing was written, %(count)d errors:", count)
            raise CommandError(f"{title % {'count': count}}\n{errors}") from None
        if dry_run:
            self.stdout.write(_("Nothing was written. Without --dry-run it would be:"))
        else:
            analyze()
        for line in summary.lines():
            self.stdout.write(line)
