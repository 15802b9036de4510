"""What a file is, is read from its content; whatever cannot be taken is refused with its own sentence."""

import time
import zipfile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from missions.files import EvidenceFileField
from missions.models import MediaType
from missions.models.content import LARGEST
from tests.files.samples import (
    EXCEL,
    SAMPLES,
    WORD,
    archive,
    changed,
    compound,
    content_types,
    docx,
    jpeg,
    pdf,
    png,
    xlsx,
)

MACRO_TYPE = "application/vnd.ms-word.document.macroEnabled.main+xml"
OLE_TYPE = '<Override PartName="/word/x" ContentType="application/vnd.openxmlformats-officedocument.oleObject"/>'
ENTITY = '<!DOCTYPE Types [<!ENTITY m "macroEnabled">]>\n<Types xmlns'
# UTF-16, and a letter written as a number: an XML reader sees the same words.
WIDE = content_types(MACRO_TYPE).replace("UTF-8", "UTF-16").encode("utf-16")
NUMBERED = content_types(MACRO_TYPE.replace("E", "&#69;"), f"<!-- {WORD} -->")

EMPTY = "This file is empty: choose the one that has the content."
NO_TYPE = "By its content this is none of the types that are taken: send a PDF, PNG, JPEG, DOCX or XLSX file."
MACRO = "This file carries a macro: save it without, as DOCX or XLSX, or as PDF."
OBJECT = "This file carries an object of another program (OLE or ActiveX): send it without, or as PDF."
PROTECTED = "This file is protected by a password: save it without, and send that."
OLD = "This is a file of an older kind (such as .doc or .xls): save it as DOCX, XLSX or PDF, and send that."
UNSEEN = "The name of this file has characters that cannot be seen: rename it."


def damaged(kind):
    return f"This {kind} file is damaged or incomplete: open it, save it anew, and send that."


def other_ending(kind, endings):
    return f"By its content this is a {kind} file, but its name does not end in {endings}: rename it."


def two_types(kind):
    return f"This {kind} file is a ZIP archive as well: open it, save it anew, and send that."


def cleaned(name, content, content_type="application/octet-stream"):
    return EvidenceFileField().clean(SimpleUploadedFile(name, content, content_type))


def refusal(name, content):
    with pytest.raises(ValidationError) as refused:
        cleaned(name, content)
    (message,) = refused.value.messages
    return message.replace("\xa0", " ")


@pytest.mark.parametrize("media_type", SAMPLES)
@pytest.mark.parametrize("said", ["text/html", "application/pdf", ""])
def test_the_type_is_that_of_the_content_whatever_the_browser_says(media_type, said):
    upload = cleaned(f"进展 1.{media_type.label.upper()}", SAMPLES[media_type], said)

    assert upload.content_type == media_type.value
    assert upload.name == f"进展 1.{media_type.label.upper()}"


def test_a_photograph_may_end_in_either_way_and_carry_what_the_camera_writes_behind_it():
    assert cleaned("site.jpg", jpeg(after=b"SEFT" * 100)).content_type == MediaType.JPEG
    assert cleaned("site.JPEG", jpeg()).content_type == MediaType.JPEG


def test_an_office_file_that_embeds_another_one_for_a_chart_is_taken():
    embedded = f'<Default Extension="xlsx" ContentType="{MediaType.XLSX.value}"/>'
    report = docx(content_types(more=embedded), **{"word/embeddings/Microsoft_Excel_Sheet1.xlsx": xlsx()})

    assert cleaned("report.docx", report).content_type == MediaType.DOCX


def with_an_encrypted_part():
    """A part that says that it is encrypted, as old ZIP programs do: a flag in its head and in the directory."""
    content = bytearray(docx())
    content[6] |= 1
    content[content.index(b"PK\1\2") + 8] |= 1
    return bytes(content)


def with_a_damaged_part():
    return changed(docx(compression=zipfile.ZIP_STORED), b"/word/document.xml", b"/word/documend.xml")


REFUSED = {
    "empty": ("letter.pdf", b"", EMPTY),
    "one byte too large": (
        "letter.pdf",
        pdf().ljust(LARGEST + 1, b"\n"),
        "This file has 20.0 MB, more than the 20.0 MB that are taken: make it smaller, or split it.",
    ),
    "21 MB": (
        "letter.pdf",
        b"%PDF-".ljust(21 * 1024 * 1024),
        "This file has 21.0 MB, more than the 20.0 MB that are taken: make it smaller, or split it.",
    ),
    "SVG": ("plan.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', NO_TYPE),
    "SVG called PNG": ("plan.png", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', NO_TYPE),
    "HTML called PDF": ("letter.pdf", b"<!doctype html><script>alert(1)</script>", NO_TYPE),
    "HTML before a PDF": ("letter.pdf", b"<script>alert(1)</script>\n" + pdf(), NO_TYPE),
    "program called PDF": ("letter.pdf", b"MZ\x90\0" + b"\0" * 200, NO_TYPE),
    "GIF": ("plan.png", b"GIF89a\1\0\1\0\0\0\0;", NO_TYPE),
    "text": ("letter.pdf", "第一项任务已完成。".encode(), NO_TYPE),
    "ZIP": ("letters.zip", archive({"letter.pdf": pdf()}), NO_TYPE),
    "ZIP called DOCX": ("letters.docx", archive({"letter.pdf": pdf()}), NO_TYPE),
    "ODT called DOCX": (
        "letter.docx",
        archive({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<x/>"}),
        NO_TYPE,
    ),
    "slides": (
        "slides.docx",
        docx(content_types("application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml")),
        NO_TYPE,
    ),
    "both kinds of Office file": ("x.docx", docx(content_types(more=content_types(EXCEL)[140:-8])), NO_TYPE),
    "Word before 2007": ("letter.doc", compound("WordDocument"), OLD),
    "Excel before 2007 called XLSX": ("table.xlsx", compound("Workbook"), OLD),
    "with a password": ("letter.docx", compound("EncryptedPackage"), PROTECTED),
    "with an encrypted part": ("letter.docx", with_an_encrypted_part(), PROTECTED),
    "PNG called PDF": ("plan.pdf", png(), other_ending("PNG", ".png")),
    "PDF called DOCX": ("letter.docx", pdf(), other_ending("PDF", ".pdf")),
    "PDF without an ending": ("letter", pdf(), other_ending("PDF", ".pdf")),
    "PDF called PDF.EXE": ("letter.pdf.exe", pdf(), other_ending("PDF", ".pdf")),
    "JPEG called PNG": ("site.png", jpeg(), other_ending("JPEG", ".jpg / .jpeg")),
    "Excel called DOCX": ("table.docx", xlsx(), other_ending("XLSX", ".xlsx")),
    "DOCX called DOCM": ("letter.docm", docx(), other_ending("DOCX", ".docx")),
    "macro": ("letter.docm", docx(content_types(MACRO_TYPE), **{"word/vbaProject.bin": b"\xd0\xcf"}), MACRO),
    "macro, called DOCX": ("letter.docx", docx(content_types(MACRO_TYPE)), MACRO),
    "macro, type as of a DOCX": ("letter.docx", docx(**{"WORD/VBAPROJECT.BIN": b"\xd0\xcf"}), MACRO),
    "macro under another name": (
        "letter.docx",
        docx(content_types(more='<Override PartName="/x" ContentType="application/vnd.ms-office.vbaProject"/>')),
        MACRO,
    ),
    "macro, a letter of its type as a number": ("letter.docx", docx(NUMBERED), MACRO),
    "macro, its type in UTF-16": ("letter.docx", docx(WIDE), MACRO),
    "macro, its type by an entity": ("letter.docx", docx(content_types().replace("<Types xmlns", ENTITY)), "DOCX"),
    "macro sheet": ("table.xlsx", docx(content_types(EXCEL), **{"xl/macrosheets/sheet1.xml": "<x/>"}), MACRO),
    "ActiveX": ("letter.docx", docx(**{"word/activeX/activeX1.xml": "<x/>"}), OBJECT),
    "OLE object": ("letter.docx", docx(**{"word/embeddings/oleObject1.bin": b"\xd0\xcf"}), OBJECT),
    "OLE object under another name": ("letter.docx", docx(content_types(more=OLE_TYPE)), OBJECT),
    "half a PDF": ("letter.pdf", pdf()[:300], damaged("PDF")),
    "half a PNG": ("plan.png", png()[:-20], damaged("PNG")),
    "PNG with something behind it": ("plan.png", png() + b"cut off before", damaged("PNG")),
    "PNG without a width": ("plan.png", png(width=0), damaged("PNG")),
    "PNG with a changed head": ("plan.png", changed(png(7), b"\0\0\0\7", b"\0\0\0\x08"), damaged("PNG")),
    "a PNG's first bytes": ("plan.png", png()[:8], damaged("PNG")),
    "a JPEG's first bytes": ("site.jpg", jpeg()[:12], damaged("JPEG")),
    "JPEG without a picture": ("site.jpg", b"\xff\xd8" + b"\xff\xe0\0\2" * 2000, damaged("JPEG")),
    "half a DOCX": ("letter.docx", docx()[:-100], "DOCX"),
    "DOCX with a changed part": ("letter.docx", with_a_damaged_part(), "DOCX"),
    "DOCX whose types are no XML": ("letter.docx", docx("<Types"), "DOCX"),
    "PDF and ZIP in one": ("letter.pdf", pdf() + archive({"run.js": "1"}) + b"%%EOF", two_types("PDF")),
    "JPEG and ZIP in one": ("site.jpg", jpeg() + archive({"run.js": "1"}), two_types("JPEG")),
    "DOCX behind another ZIP": ("letter.docx", archive({"run.js": "1"}) + docx(), "DOCX"),
    "DOCX with something behind it": ("letter.docx", docx() + pdf(), "DOCX"),
    "a name of 151 characters": (
        "a" * 147 + ".pdf",
        pdf(),
        "The name of this file has more than the 150 characters that are taken: shorten it.",
    ),
    "a name that turns the direction of writing": ("letter\u202efdp.pdf", pdf(), UNSEEN),
    "a name with a line break": ("letter\r\nX: y.pdf", pdf(), UNSEEN),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_file_is_refused_with_its_own_sentence(name):
    filename, content, message = REFUSED[name]

    assert refusal(filename, content) == (damaged("DOCX / XLSX") if message == "DOCX" else message)


def two_of_one_name():
    """As a patched file: zipfile itself would warn."""
    content = docx(**{"[Content_Types]!xml": content_types(MACRO_TYPE)})
    return content.replace(b"[Content_Types]!xml", b"[Content_Types].xml")


def lying_about_its_size():
    """A part of 100 MB that says that it has ten bytes."""
    large = content_types() + " " * 100 * 1024 * 1024
    content = bytearray(docx(large))
    directory = content.index(b"PK\1\2")
    for place in (22, directory + 24):
        content[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(content)


def directory_by_the_second_way():
    """A second, larger statement of where the directory stands, which takes precedence over the first."""
    content = docx()
    end = bytearray(content[-22:])
    return content[:-22] + b"PK\6\7" + b"\0" * 16 + bytes(end)


def overlapping():
    """Many names for the same bytes: the directory of a small archive, thirty times as long."""
    content = archive({"a": bytes(100 * 1024 * 1024)})
    start = content.index(b"PK\1\2")
    entry, end = content[start:-22], bytearray(content[-22:])
    names = [entry.replace(b"a", bytes([65 + number])) for number in range(30)]
    end[12:16] = (len(entry) * 30).to_bytes(4, "little")
    return content[:start] + b"".join(names) + bytes(end)


BOMBS = {
    "a huge part": lambda: docx(" " * 100 * 1024 * 1024),
    "a part that lies about its size": lying_about_its_size,
    "50,000 parts": lambda: archive({f"{number:x}": "" for number in range(50_000)}, zipfile.ZIP_STORED),
    "another compression": lambda: docx(compression=zipfile.ZIP_LZMA),
    "a directory behind a second statement": directory_by_the_second_way,
    "two parts of one name": two_of_one_name,
}


@pytest.mark.parametrize("name", BOMBS)
def test_an_archive_that_would_blow_up_is_refused_at_once(name):
    content = BOMBS[name]()
    started = time.monotonic()

    assert refusal("letter.docx", content) == damaged("DOCX / XLSX")

    assert time.monotonic() - started < 1


def test_an_archive_whose_parts_are_the_same_bytes_is_refused_by_what_it_would_unpack_to():
    assert refusal("letter.docx", overlapping()) == (
        "Unpacked, this file would have 2.9 GB, far more than it seems: send another one."
    )


def test_a_field_that_is_left_empty_is_no_file():
    assert EvidenceFileField(required=False).clean(None) is None
    with pytest.raises(ValidationError, match="required"):
        EvidenceFileField().clean(None)


def test_the_browser_is_told_which_files_to_offer():
    assert EvidenceFileField().widget.attrs["accept"] == ".pdf,.png,.jpg,.jpeg,.docx,.xlsx"
