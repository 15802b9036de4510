"""Whatever records and readers say is inert text in every format and edition: no formula, no markup, no code."""

import io
import json
import re
from unicodedata import normalize

import openpyxl
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from openpyxl.utils.escape import unescape

from missions.models import Evidence, Instrument, Mission
from missions.reports.csv import FORMULA_STARTS
from missions.reports.words import inert
from missions.status import Status
from missions.typesetting import GETA, letters
from tests import build
from tests.public.dom import parse
from tests.public.parameters import address
from tests.reports.reading import MISSIONS, csv_rows, docx_tables, fetched, html_tables, joined, pdf_tables, plain

pytestmark = pytest.mark.usefixtures("noon")

EDITIONS = ["en", "zh", "both"]
FAMILY = "👨\u200d👩\u200d👧"
TEXTS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    '#panic("x")',
    '#read("/etc/passwd")',
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "]]> --> </w:t></a:t><!--",
    "{{ x }} {% load i18n %}",
    "%(x)s",
    "%s %d {0} {page}",
    "\u202eturned\u200f \u2066isolated",
    "emoji 😀",
    f"family {FAMILY}",
    "rare 𠮷野家",
    "javascript:alert(1)",
    "&amp; &lt;b&gt; &#60;",
    "_x0041_ _x000D_",
    "quotes \" ' ` \\ $x$ @r // /* c */ *b* _i_ <label> [c]",
]
# What the door of the ledger takes too; the register's own columns take more by other ways in.
BEYOND = ["nul \x00 and \x08", "not a character \ufffe \uffff", "W" * 5000, "two\r\nlines\tand\u2028more"]
EVERYTHING = TEXTS + BEYOND


@pytest.fixture
def programme(db, any_character):
    """A mission for each text, which stands in its titles, its owner, theme, instrument and clause, and in its news."""
    for number, text in enumerate(EVERYTHING):
        code = f"M-{number:02}"
        names = {"name_en": text, "name_zh": text}
        owner, theme = build.organisation(f"O{number}", **names), build.theme(f"T{number}", **names)
        mission = build.mission(code, lead_owner=owner, theme=theme)
        news = text if text in TEXTS else "plain"
        evidence = build.evidence(title=news, publisher=news)
        build.report(mission, Status.PAUSED, headline_en=news, headline_zh=news, evidence=[evidence])
        # Past the forms, as a program that imports might.
        Mission.objects.filter(pk=mission.pk).update(title_en=text, title_zh=text, clause=text)
    Instrument.objects.update(title_en=TEXTS[0], title_zh=TEXTS[4])


def shown(text):
    """A text on one line, as a document and a page have it."""
    return " ".join(inert(text).split())


def printed(text):
    """A text as it is copied out of a PDF: what the font lacks is a mark."""
    known, line = letters(), re.sub("[\t\r\n]+", " ", inert(text))
    return plain("".join(letter if ord(letter) in known else GETA for letter in normalize("NFC", line)))


def guarded(text):
    return f"'{inert(text)}" if inert(text).startswith(FORMULA_STARTS) else inert(text)


def query(edition):
    return ("lang", edition), ("since", "2020-01-01"), ("sort", "code")


def of(tables, edition, *headings):
    """The rows of the tables that begin with these headings."""
    expected = [plain(joined(heading, edition)) for heading in headings]
    return [row for table in tables if [*map(plain, table[0])][: len(expected)] == expected for row in table[1:]]


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    ("ending", "tables", "as_read"),
    [("html", html_tables, shown), ("docx", docx_tables, shown), ("pdf", pdf_tables, printed)],
)
def test_a_document_has_every_text_as_text(client, programme, edition, ending, tables, as_read):
    found = tables(fetched(client, ending, *query(edition))[1])

    clean = plain if ending == "pdf" else lambda text: " ".join(text.split())
    missions = of(found, edition, "Code", "Mission", "Status")
    assert [clean(row[1]) for row in missions] == [as_read(text) for text in EVERYTHING]
    assert [clean(row[3]) for row in missions] == [as_read(text) for text in EVERYTHING]
    changes = of(found, edition, "Day", "Mission")
    assert sorted(clean(row[3]) for row in changes) == sorted(
        as_read(text if text in TEXTS else "plain") for text in EVERYTHING
    )
    cited = of(found, edition, "Mission", "Entry", "Since")
    assert sorted(clean(row[3]) for row in cited) == sorted(
        as_read(" · ".join([text if text in TEXTS else "plain"] * 2)) for text in EVERYTHING
    )


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_page_has_no_element_of_theirs_and_leads_nowhere_else(client, programme, edition):
    found = parse(HttpResponse(fetched(client, "html", *query(edition))[1]))

    tags = {element.tag for element in found.walk()}
    assert tags & {"script", "img", "b", "label", "iframe", "w:t"} == set()
    assert {link["href"].partition(":")[0] for link in found.all("a") if link["href"][0] != "#"} == {"http", "https"}


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_records_as_csv_have_every_text_behind_a_guard(client, programme, edition):
    rows = csv_rows(fetched(client, "csv", *query(edition))[1])

    for name in ("title_en", "title_zh", "owner_en", "owner_zh", "theme_en", "theme_zh", "clause"):
        assert [row[name] for row in rows] == [guarded(text) for text in EVERYTHING]


@pytest.mark.parametrize("edition", EDITIONS)
def test_the_data_as_json_has_every_text(client, programme, edition):
    said = json.loads(fetched(client, "json", *query(edition))[1])

    for name in ("title_en", "title_zh", "owner_en", "theme_zh", "clause"):
        assert [row[name] for row in said["missions"]] == [inert(text) for text in EVERYTHING]
    news = sorted(inert(text if text in TEXTS else "plain") for text in EVERYTHING)
    assert sorted(row["headline_en"] for row in said["changes"]) == news
    assert sorted(row["title"] for row in said["evidence"]) == news
    assert {group["code"]: group["title"] for group in said["totals"]["owner"]["groups"]} == {
        f"O{number}": {"en": inert(text), "zh": inert(text)} for number, text in enumerate(EVERYTHING)
    }


@pytest.mark.parametrize("edition", EDITIONS)
def test_a_workbook_has_every_text_and_no_formula(client, programme, edition):
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, "xlsx", *query(edition))[1]))

    _labels, names, *rows = book[MISSIONS.joined(edition)].iter_rows(values_only=True)
    languages = ("en", "zh") if edition == "both" else (edition,)
    for name in (*(f"{name}_{language}" for name in ("title", "owner", "theme") for language in languages), "clause"):
        # Excel writes some characters by their number; this reader leaves them so.
        assert [unescape(row[names.index(name)]) for row in rows] == [inert(text) for text in EVERYTHING]
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert [cell.coordinate for cell in cells if cell.data_type not in ("s", "inlineStr", "n", "d", "b")] == []
    assert [cell.coordinate for cell in cells if cell.hyperlink] == []


@pytest.mark.parametrize("ending", ["html", "pdf", "docx", "xlsx", "json", "csv"])
def test_a_readers_words_are_text_too(client, ending):
    build.mission("M-1")
    for text in TEXTS:
        response, body = fetched(client, ending, ("q", text), ("lang", "en"))
        words = " ".join(text.split())
        if ending == "json":
            assert json.loads(body)["filter"][0]["value"] == {"en": inert(text), "zh": inert(text)}
        elif ending == "xlsx":
            told = [str(row[1]) for row in openpyxl.load_workbook(io.BytesIO(body))["Report"].values]
            assert inert(text) in map(unescape, told)
        elif ending != "csv":
            tables = {"html": html_tables, "docx": docx_tables, "pdf": pdf_tables}[ending](body)
            told = [row[1] for table in tables for row in table if row[0].strip() == "Search"]
            expected = printed(words) if ending == "pdf" else shown(words)
            assert [plain(value) if ending == "pdf" else " ".join(value.split()) for value in told] == [expected]
        assert response["X-Hub-Query"].isascii()


@pytest.mark.parametrize("ending", ["html", "pdf", "docx", "xlsx", "json", "csv"])
def test_words_that_no_search_can_hold_are_refused_by_name(client, ending):
    build.mission("M-1")
    for text in ("nul \x00", "W" * 5000):
        response = client.get(address(f"report/completion.{ending}", ("q", text)))

        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
        assert [error["parameter"] for error in response.json()["errors"]] == ["q"]
    fetched(client, ending, ("q", "\ufffe \udcff"))


def test_no_half_of_a_pair_gets_into_the_database():
    """What is no character in UTF-8 cannot stand in a title, so that no file meets it."""
    with pytest.raises(UnicodeEncodeError):
        build.mission("M-1", title_en="\ud800")


def test_no_address_but_of_the_web_is_taken_as_evidence(client):
    mission = build.mission("M-1")

    with pytest.raises(ValidationError):
        build.report(mission, Status.PAUSED, evidence=[build.evidence(url="javascript:alert(1)")])
    with pytest.raises(IntegrityError), transaction.atomic():
        Evidence.objects.bulk_create([build.evidence(url="javascript:alert(1)", change_id=1)])
    assert json.loads(fetched(client, "json")[1])["evidence"] == []
