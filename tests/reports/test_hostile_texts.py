"""Texts of records and readers are text in every format: no formula, no markup, no code, no lost end."""

import io
import json
import re
from unicodedata import normalize

import openpyxl
import pytest
from django.http import HttpResponse
from openpyxl.utils.escape import unescape

from missions.bilingual import strip_unsafe
from missions.models import Instrument, Mission
from missions.status import Status
from tests import factories
from tests.public.dom import parse
from tests.reports.reading import (
    MISSIONS,
    all_text,
    csv_rows,
    fetched,
    html_tables,
    joined,
    plain,
)

TEXTS = [
    "=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(1)", '#panic("x")', '#read("/etc/passwd")', "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>", "]]> --> </w:t></a:t><!--", "{{ x }} {% load i18n %}", "%(x)s", "%s %d {0} {page}",
    "\u202eturned \u2066isolated", "emoji 😀", "family 👨\u200d👩\u200d👧", "rare 𠮷野家", "javascript:alert(1)",
    "&amp; &lt;b&gt; &#60;",
    "<r><t>x</t></r>", "_x0041_ _x000D_", "quotes \" ' ` \\ $x$ @r // /* c */ *b* _i_ <label> [c]",
]  # fmt: skip
# The forms refuse these; records of an older release or of an import can have them.
UNUSUAL = ["nul \x00 and \x08", "not a character \ufffe \uffff", "W" * 5000, "汉" * 3000 + "end"]
UNUSUAL += ["two\r\nlines\tand\u2028more"]
EVERY_TEXT = TEXTS + UNUSUAL
editions = pytest.mark.parametrize(
    "edition", ["both", pytest.param("en", marks=pytest.mark.long), pytest.param("zh", marks=pytest.mark.long)]
)


@pytest.fixture(scope="module")
def hostile(module_noon):
    """A mission for each text, in its titles, its owner, theme, clause, headline and evidence."""
    with factories.any_character():
        for number, text in enumerate(EVERY_TEXT):
            names = {"name_en": text, "name_zh": text}
            owner, theme = factories.organisation(f"O{number}", **names), factories.theme(f"T{number}", **names)
            mission = factories.mission(f"M-{number:02}", lead_owner=owner, theme=theme)
            evidence = factories.evidence(title=short(text), publisher=short(text))
            headlines = {"headline_en": short(text), "headline_zh": short(text)}
            factories.report(mission, Status.PAUSED, evidence=[evidence], **headlines)
            Mission.objects.filter(pk=mission.pk).update(title_en=text, title_zh=text, clause=text)
    Instrument.objects.update(title_en=TEXTS[0], title_zh=TEXTS[4])


def short(text):
    return text if text in TEXTS else "plain"


def clean(text):
    """A text as it is read in a document: one line, without what a font lacks."""
    return plain(re.sub("[\U00010000-\U0010ffff\u3013\u200d\ufffd]", "", normalize("NFC", strip_unsafe(text))))


def query(edition):
    return ("lang", edition), ("since", "2020-01-01"), ("sort", "code")


@editions
def test_html_has_every_text_as_text(client, db, hostile, edition):
    _response, body = fetched(client, "html", *query(edition))

    def columns(place, *headings):
        expected = [plain(joined(heading, edition)) for heading in headings]
        found = [table for table in html_tables(body) if [*map(plain, table[0])][: len(expected)] == expected]
        return [clean(row[place]) for table in found for row in table[1:]]

    assert columns(1, "Code", "Mission", "Status") == list(map(clean, EVERY_TEXT))
    assert columns(3, "Code", "Mission", "Status") == list(map(clean, EVERY_TEXT))
    assert sorted(columns(3, "Date", "Mission")) == sorted(clean(short(text)) for text in EVERY_TEXT)
    cited = [f"{short(text)}·{short(text)}" for text in EVERY_TEXT]
    assert sorted(columns(3, "Mission", "Entry", "Since")) == sorted(map(clean, cited))
    page = parse(HttpResponse(body))
    assert {element.tag for element in page.walk()} & {"script", "img", "b", "label", "iframe", "w:t"} == set()
    assert {link["href"].partition(":")[0] for link in page.all("a") if link["href"][0] != "#"} == {"http", "https"}


@editions
@pytest.mark.parametrize("ending", ["pdf", "docx"])
def test_a_document_has_every_text_as_text(client, db, hostile, edition, ending):
    text = clean(all_text(ending, fetched(client, ending, *query(edition))[1]))

    assert [each for each in EVERY_TEXT if len(each) < 1000 and clean(each) not in text] == []
    assert (text.count("W") > 10_000, text.count("汉") > 6_000) == (True, True)  # pages end within them


@editions
def test_csv_json_and_excel_have_every_text_and_no_formula(client, db, hostile, edition):
    rows = csv_rows(fetched(client, "csv", *query(edition))[1])
    document = json.loads(fetched(client, "json", *query(edition))[1])
    book = openpyxl.load_workbook(io.BytesIO(fetched(client, "xlsx", *query(edition))[1]))
    _labels, names, *cells = book[MISSIONS.joined(edition)].iter_rows(values_only=True)
    languages = ("en", "zh") if edition == "both" else (edition,)
    texts = list(map(strip_unsafe, EVERY_TEXT))
    guarded = [f"'{text}" if text[0] in "=+-@\t\r\n" else text for text in texts]

    for name in ("title_en", "title_zh", "owner_en", "owner_zh", "theme_en", "theme_zh", "clause"):
        assert [row[name] for row in rows] == guarded
        assert [row[name] for row in document["missions"]] == texts
    for name in (*(f"{name}_{language}" for name in ("title", "owner", "theme") for language in languages), "clause"):
        assert [unescape(row[names.index(name)]) for row in cells] == texts
    headlines = sorted(row["headline_en"] for row in document["changes"])
    assert headlines == sorted(strip_unsafe(short(text)) for text in EVERY_TEXT)
    written = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in written} <= {"s", "inlineStr", "n", "d", "b"}
    assert [cell.coordinate for cell in written if cell.hyperlink] == []


def test_a_text_too_long_for_a_cell_of_excel_is_cut_with_a_note(client, db, hostile):
    mission = factories.mission("X-1")
    notes, titles = [], []
    for title in ("x" * 32_767, "😀" * 16_384):
        Mission.objects.filter(pk=mission.pk).update(title_en=title)
        book = openpyxl.load_workbook(io.BytesIO(fetched(client, "xlsx", ("q", "X-1"))[1]))
        _labels, names, row = book["Missions"].values
        titles.append(row[names.index("title_en")])
        notes.append("“…”" in str([*book["Report"].values]))

    assert (notes, titles) == ([False, True], ["x" * 32_767, "😀" * 16_383 + "…"])
