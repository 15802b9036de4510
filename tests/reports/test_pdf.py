"""The completion report as PDF, read back: text, tags, bookmarks, the records within, and what must not break it."""

import io
import subprocess
import sys
from collections import Counter
from datetime import date
from unicodedata import normalize

import pypdf
import pytest
from django.http import QueryDict
from django.test import override_settings
from pypdf.generic import DictionaryObject, IndirectObject

from missions.models import Instrument, Mission
from missions.report_filters import ReportFilter
from missions.reports import pdf
from missions.reports.completion import completion_report
from missions.reports.document import sections
from missions.status import Status
from tests import build

IN_ANOTHER_PROCESS = """
import sys, django
django.setup()
from tests.reports.test_pdf import reported, written
sys.stdout.buffer.write(written(reported(sys.argv[1])))
"""


def reported(query=""):
    found = ReportFilter(QueryDict(query), language="en")
    assert found.form.is_valid(), found.form.errors
    return completion_report(found)


def written(report):
    file = io.BytesIO()
    pdf.write(report, file)
    return file.getvalue()


def read(query=""):
    """(report, the document that it makes)"""
    report = reported(query)
    return report, pypdf.PdfReader(io.BytesIO(written(report)))


def text(document):
    """All its text, with a space wherever a line ends."""
    return " ".join(" ".join(page.extract_text() for page in document.pages).split())


def plain(words):
    """Without spaces, which the typesetter makes beside numbers in Chinese and a reader guesses; and without wide
    letters, which are as narrow as others where the text is English.
    """
    return "".join(normalize("NFKC", words).split())


def elements(node):
    """The elements of the structure tree, each after what it stands in."""
    if isinstance(node, IndirectObject):
        node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from elements(child)
    elif isinstance(node, DictionaryObject):
        if "/S" in node:
            yield node
        yield from elements(node.get("/K"))


def structure(document):
    return list(elements(document.root_object["/StructTreeRoot"]["/K"]))


def bookmarks(document):
    """The titles of the chapters, without those of the tables in them."""
    return [entry["/Title"] for entry in document.outline if not isinstance(entry, list)]


def addresses(document):
    notes = [note.get_object() for page in document.pages for note in page.get("/Annots", ())]
    return [note["/A"]["/URI"] for note in notes if note["/Subtype"] == "/Link"]


def test_chinese_is_copied_out_as_chinese_and_without_anything_between(noon):
    build.mission("FP-001", title_zh="建设虹桥国际开放枢纽", title_en="x" * 200)
    _report, document = read("lang=both")

    found = text(document)
    assert "建设虹桥国际开放枢纽" in found
    assert "x" * 200 in found.replace(" ", "")
    assert "\u200b" not in found


@pytest.mark.parametrize(
    ("edition", "tag", "marked"), [("en", "en", {"zh-CN"}), ("zh", "zh-CN", {"en"}), ("both", "zh-CN", {"en"})]
)
def test_the_document_says_its_language_and_marks_what_is_in_the_other(noon, edition, tag, marked):
    mission = build.mission("FP-001", title_en="Plain", title_zh="普通")
    build.report(mission, Status.PAUSED, evidence=[build.evidence(publisher="", title=t) for t in ("Said", "说")])
    _report, document = read(f"lang={edition}")

    assert document.root_object["/Lang"] == tag
    assert {element["/Lang"] for element in structure(document) if "/Lang" in element} == marked


def test_it_claims_both_standards_and_is_tagged(noon):
    _report, document = read()

    claimed = document.root_object["/Metadata"].get_object().get_data().decode()
    assert "<pdfaid:part>3</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>" in claimed
    assert "<pdfuaid:part>1</pdfuaid:part>" in claimed
    assert document.root_object["/MarkInfo"]["/Marked"]


def test_the_metadata_state_what_the_report_is(noon):
    report, document = read("lang=en&as_of=2024-06-01")

    assert document.metadata.title == "Completion report · as of 1 Jun 2024"
    assert document.metadata.subject == "Filter: none: every mission"
    stated = [f"{fact.label.en}: {fact.value.en}" for fact in report.statement]
    assert document.metadata["/Keywords"] == ", ".join(["Edition: Live copy, not published", *stated])
    assert document.metadata.creation_date == report.advanced_at.replace(microsecond=0)


def test_the_arcs_are_described_with_both_numbers(noon):
    build.mission("FP-001", status=Status.COMPLETED)
    build.mission("FP-002")
    _report, document = read("lang=en")

    (figure,) = [element for element in structure(document) if element["/S"] == "/Figure"]
    assert figure["/Alt"] == "Instrument FP: documented 1/2 · no figure reported for it alone"


@override_settings(SITE_URL="https://hub.example")
def test_codes_and_addresses_link_and_nothing_else_does(noon):
    mission = build.mission("FP-001", title_en="javascript:alert(1) (see https://example.org/a_(b)), now")
    build.report(mission, Status.PAUSED, evidence=[build.evidence(url="https://example.org/evidence?a=1&b=2")])
    _report, document = read("lang=en&since=2023-01-01")

    about, licence = "https://hub.example/en/about/#verify", "https://creativecommons.org/licenses/by/4.0/"
    assert set(addresses(document)) == {
        "https://hub.example/en/missions/FP-001/?as_of=2024-06-30",
        "https://example.org/a_(b)",
        "https://example.org/evidence?a=1&b=2",
        licence,
        about,
    }
    assert "https://hub.example/zh-hans/missions/FP-001/?as_of=2024-06-30" in addresses(read("lang=both")[1])


HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    '#panic("x")',
    "#eval(sys.inputs.data)",
    "<script>alert(1)</script>",
    "$x$ @r // /* c */ `raw` *b* _i_ <label> [c] \\ {page}",
    "\"quotes\" 'single'",
]


def test_what_a_record_says_is_never_run(noon):
    for number, title in enumerate(HOSTILE):
        build.mission(f"FP-{number}", title_en=title, title_zh=title)
    _report, document = read("lang=en")

    found = plain(text(document))
    assert [title for title in HOSTILE if plain(title) not in found] == []


def test_what_the_font_lacks_is_shown_by_a_mark_and_listed_with_its_missions(noon):
    build.mission("FP-001", title_en="Smile 😀", title_zh="𠮷野家")
    build.mission("FP-002", title_en="Smile 😀 again, cafe\u0301")
    _report, document = read("lang=en")

    found = text(document)
    assert "Smile 〓 again, café" in found
    assert "Characters that the font lacks are shown as 〓: U+1F600 (FP-001, FP-002)." in found
    assert "U+20BB7 (FP-001)" in text(read("lang=zh")[1])


def test_where_the_font_has_all_no_character_is_listed(noon):
    build.mission("FP-001", title_en="Plain", title_zh="普通")

    assert "U+" not in text(read("lang=both")[1])


def test_no_character_breaks_the_document(noon):
    mission = build.mission("FP-001")
    Mission.objects.filter(pk=mission.pk).update(
        title_en="".join(map(chr, [*range(0xD800), *range(0xE000, 0x10000, 7), *range(0x10000, 0x110000, 997)]))
    )
    Instrument.objects.update(title_en="\x00\u202e😀")
    _report, document = read("lang=en")

    assert len(document.pages) > 10
    assert Counter(element["/S"] for element in structure(document))["/Figure"] == 1


def test_a_title_longer_than_a_page_is_there_to_its_end(noon):
    mission = build.mission("FP-001")
    Mission.objects.filter(pk=mission.pk).update(title_en="汉" * 4000 + "end")
    _report, document = read("lang=en")

    found = text(document)
    assert found.count("汉") == 4000
    assert plain(found).count("汉end") == 1


def test_no_text_goes_over_the_edge_of_its_page(noon):
    mission = build.mission("FP-001-XXXXXXXXXXXX")
    Mission.objects.filter(pk=mission.pk).update(title_en="W" * 300)
    _report, document = read("lang=en")

    lines = [line for page in document.pages for line in page.extract_text().split("\n") if "WW" in line]
    assert sum(line.count("W") for line in lines) == 300
    assert max(line.count("W") for line in lines) <= 36 * 4.93 / 6


def test_a_report_without_records_is_a_document_too(noon):
    report, document = read("q=nothing&lang=en")

    assert "No mission matches." in text(document)
    assert bookmarks(document) == [section.title.en for section in sections(report)]


@pytest.mark.both_databases
def test_another_process_writes_the_same_bytes(own_database):
    for number in range(3):
        build.mission(f"M-{number}", title_en="Smile 😀", status=Status.COMPLETED, due=date(2024, 6, 1))
    query = "as_of=2024-06-30&lang=both"
    here = written(reported(query))
    assert written(reported(query)) == here

    other = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, query],
        env={**own_database, "DJANGO_SETTINGS_MODULE": "hubtracker.settings", "PYTHONHASHSEED": "7"},
        capture_output=True,
        check=True,
    )

    assert other.stdout == here
