"""Files that are sent: real ones, and what becomes of them on the way."""

import io
import zipfile

from hypothesis import strategies as st

from tests.files.samples import SAMPLES, archive, docx

from .words import NASTY

EXTERNAL = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd"><!ENTITY c "cccccccccc">'
    b'<!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;&c;&c;"><!ENTITY e "&d;&d;&d;&d;&d;&d;&d;&d;&d;&d;">]><a>&b;&e;</a>'
)
HOSTILE = [
    b"",
    b"\0" * 5000,
    b"MZ" + b"\0" * 500,
    b"GIF89a",
    b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    b"<html><script>alert(1)</script>",
    EXTERNAL,
    b"PK\x03\x04",
    b"code,title_en\r\n" + b'"' * 5000,
    "code,title_en\r\nFP-001,虹桥\r\n".encode("gbk"),
    b"\xff\xfe" + "code,title_en\r\n".encode("utf-16-le"),
    archive({"a.xml": b"0" * 20_000_000}),
    archive({f"{number}": b"" for number in range(5000)}),
    archive({"../../a.xml": b"a", "/etc/a": b"a", "a\0b": b"a"}),
    docx(**{"xl/workbook.xml": EXTERNAL, "xl/sharedStrings.xml": EXTERNAL}),
]
NAMES = [
    b"register.xlsx", b"return.xlsx", b"register.csv", b"register.ods", b"register.xls", b"letter.pdf", b"photo.png",
    b"photo.jpg", b"letter.docx", b"a.exe", b"a", b".xlsx", b"../../a.xlsx", b"..\\a.xlsx", b"C:\\a\\b.csv", b"a.xlsx/",
    b"a.xlsx\0.exe", b"a" * 300 + b".xlsx", "虹桥.xlsx".encode(), "虹桥.xlsx".encode("gbk"), b"\xff.csv",
    "\u202excod.exe".encode(), b'a".xlsx', b"a\\\".xlsx", b"a;filename=b.xlsx", b"<hub-fuzz>.pdf", b"=1+1.csv",
    b"CON.csv",
]  # fmt: skip
TYPES = [b"application/pdf", b"text/html", b"application/octet-stream", b"image/png", b"", b"a/b/c", b"text/\xff"]


@st.composite
def contents(draw, real):
    """The bytes of a file: one that is real, one that never was, or something in between."""
    content = draw(st.sampled_from([*real, *real, *SAMPLES.values(), *HOSTILE]))
    change = draw(st.sampled_from([as_it_is, bytes_changed, cut, inside, inside]))
    return draw(change(content))


def as_it_is(content):
    return st.just(content)


@st.composite
def bytes_changed(draw, content):
    changed = bytearray(content)
    for place in draw(st.lists(st.integers(0, max(len(content) - 1, 0)), max_size=8)):
        changed[place : place + 1] = draw(st.binary(max_size=3))
    return bytes(changed)


@st.composite
def cut(draw, content):
    return content[draw(st.integers(0, len(content))) :] if draw(st.booleans()) else content + content


@st.composite
def inside(draw, content):
    """An archive with one of its parts changed: so the change is read, and not only that the archive is broken."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as zipped:
            parts = {name: zipped.read(name) for name in zipped.namelist()[:40]}
    # What is no archive, or has parts in a compression that zipfile cannot undo: it raises the second of these then.
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        return draw(bytes_changed(content))
    name = draw(st.sampled_from(sorted(parts)))
    part = parts[name]
    place = draw(st.integers(0, len(part)))
    parts[name] = draw(
        st.sampled_from(
            [
                part[:place] + draw(st.sampled_from(NASTY)) + part[place:],
                part[:place],
                part.replace(b"<v>", b"<v>1e999"),
                part.replace(b"<t>", b"<t>&#0;&#xD800;"),
                part.replace(b' r="A', b' r="ZZZ9999999'),
                part.replace(b'encoding="UTF-8"', b'encoding="UTF-7"'),
                EXTERNAL,
                b"",
            ]
        )
    )
    return archive(parts)
