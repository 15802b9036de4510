"""The words that a list is searched for: what they find, and where a reader sees it."""

import pytest

from missions.status import Status
from tests import build
from tests.public.dom import listed, parse

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def missions(noon):
    texts = {
        "M-1": ("Hongqiao airport", "虹桥机场", "", ""),
        "M-2": ("Rail link", "铁路", "A line that ends at the Hongqiao hub.", "通往虹桥枢纽的线路。"),
        "M-3": ("100% of_it", "100％以上", "", ""),
        "M-4": ("1000 ofXit", "一千", "", ""),
    }
    for code, (title_en, title_zh, description_en, description_zh) in texts.items():
        names = {"title_en": title_en, "title_zh": title_zh}
        build.mission(code, **names, description_en=description_en, description_zh=description_zh)


def search(client, query, language="en", **more):
    return client.get(f"/{language}/missions/", {"q": query, **more})


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("虹桥", ["M-1", "M-2"]),
        ("Hongqiao", ["M-1", "M-2"]),
        ("HONGQIAO", ["M-1", "M-2"]),
        ("ＨＯＮＧＱＩＡＯ", ["M-1", "M-2"]),
        ("虹桥 rail", ["M-2"]),
        ("rail\u3000虹桥", ["M-2"]),
        ("  虹桥\u3000 AIRPORT ", ["M-1"]),
        ("m-2", ["M-2"]),
        ("Ｍ－２", ["M-2"]),
        ("%", ["M-3"]),
        ("％", ["M-3"]),
        ("100%", ["M-3"]),
        ("_", ["M-3"]),
        ("of_it", ["M-3"]),
        ("rail airport", []),
        ("虹 桥", ["M-1", "M-2"]),
        ("桥虹", []),
        ("\\", []),
    ],
)
def test_a_word_is_found_in_code_titles_and_descriptions_of_both_languages(client, query, found, language):
    assert listed(search(client, query, language)) == found


def row(response, code):
    return parse(response).one("tr", data_code=code)


def marks(element):
    return [mark.text for mark in element.all("mark")]


def test_a_hit_in_the_title_shown_or_in_the_code_is_marked_there_and_nowhere_else(client):
    shown = row(search(client, "ＨＯＮＧＱＩＡＯ m-1"), "M-1")

    assert marks(shown.one("td", class_="title").one("a")) == ["Hongqiao"]
    assert marks(shown.one("td", class_="code").one("a")) == ["M-1"]
    assert shown.all(class_="hit") == []
    assert shown.one("td", class_="title").text == "Hongqiao airport"


@pytest.mark.parametrize(
    ("query", "language", "code", "lang", "text", "marked"),
    [
        ("虹桥", "en", "M-1", "zh-Hans", "虹桥机场", ["虹桥"]),
        ("hongqiao", "zh-hans", "M-1", "en", "Hongqiao airport", ["Hongqiao"]),
        ("hongqiao", "en", "M-2", "en", "A line that ends at the Hongqiao hub.", ["Hongqiao"]),
        ("虹桥", "zh-hans", "M-2", "zh-Hans", "通往虹桥枢纽的线路。", ["虹桥"]),
        ("虹桥", "en", "M-2", "zh-Hans", "通往虹桥枢纽的线路。", ["虹桥"]),
        # The text that has most of the words that the title lacks.
        ("rail 铁 线路 枢纽", "en", "M-2", "zh-Hans", "通往虹桥枢纽的线路。", ["枢纽", "线路"]),
    ],
)
def test_a_hit_elsewhere_is_shown_beneath_the_title_in_its_own_language(
    client, query, language, code, lang, text, marked
):
    hit = row(search(client, query, language), code).one("td", class_="title").one("span", class_="hit")

    assert (hit["lang"], hit.text, marks(hit)) == (lang, text, marked)


def test_of_a_long_description_an_excerpt_is_shown(client):
    long = "words before " * 50 + "the needle <b>" + " words after" * 50
    build.mission("M-5", description_en=long, description_zh="说" * 300 + "针" + "明" * 300)

    english = row(search(client, "NEEDLE"), "M-5").one(class_="hit").text
    chinese = row(search(client, "针"), "M-5").one(class_="hit").text

    assert english.startswith("…words before")
    assert "the needle <b> words" in english
    assert english.endswith("…")
    assert 60 < len(english) <= 82
    assert chinese == f"…{'说' * 10}针{'明' * 29}…"


def test_neither_the_words_searched_for_nor_a_text_become_markup(client):
    nasty = "<script>alert('x')</script> & \"quoted\""
    build.mission("M-6", title_en=nasty, title_zh="六", description_en="plain", description_zh=nasty)

    for query in (nasty, "<script>", "script> &", "amp lt quot", "'x'"):
        for language in ("en", "zh-hans"):
            response = search(client, query, language)
            page = parse(response)
            assert page.all("script") == page.one("head").all("script")
            assert page.one("input", id="id_q")["value"] == query
    shown = row(search(client, "<script>alert('x')</script>"), "M-6").one("td", class_="title").one("a")
    assert (shown.text, marks(shown)) == (nasty, ["<script>alert('x')</script>"])
    assert listed(search(client, "amp")) == []


def test_nothing_is_marked_without_words_on_the_page_of_a_mission_or_in_a_file(client):
    build.report(build.Mission.objects.get(code="M-1"), Status.PAUSED)

    for address in (
        "/en/missions/",
        "/en/missions/?q=%20",
        "/en/missions/M-1/?q=hongqiao",
        "/en/owners/O1/?q=hongqiao",
    ):
        assert parse(client.get(address)).all("mark") == [], address
        assert parse(client.get(address)).all(class_="hit") == [], address
    file = client.get("/en/report/completion.csv", {"q": "hongqiao 虹桥"}).getvalue().decode("utf-8-sig")
    assert [line.split(",")[0] for line in file.splitlines()] == ["code", "M-1", "M-2"]
    assert "mark" not in file
    assert "Hongqiao airport,虹桥机场" in file


def test_the_longest_search_of_one_letter_words_is_answered(client):
    build.mission("M-7", title_en="".join(map(chr, range(0x4E00, 0x4E64))), title_zh="七")

    found = search(client, " ".join(map(chr, range(0x4E00, 0x4E64))))

    assert listed(found) == ["M-7"]
    assert len(marks(row(found, "M-7"))) == 1
