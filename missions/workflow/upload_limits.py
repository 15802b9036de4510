"""Uploads: how much a request may bring, the type of a file by its content, and why it is refused as evidence.

Of an archive only two small parts are unpacked.
"""

import io
import re
import zipfile
from pathlib import PurePath

from defusedxml.ElementTree import fromstring
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, TemporaryFileUploadHandler
from django.db import models
from django.http.multipartparser import MultiPartParser
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_lazy as _

MEGABYTE = 1024 * 1024
LARGEST = 20 * MEGABYTE
LONGEST_NAME = 150
MOST_PARTS = 10_000
LARGEST_PART = MEGABYTE
LARGEST_UNPACKED = 1024 * MEGABYTE
LARGEST_REQUEST = 100 * MEGABYTE


class MediaType(models.TextChoices):
    PDF = "application/pdf", "PDF"
    PNG = "image/png", "PNG"
    JPEG = "image/jpeg", "JPEG"
    DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "DOCX"
    XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "XLSX"

    @property
    def endings(self) -> tuple[str, ...]:
        return (".jpg", ".jpeg") if self == MediaType.JPEG else (f".{self.label.lower()}",)


ERRORS = {
    "bomb": _("Unpacked, this file would have %(size)s, far more than it seems: send another one."),
    "damaged": _("This %(type)s file is damaged or incomplete: open it, save it again, and send that."),
    "empty": _("This file is empty: choose the one that has the content."),
    # The original length is unknown: Django cuts names at 255 characters.
    "long_name": _("The name of this file has more than the %(most)d characters that are taken: shorten it."),
    "macro": _("This file carries a macro: save it without, as DOCX or XLSX, or as PDF."),
    "no_type": _("By its content this is none of the types that are taken: send a PDF, PNG, JPEG, DOCX or XLSX file."),
    "object": _("This file carries an object of another program (OLE or ActiveX): send it without, or as PDF."),
    "old_format": _(
        "This is a file of an older kind (such as .doc or .xls): save it as DOCX, XLSX or PDF, and send that."
    ),
    "other_ending": _("By its content this is a %(type)s file, but its name does not end in %(endings)s: rename it."),
    "protected": _("This file is protected by a password: save it without, and send that."),
    "too_large": _("This file has %(size)s, more than the %(most)s that are taken: make it smaller, or split it."),
    "two_types": _("This %(type)s file is also a ZIP archive: open it, save it again, and send that."),
    "unseen_characters": _("The name of this file has characters that cannot be seen: rename it."),
}
SIGNATURES = {
    b"%PDF-": MediaType.PDF,
    b"\x89PNG\r\n\x1a\n": MediaType.PNG,
    b"\xff\xd8\xff": MediaType.JPEG,
}
CONTENT_TYPES, RELATIONSHIPS = "[content_types].xml", "_rels/.rels"
MAIN_PARTS = {f"{media_type.lower()}.main+xml": media_type for media_type in (MediaType.DOCX, MediaType.XLSX)}
# Office before 2007, and any Office with a password.
COMPOUND_FILE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MACRO = re.compile("macroenabled|vbaproject|vbadata|macrosheet")
OBJECT = re.compile("activex|oleobject")


def error(code, **params):
    return ValidationError(ERRORS[code], code, params)


def examine_file(upload: UploadedFile) -> MediaType:
    """Return the type by content. Raises ValidationError with what to do."""
    name = str(upload.name)
    if len(name) > LONGEST_NAME:
        raise error("long_name", most=LONGEST_NAME)
    # Bidirectional marks hide the real ending. Django drops them from uploads; names from elsewhere are refused.
    if not name.isprintable():
        raise error("unseen_characters")
    if not upload.size:
        raise error("empty")
    if upload.size > LARGEST:
        raise error("too_large", size=filesizeformat(upload.size), most=filesizeformat(LARGEST))
    upload.seek(0)
    media_type = _type_of(upload.read())
    if PurePath(name).suffix.lower() not in media_type.endings:
        raise error("other_ending", type=media_type.label, endings=" / ".join(media_type.endings))
    return media_type


def _type_of(content):
    for signature, media_type in SIGNATURES.items():
        if content.startswith(signature):
            if not _is_complete(content, media_type):
                raise error("damaged", type=media_type.label)
            if zipfile.is_zipfile(io.BytesIO(content)):  # other programs would open it as an archive
                raise error("two_types", type=media_type.label)
            return media_type
    if content.startswith(b"PK\x03\x04"):
        return _office_type(content)
    if content.startswith(COMPOUND_FILE):
        raise error("protected" if "EncryptedPackage".encode("utf-16-le") in content else "old_format")
    raise error("no_type")


def _is_complete(content, media_type):
    if media_type == MediaType.PDF:
        return b"%%EOF" in content[-1024:]
    if media_type == MediaType.PNG:  # trailing data may be image content that the author believes cropped
        return content[12:16] == b"IHDR" and content.endswith(b"\0\0\0\0IEND\xaeB`\x82")
    return b"\xff\xd9" in content  # cameras write more behind the end


def _office_type(content):
    try:
        names, types, unpacked_size, is_encrypted = _read_archive(content)
    except Exception as failure:  # forged bytes make zipfile and the parser raise errors of many kinds
        raise error("damaged", type="DOCX / XLSX") from failure
    if is_encrypted:
        raise error("protected")
    if unpacked_size > LARGEST_UNPACKED:
        raise error("bomb", size=filesizeformat(unpacked_size))
    contents = " ".join([*names, *types])
    if MACRO.search(contents):
        raise error("macro")
    if OBJECT.search(contents):
        raise error("object")
    found = [media_type for name, media_type in MAIN_PARTS.items() if name in types]
    if len(found) != 1:
        raise error("no_type")
    return found[0]


def _read_archive(content):
    """Return part names and content types in lower case, the unpacked size, and whether it is encrypted."""
    # zipfile would skip data behind the end, and reads the whole directory, whose entries start with these bytes.
    if content[-22:-18] != b"PK\5\6" or content.count(b"PK\1\2") > MOST_PARTS:
        raise zipfile.BadZipFile
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {info.filename.lower(): info for info in archive.infolist()}
        if len(parts) < len(archive.infolist()):
            raise zipfile.BadZipFile  # programs differ in which of two parts with one name they take
        is_encrypted = any(info.flag_bits & 1 for info in parts.values())
        types = set()
        if not is_encrypted and {CONTENT_TYPES, RELATIONSHIPS} <= parts.keys():
            _read_part(archive, parts[RELATIONSHIPS])
            elements = fromstring(_read_part(archive, parts[CONTENT_TYPES]), forbid_dtd=True).iter()
            types = {element.get("ContentType", "").lower() for element in elements}
        return list(parts), types, sum(info.file_size for info in parts.values()), is_encrypted


def _read_part(archive, info):
    # Others cannot be unpacked with a limit, and Office does not use them.
    if info.file_size > LARGEST_PART or info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    with archive.open(info) as part:
        return part.read(LARGEST_PART)


class UploadParser(MultiPartParser):
    """Passes names with `../` on, so that the field can refuse them.

    Django would silently cut the path.
    """

    def sanitize_file_name(self, file_name):
        name = super().sanitize_file_name(file_name)
        return file_name if name and leads_out(file_name) else name


def leads_out(file_name):
    return ".." in re.split(r"[/\\]", file_name)


class Upload(TemporaryUploadedFile):
    leads_out = False  # Django keeps the last part of a name only, so this is all that is left of the rest


class BoundedUploadHandler(TemporaryFileUploadHandler):
    def __init__(self, request=None):
        super().__init__(request)
        request.multipart_parser_class = UploadParser  # Django makes the handlers first

    def handle_raw_input(self, input_data, META, content_length, boundary, encoding=None):
        if content_length > LARGEST_REQUEST:
            raise RequestDataTooBig("The files of this request are too large together.")

    def new_file(self, *args, **kwargs):
        FileUploadHandler.new_file(self, *args, **kwargs)
        # The upload's ending would be part of the temporary name, whose length is limited.
        self.file = Upload("upload", self.content_type, 0, self.charset, self.content_type_extra)
        self.file.name = self.file_name
        self.file.leads_out = leads_out(self.file_name)
