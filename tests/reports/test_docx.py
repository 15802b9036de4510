"""The completion report as a Word document, read back as an office's programs would."""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from datetime import date

import docx
import pytest
from django.conf import settings
from django.utils.timezone import localtime
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn

from missions.models import Head, Measure, Mission, ReportedFigure
from missions.reports.words import inert
from missions.status import Status
from tests import build
from tests.public.parameters import address
from tests.reports.test_reproducible import IN_ANOTHER_PROCESS, TODAY


def fetched(client, *query):
    """The bytes of the document."""
    response = client.get(address("report/completion.docx", *query))
    body = response.getvalue()
    assert response.status_code == 200, body
    return body


def read(client, *query):
    return docx.Document(io.BytesIO(fetched(client, *query)))


def table(document, title):
    """The rows of the table of this title, as texts; the headings first. `Table.cell` would take minutes."""
    (found,) = [each for each in document.tables if caption(each) == title]
    return [[cell.text for cell in row.cells] for row in found.rows]


def caption(found):
    return found._tbl.tblPr.find(qn("w:tblCaption")).get(qn("w:val"))


def text(document):
    return "\n".join(document.element.body.itertext())


def parts(body):
    """Name → bytes of each member."""
    with zipfile.ZipFile(io.BytesIO(body)) as members:
        return {member.filename: members.read(member) for member in members.infolist()}


def test_an_empty_report_says_so_and_has_no_table_of_missions(client, noon):
    build.mission("M-1", title_en="Bridge")

    document = read(client, ("q", "nothing has this"), ("lang", "en"))

    said = [line.text for line in document.paragraphs]
    assert "No mission matches." in said
    assert [caption(each) for each in document.tables] == ["About this report", "Missions by status"]
    assert "Bridge" not in text(document)


def test_the_document_states_its_query_filter_and_revision(client, noon):
    build.mission("M-1", theme=build.theme("T1", name_en="Transport"))

    document = read(client, ("theme", "T1"), ("known_at", "2024-06-30"))

    head = Head.objects.get()
    stated = dict(table(document, "About this report")[1:])
    assert stated == {
        "Edition": "Live copy, not published",
        "Theme": "Transport",
        "As of": "30 Jun 2024",
        "As known on": "30 Jun 2024",
        "Query": "as_of=2024-06-30&known_at=2024-06-30&lang=en&theme=T1",
        "Records": "1",
        "Revision": str(head.revision),
        "Revision last advanced at": f"{localtime(head.advanced_at):%Y-%m-%d %H:%M:%S +0800}",
        "Ledger head": head.hash,
    }


def test_numbers_stand_at_the_right_by_their_style(client, noon):
    build.mission("M-1")

    document = read(client, ("lang", "en"))

    (found,) = [each for each in document.tables if caption(each) == "Missions by status"]
    used = [[cell.paragraphs[0].style.name for cell in row.cells] for row in found.rows]
    assert used[0] == ["Table Heading", "Table Number Heading", "Table Number Heading"]
    assert used[1:] == [["Table Text", "Table Number", "Table Number"]] * 6
    assert document.styles["Table Number"].paragraph_format.alignment == WD_ALIGN_PARAGRAPH.RIGHT


@pytest.mark.parametrize(("edition", "language"), [("en", "en-GB"), ("zh", "zh-CN"), ("both", "zh-CN")])
def test_the_document_has_its_language_and_a_chinese_font(client, noon, edition, language):
    document = read(client, ("lang", edition))

    defaults = document.styles.element.find(qn("w:docDefaults"))
    lang, fonts = defaults.find(f".//{qn('w:lang')}"), defaults.find(f".//{qn('w:rFonts')}")
    assert (lang.get(qn("w:val")), lang.get(qn("w:eastAsia"))) == (language, "zh-CN")
    assert fonts.get(qn("w:eastAsia")) == "Microsoft YaHei"
    assert document.core_properties.language == language


def test_both_languages_stand_in_one_cell_each_marked_as_what_it_is(client, noon):
    build.mission("M-1", title_en="Build the bridge", title_zh="建桥")

    document = read(client, ("lang", "both"))

    (cell,) = {cell for each in document.tables for row in each.rows for cell in row.cells if "建桥" in cell.text}
    runs = cell.paragraphs[0].runs
    assert [run.text for run in runs] == ["建桥", "\nBuild the bridge"]
    assert [run._r.rPr.find(qn("w:lang")).get(qn("w:val")) for run in runs] == ["zh-CN", "en-GB"]
    assert [run.style.name for run in runs] == ["Default Paragraph Font", "Translation"]


def test_the_properties_tell_of_the_report_and_not_of_when_it_was_made(client, noon):
    build.mission("M-1")
    noon.shift(1000)

    properties = read(client, ("lang", "en"), ("status", "unreported")).core_properties

    assert properties.title == "Completion report"
    assert properties.subject == "as of 30 Jun 2024"
    assert properties.author == properties.last_modified_by == "Hub Tracker"
    assert properties.created == properties.modified == Head.objects.get().advanced_at.replace(microsecond=0)
    assert properties.keywords == "as_of=2024-06-30&lang=en&status=unreported"
    assert properties.revision == 1


def test_properties_longer_than_word_takes_are_cut(client, noon):
    long = "长" * 200

    document = read(client, ("q", long))

    assert len(document.core_properties.keywords) == 255
    assert [long] == [row[1] for row in table(document, "About this report") if row[1].startswith("长")]


def test_each_page_has_title_and_day_above_and_its_number_below(client, noon):
    document = read(client, ("lang", "both"))

    page = document.sections[0]
    assert page.different_first_page_header_footer is True
    assert page.first_page_header.paragraphs[0].text == ""
    assert page.header.paragraphs[0].text.startswith("完成情况报告 · ")
    for footer in (page.footer, page.first_page_footer):
        fields = [field.get(qn("w:instr")) for field in footer._element.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES", "PAGE", "NUMPAGES"]
        assert Head.objects.get().hash[:12] in footer.paragraphs[0].text


def test_a_code_leads_to_its_mission_on_that_day_and_evidence_to_where_it_is(client, noon):
    paper = build.evidence(url="https://example.org/a_(b)?x=1&y=桥")
    build.report(build.mission("M-1"), Status.COMPLETED, evidence=[paper])

    document = read(client, ("as_of", "2024-06-29"), ("known_at", "2024-06-30"), ("lang", "en"))

    links = {link.text: link.address for each in document.tables for link in linked(each)}
    page = f"{settings.SITE_URL}{Mission.objects.get().get_absolute_url()}?as_of=2024-06-29&known_at=2024-06-30"
    assert links == {
        "M-1": page,
        "https://example.org/a_(b)?x=1&y=桥": "https://example.org/a_(b)?x=1&y=%E6%A1%A5",
    }


def linked(found):
    return [link for row in found.rows for cell in row.cells for line in cell.paragraphs for link in line.hyperlinks]


def test_the_file_holds_these_parts_and_nothing_of_a_template(client, noon):
    members = parts(fetched(client))

    assert sorted(name for name in members if not name.endswith(".rels")) == [
        "[Content_Types].xml",
        "docProps/core.xml",
        "word/document.xml",
        "word/fontTable.xml",
        "word/footer1.xml",
        "word/footer2.xml",
        "word/header1.xml",
        "word/settings.xml",
        "word/styles.xml",
    ]
    assert re.findall(rb"rsid", b"".join(members.values())) == []


def test_the_arcs_are_a_picture_that_says_both_numbers(client, noon):
    instrument = build.instrument("FP", title_en="The plan")
    build.mission("M-1", instrument=instrument, status=Status.COMPLETED)
    build.mission("M-2", instrument=instrument)
    words = {"indicator_en": "Missions", "indicator_zh": "任务"}
    said = {
        "as_of": date(2024, 6, 1),
        "measure": Measure.COMPLETED,
        "value": 2,
        "source": build.source(),
        "unit": "items",
    }
    for measure in (Measure.COMPLETED, Measure.TOTAL):
        named = {name: f"{text} {measure}" for name, text in words.items()}
        ReportedFigure.objects.create(**{**said, **named, "measure": measure}).covers.set([instrument])

    body = fetched(client, ("lang", "en"))

    (shown,) = docx.Document(io.BytesIO(body)).inline_shapes
    assert shown._inline.docPr.get("descr") == "1 The plan · documented 1/2 · reported 2/2 “completed”"
    assert parts(body)["word/media/image1.png"].startswith(b"\x89PNG")


HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    '#panic("x")',
    "<script>alert(1)</script>",
    "</w:t></w:r><w:p>",
    "\u202eturned \u200f",
    "emoji 😀 and rare 𠮷㛃",
    "W" * 490,
    "nul\x01\x0b\ufffe\uffff",
    "quotes \" ' \\ $x$ @r // {{ x }} ]]> &amp;",
    "javascript:alert(1)",
    " spaces at the ends ",
]


@pytest.mark.parametrize("title", HOSTILE)
def test_a_title_is_text_whatever_it_holds(client, noon, title):
    mission = build.mission("M-1")
    Mission.objects.filter(pk=mission.pk).update(title_en=title, title_zh=title)

    document = read(client, ("lang", "both"))

    _headings, row = table(document, "任务 · Missions")
    assert row[1] == inert(title)
    assert {link.text for each in document.tables for link in linked(each)} == {"M-1"}


def test_a_title_of_several_lines_stands_on_one(client, noon):
    """LibreOffice takes a table apart in which a text has ends of lines."""
    mission = build.mission("M-1")
    Mission.objects.filter(pk=mission.pk).update(title_en="two\r\nlines\tand\u2028more")

    _headings, row = table(read(client, ("lang", "en")), "Missions")

    assert row[1] == "two lines and more"


def test_a_row_that_could_be_longer_than_a_page_may_break(client, noon):
    mission = build.mission("M-1")
    build.mission("M-2")
    Mission.objects.filter(pk=mission.pk).update(title_en="W" * 5000)

    document = read(client, ("lang", "en"))

    (found,) = [each for each in document.tables if caption(each) == "Missions"]
    whole = {row.cells[0].text: row._tr.trPr.find(qn("w:cantSplit")) is not None for row in found.rows}
    assert whole == {"Code": True, "M-1": False, "M-2": True}


def test_the_same_query_gives_the_same_bytes_later(client, noon):
    build.mission("M-1", due=date(2024, 7, 1))
    body = fetched(client, ("as_of", "2024-06-30"), ("lang", "both"))

    noon.shift(10**6)

    assert fetched(client, ("as_of", "2024-06-30"), ("lang", "both")) == body
    with zipfile.ZipFile(io.BytesIO(body)) as members:
        assert {member.date_time for member in members.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.both_databases
def test_another_process_writes_the_same_bytes(client, own_database):
    for number in range(3):
        build.mission(f"M-{number}", status=Status.COMPLETED, areas=[build.area("A1"), build.area("A2")])
    query = [("as_of", TODAY.isoformat()), ("lang", "both"), ("since", "2023-01-01")]
    body = fetched(client, *query)

    other = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, address("report/completion.docx", *query)],
        env={**own_database, "DJANGO_SETTINGS_MODULE": "hubtracker.settings", "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
    )

    assert hashlib.sha256(other.stdout).hexdigest() == hashlib.sha256(body).hexdigest()
