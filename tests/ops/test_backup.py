"""`manage.py backup` and `manage.py restore` on a database where commits are real."""

import io
import json
import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection

from missions.models import EvidenceFile, Head, Mission, StatusChange, User
from missions.status import Status
from tests import factories
from tests.databases import on_postgresql
from tests.ledger.tampering import tamper
from tests.sites import TOP

only_sqlite = pytest.mark.skipif(on_postgresql(), reason="about SQLite's files")


def run(command, *arguments):
    out = io.StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue().splitlines()


def failure(command, *arguments):
    """Return the command's error message, or None if it succeeds."""
    try:
        run(command, *arguments)
    except CommandError as error:
        return str(error)
    return None


def run_process(environment, *arguments):
    command = [sys.executable, "manage.py", *map(str, arguments)]
    process = subprocess.run(
        command, cwd=TOP, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    return process.returncode, process.stdout + process.stderr


@pytest.fixture
def site(own_database, tmp_path, settings):
    settings.HUB_DATA_DIR = tmp_path
    factories.mission("M-1", status=Status.PAUSED)
    evidence = [factories.evidence(file=factories.evidence_file("letter.pdf"))]
    factories.report(factories.mission("M-2"), Status.COMPLETED, evidence=evidence)
    return {**own_database, "HUB_BACKUP_KEY": settings.HUB_BACKUP_KEY}


@pytest.fixture
def backup(site, tmp_path):
    path = tmp_path / "elsewhere" / "hub.zip"
    path.parent.mkdir()
    run("backup", path)
    return path


def evidence_path():
    return Path(EvidenceFile.objects.get().content.path)


def database_path():
    return Path(connection.settings_dict["NAME"])


def ledger():
    return Head.objects.values().get(), list(StatusChange.objects.values_list("id", "hash"))


def state():
    """Return the head, the entries and all files except the database's own."""
    folder = Path(default_storage.path("")).parent
    paths = [path for path in folder.rglob("*") if path.is_file() and "elsewhere" not in path.parts]
    return ledger(), {path: path.read_bytes() for path in paths if ".sqlite3" not in path.name}


def backups_before_restore():
    return sorted(Path(default_storage.path("")).parent.glob("before_restore_*.zip"))


def members_of(path):
    with zipfile.ZipFile(path) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


# --- what is restored -------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
def test_restored_site_equals_the_backed_up_one_and_goes_on(site, backup):
    before = state()
    factories.report(Mission.objects.get(code="M-1"), Status.COMPLETED)
    evidence_path().unlink()
    User.objects.create(username="later")
    replaced = ledger()

    lines = run("restore", backup)

    (copy,) = backups_before_restore()
    assert (str(copy) in lines[0], before[0][0]["hash"] in lines[-1]) == (True, True)
    content = copy.read_bytes()
    copy.unlink()
    assert state() == before
    assert not User.objects.filter(username="later").exists()
    run("verify_ledger")
    factories.report(Mission.objects.get(code="M-1"), Status.COMPLETED)
    assert (Head.objects.get().entry, failure("verify_ledger")) == (5, None)

    copy.write_bytes(content)  # what the restore replaced can be restored in turn, though a file was missing there
    evidence_path().unlink()
    assert "letter.pdf" in failure("restore", copy)
    assert ledger() == replaced


@pytest.mark.both_databases
def test_restore_works_on_an_empty_machine(site, backup):
    before = state()
    if on_postgresql():
        connection.cursor().execute("DROP SCHEMA public CASCADE")
    else:
        connection.close()
        database_path().unlink()
    shutil.rmtree(default_storage.path(""))

    run("restore", backup)

    assert (state(), backups_before_restore()) == (before, [])
    run("verify_ledger")


def test_backup_is_for_its_owner_alone_and_contains_no_key(site, tmp_path):
    keys = [f"a key that is long and nowhere else {number}" for number in range(2)]
    for key, name in zip(keys, ("secret_key", "backup_key"), strict=True):
        (tmp_path / name).write_text(key)
    path = tmp_path / "hub.zip"
    code, output = run_process({**site, "HUB_SECRET_KEY": "", "HUB_BACKUP_KEY": ""}, "backup", path)
    contents = [*members_of(path).values(), path.read_bytes()[-500:]]

    assert (code, stat.S_IMODE(os.stat(path).st_mode)) == (0, 0o600)
    assert str(tmp_path / "backup_key") in output
    assert [key for key in keys for content in contents if key.encode() in content] == []
    assert [name for name in members_of(path) if name.startswith("evidence/")] == [
        f"evidence/{EvidenceFile.objects.get().content.name}"
    ]


# --- what is refused --------------------------------------------------------------------------------------------------


def rewritten(backup, change):
    """Return the backup with changed members and without a valid seal."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in change(members_of(backup)).items():
            archive.writestr(name, member)
    return content.getvalue()


def with_manifest(**fields):
    return lambda members: {
        **members, "manifest.json": json.dumps({**json.loads(members["manifest.json"]), **fields})
    }  # fmt: skip


def hostile_archives(backup):
    evidence = f"evidence/{EvidenceFile.objects.get().content.name}"
    database = next(name for name in members_of(backup) if name.startswith("database"))
    changes = {
        "member above the folder": lambda members: {**members, "evidence/../../x": b"x"},
        "member outside the evidence": lambda members: {**members, "x": b"x"},
        "file that no row names": lambda members: {**members, "evidence/zeros": b"\0" * 1_000_000},
        "altered evidence": lambda members: {**members, evidence: b"x"},
        "no evidence": lambda members: {name: members[name] for name in members if name != evidence},
        "no manifest": lambda members: {name: members[name] for name in members if name != "manifest.json"},
        "manifest without JSON": lambda members: {**members, "manifest.json": "{"},
        "another program": with_manifest(program="Another"),
        "another database": with_manifest(database="sqlite" if on_postgresql() else "postgresql"),
        "SQL as the database": lambda members: {**members, database: b"\\! touch x\nDROP TABLE missions_head;\n"},
    }
    return {name: rewritten(backup, change) for name, change in changes.items()}


@pytest.mark.both_databases
def test_damaged_foreign_and_unsealed_backups_are_refused_and_nothing_changes(site, backup, settings):
    whole = backup.read_bytes()
    cases = {"cut short": whole[:-1], "half": whole[: len(whole) // 2], "empty": b"", "longer": whole + b"\n"}
    for place in range(0, len(whole), len(whole) // 20):
        cases[f"bit at {place}"] = whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :]
    cases["unsealed"] = rewritten(backup, dict)
    hostile = hostile_archives(backup)
    before, path = state(), backup.with_name("other.zip")

    def restore(content, *options):
        path.write_bytes(content)
        return failure("restore", path, *options)

    messages = {name: restore(content) for name, content in (cases | hostile).items()}
    unsealed = {name: restore(content, "--unsealed") for name, content in hostile.items()}
    settings.HUB_BACKUP_KEY = "the key of another site, which is long"
    messages["another key"] = failure("restore", backup)
    for name in ("missing file", "folder"):
        messages[name] = failure("restore", backup.with_name("none.zip") if name == "missing file" else backup.parent)

    assert [name for name, message in (messages | unsealed).items() if not message or "\n" in message] == []
    assert "HUB_BACKUP_KEY" in messages["another key"]
    assert (state(), backups_before_restore()) == (before, [])
    assert failure("restore", backup, "--unsealed") is None
    assert ledger() == before[0]


def test_tampered_ledger_in_a_backup_is_named(site, tmp_path):
    tamper("UPDATE missions_statuschange SET headline_en = 'Forged' WHERE id = 2")
    run("backup", tmp_path / "hub.zip")

    assert "entry 2" in failure("restore", tmp_path / "hub.zip")


@pytest.mark.both_databases
def test_nothing_is_restored_while_the_database_is_open_elsewhere(site, backup):
    before = state()  # and this process stays connected
    code, output = run_process(site, "restore", backup)

    assert (code, output.count("\n")) == (1, 1)
    assert (state(), backups_before_restore()) == (before, [])


def test_backup_does_not_replace_a_file_and_leaves_none_behind_that_failed(site, backup, tmp_path):
    content = backup.read_bytes()

    assert str(backup) in failure("backup", backup)
    assert failure("backup", tmp_path / "no" / "such" / "hub.zip")
    tamper("DELETE FROM missions_head")
    assert failure("backup", tmp_path / "headless.zip")
    assert backup.read_bytes() == content
    assert sorted(path.name for path in tmp_path.rglob("*.zip")) == ["hub.zip"]


# --- damage -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damage", ["missing", "altered"])
def test_site_with_a_damaged_file_is_backed_up_and_the_file_named(site, tmp_path, damage):
    before, path, backup = ledger(), evidence_path(), tmp_path / "hub.zip"
    content, name = path.read_bytes(), EvidenceFile.objects.get().content.name
    path.unlink()
    if damage == "altered":
        path.write_bytes(b"something else")

    assert name in failure("backup", backup)
    path.unlink(missing_ok=True)
    assert "letter.pdf" in failure("restore", backup)
    assert not path.exists()  # an altered file is not restored
    path.write_bytes(content)
    run("restore", backup)
    assert (ledger(), path.read_bytes()) == (before, content)


@pytest.mark.long  # three processes
@only_sqlite
def test_damaged_database_is_backed_up_but_never_restored(site, backup, tmp_path):
    before, damaged = ledger(), tmp_path / "damaged.zip"
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(database_path().read_bytes())
    for start in range(7 * 4096, len(content), 7 * 4096):
        content[start : start + 4096] = b"\xa5" * 4096
    database_path().write_bytes(content)

    code, output = run_process(site, "backup", damaged)
    assert (code, output.count("\n"), "docs/operations.md#restore" in output) == (1, 1, True)
    code, output = run_process(site, "restore", damaged)
    assert (code, database_path().read_bytes()) == (1, content)
    assert run_process(site, "restore", backup)[0] == 0
    assert ledger() == before


@only_sqlite
def test_restore_does_not_discard_a_database_it_cannot_read(site, backup):
    connection.close()
    path, log = database_path(), database_path().with_name(f"{database_path().name}-wal")
    path.write_bytes(b"no database at all")
    assert run_process(site, "restore", backup)[0] == 1
    assert path.read_bytes() == b"no database at all"

    path.unlink()
    log.write_bytes(b"the newest entries of a database that was moved away")
    assert str(log) in failure("restore", backup)
    assert log.read_bytes().startswith(b"the newest")
