"""A report that is too long is refused with the formats that hold it; a PDF has limits on memory, time and number."""

import contextlib
import fcntl
import io
import time
from datetime import date
from threading import Thread

import openpyxl
import pytest
from django.core.management import CommandError, call_command
from django.http import HttpResponse

from missions.models import FrozenReport, Mission
from missions.reports import document, formats, pdf, xlsx
from missions.status import Status
from tests import factories
from tests.cache import forget
from tests.public.dom import parse
from tests.public.parameters import address
from tests.reports.reading import ENDINGS, fetched

DOCUMENTS, DATA = ["html", "pdf", "docx"], ["csv", "xlsx", "json"]
PDF = "/en/report/completion.pdf?q=M-1"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
SINCE = ("since", "2024-01-01")


@pytest.fixture(scope="module")
def module_missions(module_noon):
    """Three missions, each completed in June, with two changes and three pieces of evidence in all."""
    for number in range(3):
        factories.mission(f"M-{number}", status=Status.COMPLETED, on=date(2024, 6, 1))


@pytest.fixture
def missions(module_missions, db):
    pass


def refused(client, ending, *query):
    response = client.get(address(f"report/completion.{ending}", *query))
    assert [name for name in response.headers if name.startswith(("X-Hub", "Repr", "Content-Disposition"))] == []
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    return response.json()


def formats_offered(client, path, *query):
    links = [link["href"] for link in parse(client.get(address(path, *query))).all("a") if link.get("href")]
    files = [link.partition("?")[0] for link in links if "/report/completion." in link]
    return [*dict.fromkeys(file.rpartition(".")[2] for file in files)]


def test_a_document_of_too_many_missions_is_refused_and_pages_offer_the_others(client, missions, monkeypatch):
    monkeypatch.setattr(formats, "MOST_ROWS", 2)

    for ending in DOCUMENTS:
        for text in refused(client, ending)["detail"].split(". / "):
            assert [part for part in ("3", "2", "CSV", "Excel", "JSON") if part not in text] == []
    page = client.get(address("report/completion.html"), headers=BROWSER)
    assert (page.status_code, page["Content-Type"]) == (400, "text/html; charset=utf-8")
    assert [fetched(client, ending)[0]["X-Hub-Count"] for ending in DATA] == ["3"] * 3
    assert [formats_offered(client, path) for path in ("missions/", "data/")] == [DATA, DATA]
    assert formats_offered(client, "missions/", ("q", "M-1")) == ENDINGS
    with pytest.raises(CommandError):
        freeze()
    assert FrozenReport.objects.count() == 0


def freeze():
    titles = {"title_en": "Report", "title_zh": "报告"}
    call_command("freeze_report", as_of="2024-06-30", local=True, stdout=io.StringIO(), **titles)


@pytest.mark.parametrize("name", ["movements", "changes", "evidence"])
def test_a_long_appendix_of_a_document_is_shortened_with_a_note(client, missions, monkeypatch, name):
    def chapter():
        page = parse(HttpResponse(fetched(client, "html", SINCE)[1])).one("section", aria_labelledby=name)
        return [row.text for row in page.one("table").one("tbody").all("tr")], [text.text for text in page.all("p")]

    rows, texts = chapter()
    monkeypatch.setattr(document, "MOST_LISTED", 2)
    forget()
    shortened, notes = chapter()

    (note,) = [text for text in notes if text not in texts]
    assert (shortened, len(rows), "2 of 3" in note, "JSON" in note) == (rows[:2], 3, True, True)


def test_a_workbook_is_refused_beyond_the_rows_of_a_sheet_and_its_other_lists_shortened(client, missions, monkeypatch):
    monkeypatch.setattr(xlsx, "MOST_ROWS", 2)
    monkeypatch.setattr(xlsx, "SPARE_ROWS", 0)

    assert [part in refused(client, "xlsx")["detail"] for part in ("3", "2", "CSV", "JSON")] == [True] * 4
    factories.report(factories.mission("X-1"), Status.PAUSED, evidence=[factories.evidence() for _each in range(3)])
    body = fetched(client, "xlsx", ("q", "X-1"), SINCE)[1]
    book = openpyxl.load_workbook(io.BytesIO(body))
    notes = [str(cell.value) for cell in book["Report"]["B"]]
    assert (len(list(book["Evidence"].iter_rows(min_row=3))), len([n for n in notes if "first 2 of 3" in n])) == (2, 1)
    monkeypatch.setattr(xlsx, "SPARE_ROWS", 2)  # what moved is listed in the summary
    assert "JSON" in refused(client, "xlsx", ("q", "M-1"), SINCE)["detail"]


@pytest.mark.parametrize(("limit", "value"), [("MOST_MEMORY", 200 * 1024**2), ("MOST_SECONDS_ON_A_BUSY_MACHINE", 0)])
def test_a_pdf_beyond_its_memory_or_time_is_refused(client, missions, monkeypatch, limit, value):
    if limit == "MOST_MEMORY":
        Mission.objects.update(title_en="long " * 100_000)
    monkeypatch.setattr(pdf, limit, value)
    answer = client.get(PDF)

    assert (answer.status_code, answer["Content-Type"], "Excel" in answer.json()["detail"]) == (
        400, "application/problem+json", True,
    )  # fmt: skip


@pytest.fixture
def slots_taken(settings):
    """Both slots for PDF files, as other processes hold them, until it is closed."""
    with contextlib.ExitStack() as stack:
        for number in (1, 2):
            file = stack.enter_context((settings.HUB_DATA_DIR / f"pdf_{number}.lock").open("w"))
            fcntl.flock(file, fcntl.LOCK_EX)
        yield stack


def test_a_third_pdf_is_put_off_while_other_formats_are_sent(client, missions, monkeypatch, slots_taken):
    monkeypatch.setattr(pdf, "PATIENCE", 0)
    program = client.get(PDF)
    page = client.get("/zh-hans/report/completion.pdf", headers=BROWSER)

    assert client.get("/en/report/completion.docx").status_code == 200
    assert [(each.status_code, each["Retry-After"], each["Cache-Control"]) for each in (program, page)] == [
        (503, "30", "no-store")
    ] * 2
    assert (program["Content-Type"], page["Content-Type"]) == ("application/problem+json", "text/html; charset=utf-8")


def test_a_reader_waits_for_a_free_slot(client, missions, slots_taken):
    Thread(target=lambda: (time.sleep(0.5), slots_taken.close())).start()

    assert client.get(PDF).status_code == 200
