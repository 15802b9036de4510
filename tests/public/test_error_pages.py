"""What is said when there is nothing to show: in both languages, and when next to nothing works any more."""

import pytest
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import OperationalError
from django.test import Client
from django.utils.translation import trans_real

from missions.public.about import About
from missions.status import Status
from tests import build
from tests.public.dom import loaded, parameters, parse, written_code
from tests.public.parameters import build_one_mission

OTHER = {"en": "zh-hans", "zh-hans": "en"}
SAID = {
    "en": "There is no such page, or it did not exist on the day asked about.",
    "zh-hans": "没有这个页面，或者它在所查日期尚不存在。",
}


@pytest.fixture(autouse=True)
def mission(noon):
    return build_one_mission()


@pytest.fixture
def broken():
    """A client that gets the page which a reader would get, where a test would get the exception."""
    return Client(raise_request_exception=False)


def is_in_both_languages_and_whole(page):
    assert [element["lang"] for element in page.all(class_="other-language")] == ["zh-Hans"]
    assert [link["href"] for link in page.one("main").all("a")] == [
        "/en/", "/en/missions/", "/zh-hans/", "/zh-hans/missions/"
    ]  # fmt: skip
    assert loaded(page) == ["/static/missions/mark.svg", "/static/missions/site.css", "/static/missions/mark.svg"]
    assert written_code(page) == []


# --- 404 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHER)
@pytest.mark.parametrize("path", ["no/such/", "missions/FP-999/"])
def test_what_is_not_there_is_said_in_the_language_of_the_address_and_then_in_the_other(client, language, path):
    response = client.get(f"/{language}/{path}")

    page = parse(response)
    assert response.status_code == 404
    said = [paragraph.text for paragraph in page.one("main").all("p") if paragraph.text in SAID.values()]
    assert said == [SAID[language], SAID[OTHER[language]]]
    assert page.one(class_="other-language").one("a")["href"] == f"/{OTHER[language]}/missions/"
    assert page.one("a", class_="language")["href"] == f"/{OTHER[language]}/{path}"


def test_a_page_past_the_last_leads_to_the_first_of_the_same_query(client):
    build.mission("FP-002", status=Status.PAUSED)
    response = client.get("/zh-hans/missions/?page=9&status=paused&as_of=2024-06-01")

    page = parse(response)
    assert (response.status_code, page.one("h1").text) == (404, "本列表没有这么多页")
    link = page.one("main").one("a")["href"]
    assert parameters(link) == {"status": ["paused"], "as_of": ["2024-06-01"]}
    assert client.get(f"/zh-hans/missions/{link}").status_code == 200
    assert page.one("a", class_="language")["href"].partition("?")[0] == "/en/missions/"


def test_no_page_leads_to_the_host_that_an_address_names(client):
    page = parse(client.get("//example.org/x/?as_of=2024-01-01"))

    assert [link["href"] for link in page.all("a") if link["href"].startswith("//")] == []


@pytest.mark.parametrize("clock", ["as_of=2020-01-01", "known_at=2020-01-01"])
def test_what_was_not_there_on_either_clock_is_one_click_away(client, clock):
    build.mission("FP-002", instrument=build.instrument("M24"))

    assert len(parse(client.get(f"/en/missions/FP-002/?{clock}")).all("a", href="/en/missions/FP-002/")) == 1
    assert parse(client.get(f"/en/no/such/?{clock}")).all("a", href="/en/no/such/") == []


def test_who_finds_nothing_can_search(client):
    form = parse(client.get("/en/no/such/")).one("form")

    assert (form["method"], form["action"], form.one("input")["name"]) == ("get", "/en/missions/", "q")


def test_a_record_that_did_not_exist_yet_is_one_click_away(client):
    build.mission("FP-002", instrument=build.instrument("M24"))
    page = parse(client.get("/en/missions/FP-002/?as_of=2020-01-01"))

    (link,) = page.all("a", href="/en/missions/FP-002/")
    assert client.get(link["href"]).status_code == 200
    assert "The same page today" not in parse(client.get("/en/missions/FP-999/")).text


@pytest.mark.parametrize("path", ["/badge/NONE.svg", "/evidence/x/", "/zh/missions/"])
def test_where_the_address_has_no_language_the_switch_leads_to_the_overview(client, path):
    response = client.get(path)

    assert response.status_code == 404
    assert parse(response).one("a", class_="language")["href"] in ("/en/", "/zh-hans/")


def test_a_thousand_parameters_more_than_can_be_read_do_not_break_the_page_that_is_not_there(client):
    response = client.get("/en/no/such/?" + "&".join(f"a{n}=1" for n in range(1001)))

    assert response.status_code == 404


# --- 403 --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", OTHER)
def test_what_is_sent_to_a_public_page_is_refused_without_a_look_at_session_or_database(
    client, language, django_assert_num_queries
):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["sessionid"] = "nonsense"

    with django_assert_num_queries(0):
        response = strict.post(f"/{language}/missions/", {"q": "x"})

    assert (response.status_code, "cookie" in response.get("Vary", "").lower()) == (403, False)
    assert list(response.cookies) == []
    page = parse(response)
    assert page.one("html")["lang"].lower() == language
    assert page.one(class_="other-language").one("a")["href"] == f"/{OTHER[language]}/missions/"
    assert page.one("a", class_="language")["href"] == f"/{OTHER[language]}/missions/"


@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/missions/mission/add/"])
def test_a_form_of_the_back_office_without_its_token_gets_the_back_offices_own_page(path):
    response = Client(enforce_csrf_checks=True).post(path, {"login": "x"})

    assert response.status_code == 403
    assert parse(response).one("h1").text == "This form could not be read"


# --- 400 --------------------------------------------------------------------------------------------------------------


def test_a_request_for_an_unknown_host_gets_a_page_that_names_it_and_the_variable(client):
    response = client.get("/en/missions/", headers={"host": "hub.office.example:8000"})

    page = parse(response)
    assert response.status_code == 400
    assert [code.text for code in page.all("code")] == ["hub.office.example", "HUB_ALLOWED_HOSTS"] * 2
    assert [element["lang"] for element in page.all(class_="other-language")] == ["zh-Hans"]
    assert loaded(page) == ["/static/missions/mark.svg", "/static/missions/site.css", "/static/missions/mark.svg"]
    assert written_code(page) == []


@pytest.mark.parametrize("path", ["/api/v1/missions", "/en/report/completion.csv"])
def test_a_program_that_asks_an_unknown_host_gets_a_problem_that_names_it_and_the_variable(client, path):
    response = client.get(path, headers={"host": "hub.office.example"})

    problem = response.json()
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert problem["title"] == "Unknown host / 主机名未启用"
    assert problem["detail"].count("hub.office.example") == problem["detail"].count("HUB_ALLOWED_HOSTS") == 2


@pytest.mark.parametrize("host", ["<script>alert(1)</script>", "hub.office.example/path", ""])
def test_what_cannot_be_a_host_is_not_repeated(client, host):
    response = client.get("/en/missions/", headers={"host": host})

    assert response.status_code == 400
    is_in_both_languages_and_whole(parse(response))


def test_a_request_with_more_fields_than_can_be_read_gets_the_same_page(client):
    response = client.get("/en/missions/?" + "&".join(f"a{n}=1" for n in range(1001)))

    assert response.status_code == 400
    is_in_both_languages_and_whole(parse(response))


# What was sent cannot be read: (type, body, what a page answers that takes something in).
UNREADABLE = {
    "in another encoding": ("application/x-www-form-urlencoded; charset=gbk", b"a=1", 400),
    "too much": ("application/x-www-form-urlencoded", b"a=" + b"1" * 2_000_000, 413),
    "too many fields": ("application/x-www-form-urlencoded", b"a=1&" * 1001, 400),
    "without a boundary": ("multipart/form-data", b"a", 400),
}


@pytest.mark.parametrize("sent", UNREADABLE)
@pytest.mark.parametrize("path", ["/accounts/login/", "/en/missions/", "/no/such/", "/admin/no/such/"])
def test_what_is_sent_and_cannot_be_read_is_no_mistake_of_the_site(db, path, sent):
    media_type, body, status = UNREADABLE[sent]
    client = Client(enforce_csrf_checks=True)
    client.cookies["csrftoken"] = "a" * 32  # without one, what was sent is not looked at

    response = client.post(path, body, content_type=media_type)

    assert response.status_code == (404 if path == "/no/such/" else status)
    assert "The server answered" not in parse(response).text


@pytest.mark.parametrize(("query", "first"), [("status=x&as_of=y&page=0", "as_of"), ("status=x&q=a&owner=y", "status")])
def test_the_cursor_stands_in_the_first_field_that_cannot_be_read(client, query, first):
    form = parse(client.get(f"/en/missions/?{query}")).one("form", class_="bad-query")

    fields = [field for field in form.all() if "autofocus" in field.attributes]
    assert [field["name"] for field in fields] == [first]
    for field in form.all(class_="field"):
        (control,) = [each for each in field.all() if each.get("aria-invalid")]
        assert control["aria-describedby"] == field.one("ul")["id"]


# --- 500 --------------------------------------------------------------------------------------------------------------


def gone(*args, **kwargs):
    raise OperationalError("the database is gone")


def fails(*args, **kwargs):
    raise RuntimeError("Zzyzx")


def test_a_view_that_fails_gets_a_page_that_tells_nothing_of_what_failed(broken, monkeypatch):
    monkeypatch.setattr(About, "get_context_data", fails)

    response = broken.get("/en/about/")

    assert response.status_code == 500
    assert "Zzyzx" not in response.content.decode()
    is_in_both_languages_and_whole(parse(response))


@pytest.mark.parametrize("path", ["/en/", "/zh-hans/missions/", "/en/missions/?status=paused", "/admin/"])
def test_without_the_database_there_is_still_a_page(broken, monkeypatch, path):
    broken.cookies["sessionid"] = "nonsense"
    with monkeypatch.context() as while_asked:
        while_asked.setattr(BaseDatabaseWrapper, "cursor", gone)
        response = broken.get(path)

    page = parse(response)
    assert (response.status_code, response["Retry-After"]) == (503, "30")
    assert page.one("h1").text == ("暂时无法提供服务" if "zh" in path else "Not available now")
    assert len(page.all(class_="other-language")) == 1


def test_without_translations_there_is_still_a_page(broken, monkeypatch):
    monkeypatch.setattr(trans_real, "gettext", fails)
    monkeypatch.setattr(trans_real, "pgettext", fails)

    response = broken.get("/zh-hans/about/")

    assert response.status_code == 500
    is_in_both_languages_and_whole(parse(response))
