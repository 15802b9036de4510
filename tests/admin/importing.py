"""Workbooks uploaded as a browser uploads them."""

from io import BytesIO

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile

from missions.exchange.register import WRITERS
from missions.models import Import
from tests.forms import fill_in
from tests.public.dom import parse

ADD = "/admin/missions/import/add/"


def register(**titles):
    """The register as exported, XLSX, with these English titles; in a code that has a hyphen, write an underscore."""
    file = BytesIO()
    WRITERS["xlsx"](file)
    book = openpyxl.load_workbook(file)
    header, *rows = book["missions"].iter_rows()
    places = {cell.value: cell.column for cell in header}
    for row in rows:
        if title := titles.get(row[0].value.replace("-", "_")):
            book["missions"].cell(row[0].row, places["title_en"]).value = title
    changed = BytesIO()
    book.save(changed)
    return changed.getvalue()


def hand_in(client, content, name="register.xlsx"):
    """Uploads the file; the answer is its own page, or the form that says why it was refused."""
    return client.post(ADD, {"file": SimpleUploadedFile(name, content)}, follow=True)


def imported():
    """The newest import as it is now."""
    return Import.objects.latest("id")


def confirmation(client):
    """The page of the newest import, and what its confirmation sends."""
    page = imported().get_absolute_url()
    fields = {field["name"]: field["value"] for field in parse(client.get(page)).all("input", type="hidden")}
    return page, {**fields, "_carry_out": "1"}


def carry_out(client, **sent):
    """Confirms the newest import; the answer is what came of it."""
    page, fields = confirmation(client)
    return client.post(page, {**fields, **sent}, follow=True)


def return_form(client, **reported):
    """The form that this account downloads, filled in; in a code that has a hyphen, write an underscore."""
    content = client.get("/admin/missions/import/return.xlsx").getvalue()
    return fill_in(content, {code.replace("_", "-"): row for code, row in reported.items()})
