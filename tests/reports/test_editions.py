"""What a file says of its edition: a live copy, a published report, or a corrected edition."""

import io
import json
from datetime import UTC, datetime

import docx
import jsonschema
import openpyxl
import pypdf
import pytest
from django.core.exceptions import ValidationError
from django.http import HttpResponse

from missions.models import FrozenReport
from missions.public.downloads import edition
from missions.reports import freezing
from missions.reports.json import SCHEMA
from missions.reports.words import Words
from tests import build
from tests.public.dom import parse
from tests.reports.frozen import REASON, TITLE, published
from tests.reports.reading import fetched

pytestmark = pytest.mark.usefixtures("noon")

DAY = "as_of=2024-06-30"
DOCUMENTS = ["html", "pdf", "docx", "xlsx"]
CORRECTED = Words("Completion, corrected", "完成情况（更正）")
SITE = "http://127.0.0.1:8000"


@pytest.fixture
def first(noon):
    build.mission("M-1")
    return published(DAY)


@pytest.fixture
def corrected(first, noon):
    noon.move_to(datetime(2024, 7, 2, 4, tzinfo=UTC))
    return published(DAY, title=CORRECTED, supersedes=first)


def text(ending, body):
    """All that a reader sees in the file, without spaces."""
    match ending:
        case "html":
            found = parse(HttpResponse(body)).one("body").text
        case "pdf":
            found = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(body)).pages)
        case "docx":
            found = "".join(docx.Document(io.BytesIO(body)).element.body.itertext())
        case "xlsx":
            book = openpyxl.load_workbook(io.BytesIO(body))
            found = "".join(str(cell) for sheet in book for row in sheet.values for cell in row)
    return "".join(found.replace("\u200b", "").split())


def file_of(report, ending, language):
    return bytes(report.files.get(name__endswith=f".{ending}", language=language).content)


def missing(bodies, *facts):
    """Each (ending, fact) that a file does not state."""
    texts = [(ending, text(ending, body)) for ending, body in bodies]
    return [(ending, fact) for ending, found in texts for fact in facts if "".join(fact.split()) not in found]


def files_of(report, language):
    return [(ending, file_of(report, ending, language)) for ending in DOCUMENTS]


def test_a_live_copy_says_that_it_is_not_published(client):
    build.mission("M-1")

    bodies = [(ending, fetched(client, ending, ("lang", "both"))[1]) for ending in DOCUMENTS]

    assert missing(bodies, "Live copy, not published", "实时副本，未经发布") == []
    assert len(missing(bodies, "Seal and checksums")) == len(DOCUMENTS)


def test_a_published_report_names_its_date_and_the_page_with_its_seal(first):
    bodies = files_of(first, "both")

    page = f"{SITE}/en/reports/{first.slug}/"
    assert missing(bodies, "Published on 30 Jun 2024", "发布于2024年6月30日", "Seal and checksums", page) == []
    assert len(missing(bodies, "Live copy, not published", "Supersedes")) == 2 * len(DOCUMENTS)


def test_a_corrected_edition_names_what_it_supersedes_and_why(first, corrected):
    facts = (
        "Corrected edition, published on 2 Jul 2024",
        "更正版，发布于2024年7月2日",
        f"“{TITLE.en}”, published on 30 Jun 2024",
        f"《{TITLE.zh}》，发布于2024年6月30日",
        *REASON,
        first.seal,
        f"{SITE}/en/reports/{corrected.slug}/",
    )

    assert missing(files_of(corrected, "both"), *facts) == []


def test_every_page_of_a_document_names_the_edition(corrected):
    for language, label in (("en", "Corrected edition"), ("zh", "更正版")):
        document = pypdf.PdfReader(io.BytesIO(file_of(corrected, "pdf", language)))
        (section,) = docx.Document(io.BytesIO(file_of(corrected, "docx", language))).sections
        footers = ["".join(each._element.itertext()) for each in (section.footer, section.first_page_footer)]
        pages = [*footers, *(page.extract_text() for page in document.pages)]
        assert [page for page in pages if "".join(label.split()) not in "".join(page.split())] == []
        assert len(pages) > 3


def test_json_has_the_edition_as_an_object_that_the_schema_describes(client, first, corrected):
    found = [read(fetched(client, "json")[1]), *(read(file_of(each, "json", "both")) for each in (first, corrected))]

    assert [each["edition"] for each in found] == [
        {"kind": "live", "slug": None, "url": None, "published_at": None, "reason": None, "supersedes": None},
        {"kind": "published", **page_of(first), "reason": None, "supersedes": None},
        {
            "kind": "corrected",
            **page_of(corrected),
            "reason": REASON._asdict(),
            "supersedes": {**page_of(first), "title": TITLE._asdict(), "seal": first.seal},
        },
    ]


def read(body):
    document = json.loads(body)
    jsonschema.validate(document, json.loads(SCHEMA.read_text()))
    return document


def page_of(report):
    pages = {"en": f"{SITE}/en/reports/{report.slug}/", "zh": f"{SITE}/zh-hans/reports/{report.slug}/"}
    return {"slug": report.slug, "url": pages, "published_at": f"{report.published_at:%Y-%m-%dT%H:%M:%S.%fZ}"}


def edition_of(client, report, ending):
    file = report.files.filter(name__endswith=f".{ending}").first()
    response = client.get(file.get_absolute_url())
    response.close()
    return response["X-Hub-Edition"]


def test_the_header_names_the_edition_of_every_file(client, first, corrected):
    for ending in [*DOCUMENTS, "csv", "json"]:
        live = fetched(client, ending)[0]["X-Hub-Edition"]
        assert [live, edition_of(client, first, ending), edition_of(client, corrected, ending)] == [
            "live",
            f'published; report="{first.slug}"; published="2024-06-30"; seal="{first.seal}"',
            f'corrected; report="{corrected.slug}"; published="2024-07-02"; seal="{corrected.seal}"; '
            f'supersedes="{first.slug}"; reason="{REASON.en}"',
        ]


def test_a_reason_that_no_header_can_hold_is_percent_encoded(first):
    reason = 'Office “A”: "100%" 有误'
    report = FrozenReport(slug="new", supersedes=first, reason_en=reason, published_at=datetime(2024, 7, 2, tzinfo=UTC))

    assert edition(report).partition("reason=")[2] == ('"Office %E2%80%9CA%E2%80%9D: %22100%25%22 %E6%9C%89%E8%AF%AF"')


def test_the_name_of_a_file_has_the_language_except_of_csv_and_json(client):
    build.mission("M-1")

    parts = {}
    for ending in [*DOCUMENTS, "csv", "json"]:
        for language in ("en", "zh", "both"):
            name = fetched(client, ending, ("lang", language))[0]["Content-Disposition"].partition("filename=")[2]
            parts[ending, language] = name.split("_")[3:-1]
    assert parts == {(ending, language): [] if ending in ("csv", "json") else [language] for ending, language in parts}


def test_a_title_that_was_published_meanwhile_is_refused(first, monkeypatch):
    """The files name the address of their report, so that it is chosen before they are written."""
    monkeypatch.setattr(freezing, "_free_slug", lambda report: first.slug)

    with pytest.raises(ValidationError, match="Publish again"):
        published(DAY)
    assert FrozenReport.objects.count() == 1
