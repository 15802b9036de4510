"""Return forms as a browser and a spreadsheet program handle them: downloaded, filled in, handed in, submitted."""

import io
import re
from collections import Counter

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from missions.models import Import, StatusChange, Step, Submission, SubmittedEvidence
from tests.exchange.workbooks import content_of
from tests.public.dom import parse

ADD = "/admin/missions/import/add/"
REPORTED = {"new_status": "推进中 In progress", "effective_on": "2024-03-02", "headline_zh": "已开工"}
ANSWERS = ("new_status", "effective_on", "basis", "headline_zh", "headline_en", "evidence_title", "evidence_publisher",
         "evidence_url", "note")  # fmt: skip


def download(client, query=""):
    return client.get(f"/admin/missions/import/return.xlsx{query}").getvalue()


class Form:
    """A return form, to be filled in."""

    def __init__(self, content):
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.sheet = self.book.worksheets[0]
        # The hidden row of names; below it are the heading and then the missions.
        self.names = self.row_with("new_status")
        self.columns = {cell.value: cell.column for cell in self.sheet[self.names] if cell.value}
        entry = self.sheet[self.row_with("form_entry")]
        self.entry_column = next(cell.column for cell in entry if cell.value == "form_entry")
        codes = [(row[0].value, row[0].row) for row in self.sheet.iter_rows(min_row=self.names + 2)]
        self.rows = {code: row for code, row in codes if code}

    def row_with(self, name):
        return next(row[0].row for row in self.sheet.iter_rows() if name in [cell.value for cell in row])

    def cell(self, code, column):
        return self.sheet.cell(self.rows[code], self.columns[column])

    def fill(self, code, /, **cells):
        for column, value in cells.items():
            cell = self.cell(code, column)
            cell.value = value
            if isinstance(value, str) and not value.startswith("=1/"):
                cell.data_type = "s"  # openpyxl takes "=1+1" for a formula
        return self

    def at(self, code, column):
        return self.cell(code, column).coordinate

    @property
    def content(self):
        return content_of(self.book)


class Preview:
    """What the page of a form that was handed in shows."""

    def __init__(self, answer):
        self.page = parse(answer)
        self.address = answer.request["PATH_INFO"]
        self.is_refused_whole = self.address == ADD
        self.problems = [row.text for section in self.sections("refused") for row in section.all("th", scope="row")]
        self.conflicts = [box["value"] for box in self.page.all("input", name="chosen")]
        rows = [row.text for section in self.sections("to-submit") for row in section.all("th", scope="row")]
        self.to_submit = [row.split()[0] for row in rows]
        self.can_submit = bool(self.page.all("input", name="_carry_out"))

    def sections(self, name):
        return self.page.all("section", aria_labelledby=name)

    @property
    def unread(self):
        """The addresses of cells that report nothing, wherever the page names them."""
        texts = [paragraph.text for details in self.page.all("details") for paragraph in details.all("p")]
        return [text for each in texts for text in each.split() if re.fullmatch(r"[A-Z]+\d+", text)]

    def submit(self, client, *chosen):
        fields = {field["name"]: field["value"] for field in self.page.all("input", type="hidden")}
        return client.post(self.address, {**fields, "_carry_out": "1", "chosen": chosen}, follow=True)


def hand_in(client, form, name="return.xlsx"):
    content = form.content if isinstance(form, Form) else form
    return Preview(client.post(ADD, {"file": SimpleUploadedFile(name, content)}, follow=True))


def written():
    """How many rows there are of all that submitting writes, and of imports by their states."""
    models = (Submission, SubmittedEvidence, Step, StatusChange)
    return [model.objects.count() for model in models], Counter(Import.objects.values_list("state", flat=True))
