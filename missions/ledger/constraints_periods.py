"""Which writes to status periods the database refuses: they say what the ledger says, and nothing else."""

from .constraints import LEDGER, MISSION, REPLACES, Rule, exists, no_replace

PERIOD = "missions_statusperiod"

UNCORRECTED = f"""FROM {LEDGER} entry WHERE entry.mission_id = {{row}}.mission_id
    AND NOT {exists(LEDGER, "other.corrects_id = entry.id")}"""
NEWEST = f"{UNCORRECTED} AND entry.effective_on <= {{row}}.first_day AND entry.{{sets}}"
NEWEST += " ORDER BY entry.effective_on DESC, entry.id DESC LIMIT 1"
SO_FAR = f"{UNCORRECTED} AND entry.effective_on <= {{row}}.first_day AND entry.sets_status"
# Each is looked up once, not for each entry: a mission may have hundreds, and a correction remake all its periods.
LAST_OF_ANOTHER_STATUS = f"""(SELECT entry.effective_on, entry.id {SO_FAR} AND entry.status <> {{row}}.status
    ORDER BY entry.effective_on DESC, entry.id DESC LIMIT 1)"""
SINCE = f"""(SELECT MIN(entry.effective_on) {SO_FAR}
    AND ((entry.effective_on, entry.id) <= {LAST_OF_ANOTHER_STATUS}) IS NOT TRUE)"""

DATED = f"{UNCORRECTED} AND entry.effective_on <= {{row}}.first_day AND entry.sets_due"
OWN_FIRST = f"(SELECT entry.due {DATED} AND entry.due IS NOT NULL ORDER BY entry.effective_on, entry.id LIMIT 1)"
BEFORE = f"""FROM {LEDGER} earlier WHERE earlier.mission_id = {{row}}.mission_id AND earlier.sets_due
    AND (earlier.effective_on, earlier.id) < (entry.effective_on, entry.id)
    AND NOT {exists(LEDGER, "other.corrects_id = earlier.id")}"""
OWN_MOVES = f"""(SELECT COUNT(*) {DATED} AND EXISTS (SELECT 1 {BEFORE} AND earlier.due IS NOT NULL)
    AND entry.due IS DISTINCT FROM
        (SELECT earlier.due {BEFORE} ORDER BY earlier.effective_on DESC, earlier.id DESC LIMIT 1))"""
# How the missions whose place it takes stood on the day on which it opened.
OPENED = f"(SELECT MIN(entry.effective_on) {UNCORRECTED})"
REPLACED = f"""FROM {REPLACES} link JOIN {PERIOD} former ON former.mission_id = link.to_mission_id
    WHERE link.from_mission_id = {{row}}.mission_id AND former.first_day <= {OPENED} AND former.until > {OPENED}"""
FIRST = f"COALESCE((SELECT MIN(former.due_first) {REPLACED}), {OWN_FIRST})"
INHERITED_MOVES = f"SELECT MAX(former.due_moves + CASE WHEN former.due < {OWN_FIRST} THEN 1 ELSE 0 END) {REPLACED}"
MOVES = f"{OWN_MOVES} + COALESCE(({INHERITED_MOVES}), 0)"


def is_what_the_ledger_says(row):
    """Of a row NEW or OLD: something took effect on its first day, nothing before `until`, and so it stood."""
    in_force = {
        name: f"(SELECT entry.{name} {NEWEST.format(row=row, sets=f'sets_{name}')})" for name in ("status", "due")
    }
    return f"""(EXISTS (SELECT 1 {UNCORRECTED.format(row=row)} AND entry.effective_on = {row}.first_day)
        AND {row}.until = COALESCE(
            (SELECT MIN(entry.effective_on) {UNCORRECTED.format(row=row)} AND entry.effective_on > {row}.first_day),
            '2101-01-01')
        AND {row}.status = {in_force["status"]} AND {row}.since = {SINCE.format(row=row)}
        AND NOT ({row}.due IS DISTINCT FROM {in_force["due"]})
        AND NOT ({row}.due_first IS DISTINCT FROM {FIRST.format(row=row)})
        AND {row}.due_moves = {MOVES.format(row=row)})"""


RULES = [
    Rule(
        "period_matches_ledger",
        PERIOD,
        "INSERT",
        f"{is_what_the_ledger_says('NEW')} IS NOT TRUE",
        "a status period is what the ledger says",
    ),
    Rule("period_no_update", PERIOD, "UPDATE", "1 = 1", "a status period is never altered"),
    Rule(
        "period_stays",
        PERIOD,
        "DELETE",
        is_what_the_ledger_says("OLD"),
        "a status period stays for as long as the ledger says it",
    ),
    # A release from before there were status periods would otherwise write entries of which earlier days know nothing.
    Rule(
        "mission_matches_last_period",
        MISSION,
        "UPDATE",
        "(NEW.status IS DISTINCT FROM OLD.status OR NEW.status_since IS DISTINCT FROM OLD.status_since"
        " OR NEW.due IS DISTINCT FROM OLD.due OR NEW.due_first IS DISTINCT FROM OLD.due_first"
        " OR NEW.due_moves <> OLD.due_moves) AND NOT "
        + exists(
            PERIOD,
            "other.mission_id = NEW.id AND other.until = '2101-01-01' AND other.status = NEW.status"
            " AND other.since = NEW.status_since AND NOT (other.due IS DISTINCT FROM NEW.due)"
            " AND NOT (other.due_first IS DISTINCT FROM NEW.due_first) AND other.due_moves = NEW.due_moves",
        ),
        "a mission has the status and dates of its last period",
    ),
    no_replace(
        "period",
        PERIOD,
        "other.id = NEW.id OR (other.mission_id = NEW.mission_id AND other.first_day = NEW.first_day)",
        "a status period of this mission from this day",
    ),
]
