"""`manage.py import_register FILE`: brings the register to what a file in the export's own format says."""

import sys
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from missions.exchange.register_import import RegisterImport, Unwritable
from missions.exchange.workbooks import LARGEST_FILE, read_workbook

LINES = 1000  # rows between two lines, where no bar can be drawn


class Command(BaseCommand):
    help = "Brings the register to what a file in the format of export_register says, all or nothing."

    def add_arguments(self, parser):
        parser.add_argument("file", metavar="FILE", type=Path, help=".xlsx, .ods, .xls or .csv")
        parser.add_argument("--dry-run", action="store_true", help="say what would be written, and write nothing")

    def handle(self, *, file, dry_run, **options):
        try:
            found = RegisterImport(read_workbook(file.name, read(file)), reason="import_register")
            self.follow(_("Compared"), found.look(), found.rows)
            refuse(found.problems)
            if not dry_run:
                self.follow(_("Written"), found.write(), len(found.changes))
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        except Unwritable as refused:
            refuse(refused.problems)
        if not found.changes:
            self.stdout.write(_("The file says what is here already: nothing changes."))
        elif dry_run:
            self.stdout.write(_("Nothing was written. Without --dry-run it would be:"))
        for line in found.lines():
            self.stdout.write(line)

    def follow(self, label, steps, total):
        """Draws a bar on a terminal, and writes plain lines elsewhere."""
        if self.stdout.isatty() and sys.stdin.isatty():
            with Progress("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as progress:
                task = progress.add_task(label, total=total)
                for done in steps:
                    progress.update(task, completed=done)
            return
        said = 0
        for done in steps:
            if done - said >= LINES:
                said = done
                self.stdout.write(f"{label}: {done} / {total}")


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
