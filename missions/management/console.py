"""What commands share: progress, and errors of files."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.core.management.base import CommandError, OutputWrapper
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

STEPS = 1000  # between two lines


def follow(stdout: OutputWrapper, label: str, steps: Iterable[tuple[int, int]]) -> None:
    """Show the steps (done, total) as a bar on a terminal, as plain lines elsewhere."""
    if stdout.isatty() and sys.stdin.isatty():
        with Progress("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as progress:
            task = progress.add_task(label, total=None)
            for done, total in steps:
                progress.update(task, completed=done, total=total)
        return
    last = 0
    for done, total in steps:
        if done - last >= STEPS:
            last = done
            stdout.write(f"{label}: {done} / {total}")


@contextmanager
def file_errors(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        message = _("“%(file)s” cannot be read or written: %(reason)s.")
        raise CommandError(message % {"file": file, "reason": error.strerror}) from None


def nothing_written(problems) -> CommandError:
    count = len(problems)
    title = ngettext("Nothing was written, %(count)d error:", "Nothing was written, %(count)d errors:", count)
    return CommandError("\n".join([title % {"count": count}, *map(str, problems)]))
