"""`manage.py backup` and `manage.py restore`, each in a process of its own, on a database where commits are real."""

import errno
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
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions.backups.archive import BackupError, check_seal, write_archive
from missions.backups.databases import DATABASES
from missions.models import EvidenceFile, Head, Mission, StatusChange, User, triggers
from missions.models.verification import problems
from missions.status import Status
from tests import build
from tests.databases import on_postgresql
from tests.models.forging import sql
from tests.models.tampering import tamper
from tests.models.test_parallel_writers import started, told

pytestmark = pytest.mark.both_databases

TOP = Path(__file__).parent.parent.parent


def done(command, *arguments):
    """The lines that it says."""
    out = io.StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue().splitlines()


def refused(command, *arguments):
    with pytest.raises(CommandError) as refusal:
        call_command(command, *arguments)
    return str(refusal.value)


def in_a_process(environment, *arguments):
    """(exit code, what it said)."""
    command = [sys.executable, "manage.py", *map(str, arguments)]
    ran = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True, check=False, timeout=120)
    return ran.returncode, ran.stdout + ran.stderr


@pytest.fixture
def site(own_database, tmp_path, settings):
    """A small site: two missions, an entry with a file; yields the environment of its commands."""
    settings.HUB_DATA_DIR = tmp_path
    build.mission("M-1", status=Status.PAUSED)
    evidence = [build.evidence(file=build.evidence_file("letter.pdf"))]
    build.report(build.mission("M-2"), Status.COMPLETED, evidence=evidence)
    return {**own_database, "HUB_BACKUP_KEY": settings.HUB_BACKUP_KEY}


@pytest.fixture
def kept(site, tmp_path):
    """A backup of it."""
    file = tmp_path / "elsewhere" / "hub.zip"
    file.parent.mkdir()
    done("backup", file)
    return file


def standing():
    """What the ledger and its files are, and what the register is called and has come to."""
    head = Head.objects.get()
    files = {file.content.name: Path(file.content.path).read_bytes() for file in EvidenceFile.objects.all()}
    entries = list(StatusChange.objects.values_list("id", "hash"))
    return (head.entry, head.hash, head.revision, head.register, head.advanced_at), entries, files


def before_restores():
    return sorted(Path(default_storage.path("")).parent.glob("before_restore_*.zip"))


def test_what_was_backed_up_is_restored_to_the_last_byte(site, kept):
    before = standing()
    build.report(Mission.objects.get(code="M-1"), Status.COMPLETED)
    [file] = EvidenceFile.objects.all()
    Path(file.content.path).unlink()
    User.objects.create(username="later")

    lines = done("restore", kept)

    assert lines == [
        f"What was there before is in {before_restores()[0]}: delete it once nobody needs it.",
        f"Restored. The ledger is sound: 4 entries, head {before[0][1]}, revision {before[0][2]}.",
    ]
    assert standing() == before
    assert User.objects.filter(username="later").count() == 0
    assert list(problems()) == []


def test_what_the_restore_replaced_was_backed_up_before(site, kept):
    build.report(Mission.objects.get(code="M-1"), Status.COMPLETED)
    replaced = standing()
    done("restore", kept)
    [before] = before_restores()

    done("restore", before)

    assert standing() == replaced


def test_a_restore_leads_from_nothing_to_the_whole_site(site, kept, tmp_path):
    before = standing()
    if on_postgresql():
        connection.cursor().execute("DROP SCHEMA public CASCADE")
    else:
        connection.close()
        Path(connection.settings_dict["NAME"]).unlink()
    shutil.rmtree(default_storage.path(""))

    done("restore", kept)

    assert standing() == before
    assert before_restores() == []
    done("verify_ledger")
    done("check", "--database", "default")


def test_a_backup_of_an_older_release_is_migrated(site, tmp_path):
    before, file = standing(), tmp_path / "older.zip"
    call_command("migrate", "missions", "0011", verbosity=0)
    done("backup", file)
    call_command("migrate", verbosity=0)

    done("restore", file)

    assert ("missions", "0012_erasure") not in contents(file).migrations
    assert (standing(), triggers.missing(connection)) == (before, [])
    call_command("migrate", check_unapplied=True, verbosity=0)


def test_a_restored_site_goes_on_where_it_stood(site, kept):
    done("restore", kept)

    build.report(Mission.objects.get(code="M-1"), Status.COMPLETED)

    assert Head.objects.get().entry == 5
    assert list(problems()) == []


def test_a_backup_is_of_one_moment_while_others_write(site, kept, tmp_path):
    codes = [build.mission(f"P-{n}").code for n in range(60)]
    heads = []
    writers = [started(site) for _ in range(2)]
    for number, process in enumerate(writers):
        told(process, [{"code": code, "status": "paused", "name": "Meanwhile"} for code in codes[number::2]])
    while any(process.poll() is None for process in writers):
        file = tmp_path / f"during-{len(heads)}.zip"
        assert in_a_process(site, "backup", file)[0] == 0
        heads.append(int(contents(file).head[0]))
    for process in writers:
        process.communicate()
    written = Head.objects.get()
    chain = dict(StatusChange.objects.values_list("id", "hash"))

    done("restore", tmp_path / "during-0.zip")

    head = Head.objects.get()
    assert heads == sorted(heads)
    assert (head.entry, head.hash) == (heads[0], chain[heads[0]])
    assert heads[0] < written.entry
    assert list(problems()) == []


def contents(file):
    """What the database in the backup holds."""
    database = DATABASES[connection.vendor]
    with zipfile.ZipFile(file) as archive:
        copy = Path(archive.extract(database.member, file.with_suffix(".unpacked")))
    return database.read(copy)


def manifest(file):
    with zipfile.ZipFile(file) as archive:
        return json.loads(archive.read("manifest.json"))


def test_a_backup_holds_database_evidence_and_manifest_for_its_owner_alone(site, kept):
    name = EvidenceFile.objects.get().content.name
    with zipfile.ZipFile(kept) as archive:
        members = archive.namelist()

    database = "database.dump" if on_postgresql() else "database.sqlite3"
    assert members == [database, f"evidence/{name}", "manifest.json"]
    assert {**manifest(kept), "made_at": ""} == {
        "program": "Hub Tracker", "format": 2, "made_at": "", "database": connection.vendor, "damaged": []
    }  # fmt: skip
    assert stat.S_IMODE(os.stat(kept).st_mode) == 0o600
    assert [path.name for path in kept.parent.iterdir()] == [kept.name]


def test_no_key_is_in_a_backup(site, tmp_path):
    keys = {name: f"a {name} that is long and nowhere else" for name in ("secret_key", "backup_key")}
    for name, key in keys.items():
        (tmp_path / name).write_text(key)
    assert in_a_process({**site, "HUB_SECRET_KEY": "", "HUB_BACKUP_KEY": ""}, "backup", tmp_path / "hub.zip")[0] == 0

    with zipfile.ZipFile(tmp_path / "hub.zip") as archive:
        texts = [archive.read(name) for name in archive.namelist()] + [archive.comment]
    assert [key for key in keys.values() if any(key.encode() in text for text in texts)] == []


def test_backup_says_where_the_key_is(site, tmp_path):
    in_file = in_a_process({**site, "HUB_BACKUP_KEY": ""}, "backup", tmp_path / "1.zip")[1]
    in_environment = in_a_process({**site, "HUB_BACKUP_KEY": "k" * 32}, "backup", tmp_path / "2.zip")[1]

    key = tmp_path / "backup_key"
    assert f"is in {key}:" in in_file
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert "is in HUB_BACKUP_KEY:" in in_environment


# --- refused ----------------------------------------------------------------------------------------------------------


def unaltered(before):
    return standing() == before and before_restores() == []


def test_a_backup_that_was_cut_short_or_altered_is_refused(kept):
    before, whole = standing(), kept.read_bytes()
    no_seal = "This file has no keyed seal: it is no backup of this edition, or it was cut short."
    cases = {
        "cut short": (whole[:-1], no_seal),
        "half": (whole[: len(whole) // 2], no_seal),
        "empty": (b"", no_seal),
        "longer": (whole + b"\n", no_seal),
        "altered": (
            whole[:1000] + bytes([whole[1000] ^ 1]) + whole[1001:],
            "This backup was altered or damaged after it was written: use another backup.",
        ),
    }
    errors = {}
    for name, (content, _expected) in cases.items():
        kept.write_bytes(content)
        errors[name] = refused("restore", kept)

    assert errors == {name: expected for name, (_content, expected) in cases.items()}
    assert unaltered(before)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_no_bit_of_a_backup_can_be_turned_without_notice(kept, place, bit):
    content = bytearray(kept.read_bytes())
    content[place % len(content)] ^= 1 << bit

    with pytest.raises(BackupError):
        check_seal(io.BytesIO(content))


def test_a_file_that_is_not_there_is_named(site, tmp_path):
    assert f"{tmp_path}/no.zip" in refused("restore", tmp_path / "no.zip")


def test_a_backup_of_the_other_database_is_refused(kept, monkeypatch):
    before, theirs = standing(), "sqlite" if on_postgresql() else "postgresql"
    other = kept.with_name("other.zip")
    with write_archive(other) as archive:
        archive.writestr("manifest.json", json.dumps({**manifest(kept), "database": theirs}))

    assert refused("restore", other) == (
        f"This is a backup of {theirs}, and this site uses {connection.vendor}: see DATABASE_URL."
    )
    assert unaltered(before)


def test_a_backup_of_a_newer_release_is_refused(site, tmp_path):
    MigrationRecorder(connection).record_applied("missions", "0999_later")
    done("backup", tmp_path / "newer.zip")
    MigrationRecorder(connection).record_unapplied("missions", "0999_later")
    before = standing()

    assert refused("restore", tmp_path / "newer.zip") == (
        "This backup is from a newer release, with missions.0999_later: install that release first."
    )
    assert unaltered(before)


def test_a_ledger_that_was_tampered_with_before_the_backup_is_not_taken_for_sound(site, tmp_path):
    tamper("UPDATE missions_statuschange SET headline_en = 'Forged' WHERE id = 2")
    done("backup", tmp_path / "hub.zip")

    assert refused("restore", tmp_path / "hub.zip").startswith(
        "The backup was restored, but its ledger is not sound: entry 2: its hash is not that of its content"
    )


def test_nothing_is_restored_while_somebody_has_the_database_open(site, kept):
    before = standing()  # and this process stays connected

    message = "CommandError: The site or a command is still running: stop it first.\n"
    assert in_a_process(site, "restore", kept) == (1, message)
    assert unaltered(before)


def test_a_backup_that_cannot_be_written_leaves_no_file(site, kept, tmp_path):
    folder = tmp_path / "no" / "such"

    assert refused("backup", folder / "hub.zip").startswith("No backup was made: [Errno 2] No such file or directory")
    assert not folder.exists()


def test_no_backup_takes_the_place_of_an_earlier_one(site, kept):
    content = kept.read_bytes()
    Path(EvidenceFile.objects.get().content.path).unlink()

    assert refused("backup", kept) == f"“{kept}” exists already: choose another name for the backup."
    assert kept.read_bytes() == content


def damaged(error, file):
    """The parts that the error of `backup` and the manifest both name."""
    parts = manifest(file)["damaged"]
    assert error.startswith(f"The backup was written, but these parts are missing or damaged: {', '.join(parts)}. ")
    return parts


def test_a_site_that_lost_a_file_is_backed_up_all_the_same_and_says_so(site, tmp_path):
    lost, file = EvidenceFile.objects.get(), tmp_path / "hub.zip"
    Path(lost.content.path).unlink()

    assert damaged(refused("backup", file), file) == [lost.content.name]
    with zipfile.ZipFile(file) as found:
        assert f"evidence/{lost.content.name}" not in found.namelist()


def broken_as_far_as_it_is_read(_file, _size):
    yield b"the beginning"
    raise OSError(errno.EIO, "Input/output error")


def test_a_file_that_cannot_be_read_is_named_and_so_is_one_that_was_altered(site, tmp_path, monkeypatch):
    file = EvidenceFile.objects.get().content
    with monkeypatch.context() as disk:
        disk.setattr(File, "chunks", broken_as_far_as_it_is_read)
        error = refused("backup", tmp_path / "unreadable.zip")
    assert damaged(error, tmp_path / "unreadable.zip") == [file.name]
    Path(file.path).write_bytes(b"something else")

    assert damaged(refused("backup", tmp_path / "altered.zip"), tmp_path / "altered.zip") == [file.name]


def test_a_file_that_was_damaged_in_the_backup_is_not_restored(site, tmp_path):
    whole = standing()
    path, file = Path(EvidenceFile.objects.get().content.path), tmp_path / "hub.zip"
    content = path.read_bytes()
    path.write_bytes(b"something else")
    refused("backup", file)
    path.write_bytes(content)

    done("restore", file)
    assert standing() == whole

    path.unlink()
    assert refused("restore", file) == (
        "The backup was restored, but its ledger is not sound: "
        "entry 4: the file “letter.pdf” is missing or cannot be read."
    )
    assert not path.exists()


def test_what_is_there_and_cannot_be_read_is_replaced(site, kept):
    path = Path(EvidenceFile.objects.get().content.path)
    content = path.read_bytes()
    path.unlink()
    path.symlink_to("nowhere")

    done("restore", kept)

    assert (path.is_symlink(), path.read_bytes()) == (False, content)


def test_a_restore_that_was_broken_off_says_why_and_can_be_made_again(site, kept, monkeypatch):
    before = standing()
    build.report(Mission.objects.get(code="M-1"), Status.COMPLETED)
    Path(EvidenceFile.objects.get().content.path).unlink()
    written = standing_without_files()
    with monkeypatch.context() as disk:
        disk.setattr(default_storage._wrapped, "save", full)
        assert refused("restore", kept) == (
            "The restore stopped: [Errno 28] No space left on device. "
            "Solve this and run it again, or restore what was there before."
        )
    assert standing_without_files() == written

    done("restore", kept)
    assert standing() == before


def full(*_arguments):
    raise OSError(errno.ENOSPC, "No space left on device")


def standing_without_files():
    return list(StatusChange.objects.values_list("id", "hash"))


@pytest.mark.skipif(on_postgresql(), reason="PostgreSQL dumps nothing that it cannot read")
def test_a_database_that_sqlite_finds_damaged_is_kept_and_never_restored(site, tmp_path):
    file = tmp_path / "hub.zip"
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("SELECT rootpage FROM sqlite_master WHERE tbl_name = 'missions_historicalmission'")
        [_table, (root,), *_others] = cursor.fetchall()
    connection.close()
    with Path(connection.settings_dict["NAME"]).open("r+b") as database:
        database.seek((root - 1) * 4096)
        database.write(b"\0" * 4096)

    assert damaged(refused("backup", file), file) == ["database.sqlite3"]
    assert refused("restore", file) == "The database in this backup is damaged: use an earlier backup."


def test_a_damaged_database_is_not_thrown_away(site, kept):
    damage = "The head of the ledger is missing" if on_postgresql() else "file is not a database"
    if on_postgresql():
        sql("DROP TABLE missions_head CASCADE")
    connection.close()
    if not on_postgresql():
        Path(connection.settings_dict["NAME"]).write_bytes(b"no database at all")

    code, output = in_a_process(site, "restore", kept)

    assert code == 1
    assert output.startswith("CommandError: Nothing was changed, because the present site cannot be backed up. ")
    assert damage in output
    assert output.endswith("move the database away as docs/operations.md#restore says.\n")
    if not on_postgresql():
        assert Path(connection.settings_dict["NAME"]).read_bytes() == b"no database at all"


@pytest.mark.skipif(on_postgresql(), reason="PostgreSQL has no second file that could stay behind")
def test_what_stands_in_the_second_file_of_a_database_that_was_moved_away_is_not_lost(site, kept):
    connection.close()
    path = Path(connection.settings_dict["NAME"])
    log = path.with_name(f"{path.name}-wal")
    path.rename(path.with_name("lost.sqlite3"))
    log.write_bytes(b"the newest entries")

    assert refused("restore", kept) == (
        f"“{log}” belongs to a database that was moved away: move it to the same place."
    )
    assert log.read_bytes() == b"the newest entries"

    log.rename(path.with_name("lost.sqlite3-wal"))
    done("restore", kept)


def test_a_head_that_is_missing_is_said(site, tmp_path):
    tamper("DELETE FROM missions_head")

    assert refused("backup", tmp_path / "hub.zip") == "The head of the ledger is missing in the database."


@pytest.mark.skipif(on_postgresql(), reason="PostgreSQL keeps no such file")
def test_backup_and_restore_work_on_a_database_that_sqlite_cannot_open(site, kept, tmp_path):
    before, path, file = standing(), Path(connection.settings_dict["NAME"]), tmp_path / "damaged.zip"
    connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    content = bytearray(path.read_bytes())
    for start in range(7 * 4096, len(content), 7 * 4096):
        content[start : start + 4096] = b"\xa5" * 4096
    path.write_bytes(content)

    code, output = in_a_process(site, "backup", file)

    assert (code, output.count("\n"), manifest(file)["damaged"]) == (1, 1, ["database.sqlite3"])
    assert "docs/operations.md#restore" in output
    assert in_a_process(site, "restore", kept)[0] == 0
    assert standing() == before
