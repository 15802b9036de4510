"""Areas lie in each other: a city is asked for with its districts, and counted with them."""

import pytest
from django.core.exceptions import ValidationError

from missions.status import Status
from tests import build
from tests.public.dom import listed, parse

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.both_databases]


@pytest.fixture
def city(noon):
    """A city without a zone, with two districts, of which one mission names both and one names one."""
    build.area("HUB", zone="hub-wide", position=1)
    city = build.area("SZ", zone="", position=2, province_or_city="Jiangsu", province_or_city_zh="江苏省")
    north = build.area("KS", zone="northern belt", position=4, parent=city)
    south = build.area("TC", zone="southern belt", position=3, parent=city)
    build.area("QP", position=5)
    build.mission("M-1", areas=[north, south], status=Status.COMPLETED)
    build.mission("M-2", areas=[south])
    build.mission("M-3", areas=[build.area("QP")])
    build.mission("M-4", areas=[build.area("HUB")])
    build.mission("M-5", areas=[north], opened=False)
    return city


def page_of(client, path, language="en"):
    return parse(client.get(f"/{language}/{path}"))


def test_an_area_is_asked_for_with_those_below_it(client, city):
    assert listed(client.get("/en/missions/?area=SZ")) == ["M-1", "M-2"]
    assert listed(client.get("/en/missions/?area=KS")) == ["M-1"]
    assert listed(client.get("/en/missions/?area=KS&area=QP")) == ["M-1", "M-3"]
    assert [item["code"] for item in client.get("/api/v1/missions?area=SZ").json()["items"]] == ["M-1", "M-2"]

    (hint,) = page_of(client, "missions/?area=SZ").all("p", class_="hint")[:1]
    assert hint.one("a")["href"] == "/en/missions/?area=HUB"


def test_the_counts_beside_the_choices_have_those_below(client, city):
    labels = [
        label
        for label in page_of(client, "missions/").one("form", class_="query").all("label")
        if label.all(name="area")
    ]
    counts = {label.one("input")["value"]: label.one(class_="count").text for label in labels}

    assert counts == {"HUB": "1", "SZ": "2", "TC": "2", "KS": "1", "QP": "1"}


def test_the_areas_are_listed_each_below_the_one_above_with_all_that_lies_in_it(client, city):
    rows = page_of(client, "areas/").one("table", class_="dimensions").one("tbody").all("tr")

    shown = [(row.get("class"), row.one(class_="code").text, row.all("td", class_="number")[0].text) for row in rows]
    assert shown == [
        (None, "HUB", "1"),
        (None, "SZ", "2"),
        ("depth-1", "TC", "2"),
        ("depth-1", "KS", "1"),
        (None, "QP", "1"),
    ]
    assert [link["href"] for link in rows[1].all("a")][:2] == ["/en/areas/SZ/", "/en/missions/?area=SZ"]


def test_the_page_of_an_area_shows_its_own_beside_those_below(client, city):
    named = build.mission("M-6", areas=[city])
    page = page_of(client, "areas/SZ/")
    table = page.one("table", class_="tally")

    assert [cell.text for cell in table.one("tfoot").all("td")] == ["1", "3"]
    assert listed(client.get("/en/areas/SZ/")) == ["M-1", "M-2", named.code]
    assert [link.text for link in page.one("dl", class_="facts").all("a")] == ["Area TC", "Area KS"]
    (above,) = page_of(client, "areas/KS/").one("dl", class_="facts").all("a")
    assert (above.text, above["href"]) == ("Area SZ", "/en/areas/SZ/")


def test_an_area_without_a_zone_names_none_and_its_province_is_in_the_readers_language(client, city):
    facts = {
        language: page_of(client, "areas/SZ/", language).one("dl", class_="facts") for language in ("en", "zh-hans")
    }
    terms = {language: [term.text for term in found.all("dt")] for language, found in facts.items()}

    assert terms["en"] == ["Province or city", "Areas below"]
    assert [facts[language].all("dd")[0].text for language in facts] == ["Jiangsu", "江苏省"]
    assert page_of(client, "areas/KS/").one("dl", class_="facts").all("dt")[0].text == "Zone"


def test_the_api_counts_what_names_an_area_and_what_lies_in_it(client, city):
    build.mission("M-6", areas=[city])
    items = {item["code"]: item for item in client.get("/api/v1/areas").json()["items"]}

    assert {
        code: (item["parent"], item["zone"], item["missions"]["records"], item["with_those_below"]["records"])
        for code, item in items.items()
    } == {
        "HUB": (None, "hub-wide", 1, 1),
        "SZ": (None, None, 1, 3),
        "TC": ("SZ", "southern belt", 2, 2),
        "KS": ("SZ", "northern belt", 1, 1),
        "QP": (None, "core", 1, 1),
    }
    assert items["SZ"]["with_those_below"]["documented"] == 1
    assert items["SZ"]["province_or_city_zh"] == "江苏省"


def test_an_area_cannot_stand_below_itself(city):
    city.parent = build.area("KS")

    with pytest.raises(ValidationError) as refused:
        city.full_clean()
    assert refused.value.message_dict == {"parent": ["An area cannot stand below itself."]}
