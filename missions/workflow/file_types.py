"""What a file is by its content, whatever its name and the browser say; and why it cannot be taken as evidence.

Of an archive two small parts are unpacked, up to a bound, and of what it says of itself nothing is trusted.
"""

import re
import struct
import zipfile
import zlib
from pathlib import PurePath
from typing import NamedTuple

# The harm that XML can do needs a document type, which is refused.
from xml.parsers import expat  # nosec B407

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import models
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
LONGEST_NAME = 150


class MediaType(models.TextChoices):
    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings that the name of such a file may have."""
        return (".jpg", ".jpeg") if self == MediaType.JPEG else (f".{self.label.lower()}",)


def examine_file(upload: UploadedFile) -> MediaType:
    """The type of the file by its content. Raises ValidationError where it cannot be taken, with what to do then."""
    name = str(upload.name)
    _check_name(name)
    if not upload.size:
        raise ValidationError(_("This file is empty: choose the one that has the content."), code="empty")
    if upload.size > LARGEST:
        words = {"size": filesizeformat(upload.size), "most": filesizeformat(LARGEST)}
        message = _("This file has %(size)s, more than the %(most)s that are taken: make it smaller, or split it.")
        raise ValidationError(message % words, code="too_large")
    media_type = _type_of(upload)
    if PurePath(name).suffix.lower() not in media_type.endings:
        words = {"type": media_type.label, "endings": " / ".join(media_type.endings)}
        message = _("By its content this is a %(type)s file, but its name does not end in %(endings)s: rename it.")
        raise ValidationError(message % words, code="other_ending")
    return media_type


def _check_name(name):
    if len(name) > LONGEST_NAME:
        # How long it was as sent is not known: Django cuts a name off at 255 characters.
        message = _("The name of this file has more than the %(most)d characters that are taken: shorten it.")
        raise ValidationError(message % {"most": LONGEST_NAME}, code="long_name")
    # One of them turns the direction of writing, so that a name seems to end otherwise than it does. Django drops them
    # from a name that a browser sends; a name that comes another way is refused rather than changed.
    if not name.isprintable():
        message = _("The name of this file has characters that cannot be seen: rename it.")
        raise ValidationError(message, code="unseen_characters")


def _type_of(upload):
    head, tail = _bytes_at(upload, 0), _bytes_at(upload, max(0, upload.size - 1024))
    for signature, type_of in SIGNATURES.items():
        if head.startswith(signature):
            return type_of(upload, head, tail)
    raise _no_type()


def _bytes_at(upload, start, length=1024):
    upload.seek(start)
    return upload.read(length)


def _no_type():
    message = _("By its content this is none of the types that are taken: send a PDF, PNG, JPEG, DOCX or XLSX file.")
    return ValidationError(message, code="no_type")


def _damaged(name):
    message = _("This %(type)s file is damaged or incomplete: open it, save it anew, and send that.")
    return ValidationError(message % {"type": name}, code="damaged")


# --- documents and images ---------------------------------------------------------------------------------------------


def _pdf(upload, head, tail):
    if b"%%EOF" not in tail:
        raise _damaged("PDF")
    return _alone(upload, MediaType.PDF)


def _png(upload, head, tail):
    """What stands behind the end may be what somebody thought was cut off, so nothing may."""
    has_header = head[8:16] == b"\0\0\0\x0dIHDR" and zlib.crc32(head[12:29]) == int.from_bytes(head[29:33])
    has_size = b"\0\0\0\0" not in (head[16:20], head[20:24])
    if not (has_header and has_size and tail.endswith(b"\0\0\0\0IEND\xaeB`\x82")):
        raise _damaged("PNG")
    return _alone(upload, MediaType.PNG)


FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
SEGMENTS = {*FRAMES, 0xC4, 0xCC, 0xDB, 0xDD, 0xFE, *range(0xE0, 0xF0)}


def _jpeg(upload, head, tail):
    """A JPEG file is a row of segments, among them that of a frame. Cameras write more behind its end."""
    place = 2
    for _number in range(1000):
        segment = _bytes_at(upload, place, 4)
        if len(segment) < 4 or segment[0] != 0xFF or segment[1] not in SEGMENTS:
            break
        if segment[1] in FRAMES:
            return _alone(upload, MediaType.JPEG)
        place += 2 + max(2, int.from_bytes(segment[2:]))
    raise _damaged("JPEG")


def _alone(upload, media_type):
    """The type, unless the same bytes are also an archive, which other programs would open as such."""
    if zipfile.is_zipfile(upload):
        message = _("This %(type)s file is a ZIP archive as well: open it, save it anew, and send that.")
        raise ValidationError(message % {"type": media_type.label}, code="two_types")
    return media_type


# --- Office files -----------------------------------------------------------------------------------------------------

CONTENT_TYPES, RELATIONSHIPS = "[content_types].xml", "_rels/.rels"
# How they call the part that the file is about, in lower case.
MAIN = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": MediaType.DOCX,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": MediaType.XLSX,
}
MACRO = re.compile("macroenabled|vbaproject|vbadata|macrosheet")
OBJECT = re.compile("activex|oleobject")
ARCHIVE_END = struct.Struct("<4s8xIIH")
LARGEST_PART = LARGEST_DIRECTORY = MEGABYTE
LARGEST_UNPACKED = 1024 * MEGABYTE


class Package(NamedTuple):
    """What an Office file says that it holds, all in lower case."""

    parts: list[str]
    types: set[str]
    unpacked_size: int
    is_encrypted: bool


def _office(upload, head, tail):
    try:
        package = _read_package(upload, tail)
    except Exception as error:  # whatever forged bytes lead zipfile and expat to
        raise _damaged("DOCX / XLSX") from error
    found = [media_type for name, media_type in MAIN.items() if name in package.types]
    contents = " ".join([*package.parts, *package.types])
    if package.is_encrypted:
        raise _protected()
    if package.unpacked_size > LARGEST_UNPACKED:
        message = _("Unpacked, this file would have %(size)s, far more than it seems: send another one.")
        raise ValidationError(message % {"size": filesizeformat(package.unpacked_size)}, code="bomb")
    if MACRO.search(contents):
        raise ValidationError(
            _("This file carries a macro: save it without, as DOCX or XLSX, or as PDF."), code="macro"
        )
    if OBJECT.search(contents):
        message = _("This file carries an object of another program (OLE or ActiveX): send it without, or as PDF.")
        raise ValidationError(message, code="object")
    if len(found) != 1:
        raise _no_type()
    return found[0]


def _read_package(upload, tail):
    """Raises all kinds of errors where it is no sound archive."""
    signature, directory_size, directory_start, comment = ARCHIVE_END.unpack(tail[-22:])
    # The directory is read into memory whole: so its size is looked at first, in the one place that may state it.
    is_plain = signature == b"PK\5\6" and not comment and tail[-42:-38] != b"PK\6\7"
    if not is_plain or directory_start + directory_size + 22 != upload.size or directory_size > LARGEST_DIRECTORY:
        raise zipfile.BadZipFile
    with zipfile.ZipFile(upload) as archive:
        parts = {info.filename.lower(): info for info in archive.infolist()}
        if len(parts) < len(archive.infolist()):
            raise zipfile.BadZipFile  # programs differ in which of two parts with one name they take
        is_encrypted = any(info.flag_bits & 1 for info in parts.values())
        is_package = not is_encrypted and {CONTENT_TYPES, RELATIONSHIPS} <= parts.keys()
        if is_package:
            _read_part(archive, parts[RELATIONSHIPS])
        types = _content_types(_read_part(archive, parts[CONTENT_TYPES])) if is_package else set()
        return Package(list(parts), types, sum(info.file_size for info in parts.values()), is_encrypted)


def _read_part(archive, info):
    # Other compressions cannot be unpacked up to a bound, and Office writes none.
    if info.file_size > LARGEST_PART or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    with archive.open(info) as part:
        return part.read(LARGEST_PART)


def _content_types(xml):
    found = set()

    def add(name, attributes):
        found.add(attributes.get("ContentType", "").lower())

    def refuse(*document_type):
        raise ValueError(document_type)

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = add, refuse
    parser.Parse(xml, True)
    return found


def _protected():
    message = _("This file is protected by a password: save it without, and send that.")
    return ValidationError(message, code="protected")


def _compound(upload, head, tail):
    """Office before 2007, and today for a file with a password, which is a stream of this name."""
    if any("EncryptedPackage".encode("utf-16-le") in chunk for chunk in upload.chunks()):
        raise _protected()
    message = _("This is a file of an older kind (such as .doc or .xls): save it as DOCX, XLSX or PDF, and send that.")
    raise ValidationError(message, code="old_format")


SIGNATURES = {
    b"%PDF-": _pdf,
    b"\x89PNG\r\n\x1a\n": _png,
    b"\xff\xd8\xff": _jpeg,
    b"PK\x03\x04": _office,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": _compound,
}
