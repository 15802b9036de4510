"""Return forms filled in without a spreadsheet program."""

from io import BytesIO

import openpyxl


def codes(content: bytes) -> list[str]:
    return list(_opened(content)[2])


def fill_in(content: bytes, reported: dict[str, dict]) -> bytes:
    """Return the form with the values {code: {column: value}}."""
    book, columns, rows = _opened(content)
    for code, cells in reported.items():
        for column, value in cells.items():
            book.worksheets[0].cell(rows[code], columns[column]).value = value
    filled = BytesIO()
    book.save(filled)
    return filled.getvalue()


def _opened(content):
    book = openpyxl.load_workbook(BytesIO(content))
    all_rows = list(book.worksheets[0].iter_rows())
    names = next(row for row in all_rows if "new_status" in [cell.value for cell in row])
    columns = {cell.value: cell.column for cell in names if cell.value}
    below = [row for row in all_rows if row[0].row > names[0].row + 1]
    rows = {row[columns["code"] - 1].value: row[0].row for row in below}
    return book, columns, {code: place for code, place in rows.items() if code}
