"""Files that would do harm, or are none, are refused, within little memory and time whatever they unpack to."""

import io
import resource
import tracemalloc
import zipfile
from functools import partial

import pytest
import xlsxwriter

from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.packing import SHEET, blown_up, repacked
from tests.exchange.registering import failure, refused

pytestmark = pytest.mark.django_db

MEGABYTE = 1024**2
LARGEST = 20 * MEGABYTE
MOST_ROWS = 20_000
MOST_SECONDS = 5


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


def ods_row(text, row="", cell=""):
    return (
        f'<table:table-row{row}><table:table-cell office:value-type="string"{cell}>'
        f"<text:p>{text}</text:p></table:table-cell></table:table-row>"
    )


def repeated(what, times):
    return f' table:number-{what}-repeated="{times}"'


ENTITY = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
PLAIN = xlsx((0, 0, "code"))
TYPED = repacked(PLAIN, SHEET, DECLARED, DECLARED + ENTITY)
CELL = '<c r="A1" t="s"><v>0</v></c>'
REPEATED_FORMULA = "<table:table-row{}><table:table-cell{} table:formula='of:=1'/></table:table-row>"
FAR = ["<f>1</f>", "<is><t>x</t></is>", "<v></v>"]


def into(old, new, part=SHEET, content=PLAIN):
    return partial(repacked, content, part, old, new)


# What each file is made of, when its test runs; the first four run at any time, all others with the long tests.
HARMFUL = {
    "a document type.xlsx": into(DECLARED, DECLARED + "<!DOCTYPE workbook>", "xl/workbook.xml"),
    "a secret.xlsx": into("<v>0</v>", "<v>&secret;</v>", content=TYPED),
    "a cell in each corner.xlsx": lambda: xlsx((0, 0, "code"), (1_048_575, 16_383, "end")),
    "unpacks to 300 MB.xlsx": lambda: blown_up(PLAIN, SHEET, "<v>0</v>", b"1", 300),
    "unpacks to 1.1 GB.xlsx": lambda: blown_up(PLAIN, SHEET, "<v>0</v>", b"1", 1100),
    "a secret.ods": lambda: ods(ods_row("&secret;"), before=ENTITY),
    "laughs.ods": lambda: ods(ods_row("&c;"), before=LAUGHS),
    "a cell in each corner.ods": lambda: ods(
        ods_row("code") + "<table:table-row{}/>".format(repeated("rows", 1_048_574)) + ods_row("end")
        + "<table:table-row><table:table-cell{}/>".format(repeated("columns", 16_383))
        + '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    ),
    "a row repeated.ods": lambda: ods(ods_row("x", row=repeated("rows", 10**9))),
    "a cell repeated.ods": lambda: ods(ods_row("x", cell=repeated("columns", 10**9))),
    "a formula repeated.ods": lambda: ods(
        REPEATED_FORMULA.format(repeated("rows", 10**6), repeated("columns", 10**6))
    ),
    "an error far below.xlsx": into("</sheetData>", '<row r="999999999"><c r="A999999999" t="e"/></row></sheetData>'),
    "an error far to the right.xlsx": into(CELL, CELL + '<c r="AMJ9999" t="e"/>'),
    **{f"a cell far below {at}.xlsx": into(CELL, f'{CELL}<c r="A2000000">{cell}</c>') for at, cell in enumerate(FAR)},
    "painted cells.xlsx": lambda: blown_up(PLAIN, SHEET, CELL, b"<c/>", 200),
    "empty rows.xlsx": lambda: blown_up(PLAIN, SHEET, "<sheetData>", b"<row/>", 100, start=b"<sheetData>"),
    "errors.xlsx": lambda: blown_up(PLAIN, SHEET, CELL, b'<c t="e"/>', 100),
    "empty texts.ods": lambda: blown_up(
        ods(ods_row("code")), "content.xml", "<text:p>code</text:p>", b"<text:p/>", 100
    ),
    "merged cells.xlsx": lambda: repacked(
        xlsx(*((row, 0, "x") for row in range(MOST_ROWS + 1))), SHEET, "</sheetData>",
        '</sheetData><mergeCells><mergeCell ref="B1:XFD20001"/></mergeCells>',
    ),
    "empty lines.csv": lambda: (b"code\n" + b"\n" * LARGEST)[:LARGEST],
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
    "a new workbook.ods": PLAIN,
    "another archive.xlsx": ods(ods_row("code")),
    "a page.xls": b"<html><table><tr><td>code</td></tr></table></html>",
    "text.xlsx": b"code,title\n",
    "a container of nothing.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
    "an archive of nothing.xlsx": b"PK\3\4" + b"\0" * 4096,
    "nothing.xlsx": b"",
    "spaces.csv": b" \r\n",
    "too large.xlsx": PLAIN.ljust(LARGEST + 1, b"\0"),
    "not closed.csv": b'code\n"M-1\n',
    "no text.csv": b"\xff\x00\xfe",
    **dict.fromkeys(("x.doc", "x", "x.xlsx.pdf", ".xlsx", "表.et", "macros.xlsm"), PLAIN),
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


@pytest.mark.long
@needs_libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_workbook_with_a_password_or_cut_in_half_is_refused(libreoffice, kind):
    whole, _answers = libreoffice.edit(PLAIN, target=kind)
    locked, _answers = libreoffice.edit(PLAIN, target=kind, password="secret")

    assert "missions 1 title_en" in refused(whole, name=f"x.{kind}")
    for content in (locked, whole[: len(whole) // 2]):
        assert len(failure(content, f"x.{kind}").splitlines()) == 1
