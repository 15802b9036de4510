"""Every page in both languages, the switch between them, and the way in from `/`."""

from urllib.parse import quote, urlencode, urlsplit

import pytest
from django.conf import settings
from django.test import override_settings
from django.utils.translation import override

from missions.status import Status
from tests import build
from tests.public.dom import listed, parameters, parse
from tests.public.parameters import GOOD, GOOD_IN_CHANGES, PAGES, READS, build_one_mission

ONE_GOOD = {
    **{name: values[-1] for name, values in (GOOD | GOOD_IN_CHANGES).items()},
    "q": "FP",
    "status": "unreported",
    "kind": "policy",
}
LANG = {"en": "en", "zh-hans": "zh-Hans"}
OTHER = {"en": "zh-hans", "zh-hans": "en"}


@pytest.fixture(autouse=True)
def mission(noon):
    return build_one_mission()


@pytest.mark.parametrize("language", LANG)
@pytest.mark.parametrize("path", PAGES)
def test_a_page_exists_in_the_language_of_its_address_and_links_to_itself_in_the_other(client, path, language):
    query = {name: ONE_GOOD[name] for name in READS[path]}
    asked = {"nonsense": "1", **query, "theme": "T1", "": "x"}
    response = client.get(f"/{language}/{path}", asked, headers={"Accept-Language": OTHER[language]})

    assert response.status_code == 200
    page = parse(response)
    assert page.one("html")["lang"] == LANG[language]
    assert response["Content-Language"] == language
    switch = page.one("a", class_="language")
    assert urlsplit(switch["href"]).path == f"/{OTHER[language]}/{path}"
    assert parameters(switch["href"]) == {name: [value] for name, value in query.items()}
    assert switch["lang"] == switch["hreflang"] == LANG[OTHER[language]]


def addresses(page):
    """The one address of a page, and its alternates by language."""
    alternates = page.all("link", rel="alternate")
    by_language = {link["hreflang"]: link["href"] for link in alternates if link.get("hreflang")}
    return page.one("link", rel="canonical")["href"], by_language


@pytest.mark.parametrize("path", PAGES)
def test_a_page_names_its_one_address_and_that_in_the_other_language_alike_in_both(client, path):
    query = urlencode({name: ONE_GOOD[name] for name in READS[path]}, quote_via=quote)
    asked = f"{query}&nonsense=1&theme=T1&theme=T1&q=" if "theme" in READS[path] else f"{query}&nonsense=1&q="
    pages = {language: parse(client.get(f"/{language}/{path}?{asked}")) for language in LANG}

    said = {language: addresses(page) for language, page in pages.items()}

    alternates = said["en"][1]
    assert alternates == said["zh-hans"][1]
    assert list(alternates) == ["en", "zh-Hans", "x-default"]
    assert {LANG[language]: own for language, (own, _all) in said.items()} | {"x-default": said["en"][0]} == alternates
    for language, (own, _all) in said.items():
        assert own.partition("?")[0] == f"{settings.SITE_URL}/{language}/{path}"
        assert parameters(own) == {name: [ONE_GOOD[name]] for name in READS[path]}


def test_the_host_that_was_asked_is_in_no_address(client):
    with override_settings(SITE_URL="https://hub.example.org", ALLOWED_HOSTS=["other.example.org"]):
        page = parse(client.get("/en/missions/", headers={"host": "other.example.org"}))

    own, alternates = addresses(page)
    assert own == "https://hub.example.org/en/missions/"
    assert {urlsplit(address).netloc for address in alternates.values()} == {"hub.example.org"}
    assert page.one("meta", property="og:url")["content"] == own


@pytest.mark.parametrize("path", ["no/such/", "missions/FP-999/?as_of=2024-06-01", "%E6%A1%A5/"])
def test_a_page_that_is_not_there_has_no_address_of_its_own_but_one_in_the_other_language(client, path):
    for language, other in OTHER.items():
        page = parse(client.get(f"/{language}/{path}{'&' if '?' in path else '?'}x=1"))
        assert page.all("link", rel="canonical") + page.all("link", rel="alternate") == []
        assert page.one("a", class_="language")["href"] == f"/{other}/{path}"
        assert parse(client.get(f"/{other}/{path}")).one("a", class_="language")["href"] == f"/{language}/{path}"


def test_the_form_that_mends_a_query_is_there_in_the_other_language_with_the_same_query(client):
    page = parse(client.get("/en/missions/?as_of=x&status=paused&nonsense=1"))

    switch = page.one("a", class_="language")["href"]
    assert (urlsplit(switch).path, parameters(switch)) == (
        "/zh-hans/missions/",
        {"as_of": ["x"], "status": ["paused"]},
    )
    assert client.get(switch).status_code == 400


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        ("en", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-Hans-CN", "zh-hans"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("de,zh-CN;q=0.8,en;q=0.5", "zh-hans"),
        ("de", "en"),
        ("*", "en"),
        ("", "en"),
        (None, "en"),
        ("\x00;q=x,,,", "en"),
    ],
)
def test_the_root_leads_to_the_readers_language(client, accepted, language):
    response = client.get("/", headers={} if accepted is None else {"Accept-Language": accepted})

    assert (response.status_code, response["Location"]) == (302, f"/{language}/")
    assert response["Vary"] == "Accept-Language"
    assert not response.cookies


def test_an_address_without_a_language_leads_to_the_page_in_the_readers(client):
    response = client.get("/missions/FP-001/?as_of=2024-06-01", headers={"Accept-Language": "zh-CN"})

    assert (response.status_code, response["Location"]) == (302, "/zh-hans/missions/FP-001/?as_of=2024-06-01")


@pytest.mark.parametrize("language", LANG)
@pytest.mark.parametrize(
    "path", ["missions/FP-999/", "themes/T9/", "instruments/X/", "areas/X/", "owners/X/", "no/such/"]
)
def test_what_is_not_there_is_not_found_in_either_language(client, path, language):
    response = client.get(f"/{language}/{path}")

    assert response.status_code == 404
    page = parse(response)
    assert page.one("html")["lang"] == LANG[language]
    assert (
        page.one("main").all("a")[0]["href"] == page.one("form", class_="search")["action"] == f"/{language}/missions/"
    )
    assert page.one("a", class_="language")["href"] == f"/{OTHER[language]}/{path}"


@pytest.mark.both_databases
@pytest.mark.parametrize("path", ["missions", "themes", "instruments", "areas", "owners"])
@pytest.mark.parametrize("code", ["%00", "FP-001%00", "%FF", "%F0%9F%98%80", "'%20OR%201=1", "x" * 3000, "%25"])
def test_a_code_that_no_record_can_have_is_not_found(client, path, code):
    assert client.get(f"/en/{path}/{code}/").status_code == 404


def test_titles_stand_in_the_readers_language_with_the_other_beneath(client):
    page = parse(client.get("/zh-hans/missions/FP-001/"))

    mission = build.Mission.objects.get()
    assert page.one("h1").text == f"FP-001 {mission.title_zh}"
    other = page.one(class_="other")
    assert (other.text, other["lang"]) == (mission.title_en, "en")
    other = parse(client.get("/en/missions/FP-001/")).one(class_="other")
    assert (other.text, other["lang"]) == (mission.title_zh, "zh-Hans")


def test_titles_are_sorted_in_the_language_of_the_page_by_code_point(client):
    build.mission("B", title_en="b", title_zh="一")
    build.mission("A", title_en="a", title_zh="中")
    build.mission("C", title_en="C", title_zh="Z")

    assert listed(client.get("/en/missions/?sort=title"))[:2] == ["C", "FP-001"]
    assert listed(client.get("/en/missions/?sort=-title"))[:2] == ["B", "A"]
    assert listed(client.get("/zh-hans/missions/?sort=title&q=A")) == ["A"]
    assert listed(client.get("/zh-hans/missions/?sort=title"))[:2] == ["C", "B"]


@pytest.mark.parametrize("language", LANG)
def test_statuses_are_called_by_their_names_in_the_vocabulary(client, language):
    names = {
        "en": ["Not individually reported", "Not started", "In progress", "Paused", "Completed", "Withdrawn"],
        "zh-hans": ["未单独报告", "未启动", "推进中", "暂停", "已完成", "已撤销"],
    }
    with override(language):
        assert [str(status.label) for status in Status] == names[language]
