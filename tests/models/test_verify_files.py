"""`verify_ledger` reads the files that the ledger cites; those that nobody needs it lists, as no error."""

import os
from datetime import date
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from missions.models import Mission, verification
from missions.status import Status
from tests import build
from tests.models.forging import EVIDENCE, FILE
from tests.models.tampering import tamper
from tests.models.verifying import HASH, found, verified

pytestmark = pytest.mark.both_databases


def cite(file, *, on=date(2024, 3, 1), **evidence):
    mission = Mission.objects.get(code="M-2")
    return build.report(mission, Status.IN_PROGRESS, on=on, evidence=[build.evidence(file=file, **evidence)])


@pytest.fixture
def file(ledger):
    """A file that entry 12 cites."""
    file = build.evidence_file("letter.pdf")
    assert cite(file).pk == 12
    return file


def path(file):
    return Path(file.content.path)


def written(file, content):
    path(file).write_bytes(content)


MISSING = "entry 12: the file “letter.pdf” is missing or cannot be read"
ALTERED = "entry 12: the file “letter.pdf” is not the one that was taken in"
CHANGED = {
    "a byte altered": (lambda file: written(file, b"%PDF-1.5" + build.PDF[8:]), [ALTERED]),
    "a byte added": (lambda file: written(file, build.PDF + b"\n"), [ALTERED]),
    "the file cut off": (lambda file: written(file, build.PDF[:-1]), [ALTERED]),
    "the file emptied": (lambda file: written(file, b""), [ALTERED]),
    "the file deleted": (lambda file: path(file).unlink(), [MISSING]),
    "a folder in its place": (lambda file: (path(file).unlink(), path(file).mkdir()), [MISSING]),
    "the path changed": (lambda _: tamper(f"UPDATE {FILE} SET content = 'zz/1'"), [MISSING]),
    "a path out of the folder": (lambda _: tamper(f"UPDATE {FILE} SET content = '../../etc/passwd'"), [MISSING]),
    "no path": (lambda _: tamper(f"UPDATE {FILE} SET content = ''"), [MISSING]),
    "the size recorded": (lambda _: tamper(f"UPDATE {FILE} SET size = size + 1"), [ALTERED]),
    "the digest recorded": (
        lambda _: tamper(f"UPDATE {FILE} SET sha256 = %s", "f" * 64),
        [f"entry 12: {HASH}", ALTERED],
    ),
    "the name recorded": (lambda _: tamper(f"UPDATE {FILE} SET name = 'x.pdf'"), [f"entry 12: {HASH}"]),
    "the record removed": (
        lambda _: tamper(f"DELETE FROM {FILE}"),
        [f"entry 12: {HASH}", "entry 12: a file that it cites is not recorded"],
    ),
    "the file no longer cited": (
        lambda _: tamper(f"UPDATE {EVIDENCE} SET file_id = NULL WHERE change_id = 12"),
        [f"entry 12: {HASH}"],
    ),
}


@pytest.mark.parametrize("name", CHANGED)
def test_a_file_that_is_not_what_was_cited_is_found(file, name):
    change, findings = CHANGED[name]

    change(file)

    assert found() == findings
    assert verified()[1] == 1


def test_a_file_put_in_another_s_place_is_found_even_where_its_record_is_altered_too(file):
    other = b"%PDF-1.4 another\n%%EOF\n"
    written(file, other)
    tamper(f"UPDATE {FILE} SET size = %s, sha256 = %s", len(other), "0" * 64)

    assert found() == [f"entry 12: {HASH}", ALTERED]


def test_each_entry_that_cites_a_broken_file_is_named_also_where_the_evidence_is_not_public(file):
    sound = build.evidence_file("other.pdf")
    cite(sound, on=date(2024, 3, 2))
    cite(file, on=date(2024, 3, 3), is_public=False)
    written(file, b"%PDF")

    assert found() == [ALTERED, ALTERED.replace("12", "14")]


def test_files_that_nobody_needs_are_listed_and_are_no_error(file):
    uncited = build.evidence_file("draft.pdf")
    cited = build.evidence_file("submitted.pdf")
    build.submission(evidence=[build.submitted_evidence(file=cited)])
    top = Path(default_storage.path(""))
    (top / "ab").mkdir(exist_ok=True)
    for stray in ("stray", "ab/stray"):
        (top / stray).write_text("")

    printed, code = verified()

    *orphans, last = printed.splitlines()
    assert set(orphans) == {
        f"orphan file {uncited.content.name}: nothing cites “draft.pdf”",
        "orphan file stray: not recorded",
        "orphan file ab/stray: not recorded",
    }
    assert (len(orphans), last.startswith("The ledger is sound: 13 entries"), code) == (3, True, 0)


def test_a_site_that_never_took_a_file_has_no_folder_and_no_orphan(own_database):
    assert not os.path.exists(default_storage.path(""))
    assert list(verification.orphans()) == []
