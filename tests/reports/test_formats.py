"""Each format of a completion report, read with another program than wrote it, beside the report as JSON."""

import base64
import hashlib
import io
import json
import re
from collections import Counter
from datetime import datetime

import docx
import jsonschema
import openpyxl
import pypdf
import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import Client
from docx.oxml.ns import qn
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from missions.models import Evidence, Head, Mission
from tests import factories
from tests.public.dom import loaded, parse
from tests.reports.example import ATTACK, PRIVATE
from tests.reports.reading import ENDINGS, all_text, csv_rows, fetched, html_tables, plain

pytestmark = pytest.mark.usefixtures("example")
QUERY = [("as_of", "2024-06-30"), ("since", "2024-03-01")]
documents = pytest.mark.parametrize("ending", ["html", "pdf", "docx"])
editions = pytest.mark.parametrize("edition", ["en", "zh", "both"])
endings = pytest.mark.parametrize("ending", ENDINGS)


@pytest.fixture(scope="module")
def files(module_example):
    """Makes each file once: (ending, edition) → (response, bytes)."""
    made = {}

    def file(client, ending, edition="en"):
        if (ending, edition) not in made:
            made[ending, edition] = fetched(client, ending, *QUERY, ("lang", edition))
        return made[ending, edition]

    return file


@pytest.fixture
def body(client, files):
    return lambda *which: files(client, *which)[1]


@pytest.fixture
def document(body):
    """The report as JSON."""
    return json.loads(body("json"))


# --- every format -----------------------------------------------------------------------------------------------------


@editions
@pytest.mark.parametrize("ending", ["html", "pdf", "docx", "xlsx", "json"])
def test_a_file_states_inside_what_it_is(body, ending, edition):
    head = Head.objects.get()
    text = plain(all_text(ending, body(ending, edition)))
    words = {"en": ["30 Jun 2024", "Live copy, not published"], "zh": ["2024年6月30日", "实时副本，未经发布"]}
    words |= {"both": words["en"] + words["zh"]}
    stated = [f"as_of=2024-06-30&lang={edition}&since=2024-03-01", str(head.revision), head.hash]
    stated += ['"as_of":"2024-06-30"', '"kind":"live"'] if ending == "json" else words[edition]

    assert [fact for fact in stated if plain(fact) not in text] == []


@editions
@documents
def test_a_document_lists_every_mission_change_and_piece_of_evidence(body, document, ending, edition):
    languages = {"both": ["zh", "en"]}.get(edition, [edition])

    def rows(name, *columns):
        """What each row must have in any case: codes, and texts in the languages of the edition."""
        texts = [f"{column}_{language}" for column in columns for language in languages]
        return [[plain(row[column]) for column in ("code", *texts)] for row in document[name]]

    cited = [(row["code"], str(row["entry"]), row["title"] or row["sha256"]) for row in document["evidence"]]
    evidence = [list(map(plain, row)) for row in cited]
    wanted = (rows("missions", "title", "status", "owner"), rows("changes", "title", "headline"), evidence)
    assert list(map(len, wanted)) == [5, 8, 8]
    if ending != "html":
        text = plain(all_text(ending, body(ending, edition)))
        assert [part for parts in wanted for row in parts for part in row if part not in text] == []
        return
    tables = [["".join(map(plain, row)) for row in table[1:]] for table in html_tables(body(ending, edition))]
    for parts in wanted:
        assert [table for table in tables if is_table_of(parts, table)] != []
    counts = ["".join(row.split()) for table in tables for row in table if "T1" in row and "%" in row]
    assert [row.endswith("1113150.0%") for row in counts] == [True]


def is_table_of(parts, table):
    """Whether the table has these rows, in their order; each is a list of texts that must be in it."""
    return len(table) == len(parts) and all(
        all(part in row for part in wanted) for row, wanted in zip(table, parts, strict=True)
    )


@documents
def test_codes_lead_to_missions_on_the_dates_of_the_report_and_only_web_addresses_are_links(client, ending):
    days = [("as_of", "2024-06-29"), ("known_at", "2024-06-30"), ("q", "M-1"), ("lang", "en")]
    addresses = links(ending, fetched(client, ending, *days)[1])

    mission = f"{settings.SITE_URL}/en/missions/M-1/?as_of=2024-06-29&known_at=2024-06-30"
    assert addresses == {
        mission,
        "https://example.org/a_(b)?x=1&y=2",
        "https://creativecommons.org/licenses/by/4.0/",
        f"{settings.SITE_URL}/en/about/#verify",
    }
    assert client.get(mission.removeprefix(settings.SITE_URL)).status_code == 200


def links(ending, body):
    """Where a document leads, other than within itself."""
    if ending == "html":
        addresses = {link["href"] for link in parse(HttpResponse(body)).all("a")}
    elif ending == "docx":
        relations = docx.Document(io.BytesIO(body)).part.rels.values()
        addresses = {each.target_ref for each in relations if each.is_external}
    else:
        pages = pypdf.PdfReader(io.BytesIO(body)).pages
        notes = [note.get_object() for page in pages for note in page.get("/Annots", ())]
        addresses = {note["/A"]["/URI"] for note in notes if note["/Subtype"] == "/Link" and "/URI" in note["/A"]}
    return {address for address in addresses if not address.startswith("#")}


@endings
def test_an_empty_report_is_a_file_too(client, ending):
    response, body = fetched(client, ending, ("q", "nothing has this"), ("lang", "en"))
    text = plain(all_text(ending, body))

    assert (response["X-Hub-Count"], plain("Build the") in text) == ("0", False)
    assert plain("No mission matches.") in text or ending in ("csv", "json", "xlsx")


HIDDEN = ["Zettel", "密件", "Geheimrat", "verborgen", "akte", "kassiber", "1987", "1986"]
HIDDEN += ["verwalterin", "Beschreibung", "说明文字"]


@editions
@pytest.mark.parametrize("ending", ENDINGS)
def test_private_evidence_is_in_a_file_by_its_digest_alone(client, ending, edition):
    factories.report(Mission.objects.get(code="M-3"), "in_progress", by=factories.user("verwalterin"))
    Mission.objects.update(description_en="Beschreibung", description_zh="说明文字")
    private = Evidence.objects.filter(is_public=False).last()
    public = Evidence.objects.filter(title="Letter").last()
    text = plain(all_text(ending, fetched(client, ending, ("lang", edition))[1]))

    assert private.title == PRIVATE["title"]
    assert [word for word in [*HIDDEN, private.file.sha256, f"{private.file.pk}"] if word in text] == []
    is_cited = [plain(words) in text for words in (private.fingerprint, public.file.sha256, public.title, "letter.pdf")]
    assert is_cited == [ending != "csv"] * 4


# --- CSV and JSON -----------------------------------------------------------------------------------------------------

FIRST = "code,instrument,status,status_since,deadline,owner,theme,due,title_en,title_zh"


def test_csv_has_a_byte_order_mark_one_header_row_and_a_line_for_each_record(body):
    header, first, second, *_others, end = body("csv").split(b"\r\n")

    assert header.startswith(b"\xef\xbb\xbf" + FIRST.encode() + b",status_en,status_zh,")
    assert first.decode().startswith(
        'M-1,FP,completed,2024-04-01,met,O1,T1,2024-08-01,"Build the ""bridge"", now",建桥，马上,Completed,已完成,Met,'
        "如期完成,Office,办公室,Theme T1,主题T1,O2;O3,A1;A2,policy,Policy,政策,editorial-split,"
    )
    assert first.decode().endswith(",Part 1,第一部分,2024-07-01,1")
    assert second.decode().startswith(f"M-2,FP,completed,2024-06-01,none,O1,T2,,'{ATTACK},'{ATTACK},")
    assert (body("csv").count(b"\r\n"), end) == (6, b"")


def test_json_has_the_rows_of_the_csv_files(client, document):
    def as_csv(value):
        text = str(value).lower() if isinstance(value, bool) else "" if value is None else str(value)
        return f"'{text}" if text == ATTACK else text

    listed = [{name: as_csv(value) for name, value in row.items()} for row in document["missions"]]
    assert listed == csv_rows(fetched(client, "csv", *QUERY)[1])


@pytest.fixture(scope="module")
def validator(module_example):
    schema = Client().get("/data/completion-report.schema.json").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker())


@pytest.mark.parametrize("query", [[], [("q", "nothing has this")], [("known_at", "2024-06-30")], [("lang", "both")]])
def test_json_is_as_its_published_schema_says(client, validator, query):
    validator.validate(json.loads(fetched(client, "json", ("since", "2024-01-01"), *query)[1]))


# --- Excel ------------------------------------------------------------------------------------------------------------

SHEETS = {
    "en": ["Report", "Summary", "Missions", "Changes", "Evidence", "Dictionary"],
    "zh": ["报告", "汇总", "任务清单", "变更", "佐证", "数据字典"],
}
SHEETS["both"] = [f"{chinese} {english}" for english, chinese in zip(SHEETS["en"], SHEETS["zh"], strict=True)]


def workbook(body):
    return openpyxl.load_workbook(io.BytesIO(body))


def sheet_rows(sheet):
    """The rows of a list, each by the names in the second row."""
    _labels, names, *rows = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in rows]


def as_cell(name, value):
    """A value of JSON as openpyxl reads it from a sheet: an Excel date has no zone and no microseconds."""
    if isinstance(value, str) and name == "recorded_at":
        return datetime(2024, 6, 30, 12)  # noqa: DTZ001 (noon in Shanghai)
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return datetime.fromisoformat(value)
    return None if value == "" else value


@editions
def test_a_workbook_has_every_row_with_dates_as_dates_and_numbers_as_numbers(body, document, edition):
    book = workbook(body("xlsx", edition))
    others = {"en": ("_zh",), "zh": ("_en",), "both": ()}[edition]

    assert book.sheetnames == SHEETS[edition]
    for sheet, name in zip(book.worksheets[2:5], ("missions", "changes", "evidence"), strict=True):
        expected = [
            {column: as_cell(column, value) for column, value in row.items() if not column.endswith(others or ("-",))}
            for row in document[name]
        ]
        assert sheet_rows(sheet) == expected
        assert (sheet.freeze_panes, sheet.auto_filter.ref[:2], sheet.print_title_rows) == ("B3", "A2", "$1:$2")
    explained = [row[1] for row in book.worksheets[5].iter_rows(min_row=2, values_only=True)]
    assert explained == [name for sheet in book.worksheets[2:5] for name in sheet_rows(sheet)[0]]


def test_the_summary_of_a_workbook_has_totals_as_numbers_and_rates(body):
    rows = [[*row] for row in workbook(body("xlsx"))["Summary"].iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(rows) if row[0] == "Theme")

    assert [[row[0], *row[2:]] for row in rows[start + 2 : start + 5]] == [
        ["T1", 0, 0, 0, 1, 1, 1, 3, 1, 0.5],
        ["T2", 0, 0, 1, 0, 1, 0, 2, 0, 0.5],
        [None, 0, 0, 1, 1, 2, 1, 5, 1, 0.5],
    ]
    beside = next(row for row in rows if str(row[0]).startswith("FP\n"))
    assert beside[2:8] == [1, 2, 3, 9, 10, datetime(2024, 3, 1)]  # noqa: DTZ001
    assert [row[1] for row in rows if row[0] == "Newly completed"] == [2]


# --- HTML -------------------------------------------------------------------------------------------------------------


@editions
def test_html_needs_nothing_else_and_its_policy_permits_only_its_own_style(client, files, edition):
    response, body = files(client, "html", edition)
    page = parse(HttpResponse(body))
    style = re.search(rb"<style>(.*?)</style>", body, re.DOTALL)[1]
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()

    assert loaded(page) == ["data:,"]
    assert {element.tag for element in page.walk()} & {"script", "iframe", "object", "embed", "base", "img"} == set()
    names = [name for element in page.walk() for name in element.attributes]
    assert [name for name in names if name.startswith("on") or name == "style"] == []
    assert re.findall(rb"url\(|@import|https?:", style) == []
    assert f"style-src 'sha256-{digest}'" in response["Content-Security-Policy"]


# --- Word -------------------------------------------------------------------------------------------------------------


@editions
def test_word_is_formatted_by_styles_with_headings_and_numbered_pages(body, edition):
    document = docx.Document(io.BytesIO(body("docx", edition)))
    properties, (section,) = document.core_properties, document.sections
    moment = Head.objects.get().advanced_at.replace(microsecond=0)
    runs = {child.tag for each in document.element.body.iter(qn("w:rPr")) for child in each} - {qn("w:rFonts")}
    headings = [line for line in document.paragraphs if line.style.name == "Heading 1"]
    marks = [line._p.find(qn("w:bookmarkStart")).get(qn("w:name")) for line in headings]
    contents = [link.fragment for line in document.paragraphs for link in line.hyperlinks if link.fragment]

    assert runs == {qn("w:rStyle"), qn("w:lang")}
    assert (document.paragraphs[0].style.name, len(headings), contents[: len(marks)]) == ("Title", 8, marks)
    for table in document.tables:
        heads = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert (table.style.name, heads) == ("Report Table", [True] + [False] * (len(heads) - 1))
    assert (properties.language, properties.created) == ("en-GB" if edition == "en" else "zh-CN", moment)
    for footer in (section.footer, section.first_page_footer):
        fields = {field.get(qn("w:instr")) for field in footer._element.iter(qn("w:fldSimple"))}
        assert fields == {"PAGE", "NUMPAGES"}
        assert Head.objects.get().hash[:12] in "".join(footer._element.itertext())


# --- PDF --------------------------------------------------------------------------------------------------------------


def structure(node):
    """The elements of a structure tree."""
    node = node.get_object() if isinstance(node, IndirectObject) else node
    if isinstance(node, ArrayObject):
        for child in node:
            yield from structure(child)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        yield from structure(node.get("/K"))


@pytest.mark.parametrize(
    ("edition", "language", "other"), [("en", "en", "zh-CN"), ("zh", "zh-CN", "en"), ("both", "zh-CN", "en")]
)
def test_pdf_is_tagged_with_its_languages_and_claims_both_standards(body, edition, language, other):
    document = pypdf.PdfReader(io.BytesIO(body("pdf", edition)))
    elements = list(structure(document.root_object["/StructTreeRoot"]["/K"]))
    tags, languages = Counter(each["/S"] for each in elements), {each["/Lang"] for each in elements if "/Lang" in each}
    claimed = document.root_object["/Metadata"].get_object().get_data().decode()
    titles = [entry["/Title"] for entry in document.outline if not isinstance(entry, list)]

    assert (document.root_object["/Lang"], languages - {other}) == (language, set())
    assert other in languages or edition != "both"
    assert document.root_object["/MarkInfo"]["/Marked"]
    assert "<pdfaid:part>3</pdfaid:part>" in claimed
    assert "<pdfuaid:part>1</pdfuaid:part>" in claimed
    assert (tags["/H1"], len(titles), tags["/Figure"]) == (8, 8, 1)
    assert all(each["/Alt"] for each in elements if each["/S"] == "/Figure")


def test_pdf_has_the_csv_of_the_same_query_attached_and_a_foot_on_every_page(body):
    document = pypdf.PdfReader(io.BytesIO(body("pdf")))
    (attached,) = document.root_object["/AF"]
    ((contents),) = document.attachments.values()
    pages = [plain(page.extract_text()) for page in document.pages]

    assert contents == [body("csv")]
    assert attached.get_object()["/AFRelationship"] == "/Data"
    assert [f"Page{number}of{len(pages)}" in page for number, page in enumerate(pages, 1)] == [True] * len(pages)
    assert [Head.objects.get().hash[:16] in page for page in pages] == [True] * len(pages)
    assert document.metadata.creation_date == Head.objects.get().advanced_at.replace(microsecond=0)
