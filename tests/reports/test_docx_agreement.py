"""The Word document beside the list, in a programme with everything in it; and how all of it is set."""

import pytest
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from docx.shared import Twips

from missions.reports.words import inert
from missions.status import Status
from tests.reports.test_csv import fetched as csv_fetched
from tests.reports.test_csv import records
from tests.reports.test_docx import fetched, parts, read, table

EDITIONS = ["en", "zh", "both"]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_missions_are_those_of_the_list_with_their_status(client, world, edition):
    expected = records(csv_fetched(client, ("sort", "-owner"))[1])

    document = read(client, ("sort", "-owner"), ("lang", edition))

    title = {"en": "Missions", "zh": "任务", "both": "任务 · Missions"}[edition]
    _headings, *rows = table(document, title)
    languages = {"en": ["en"], "zh": ["zh"], "both": ["zh", "en"]}[edition]
    assert [row[0] for row in rows] == [record["code"] for record in expected]
    assert [row[1] for row in rows] == [cell([record[f"title_{each}"] for each in languages]) for record in expected]
    for row, record in zip(rows, expected, strict=True):
        for line, each in zip(row[2].split("\n"), languages, strict=True):
            assert line.startswith(record[f"status_{each}"])
    assert len(rows) == 32


def cell(texts):
    """What a cell says: a text that is the same in both languages once."""
    return "\n".join(dict.fromkeys(inert(text) for text in texts))


def test_the_counts_are_those_of_the_list(client, world):
    statuses = [record["status_en"] for record in records(csv_fetched(client)[1])]

    document = read(client, ("lang", "en"))

    _headings, *rows = table(document, "Missions by status")
    assert [row[:2] for row in rows] == [[str(status.label), str(statuses.count(status.label))] for status in Status]
    assert ["Records", str(len(statuses))] in table(document, "About this report")


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_head_of_every_table_repeats_on_each_page_and_no_row_is_torn(client, world, edition):
    document = read(client, ("since", "2020-01-01"), ("lang", edition))

    for each in document.tables:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in each.rows]
        torn = [row._tr.trPr.find(qn("w:cantSplit")) is None for row in each.rows]
        assert heads == [True] + [False] * (len(heads) - 1)
        assert torn == [False] * len(torn)
    assert len(document.tables) == 11


def test_every_table_has_the_one_style_fixed_widths_and_row_headings(client, world):
    document = read(client, ("since", "2020-01-01"))
    page = document.sections[0]
    room = (page.page_width - page.left_margin - page.right_margin) // Twips(1)

    for each in document.tables:
        widths = [int(column.get(qn("w:w"))) for column in each._tbl.tblGrid]
        assert each.style.name == "Report Table"
        assert each._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
        assert each._tbl.tblPr.find(qn("w:tblLook")).get(qn("w:firstColumn")) == "1"
        assert abs(sum(widths) - room) <= len(widths)
        assert [[cell.width.twips for cell in row.cells] for row in each.rows] == [widths] * len(each.rows)


@pytest.mark.parametrize("edition", EDITIONS)
def test_all_formatting_comes_from_styles(client, world, edition):
    """A new look of a style is a new look of all that has it."""
    document = read(client, ("since", "2020-01-01"), ("lang", edition))

    of_runs = {child.tag for each in document.element.body.iter(qn("w:rPr")) for child in each}
    of_paragraphs = {child.tag for each in document.element.body.iter(qn("w:pPr")) for child in each}
    names = {
        each.get(qn("w:val")) for each in document.element.body.iter() if each.tag in (qn("w:pStyle"), qn("w:rStyle"))
    }
    assert of_runs - {qn("w:rFonts")} == {qn("w:rStyle"), qn("w:lang")}
    assert {key for each in document.element.body.iter(qn("w:rFonts")) for key in each.attrib} <= {qn("w:hint")}
    assert of_paragraphs == {qn("w:pStyle"), qn("w:keepNext")}
    assert names <= {style.style_id for style in document.styles}


def test_the_chapters_are_headings_and_the_first_lines_lead_to_them(client, world):
    document = read(client, ("lang", "en"))

    headings = [line for line in document.paragraphs if line.style.name == "Heading 1"]
    marks = [line._p.find(qn("w:bookmarkStart")).get(qn("w:name")) for line in headings]
    (contents,) = [line for line in document.paragraphs if line.style.name == "Contents"]
    links = {link.fragment: link.text for link in contents.hyperlinks}
    assert document.paragraphs[0].style.name == "Title"
    assert links == dict(zip(marks, [line.text for line in headings], strict=True))
    assert [*links][:2] == ["summary", "reported"]


def test_nothing_outside_is_referred_to_but_by_links_to_the_web(client, world):
    members = parts(fetched(client, ("lang", "both"), ("since", "2020-01-01")))

    outside = []
    for name, body in members.items():
        if name.endswith(".rels"):
            outside += [each for each in parse_xml(body) if each.get("TargetMode") == "External"]
    assert {each.get("Type").rpartition("/")[2] for each in outside} == {"hyperlink"}
    assert {each.get("Target").partition("://")[0] for each in outside} <= {"http", "https"}
    assert len({each.get("Target") for each in outside}) == len(outside) > 30
