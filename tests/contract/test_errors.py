"""Error answers: in both languages, for people and for programs, without a word on what failed inside."""

import pytest
from django.test import Client

from tests import factories
from tests.contract.test_contract import PROBLEM, SECURITY
from tests.public.dom import loaded, parameters, parse, written_code

OTHER = {"en": "zh-hans", "zh-hans": "en"}


@pytest.fixture(autouse=True)
def mission(noon):
    return factories.mission("FP-001")


@pytest.fixture
def broken():
    """A client that gets the page which a reader would get, where a test would get the exception."""
    return Client(raise_request_exception=False)


def is_in_both_languages(response):
    page = parse(response)
    assert len([element for element in page.one("main").walk() if element.get("lang")]) >= 1
    assert [source for source in loaded(page) if not source.startswith("/static/")] == []
    assert written_code(page) == []
    found = {name: response.headers.get(name) for name in SECURITY}
    return found in (SECURITY, SECURITY | {"Cross-Origin-Resource-Policy": "same-origin"})


def is_problem(response):
    problem = response.json()
    assert (response["Content-Type"], problem["status"]) == (PROBLEM, response.status_code)
    return " / " in problem["title"]


@pytest.mark.parametrize("language", OTHER)
@pytest.mark.parametrize("path", ["no/such/", "missions/FP-999/", "themes/T9/?as_of=x", "%E6%A1%A5/"])
def test_a_page_that_is_not_there_is_404_in_both_languages_with_a_search(client, language, path):
    response = client.get(f"/{language}/{path}")

    page = parse(response)
    assert (response.status_code, is_in_both_languages(response), response.has_header("ETag")) == (404, True, False)
    assert page.one("form", class_="search")["action"] == f"/{language}/missions/"
    assert page.one("a", class_="language")["href"].partition("?")[0] == f"/{OTHER[language]}/{path.partition('?')[0]}"
    assert page.all("link", rel="canonical") + page.all("link", rel="alternate") == []


def test_a_page_past_the_last_leads_to_the_first_of_the_same_query(client):
    response = client.get("/zh-hans/missions/?page=9&status=unreported&as_of=2024-06-01")

    link = parse(response).one("main").one("a")["href"]
    assert (response.status_code, parameters(link)) == (404, {"status": ["unreported"], "as_of": ["2024-06-01"]})
    assert client.get(f"/zh-hans/missions/{link}").status_code == 200


def test_a_browser_gets_a_page_also_where_it_asks_for_a_file(client):
    for accept, media_type in (("text/html,*/*;q=0.8", "text/html; charset=utf-8"), ("*/*", PROBLEM)):
        response = client.get("/en/report/completion.csv?status=x", headers={"accept": accept})
        assert (response.status_code, response["Content-Type"], "Accept" in response["Vary"]) == (400, media_type, True)


def test_a_form_without_its_token_is_refused_without_a_look_at_session_or_database(django_assert_num_queries):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies["sessionid"] = "nonsense"
    with django_assert_num_queries(0):
        response = strict.post("/en/missions/", {"q": "x"})

    assert (response.status_code, is_in_both_languages(response)) == (403, True)
    assert (response.cookies.output(), "cookie" in response.get("Vary", "").lower()) == ("", False)
    assert strict.post("/accounts/login/", {"login": "x"}).status_code == 403


@pytest.mark.parametrize("address", ["/en/missions/", "/api/v1/missions", "/en/report/completion.csv"])
def test_an_unknown_host_is_refused_and_named_with_the_variable_to_set(client, address):
    etag = client.get("/en/missions/")["ETag"]
    response = client.get(address, headers={"host": "hub.office.example:80", "If-None-Match": etag})

    text = response.getvalue().decode()
    assert (response.status_code, "hub.office.example" in text, "HUB_ALLOWED_HOSTS" in text) == (400, True, True)
    assert is_problem(response) if "missions/" not in address else is_in_both_languages(response)


@pytest.mark.parametrize("host", ['<script>alert("host")</script>', "hub.office.example/path", ""])
def test_what_cannot_be_a_host_is_not_repeated(client, host):
    response = client.get("/en/missions/", headers={"host": host})

    assert (response.status_code, is_in_both_languages(response)) == (400, True)
    assert not host or host not in response.text


def fails(*args, **kwargs):
    raise RuntimeError("Zzyzx")


@pytest.mark.parametrize("address", ["/en/missions/", "/api/v1/missions"])
def test_a_failure_is_500_says_nothing_of_it_and_is_not_cached(broken, monkeypatch, address):
    with monkeypatch.context() as failing:
        failing.setattr("django.db.models.query.QuerySet._fetch_all", fails)
        response = broken.get(address)

    assert (response.status_code, "Zzyzx" in response.text, response.has_header("ETag")) == (500, False, False)
    assert is_problem(response) if "missions/" not in address else is_in_both_languages(response)
    assert broken.get(address).status_code == 200
