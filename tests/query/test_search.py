"""Words in a list: what they find, and what is marked."""

import html

import pytest

from tests import factories
from tests.public.dom import listed, parse, written_code
from tests.public.reading import marked

pytestmark = pytest.mark.usefixtures("db")
NASTY = "<script>alert('x')</script> & \"quoted\""
LONG = "words before " * 50 + "the needle <b>" + " words after" * 50
MANY = "".join(map(chr, range(0x4E80, 0x4EE4)))


@pytest.fixture(scope="module", autouse=True)
def missions(module_noon):
    texts = {
        "M-1": ("Hongqiao airport", "虹桥机场", "", ""),
        "M-2": ("Rail link", "铁路", "A line that ends at the Hongqiao hub.", "通往虹桥枢纽的线路。"),
        "M-3": ("100% of_it", "100％以上", "", ""),
        "M-4": ("1000 ofXit", "一千", "", ""),
        "M-5": (NASTY, "六", LONG, "说" * 300 + "针" + "明" * 300),
        "M-6": ("Six", NASTY, "", ""),
        "M-7": (MANY, "七", "", ""),
    }
    for code, (title_en, title_zh, description_en, description_zh) in texts.items():
        descriptions = {"description_en": description_en, "description_zh": description_zh}
        factories.mission(code, title_en=title_en, title_zh=title_zh, **descriptions)


def search(client, query, language="en"):
    return client.get(f"/{language}/missions/", {"q": query})


def title(response, code):
    """(title with its marks, the text shown beneath it with its marks, language of that)."""
    cell = parse(response).one("tr", data_code=code).all("td")[1]
    beneath = [(span["lang"], marked(span)) for span in cell.all("span") if span.get("lang")]
    return marked(cell.one("a")), *beneath


FOUND = {
    "虹桥": ["M-1", "M-2"],
    "HONGQIAO": ["M-1", "M-2"],
    "ＨＯＮＧＱＩＡＯ": ["M-1", "M-2"],
    "rail\u3000虹桥": ["M-2"],
    "  虹桥\u3000 AIRPORT ": ["M-1"],
    "Ｍ－２": ["M-2"],
    "100%": ["M-3"],
    "％": ["M-3"],
    "of_it": ["M-3"],
    " ".join(MANY): ["M-7"],
    **{query: [] for query in ("rail airport", "桥虹", "\\", "amp")},
}


@pytest.mark.both_databases
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_words_are_found_in_code_titles_and_descriptions_of_both_languages(client, language):
    answers = {query: search(client, query, language) for query in FOUND}
    assert {query: listed(answer) for query, answer in answers.items()} == FOUND


@pytest.mark.parametrize(
    ("query", "language", "code", "expected"),
    [
        ("ＨＯＮＧＱＩＡＯ", "en", "M-1", ("[Hongqiao] airport",)),
        ("虹桥", "en", "M-1", ("Hongqiao airport", ("zh-Hans", "[虹桥]机场"))),
        ("hongqiao", "zh-hans", "M-1", ("虹桥机场", ("en", "[Hongqiao] airport"))),
        ("hongqiao", "en", "M-2", ("Rail link", ("en", "A line that ends at the [Hongqiao] hub."))),
        ("虹桥", "en", "M-2", ("Rail link", ("zh-Hans", "通往[虹桥]枢纽的线路。"))),
        # The text with the most words that the title lacks is shown.
        ("rail 铁 线路 枢纽", "en", "M-2", ("[Rail] link", ("zh-Hans", "通往虹桥[枢纽]的[线路]。"))),
        ("针", "zh-hans", "M-5", ("六", ("zh-Hans", f"…{'说' * 10}[针]{'明' * 29}…"))),
        ("<script> x", "en", "M-5", (NASTY.replace("<script>", "[<script>]").replace("'x'", "'[x]'"),)),
        (NASTY, "zh-hans", "M-6", ("[<script>alert('x')</script>] [&] [\"quoted\"]",)),
        (" ".join(MANY), "en", "M-7", (f"[{MANY}]",)),
    ],
)
def test_hits_are_marked_in_the_title_or_shown_beneath_it_in_their_language(client, query, language, code, expected):
    response = search(client, query, language)
    assert title(response, code) == expected
    page = parse(response)
    assert (written_code(page), page.one("input", name="q")["value"]) == ([], query)


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("ＨＯＮＧＱＩＡＯ　ｈｕｂ", "hongqiao", "[ＨＯＮＧＱＩＡＯ] ｈｕｂ"),
        ("Green ﬁnance", "fin", "Green [ﬁn]ance"),
        ("Green ﬁnance", "inance", "Green [ﬁnance]"),
        ("㍿虹桥", "会社", "[㍿]虹桥"),
        ("Hauptstraße 1", "STRASSE", "Haupt[straße] 1"),
        ("Cafe\u0301 1", "é", "Caf[e\u0301] 1"),
        ("Cafe\u0301 1", "caf", "[Caf]e\u0301 1"),
        ("İstanbul", "i\u0307s", "[İs]tanbul"),
        ("banana", "ana nan", "b[anana]"),
        ("to a station", "to station statio", "[to] a [station]"),
        ("a.b (c)", ". (c)", "a[.]b [(c)]"),
        ("가각나", "각", "가[각]나"),
    ],
)
def test_marks_show_the_text_as_written_whatever_folding_makes_of_it(client, text, query, shown):
    factories.mission("X-X", title_en=text)
    assert html.unescape(title(search(client, query), "X-X")[0]).split() == shown.split()
