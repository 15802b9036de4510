"""The badge and the card of an instrument: documented beside reported, on any day, in either language."""

from datetime import date
from xml.etree import ElementTree

import pytest

from missions.status import Status
from tests import factories
from tests.public.dom import parameters, parse
from tests.public.officials import completion_figure

pytestmark = pytest.mark.usefixtures("noon")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", autouse=True)
def plan(module_noon):
    """Two of three missions are documented as completed, officials report three; one was withdrawn."""
    plan = factories.instrument("FP", title_en="Plan <A> & B", title_zh="方案")
    for day in (date(2024, 2, 1), date(2024, 5, 1)):
        factories.mission(instrument=plan, status=Status.COMPLETED, on=day)
    factories.mission(instrument=plan)
    factories.mission(instrument=plan, status=Status.WITHDRAWN)
    completion_figure(3, 3)


@pytest.mark.parametrize(
    ("query", "language", "numbers"),
    [
        ("", "en", "documented 2/3 · reported 3/3 “completed”"),
        ("?lang=zh&as_of=", "zh-Hans", "有据可查 2/3 · 官方公布 3/3“完成”"),
        ("?as_of=2024-03-02", "en", "documented 1/3 · reported 3/3 “completed” · as of 2 Mar 2024"),
        ("?as_of=2024-03-01", "en", "documented 1/3 · no separate official figure · as of 1 Mar 2024"),
        ("?as_of=2020-01-01", "en", "no missions on this date · as of 1 Jan 2020"),
    ],
)
def test_a_badge_has_both_numbers_of_its_day_in_the_language_of_the_address(client, query, language, numbers):
    response = client.get(f"/badge/FP.svg{query}")
    drawn = ElementTree.fromstring(response.content)

    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert (drawn.get("lang"), drawn.find(f"{SVG}text").text) == (language, f"FP · {numbers}")
    assert drawn.find(f"{SVG}title").text.startswith({"en": "Plan <A> & B", "zh-Hans": "方案"}[language])
    chinese_reader = client.get(f"/badge/FP.svg{query}", headers={"Accept-Language": "zh-CN"})
    assert chinese_reader.content == response.content
    # It works under the strictest content security policy.
    assert {each.tag for each in drawn.iter()} <= {f"{SVG}{tag}" for tag in ("svg", "title", "rect", "path", "text")}
    assert {name for each in drawn.iter() for name in each.attrib}.isdisjoint({"style", "class", "href"})


@pytest.mark.parametrize(
    ("query", "language", "rows"),
    [
        ("", "en", [("2 of 3", "30 Jun 2024"), ("3 of 3", "2 Mar 2024")]),
        ("", "zh-hans", [("2/3 项", "2024年6月30日"), ("3/3 项", "2024年3月2日")]),
        ("?as_of=2024-02-29&known_at=2024-06-30", "en", [("1 of 3", "29 Feb 2024"), ("", "no figure")]),
    ],
)
def test_the_card_has_both_numbers_with_their_days_and_links_that_keep_the_day(client, query, language, rows):
    page = parse(client.get(f"/{language}/embed/FP/{query}"))

    shown = [row.text for row in page.one("dl").all("div")]
    assert [number in text and note in text for text, (number, note) in zip(shown, rows, strict=True)] == [True, True]
    assert page.one("h1").text == {"en": "Plan <A> & B", "zh-hans": "方案"}[language]
    links = [link for link in page.all("a") if link["href"].startswith("/")]
    assert [parameters(link["href"]) for link in links] == [parameters(query)] * 3
    # Links leave the frame but for the language.
    assert [link.get("target") for link in links] == ["_blank", "_blank", None]
    assert page.one("meta", name="robots")["content"] == "noindex"


def test_the_page_of_an_instrument_has_snippets_for_other_sites(client):
    page, site = parse(client.get("/zh-hans/instruments/FP/")), "http://127.0.0.1:8000"
    snippets = {area["id"].removeprefix("snippet-"): area.text for area in page.all("textarea")}

    assert snippets["markdown"] == f"[![FP]({site}/badge/FP.svg?lang=zh)]({site}/zh-hans/instruments/FP/)"
    assert f'src="{site}/badge/FP.svg?lang=zh"' in snippets["badge"]
    assert ("<iframe" in snippets["card"], f'src="{site}/zh-hans/embed/FP/"' in snippets["card"]) == (True, True)
