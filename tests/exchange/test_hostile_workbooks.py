"""Files that would do harm, or are none: one sentence each, whatever they hold."""

import io
import resource
import tracemalloc
import zipfile

import pytest
import xlsxwriter
from django.core.exceptions import ValidationError

from missions.exchange import unpack
from missions.exchange.workbooks import LARGEST_FILE, MOST_ROWS, read_workbook
from tests.exchange import biff
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.office import Office
from tests.exchange.packing import SHEET, blown_up, repacked
from tests.exchange.workbooks import converted

UNREADABLE = (
    "This {} file cannot be read: it is damaged, protected by a password, of another kind, or far too large. Open it, "
    "save it anew, without a password, and send that."
)
TOO_MANY_ROWS = f"A sheet has more than {MOST_ROWS} rows: split the file."
QUOTATION = "A quotation mark is not closed or stands alone: close it, and double those inside a cell."
MEGABYTE = 1024**2


def unreadable(kind):
    return UNREADABLE.format(kind.upper())


def refusal(name, content):
    """The one sentence with which the file is refused."""
    with pytest.raises(ValidationError) as caught:
        read_workbook(name, content)
    (message,) = caught.value.messages
    return message


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
OLD = biff.contained(biff.stream(biff.label(0, 0, "编号")))

HARMFUL = {
    "a cell in each corner.xlsx": xlsx((0, 0, "code"), (1_048_575, 16_383, "end")),
    "a cell in each corner.ods": ods(
        ods_row("code") + "<table:table-row{}/>".format(repeated("rows", 1_048_574)) + ods_row("end")
        + "<table:table-row><table:table-cell{}/>".format(repeated("columns", 16_383))
        + '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    ),
    "a row repeated.ods": ods(ods_row("x", row=repeated("rows", 10**9))),
    "a cell repeated.ods": ods(ods_row("x", cell=repeated("columns", 10**9))),
    "a formula repeated.ods": ods(
        "<table:table-row{}><table:table-cell{} table:formula='of:=1'/></table:table-row>".format(
            repeated("rows", 10**6), repeated("columns", 10**6)
        )
    ),
    "a document type.xlsx": repacked(PLAIN, SHEET, DECLARED, DECLARED + "<!DOCTYPE worksheet>"),
    "a document type among the names.xlsx": repacked(
        PLAIN, "xl/workbook.xml", DECLARED, DECLARED + "<!DOCTYPE workbook>"
    ),
    "a secret.xlsx": repacked(TYPED, SHEET, "<v>0</v>", "<v>&secret;</v>"),
    "a secret.ods": ods(ods_row("&secret;"), before=ENTITY),
    "laughs.ods": ods(ods_row("&c;"), before=LAUGHS),
    "a password.xls": biff.contained(biff.stream(biff.label(0, 0, "x"), before=biff.record(0x2F, b"\0" * 6))),
    "half of it.xlsx": PLAIN[: len(PLAIN) // 2],
    "half of it.ods": ods(ods_row("code"))[:300],
    "half of it.xls": OLD[: len(OLD) // 2],
    "an old workbook.xlsx": OLD,
    "a new workbook.xls": PLAIN,
    "a new workbook.ods": PLAIN,
    "another archive.xlsx": ods(ods_row("code")),
    "a page.xls": b"<html><table><tr><td>code</td></tr></table></html>",
    "text.xlsx": b"code,title\n",
    "a container of nothing.xls": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 4096,
    "an archive of nothing.xlsx": b"PK\3\4" + b"\0" * 4096,
}  # fmt: skip


@pytest.mark.parametrize("name", HARMFUL)
def test_it_is_refused_in_one_sentence(name):
    assert refusal(name, HARMFUL[name]) == unreadable(name.rpartition(".")[2])


def test_the_files_that_are_spoilt_above_can_be_read_as_they_were():
    read = [
        read_workbook(name, content)
        for name, content in (("x.xlsx", PLAIN), ("x.ods", ods(ods_row("code"))), ("x.xls", OLD))
    ]

    assert [grids[0].rows for grids in read] == [[["code"]], [["code"]], [["编号"]]]


def test_a_small_file_that_unpacks_to_more_than_a_process_may_hold_is_refused():
    content = blown_up(PLAIN, SHEET, "<v>0</v>", b"1", 1100)

    assert len(content) < LARGEST_FILE
    assert refusal("x.xlsx", content) == unreadable("xlsx")


CELL = '<c r="A1" t="s"><v>0</v></c>'
ERROR_SPACE = ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
SLOW = {
    "an error far below.xlsx": lambda: repacked(
        PLAIN, SHEET, "</sheetData>", '<row r="999999999"><c r="A999999999" t="e"/></row></sheetData>'
    ),
    "an error far below and to the right.xlsx": lambda: repacked(PLAIN, SHEET, CELL, CELL + '<c r="AMJ9999" t="e"/>'),
    "an error repeated.ods": lambda: ods(
        "<table:table-row{}{}><table:table-cell{} calcext:value-type='error'/></table:table-row>".format(
            ERROR_SPACE, repeated("rows", 10**6), repeated("columns", 10**6)
        )
    ),
    "painted cells.xlsx": lambda: blown_up(PLAIN, SHEET, CELL, b"<c/>", 200),
    "empty rows.xlsx": lambda: blown_up(PLAIN, SHEET, "<sheetData>", b"<row/>", 100, start=b"<sheetData>"),
    "errors.xlsx": lambda: blown_up(PLAIN, SHEET, CELL, b'<c t="e"/>', 100),
    "empty cells.ods": lambda: blown_up(
        ods(ods_row("code")), "content.xml", "<text:p>code</text:p>", b"<text:p/>", 100
    ),
    "900 MB in one cell.xlsx": lambda: blown_up(PLAIN, SHEET, "<v>0</v>", b"1", 900, b"<v>", b"</v>"),
}  # fmt: skip


def seconds_of_children():
    """The processor's time that the processes which ended so far took: it does not depend on what else runs."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@pytest.mark.parametrize("name", SLOW)
def test_what_would_take_long_to_read_is_refused_at_once(name):
    content = SLOW[name]()
    before = seconds_of_children()

    assert refusal(name, content) == unreadable(name.rpartition(".")[2])
    assert seconds_of_children() - before < 5


@pytest.mark.parametrize(
    "cell",
    [
        't="str"><v></v>',
        't="d"><v/>',
        't="str"><is><t>x</t></is>',
        "><is><t>x</t></is>",
        "><v></v>",
        "><f>1</f>",
        't="e">',
    ],
)
def test_a_cell_far_below_is_counted_however_little_stands_in_it(cell):
    """Calamine takes memory down to it, and where it finds none it may stand still."""
    content = repacked(PLAIN, SHEET, CELL, f'{CELL}<c r="A2000000" {cell}</c>')

    with pytest.raises(unpack.TooLarge):
        list(unpack.xlsx(io.BytesIO(content)))


def test_a_number_of_100_million_digits_is_not_copied_for_each_piece_of_it():
    content = blown_up(PLAIN, SHEET, CELL, b"1", 100, b"<c><v>", b"</v></c>")
    before = seconds_of_children()

    read_workbook("x.xlsx", content)
    assert seconds_of_children() - before < 5


def peak_of_refusing(name, content):
    """The sentence, and the most memory that this process took meanwhile, in megabytes."""
    tracemalloc.start()
    message = refusal(name, content)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return message, peak / MEGABYTE


def test_a_text_that_stands_in_every_cell_of_an_old_workbook_does_not_fill_this_process():
    cells = (biff.shared(row, column) for row in range(10_000) for column in range(5))
    content = biff.stream(*cells, version=biff.BIFF8, code_page=1200, text="x" * 8000)

    message, peak = peak_of_refusing("x.xls", biff.contained(content, "Workbook"))

    assert message == unreadable("xls")
    assert peak < 5


def test_cells_merged_over_a_whole_sheet_do_not_fill_this_process():
    content = xlsx(*((row, 0, "x") for row in range(MOST_ROWS + 1)))
    merged = repacked(
        content, SHEET, "</sheetData>", '</sheetData><mergeCells><mergeCell ref="B1:XFD20001"/></mergeCells>'
    )

    message, peak = peak_of_refusing("x.xlsx", merged)

    assert message == TOO_MANY_ROWS
    assert peak < 20


@pytest.mark.parametrize(
    ("line", "sentence"),
    [(b"\n", TOO_MANY_ROWS), (b"x\n", TOO_MANY_ROWS), (b",\n", unreadable("csv")), (b",", unreadable("csv"))],
)
def test_a_csv_file_of_short_rows_or_of_a_long_one_does_not_fill_this_process(line, sentence):
    content = (b"code\n" + line * LARGEST_FILE)[:LARGEST_FILE]

    message, peak = peak_of_refusing("x.csv", content)

    assert message == sentence
    assert peak < 150


@pytest.mark.parametrize("size", [MOST_ROWS, MOST_ROWS + 1])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_as_many_rows_as_are_read_are_no_more(kind, size):
    content = b"x\n" * size if kind == "csv" else xlsx(*((row, 0, "x") for row in range(size)))

    if size > MOST_ROWS:
        assert refusal(f"x.{kind}", content) == TOO_MANY_ROWS
    else:
        (grid,) = read_workbook(f"x.{kind}", content)
        assert grid.rows == [["x"]] * size


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods", "csv"])
@pytest.mark.parametrize("content", [b"", b" \r\n"])
def test_an_empty_file_is_told_so(kind, content):
    assert refusal(f"x.{kind}", content) == "This file is empty: choose the one that has the content."


def test_a_file_of_more_than_twenty_megabytes_is_not_looked_into():
    assert refusal("x.xlsx", PLAIN.ljust(21 * MEGABYTE, b"\0")) == (
        "The file is larger than 20 MB: split it, or leave pictures out."
    )


@pytest.mark.parametrize("name", ["x.doc", "x", "x.xlsx.pdf", ".xlsx", "表.et"])
def test_another_ending_is_told_which_are_read(name):
    assert refusal(name, PLAIN) == f"“{name}” is no spreadsheet that can be read: send XLSX, XLS, ODS or CSV."


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'code\n"M-1\n', QUOTATION),
        (b'code\n"M-1"x\n', QUOTATION),
        (b"\xff\x00\xfe", "The text of this file is neither UTF-8 nor GBK: save it as “CSV UTF-8”, and send that."),
    ],
)
def test_a_csv_file_that_is_none_is_told_why(content, message):
    assert refusal("x.csv", content) == message


@needs_libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_half_of_what_a_spreadsheet_program_stored_is_refused(tmp_path, kind):
    (tmp_path / "whole.xlsx").write_bytes(PLAIN)
    content = converted(tmp_path / "whole.xlsx", kind).read_bytes()
    assert read_workbook(f"x.{kind}", content)[0].rows == [["code"]]

    assert refusal(f"x.{kind}", content[: len(content) // 2]) == unreadable(kind)


@pytest.fixture(scope="module")
def office(tmp_path_factory):
    return Office(tmp_path_factory.mktemp("office"))


@needs_libreoffice
@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_a_workbook_with_a_password_is_refused(office, kind):
    assert read_workbook(f"x.{kind}", office.stored(PLAIN, "xlsx", kind))[0].rows == [["code"]]

    assert refusal(f"x.{kind}", office.stored(PLAIN, "xlsx", kind, password="secret")) == unreadable(kind)
