"""Which writes to accounts the database refuses; `refusals.py` has what a rule is."""

from .constraints import Rule

USER = "missions_user"

RULES = [
    # A process that read the account before its erasure could otherwise write its names back.
    Rule(
        "user_erased_for_good",
        USER,
        "UPDATE",
        "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL",
        "an erased account stays erased",
    ),
]
