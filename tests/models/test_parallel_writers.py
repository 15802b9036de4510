"""For other folders, until they use `tests.ledger.writer`."""

from tests.ledger.writer import send as told
from tests.ledger.writer import start_writer as started

__all__ = ["started", "told"]
