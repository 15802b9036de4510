"""The pages of frozen reports: their list, and each with what it stated when it was published."""

import json
from datetime import UTC, date, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.status import Status
from tests import build
from tests.public.dom import parameters, parse
from tests.reports.frozen import published

pytestmark = pytest.mark.usefixtures("noon")

LIST = "/en/reports/"


def shown(client, address=LIST):
    return parse(client.get(address)).one("main")


def listed(page):
    return [item.one("h2").text for item in page.one("ul", class_="reports").all("li")]


def facts(page):
    """Label → value of what the page of a report states."""
    rows = page.one("dl", class_="facts").all("div")
    return {row.one("dt").text: row.one("dd").text for row in rows}


def test_where_none_is_published_the_list_says_so(client):
    (item,) = shown(client).one("ul", class_="reports").all("li")
    assert (item.text, item["class"]) == ("No report has been published yet.", "empty")
    (item,) = shown(client, "/zh-hans/reports/").one("ul", class_="reports").all("li")
    assert item.text not in ("", "No report has been published yet.")


def test_the_newest_stands_first_and_a_superseded_one_is_marked_and_both_name_each_other(client):
    first = build.frozen_report("first", as_of=date(2024, 3, 2), count=1)
    build.frozen_report("second")
    build.frozen_report("third", supersedes=first)

    third, second, superseded = shown(client).one("ul", class_="reports").all("li")
    assert [item.one("h2").text for item in (third, second, superseded)] == [
        "Report third",
        "Report second",
        "Report first",
    ]
    assert [item.matches(class_="superseded") for item in (third, second, superseded)] == [False, False, True]
    assert third.one("p", class_="replaced").text == "Corrected edition of Report first: A sum was wrong"
    assert superseded.one("p", class_="replaced").text == "Superseded by a corrected edition: Report third"
    assert second.all("p", class_="replaced") == []
    assert superseded.all("p")[0].text == "as of 2 Mar 2024 · 1 mission · published on 30 Jun 2024"
    assert second.all("p")[0].text == "as of 30 Jun 2024 · 3 missions · published on 30 Jun 2024"
    assert [link["href"] for link in superseded.all("a")] == ["/en/reports/first/", "/en/reports/third/"]


@pytest.mark.both_databases
def test_what_was_published_after_the_day_by_which_it_is_known_is_not_listed(client):
    # Midnight in Shanghai, where 16:00 UTC begins the next day.
    build.frozen_report("early", published_at=datetime(2024, 6, 1, 15, 59, 59, tzinfo=UTC))
    build.frozen_report("late", published_at=datetime(2024, 6, 1, 16, tzinfo=UTC))

    lists = [listed(shown(client, f"{LIST}{query}")) for query in ("", "?known_at=2024-06-02", "?known_at=2024-06-01")]
    assert lists == [["Report late", "Report early"], ["Report late", "Report early"], ["Report early"]]
    assert shown(client, f"{LIST}?known_at=2024-05-31").one("li").text == "No report has been published yet."


def test_a_successor_that_is_not_known_yet_is_named_nowhere(client):
    first = build.frozen_report("first", published_at=datetime(2024, 6, 1, 4, tzinfo=UTC))
    build.frozen_report("second", supersedes=first, published_at=datetime(2024, 6, 5, 4, tzinfo=UTC))

    for address in (LIST, f"{LIST}first/"):
        said = ["Report second" in shown(client, f"{address}?known_at=2024-06-0{day}").text for day in (4, 5)]
        assert (address, said) == (address, [False, True])


def test_both_pages_are_in_the_language_of_their_address(client):
    first = build.frozen_report("first")
    build.frozen_report("second", supersedes=first)

    second, _first = shown(client, "/zh-hans/reports/").one("ul", class_="reports").all("li")
    assert (second.one("h2").text, second.one("a", href="/zh-hans/reports/second/").text) == (
        "报告second",
        "报告second",
    )
    assert second.one("p", class_="replaced").text.endswith("报告first：合计有误")
    for language, title, other, tongue in (
        ("en", "Report first", "报告first", "zh-Hans"),
        ("zh-hans", "报告first", "Report first", "en"),
    ):
        page = shown(client, f"/{language}/reports/first/")
        assert (page.one("h1").text, page.one("p", class_="other").text) == (title, other)
        assert page.one("p", class_="other")["lang"] == tongue
        assert page.one("p", class_="crumbs").one("a")["href"] == f"/{language}/reports/"


def test_the_page_of_a_report_states_what_was_published(client):
    report = build.frozen_report(
        "R-1",
        query="as_of=2024-06-30&known_at=2024-06-29&lang=both&status=paused",
        known_at=date(2024, 6, 29),
        published_at=datetime(2024, 6, 29, 16, 30, tzinfo=UTC),
        ledger_head="a" * 64,
    )

    page = shown(client, f"{LIST}R-1/")
    assert facts(page) == {
        "As of": "30 Jun 2024",
        "As known on": "29 Jun 2024",
        "Day of publication": "30 Jun 2024",
        "Missions": "3",
        "Query": "as_of=2024-06-30&known_at=2024-06-29&lang=both&status=paused The same list by what is known now",
        "Revision": "7 · 2024-06-30 12:00:00",
        "Ledger head": "a" * 64,
        "Seal": report.seal,
    }
    assert page.one("p", class_="lead").text == "1 of 3 missions were recorded as completed; documented: 1."
    link = page.one("a", class_="other-day")["href"]
    assert parameters(link)["status"] == ["paused"]
    assert client.get(link).status_code == 200


def test_a_report_by_all_that_is_known_names_no_day_of_knowledge(client):
    build.frozen_report("R-1")

    assert "As known on" not in facts(shown(client, f"{LIST}R-1/"))


def test_each_file_is_listed_by_format_with_its_size_and_digest(client):
    names = ["b.json", "a.html", "c.csv", "d.html"]
    report = build.frozen_report("R-1", files=dict.fromkeys(names, build.FILES["report.json"]))

    rows = shown(client, f"{LIST}R-1/").one("table", class_="report-files").one("tbody").all("tr")
    digests = dict(report.files.values_list("name", "sha256"))
    found = [(row.one("a")["href"], row.one("a").text, row.one("code").text) for row in rows]
    assert found == [
        (f"{LIST}R-1/{name}", f"{form} · Chinese and English", digests[name])
        for name, form in (("a.html", "HTML"), ("d.html", "HTML"), ("c.csv", "CSV"), ("b.json", "JSON"))
    ]


def test_the_summary_is_that_of_the_report_itself(client):
    mission = build.mission("M-1", status=Status.COMPLETED)
    build.mission("M-2")
    build.mission("M-3", status=Status.WITHDRAWN)
    report = published("as_of=2024-06-30")
    build.correct(mission.changes.last(), status=Status.PAUSED)

    page = shown(client, report.get_absolute_url())

    assert page.one("p", class_="lead").text == "1 of 2 missions were recorded as completed; documented: 1."
    whole = json.loads(bytes(report.files.get(name__endswith=".json").content))["whole"]
    assert (whole["completed"], whole["counted"], whole["documented"]) == (1, 2, 1)
    names = [row.one("a").text for row in page.one("table", class_="report-files").one("tbody").all("tr")]
    assert len(names) == 14
    assert [name.split(" · ")[1] for name in names[:3]] == ["English", "Chinese", "Chinese and English"]


def test_a_superseded_report_and_its_successor_lead_to_each_other_and_say_why(client):
    first = build.frozen_report("first")
    build.frozen_report("second", supersedes=first)
    build.frozen_report("alone")

    superseded, successor = shown(client, f"{LIST}first/"), shown(client, f"{LIST}second/")
    told = superseded.one("p", class_="superseded")
    assert told.text == "Superseded by a corrected edition: Report secondA sum was wrong"
    assert told.one("a")["href"] == f"{LIST}second/"
    assert successor.one("a", href=f"{LIST}first/").text == "Report first"
    assert "Corrected edition of Report first: A sum was wrong" in successor.text
    assert successor.all("p", class_="superseded") == []
    alone = shown(client, f"{LIST}alone/").text
    assert ("Superseded" in alone, "Corrected edition" in alone) == (False, False)


def test_a_report_that_is_none_is_not_found(client):
    build.frozen_report("R-1")

    statuses = [
        client.get(f"{LIST}{path}").status_code for path in ("R-1/", "R-2/", "r 1/", "R-1/no.pdf", "R-2/x.json")
    ]
    assert statuses == [200, 404, 404, 404, 404]


def test_a_title_is_text_and_never_markup(client):
    build.frozen_report("R-1", title_en="<b>Bold</b> & so on")

    assert listed(shown(client)) == ["<b>Bold</b> & so on"]
    assert shown(client, f"{LIST}R-1/").one("h1").text == "<b>Bold</b> & so on"


@pytest.mark.both_databases
@pytest.mark.parametrize("size", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_reports(client, size):
    for number in range(size):
        first = build.frozen_report(f"first-{number}")
        build.frozen_report(f"second-{number}", supersedes=first)

    taken = {}
    for address in (LIST, f"{LIST}first-0/", f"{LIST}second-0/", f"{LIST}second-0/report.json"):
        with CaptureQueriesContext(connection) as queries:
            client.get(address).getvalue()
        taken[address] = len(queries)
    assert list(taken.values()) == [4, 6, 6, 3]
