"""What a report answers to a query that it cannot read, and to an ending that it does not know."""

import pytest

from tests.public.dom import parse
from tests.public.parameters import address, build_one_mission
from tests.reports.reading import ENDINGS

pytestmark = pytest.mark.usefixtures("noon")


def problem(client, *query, ending="csv", language="en"):
    response = client.get(address(f"report/completion.{ending}", *query, language=language))
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    return response.json()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_a_bad_value_is_named_with_its_message_in_both_languages(client, ending, language):
    build_one_mission()

    body = problem(client, ("as_of", "2024-3-2"), ("lang", "en"), ending=ending, language=language)

    assert (body["type"], body["status"]) == ("about:blank", 400)
    (error,) = body["errors"]
    assert error["parameter"] == "as_of"
    assert error["en"] == "Write a day as YYYY-MM-DD, such as 2024-03-02."
    assert "2024-03-02" in error["zh"]
    assert error["zh"] != error["en"]
    assert "as_of" in body["detail"]


def test_every_bad_parameter_is_named(client):
    build_one_mission()

    body = problem(client, ("status", "x"), ("page", "0"), ("lang", "de"), ("since", "y"), ("q", "fine"))

    assert sorted(error["parameter"] for error in body["errors"]) == ["lang", "page", "since", "status"]
    assert [error for error in body["errors"] if not error["en"] or not error["zh"]] == []
    assert [error for error in body["errors"] if error["en"] == error["zh"]] == []


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_bad_query_makes_no_download(client, ending):
    response = client.get(f"/en/report/completion.{ending}?sort=x")

    assert [name for name in response.headers if name.startswith(("X-Hub", "Repr", "Content-Disposition"))] == []


@pytest.mark.parametrize(
    "ending", ["txt", "CSV", "csv.gz", "csv.", "exe", "%00", "桥", "PDF", "htm", "doc", "xls", "schema.json"]
)
def test_an_ending_that_no_format_has_is_not_found(client, ending):
    assert client.get(f"/en/report/completion.{ending}").status_code == 404


@pytest.mark.parametrize("path", ["report/", "report/completion", "report/completion.", "report/other.csv"])
def test_there_is_no_other_report(client, path):
    assert client.get(f"/en/{path}").status_code == 404


FILES = [
    *(f"/en/report/completion.{ending}?sort=x" for ending in ENDINGS),
    "/zh-hans/changes.csv?entry=x",
    "/en/changes.atom?entry=x",
    "/calendar.ics?lang=both",
    "/data/ledger.jsonl?since_id=x",
]


@pytest.mark.parametrize("file", FILES)
def test_a_browser_gets_the_page_with_the_form_that_names_the_parameter(client, file):
    build_one_mission()

    page = client.get(file, headers={"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    program = client.get(file, headers={"Accept": "*/*"})

    assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert (program.status_code, program["Content-Type"]) == (400, "application/problem+json")
    assert ["Accept" in answer["Vary"].split(", ") for answer in (page, program)] == [True, True]
    (error,) = program.json()["errors"]
    form = parse(page).one("form", class_="bad-query")
    assert form["action"] == file.partition("?")[0]
    assert [code.text for code in form.all("code")] == [error["parameter"]]
    assert not page.cookies


def test_a_page_in_place_of_a_file_is_not_kept_for_a_program(client):
    build_one_mission()
    file = "/en/report/completion.csv?sort=x"

    types = [client.get(file, headers={"Accept": accept})["Content-Type"] for accept in ("text/html", "*/*")]

    assert types == ["text/html; charset=utf-8", "application/problem+json"]
