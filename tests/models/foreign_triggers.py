"""For other folders, until they use `tests.ledger.tampering.create_foreign_trigger`."""

from tests.ledger.tampering import create_foreign_trigger as make

__all__ = ["make"]
