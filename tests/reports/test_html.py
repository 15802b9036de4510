"""The completion report as one page that needs nothing else, read back as a browser would."""

import base64
import hashlib
import re
from datetime import date
from itertools import pairwise

import pytest
from django.conf import settings
from django.http import HttpResponse

from missions.models import Head, Measure, Mission, ReportedFigure
from missions.status import Status
from tests import build
from tests.public.dom import loaded, parse
from tests.reports.reading import fetched

EDITIONS = ["en", "zh", "both"]
LEADING = {"en": "en", "zh": "zh-Hans", "both": "zh-Hans"}


@pytest.fixture
def programme(noon):
    """One of everything that a report draws: figures, movements, changes, missions, evidence."""
    instrument = build.instrument("FP")
    for measure, value in ((Measure.TOTAL, 10), (Measure.COMPLETED, 9)):
        words = {"indicator_en": measure, "indicator_zh": measure, "unit": "missions", "measure": measure}
        made = ReportedFigure.objects.create(**words, value=value, source=build.source(), as_of=date(2024, 3, 1))
        made.covers.set([instrument])
    mission = build.mission("FP-1", title_en="Bridge", title_zh="大桥")
    build.report(mission, Status.COMPLETED, on=date(2024, 6, 1))
    build.mission("FP-2", title_en="Tunnel", title_zh="隧道")


def page(client, *query, language="en"):
    return parse(HttpResponse(fetched(client, "html", *query, language=language)[1]))


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_asks_for_nothing_from_anywhere(client, programme, edition):
    _response, body = fetched(client, "html", ("lang", edition))
    found = parse(HttpResponse(body))

    assert loaded(found) == ["data:,"]
    assert [
        element.tag for element in found.walk() if element.tag in ("script", "iframe", "object", "embed", "base")
    ] == []
    assert [element for element in found.walk() if {"src", "srcset", "style", "data"} & {*element.attributes}] == []
    assert [name for element in found.walk() for name in element.attributes if name.startswith("on")] == []
    assert re.findall(rb"url\(|@import|https?:", re.search(rb"<style>(.*?)</style>", body, re.DOTALL)[1]) == []


@pytest.mark.parametrize("edition", EDITIONS)
def test_its_one_style_is_the_one_that_the_policy_permits(client, programme, edition):
    response, body = fetched(client, "html", ("lang", edition))

    (style,) = re.findall(rb"<style[^>]*>(.*?)</style>", body, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
    policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
    assert policy == {
        "default-src": "'self'",
        "img-src": "data:",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
        "style-src": f"'sha256-{digest}'",
    }


def test_it_is_shown_and_not_saved(client, programme):
    response, _body = fetched(client, "html")

    head = Head.objects.get()
    name = rf'inline; filename="hubtracker_2024-06-30_r{head.revision}_en_[0-9a-f]{{8}}\.html"'
    assert re.fullmatch(name, response["Content-Disposition"])
    assert response["Content-Type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_text_is_marked_as_the_language_it_is_in(client, programme, edition):
    found = page(client, ("lang", edition))

    assert found.one("html")["lang"] == LEADING[edition]
    marked = {element["lang"] for element in found.walk() if element.tag == "span" and element.get("lang")}
    assert marked == ({"zh-Hans", "en"} if edition == "both" else set())
    titles = {"en": {"Bridge"}, "zh": {"大桥"}, "both": {"大桥 Bridge"}}[edition]
    (row,) = [line for line in rows(found, "missions") if line.one("th").text == "FP-1"]
    assert {row.all("td")[0].text} == titles


def rows(found, name):
    return found.one("table", class_=name).one("tbody").all("tr")


@pytest.mark.parametrize("edition", EDITIONS)
def test_headings_stand_in_order_and_the_contents_lead_to_them(client, programme, edition):
    found = page(client, ("lang", edition))

    levels = [int(element.tag[1]) for element in found.walk() if re.fullmatch("h[1-6]", element.tag)]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert [pair for pair in pairwise(levels) if pair[1] > pair[0] + 1] == []
    places = {heading["id"]: heading.text for heading in found.all("h2")}
    links = {link["href"][1:]: link.text for link in found.one("nav").all("a")}
    assert links == places
    assert [*places] == ["summary", "reported", "totals", "movements", "changes", "missions", "evidence", "notes"]
    ids = [element["id"] for element in found.walk() if element.get("id")]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_table_has_a_name_and_every_cell_its_headings(client, programme, edition):
    found = page(client, ("lang", edition))

    names = {element["id"]: element.text for element in found.walk() if element.get("id")}
    for table in found.all("table"):
        assert names[table["aria-labelledby"]]
        heads = table.one("thead").all("th")
        assert {head["scope"] for head in heads} == {"col"}
        for row in table.one("tbody").all("tr"):
            assert [head["scope"] for head in row.all("th")] == ["row"]
            assert [cell["data-label"] for cell in row.all("td")] == [head.text for head in heads][1:]
    assert len(found.all("table")) == 10


def links(found):
    """Where the page leads, but for its own places."""
    return {(link.text, link["href"]) for link in found.all("a") if not link["href"].startswith("#")}


@pytest.mark.parametrize(("edition", "path"), [("en", "en"), ("zh", "zh-hans"), ("both", "zh-hans")])
def test_a_code_leads_to_its_mission_on_the_days_of_the_report(client, programme, edition, path):
    found = page(client, ("lang", edition), ("as_of", "2024-06-29"), ("known_at", "2024-06-30"))

    days = "?as_of=2024-06-29&known_at=2024-06-30"
    missions = {(code, f"{settings.SITE_URL}/{path}/missions/{code}/{days}") for code in ("FP-1", "FP-2")}
    assert {(text, to) for text, to in links(found) if "/missions/" in to} == missions
    for name, count in (("movements", 1), ("changes", 1), ("missions", 2), ("evidence", 1)):
        leading = [{link["href"] for link in row.all("a") if "/missions/" in link["href"]} for row in rows(found, name)]
        assert [len(addresses) for addresses in leading] == [1] * count
    (_text, address) = min(missions)
    assert client.get(address.removeprefix(settings.SITE_URL)).status_code == 200


def test_addresses_of_the_web_are_links_and_no_other_is(client, programme):
    said = "javascript:alert(1) data:text/html,x ftp://example.org/ (see http://example.org/a_(b)), https://example.org/?a=1&b=2."
    Mission.objects.filter(code="FP-2").update(title_en=said)

    found = page(client, ("lang", "en"))

    other = {to for _text, to in links(found) if not to.startswith(settings.SITE_URL)}
    assert other == {
        "http://example.org/a_(b)",
        "https://example.org/?a=1&b=2",
        "https://example.org/evidence",
        "https://creativecommons.org/licenses/by/4.0/",
    }


@pytest.mark.parametrize("edition", EDITIONS)
def test_it_states_what_it_is(client, programme, edition):
    _response, body = fetched(client, "html", ("status", "completed"), ("lang", edition), ("as_of", "2024-06-30"))
    found, head = parse(HttpResponse(body)), Head.objects.get()

    said = [line.one("dd").text for line in found.one("dl", class_="statement").all("div")]
    assert len(said) == 7
    assert said[2:6] == [f"as_of=2024-06-30&lang={edition}&status=completed", "1", str(head.revision), said[5]]
    assert said[6] == head.hash
    (scope,) = found.one("dl", class_="scope").all("dd")
    assert scope.text == {"en": "Completed", "zh": "已完成", "both": "已完成 Completed"}[edition]
    assert found.one("title").text.startswith({"en": "Completion report ·"}.get(edition, "完成情况报告"))


def test_bars_are_as_long_as_what_they_count(client, programme):
    build.mission("T-1", theme=build.theme("T2"), status=Status.PAUSED)

    found = page(client, ("lang", "en"))

    lengths = {}
    for row in rows(found, "theme"):
        parts = row.one("svg", class_="bar").all("rect")
        lengths[row.all("td")[-3].text] = round(sum(float(part["width"]) for part in parts))
    assert lengths == {"2": 100, "1": 50}


def test_the_arcs_stand_with_both_numbers_in_words(client, programme):
    found = page(client, ("lang", "en"))

    figure = found.one("figure")
    assert figure.one("svg")["aria-hidden"] == "true"
    (line,) = figure.all("li")
    assert line.one("strong").text == "Instrument FP"
    assert line.text.removeprefix("Instrument FP") == "documented 1/2 · reported 9/10 “completed”"


def test_an_empty_report_has_its_chapters_and_no_empty_table(client, programme):
    found = page(client, ("q", "nothing has this"), ("lang", "en"))

    assert len(found.all("h2")) == 8
    assert [table for table in found.all("table") if not table.one("tbody").all("tr")] == []
    assert found.all("figure") == []
    assert "Bridge" not in found.text


def test_what_records_say_is_text(client, programme):
    said = "<script>alert(1)</script> </style></title> & \" ' {{ x }} <b onclick=x>"
    Mission.objects.filter(code="FP-2").update(title_en=said, title_zh=said)

    for edition in EDITIONS:
        found = page(client, ("lang", edition))
        (row,) = [line for line in rows(found, "missions") if line.one("th").text == "FP-2"]
        assert row.all("td")[0].text == " ".join(said.split())
        assert found.all("script") == found.all("b") == []
