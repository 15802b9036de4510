"""The badge and the card of an instrument: documented beside reported, on any day, in either language."""

from datetime import date
from xml.etree import ElementTree

import pytest
import time_machine

from missions.status import Status
from tests import factories
from tests.public.dom import parameters, parse
from tests.public.officials import completion_figure
from tests.public.world import NOW

pytestmark = pytest.mark.usefixtures("noon")
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module", autouse=True)
def plan(module_db):
    """Two of three missions are documented as completed, officials report three; one was withdrawn."""
    with time_machine.travel(NOW, tick=False):
        plan = factories.instrument("FP", title_en="Plan <A> & B", title_zh="方案")
        for day in (date(2024, 2, 1), date(2024, 5, 1)):
            factories.mission(instrument=plan, status=Status.COMPLETED, on=day)
        factories.mission(instrument=plan)
        factories.mission(instrument=plan, status=Status.WITHDRAWN)
        completion_figure(3, 3)
        return plan


def badge(client, query=""):
    response = client.get(f"/badge/FP.svg{query}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/svg+xml; charset=utf-8")
    return ElementTree.fromstring(response.content)


def card(client, query="", language="en"):
    return parse(client.get(f"/{language}/embed/FP/{query}"))


@pytest.mark.parametrize(
    ("query", "language", "numbers"),
    [
        ("", "en", "documented 2/3 · reported 3/3 “completed”"),
        ("?lang=zh&as_of=", "zh-Hans", "有据可查 2/3 · 官方公布 3/3“完成”"),
        ("?as_of=2024-03-02", "en", "documented 1/3 · reported 3/3 “completed” · as of 2 Mar 2024"),
        ("?as_of=2024-03-01", "en", "documented 1/3 · no separate official figure · as of 1 Mar 2024"),
        ("?as_of=2020-01-01", "en", "no missions on this date · as of 1 Jan 2020"),
        ("?nonsense=1", "en", "documented 2/3 · reported 3/3 “completed”"),
    ],
)
def test_a_badge_has_both_numbers_of_its_day_in_the_language_of_the_address(client, query, language, numbers):
    drawn = badge(client, query)

    assert (drawn.get("lang"), drawn.find(f"{SVG}text").text) == (language, f"FP · {numbers}")
    assert drawn.find(f"{SVG}title").text.startswith({"en": "Plan <A> & B", "zh-Hans": "方案"}[language])
    chinese_reader = client.get(f"/badge/FP.svg{query}", headers={"Accept-Language": "zh-CN"})
    assert chinese_reader.content == client.get(f"/badge/FP.svg{query}").content


def test_a_badge_works_under_the_strictest_content_security_policy(client):
    elements = list(badge(client).iter())

    assert {
        name for each in elements for name in each.attrib if name in ("style", "class", "href") or name[:2] == "on"
    } == set()
    assert {each.tag for each in elements} <= {f"{SVG}{name}" for name in ("svg", "title", "rect", "path", "text")}


@pytest.mark.parametrize("query", ["lang=both", "lang=en&lang=zh", "as_of=2024-07-01&known_at=x"])
def test_a_bad_value_is_refused(client, query):
    errors = client.get(f"/badge/FP.svg?{query}").json()["errors"]

    assert [error["parameter"] for error in errors] == list(dict.fromkeys(p.split("=")[0] for p in query.split("&")))


@pytest.mark.parametrize(
    ("query", "language", "rows"),
    [
        ("", "en", [("2 of 3", "30 Jun 2024"), ("3 of 3", "2 Mar 2024")]),
        ("", "zh-hans", [("3 项中 2 项", "2024年6月30日"), ("3 项中 3 项", "2024年3月2日")]),
        ("?as_of=2024-02-29&known_at=2024-06-30", "en", [("1 of 3", "29 Feb 2024"), ("", "no figure")]),
    ],
)
def test_the_card_has_both_numbers_with_their_days_and_links_that_keep_the_day(client, query, language, rows):
    page = card(client, query, language)

    shown = [row.text for row in page.one("dl").all("div")]
    assert [number in text and note in text for text, (number, note) in zip(shown, rows, strict=True)] == [True, True]
    assert page.one("h1").text == {"en": "Plan <A> & B", "zh-hans": "方案"}[language]
    links = [link for link in page.all("a") if link["href"].startswith("/")]
    assert [parameters(link["href"]) for link in links] == [parameters(query)] * 3
    # Links leave the frame but for the language.
    assert [link.get("target") for link in links] == ["_blank", "_blank", None]
    assert page.one("meta", name="robots")["content"] == "noindex"


def test_the_page_of_an_instrument_has_snippets_for_other_sites(client):
    areas = {
        area["id"]: "".join(area.children) for area in parse(client.get("/zh-hans/instruments/FP/")).all("textarea")
    }

    site = "http://127.0.0.1:8000"
    assert [f'src="{site}/zh-hans/embed/FP/"' in areas["snippet-card"], "<iframe" in areas["snippet-card"]] == [
        True,
        True,
    ]
    badge = f"[![FP]({site}/badge/FP.svg?lang=zh)]({site}/zh-hans/instruments/FP/)"
    assert areas["snippet-markdown"] == badge
    assert f'src="{site}/badge/FP.svg?lang=zh"' in areas["snippet-badge"]
