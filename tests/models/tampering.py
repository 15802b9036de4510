"""For other folders, until they use `tests.ledger.tampering`."""

from tests.ledger.tampering import tamper

__all__ = ["tamper"]
