"""A PDF is made in a process of its own: how much memory and time it may take, and how many are made at once."""

import contextlib
import io
import time
from threading import Thread

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from missions.models import FrozenReport
from missions.reports import pdf, pdf_slots
from missions.reports.pdf_slots import pdf_slot, reader_pdf_slot
from missions.slots import NoFreeSlot
from tests import build
from tests.public.dom import parse
from tests.reports.test_pdf import reported

PDF = "/en/report/completion.pdf"
BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def mission(noon):
    return build.mission("M-1")


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(pdf_slots, "PATIENCE", 0)


@pytest.fixture
def taken():
    """All slots, as other processes would hold them."""
    with pdf_slot(), pdf_slot():
        yield


def test_a_third_reader_waits_for_a_slot():
    with contextlib.ExitStack() as first, reader_pdf_slot():
        first.enter_context(reader_pdf_slot())
        Thread(target=lambda: (time.sleep(1), first.close())).start()

        with reader_pdf_slot():
            pass


def test_a_process_refuses_a_fourth_reader_at_once_so_that_its_last_thread_answers_pages(monkeypatch):
    monkeypatch.setattr(pdf_slots, "pdf_slot", lambda wait: contextlib.nullcontext())
    with reader_pdf_slot(), reader_pdf_slot(), reader_pdf_slot(), pytest.raises(NoFreeSlot), reader_pdf_slot():
        pass


def test_a_program_is_told_to_come_back_when_two_pdfs_are_being_made(client, mission, impatient, taken):
    answer = client.get(PDF)

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Too many PDF files at once / 同时生成的 PDF 文件过多"


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Too many PDF files at once"), ("zh-hans", "同时生成的 PDF 文件过多")]
)
def test_a_browser_gets_a_page_when_two_pdfs_are_being_made(client, mission, impatient, taken, language, title):
    answer = client.get(PDF.replace("/en/", f"/{language}/"), headers=BROWSER)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert parse(answer).one("h1").text == title


def test_other_formats_and_pdfs_that_are_kept_need_no_slot(client, mission, impatient):
    made = client.get(PDF).getvalue()

    with pdf_slot(), pdf_slot():
        assert client.get(PDF).getvalue() == made
        assert client.get(PDF.replace(".pdf", ".docx")).status_code == 200


def test_identical_requests_do_not_wait_for_each_other(client, mission, monkeypatch):
    """They would hold every thread of a process."""
    inside = []

    def download_again(*arguments):
        if not inside:
            inside.append(True)
            started = time.monotonic()
            inside.append((client.get(PDF).status_code, time.monotonic() - started < 5))
        return original(*arguments)

    original = pdf.shown
    monkeypatch.setattr(pdf, "shown", download_again)

    assert client.get(PDF).status_code == 200
    assert inside[1] == (200, True)


def long(report, shown=pdf.shown):
    """What the layout draws, with so many rows that neither 200 MB nor a second suffice."""
    data = shown(report)
    for section in data["sections"]:
        for table in section["tables"]:
            table["rows"] = table["rows"] * 5000
    return data


@pytest.mark.parametrize(("limit", "value"), [("MOST_MEMORY", 200 * 1024**2), ("MOST_SECONDS", 1)])
def test_a_pdf_beyond_its_memory_or_time_is_refused_with_what_to_do(client, mission, monkeypatch, limit, value):
    monkeypatch.setattr(pdf, "shown", long)
    monkeypatch.setattr(pdf, limit, value)

    answer = client.get(PDF)

    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert answer.json()["title"] == "Too long / 篇幅过长"
    assert "Excel" in answer.json()["detail"]


def test_a_pdf_that_cannot_be_set_is_a_mistake_and_not_too_long(noon, mission, monkeypatch):
    monkeypatch.setattr(pdf, "shown", lambda report: {})

    with pytest.raises(RuntimeError):
        pdf.write(reported(), io.BytesIO())


def test_the_command_that_freezes_says_what_to_do_and_publishes_nothing(mission, monkeypatch):
    monkeypatch.setattr(pdf, "MOST_SECONDS_ON_A_BUSY_MACHINE", 0)

    with pytest.raises(CommandError, match="Excel"):
        freeze()
    assert not FrozenReport.objects.exists()


def test_freezing_waits_for_a_slot(mission):
    with contextlib.ExitStack() as first, pdf_slot():
        first.enter_context(pdf_slot())
        Thread(target=lambda: (time.sleep(1), first.close())).start()

        freeze()

    assert FrozenReport.objects.count() == 1


def freeze():
    call_command(
        "freeze_report",
        as_of="2024-06-30",
        title_en="Report",
        title_zh="报告",
        local=True,
        verbosity=0,
        stdout=io.StringIO(),
    )
