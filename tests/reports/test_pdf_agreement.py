"""The completion report as PDF in a programme with everything in it: all that the report says stands in it."""

import io
from collections import Counter

import pytest

from missions.reports import csv, pdf
from missions.reports.document import sections, subtitle
from tests.reports.test_pdf import bookmarks, plain, read, structure, text


@pytest.mark.parametrize("edition", ["en", "zh", "both"])
def test_every_record_stands_in_the_text_with_its_title_and_status(world, edition):
    report, document = read(f"lang={edition}")
    found = plain(text(document))

    rows = list(report.records.dicts())
    names = [f"{name}_{language}" for name in ("title", "status") for language in pdf.EDITIONS[edition]]
    missing = [
        (row["code"], row[name])
        for row in rows
        for name in ("code", *names)
        if plain(pdf.Texts(report).drawable(row[name], "")) not in found
    ]
    assert missing == []
    assert len(rows) == 32
    assert ("已完成" in found, "Completed" in found) == (edition != "en", edition != "zh")


def test_the_records_are_attached_as_the_csv_of_the_same_report(world):
    report, document = read("lang=both&sort=-owner")
    expected = io.BytesIO()
    csv.write(report, expected)

    assert {name: list(files) for name, files in document.attachments.items()} == {
        report.filename("csv"): [expected.getvalue()]
    }
    (attached,) = document.root_object["/AF"]
    assert attached.get_object()["/AFRelationship"] == "/Data"
    assert attached.get_object()["/EF"]["/F"]["/Subtype"] == "/text/csv"


@pytest.mark.parametrize("edition", ["en", "zh", "both"])
def test_the_bookmarks_are_the_chapters(world, edition):
    report, document = read(f"lang={edition}")

    assert bookmarks(document) == [section.title.joined(edition) for section in sections(report)]


@pytest.mark.parametrize("edition", ["en", "both"])
def test_every_table_is_tagged_row_by_row_under_its_headings(world, edition):
    report, document = read(f"lang={edition}")
    tables = [table for section in sections(report) for table in section.tables]

    found = Counter(element["/S"] for element in structure(document))
    # The edition, the filter and the statement are tables of two columns without a heading.
    facts = 1 + max(len(report.filter), 1) + len(report.statement)
    assert found["/Table"] == len(tables) + 3
    assert found["/TH"] == sum(len(table.columns) for table in tables)
    assert found["/TR"] == sum(1 + table.count for table in tables) + facts
    assert found["/TD"] == sum(len(table.columns) * table.count for table in tables) + 2 * facts
    assert (found["/THead"], found["/H1"]) == (len(tables), len(sections(report)))


def test_every_page_but_the_first_says_what_it_is_of_and_every_page_its_place(world):
    report, document = read("lang=zh")
    title, head = plain(f"{report.title.zh}{subtitle(report).zh}"), report.ledger_head[:16]

    pages = [plain(page.extract_text()) for page in document.pages]
    assert len(pages) > 2
    assert [page.count(title) for page in pages] == [1] * len(pages)
    places = [plain(f"{head}…第{number}页，共{len(pages)}页") for number in range(1, len(pages) + 1)]
    assert [page.count(place) for page, place in zip(pages, places, strict=True)] == [1] * len(pages)
