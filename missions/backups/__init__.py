"""Backup and restore: the database and the evidence files in one file, consistent while the site runs.

The secret key is not part of it: whoever finds a backup cannot sign in with it.
"""

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_STORED, ZipFile, ZipInfo

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.utils.translation import gettext as _

from ..models import Head
from ..models.verification import problems
from ..releases import of_a_newer_release
from .archive import CHUNK, Unusable, opened, written
from .databases import DATABASES, is_filled

__all__ = ["Unusable", "back_up", "restore"]

PROGRAM = "Hub Tracker"
MANIFEST = "manifest.json"
EVIDENCE = "evidence/"
DATE_TIME = (1980, 1, 1, 0, 0, 0)  # of members: the manifest says when the backup was made


# --- backup -----------------------------------------------------------------------------------------------------------


def back_up(path: Path) -> Iterator[tuple[int, int]]:
    """Writes the backup, and yields (parts done, parts in all). Raises Unusable, and leaves no file then.

    Where evidence files are missing or altered, or SQLite finds its own database damaged, it is raised at the end, and
    the file with all that there is stays: a site that lost one file must not be without a backup.
    """
    with written(path) as archive:
        kind = DATABASES[connection.vendor]
        database = kind.dump(archive)
        total = len(database.files) + 1
        yield 1, total
        # Files are written before the row that names them, and never altered: those of the rows are all there.
        damaged = [] if database.is_whole else [kind.member]
        for done, (name, digest) in enumerate(database.files, 2):
            if not put(archive, name, digest):
                damaged.append(name)
            yield done, total
        manifest = {
            "program": PROGRAM,
            "format": 1,
            "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "database": connection.vendor,
            "head": database.head,
            "migrations": database.migrations,
            "damaged": damaged,
        }
        archive.writestr(member(MANIFEST), json.dumps(manifest, indent=1))
    if damaged:
        found = _("The backup was written, but of what it should hold this is missing or damaged: %(files)s.")
        raise Unusable(found % {"files": ", ".join(damaged)})


def put(archive: ZipFile, name: str, digest: str) -> bool:
    """Puts an evidence file into the archive; whether it is the one that was taken in."""
    try:
        source = default_storage.open(name)
    except OSError:
        return False
    found = hashlib.sha256()
    with source, archive.open(member(EVIDENCE + name), "w", force_zip64=True) as target:
        for chunk in readable(source):
            found.update(chunk)
            target.write(chunk)
    return found.hexdigest() == digest


def readable(file: File) -> Iterator[bytes]:
    """The bytes of a file, as far as the disk gives them back."""
    with suppress(OSError):
        yield from file.chunks(CHUNK)


def member(name: str) -> ZipInfo:
    """A member whose bytes are stored as they are: evidence is compressed by itself."""
    made = ZipInfo(name, DATE_TIME)
    made.compress_type, made.external_attr = ZIP_STORED, 0o600 << 16
    return made


# --- restore ----------------------------------------------------------------------------------------------------------


def restore(path: Path, before: Path) -> Iterator[tuple[int, int]]:
    """Brings database and evidence files to what the backup holds, and yields (parts done, parts in all).

    What is there is backed up first, as the file `before`. Evidence files that only it has are left as orphans. Raises
    Unusable before anything is altered where the file is damaged or foreign, or the site is running.
    """
    with opened(path) as archive, no_other_start():
        manifest = read_manifest(archive)
        database = DATABASES[connection.vendor]
        names = [name for name in archive.namelist() if name.startswith(EVIDENCE)]
        total = len(names) + 1
        database.refuse_others()
        if is_filled():
            keep_what_is_there(before)
        for done, name in enumerate(names, 1):
            evidence = name.removeprefix(EVIDENCE)
            # One that was damaged already is no better than what is there.
            if not (evidence in manifest["damaged"] and default_storage.exists(evidence)):
                take_out(archive, evidence)
            yield done, total
        os.sync()  # the files are there for good before the database that names them
        database.load(archive)
        # The backup may be of an older release.
        call_command("migrate", verbosity=0, interactive=False)
        verify(manifest)
        yield total, total


@contextmanager
def no_other_start() -> Iterator[None]:
    """Within the block no `setup_site`, and no other restore, works on this data folder."""
    folder = os.open(settings.HUB_DATA_DIR, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def read_manifest(archive: ZipFile) -> dict[str, Any]:
    """What the backup says of itself. Raises Unusable where this site cannot take it."""
    try:
        manifest = json.loads(archive.read(MANIFEST))
    except (KeyError, ValueError):
        manifest = {}
    if (manifest.get("program"), manifest.get("format")) != (PROGRAM, 1):
        raise Unusable(_("This is no backup that this release can read."))
    if manifest["database"] != connection.vendor:
        found = _("This is a backup of %(theirs)s, and this site uses %(ours)s: see DATABASE_URL.")
        raise Unusable(found % {"theirs": manifest["database"], "ours": connection.vendor})
    if DATABASES[connection.vendor].member in manifest["damaged"]:
        raise Unusable(_("The database in this backup was damaged already when it was made: take an earlier one."))
    if newer := of_a_newer_release(manifest["migrations"]):
        found = _("This backup is of a newer release, with %(names)s: install that release first.")
        raise Unusable(found % {"names": ", ".join(newer)})
    return manifest


def keep_what_is_there(path: Path) -> None:
    """Backs up what the restore will replace. Raises Unusable where that leads to no file."""
    try:
        for _done in back_up(path):
            pass
    except Unusable as failed:
        # Kept all the same where it is damaged: which the restore may be for.
        if not path.exists():
            found = _(
                "What is there cannot be backed up, and so nothing was altered (%(reason)s). Mend that; or where the "
                "database is lost, move it away as docs/operations.md says under “Restore”."
            )
            raise Unusable(found % {"reason": failed}) from failed


def take_out(archive: ZipFile, name: str) -> None:
    """Puts an evidence file in its place, unless it is there."""
    with suppress(OSError), archive.open(EVIDENCE + name) as theirs, default_storage.open(name) as ours:
        if digest(theirs) == digest(ours):
            return
    default_storage.delete(name)
    with archive.open(EVIDENCE + name) as source:
        default_storage.save(name, File(source))


def digest(file: IO[bytes]) -> bytes:
    found = hashlib.sha256()
    while chunk := file.read(CHUNK):
        found.update(chunk)
    return found.digest()


def verify(manifest: dict[str, Any]) -> None:
    """Raises Unusable where the restored ledger is not sound, or not the one that was backed up."""
    findings = [str(problem) for problem in problems()]
    head = Head.objects.get()
    if (head.entry, head.hash) != (manifest["head"]["entry"], manifest["head"]["hash"]):
        findings.append(_("the head is not the one that was backed up"))
    if findings:
        found = _("The backup was restored, but its ledger is not sound: %(findings)s.")
        raise Unusable(found % {"findings": "; ".join(findings)})
