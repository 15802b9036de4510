"""What verification says."""

import io

from django.core.management import CommandError, call_command

from missions.models import verification

HASH = "its hash is not that of its content and evidence"
PREV = "its prev_hash is not the hash of the entry before it"
FLAGS = "its flags do not say what an entry of its kind sets"
MISSING, UNREADABLE = "it is missing", "it cannot be read"
NOT_THE_HEAD = "the head of the ledger is not this entry, the newest one"
STRAY = "there is evidence for it, but no such entry"


def stood(code, day):
    """The finding that the stretches of this mission are not right from this day on."""
    return f"how {code} stood from {day} on is not stored as its entries say"


def found():
    return [str(problem) for problem in verification.problems()]


def verified():
    """(what verify_ledger prints, its exit code)"""
    out = io.StringIO()
    try:
        call_command("verify_ledger", stdout=out)
    except CommandError as error:
        return out.getvalue(), error.returncode
    return out.getvalue(), 0
