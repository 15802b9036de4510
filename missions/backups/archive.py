"""The file that a backup is: a ZIP archive that ends in the SHA-256 of all its bytes before that.

A ZIP archive notices some damage to its members, and none to its own lists; the digest notices any.
"""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, BadZipFile, ZipFile

from django.utils.translation import gettext as _

CHUNK = 1024 * 1024
LABEL = b"Hub Tracker backup, SHA-256 of all before: "
DIGITS = 64


class Unusable(Exception):
    """A backup cannot be written, or cannot be restored; it says why, and what to do."""


@contextmanager
def written(path: Path) -> Iterator[ZipFile]:
    """An archive that becomes the file `path` at the end of the block, whole or not at all.

    Raises Unusable where it cannot be written, or would take the place of an earlier one, which may have more in it.
    """
    if path.exists():
        raise Unusable(_("“%(file)s” is there already: give the backup another name.") % {"file": path})
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                with ZipFile(file, "w", ZIP_DEFLATED, compresslevel=3) as archive:
                    archive.comment = LABEL + b"0" * DIGITS
                    yield archive
                seal(file)
                os.replace(file.name, path)
                sync(path.parent)
            except BaseException:
                os.unlink(file.name)
                raise
    except OSError as error:
        found = _("“%(file)s” cannot be written: %(reason)s. No backup was made.")
        raise Unusable(found % {"file": path, "reason": error.strerror}) from error


def seal(file: IO[bytes]) -> None:
    file.seek(-DIGITS, os.SEEK_END)
    end = file.tell()
    digest = digest_until(file, end)
    file.seek(end)
    file.write(digest)
    file.flush()
    os.fsync(file.fileno())


def digest_until(file: IO[bytes], end: int) -> bytes:
    """The SHA-256 of the first `end` bytes, as digits."""
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(min(CHUNK, end - file.tell())):
        digest.update(chunk)
    return digest.hexdigest().encode()


def sync(folder: Path) -> None:
    """Makes sure that a new name in the folder outlives a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def opened(path: Path) -> Iterator[ZipFile]:
    """The archive, unaltered since it was written. Raises Unusable."""
    try:
        with path.open("rb") as file:
            refuse_altered(file)
        archive = ZipFile(path)
    except BadZipFile as error:
        raise Unusable(_("This is no backup of this program.")) from error
    except OSError as error:
        raise Unusable(_("“%(file)s”: %(reason)s.") % {"file": path, "reason": error.strerror}) from error
    with archive:
        yield archive


def refuse_altered(file: IO[bytes]) -> None:
    end = file.seek(0, os.SEEK_END) - DIGITS
    if end < len(LABEL):
        raise Unusable(_("This is no backup of this program, or it was cut short."))
    file.seek(end - len(LABEL))
    label, digest = file.read(len(LABEL)), file.read(DIGITS)
    if label != LABEL:
        raise Unusable(_("This is no backup of this program, or it was cut short."))
    if digest != digest_until(file, end):
        raise Unusable(_("This backup was altered or damaged after it was written: take another one."))
