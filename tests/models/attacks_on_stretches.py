"""Writes to the stretches of days that the database must refuse; by name, with the words of its refusal."""

from datetime import date

from missions.models import Stretch
from missions.models.stretches import END
from missions.status import Status
from tests.models.forging import COMPLETED_ON, REPORTED_ON, STRETCH, bulk_updated, correction, insert, next_entry, sql

LEDGER_SAYS, NEVER_ALTERED, STAYS = "is what the ledger says", "never altered", "stays"
THERE_ALREADY, APPEND_ONLY = "there already", "append-only"
NOT_AGAIN = f"{LEDGER_SAYS}|{THERE_ALREADY}"  # which comes first is no matter
NEW_DAY = date(2024, 2, 1)
DUE_CHANGED_ON = date(2023, 8, 1)


def last(at):
    """How the mission with every kind of entry stands since its last entry."""
    return at.full.stretches.latest("first_day")


def new(at, verb="INSERT", **changes):
    """Writes an entry whose stretch is not there yet, and then that stretch but for `changes`."""
    insert(next_entry(at.opened))
    plain = {"first_day": NEW_DAY, "until": END, "status": Status.IN_PROGRESS, "since": NEW_DAY}
    insert(Stretch(**{"mission": at.opened, **plain, **changes}), verb)


def another(stretch, **changes):
    """A stretch that is not saved yet, in all but `changes` a copy of this one."""
    fields = {field.attname: field.value_from_object(stretch) for field in Stretch._meta.concrete_fields}
    return Stretch(**{**fields, "id": 10**6, **changes})


def again(at, verb="INSERT", after="", **changes):
    insert(another(last(at), **changes), verb, after)


def after_its_entry_was_corrected(at):
    """Writes how the mission stood from the day on which an entry that is corrected by now took effect."""
    insert(correction(at.report, effective_on=date(2023, 2, 1)))
    stood = at.full.stretches.get(first_day=REPORTED_ON)
    stood.delete()
    insert(stood)


def in_column(column):
    return lambda _: sql(f"UPDATE {STRETCH} SET {column} = {column}")


STRETCHES = {
    "a stretch with another status": (lambda at: new(at, status=Status.PAUSED), LEDGER_SAYS),
    "a stretch with the status before": (lambda at: new(at, status=Status.UNREPORTED), LEDGER_SAYS),
    "a stretch with a status that is none": (lambda at: new(at, status=""), LEDGER_SAYS),
    "a stretch since an earlier day": (lambda at: new(at, since=date(2024, 1, 31)), LEDGER_SAYS),
    "a stretch since the opening": (lambda at: new(at, since=at.opened.status_since), LEDGER_SAYS),
    "a stretch since a later day": (lambda at: new(at, since=date(2024, 2, 2)), LEDGER_SAYS),
    "a stretch with a due date": (lambda at: new(at, due=date(2025, 12, 31)), LEDGER_SAYS),
    "a stretch that ends too early": (lambda at: new(at, until=date(2100, 12, 31)), LEDGER_SAYS),
    "a stretch that ends too late": (lambda at: new(at, until=date(2101, 1, 2)), LEDGER_SAYS),
    "a stretch that ends before it begins": (lambda at: new(at, until=date(2024, 1, 1)), LEDGER_SAYS),
    "a stretch from the day after an entry": (lambda at: new(at, first_day=date(2024, 2, 2)), LEDGER_SAYS),
    "a stretch from the day before an entry": (
        lambda at: new(at, first_day=date(2024, 1, 31), status=Status.UNREPORTED, since=at.opened.status_since),
        LEDGER_SAYS,
    ),
    "a stretch of another mission": (lambda at: new(at, mission=at.unopened), LEDGER_SAYS),
    "a stretch of a mission that is none": (lambda at: new(at, mission_id=10**6), LEDGER_SAYS),
    "a stretch without a due date": (lambda at: again(at, due=None), NOT_AGAIN),
    "a stretch within a stretch": (lambda at: again(at, first_day=date(2024, 1, 2)), LEDGER_SAYS),
    "a stretch across an entry": (
        lambda at: insert(another(at.full.stretches.get(first_day=REPORTED_ON), until=DUE_CHANGED_ON)),
        NOT_AGAIN,
    ),
    "a stretch before the opening": (
        lambda at: again(at, first_day=date(2000, 1, 1), until=date(2000, 2, 1)),
        LEDGER_SAYS,
    ),
    "a stretch from the day of an entry that was corrected": (after_its_entry_was_corrected, LEDGER_SAYS),
    "create() of a stretch": (
        lambda at: at.unopened.stretches.create(first_day=NEW_DAY, until=END, status=Status.PAUSED, since=NEW_DAY),
        LEDGER_SAYS,
    ),
    "bulk_create() of stretches": (
        lambda at: Stretch.objects.bulk_create([another(last(at), first_day=date(2024, 1, 2))]),
        LEDGER_SAYS,
    ),
    "a stretch again": (again, THERE_ALREADY),
    "a stretch's id again": (lambda at: new(at, id=last(at).pk), THERE_ALREADY),
    "upsert of a stretch": (
        lambda at: insert(last(at), after="ON CONFLICT (id) DO UPDATE SET status = 'paused'"),
        THERE_ALREADY,
    ),
    "upsert of a stretch by its day": (
        lambda at: again(at, after="ON CONFLICT (mission_id, first_day) DO UPDATE SET status = 'paused'"),
        THERE_ALREADY,
    ),
    "upsert of a stretch that does nothing": (lambda at: again(at, after="ON CONFLICT DO NOTHING"), THERE_ALREADY),
    "bulk_create() of stretches that updates conflicts": (
        lambda at: Stretch.objects.bulk_create(
            [last(at)], update_conflicts=True, unique_fields=["id"], update_fields=["until"]
        ),
        THERE_ALREADY,
    ),
    **{
        f"update of a stretch's {field.column}": (in_column(field.column), NEVER_ALTERED)
        for field in Stretch._meta.concrete_fields
    },
    "update of a stretch to what the ledger says now": (
        lambda at: [insert(next_entry(at.opened)), at.opened.stretches.update(until=NEW_DAY)],
        NEVER_ALTERED,
    ),
    "QuerySet.update() of stretches": (lambda _: Stretch.objects.update(status=Status.COMPLETED), NEVER_ALTERED),
    "bulk_update() of stretches": (lambda at: bulk_updated(last(at), "due", None), NEVER_ALTERED),
    "save() of a stretch": (lambda at: last(at).save(), NEVER_ALTERED),
    "update_or_create() of a stretch": (
        lambda at: Stretch.objects.update_or_create(
            mission=at.full, first_day=COMPLETED_ON, defaults={"status": Status.PAUSED}
        ),
        NEVER_ALTERED,
    ),
    "delete of stretches by SQL": (lambda _: sql(f"DELETE FROM {STRETCH}"), STAYS),
    "delete() of a stretch": (lambda at: last(at).delete(), STAYS),
    "delete() of a stretch that is past": (lambda at: at.full.stretches.earliest("first_day").delete(), STAYS),
    "QuerySet.delete() of stretches": (lambda at: at.opened.stretches.all().delete(), STAYS),
    "_raw_delete() of stretches": (lambda _: Stretch.objects.all()._raw_delete("default"), STAYS),
}


# SQLite keeps a day as the text that it is given, and compares texts.
COPY = f"""INSERT INTO {STRETCH} (mission_id, first_day, until, status, since, due, due_first, due_moves)
    SELECT mission_id, %s, %s, status, since, due, due_first, due_moves FROM {STRETCH} WHERE id = %s"""

SQLITE = {
    "REPLACE of a stretch": (lambda at: insert(last(at), "REPLACE"), THERE_ALREADY),
    "REPLACE of a stretch by a false one": (
        lambda at: again(at, "INSERT OR REPLACE", status=Status.PAUSED),
        NOT_AGAIN,
    ),
    "REPLACE over a stretch's day": (lambda at: again(at, "REPLACE"), THERE_ALREADY),
    "REPLACE over a stretch's row number": (lambda at: new(at, "REPLACE", id=last(at).pk), THERE_ALREADY),
    "INSERT OR IGNORE of a stretch": (lambda at: insert(last(at), "INSERT OR IGNORE"), THERE_ALREADY),
    "UPDATE OR REPLACE of a stretch": (
        lambda at: sql(f"UPDATE OR REPLACE {STRETCH} SET id = %s WHERE first_day = '2023-01-01'", last(at).pk),
        NEVER_ALTERED,
    ),
    "UPDATE OR IGNORE of stretches": (lambda _: sql(f"UPDATE OR IGNORE {STRETCH} SET due = NULL"), NEVER_ALTERED),
    "a stretch whose day is written otherwise": (
        lambda at: sql(COPY, "2024-1-1", "2101-01-01", last(at).pk),
        LEDGER_SAYS,
    ),
    "a stretch whose end is written otherwise": (
        lambda at: sql(COPY, "2024-01-01", "2101-1-1", last(at).pk),
        NOT_AGAIN,
    ),
}


POSTGRESQL = {
    "TRUNCATE of stretches": (lambda _: sql(f"TRUNCATE {STRETCH}"), APPEND_ONLY),
    "TRUNCATE of stretches that restarts ids": (lambda _: sql(f"TRUNCATE {STRETCH} RESTART IDENTITY"), APPEND_ONLY),
    "MERGE that updates stretches": (
        lambda _: sql(
            f"MERGE INTO {STRETCH} t USING {STRETCH} s ON s.id = t.id WHEN MATCHED THEN UPDATE SET due = NULL"
        ),
        NEVER_ALTERED,
    ),
    "MERGE that deletes stretches": (
        lambda _: sql(f"MERGE INTO {STRETCH} t USING {STRETCH} s ON s.id = t.id WHEN MATCHED THEN DELETE"),
        STAYS,
    ),
}
