"""`manage.py seed_scale N`: writes N synthetic missions with their entries, to measure with."""

import sys
from argparse import ArgumentTypeError
from collections.abc import Callable, Iterator

from django.core.management import BaseCommand, CommandError
from django.utils.translation import gettext as _
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

from missions.exchange.scale import CODE, write_synthetic
from missions.management.statistics import analyze
from missions.models import Head, Mission


def whole_number(least: int) -> Callable[[str], int]:
    """The type of an argument that is a whole number, at least `least`."""

    def read(text):
        if not (text.isascii() and text.isdecimal() and int(text) >= least):
            words = {"text": text, "least": least}
            raise ArgumentTypeError(_("“%(text)s” is not a whole number of at least %(least)d") % words)
        return int(text)

    return read


def written(missions: int, changes: int) -> Iterator[int]:
    """Writes them, and yields how many each batch wrote."""
    for number, batch in enumerate(write_synthetic(missions, changes)):
        if not number:
            analyze()  # the next batches read what the first one wrote
        yield batch
    analyze()


class Command(BaseCommand):
    help = "Writes synthetic missions with their entries, to measure with. They cannot be taken out again."

    def add_arguments(self, parser):
        parser.add_argument("missions", metavar="N", type=whole_number(1), help="how many missions")
        parser.add_argument(
            "--changes", metavar="K", type=whole_number(0), default=3, help="entries a mission after its opening"
        )

    def handle(self, *, missions, changes, **options):
        is_terminal = self.stdout.isatty() and sys.stdin.isatty()
        if is_terminal and Mission.objects.exclude(instrument__code=CODE).exists():
            self.confirm()
        entries = Head.objects.get().entry
        (self.write_with_bar if is_terminal else self.write_with_lines)(missions, changes)
        head = Head.objects.get()
        words = {"missions": missions, "entries": head.entry - entries, "revision": head.revision}
        summary = _("Synthetic missions written: %(missions)d, entries: %(entries)d, revision: %(revision)d")
        self.stdout.write(summary % words)

    def confirm(self):
        question = _("These records cannot be taken out again: the ledger is append-only. Type “yes” to go on: ")
        if input(question).strip().lower() != "yes":
            raise CommandError(_("Nothing was written."))

    def write_with_bar(self, missions, changes):
        with Progress(BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as progress:
            task = progress.add_task("", total=missions)
            for batch in written(missions, changes):
                progress.advance(task, batch)

    def write_with_lines(self, missions, changes):
        done = 0
        for batch in written(missions, changes):
            done += batch
            self.stdout.write(_("%(done)d of %(missions)d missions") % {"done": done, "missions": missions})
