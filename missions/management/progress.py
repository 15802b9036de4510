"""How long commands show how far they are."""

import sys
from collections.abc import Iterable

from django.core.management.base import OutputWrapper
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TimeRemainingColumn

STEPS = 1000  # between two lines, where no bar can be drawn


def follow(stdout: OutputWrapper, label: str, steps: Iterable[tuple[int, int]]) -> None:
    """Takes the steps, each as (done, in all), and draws a bar on a terminal, or writes plain lines elsewhere."""
    if stdout.isatty() and sys.stdin.isatty():
        with Progress("{task.description}", BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()) as progress:
            task = progress.add_task(label, total=None)
            for done, total in steps:
                progress.update(task, completed=done, total=total)
        return
    said = 0
    for done, total in steps:
        if done - said >= STEPS:
            said = done
            stdout.write(f"{label}: {done} / {total}")
