"""Writes to imports, and to what takes whose place, that the database must refuse; by name, with its words."""

import uuid
from datetime import date

from missions.models import Import, ImportState, Mission
from tests import build
from tests.models.forging import IMPORT, REPLACES, bulk_updated, insert, saved, sql

AS_IT_CAME, THERE_ALREADY, STAYS = "stays as it came", "there already", "stays"
NOT_THAT_DAY = "withdrawn on the day on which it opened"
ANOTHER_MOMENT = "2020-01-01 00:00:00+00:00"

# Another value for each column of an import but those of the one decision on it.
ANOTHER = {
    "id": lambda: 10**6,
    "key": lambda: uuid.uuid4().hex,
    "kind": lambda: "return",
    "name": lambda: "x.xlsx",
    "content": lambda: b"x",
    "sha256": lambda: "f" * 64,
    "by_id": lambda: build.nameless().pk,
    "at": lambda: ANOTHER_MOMENT,
}


def in_column(column, which):
    return lambda at: sql(f"UPDATE {IMPORT} SET {column} = %s WHERE id = %s", ANOTHER[column](), which(at).pk)


def decided_anew(**changes):
    return lambda at: saved(at.imported, **changes)


IMPORTS = {
    **{f"a waiting import's {name}": (in_column(name, lambda at: at.waiting), AS_IT_CAME) for name in ANOTHER},
    **{f"a decided import's {name}": (in_column(name, lambda at: at.imported), AS_IT_CAME) for name in ANOTHER},
    "an import decided on again": (decided_anew(state=ImportState.DROPPED), AS_IT_CAME),
    "an import decided on at another moment": (decided_anew(decided_at=ANOTHER_MOMENT), AS_IT_CAME),
    "an import that waits again": (decided_anew(state=ImportState.WAITING, decided_at=None), AS_IT_CAME),
    "a decided import updated to what it is": (lambda at: saved(at.imported), AS_IT_CAME),
    "an import's name by QuerySet.update()": (lambda _: Import.objects.update(name="x"), AS_IT_CAME),
    "an import's content by bulk_update()": (lambda at: bulk_updated(at.waiting, "content", b"x"), AS_IT_CAME),
    "a decision that changes the name too": (
        lambda at: saved(at.waiting, state=ImportState.DONE, decided_at=at.report.recorded_at, name="x"),
        AS_IT_CAME,
    ),
    "an import that was carried out called dropped, to delete it": (
        lambda at: sql(f"UPDATE {IMPORT} SET state = 'dropped' WHERE id = %s", at.imported.pk),
        AS_IT_CAME,
    ),
    "delete of imports by SQL": (lambda _: sql(f"DELETE FROM {IMPORT}"), STAYS),
    "delete() of an import that was carried out": (lambda at: at.imported.delete(), STAYS),
    "QuerySet.delete() of imports": (lambda _: Import.objects.all().delete(), STAYS),
    "an import's id again": (lambda at: insert(at.waiting), THERE_ALREADY),
    "an import's key again": (lambda at: insert(another_import(at, key=at.waiting.key)), THERE_ALREADY),
    "upsert of an import": (
        lambda at: insert(at.waiting, after="ON CONFLICT (id) DO UPDATE SET name = 'x'"),
        THERE_ALREADY,
    ),
}


def another_import(at, **changes):
    fields = {field.attname: field.value_from_object(at.waiting) for field in Import._meta.concrete_fields}
    return Import(**{**fields, "id": 10**6, "key": uuid.uuid4(), **changes})


def link(new, old, **columns):
    """Inserts that one mission takes the place of the other."""
    return insert(Mission.replaces.through(from_mission=new, to_mission=old), **columns)


LINKS = {
    "the place of an open mission": (lambda at: at.successor.replaces.add(at.opened), NOT_THAT_DAY),
    "the place of a mission without entries": (lambda at: at.successor.replaces.add(at.unopened), NOT_THAT_DAY),
    "a place taken by a mission without entries": (lambda at: at.unopened.replaces.add(at.withdrawn), NOT_THAT_DAY),
    "a place taken by one that opened earlier": (lambda at: at.opened.replaces.add(at.withdrawn), NOT_THAT_DAY),
    "the place of one withdrawn later": (
        lambda at: at.successor.replaces.add(build.mission(status="withdrawn", on=date(2023, 6, 2))),
        NOT_THAT_DAY,
    ),
    "a place taken round about": (lambda at: at.withdrawn.replaces.add(at.successor), NOT_THAT_DAY),
    "the place of an open mission by SQL": (lambda at: link(at.successor, at.opened), NOT_THAT_DAY),
    "set() of other missions": (lambda at: at.successor.replaces.set([at.opened]), STAYS),
    "a link turned to another mission": (
        lambda at: sql(f"UPDATE {REPLACES} SET from_mission_id = %s", at.other_successor.pk),
        STAYS,
    ),
    "a link updated to what it is": (lambda _: sql(f"UPDATE {REPLACES} SET to_mission_id = to_mission_id"), STAYS),
    "delete of links by SQL": (lambda _: sql(f"DELETE FROM {REPLACES}"), STAYS),
    "clear() of links": (lambda at: at.successor.replaces.clear(), STAYS),
    "remove() of a link": (lambda at: at.successor.replaces.remove(at.withdrawn), STAYS),
    "clear() from the other side": (lambda at: at.withdrawn.replaced_by.clear(), STAYS),
}

SQLITE = {
    "REPLACE of an import": (lambda at: insert(at.waiting, "INSERT OR REPLACE"), THERE_ALREADY),
    "REPLACE over an import's key": (
        lambda at: insert(another_import(at, key=at.waiting.key), "REPLACE"),
        THERE_ALREADY,
    ),
    "UPDATE OR REPLACE of an import": (lambda _: sql(f"UPDATE OR REPLACE {IMPORT} SET name = 'x'"), AS_IT_CAME),
    "REPLACE of a link": (
        lambda at: link(at.other_successor, at.withdrawn, verb="INSERT OR REPLACE", id=at.link_id),
        THERE_ALREADY,
    ),
    "UPDATE OR REPLACE of a link": (
        lambda at: sql(f"UPDATE OR REPLACE {REPLACES} SET from_mission_id = %s", at.other_successor.pk),
        STAYS,
    ),
}

POSTGRESQL = {
    "TRUNCATE of imports": (lambda _: sql(f"TRUNCATE {IMPORT} CASCADE"), "append-only"),
    "TRUNCATE of links": (lambda _: sql(f"TRUNCATE {REPLACES}"), "append-only"),
}
