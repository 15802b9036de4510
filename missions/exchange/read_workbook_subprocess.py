"""A workbook as JSON, in a process of its own: `python -m missions.exchange.read_workbook_subprocess xlsx < FILE`.

A small file can unpack to more than a machine holds, and a library that runs out of memory takes its
process along. This one has bounds on memory and time, and nothing but the file. It imports nothing of the project.

A cell is a text, a number, true or false, null where it is empty, or an object with one member: a `day`, a `moment`
(day and time), a `time`, an `error`, which is "" for a formula that no program has worked out, or `merged`, the first
and the last of the cells that stand there as one.
"""

import io
import json
import posixpath
import resource
import sys
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import count, product

# XML attacks need a document type, which is refused below.
from xml.parsers import expat  # nosec B405 B407

import xlrd
from python_calamine import CalamineWorkbook

MOST_MEMORY = 1024**3
MOST_SECONDS = 60
# A range allocates memory from its first to its last corner, however few cells it has.
MOST_CELLS = 1_000_000
# A cell has at most two child elements: value and formula. Formatted empty cells count too: an archive of 200 kB can
# hold fifty million.
MOST_ELEMENTS = 3 * MOST_CELLS
MOST_UNPACKED = 256 * 1024**2
# Texts are assembled by copying; spreadsheet programs store no longer ones.
LONGEST_TEXT = 32_767
# One stored text can fill every cell, so the output is limited as well.
LONGEST_ANSWER = 100 * 1024**2
# Old export programs in China used this encoding without declaring it.
UNSAID_CODE_PAGE = "gb18030"
UNICODE_SINCE = 80  # the version of the format, of 1997

NOT_WORKED_OUT = ""

type Place = tuple[int, int]


class WorkbookTooLarge(Exception):
    """The sheets have more rows, columns or cells than allowed."""


def plain(value):
    match value:
        case "" | None:
            return None
        case datetime() if value.time() != time():
            return {"moment": value.isoformat(timespec="seconds")}
        case datetime():
            return {"day": value.date().isoformat()}
        case date():
            return {"day": value.isoformat()}
        case time() | timedelta():
            return {"time": str(value)}
    return value


def sheet(name: str, rows: list[list], merged: list) -> dict:
    """Return a sheet for JSON, with merged values repeated in each row.

    Over several columns it is not clear which of them is meant.
    """
    width = max(map(len, rows), default=0)
    for first, last in merged:
        (top, left), (bottom, right) = first, (last[0], min(last[1], width - 1))
        if left > right:
            continue  # beyond all that is filled in
        for row in rows[top : bottom + 1]:
            row += [None] * (right + 1 - len(row))
            value = rows[top][left] if left == last[1] else {"merged": [first, last]}
            row[left : right + 1] = [value] * (right + 1 - left)
    return {"name": name, "rows": rows}


def refuse_too_many(cells: int) -> None:
    if cells > MOST_CELLS:
        raise WorkbookTooLarge


def xls(file: io.BytesIO) -> Iterator[dict]:
    book = opened_xls(file)
    if book.codepage is None and book.biff_version < UNICODE_SINCE:
        book = opened_xls(file, encoding_override=UNSAID_CODE_PAGE)
    refuse_too_many(sum(each.row_len(row) for each in book.sheets() for row in range(each.nrows)))
    for each in book.sheets():
        rows = [[plain(old_value(cell, book.datemode)) for cell in row] for row in each.get_rows()]
        # Ranges end after their last row and column.
        merged = [((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in each.merged_cells]
        yield sheet(each.name, rows, merged)


def opened_xls(file: io.BytesIO, **options):
    # Merged cells are part of the formatting. Rows keep their length: the last cell may be far away.
    options |= {"formatting_info": True, "ragged_rows": True, "logfile": io.StringIO()}
    return xlrd.open_workbook(file_contents=file.getvalue(), **options)


def formula_text(sheet, data, counted=xlrd.sheet.Sheet.string_record_contents):
    """Return the formula's text; before 1997 its length counts bytes."""
    if sheet.biff_version >= UNICODE_SINCE or len(data) != 2 + int.from_bytes(data[:2], "little"):
        return counted(sheet, data)
    return data[2:].decode(sheet.book.encoding or sheet.book.derive_encoding())


xlrd.sheet.Sheet.string_record_contents = formula_text


def old_value(cell, datemode):
    match cell.ctype:
        case xlrd.XL_CELL_DATE if cell.value < 1:
            return xlrd.xldate_as_datetime(cell.value, datemode).time()
        case xlrd.XL_CELL_DATE:
            return xlrd.xldate_as_datetime(cell.value, datemode)
        case xlrd.XL_CELL_BOOLEAN:
            return bool(cell.value)
        case xlrd.XL_CELL_ERROR:
            return {"error": xlrd.error_text_from_code.get(cell.value, "#?")}
    return cell.value


def xlsx(file: io.BytesIO) -> Iterator[dict]:
    archive = opened_archive(file)
    return modern(file, {name: XlsxSheet().read(archive.open(part)) for name, part in xlsx_parts(archive).items()})


def ods(file: io.BytesIO) -> Iterator[dict]:
    return modern(file, OdsSheets().read(opened_archive(file).open("content.xml")))


def opened_archive(file: io.BytesIO) -> zipfile.ZipFile:
    archive = zipfile.ZipFile(file)
    if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
        raise WorkbookTooLarge
    return archive


def modern(file: io.BytesIO, looked: dict) -> Iterator[dict]:
    """Read sheets with calamine, and add errors, missing values and merged cells.

    `looked` has these by the name of the sheet. It is made before calamine opens the file, and so bounds what that
    reads.
    """
    refuse_too_many(sum(found.height * found.width for found in looked.values()))
    file.seek(0)
    book = CalamineWorkbook.from_filelike(file)
    for name in book.sheet_names:
        each, found = book.get_sheet_by_name(name), looked[name]
        rows = [[plain(value) for value in row] for row in each.to_python(skip_empty_area=False)]
        for (row, column), error in found.errors.items():
            while len(rows) <= row:
                rows.append([])
            rows[row] += [None] * (column + 1 - len(rows[row]))
            rows[row][column] = {"error": error}
        yield sheet(name, rows, each.merged_cell_ranges if each.merged_cell_ranges is not None else found.merged)


def xlsx_parts(archive: zipfile.ZipFile) -> dict[str, str]:
    targets: dict[str, str] = {}
    sheets: dict[str, str] = {}

    def relation(_tag, attributes):
        targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def listed(_tag, attributes):
        if "name" in attributes and "sheetId" in attributes:
            sheets[attributes["name"]] = next(v for key, v in attributes.items() if key.endswith(":id"))

    parse(archive.open("xl/_rels/workbook.xml.rels"), relation)
    parse(archive.open("xl/workbook.xml"), listed)
    paths = {name: posixpath.join("/xl", targets[relation]) for name, relation in sheets.items()}
    return {name: posixpath.normpath(path).lstrip("/") for name, path in paths.items()}


elements = count(1)  # of all parts: a process reads one file


def parse(part, start: Callable, end: Callable | None = None, text: Callable | None = None) -> None:
    def refuse(*_document_type):
        raise ValueError("a document type")

    def bounded_start(tag, attributes):
        if next(elements) > MOST_ELEMENTS:
            raise WorkbookTooLarge
        start(tag, attributes)

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler, parser.StartDoctypeDeclHandler = bounded_start, refuse
    parser.EndElementHandler, parser.CharacterDataHandler = end, text
    parser.ParseFile(part)


class ModernSheet:
    """What calamine omits: the used area, cells without a value, merged cells in .ods."""

    def __init__(self):
        self.errors: dict[Place, str] = {}
        self.merged: list = []
        self.height = self.width = 0

    def extend(self, height: int, width: int) -> None:
        """Extend the used area. Raises WorkbookTooLarge before memory is allocated."""
        self.height, self.width = max(self.height, height), max(self.width, width)
        refuse_too_many(self.height * self.width)


class XlsxSheet(ModernSheet):
    def __init__(self):
        super().__init__()
        self.cell: Place = (0, -1)
        self.kind = self.value = ""
        self.is_filled = self.has_formula = self.is_value = False

    def read(self, part):
        parse(part, self.start, self.end, self.text)
        return self

    def start(self, tag, attributes):
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.cell = (int(attributes.get("r", self.cell[0] + 2)) - 1, -1)
        elif tag == "c":
            self.cell = place(attributes["r"]) if "r" in attributes else (self.cell[0], self.cell[1] + 1)
            self.kind, self.value = attributes.get("t", "n"), ""
            self.is_filled, self.has_formula = self.kind == "e", False
        elif tag in ("f", "v", "is"):  # even if empty; a cell without any is only formatted
            self.is_filled = True
            self.has_formula |= tag == "f"
        self.is_value = tag == "v"

    def text(self, text):
        if self.is_value and len(self.value) < LONGEST_TEXT:
            self.value += text

    def end(self, tag):
        self.is_value = False
        if tag.rpartition(":")[2] != "c":
            return
        if self.is_filled:
            self.extend(self.cell[0] + 1, self.cell[1] + 1)
        if self.kind == "e" or (self.has_formula and not self.value and self.kind != "str"):
            self.errors[self.cell] = self.value if self.kind == "e" else NOT_WORKED_OUT


def place(reference: str) -> Place:
    column_name = reference.rstrip("0123456789")
    column = 0
    for character in column_name:
        column = column * 26 + ord(character) - 64
    return int(reference[len(column_name) :]) - 1, column - 1


class OdsSheets:
    def __init__(self):
        self.sheets: dict[str, ModernSheet] = {}
        self.sheet = ModernSheet()  # of what stands in no table
        self.row = self.column = 0
        self.rows = self.cells = 1
        self.error: str | None = None

    def read(self, part) -> dict[str, ModernSheet]:
        parse(part, self.start, self.end, self.text)
        return self.sheets

    def start(self, tag, attributes):
        if tag == "table:table":
            self.sheet, self.row = self.sheets.setdefault(attributes.get("table:name"), ModernSheet()), 0
        elif tag == "table:table-row":
            self.column, self.rows = 0, int(attributes.get("table:number-rows-repeated", 1))
        elif tag in ("table:table-cell", "table:covered-table-cell"):
            self.cells = int(attributes.get("table:number-columns-repeated", 1))
            self.look(attributes)

    def look(self, attributes):
        down, across = (int(attributes.get(f"table:number-{way}-spanned", 1)) for way in ("rows", "columns"))
        if (down, across) != (1, 1):
            self.sheet.merged.append(((self.row, self.column), (self.row + down - 1, self.column + across - 1)))
        is_error = attributes.get("calcext:value-type") == "error"
        is_formula, has_value = "table:formula" in attributes, "office:value-type" in attributes
        self.error = NOT_WORKED_OUT if is_error or (is_formula and not has_value) else None
        if is_error or is_formula or has_value:
            self.sheet.extend(self.row + self.rows, self.column + self.cells)

    def text(self, text):
        if self.error is not None and len(self.error) < LONGEST_TEXT:
            self.error += text

    def end(self, tag):
        if tag in ("table:table-cell", "table:covered-table-cell"):
            if self.error is not None:
                cells = product(range(self.row, self.row + self.rows), range(self.column, self.column + self.cells))
                self.sheet.errors |= dict.fromkeys(cells, self.error.strip())
            self.error = None
            self.column += self.cells
        elif tag == "table:table-row":
            self.row += self.rows


READERS: dict[str, Callable[[io.BytesIO], Iterator[dict]]] = {"xls": xls, "xlsx": xlsx, "ods": ods}


def main(kind: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    sheets = list(READERS[kind](io.BytesIO(sys.stdin.buffer.read())))
    answer = json.dumps(sheets, ensure_ascii=False).encode()
    if len(answer) > LONGEST_ANSWER:
        raise WorkbookTooLarge
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main(sys.argv[1])
