"""The least that is taken for a file of each type, and some that only seem to be one."""

import io
import zipfile

from missions.models import MediaType

OFFICE = "application/vnd.openxmlformats-officedocument."
WORD, EXCEL = f"{OFFICE}wordprocessingml.document.main+xml", f"{OFFICE}spreadsheetml.sheet.main+xml"


def pdf():
    return b"%PDF-1.4\n" + b"1 0 obj<</Type/Catalog>>endobj\n" * 10 + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def png():
    return b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(30) + b"\0\0\0\0IEND\xaeB`\x82"


def jpeg(after=b""):
    return b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(30) + b"\xff\xd9" + after


def content_types(main=WORD):
    return f'<Types><Override PartName="/word/document.xml" ContentType="{main}"/></Types>'


def archive(parts):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, part in parts.items():
            zipped.writestr(name, part)
    return content.getvalue()


def docx(types=None, **parts):
    """A Word file with these further parts by name."""
    return archive({"[Content_Types].xml": types or content_types(), "_rels/.rels": "<Relationships/>", **parts})


def xlsx():
    return docx(content_types(EXCEL), **{"xl/worksheets/sheet1.xml": "<worksheet/>" * 100})


def compound(stream):
    """The head of a file of Office before 2007, with one stream in its directory."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    return head + b"\0" * 512 + stream.encode("utf-16-le").ljust(512, b"\0")


SAMPLES = {
    MediaType.PDF: pdf(),
    MediaType.PNG: png(),
    MediaType.JPEG: jpeg(),
    MediaType.DOCX: docx(),
    MediaType.XLSX: xlsx(),
}
