"""The backup file: a ZIP archive whose comment ends in a keyed seal.

The HMAC-SHA256 covers every byte before it, so nothing is parsed before it is checked.
"""

import hmac
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO
from zipfile import ZIP_DEFLATED, ZipFile

from django.conf import settings
from django.utils.translation import gettext as _

CHUNK = 1024 * 1024
LABEL = b"Hub Tracker backup, HMAC-SHA256 of all before, key "
DIGITS = 64


class BackupError(Exception):
    """A backup cannot be written or restored; the text says why and what to do."""


@contextmanager
def write_archive(path: Path) -> Iterator[ZipFile]:
    """Yield an archive that becomes `path` at the end, whole or not at all."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.") as file:
        with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=1) as archive:
            archive.comment = seal_prefix() + b"0" * DIGITS
            yield archive
        end = file.seek(-DIGITS, os.SEEK_END)
        seal = compute_seal(file, end)
        file.seek(end)
        file.write(seal)
        file.flush()
        os.fsync(file.fileno())
        os.replace(file.name, path)
    os.sync()


def seal_prefix() -> bytes:
    # This digest tells a wrong key from a damaged file, and does not reveal the key.
    return LABEL + hmac.digest(settings.HUB_BACKUP_KEY.encode(), LABEL, "sha256").hex()[:16].encode() + b": "


def compute_seal(file: IO[bytes], end: int) -> bytes:
    file.seek(0)
    seal = hmac.new(settings.HUB_BACKUP_KEY.encode(), digestmod="sha256")
    while chunk := file.read(min(CHUNK, end - file.tell())):
        seal.update(chunk)
    return seal.hexdigest().encode()


def check_seal(file: IO[bytes]) -> None:
    """Raise BackupError unless this site's key sealed the file."""
    prefix = seal_prefix()
    end = file.seek(0, os.SEEK_END) - DIGITS
    file.seek(max(0, end - len(prefix)))
    tail = file.read()
    if not tail.startswith(LABEL):
        raise BackupError(_("This file has no keyed seal: it is no backup of this edition, or it was cut short."))
    if not tail.startswith(prefix):
        message = _(
            "This backup was sealed with another key: set HUB_BACKUP_KEY to the key of the site that made it. "
            "Without that key, --unsealed restores it and runs the SQL in it unchecked."
        )
        raise BackupError(message)
    if not hmac.compare_digest(tail[len(prefix) :], compute_seal(file, end)):
        raise BackupError(_("This backup was altered or damaged after it was written: use another backup."))
