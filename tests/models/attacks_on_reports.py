"""Writes to frozen reports and their files that the database must refuse; by name, with the words of its refusal."""

from missions.models import FrozenFile, FrozenReport
from tests import build
from tests.models.forging import REPORT, REPORT_FILE, bulk_updated, insert, saved, sql

NEVER_ALTERED, STAYS, THERE_ALREADY = "never altered", "stays", "there already"
NO_FURTHER, PROTECTED, APPEND_ONLY = "no further file", "protected foreign keys", "append-only"
NOT_AGAIN = f"{NO_FURTHER}|{THERE_ALREADY}"  # which comes first is no matter


def in_column(table, column):
    return lambda _: sql(f"UPDATE {table} SET {column} = {column}")


def report_again(at, **changes):
    """A report that differs from the second one, which is there, by `changes`."""
    fields = {field.attname: field.value_from_object(at.frozen) for field in FrozenReport._meta.concrete_fields}
    plain = {"id": 10**6, "slug": "another", "supersedes_id": None, "reason_en": "", "reason_zh": ""}
    return FrozenReport(**{**fields, **plain, **changes})


def second_successor(at, **changes):
    return report_again(at, supersedes_id=at.superseded.pk, reason_en="Why", reason_zh="缘由", **changes)


def first_file(at):
    return at.frozen.files.first()


def file_written_in_advance(at):
    """A file is written for a report that never comes, to be moved to one that is there."""
    build.frozen_file("waiting").save()
    FrozenFile.objects.filter(report="waiting").update(report_id=at.frozen.slug)


REPORTS = {
    **{
        f"update of a report's {field.column}": (in_column(REPORT, field.column), NEVER_ALTERED)
        for field in FrozenReport._meta.concrete_fields
    },
    "QuerySet.update() of reports": (lambda _: FrozenReport.objects.update(title_en="x"), NEVER_ALTERED),
    "bulk_update() of reports": (lambda at: bulk_updated(at.frozen, "query", "x"), NEVER_ALTERED),
    "save() of a report": (lambda at: saved(at.frozen, count=4), NEVER_ALTERED),
    "update_or_create() of a report": (
        lambda at: FrozenReport.objects.update_or_create(slug=at.frozen.slug, defaults={"title_zh": "x"}),
        NEVER_ALTERED,
    ),
    "a report that supersedes no other any more": (
        lambda at: saved(at.frozen, supersedes=None, reason_en="", reason_zh=""),
        NEVER_ALTERED,
    ),
    "delete of reports by SQL": (lambda _: sql(f"DELETE FROM {REPORT}"), STAYS),
    "delete of a report without files": (
        lambda _: FrozenReport.objects.filter(pk=build.frozen_report("bare", files={}).pk).delete(),
        STAYS,
    ),
    "delete() of a report": (lambda at: at.frozen.delete(), PROTECTED),
    "_raw_delete() of reports": (lambda _: FrozenReport.objects.all()._raw_delete("default"), STAYS),
    "a report again": (lambda at: insert(at.frozen), THERE_ALREADY),
    "a report's id again": (lambda at: insert(report_again(at, id=at.frozen.pk)), THERE_ALREADY),
    "a report's address again": (lambda at: insert(report_again(at, slug=at.frozen.slug)), THERE_ALREADY),
    "a report's address again by create()": (lambda at: build.frozen_report("second", files={}), THERE_ALREADY),
    "a second successor": (lambda at: insert(second_successor(at)), THERE_ALREADY),
    "a second successor by save()": (lambda at: second_successor(at).save(force_insert=True), THERE_ALREADY),
    "upsert of a report": (
        lambda at: insert(at.frozen, after="ON CONFLICT (id) DO UPDATE SET title_en = 'x'"),
        THERE_ALREADY,
    ),
    "upsert of a report by its address": (
        lambda at: insert(
            report_again(at, slug=at.frozen.slug), after="ON CONFLICT (slug) DO UPDATE SET title_en = 'x'"
        ),
        THERE_ALREADY,
    ),
    "upsert of a report by its predecessor": (
        lambda at: insert(second_successor(at), after="ON CONFLICT (supersedes_id) DO UPDATE SET title_en = 'x'"),
        THERE_ALREADY,
    ),
    "upsert of a report that does nothing": (
        lambda at: insert(at.frozen, after="ON CONFLICT DO NOTHING"),
        THERE_ALREADY,
    ),
    "bulk_create() of reports that updates conflicts": (
        lambda at: FrozenReport.objects.bulk_create(
            [at.frozen], update_conflicts=True, unique_fields=["slug"], update_fields=["title_en"]
        ),
        THERE_ALREADY,
    ),
}

FILES = {
    **{
        f"update of a report file's {field.column}": (in_column(REPORT_FILE, field.column), NEVER_ALTERED)
        for field in FrozenFile._meta.concrete_fields
    },
    "QuerySet.update() of a report's files": (lambda _: FrozenFile.objects.update(content=b"x"), NEVER_ALTERED),
    "bulk_update() of a report's files": (lambda at: bulk_updated(first_file(at), "content", b"x"), NEVER_ALTERED),
    "save() of a report's file": (lambda at: saved(first_file(at), content=b"x"), NEVER_ALTERED),
    "a report's file moved to another report": (
        lambda at: saved(first_file(at), report=at.superseded, name="moved.json"),
        NEVER_ALTERED,
    ),
    "a file written in advance and moved": (file_written_in_advance, NEVER_ALTERED),
    "delete of a report's files by SQL": (lambda _: sql(f"DELETE FROM {REPORT_FILE}"), STAYS),
    "delete() of a report's file": (lambda at: first_file(at).delete(), STAYS),
    "QuerySet.delete() of a report's files": (lambda _: FrozenFile.objects.all().delete(), STAYS),
    "_raw_delete() of a report's files": (lambda _: FrozenFile.objects.all()._raw_delete("default"), STAYS),
    "a further file of a report": (lambda at: insert(build.frozen_file(at.frozen.slug)), NO_FURTHER),
    "a further file by save()": (lambda at: build.frozen_file(at.superseded.slug).save(), NO_FURTHER),
    "a further file by the manager": (
        lambda at: at.frozen.files.create(name="x.json", size=0, content=b""),
        NO_FURTHER,
    ),
    "a further file by bulk_create()": (
        lambda at: FrozenFile.objects.bulk_create([build.frozen_file(at.frozen.slug)]),
        NO_FURTHER,
    ),
    "a file whose report never comes": (lambda _: build.frozen_file("never").save(), "(?i)foreign key"),
    "a report file's id again": (
        lambda at: insert(FrozenFile(id=first_file(at).pk, report_id="x", name="x", size=0, content=b"")),
        THERE_ALREADY,
    ),
    "a file's name twice in a report": (
        lambda _: [build.frozen_file("new").save() for _twice in range(2)],
        THERE_ALREADY,
    ),
    "upsert of a report's file": (
        lambda at: insert(first_file(at), after="ON CONFLICT (id) DO UPDATE SET content = 'x'"),
        NOT_AGAIN,
    ),
    "upsert of a report's file by its name": (
        lambda at: insert(
            build.frozen_file(at.frozen.slug, "report.json"),
            after="ON CONFLICT (report_id, name) DO UPDATE SET content = 'x'",
        ),
        NOT_AGAIN,
    ),
    "bulk_create() of files that updates conflicts": (
        lambda at: FrozenFile.objects.bulk_create(
            [first_file(at)], update_conflicts=True, unique_fields=["id"], update_fields=["content"]
        ),
        NOT_AGAIN,
    ),
}

SQLITE = {
    "REPLACE of a report": (lambda at: insert(at.frozen, "REPLACE"), THERE_ALREADY),
    "REPLACE over a report's address": (
        lambda at: insert(report_again(at, slug=at.frozen.slug), "REPLACE"),
        THERE_ALREADY,
    ),
    "REPLACE over a successor": (lambda at: insert(second_successor(at), "REPLACE"), THERE_ALREADY),
    "INSERT OR IGNORE of a report": (lambda at: insert(at.frozen, "INSERT OR IGNORE"), THERE_ALREADY),
    "UPDATE OR REPLACE of a report": (lambda _: sql(f"UPDATE OR REPLACE {REPORT} SET id = 1"), NEVER_ALTERED),
    "REPLACE of a report's file": (lambda at: insert(first_file(at), "REPLACE"), NOT_AGAIN),
    "REPLACE over a file's name": (
        lambda at: insert(build.frozen_file(at.frozen.slug, "report.json"), "REPLACE"),
        NOT_AGAIN,
    ),
    "UPDATE OR REPLACE of a report's file": (
        lambda _: sql(f"UPDATE OR REPLACE {REPORT_FILE} SET id = 1"),
        NEVER_ALTERED,
    ),
}

POSTGRESQL = {
    "TRUNCATE of reports": (lambda _: sql(f"TRUNCATE {REPORT} CASCADE"), APPEND_ONLY),
    "TRUNCATE of a report's files": (lambda _: sql(f"TRUNCATE {REPORT_FILE}"), APPEND_ONLY),
    "TRUNCATE of reports and files": (lambda _: sql(f"TRUNCATE {REPORT_FILE}, {REPORT} RESTART IDENTITY"), APPEND_ONLY),
    "MERGE that updates reports": (
        lambda _: sql(f"MERGE INTO {REPORT} t USING {REPORT} s ON s.id = t.id WHEN MATCHED THEN UPDATE SET count = 1"),
        NEVER_ALTERED,
    ),
    "MERGE that deletes files": (
        lambda _: sql(f"MERGE INTO {REPORT_FILE} t USING {REPORT_FILE} s ON s.id = t.id WHEN MATCHED THEN DELETE"),
        STAYS,
    ),
}
