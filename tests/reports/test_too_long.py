"""A report that is too long for its format is refused with the formats that hold it; the list offers these alone."""

import io
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from django.http import HttpResponse

from missions import reports
from missions.reports import document, xlsx
from missions.reports.report import Sheet
from missions.status import Status
from tests import build
from tests.kept import forget
from tests.public.dom import parse
from tests.public.parameters import address
from tests.reports.reading import ENDINGS, fetched

pytestmark = pytest.mark.usefixtures("noon")
DOCUMENTS, DATA = ["html", "pdf", "docx"], ["csv", "xlsx", "json"]


BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"


def refused(client, ending, *query):
    """What a program is told in place of the file."""
    response = client.get(address(f"report/completion.{ending}", *query))
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert [name for name in response.headers if name.startswith(("X-Hub", "Repr", "Content-Disposition"))] == []
    return response.json()


def three_missions():
    for number in range(3):
        build.mission(f"M-{number}")


def one_mission_with_three_changes():
    mission = build.mission("M-1")
    for day in (1, 2, 3):
        build.report(mission, Status.PAUSED, on=date(2024, 6, day), basis="owner", evidence=[])


def one_mission_with_three_pieces_of_evidence():
    build.report(build.mission("M-3"), Status.PAUSED, evidence=[build.evidence() for _each in range(3)])


def three_missions_that_moved():
    for number in range(3):
        build.mission(f"M-{number}", status=Status.COMPLETED, on=date(2024, 6, 1))


# What makes an appendix long, and the name of its section.
LONG = {
    three_missions_that_moved: "movements",
    one_mission_with_three_changes: "changes",
    one_mission_with_three_pieces_of_evidence: "evidence",
}


def test_a_document_of_too_many_missions_is_refused_with_the_formats_that_hold_them(client, monkeypatch):
    three_missions()
    monkeypatch.setattr(reports, "MOST_ROWS", 2)
    names = " / ".join(reports.FORMATS[ending].name for ending in DATA)

    for ending in DOCUMENTS:
        said = refused(client, ending)
        english, _between, chinese = said["detail"].partition(". / ")
        assert (said["type"], said["status"], said["errors"]) == ("about:blank", 400, [])
        assert said["title"] == "Too long / 篇幅过长"
        assert english.startswith("This report has 3 missions. As HTML / PDF / Word it can have 2 at most")
        assert [names in text for text in (english, chinese)] == [True, True]
        assert ("3" in chinese, chinese.isascii()) == (True, False)
    for ending in DATA:
        fetched(client, ending)


def test_a_document_that_just_fits_is_sent(client, monkeypatch):
    three_missions()
    monkeypatch.setattr(reports, "MOST_ROWS", 3)

    for ending in ENDINGS:
        fetched(client, ending)


def section(client, name):
    """The rows of a table in the report as HTML, and the texts before it."""
    page = parse(HttpResponse(fetched(client, "html", ("since", "2024-01-01"))[1]))
    chapter = page.one("section", aria_labelledby=name)
    return chapter.one("table").one("tbody").all("tr"), [text.text for text in chapter.all("p")]


@pytest.mark.parametrize("make", LONG)
def test_a_long_appendix_is_shortened_with_a_note_and_never_costs_the_report(client, monkeypatch, make):
    make()
    name, note = LONG[make], "The first 2 of 3 are listed. This report as Excel lists more, as JSON all of them."
    rows, texts = section(client, name)
    assert (len(rows), note in texts) == (3, False)

    monkeypatch.setattr(document, "MOST_LISTED", 2)
    monkeypatch.setattr(reports, "MOST_ROWS", 3)
    forget()
    shortened, texts = section(client, name)

    assert [row.text for row in shortened] == [row.text for row in rows[:2]]
    assert note in texts
    for ending in ENDINGS:
        fetched(client, ending, ("since", "2024-01-01"))


@pytest.mark.parametrize("ending", DOCUMENTS)
def test_a_browser_gets_a_page_where_a_report_is_too_long(client, monkeypatch, ending):
    three_missions()
    monkeypatch.setattr(reports, "MOST_ROWS", 2)

    response = client.get(address(f"report/completion.{ending}", ("q", "M-")), headers={"Accept": BROWSER})

    assert (response.status_code, response["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert "Accept" in response["Vary"].split(", ")
    main = parse(response).one("main")
    assert "This report has 3 missions." in main.text
    assert [link["href"] for link in main.all("a")] == ["/en/missions/?q=M-"]


def test_a_page_for_a_browser_is_not_sent_to_a_program(client, monkeypatch):
    """The answers to one address are told apart by their reader, also where one of them was asked for before."""
    three_missions()
    monkeypatch.setattr(reports, "MOST_ROWS", 2)
    page = address("report/completion.pdf")

    accepted = ["", "*/*", "application/json", BROWSER, "application/problem+json, text/html;q=0.5", "*/*"]
    types = [client.get(page, headers={"Accept": each} if each else {})["Content-Type"] for each in accepted]

    problem, html = "application/problem+json", "text/html; charset=utf-8"
    assert types == [problem, problem, problem, html, problem, problem]


def offered(client, *query, path="missions/"):
    """The endings of the reports that a page leads to."""
    links = [link["href"] for link in parse(client.get(address(path, *query))).all("a") if link.get("href")]
    files = [link.partition("?")[0] for link in links if "/report/completion." in link]
    return [*dict.fromkeys(file.rpartition(".")[2] for file in files)]


def test_the_list_offers_the_formats_that_hold_it(client, monkeypatch):
    three_missions()
    monkeypatch.setattr(reports, "MOST_ROWS", 2)

    assert offered(client) == DATA
    assert offered(client, ("q", "M-1")) == ENDINGS
    monkeypatch.setattr(reports, "MOST_ROWS", 3)
    forget()
    assert offered(client) == ENDINGS


def test_the_page_of_open_data_offers_the_formats_that_hold_all_missions(client, monkeypatch):
    three_missions()
    monkeypatch.setattr(reports, "MOST_ROWS", 2)

    assert offered(client, path="data/") == DATA
    assert "completion.pdf" not in client.get(address("data/")).content.decode()
    monkeypatch.setattr(reports, "MOST_ROWS", 3)
    forget()
    assert offered(client, path="data/") == ENDINGS


def test_every_format_that_a_page_offers_is_sent(client, monkeypatch):
    one_mission_with_three_changes()
    one_mission_with_three_pieces_of_evidence()
    for limited, name in ((reports, "MOST_ROWS"), (document, "MOST_LISTED")):
        monkeypatch.setattr(limited, name, 2)

    for path in ("missions/", "themes/T1/"):
        assert offered(client, path=path) == ENDINGS
    for ending in ENDINGS:
        fetched(client, ending, ("since", "2024-01-01"))


def test_a_list_and_the_overview_lead_to_a_calendar_that_holds_them(client, monkeypatch):
    three_missions()
    build.mission("M-9", due=date(2024, 12, 31))

    def leads_to_it(*address_of):
        return "/calendar.ics" in client.get(address(*address_of)).content.decode()

    monkeypatch.setattr(reports, "MOST_ROWS", 3)
    assert [leads_to_it(""), leads_to_it("missions/"), leads_to_it("missions/", ("q", "M-1"))] == [False, False, True]
    monkeypatch.setattr(reports, "MOST_ROWS", 4)
    forget()
    assert [leads_to_it(""), leads_to_it("missions/")] == [True, True]


def test_a_workbook_beyond_the_rows_of_a_sheet_is_refused_with_the_formats_that_hold_it(client, monkeypatch):
    build.mission("M-1")

    def long(query):
        found = reports.completion_report(query)
        return replace(found, records=Sheet(found.records.table, found.records.records, 1_048_575))

    monkeypatch.setitem(reports.FORMATS, "xlsx", reports.FORMATS["xlsx"]._replace(build=long))

    said = refused(client, "xlsx")

    assert said["detail"].startswith("This report has 1048575 rows, and a sheet of Excel holds 1048574")
    assert said["detail"].count("CSV") == said["detail"].count("JSON") == 2
    monkeypatch.setitem(reports.FORMATS, "json", reports.FORMATS["json"]._replace(build=long))
    fetched(client, "json")


@pytest.mark.parametrize(
    ("make", "name"),
    [(one_mission_with_three_changes, "Changes"), (one_mission_with_three_pieces_of_evidence, "Evidence")],
)
def test_a_sheet_of_changes_or_evidence_that_is_too_long_is_shortened_with_a_note(client, monkeypatch, make, name):
    make()
    monkeypatch.setattr(xlsx, "MOST_ROWS", 2)
    monkeypatch.setattr(xlsx, "SPARE_ROWS", 0)

    book = openpyxl.load_workbook(io.BytesIO(fetched(client, "xlsx", ("since", "2024-01-01"))[1]))

    assert len(list(book[name].iter_rows(min_row=3))) == 2
    notes = [cell.value for cell in book["Report"]["B"] if cell.value]
    assert f"{name}: the first 2 of 3 are listed. The JSON file of this report has all of them." in notes


def test_a_workbook_with_more_that_moved_than_its_summary_holds_is_refused(client, monkeypatch):
    build.mission("M-1", status=Status.COMPLETED, on=date(2024, 6, 1))
    monkeypatch.setattr(xlsx, "SPARE_ROWS", xlsx.MOST_ROWS)

    assert refused(client, "xlsx")["detail"].startswith("This report has 1 rows")
    fetched(client, "xlsx", ("since", "2024-06-02"))
