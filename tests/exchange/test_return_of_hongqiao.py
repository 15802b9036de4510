"""The form of the whole real programme: filled in by a real spreadsheet program in each of its formats, submitted."""

from datetime import date

import pytest
from django.db import transaction

from missions.exchange.programme import load_programme
from missions.exchange.returns import read_return
from missions.exchange.workbooks import read_workbook
from missions.models import Mission, Submission, SubmittedEvidence
from missions.status import Status
from tests import build
from tests.exchange.folders import HONGQIAO
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.returning import commands, form, grids, places, submitted

pytestmark = [needs_libreoffice, pytest.mark.django_db]

TYPED = {
    "new_status": "推进中 In progress",
    "effective_on": "2026-03-02",
    "basis": "公开文件 Public document",
    "headline_zh": "=1+1 不是公式",
    "headline_en": "@SUM(A1) is no formula",
    "evidence_title": "Notice",
    "evidence_publisher": "Bureau",
    "evidence_url": "https://example.org/notice?a=1&b=2",
    "note": "00123",
}


@pytest.fixture(scope="module")
def programme(django_db_setup, django_db_blocker):
    """The real programme, which takes seconds to load; rolled back after the last test."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_programme(HONGQIAO)
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("ending", ["xlsx", "ods", "xls"])
def test_a_form_of_145_missions_is_filled_in_there_and_submitted(programme, libreoffice, ending):
    coordinator, content = build.user(), form()
    sheets = grids(content)
    _columns, rows = places(sheets)
    missions = {mission.code: mission for mission in Mission.objects.exclude(status=Status.WITHDRAWN)}
    said = {code: {**TYPED, "new_status": status_of(mission)} for code, mission in missions.items() if code in rows}
    assert len(said) == 145

    stored, _answers = libreoffice.edit(content, commands(sheets, "type", said), ending)
    read = read_workbook(f"form.{ending}", stored)
    found = read_return(read, by=coordinator)
    assert (found.unread, found.other_sheets) == ([], [])
    assert (found.problems, found.counts, found.made) == ([], {"submit": 145}, grids(content)[0].rows[5][3])

    made = submitted(read, by=coordinator)
    assert [submission.mission.code for submission in made] == list(said)
    fields = ("state", "status", "effective_on", "basis", "headline_zh", "headline_en", "note")
    wanted = ("submitted", date(2026, 3, 2), "document", TYPED["headline_zh"], TYPED["headline_en"], TYPED["note"])
    written = Submission.objects.filter(author=coordinator).values_list(*fields)
    assert {(state, *rest) for state, _status, *rest in written} == {wanted}
    assert list(written.order_by("id").values_list("status", flat=True)) == [
        code_of(each["new_status"]) for each in said.values()
    ]
    cited = SubmittedEvidence.objects.filter(submission__author=coordinator)
    assert list(cited.values_list("title", "publisher", "url").distinct().order_by()) == [
        (TYPED["evidence_title"], TYPED["evidence_publisher"], TYPED["evidence_url"])
    ]


def status_of(mission):
    """The words of a status that may follow the one that it has."""
    return "已完成 Completed" if mission.status == Status.COMPLETED else "推进中 In progress"


def code_of(words):
    return {"已完成 Completed": "completed", "推进中 In progress": "in_progress"}[words]
