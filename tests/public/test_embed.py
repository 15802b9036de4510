"""The card: reported beside documented, the one page that other sites may frame; and the snippets to copy."""

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override

from missions.status import Status
from tests import build
from tests.public.dom import loaded, parameters, parse, written_code
from tests.public.officials import said

pytestmark = pytest.mark.usefixtures("noon")

QUERIES = 9


@pytest.fixture
def plan():
    plan = build.instrument("FP", title_en='Plan "A" & <B>', title_zh="方案")
    build.mission(instrument=plan, status=Status.COMPLETED, on=build.date(2024, 3, 1))
    build.mission(instrument=plan)
    build.mission(instrument=plan, status=Status.WITHDRAWN)
    return plan


def card(client, query="", language="en"):
    response = client.get(f"/{language}/embed/FP/{query}")
    assert response.status_code == 200
    return parse(response)


def tree(text):
    return parse(HttpResponse(text))


def beside(page):
    return [row.text for row in page.one("dl").all("div")]


@pytest.mark.both_databases
def test_both_numbers_stand_side_by_side_with_source_and_day(client, plan):
    said(2, 2)

    english, chinese = card(client), card(client, language="zh-hans")
    assert english.one("h1").text == 'Plan "A" & <B>'
    assert beside(english) == [
        "Documented here 1 of 2 as of 30 Jun 2024",
        "Reported by officials 2 of 2 “completed”, 2 Mar 2024 · Publisher",
    ]
    assert chinese.one("h1").text == "方案"
    assert beside(chinese) == [
        "本站有据可查 2 项中 1 项 截至2024年6月30日",
        "官方公布 2 项中 2 项 “完成”，2024年3月2日 · Publisher",
    ]
    assert chinese.one("html")["lang"] == "zh-Hans"


def test_what_officials_did_not_report_is_said_and_not_drawn(client, plan):
    page = card(client)

    assert beside(page)[1] == "Reported by officials Officials published no figure for this document alone."
    assert len(page.one("svg").all("path")) == 2
    said(2, 2)
    assert len(card(client).one("svg").all("path")) == 3


def test_a_past_day_is_shown_and_kept_by_every_link_to_this_site(client, plan):
    said(2, 2)
    days = {"as_of": ["2024-02-29"], "known_at": ["2024-06-30"]}

    page = card(client, "?known_at=2024-06-30&as_of=2024-02-29&nonsense=1")
    assert beside(page) == [
        "Documented here 0 of 2 as of 29 Feb 2024, as known on 30 Jun 2024",
        "Reported by officials Officials published no figure for this document alone.",
    ]
    assert [parameters(link["href"]) for link in page.all("a")] == [days] * 3
    before = card(client, "?as_of=2021-02-23")
    assert before.all("dl") == []
    assert before.one("main").one("p").text == "no missions by this day · 23 Feb 2021"


def test_links_leave_the_frame_but_for_the_language(client, plan):
    links = card(client).all("a")

    assert [(link["href"], link.get("target")) for link in links] == [
        ("/en/instruments/FP/", "_blank"),
        ("/en/", "_blank"),
        ("/zh-hans/embed/FP/", None),
    ]
    assert all("noopener" in link["rel"] for link in links if link.get("target"))


def test_it_alone_may_be_framed_and_the_rest_of_its_policy_is_that_of_all_pages(client, plan):
    response, other = client.get("/en/embed/FP/"), client.get("/en/instruments/FP/")

    policy = other["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy
    expected = policy.replace("frame-ancestors 'none'", "frame-ancestors *")
    assert response["Content-Security-Policy"] == expected
    assert "X-Frame-Options" not in response
    assert other["X-Frame-Options"] == "DENY"
    for refused in ("NO/", "FP/?as_of=x"):
        answer = client.get(f"/en/embed/{refused}")
        assert (answer["X-Frame-Options"], answer["Content-Security-Policy"]) == ("DENY", policy)


def test_it_is_small_sets_no_cookie_and_no_search_engine_lists_it(client, plan):
    response = client.get("/en/embed/FP/")

    page = parse(response)
    assert page.one("meta", name="robots")["content"] == "noindex"
    assert not response.cookies
    assert "cookie" not in response["Vary"].lower()
    names = {address.rpartition("/")[2].partition(".")[0] for address in loaded(page)}
    assert (names, written_code(page), page.all("style")) == ({"embed", "mark"}, [], [])


@pytest.mark.both_databases
@pytest.mark.parametrize("code", ["NEW", "fp", "FP%00", "x" * 3000])
def test_there_is_none_of_what_is_not_public(client, plan, code):
    build.mission(instrument=build.instrument("NEW"), opened=False)

    assert client.get(f"/en/embed/{code}/").status_code == 404


def test_its_colours_are_those_of_the_pages():
    theme = (settings.BASE_DIR / "missions/assets/theme.css").read_text()
    sheet = (settings.BASE_DIR / "missions/static/missions/embed.css").read_text()

    def colours(text):
        return [line.strip().split("; ") for line in text.splitlines() if line.strip().startswith("--")]

    tokens = [token.rstrip(";") for line in colours(sheet) for token in line]
    known = [token.rstrip(";") for line in colours(theme) for token in line]
    assert len(tokens) == 18
    assert [token for token in tokens if token not in known] == []


def test_the_number_of_queries_does_not_grow_with_the_records(client, plan):
    def taken():
        with CaptureQueriesContext(connection) as queries:
            card(client)
        return len(queries)

    said(2, 2)
    assert taken() == QUERIES
    for number in range(5):
        build.mission(instrument=build.instrument(f"I{number}"), status=Status.COMPLETED)
        said(1, 2, code=f"I{number}", key=f"k{number}")
    assert taken() == QUERIES


@pytest.mark.parametrize(("language", "tongue", "title"), [("en", "en", 'Plan "A" & <B>'), ("zh-hans", "zh", "方案")])
def test_the_snippets_are_html_and_markdown_that_lead_here(plan, language, tongue, title):
    with override(language):
        context = {"instrument": plan, "site_url": "https://hub.example"}
        page = tree(render_to_string("missions/_embed_snippet.html", context))

    areas = {area["id"]: "".join(area.children) for area in page.all("textarea")}
    assert all(area.get("readonly") is None and "readonly" in area.attributes for area in page.all("textarea"))
    assert [label["for"] for label in page.all("label")] == list(areas)
    frame = tree(areas["snippet-card"]).one("iframe")
    assert frame["src"] == f"https://hub.example/{language}/embed/FP/"
    assert (frame["title"], frame["loading"]) == (title, "lazy")
    link = tree(areas["snippet-badge"]).one("a")
    assert link["href"] == f"https://hub.example/{language}/instruments/FP/"
    assert link.one("img")["alt"] == title
    badge = f"https://hub.example/badge/FP.svg?lang={tongue}"
    assert link.one("img")["src"] == badge
    assert areas["snippet-markdown"] == f"[![FP]({badge})]({link['href']})"
    assert page.one("img")["src"] == f"/badge/FP.svg?lang={tongue}"
