"""Return forms filled in without a spreadsheet program."""

from io import BytesIO

import openpyxl


class Form:
    def __init__(self, content: bytes):
        self.book = openpyxl.load_workbook(BytesIO(content))
        self.sheet = self.book.worksheets[0]
        # The hidden row of names; below it are the heading and then the missions.
        self.names = self.row_with("new_status")
        self.columns = {cell.value: cell.column for cell in self.sheet[self.names] if cell.value}
        codes = [(row[0].value, row[0].row) for row in self.sheet.iter_rows(min_row=self.names + 2)]
        self.rows = {code: row for code, row in codes if code}

    def row_with(self, name):
        return next(row[0].row for row in self.sheet.iter_rows() if name in [cell.value for cell in row])

    def cell(self, code, column):
        return self.sheet.cell(self.rows[code], self.columns[column])

    def at(self, code, column):
        return self.cell(code, column).coordinate

    def fill(self, code, /, **cells):
        for column, value in cells.items():
            cell = self.cell(code, column)
            cell.value = value
            if isinstance(value, str) and not value.startswith("=1/"):
                cell.data_type = "s"  # openpyxl takes "=1+1" for a formula
        return self

    @property
    def content(self) -> bytes:
        file = BytesIO()
        self.book.save(file)
        return file.getvalue()


def codes(content: bytes) -> list[str]:
    return list(Form(content).rows)


def fill_in(content: bytes, reported: dict[str, dict]) -> bytes:
    """Return the form with the values {code: {column: value}}."""
    form = Form(content)
    for code, cells in reported.items():
        form.fill(code, **cells)
    return form.content
