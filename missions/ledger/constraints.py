"""Database rules for SQLite and PostgreSQL, which `triggers.py` turns into triggers.

`RULES` maps (table, event) to the conditions under which a statement is refused, by message. They are SQL that both
databases share; the dialect fills in words in braces.
"""

from django.apps import apps
from simple_history.models import HistoricalChanges

from ..accounts.models import User

LEDGER, EVIDENCE, HEAD, MISSION, REPLACES, PERIOD, REPORT, FILE, IMPORT, TOKEN, USER = (
    f"missions_{name}"
    for name in (
        *("statuschange", "evidence", "head", "mission", "mission_replaces", "statusperiod", "frozenreport"),
        *("evidencefile", "import", "token", "user"),
    )
)

# Every public table besides the ledger: a write makes a new data version.
REVISED = (
    *(MISSION, REPLACES, REPORT, PERIOD, "missions_mission_supporting_owners", "missions_mission_areas"),
    *("missions_instrument", "missions_theme", "missions_area", "missions_organisation"),
    *("missions_mission_sources", "missions_source"),
    *("missions_reportedfigure", "missions_reportedfigure_covers"),
    *("missions_programme", "missions_programmeday", "missions_contradiction"),
)

# Tables whose rows are never changed or deleted.
APPEND_ONLY = {
    LEDGER: "the ledger is append-only: correct an entry by a new one",
    EVIDENCE: "evidence is append-only",
    REPLACES: "what a mission takes the place of stays",
    REPORT: "a frozen report is never altered: publish a new edition",
    "missions_frozenfile": "a file of a frozen report is never altered",
    "missions_step": "what was done with a submission stays as it was written",
    "missions_delivery": "what came in through the API stays as it was written",
}
HISTORIES = {
    model._meta.db_table: model
    for model in apps.get_app_config("missions").get_models()
    if issubclass(model, HistoricalChanges)
}


def newest(column, default):
    return f"COALESCE((SELECT newest.{column} FROM {LEDGER} newest ORDER BY newest.id DESC LIMIT 1), {default})"


def exists(table, condition):
    return f"EXISTS (SELECT 1 FROM {table} other WHERE {condition})"


def differs(*columns):
    return " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)


def uncorrected(row, alias="entry"):
    """Return the uncorrected entries of the mission of `row` (NEW, OLD or an alias) as SQL."""
    return f"""FROM {LEDGER} {alias} WHERE {alias}.mission_id = {row}.mission_id
        AND NOT {exists(LEDGER, f"other.corrects_id = {alias}.id")}"""


def matches_ledger(row):
    """Compare a status period with the ledger, as SQL."""
    entries, latest = uncorrected(row), "ORDER BY entry.effective_on DESC, entry.id DESC LIMIT 1"
    so_far = f"{entries} AND entry.effective_on <= {row}.first_day"
    # Looked up once: a mission may have hundreds of entries.
    last_of_another_status = f"""(SELECT entry.effective_on, entry.id {so_far} AND entry.sets_status
        AND entry.status <> {row}.status {latest})"""
    earlier = f"""{uncorrected(row, "earlier")} AND earlier.sets_due
        AND (earlier.effective_on, earlier.id) < (entry.effective_on, entry.id)"""
    due_before = f"(SELECT earlier.due {earlier} ORDER BY earlier.effective_on DESC, earlier.id DESC LIMIT 1)"
    first = f"""(SELECT entry.due {so_far} AND entry.sets_due AND entry.due IS NOT NULL
        ORDER BY entry.effective_on, entry.id LIMIT 1)"""
    # The periods of replaced missions on the date of opening.
    opened = f"(SELECT MIN(entry.effective_on) {entries})"
    former = f"""FROM {REPLACES} link JOIN {PERIOD} former ON former.mission_id = link.to_mission_id
        WHERE link.from_mission_id = {row}.mission_id AND former.first_day <= {opened} AND former.until > {opened}"""
    values = {
        "until": f"""COALESCE((SELECT MIN(entry.effective_on) {entries} AND entry.effective_on > {row}.first_day),
            '2101-01-01')""",
        "status": f"(SELECT entry.status {so_far} AND entry.sets_status {latest})",
        "since": f"""(SELECT MIN(entry.effective_on) {so_far} AND entry.sets_status
            AND ((entry.effective_on, entry.id) <= {last_of_another_status}) IS NOT TRUE)""",
        "due": f"(SELECT entry.due {so_far} AND entry.sets_due {latest})",
        "due_first": f"COALESCE((SELECT MIN(former.due_first) {former}), {first})",
        "due_moves": f"""(SELECT COUNT(*) {so_far} AND entry.sets_due AND entry.due IS DISTINCT FROM {due_before}
            AND EXISTS (SELECT 1 {earlier} AND earlier.due IS NOT NULL)) + COALESCE((SELECT
            MAX(former.due_moves + CASE WHEN former.due < {first} THEN 1 ELSE 0 END) {former}), 0)""",
    }
    equal = "".join(f" AND NOT ({row}.{name} IS DISTINCT FROM {value})" for name, value in values.items())
    return f"(EXISTS (SELECT 1 {entries} AND entry.effective_on = {row}.first_day){equal})"


# Official numbers and our own are separate.
SAME_NUMBER = (
    "other.instrument_id = NEW.instrument_id AND other.number = NEW.number"
    " AND (other.provenance = 'official') = (NEW.provenance = 'official')"
)
# What the uniqueness of columns alone does not tell: see `is_there_already`.
ALSO_UNIQUE = {
    LEDGER: "{same_row} OR (NEW.kind = 'opening' AND other.kind = 'opening' AND other.mission_id = NEW.mission_id)",
    MISSION: SAME_NUMBER,
    HEAD: "1 = 1",
    TOKEN: "other.membership_id = NEW.membership_id AND other.name = NEW.name AND other.revoked_at IS NULL"
    " AND NEW.revoked_at IS NULL",
}


def is_there_already(model):
    """Find INSERT OR REPLACE, which would delete rows without firing triggers."""
    meta = model._meta
    unique = [[field.name] for field in meta.concrete_fields if field.unique]
    unique += [*meta.unique_together, *(constraint.fields for constraint in meta.total_unique_constraints)]
    columns = [[meta.get_field(name).column for name in names] for names in unique]
    same = ["(" + " AND ".join(f"other.{name} = NEW.{name}" for name in names) + ")" for names in columns]
    if meta.db_table in ALSO_UNIQUE:
        same.append(f"({ALSO_UNIQUE[meta.db_table]})")
    return exists(meta.db_table, " OR ".join(same))


# What `User.erase` makes of a person's columns.
ERASED = {"username": "'erased:' || OLD.id", "name": "''", "email": "''"}


def differs_from_erasure():
    columns = {field.column for field in User.history.model._meta.concrete_fields}
    other_changes = differs(*sorted(columns - ERASED.keys()))
    wrong = " OR ".join(f"NEW.{column} <> {value}" for column, value in ERASED.items())
    return f"{other_changes} OR {wrong} OR NOT {exists(USER, 'other.id = OLD.id AND other.erased_at IS NOT NULL')}"


RULES: dict[tuple[str, str], dict[str, str]] = {
    (LEDGER, "INSERT"): {
        "the id of a ledger entry is the next one": f"NEW.id <> {newest('id', 0)} + 1",
        "prev_hash is not the hash of the newest ledger entry": f"NEW.prev_hash <> {newest('hash', repr('0' * 64))}",
        "a ledger entry is not recorded before the newest one": (
            f"NEW.recorded_at < {newest('recorded_at', 'NEW.recorded_at')}"
        ),
        # No place is more than 14 hours ahead of UTC; `record()` knows the site's time zone.
        "effective_on lies in the future": "NEW.effective_on > {recorded_day}",
        "a mission's first ledger entry is its opening": (
            f"NEW.kind <> 'opening' AND NOT {exists(LEDGER, 'other.mission_id = NEW.mission_id')}"
        ),
        "a correction sets what the corrected entry of the same mission sets": f"""NEW.kind = 'correction'
            AND NOT EXISTS (SELECT 1 FROM {LEDGER} wrong WHERE wrong.id = NEW.corrects_id
            AND wrong.mission_id = NEW.mission_id AND wrong.sets_status = NEW.sets_status
            AND wrong.sets_due = NEW.sets_due)""",
        "completed needs evidence that can be looked up": f"""NEW.status = 'completed' AND NEW.sets_status
            AND NOT EXISTS (SELECT 1 FROM {EVIDENCE} cited WHERE cited.change_id = NEW.id
            AND (cited.url <> '' OR cited.file_id IS NOT NULL OR cited.source_id IS NOT NULL))""",
        "a new due date says who decided on it": f"""NEW.decided_by = '' AND (NEW.kind = 'deadline'
            OR (NEW.kind = 'correction' AND EXISTS (SELECT 1 FROM {LEDGER} wrong WHERE wrong.id = NEW.corrects_id
            AND wrong.sets_due AND (wrong.due IS DISTINCT FROM NEW.due OR wrong.effective_on <> NEW.effective_on
            OR wrong.decided_by <> ''))))""",
    },
    (EVIDENCE, "INSERT"): {
        "evidence is written before its entry, not after": f"NEW.change_id <= {newest('id', 0)}",
    },
    (FILE, "UPDATE"): {
        "what is on record of an evidence file never changes": differs(
            "id", "content", "name", "media_type", "size", "sha256", "uploaded_by_id", "uploaded_at"
        ),
    },
    (FILE, "DELETE"): {
        "an evidence file that the ledger cites stays": exists(EVIDENCE, "other.file_id = OLD.id"),
    },
    (IMPORT, "UPDATE"): {
        "an import stays as it came, and is decided on once": (
            f"OLD.state <> 'waiting' OR {differs('id', 'key', 'kind', 'name', 'content', 'sha256', 'by_id', 'at')}"
        ),
    },
    (IMPORT, "DELETE"): {"an import that was carried out stays": "OLD.state = 'done'"},
    ("missions_frozenfile", "INSERT"): {
        "a frozen report gets no further file": exists(REPORT, "other.slug = NEW.report_id"),
    },
    (HEAD, "DELETE"): {"the head of the ledger stays": "1 = 1"},
    (HEAD, "UPDATE"): {
        "the head is the newest ledger entry, and the revision grows by one": f"""NEW.entry <> {newest("id", 0)}
            OR NEW.hash <> {newest("hash", repr("0" * 64))} OR NEW.revision <> OLD.revision + 1""",
    },
    # Ledger lines refer to both by code.
    (MISSION, "UPDATE"): {
        "the code of a mission never changes, nor does its id": differs("id", "code"),
        # UPDATE OR REPLACE would delete the conflicting mission.
        "a mission with this number is there already": exists(MISSION, f"other.id <> OLD.id AND {SAME_NUMBER}"),
        # Nothing else writes them, not even a release from before there were status periods.
        "status and dates of a mission are what the ledger says": f"""
            ({differs("status", "status_since", "due", "due_first", "due_moves")}) AND NOT EXISTS (
            SELECT 1 FROM {PERIOD} last WHERE last.mission_id = NEW.id AND last.until = '2101-01-01'
            AND last.status = NEW.status AND last.since = NEW.status_since AND last.due_moves = NEW.due_moves
            AND NOT (last.due IS DISTINCT FROM NEW.due OR last.due_first IS DISTINCT FROM NEW.due_first)
            AND {matches_ledger("last")})""",
    },
    ("missions_organisation", "UPDATE"): {
        "the code of an organisation never changes, nor does its id": differs("id", "code"),
    },
    (MISSION, "DELETE"): {
        "a mission with entries in the ledger stays": exists(LEDGER, "other.mission_id = OLD.id"),
    },
    (MISSION, "INSERT"): {"a mission's status comes from the ledger alone": "NEW.status IS NOT NULL"},
    (REPLACES, "INSERT"): {
        "a mission takes the place of one that was withdrawn on the day on which it opened": f"""NOT EXISTS
            (SELECT 1 FROM {LEDGER} opening JOIN {MISSION} former ON former.status_since = opening.effective_on
            WHERE opening.mission_id = NEW.from_mission_id AND opening.kind = 'opening'
            AND former.id = NEW.to_mission_id AND former.status = 'withdrawn')""",
    },
    (PERIOD, "INSERT"): {"a status period is what the ledger says": f"{matches_ledger('NEW')} IS NOT TRUE"},
    (PERIOD, "UPDATE"): {"a status period is never altered": "1 = 1"},
    (PERIOD, "DELETE"): {"a status period stays for as long as the ledger says it": matches_ledger("OLD")},
    # A process that read the account before its erasure could otherwise write its names back.
    (USER, "UPDATE"): {"an erased account stays erased": "OLD.erased_at IS NOT NULL AND NEW.erased_at IS NULL"},
    (TOKEN, "UPDATE"): {
        "what was issued as a token never changes": differs(
            *("id", "user_id", "role", "name", "digest", "scope", "created_at", "created_by_id", "expires_on"),
            "organisation_id",
        ),
        "a token is never bound to another membership": (
            f"NEW.membership_id IS NOT NULL AND ({differs('membership_id')})"
        ),
        "a token is revoked once, and for good": (
            f"OLD.revoked_at IS NOT NULL AND ({differs('revoked_at', 'revoked_by_id')})"
        ),
    },
    (TOKEN, "DELETE"): {"a token stays on record": "1 = 1"},
}
for table, message in (APPEND_ONLY | dict.fromkeys(HISTORIES, "a version in the field history stays")).items():
    RULES[table, "UPDATE"] = RULES[table, "DELETE"] = {message: "1 = 1"}
RULES[User.history.model._meta.db_table, "UPDATE"] = {"a version stays, but for its erasure": differs_from_erasure()}

MODELS = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
for table in {table for table, event in RULES if event == "DELETE"}:
    message = f"a row of {table} with these unique values is there already"
    RULES[table, "INSERT"] = {message: is_there_already(MODELS[table])} | RULES.get((table, "INSERT"), {})
