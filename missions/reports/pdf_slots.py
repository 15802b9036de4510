"""At most two PDFs are made at a time by all processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from math import inf
from threading import BoundedSemaphore

from ..slots import NoFreeSlot, slot

PATIENCE = 20  # seconds that a reader waits for a slot
# A server process has four threads. PDFs hold three at most; one answers pages.
reader_threads = BoundedSemaphore(3)

pdf_slot = partial(slot, "pdf", most=2, wait=inf)


@contextmanager
def reader_pdf_slot() -> Iterator[None]:
    """Hold a slot for a public request. Raises NoFreeSlot."""
    if not reader_threads.acquire(blocking=False):
        raise NoFreeSlot
    try:
        with pdf_slot(wait=PATIENCE):
            yield
    finally:
        reader_threads.release()
