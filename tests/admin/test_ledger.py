from datetime import date

import pytest

from missions.models import StatusChange
from tests import build
from tests.admin.pages import form
from tests.public.dom import parse

LIST = "/admin/missions/statuschange/"


def rows(response):
    return parse(response).one(id="result_list").one("tbody").all("tr")


def test_the_list_says_what_each_entry_says_newest_first(client, coordinator):
    mission = build.mission("A")
    build.report(
        mission, "paused", on=date(2024, 2, 1), by=coordinator, headline_en="Money ran out", headline_zh="资金不足"
    )
    newest = rows(client.get(LIST))[0]
    said = {cell["class"].split()[0]: cell.text for cell in newest.all("td") if cell["class"] != "nowrap"}

    assert newest.one("th").text == "2"
    assert {name: said[f"field-{name}"] for name in ("mission_code", "kind", "status", "effective_on", "author")} == {
        "mission_code": "A",
        "kind": "Report",
        "status": "Paused",
        "effective_on": "1 Feb 2024",
        "author": "coordinator",
    }
    assert (said["field-basis"], said["field-headline"]) == ("Public document", "Money ran out")


def test_an_entry_that_was_corrected_leads_to_its_correction(client, coordinator):
    entry = build.report(build.mission(), "paused", on=date(2024, 2, 1))
    correction = build.correct(entry)
    address = f"{LIST}{correction.pk}/change/"
    listed = {row.one("th").text: [link["href"] for link in row.all("a")] for row in rows(client.get(LIST))}

    assert address in listed[str(entry.pk)]
    assert listed[str(correction.pk)] == [address]
    assert parse(client.get(f"{LIST}{entry.pk}/change/")).one("p", class_="hub-notice").one("a")["href"] == address


def test_on_the_missions_page_a_corrected_entry_is_struck_through(client, coordinator):
    entry = build.report(build.mission(), "paused", on=date(2024, 2, 1))
    correction = build.correct(entry, effective_on=date(2024, 1, 31))
    page = parse(client.get(f"/admin/missions/mission/{entry.mission_id}/change/"))
    (struck,) = page.one("section", class_="hub-ledger").all("tr", class_="hub-corrected")

    assert struck.one("th").text == str(entry.pk)
    assert f"Corrected by entry {correction.pk}" in struck.text


def test_an_entrys_page_shows_its_evidence_and_asks_for_nothing(client, coordinator):
    cited = [build.evidence(title="Notice"), build.evidence(title="Internal letter", url="", is_public=False)]
    entry = build.report(build.mission(), "completed", evidence=cited)
    shown = form(client.get(f"{LIST}{entry.pk}/change/"))

    assert [heading.text for heading in shown.all("h3")] == ["Evidence: Notice", "Evidence: Internal letter"]
    assert entry.hash in shown.text
    assert "https://example.org/evidence" in [link["href"] for link in shown.all("a")]
    assert {field.get("type") for field in shown.all("input")} == {"hidden"}
    assert shown.all("textarea") + shown.all("select") == []


def test_an_entry_names_its_author_without_a_link_that_few_may_follow(client, coordinator):
    entry = build.report(build.mission(), "paused", by=coordinator)
    author = form(client.get(f"{LIST}{entry.pk}/change/")).one(class_="field-author")

    assert author.one(class_="readonly").text == "coordinator"
    assert author.all("a") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind__exact": "correction"}, ["4"]),
        ({"status__exact": "paused"}, ["3"]),
        ({"q": "资金"}, ["3"]),
        ({"q": "b"}, ["2"]),
        ({"effective_on__year": "2024"}, ["4", "3"]),
    ],
)
def test_the_list_is_narrowed(client, coordinator, query, found):
    mission = build.mission("A")
    build.mission("B")
    build.correct(
        build.report(mission, "paused", headline_en="Money ran out", headline_zh="资金不足"),
        status="in_progress",
    )

    assert [row.one("th").text for row in rows(client.get(LIST, query))] == found


def test_the_list_takes_as_many_queries_with_three_entries_as_with_one(client, coordinator, django_assert_num_queries):
    mission = build.mission()
    with django_assert_num_queries(9):
        client.get(LIST)
    build.correct(build.report(mission, "paused", by=build.user("other")), by=coordinator)

    assert StatusChange.objects.count() == 3
    with django_assert_num_queries(9):
        client.get(LIST)
