"""Which writes to tokens, and to what came in by them, the database refuses; `refusals.py` has what a rule is."""

from .constraints import Rule, differs, no_replace

TOKEN, DELIVERY = "missions_token", "missions_delivery"

ISSUED = ("id", "user_id", "role", "name", "digest", "scope", "created_at", "created_by_id", "expires_on")

RULES = [
    Rule(
        "token_stays",
        TOKEN,
        "UPDATE",
        f"{differs(*ISSUED)} OR NEW.organisation_id IS DISTINCT FROM OLD.organisation_id",
        "what was issued as a token never changes",
    ),
    Rule(
        "token_unbound_for_good",
        TOKEN,
        "UPDATE",
        "NEW.membership_id IS NOT NULL AND NEW.membership_id IS DISTINCT FROM OLD.membership_id",
        "a token is never bound to another membership",
    ),
    Rule(
        "token_revoked_for_good",
        TOKEN,
        "UPDATE",
        "OLD.revoked_at IS NOT NULL AND (NEW.revoked_at IS DISTINCT FROM OLD.revoked_at"
        " OR NEW.revoked_by_id IS DISTINCT FROM OLD.revoked_by_id)",
        "a token is revoked once, and for good",
    ),
    Rule("token_no_delete", TOKEN, "DELETE", "1 = 1", "a token stays on record"),
    no_replace(
        "token",
        TOKEN,
        "other.id = NEW.id OR other.digest = NEW.digest OR (other.membership_id = NEW.membership_id"
        " AND other.name = NEW.name AND other.revoked_at IS NULL AND NEW.revoked_at IS NULL)",
        "a token with this id, secret or name",
    ),
    Rule("delivery_no_update", DELIVERY, "UPDATE", "1 = 1", "what came in through the API stays as it was written"),
    Rule("delivery_no_delete", DELIVERY, "DELETE", "1 = 1", "what came in through the API stays"),
    no_replace(
        "delivery",
        DELIVERY,
        "other.id = NEW.id OR other.submission_id = NEW.submission_id",
        "a delivery with this id or submission",
    ),
]
