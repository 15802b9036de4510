"""Progress of long commands."""

import sys
from collections.abc import Iterable

from django.core.management.base import OutputWrapper
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
