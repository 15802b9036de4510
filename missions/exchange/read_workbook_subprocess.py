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

import xlrd
from defusedxml.ElementTree import fromstring, iterparse
from python_calamine import CalamineWorkbook
from xlsxwriter.utility import xl_cell_to_rowcol

MOST_MEMORY = 1024**3
MOST_SECONDS = 60
# A range allocates memory from its first to its last corner, however few cells it has.
MOST_CELLS = 1_000_000
# A cell has at most two child elements: value and formula. Formatted empty cells count too: an archive of 200 kB can
# hold fifty million.
MOST_ELEMENTS = 3 * MOST_CELLS
MOST_UNPACKED = 256 * 1024**2
# One stored text can fill every cell, so the output is limited as well.
LONGEST_ANSWER = 100 * 1024**2
NO_VALUE = ""

type Place = tuple[int, int]
# What calamine leaves out of a sheet: errors by their cells, the ranges of merged cells, and the used area.
type Marks = tuple[dict[Place, str], list[tuple[Place, Place]], Place]


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


def limit(cells: int) -> None:
    if cells > MOST_CELLS:
        raise WorkbookTooLarge


# --- XLS: calamine cannot tell an error from an empty cell ------------------------------------------------------------


def xls(file: io.BytesIO) -> Iterator[dict]:
    # Merged cells are part of the formatting. Rows keep their length: the last cell may be far away.
    options = {"formatting_info": True, "ragged_rows": True, "logfile": io.StringIO()}
    book = xlrd.open_workbook(file_contents=file.getvalue(), **options)
    limit(sum(each.row_len(row) for each in book.sheets() for row in range(each.nrows)))
    for each in book.sheets():
        rows = [[plain(xls_value(cell, book.datemode)) for cell in row] for row in each.get_rows()]
        # Ranges end after their last row and column.
        merged = [((top, left), (bottom - 1, right - 1)) for top, bottom, left, right in each.merged_cells]
        yield sheet(each.name, rows, merged)


def xls_value(cell, datemode):
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


# --- XLSX and ODS -----------------------------------------------------------------------------------------------------


def modern(file: io.BytesIO, find_marks: Callable[[zipfile.ZipFile], Iterator[tuple[str, Marks]]]) -> Iterator[dict]:
    """Read sheets with calamine, and add what it leaves out."""
    archive = zipfile.ZipFile(file)
    if sum(part.file_size for part in archive.infolist()) > MOST_UNPACKED:
        raise WorkbookTooLarge
    found = dict(find_marks(archive))  # before calamine opens the file: this bounds what it reads
    limit(sum(height * width for _errors, _merged, (height, width) in found.values()))
    file.seek(0)
    book = CalamineWorkbook.from_filelike(file)
    for name in book.sheet_names:
        each, (errors, merged, _size) = book.get_sheet_by_name(name), found[name]
        rows = [[plain(value) for value in row] for row in each.to_python(skip_empty_area=False)]
        for (row, column), error in errors.items():
            rows += [[] for _row in range(len(rows), row + 1)]
            rows[row] += [None] * (column + 1 - len(rows[row]))
            rows[row][column] = {"error": error}
        yield sheet(name, rows, merged if each.merged_cell_ranges is None else each.merged_cell_ranges)


elements = count(1)  # of all parts: a process reads one file


def rows_of(part, *ends: str) -> Iterator:
    """Yield the elements whose tags end so. No more of them than cells; one may not have more elements than that."""
    before, found = next(elements), count(1)
    for _event, element in iterparse(part, forbid_dtd=True):
        number = next(elements)
        if number > MOST_ELEMENTS or number - before > MOST_CELLS:
            raise WorkbookTooLarge
        if element.tag.endswith(ends):
            limit(next(found))
            yield element
            element.clear()
            before = number


def xlsx_marks(archive: zipfile.ZipFile) -> Iterator[tuple[str, Marks]]:
    relations = fromstring(archive.read("xl/_rels/workbook.xml.rels"), forbid_dtd=True)
    targets = {each.get("Id"): each.get("Target") for each in relations}
    for each in fromstring(archive.read("xl/workbook.xml"), forbid_dtd=True).iterfind("{*}sheets/{*}sheet"):
        relation = next(value for key, value in each.items() if key.endswith("}id"))
        path = posixpath.normpath(posixpath.join("/xl", targets[relation])).lstrip("/")
        yield each.get("name"), xlsx_sheet_marks(rows_of(archive.open(path), "}row"))


def xlsx_sheet_marks(rows: Iterator) -> Marks:
    errors: dict[Place, str] = {}
    row, height, width = -1, 0, 0
    for element in rows:
        row, column = int(element.get("r", row + 2)) - 1, -1
        for cell in element:
            if at := cell.get("r"):
                row, column = xl_cell_to_rowcol(at)
            else:
                column += 1
            kind, parts = cell.get("t"), {child.tag.rpartition("}")[2]: child.text for child in cell}
            if kind == "e" or parts:
                height, width = max(height, row + 1), max(width, column + 1)
                limit(height * width)
            if kind == "e":
                errors[row, column] = parts.get("v") or NO_VALUE
            elif "f" in parts and not parts.get("v") and kind != "str":
                errors[row, column] = NO_VALUE
    return errors, [], (height, width)


def ods_marks(archive: zipfile.ZipFile) -> Iterator[tuple[str, Marks]]:
    errors: dict[Place, str] = {}
    merged: list[tuple[Place, Place]] = []
    row = height = width = 0
    for element in rows_of(archive.open("content.xml"), "}table-row", "}table"):
        attributes = ods_attributes(element)
        if element.tag.endswith("}table"):
            yield attributes["name"], (errors, merged, (height, width))
            errors, merged, row, height, width = {}, [], 0, 0, 0
            continue
        rows, column = int(attributes.get("number-rows-repeated", 1)), 0
        for cell in element:
            found = ods_attributes(cell)
            cells = int(found.get("number-columns-repeated", 1))
            down, across = int(found.get("number-rows-spanned", 1)), int(found.get("number-columns-spanned", 1))
            if (down, across) != (1, 1):
                merged.append(((row, column), (row + down - 1, column + across - 1)))
            types = [value for key, value in cell.items() if key.endswith("}value-type")]
            if types or "formula" in found:
                height, width = max(height, row + rows), max(width, column + cells)
                limit(height * width)
            if "error" in types or ("formula" in found and not types):
                error = "".join(cell.itertext()).strip()
                errors |= dict.fromkeys(product(range(row, row + rows), range(column, column + cells)), error)
            column += cells
        row += rows


def ods_attributes(element) -> dict[str, str]:
    return {key.rpartition("}")[2]: value for key, value in element.items()}


READERS: dict[str, Callable[[io.BytesIO], Iterator[dict]]] = {
    "xls": xls,
    "xlsx": lambda file: modern(file, xlsx_marks),
    "ods": lambda file: modern(file, ods_marks),
}


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
