"""The programme in its own words: its name where the site speaks of it, and the days of its history."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from missions.models import Programme, ProgrammeDay
from missions.status import Status
from tests import build
from tests.public.dom import parameters, parse

pytestmark = pytest.mark.usefixtures("noon")

NAMES = {"en": "Willow Harbour", "zh-hans": "柳港"}
ABOUT = {"en": "Two quays.", "zh-hans": "两座码头。"}


@pytest.fixture
def programme(noon):
    return Programme.objects.create(
        key="willow",
        name_en=NAMES["en"],
        name_zh=NAMES["zh-hans"],
        short_name_en="Willow",
        short_name_zh="柳",
        about_en=ABOUT["en"],
        about_zh=ABOUT["zh-hans"],
    )


def add_day(on, label, source="s1"):
    texts = {"label_en": label, "label_zh": f"日子{label}"}
    return ProgrammeDay.objects.create(date=on, source=build.source(source), **texts)


def page_of(client, path, language="en"):
    return parse(client.get(f"/{language}/{path}")).one("main")


@pytest.mark.parametrize("language", NAMES)
def test_the_overview_and_the_about_page_name_the_programme_and_say_what_it_is(client, programme, language):
    overview = page_of(client, "", language)

    assert overview.one("p", class_="programme").text == NAMES[language]
    assert overview.one("p", class_="about-programme").text == ABOUT[language]
    assert (
        f"{NAMES[language]} {ABOUT[language]}"
        in page_of(client, "about/", language).one("section", aria_labelledby="what").text
    )


def test_without_a_programme_the_overview_names_none(client):
    overview = page_of(client, "")

    assert (overview.all(class_="programme"), overview.all(class_="about-programme")) == ([], [])
    assert client.get("/api/v1/").json()["programme"] is None


def test_the_api_names_the_programme_in_both_languages(client, programme):
    assert client.get("/api/v1/").json()["programme"] == {
        "name": {"en": "Willow Harbour", "zh": "柳港"},
        "short_name": {"en": "Willow", "zh": "柳"},
        "about": {"en": "Two quays.", "zh": "两座码头。"},
    }


def test_a_report_names_the_programme_under_its_title(client, programme):
    build.mission()
    page = parse(client.get("/en/report/completion.html?as_of=2024-03-02"))

    assert "Willow Harbour · as of 2 Mar 2024" in [part.text for part in page.all("p")]
    assert client.get("/en/report/completion.json").json()["programme"] == {"en": "Willow Harbour", "zh": "柳港"}


def test_a_site_has_one_programme(programme):
    with pytest.raises(ValidationError):
        Programme(key="other", **dict.fromkeys(("name_en", "name_zh", "short_name_en"), "x")).clean()
    programme.clean()


@pytest.mark.parametrize("path", ["", "instruments/FP/"])
def test_each_day_of_the_programme_is_listed_with_its_source_and_leads_to_that_day(client, path):
    build.mission(status=Status.COMPLETED)
    add_day(date(2023, 8, 16), "Measures", "s2")
    add_day(date(2021, 2, 24), "Plan")
    add_day(date(2024, 7, 1), "To come")

    chart = page_of(client, path).one("figure", class_="over-time")
    items = chart.one("ol", class_="of-programme").all("li")
    assert [item.text for item in items] == [
        "24 Feb 2021 Plan Source s1 · Publisher",
        "16 Aug 2023 Measures Source s2 · Publisher",
    ]
    links = [item.one("a", class_="other-day")["href"] for item in items]
    assert [parameters(link) for link in links] == [{"as_of": ["2021-02-24"]}, {"as_of": ["2023-08-16"]}]
    marks = [(mark.one("text").text, mark.one("title").text) for mark in chart.all("g", class_="of-programme")]
    assert marks == [("1", "24 Feb 2021: Plan"), ("2", "16 Aug 2023: Measures")]

    chinese = page_of(client, path, "zh-hans").one("ol", class_="of-programme").all("li")
    assert [item.text.split(" ")[1] for item in chinese] == ["日子Plan", "日子Measures"]


def test_on_a_past_day_no_later_day_of_the_programme_is_shown(client):
    build.mission()
    add_day(date(2024, 3, 1), "Conference")
    add_day(date(2024, 3, 2), "Press")

    then, before = (page_of(client, f"?as_of=2024-03-0{day}").text for day in (2, 1))
    assert ("Conference" in then, "Press" in then) == (True, True)
    assert ("Conference" in before, "Press" in before) == (True, False)
