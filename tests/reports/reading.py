"""Reads a report's file back with another library than wrote it: what the file says of its missions and totals."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from unicodedata import normalize

import docx
import openpyxl
import pypdf
import python_calamine
from django.http import HttpResponse
from django.utils.translation import gettext_lazy
from docx.oxml.ns import qn
from pypdf.generic import ArrayObject, DictionaryObject

from missions.models import Instrument, Organisation, Theme
from missions.reports.totals import LABELS
from missions.reports.words import Words, both, pair
from missions.status import Deadline, Status
from tests.public.dom import parse
from tests.public.parameters import address

ENDINGS = ["html", "pdf", "docx", "csv", "xlsx", "json"]
# Of a workbook: its first sheet, the totals, and the missions.
SHEETS = REPORT, SUMMARY, MISSIONS = (
    Words("Report", "报告"),
    Words("Summary", "汇总"),
    Words("Missions", "任务清单"),
)


def fetched(client, ending, *query, language="en"):
    """(response, its bytes)"""
    response = client.get(address(f"report/completion.{ending}", *query, language=language))
    body = response.getvalue()
    assert response.status_code == 200, body
    return response, body


@dataclass
class Reading:
    """What a file says: (code, status) of each mission, records by dimension, code and status, how many it states."""

    missions: list[tuple[str, str]]
    totals: dict[str, dict[str, dict[str, int]]] | None = None
    records: int | None = None


def reading(ending, body, edition) -> Reading:
    return {
        "html": lambda: _of_tables(html_tables(body), edition),
        "pdf": lambda: _of_tables(pdf_tables(body), edition),
        "docx": lambda: _of_tables(docx_tables(body), edition),
        "csv": lambda: Reading([(row["code"], row["status"]) for row in csv_rows(body)]),
        "xlsx": lambda: of_workbook(body, edition),
        "json": lambda: of_json(json.loads(body)),
    }[ending]()


def joined(message, edition):
    """A text of the interface in the languages of the edition."""
    return both(gettext_lazy(message)).joined(edition)


def plain(text: str) -> str:
    """Without what a typesetter adds or a reader guesses: spaces, places and signs of division, wide letters."""
    return "".join(normalize("NFKC", text).replace("\u200b", "").replace("-", "").split())


# --- CSV, JSON and the workbook, which state codes ---


def csv_rows(body):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def of_json(said):
    totals = {
        dimension: {group["code"]: group["statuses"] for group in total["groups"]}
        for dimension, total in said["totals"].items()
    }
    totals["status"] = {code: dict.fromkeys([code], sum(counts.values())) for code, counts in totals["status"].items()}
    return Reading([(row["code"], row["status"]) for row in said["missions"]], totals, said["count"])


def of_workbook(body, edition):
    report_sheet, summary_sheet, missions_sheet = (sheet.joined(edition) for sheet in SHEETS)
    first, second = openpyxl.load_workbook(io.BytesIO(body)), python_calamine.load_workbook(io.BytesIO(body))
    _labels, names, *rows = first[missions_sheet].iter_rows(values_only=True)
    missions = [(row[names.index("code")], row[names.index("status")]) for row in rows]
    _labels, names, *rows = second.get_sheet_by_name(missions_sheet).to_python()
    assert [(row[names.index("code")], row[names.index("status")]) for row in rows] == missions
    summary = [*first[summary_sheet].iter_rows(values_only=True)]
    totals = {
        dimension: {row[0]: _counts(Status, row[2:8]) for row in _beneath(summary, both(label).joined(edition))}
        for dimension, label in LABELS.items()
        if dimension != "status"
    }
    by_status = _beneath(summary, joined("Missions by status", edition))
    totals["status"] = {row[0]: {row[0]: row[2]} for row in by_status if row[2]}
    about = {row[0]: row[1] for row in first[report_sheet].iter_rows(values_only=True) if row[0]}
    return Reading(missions, totals, int(about[both(gettext_lazy("Records")).joined(edition, "\n")]))


def _beneath(rows, heading):
    """The rows with a code beneath a heading and its heads, up to an empty one."""
    start = next((place + 2 for place, row in enumerate(rows) if row[0] == heading), len(rows))
    for row in rows[start:]:
        if row[0] is None:
            return
        yield row


def _counts(names, numbers):
    return {name: int(number) for name, number in zip(names, numbers, strict=True) if int(number)}


# --- documents, which state words ---


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


def docx_tables(body):
    """Its tables as rows of texts."""
    document = docx.Document(io.BytesIO(body))
    return [[_cells(row) for row in table._tbl.tr_lst] for table in document.tables]


def _cells(row):
    texts = []
    for cell in row.tc_lst:
        parts = [each for each in cell.iter() if each.tag in (qn("w:t"), qn("w:br"), qn("w:tab"))]
        texts.append("".join(part.text or "" if part.tag == qn("w:t") else "\n" for part in parts))
    return texts


def pdf_tables(body):
    """The tables of a tagged PDF as rows of texts, by the content that their tags mark."""
    document = pypdf.PdfReader(io.BytesIO(body))
    marked = {page.indirect_reference.idnum: _marked(page) for page in document.pages}
    return [
        [
            ["".join(_content(cell, None, marked)).strip() for cell in _elements(row, "/TH", "/TD")]
            for row in _elements(table, "/TR")
        ]
        for table in _elements(document.root_object["/StructTreeRoot"], "/Table")
    ]


def _marked(page):
    """Number of a marked content → its text."""
    opened, found = [], {}

    def follow(operator, operands, *_matrices):
        if operator in (b"BDC", b"BMC"):
            properties = operands[1] if len(operands) > 1 else None
            opened.append(properties.get("/MCID") if isinstance(properties, DictionaryObject) else None)
        elif operator == b"EMC":
            opened.pop()

    def keep(text, *_where):
        number = next((number for number in reversed(opened) if number is not None), None)
        found[number] = found.get(number, "") + text

    page.extract_text(visitor_operand_before=follow, visitor_text=keep)
    return found


def _children(node):
    kids = node.get("/K", ArrayObject())
    return [kid.get_object() for kid in (kids if isinstance(kids, ArrayObject) else [kids])]


def _elements(node, *tags):
    for child in _children(node):
        if isinstance(child, DictionaryObject):
            if child.get("/S") in tags:
                yield child
            else:
                yield from _elements(child, *tags)


def _content(node, page, marked) -> Iterator[str]:
    page = node.raw_get("/Pg").idnum if "/Pg" in node else page
    for child in _children(node):
        if isinstance(child, int):
            yield marked[page].get(child, "")
        elif "/MCID" in child:
            of = child.raw_get("/Pg").idnum if "/Pg" in child else page
            yield marked[of].get(child["/MCID"], "")
        else:
            yield from _content(child, page, marked)


def _of_tables(tables, edition):
    """Reads tables by their headings. A table of another shape, such as that of sources, says nothing of these."""

    def of(*headings):
        expected = [plain(joined(heading, edition)) for heading in headings]
        found = [table for table in tables if [*map(plain, table[0])][: len(expected)] == expected]
        return found[0][1:] if found else []

    rows = of("Code", "Mission", "Status", "Lead owner", "Due")
    missions = [(row[0].replace("\u200b", "").replace("\n", ""), status_of(row[2], edition)) for row in rows]
    words = _words(edition)
    statuses = words["status"]
    by_status = {statuses[plain(row[0])]: int(row[1]) for row in of("Status", "Missions", "Share")}
    totals = {"status": {code: {code: number} for code, number in by_status.items() if number}}
    for dimension, label in LABELS.items():
        if dimension != "status":
            totals[dimension] = _totals(tables, label, words[dimension], statuses, edition)
    stated = plain(joined("Records", edition))
    records = next(row[1] for table in tables for row in table if plain(row[0]) == stated)
    return Reading(missions, totals, int(records))


def _totals(tables, label, codes, statuses, edition):
    rate, heading = (plain(joined(text, edition)) for text in ("Completion rate", label))
    for heads, *rows in tables:
        if plain(heads[0]) == heading and plain(heads[-1]) == rate:
            shown = [statuses[plain(head)] for head in heads[1:-3]]
            found = {codes[plain(row[0])]: _counts(shown, row[1:-3]) for row in rows}
            assert [int(row[-3]) for row in rows] == [sum(counts.values()) for counts in found.values()]
            return found
    return {}


def _words(edition):
    """Dimension → what stands for a code → the code."""
    titled = {"instrument": (Instrument, "title"), "theme": (Theme, "name"), "owner": (Organisation, "name")}
    words = {
        dimension: {record.code: pair(record, name) for record in model.objects.all()}
        for dimension, (model, name) in titled.items()
    }
    for dimension, choices in (("status", Status), ("deadline", Deadline)):
        words[dimension] = {choice.value: both(choice.label) for choice in choices}
    return {
        dimension: {plain(text.joined(edition)): code for code, text in each.items()}
        for dimension, each in words.items()
    }


def status_of(cell, edition):
    """The status that a cell begins with the word for."""
    leading = [Words.drawn(both(status.label), edition)[0][1] for status in Status]
    (found,) = [status for status, word in zip(Status, leading, strict=True) if plain(cell).startswith(plain(word))]
    return found.value
