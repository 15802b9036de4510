"""Backup and restore of database and evidence files."""

import fcntl
import hashlib
import json
import os
import sqlite3
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfileobj, disk_usage
from tempfile import NamedTemporaryFile
from zipfile import BadZipFile, ZipFile

from django.conf import settings
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.utils import validate_file_name
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from ..ledger.verification import problems
from ..models import Head
from .archive import CHUNK, BackupError, check_seal, write_archive
from .databases import DATABASES, TABLES, Contents, is_filled
from .releases import explain_unsupported

__all__ = ["BackupError", "back_up", "restore"]

IDENTITY = {"program": "Hub Tracker", "format": 2}
MANIFEST = "manifest.json"
EVIDENCE = "evidence/"
UNREADABLE = (
    BadZipFile, EOFError, KeyError, RuntimeError, SuspiciousFileOperation, TypeError, ValueError,
    sqlite3.Error, struct.error, zlib.error,
)  # fmt: skip


def back_up(path: Path) -> Iterator[tuple[int, int]]:
    """Write the backup; yield (parts written, parts in all).

    Raises BackupError and leaves no file. Where the database or an evidence file is damaged, the file is written with
    all that can be read, and BackupError follows: a site that lost one file must still have a backup.
    """
    if path.exists():
        # The earlier file may hold more than a new one would.
        raise BackupError(_("“%(file)s” exists already: choose another name for the backup.") % {"file": path})
    database = DATABASES[connection.vendor]
    try:
        with write_archive(path) as archive, NamedTemporaryFile(dir=path.parent, prefix=".database-") as copy:
            database.dump(Path(copy.name))
            contents = database.read(Path(copy.name))
            with archive.open(database.member, "w", force_zip64=True) as target:
                copyfileobj(copy, target, CHUNK)
            # An evidence file is written before the row that names it and never changes, so no row lacks its file.
            damaged = [] if contents.is_whole else [database.member]
            for number, (name, sha256) in enumerate(contents.files, 1):
                if not add_evidence(archive, name, sha256):
                    damaged.append(name)
                yield number, len(contents.files)
            manifest = {
                **IDENTITY,
                "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "database": connection.vendor,
                "damaged": damaged,
            }
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1))
    except (OSError, sqlite3.Error) as error:
        message = _(
            "No backup was made: %(reason)s. If the database is damaged, restore the newest backup that is sound: "
            "docs/operations.md#restore."
        )
        raise BackupError(message % {"reason": error}) from error
    if damaged:
        message = _(
            "The backup was written, but these parts are missing or damaged: %(files)s. If the database is among them, "
            "restore the newest backup that is sound: docs/operations.md#restore."
        )
        raise BackupError(message % {"files": ", ".join(damaged)})


def add_evidence(archive: ZipFile, name: str, sha256: str) -> bool:
    """Add an evidence file; return whether it is intact."""
    try:
        with default_storage.open(name) as source:
            content = source.read()
    except (OSError, SuspiciousFileOperation):
        return False
    archive.writestr(EVIDENCE + name, content)
    return hashlib.sha256(content).hexdigest() == sha256


def restore(path: Path, before: Path, *, unsealed: bool = False) -> Iterator[tuple[int, int]]:
    """Replace database and files by those of the backup; yield progress.

    Backs up what is there as `before` first. Evidence files that only the site has stay as orphans. Raises BackupError
    before any change where the file is damaged, foreign or not sealed with this site's key, or the site is running.
    """
    database = DATABASES[connection.vendor]
    with (
        path.open("rb") as file,
        lock_data_folder(),
        NamedTemporaryFile(dir=settings.HUB_DATA_DIR, prefix=".restore-") as copy,
    ):
        if not unsealed:
            check_seal(file)
        try:
            archive = ZipFile(file)
            contents, evidence = check(archive, Path(copy.name))
        except UNREADABLE as error:
            raise unusable() from error
        refuse_others()
        if is_filled():
            back_up_current_site(before)
        for number, name in enumerate(evidence, 1):
            restore_evidence(archive, name)
            yield number, len(evidence)
        os.sync()  # The files must be durable before the database that names them.
        refuse_others()
        database.load(Path(copy.name))
        # The backup may come from an older release.
        call_command("migrate", verbosity=0, interactive=False)
        findings = [str(problem) for problem in problems()]
        if tuple(map(str, Head.objects.values_list(*TABLES["missions_head"]).get())) != contents.head:
            findings.append(_("the head is not the one in the backup"))
        if findings:
            message = _("The backup was restored, but its ledger is not sound: %(findings)s.")
            raise BackupError(message % {"findings": "; ".join(findings)})


def refuse_others() -> None:
    if DATABASES[connection.vendor].is_in_use():
        raise BackupError(_("The site or a command is still running: stop it first."))


def unusable() -> BackupError:
    return BackupError(_("This file is damaged, or not a backup that this release can read: use another backup."))


@contextmanager
def lock_data_folder() -> Iterator[None]:
    """Wait until no other restore or first start is under way."""
    folder = os.open(settings.HUB_DATA_DIR, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def check(archive: ZipFile, copy: Path) -> tuple[Contents, list[str]]:
    """Unpack the database as `copy`; return its contents and its files."""
    names = set(archive.namelist())
    # Reading stops at the size that a member declares, so a bomb cannot unpack to more than this.
    size, free = sum(member.file_size for member in archive.infolist()), disk_usage(settings.HUB_DATA_DIR).free
    if size > free:
        message = _("This backup unpacks to %(size)d bytes, and HUB_DATA_DIR has %(free)d bytes free: make room.")
        raise BackupError(message % {"size": size, "free": free})
    with archive.open(MANIFEST) as file:
        manifest = dict(json.loads(file.read(16 * CHUNK)))
    database = DATABASES[connection.vendor]
    if not manifest.items() >= IDENTITY.items():
        raise unusable()
    if manifest["database"] != connection.vendor:
        message = _("This is a backup of %(theirs)s, and this site uses %(ours)s: see DATABASE_URL.")
        raise BackupError(message % {"theirs": manifest["database"], "ours": connection.vendor})
    with archive.open(database.member) as source, copy.open("wb") as target:
        copyfileobj(source, target, CHUNK)
    contents = database.read(copy)
    if not contents.is_whole:
        raise BackupError(_("The database in this backup is damaged: use an earlier backup."))
    if explanation := explain_unsupported(contents.migrations):
        raise BackupError(explanation)
    digests = {EVIDENCE + name: sha256 for name, sha256 in contents.files}
    # A damaged file stays in the archive: the one in the site's folder may be better.
    damaged = {EVIDENCE + name for name in manifest["damaged"]}
    names -= {MANIFEST, database.member}
    if not names <= digests.keys() <= names | damaged:
        raise unusable()
    evidence = sorted(names - damaged)
    for name in evidence:
        validate_file_name(name.removeprefix(EVIDENCE), allow_relative_path=True)
        if hashlib.sha256(archive.read(name)).hexdigest() != digests[name]:
            raise unusable()
    return contents, [name.removeprefix(EVIDENCE) for name in evidence]


def back_up_current_site(path: Path) -> None:
    try:
        list(back_up(path))
    except BackupError as error:
        # A damaged site is backed up too, and may be the reason for the restore.
        if not path.exists():
            message = _(
                "Nothing was changed, because the present site cannot be backed up. %(reason)s Otherwise "
                "move the database away as described in docs/operations.md#restore."
            )
            raise BackupError(message % {"reason": error}) from error


def restore_evidence(archive: ZipFile, name: str) -> None:
    content = archive.read(EVIDENCE + name)
    with suppress(OSError), default_storage.open(name) as present:
        if present.read() == content:
            return
    default_storage.delete(name)
    default_storage.save(name, ContentFile(content))
