"""Writes to steps and files that the database must refuse; by name, with the words of its refusal."""

import uuid

from missions.models import EvidenceFile, MediaType, Step
from tests import build
from tests.models.forging import FILE, STEP, bulk_updated, insert, saved, sql

AS_WRITTEN, NEVER_CHANGE, THERE_ALREADY = "stays as it was written", "never change", "there already"

STEPS = {
    "update of a step by SQL": (lambda _: sql(f"UPDATE {STEP} SET reason = 'x'"), AS_WRITTEN),
    "QuerySet.update() of steps": (lambda at: Step.objects.update(by=at.file.uploaded_by), AS_WRITTEN),
    "bulk_update() of steps": (lambda at: bulk_updated(at.step, "state", "returned"), AS_WRITTEN),
    "save() of a step": (lambda at: saved(at.step, at=at.report.recorded_at), AS_WRITTEN),
    "step moved to another submission": (lambda at: saved(at.step, submission=build.submission()), AS_WRITTEN),
    "delete of steps by SQL": (lambda _: sql(f"DELETE FROM {STEP}"), "stays"),
    "delete() of a step": (lambda at: at.step.delete(), "stays"),
    "QuerySet.delete() of steps": (lambda _: Step.objects.all().delete(), "stays"),
    "a step's id again": (lambda at: insert(at.step), THERE_ALREADY),
    "upsert of a step": (
        lambda at: insert(at.step, after="ON CONFLICT (id) DO UPDATE SET reason = 'x'"),
        THERE_ALREADY,
    ),
}

# Another value for each column of a file.
ANOTHER = {
    "id": lambda: uuid.uuid4().hex,
    "content": lambda: "00/another",
    "name": lambda: "x.pdf",
    "media_type": lambda: MediaType.PNG,
    "size": lambda: 1,
    "sha256": lambda: "f" * 64,
    "uploaded_by_id": lambda: build.nameless().pk,
    "uploaded_at": lambda: "2020-01-01 00:00:00+00:00",
}


def in_column(column):
    return lambda _: sql(f"UPDATE {FILE} SET {column} = %s", ANOTHER[column]())


def delete_of_a_file_that_a_submission_cites(at):
    file = build.evidence_file(by=at.file.uploaded_by)
    build.submission(at.full, evidence=[build.submitted_evidence(file=file)])
    EvidenceFile.objects.filter(pk=file.pk)._raw_delete("default")


FILES = {
    **{f"a file's {field.column}": (in_column(field.column), NEVER_CHANGE) for field in EvidenceFile._meta.fields},
    "a file's type by QuerySet.update()": (
        lambda _: EvidenceFile.objects.update(media_type=MediaType.PNG),
        NEVER_CHANGE,
    ),
    "a file's size by bulk_update()": (lambda at: bulk_updated(at.file, "size", 1), NEVER_CHANGE),
    "a file's digest by save()": (lambda at: saved(at.file, sha256="f" * 64), NEVER_CHANGE),
    "delete of a cited file by SQL": (lambda _: sql(f"DELETE FROM {FILE}"), "ledger cites stays"),
    "_raw_delete() of a cited file": (
        lambda _: EvidenceFile.objects.all()._raw_delete("default"),
        "ledger cites stays",
    ),
    "delete of a file that a submission cites": (delete_of_a_file_that_a_submission_cites, "(?i)foreign key"),
    "delete() of a cited file": (lambda at: at.file.delete(), "protected foreign keys"),
    "a file's id again": (lambda at: insert(at.file), THERE_ALREADY),
    "upsert of a file": (lambda at: insert(at.file, after="ON CONFLICT (id) DO UPDATE SET name = 'x'"), THERE_ALREADY),
}
