"""Limits how many processes do one kind of work at a time."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings


class NoFreeSlot(Exception):
    """All slots stayed taken for the time to wait."""


@contextmanager
def slot(name: str, *, most: int, wait: float) -> Iterator[None]:
    """Hold one of `most` slots; wait at most `wait` seconds.

    A slot is a lock on a file in HUB_DATA_DIR, which the kernel releases with the process, however that ends.
    Raises NoFreeSlot.
    """
    last_try = time.monotonic() + wait
    while (descriptor := take_slot(name, most)) is None:
        if time.monotonic() >= last_try:
            raise NoFreeSlot(name)
        time.sleep(0.1)
    try:
        yield
    finally:
        os.close(descriptor)


def take_slot(name: str, most: int) -> int | None:
    for number in range(1, most + 1):
        # Opened for reading: a file of another user can be locked too.
        descriptor = os.open(settings.HUB_DATA_DIR / f"{name}_{number}.lock", os.O_RDONLY | os.O_CREAT, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            return descriptor
    return None
