"""Files that would do harm, or are none, are refused, within little memory and time whatever they unpack to."""

import io
import resource
import tracemalloc
import zipfile
from functools import partial

import pytest
import xlsxwriter

from tests.exchange.registering import failure, refused

pytestmark = pytest.mark.django_db

SHEET = "xl/worksheets/sheet1.xml"
MEGABYTE = 1024**2
LARGEST = 20 * MEGABYTE
MOST_ROWS = 20_000
MOST_SECONDS = 5


def repacked(content, part, old, new, *, megabytes=0):
    """The file with `new` in the place of `old`, which is in that part once: as often as it fills the megabytes."""
    file = io.BytesIO()
    times = max(1, megabytes * MEGABYTE // len(new))
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as target,
    ):
        for name in source.namelist():
            before, *after = source.read(name).split(old) if name == part else [source.read(name)]
            target.writestr(name, before + b"".join(new * times + rest for rest in after))
    return file.getvalue()


def xlsx(*cells):
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet("missions")
        for row, column, value in cells:
            sheet.write(row, column, value)
    return file.getvalue()


def ods(cells="", before=""):
    """An ODS file of hardly more than its content."""
    spaces = "".join(
        f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text")
    )
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
        archive.writestr(
            "content.xml",
            f'<?xml version="1.0"?>{before}<office:document-content{spaces}><office:body><office:spreadsheet>'
            f'<table:table table:name="missions">{cells}</table:table>'
            "</office:spreadsheet></office:body></office:document-content>",
        )
    return file.getvalue()


def ods_row(text, rows=1, columns=1):
    return (
        f'<table:table-row table:number-rows-repeated="{rows}">'
        f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
        f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
    )


ENTITY = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
DECLARED = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
PLAIN = xlsx((0, 0, "code"))
TYPED = repacked(PLAIN, SHEET, DECLARED, DECLARED + ENTITY.encode())
CELL = b'<c r="A1" t="s"><v>0</v></c>'


def into(old, new, part=SHEET, content=PLAIN, **repeated):
    return partial(repacked, content, part, old, new, **repeated)


# What each file is made of, when its test runs; the first four run at any time, all others with the long tests.
HARMFUL = {
    "a document type.xlsx": into(DECLARED, DECLARED + b"<!DOCTYPE workbook>", "xl/workbook.xml"),
    "a secret.xlsx": into(b"<v>0</v>", b"<v>&secret;</v>", content=TYPED),
    "a cell in each corner.xlsx": lambda: xlsx((0, 0, "code"), (1_048_575, 16_383, "end")),
    "unpacks to 300 MB.xlsx": into(b"0</v>", b"1", megabytes=300),
    "a secret.ods": lambda: ods(ods_row("&secret;"), before=ENTITY),
    "a row repeated.ods": lambda: ods(ods_row("x", rows=10**9)),
    "an error far to the right.xlsx": into(CELL, CELL + b'<c r="AMJ9999" t="e"/>'),
    "painted cells.xlsx": into(CELL, b"<c/>", megabytes=200),
    "empty rows.xlsx": into(b"</sheetData>", b"<row/>", megabytes=100),
    "merged cells.xlsx": lambda: repacked(
        xlsx(*((row, 0, "x") for row in range(MOST_ROWS + 1))), SHEET, b"</sheetData>",
        b'</sheetData><mergeCells><mergeCell ref="B1:XFD20001"/></mergeCells>',
    ),
    "short lines.csv": lambda: (b"code\n" + b"x\n" * LARGEST)[:LARGEST],
    "commas.csv": lambda: (b"code\n" + b"," * LARGEST)[:LARGEST],
}  # fmt: skip
QUICK = list(HARMFUL)[:4]


def seconds_of_children():
    """The processor's time that ended child processes took: it does not depend on what else runs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize(
    "name", [*QUICK, *(pytest.param(each, marks=pytest.mark.long) for each in HARMFUL if each not in QUICK)]
)
def test_a_harmful_file_is_refused_within_little_memory_and_time(name):
    content = HARMFUL[name]()
    assert len(content) <= LARGEST
    before = seconds_of_children()

    tracemalloc.start()
    message = failure(content, name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert (len(message) < 300, "root:" in message) == (True, False)
    assert seconds_of_children() - before < MOST_SECONDS
    assert peak < 200 * MEGABYTE


OTHER_KINDS = {
    "half of it.xlsx": PLAIN[: len(PLAIN) // 2],
    "half of it.ods": ods(ods_row("code"))[:300],
    "a new workbook.xls": PLAIN,
    "another archive.xlsx": ods(ods_row("code")),
    "a container of nothing.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
    "nothing.xlsx": b"",
    "spaces.csv": b" \r\n",
    "too large.xlsx": PLAIN.ljust(LARGEST + 1, b"\0"),
    "not closed.csv": b'code\n"M-1\n',
    "no text.csv": b"\xff\x00\xfe",
    **dict.fromkeys(("x", "x.xlsx.pdf", ".xlsx", "macros.xlsm"), PLAIN),
}


@pytest.mark.parametrize("name", OTHER_KINDS)
def test_a_file_that_is_not_what_its_name_states_is_refused(name):
    assert len(failure(OTHER_KINDS[name], name)) < 300


@pytest.mark.parametrize(
    ("name", "content"), [("x.xlsx", PLAIN), ("x.ods", ods(ods_row("code"))), ("x.csv", b"code\n")]
)
def test_the_same_files_are_read_where_nothing_is_spoilt(name, content):
    """One column is there, and all others are named as missing."""
    problems = refused(content, name=name)
    assert ("missions 1 title_en" in problems, "missions 1 code" in problems) == (True, False)


@pytest.mark.parametrize(("rows", "is_read"), [(MOST_ROWS, True), (MOST_ROWS + 1, False)])
def test_a_sheet_may_have_twenty_thousand_rows(rows, is_read):
    message = failure(b"code\n" + b"x\n" * (rows - 1), "x.csv")

    assert ("column title_en" in message) is is_read
