"""`restore` on archives that an attacker or a bad disk made: refused with one sentence, and nothing is written."""

import hashlib
import io
import json
import os
import stat
import subprocess
import sys
import zipfile
from contextlib import closing
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from missions.models import EvidenceFile, Head, StatusChange
from missions.status import Status
from tests import build
from tests.databases import on_postgresql
from tests.models.tampering import tamper

pytestmark = pytest.mark.both_databases

TOP = Path(__file__).parent.parent.parent
DATABASE = "database.dump" if "DATABASE_URL" in os.environ else "database.sqlite3"


def restore(*arguments):
    """Run the command; return the sentence with which it fails, or None."""
    try:
        call_command("restore", *arguments, stdout=io.StringIO(), stderr=io.StringIO())
    except CommandError as error:
        return str(error)
    return None


@pytest.fixture
def folder(own_database, tmp_path, settings):
    """The data folder of a site with an entry and its evidence file."""
    settings.HUB_DATA_DIR = tmp_path / "data"
    settings.HUB_DATA_DIR.mkdir()
    evidence = [build.evidence(file=build.evidence_file("letter.pdf"))]
    build.report(build.mission("M-1"), Status.COMPLETED, evidence=evidence)
    return tmp_path


@pytest.fixture
def backup(folder):
    path = folder / "backups" / "hub.zip"
    path.parent.mkdir()
    call_command("backup", path, stdout=io.StringIO())
    return path


def state(folder):
    """All files below the folder but those of SQLite and of the backups, and the entries of the ledger."""
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and "backups" not in path.parts}
    names = {path.name: content for path, content in files.items() if ".sqlite3" not in path.name}
    return names, list(StatusChange.objects.values_list("id", "hash")), Head.objects.get().hash


def members_of(backup):
    with zipfile.ZipFile(backup) as archive:
        return {info.filename: archive.read(info) for info in archive.infolist()}


def evidence_name():
    return f"evidence/{EvidenceFile.objects.get().content.name}"


# --- a former archive, whose seal needs no key ------------------------------------------------------------------------


def write_former_archive(path, members):
    """Write what the first edition called a backup: sealed by a plain SHA-256."""
    label = b"Hub Tracker backup, SHA-256 of all before: "
    with zipfile.ZipFile(path, "w") as archive:
        archive.comment = label + b"0" * 64
        for name, content in members.items():
            archive.writestr(name, content)
    content = path.read_bytes()[:-64]
    path.write_bytes(content + hashlib.sha256(content).hexdigest().encode())


@pytest.mark.skipif(not on_postgresql(), reason="psql is of PostgreSQL")
@pytest.mark.parametrize("options", [[], ["--unsealed"]])
def test_a_line_for_psql_in_an_archive_does_not_run(folder, options):
    marker = folder / "touched"
    (_psql, *arguments), secrets = connection.client.settings_to_cmd_args_env(
        connection.settings_dict, ["--no-owner", "--no-privileges", "--schema=public"]
    )
    dump = subprocess.run(
        ["pg_dump", *arguments], env={**os.environ, **(secrets or {})}, capture_output=True, check=True
    )
    head = Head.objects.get()
    manifest = {
        "program": "Hub Tracker",
        "format": 1,
        "database": "postgresql",
        "head": {"entry": head.entry, "hash": head.hash, "revision": head.revision},
        "migrations": [],
        "damaged": [],
    }
    script = f"\\! touch {marker}\n".encode() + dump.stdout
    evidence = {evidence_name(): Path(EvidenceFile.objects.get().content.path).read_bytes()}
    write_former_archive(
        folder / "hostile.zip", {"database.sql": script, **evidence, "manifest.json": json.dumps(manifest)}
    )
    before = state(folder)

    error = restore(folder / "hostile.zip", *options)

    assert not marker.exists()
    assert error is not None
    assert state(folder) == before


# --- what is refused in an archive, with the right seal or by --unsealed ----------------------------------------------


def rewrite(target, members, alter=lambda archive: None, *, sealed=True):
    """Write these members as a backup; `alter` may change the list of them at its end."""
    from missions.backups.archive import write_archive  # here, so that the test before this runs on any release

    with write_archive(target) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
        alter(archive)
        if not sealed:
            archive.comment = b"x" * len(archive.comment)


def with_manifest(text):
    return lambda members: {**members, "manifest.json": text}


def with_fields(**fields):
    def change(members):
        manifest = {**json.loads(members["manifest.json"]), **fields}
        return {**members, "manifest.json": json.dumps({name: value for name, value in manifest.items() if value})}

    return change


def without(name):
    return lambda members: {key: content for key, content in members.items() if key != name}


def changes(evidence):
    """Each hostile archive as a change of the members of a backup."""
    return {
        "a member above the folder": lambda members: {**members, "evidence/../../x": b"x"},
        "an absolute member": lambda members: {**members, "/srv/x": b"x"},
        "a member outside the evidence": lambda members: {**members, "x": b"x"},
        "a file that no row names": lambda members: {**members, "evidence/zeros": b"\0" * 1_000_000},
        "another evidence file": lambda members: {**members, evidence: b"x"},
        "no evidence file": without(evidence),
        "no manifest": without("manifest.json"),
        "a manifest that is no JSON": with_manifest("{"),
        "a manifest that is a list": with_manifest("[]"),
        "a manifest that is a number": with_manifest("1"),
        "a manifest nested too deep": with_manifest("[" * 1_000_000),
        "a manifest that is not UTF-8": with_manifest(b"\xff"),
        "a manifest without a program": with_fields(program=None),
        "a manifest of another format": with_fields(format=3),
        "a manifest without a database": with_fields(database=None),
        "a manifest with a number of damaged files": with_fields(damaged=3),
        "no database": without(DATABASE),
        "SQL in place of the database": lambda members: {
            **members,
            DATABASE: b"\\! touch x\nDROP TABLE missions_head;\n",
        },
        "half a database": lambda members: {**members, DATABASE: members[DATABASE][: len(members[DATABASE]) // 2]},
        "a database with a damaged page": lambda members: {**members, DATABASE: damage(members[DATABASE])},
    }


def damage(content):
    """Overwrite every seventh page of SQLite; of PostgreSQL's dump, its list of contents."""
    content = bytearray(content)
    for start in range(7 * 4096, len(content), 7 * 4096) if DATABASE.endswith("3") else [200]:
        content[start : start + 4096] = b"\xa5" * len(content[start : start + 4096])
    return bytes(content)


def declare(**attributes):
    """Let the list of members say this of the evidence file."""

    def alter(archive):
        info = archive.filelist[1]
        for name, value in attributes.items():
            setattr(info, name, value)

    return alter


LISTS = {
    "a link": declare(external_attr=(stat.S_IFLNK | 0o777) << 16),
    "two members of one name": lambda archive: archive.filelist.append(archive.filelist[1]),
    "a bomb that says how large it is": declare(file_size=2**50),
    "a bomb that says that it is small": declare(file_size=1),
    "an encrypted member": declare(flag_bits=1),
    "a member compressed otherwise": declare(compress_type=zipfile.ZIP_LZMA),
    "a member at no offset": declare(header_offset=2**40),
}


@pytest.mark.parametrize("sealed", [True, False], ids=["sealed", "unsealed"])
def test_a_hostile_archive_is_refused_and_nothing_is_written(folder, backup, sealed):
    members, files = members_of(backup), {}
    for name, change in changes(evidence_name()).items():
        files[name] = backup.with_name(f"{len(files)}.zip")
        rewrite(files[name], change(members), sealed=sealed)
    for name, alter in LISTS.items():
        files[name] = backup.with_name(f"{len(files)}.zip")
        rewrite(files[name], members, alter, sealed=sealed)
    before = state(folder)

    errors = {name: restore(path, *([] if sealed else ["--unsealed"])) for name, path in files.items()}

    assert [name for name, error in errors.items() if not error or "\n" in error] == []
    assert state(folder) == before


def test_a_row_that_names_a_file_above_the_folder_is_refused(folder, backup):
    tamper("UPDATE missions_evidencefile SET content = '../../x'")
    with pytest.raises(CommandError):
        call_command("backup", backup.with_name("tampered.zip"))
    members, tampered = members_of(backup), members_of(backup.with_name("tampered.zip"))
    evidence = next(content for name, content in members.items() if name.startswith("evidence/"))
    hostile = backup.with_name("hostile.zip")
    rewrite(hostile, {**tampered, "evidence/../../x": evidence, "manifest.json": members["manifest.json"]})
    before = state(folder)

    assert restore(hostile) is not None
    assert state(folder) == before


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(min_value=0), bit=st.integers(0, 7))
def test_a_turned_bit_leads_to_no_traceback_without_the_seal(backup, place, bit):
    from missions.backups import UNREADABLE, BackupError, check

    content = bytearray(backup.read_bytes())
    content[place % len(content)] ^= 1 << bit
    try:
        with closing(zipfile.ZipFile(io.BytesIO(content))) as archive:
            check(archive, backup.with_name("copy"))
    except (BackupError, *UNREADABLE):
        pass


# --- the key ----------------------------------------------------------------------------------------------------------


def test_a_backup_that_another_key_sealed_is_refused_until_unsealed(folder, backup, settings):
    before, settings.HUB_BACKUP_KEY = state(folder), "another key"

    error = restore(backup)

    assert ("HUB_BACKUP_KEY" in error, "--unsealed" in error) == (True, True)
    assert state(folder) == before
    assert restore(backup, "--unsealed") is None


def test_unsealed_says_that_it_runs_the_sql_of_the_archive(backup):
    errors = io.StringIO()
    call_command("restore", backup, "--unsealed", stdout=io.StringIO(), stderr=errors)

    assert "runs the SQL in the archive" in errors.getvalue()


@pytest.mark.skipif(on_postgresql(), reason="another machine is another folder with SQLite")
def test_a_backup_is_restored_on_another_machine_that_has_the_key(backup, tmp_path, settings):
    environment = {**os.environ, "HUB_DATA_DIR": str(tmp_path / "other"), "HUB_BACKUP_KEY": settings.HUB_BACKUP_KEY}
    command = [sys.executable, "manage.py", "restore", str(backup)]
    process = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True, check=False)

    assert (process.returncode, process.stderr) == (0, "")
    assert Head.objects.get().hash in process.stdout
