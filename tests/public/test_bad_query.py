"""The answer to a query that cannot be read: what is wrong, where, and the rest of it kept."""

import pytest
from django.utils.translation import gettext, override

from tests import build
from tests.public.dom import parse, written_code
from tests.public.parameters import address, build_one_mission
from tests.public.test_parameters import hidden, named


@pytest.fixture(autouse=True)
def mission(noon):
    return build_one_mission()


MESSAGES = {
    ("as_of", "2024-3-2"): "Write a day as YYYY-MM-DD, such as 2024-03-02.",
    ("as_of", "2024-07-01"): "This day has not come yet: choose today or an earlier day.",
    ("known_at", "2024-07-01"): "This day has not come yet: choose today or an earlier day.",
    ("due_before", "1899-12-31"): "Days run from 1900 to 2100.",
    ("due_after", "2101-01-01"): "Days run from 1900 to 2100.",
}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("asked", MESSAGES)
def test_the_page_says_what_is_wrong_with_a_day(client, asked, language):
    page = parse(client.get(address("missions/", asked, language=language)))

    with override(language):
        assert page.one(id=f"id_{asked[0]}_error").text == gettext(MESSAGES[asked])
    assert named(page) == [asked[0]]
    assert page.one("samp").text == asked[1]
    assert page.one("html")["lang"] == {"en": "en", "zh-hans": "zh-Hans"}[language]


def test_all_that_is_wrong_is_named_at_once(client):
    page = parse(client.get(address("missions/", ("as_of", "x"), ("status", "y"), ("page", "0"), ("q", "kept"))))

    assert sorted(named(page)) == ["as_of", "page", "status"]
    assert hidden(page) == [("q", "kept")]


def test_the_form_that_mends_a_query_keeps_every_value_of_the_rest(client):
    rest = [("status", "paused"), ("status", "completed"), ("owner", "O1"), ("per_page", "5")]

    page = parse(client.get(address("missions/", *rest, ("sort", "nothing"), ("nonsense", "1"))))

    assert sorted(hidden(page)) == sorted(rest)
    form = page.one("form", class_="bad-query")
    assert (form["method"], form["action"]) == ("get", "/en/missions/")


def test_the_form_on_a_page_of_one_record_leads_back_to_that_page(client):
    page = parse(client.get(address("themes/T1/", ("as_of", "x"), ("sort", "-due"))))

    assert page.one("form", class_="bad-query")["action"] == "/en/themes/T1/"
    assert ("sort", "-due") in hidden(page)


def test_a_bad_value_is_shown_as_text_and_never_as_markup(client):
    attack = '"><script>alert(1)</script>'
    response = client.get(address("missions/", ("q", attack), ("status", attack), ("as_of", attack), (attack, attack)))

    assert written_code(parse(response)) == []
    assert "<script>alert" not in response.content.decode()


def test_a_record_that_is_not_there_is_not_found_even_with_a_bad_query(client):
    assert client.get(address("themes/T9/", ("as_of", "x"))).status_code == 404


def test_a_code_of_an_instrument_in_preparation_is_as_unknown_as_any(client):
    build.mission("HID-1", instrument=build.instrument("HID", issued_on=None), opened=False)

    assert client.get(address("missions/", ("instrument", "HID"))).status_code == 400
    assert client.get(address("missions/", ("instrument", "NONE"))).status_code == 400
