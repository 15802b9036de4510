"""Database rules: one definition for SQLite and PostgreSQL, which `triggers.py` turns into triggers.

Each rule is a condition under which a statement is refused, written in SQL that both databases share.
The dialect fills in words in braces.
"""

from collections.abc import Iterator
from typing import NamedTuple

from django.apps import apps
from simple_history.models import HistoricalChanges

from ..accounts.models import User

LEDGER, EVIDENCE, HEAD, MISSION, REPLACES, STEP, FILE, IMPORT, REPORT, REPORT_FILE = (
    "missions_statuschange",
    "missions_evidence",
    "missions_head",
    "missions_mission",
    "missions_mission_replaces",
    "missions_step",
    "missions_evidencefile",
    "missions_import",
    "missions_frozenreport",
    "missions_frozenfile",
)

# Every public table besides the ledger: a write makes a new data version.
REVISED = (
    "missions_instrument",
    "missions_theme",
    "missions_area",
    "missions_organisation",
    "missions_source",
    "missions_reportedfigure",
    "missions_reportedfigure_covers",
    "missions_mission",
    "missions_mission_supporting_owners",
    "missions_mission_areas",
    "missions_mission_sources",
    REPLACES,
    REPORT,
    "missions_statusperiod",
    "missions_programme",
    "missions_programmeday",
    "missions_contradiction",
)

# Tables and columns whose change invalidates the facet index.
FILTERED_BY = (*REVISED[:4], "missions_mission_supporting_owners", "missions_mission_areas")
FILTERED_BY_COLUMNS = "instrument_id, number, kind, theme_id, lead_owner_id, provenance"

NEWEST = f"(SELECT {{column}} FROM {LEDGER} newest ORDER BY newest.id DESC LIMIT 1)"


def newest(column, default="NULL"):
    return f"COALESCE({NEWEST.format(column=column)}, {default})"


def exists(table, condition):
    return f"EXISTS (SELECT 1 FROM {table} other WHERE {condition})"


def differs(*columns):
    return " OR ".join(f"NEW.{column} <> OLD.{column}" for column in columns)


def in_force(column, sets):
    """Return the latest uncorrected entry of NEW's mission as SQL."""
    return f"""(SELECT entry.{column} FROM {LEDGER} entry
        WHERE entry.mission_id = NEW.id AND entry.{sets}
        AND NOT {exists(LEDGER, "other.corrects_id = entry.id")}
        ORDER BY entry.effective_on DESC, entry.id DESC LIMIT 1)"""


REPORTED = f"""FROM {LEDGER} entry WHERE entry.mission_id = NEW.id AND entry.sets_status
        AND NOT {exists(LEDGER, "other.corrects_id = entry.id")}"""
# The last entry of another status is looked up once: a mission may have hundreds.
PRESENT_RUN_SINCE = f"""(SELECT MIN(entry.effective_on) {REPORTED}
        AND ((entry.effective_on, entry.id) <= (SELECT entry.effective_on, entry.id {REPORTED}
            AND entry.status <> NEW.status ORDER BY entry.effective_on DESC, entry.id DESC LIMIT 1)) IS NOT TRUE)"""


# Official numbers and our own are separate.
SAME_NUMBER = (
    "other.instrument_id = NEW.instrument_id AND other.number = NEW.number"
    " AND (other.provenance = 'official') = (NEW.provenance = 'official')"
)


class Rule(NamedTuple):
    name: str
    table: str
    event: str
    refused_when: str
    message: str


def no_replace(name: str, table: str, same: str, what: str) -> Rule:
    """Refuse INSERT OR REPLACE, which would delete rows without firing triggers."""
    return Rule(f"{name}_no_replace", table, "INSERT", exists(table, same), f"{what} is there already")


LEDGER_RULES = [
    Rule("ledger_no_update", LEDGER, "UPDATE", "1 = 1", "the ledger is append-only: correct an entry by a new one"),
    Rule("ledger_no_delete", LEDGER, "DELETE", "1 = 1", "the ledger is append-only: no entry is deleted"),
    Rule(
        "ledger_next_id",
        LEDGER,
        "INSERT",
        f"NEW.id <> {newest('newest.id', '0')} + 1",
        "the id of a ledger entry is the next one",
    ),
    Rule(
        "ledger_chained",
        LEDGER,
        "INSERT",
        f"NEW.prev_hash <> {newest('newest.hash', repr('0' * 64))}",
        "prev_hash is not the hash of the newest ledger entry",
    ),
    Rule(
        "ledger_clock",
        LEDGER,
        "INSERT",
        f"NEW.recorded_at < {newest('newest.recorded_at', 'NEW.recorded_at')}",
        "a ledger entry is not recorded before the newest one",
    ),
    # No place is more than 14 hours ahead of UTC; `record()` knows the site's time zone.
    Rule("ledger_no_future", LEDGER, "INSERT", "NEW.effective_on > {recorded_day}", "effective_on lies in the future"),
    no_replace(
        "ledger",
        LEDGER,
        "other.id = NEW.id OR other.hash = NEW.hash OR other.prev_hash = NEW.prev_hash"
        " OR other.corrects_id = NEW.corrects_id OR {same_row}"
        " OR (NEW.kind = 'opening' AND other.kind = 'opening' AND other.mission_id = NEW.mission_id)",
        "a ledger entry with this id, hash, opening or correction",
    ),
    Rule(
        "ledger_after_opening",
        LEDGER,
        "INSERT",
        f"NEW.kind <> 'opening' AND NOT {exists(LEDGER, 'other.mission_id = NEW.mission_id')}",
        "a mission's first ledger entry is its opening",
    ),
    Rule(
        "ledger_correction_like_corrected",
        LEDGER,
        "INSERT",
        "NEW.kind = 'correction' AND NOT "
        + exists(
            LEDGER,
            "other.id = NEW.corrects_id AND other.mission_id = NEW.mission_id"
            " AND other.sets_status = NEW.sets_status AND other.sets_due = NEW.sets_due",
        ),
        "a correction sets what the corrected entry of the same mission sets",
    ),
    Rule(
        "ledger_completed_has_evidence",
        LEDGER,
        "INSERT",
        "NEW.status = 'completed' AND NEW.sets_status AND NOT "
        + exists(
            EVIDENCE,
            "other.change_id = NEW.id"
            " AND (other.url <> '' OR other.file_id IS NOT NULL OR other.source_id IS NOT NULL)",
        ),
        "completed needs evidence that can be looked up",
    ),
    Rule(
        "ledger_date_has_decider",
        LEDGER,
        "INSERT",
        "NEW.decided_by = '' AND (NEW.kind = 'deadline' OR (NEW.kind = 'correction' AND "
        + exists(
            LEDGER,
            "other.id = NEW.corrects_id AND other.sets_due AND (other.due IS DISTINCT FROM NEW.due"
            " OR other.effective_on <> NEW.effective_on OR other.decided_by <> '')",
        )
        + "))",
        "a new due date says who decided on it",
    ),
    Rule("step_no_update", STEP, "UPDATE", "1 = 1", "what was done with a submission stays as it was written"),
    Rule("step_no_delete", STEP, "DELETE", "1 = 1", "what was done with a submission stays"),
    no_replace("step", STEP, "other.id = NEW.id", "a step with this id"),
    Rule(
        "file_stays",
        FILE,
        "UPDATE",
        differs("id", "content", "name", "media_type", "size", "sha256", "uploaded_by_id", "uploaded_at"),
        "what is on record of an evidence file never changes",
    ),
    Rule(
        "file_cited_stays",
        FILE,
        "DELETE",
        exists(EVIDENCE, "other.file_id = OLD.id"),
        "an evidence file that the ledger cites stays",
    ),
    no_replace("file", FILE, "other.id = NEW.id", "a file with this id"),
    Rule(
        "import_stays",
        IMPORT,
        "UPDATE",
        f"OLD.state <> 'waiting' OR {differs('id', 'key', 'kind', 'name', 'content', 'sha256', 'by_id', 'at')}",
        "an import stays as it came, and is decided on once",
    ),
    Rule("import_no_delete", IMPORT, "DELETE", "OLD.state = 'done'", "an import that was carried out stays"),
    no_replace("import", IMPORT, "other.id = NEW.id OR other.key = NEW.key", "an import with this id or key"),
    Rule("evidence_no_update", EVIDENCE, "UPDATE", "1 = 1", "evidence is append-only"),
    Rule("evidence_no_delete", EVIDENCE, "DELETE", "1 = 1", "evidence is append-only"),
    Rule(
        "evidence_before_entry",
        EVIDENCE,
        "INSERT",
        f"NEW.change_id <= {newest('newest.id', '0')}",
        "evidence is written before its entry, not after",
    ),
    no_replace("evidence", EVIDENCE, "other.id = NEW.id", "evidence with this id"),
    Rule("report_no_update", REPORT, "UPDATE", "1 = 1", "a frozen report is never altered: publish a new edition"),
    Rule("report_no_delete", REPORT, "DELETE", "1 = 1", "a frozen report stays"),
    no_replace(
        "report",
        REPORT,
        "other.id = NEW.id OR other.slug = NEW.slug OR other.supersedes_id = NEW.supersedes_id",
        "a frozen report with this id, address or predecessor",
    ),
    Rule("report_file_no_update", REPORT_FILE, "UPDATE", "1 = 1", "a file of a frozen report is never altered"),
    Rule("report_file_no_delete", REPORT_FILE, "DELETE", "1 = 1", "a file of a frozen report stays"),
    Rule(
        "report_file_before_report",
        REPORT_FILE,
        "INSERT",
        exists(REPORT, "other.slug = NEW.report_id"),
        "a frozen report gets no further file",
    ),
    no_replace(
        "report_file",
        REPORT_FILE,
        "other.id = NEW.id OR (other.report_id = NEW.report_id AND other.name = NEW.name)",
        "a file with this id or name",
    ),
    Rule("head_no_delete", HEAD, "DELETE", "1 = 1", "the head of the ledger stays"),
    no_replace("head", HEAD, "1 = 1", "the head of the ledger"),
    Rule(
        "head_mirrors_ledger",
        HEAD,
        "UPDATE",
        f"NEW.entry <> {newest('newest.id', '0')} OR NEW.hash <> {newest('newest.hash', repr('0' * 64))}"
        " OR NEW.revision <> OLD.revision + 1",
        "the head is the newest ledger entry, and the revision grows by one",
    ),
    Rule(
        "mission_code_stays",
        MISSION,
        "UPDATE",
        "NEW.code <> OLD.code OR NEW.id <> OLD.id",
        "the code of a mission never changes, nor does its id",
    ),
    # Ledger lines refer to it by code.
    Rule(
        "organisation_code_stays",
        "missions_organisation",
        "UPDATE",
        differs("id", "code"),
        "the code of an organisation never changes, nor does its id",
    ),
    # UPDATE OR REPLACE would delete the conflicting mission.
    Rule(
        "mission_no_update_over",
        MISSION,
        "UPDATE",
        exists(MISSION, f"other.id <> OLD.id AND {SAME_NUMBER}"),
        "a mission with this number is there already",
    ),
    Rule(
        "mission_with_entries_stays",
        MISSION,
        "DELETE",
        exists(LEDGER, "other.mission_id = OLD.id"),
        "a mission with entries in the ledger stays",
    ),
    Rule(
        "mission_opens_in_ledger",
        MISSION,
        "INSERT",
        "NEW.status IS NOT NULL",
        "a mission's status comes from the ledger alone",
    ),
    no_replace(
        "mission",
        MISSION,
        f"other.id = NEW.id OR other.code = NEW.code OR ({SAME_NUMBER})",
        "a mission with this id, code or number",
    ),
    Rule(
        "mission_replaced_when_withdrawn",
        REPLACES,
        "INSERT",
        "NOT "
        + exists(
            LEDGER,
            "other.mission_id = NEW.from_mission_id AND other.kind = 'opening' AND other.effective_on ="
            f" (SELECT status_since FROM {MISSION} WHERE id = NEW.to_mission_id AND status = 'withdrawn')",
        ),
        "a mission takes the place of one that was withdrawn on the day on which it opened",
    ),
    Rule("replaces_no_update", REPLACES, "UPDATE", "1 = 1", "what a mission takes the place of stays"),
    no_replace(
        "replaces",
        REPLACES,
        "other.id = NEW.id"
        " OR (other.from_mission_id = NEW.from_mission_id AND other.to_mission_id = NEW.to_mission_id)",
        "this link",
    ),
    Rule("replaces_no_delete", REPLACES, "DELETE", "1 = 1", "what a mission takes the place of stays"),
    Rule(
        "mission_status_is_ledgers",
        MISSION,
        "UPDATE",
        "(NEW.status IS DISTINCT FROM OLD.status OR NEW.status_since IS DISTINCT FROM OLD.status_since"
        " OR NEW.due IS DISTINCT FROM OLD.due) AND ("
        f"NEW.status IS DISTINCT FROM {in_force('status', 'sets_status')}"
        f" OR NEW.due IS DISTINCT FROM {in_force('due', 'sets_due')}"
        f" OR NEW.status_since IS DISTINCT FROM {PRESENT_RUN_SINCE})",
        "status, status_since and due of a mission are what the ledger says",
    ),
]

USER = "missions_user"

ACCOUNT_RULES = [
    # A process that read the account before its erasure could otherwise write its names back.
    Rule(
        "user_erased_for_good",
        USER,
        "UPDATE",
        "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL",
        "an erased account stays erased",
    ),
]

TOKEN, DELIVERY = "missions_token", "missions_delivery"

ISSUED = ("id", "user_id", "role", "name", "digest", "scope", "created_at", "created_by_id", "expires_on")

TOKEN_RULES = [
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

PERIOD = "missions_statusperiod"

UNCORRECTED = f"""FROM {LEDGER} entry WHERE entry.mission_id = {{row}}.mission_id
    AND NOT {exists(LEDGER, "other.corrects_id = entry.id")}"""
IN_FORCE = f"{UNCORRECTED} AND entry.effective_on <= {{row}}.first_day AND entry.{{sets}}"
IN_FORCE += " ORDER BY entry.effective_on DESC, entry.id DESC LIMIT 1"
SO_FAR = f"{UNCORRECTED} AND entry.effective_on <= {{row}}.first_day AND entry.sets_status"
# Each is looked up once: a mission may have hundreds of entries.
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
# The periods of replaced missions on the date of opening.
OPENED = f"(SELECT MIN(entry.effective_on) {UNCORRECTED})"
REPLACED = f"""FROM {REPLACES} link JOIN {PERIOD} former ON former.mission_id = link.to_mission_id
    WHERE link.from_mission_id = {{row}}.mission_id AND former.first_day <= {OPENED} AND former.until > {OPENED}"""
FIRST = f"COALESCE((SELECT MIN(former.due_first) {REPLACED}), {OWN_FIRST})"
INHERITED_MOVES = f"SELECT MAX(former.due_moves + CASE WHEN former.due < {OWN_FIRST} THEN 1 ELSE 0 END) {REPLACED}"
MOVES = f"{OWN_MOVES} + COALESCE(({INHERITED_MOVES}), 0)"


def matches_ledger(row):
    """Compare row NEW or OLD with the ledger, as SQL."""
    in_force = {
        name: f"(SELECT entry.{name} {IN_FORCE.format(row=row, sets=f'sets_{name}')})" for name in ("status", "due")
    }
    return f"""(EXISTS (SELECT 1 {UNCORRECTED.format(row=row)} AND entry.effective_on = {row}.first_day)
        AND {row}.until = COALESCE(
            (SELECT MIN(entry.effective_on) {UNCORRECTED.format(row=row)} AND entry.effective_on > {row}.first_day),
            '2101-01-01')
        AND {row}.status = {in_force["status"]} AND {row}.since = {SINCE.format(row=row)}
        AND NOT ({row}.due IS DISTINCT FROM {in_force["due"]})
        AND NOT ({row}.due_first IS DISTINCT FROM {FIRST.format(row=row)})
        AND {row}.due_moves = {MOVES.format(row=row)})"""


PERIOD_RULES = [
    Rule(
        "period_matches_ledger",
        PERIOD,
        "INSERT",
        f"{matches_ledger('NEW')} IS NOT TRUE",
        "a status period is what the ledger says",
    ),
    Rule("period_no_update", PERIOD, "UPDATE", "1 = 1", "a status period is never altered"),
    Rule(
        "period_stays",
        PERIOD,
        "DELETE",
        matches_ledger("OLD"),
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


HISTORY_MODELS = [
    model for model in apps.get_app_config("missions").get_models() if issubclass(model, HistoricalChanges)
]
HISTORY_TABLES = [model._meta.db_table for model in HISTORY_MODELS]

# What `User.erase` makes of a person's columns.
ERASED = {"username": "'erased:' || OLD.id", "name": "''", "email": "''"}


def differs_from_erasure(model) -> str:
    columns = [field.column for field in model._meta.concrete_fields]
    wrong = [
        f"NEW.{column} <> {ERASED[column]}" if column in ERASED else f"NEW.{column} IS DISTINCT FROM OLD.{column}"
        for column in columns
    ]
    return f"{' OR '.join(wrong)} OR NOT {exists(USER, 'other.id = OLD.id AND other.erased_at IS NOT NULL')}"


def history_rules(model) -> Iterator[Rule]:
    table, key = model._meta.db_table, model._meta.pk.column
    name = table.removeprefix("missions_")
    may_be_erased = model is User.history.model
    refused_when = differs_from_erasure(model) if may_be_erased else "1 = 1"
    yield Rule(f"{name}_no_update", table, "UPDATE", refused_when, "a version in the field history never changes")
    yield Rule(f"{name}_no_delete", table, "DELETE", "1 = 1", "a version in the field history stays")
    yield no_replace(name, table, f"other.{key} = NEW.{key}", "a version with this id")


HISTORY_RULES = [rule for model in HISTORY_MODELS for rule in history_rules(model)]

RULES = [*LEDGER_RULES, *ACCOUNT_RULES, *HISTORY_RULES, *PERIOD_RULES, *TOKEN_RULES]
