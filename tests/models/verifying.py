"""For other folders, until they use `tests.ledger.tampering.verify`."""

from missions.models import verification
from tests.ledger.tampering import verify


def found():
    return [str(problem) for problem in verification.problems()]


def verified():
    lines, code = verify()
    return "".join(f"{line}\n" for line in lines), code
