"""Reads the files of a report with other libraries than wrote them."""

import csv
import io
import re
import zipfile
from html import unescape
from unicodedata import normalize

import pypdf
from django.http import HttpResponse
from django.utils.translation import gettext_lazy

from missions.bilingual import Words, translated
from tests.public.dom import parse
from tests.public.parameters import address

ENDINGS = ["html", "pdf", "docx", "csv", "xlsx", "json"]
MISSIONS = Words("Missions", "任务清单")  # the name of a sheet


def fetched(client, ending, *query, language="en"):
    """(response, its bytes)"""
    response = client.get(address(f"report/completion.{ending}", *query, language=language))
    body = response.getvalue()
    assert response.status_code == 200, body
    return response, body


def all_text(ending, body):
    """All that a file holds, unpacked: its bytes, its members, or its pages with their links and attachments."""
    if ending in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(body)) as members:
            contents = [members.read(name).decode("utf-8", "replace") for name in members.namelist()]
        return unescape(re.sub("<[^>]*>", "", "".join(contents)))
    if ending != "pdf":
        return unescape(body.decode()) if ending == "html" else body.decode()
    document = pypdf.PdfReader(io.BytesIO(body))
    notes = [note.get_object() for page in document.pages for note in page.get("/Annots", ())]
    links = [str(note.get("/A", {}).get("/URI")) for note in notes]
    attached = [file.decode() for files in document.attachments.values() for file in files]
    metadata = [str(document.metadata), document.root_object["/Metadata"].get_object().get_data().decode()]
    return "\n".join([*(page.extract_text() for page in document.pages), *links, *attached, *metadata])


def joined(message, edition):
    """A text of the interface in the languages of the edition."""
    return translated(gettext_lazy(message)).joined(edition)


def plain(text: str) -> str:
    """Without what a typesetter adds or a reader guesses: spaces, places and signs of division, wide letters."""
    return "".join(normalize("NFKC", text).replace("\u200b", "").replace("-", "").split())


def csv_rows(body):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def html_tables(body):
    """Its tables as rows of texts, and its terms with what they say as a table of two columns."""
    page = parse(HttpResponse(body))
    terms = [
        [[line.one("dt").text, line.one("dd").text] for line in each.all("div")]
        for each in page.all("dl")
    ]  # fmt: skip
    return terms + [
        [[cell.text for cell in row.walk() if cell.tag in ("th", "td")] for row in table.all("tr")]
        for table in page.all("table")
    ]
