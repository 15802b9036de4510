"""The form that publishes a frozen report: its preview writes nothing, and what was previewed is published once."""

import pytest

from missions.models import FrozenFile, FrozenReport, Head, Role
from missions.reports import admin as pages
from missions.reports.freezing import freeze
from tests import factories
from tests.admin.pages import PUBLISH, buttons, edit, errors, filled_in, table_rows
from tests.public.dom import parse

FORM, LIST = "/admin/missions/frozenreport/add/", "/admin/missions/frozenreport/"
TITLES = {"title_en": "Mid-2024", "title_zh": "年中"}
REASONS = {"reason_en": "A sum was wrong", "reason_zh": "合计有误"}
QUERY = {"query": "status=paused", "as_of": "2024-06-30"}
CHOSEN = {"language": "zh", "format": "html"}  # what a browser sends if nothing is chosen


@pytest.fixture(scope="module")
def world(module_db):
    factories.mission("M-1", status="paused")
    factories.mission("M-2", status="completed")
    factories.mission("M-3")


@pytest.fixture(autouse=True)
def coordinator(world, sign_in):
    return sign_in(Role.COORDINATOR)


def look(client, **answers):
    return edit(client, FORM, **{**CHOSEN, **answers, "_look": "Preview"})


def publish(client, seen, **answers):
    """Sends the form that a preview came with."""
    return client.post(FORM, {**filled_in(seen), **answers, **PUBLISH}, follow=True)


def previewed(response):
    return parse(response).all("section", aria_labelledby="preview")


def nothing_published():
    return (FrozenReport.objects.count(), FrozenFile.objects.count()) == (0, 0)


def test_a_preview_shows_the_report_and_writes_nothing(client):
    before = Head.objects.get().revision
    seen = look(client, **QUERY, format="xlsx", since="2023-12-31")
    (section,) = previewed(seen)
    link = section.one("a", class_="button")["href"]

    assert "as_of=2024-06-30&lang=zh&since=2023-12-31&status=paused" in section.text
    assert client.get(link).getvalue()[:2] == b"PK"
    assert (buttons(client.get(FORM)), buttons(seen)) == (["_look", "_look"], ["_look", "_look", "_publish"])
    assert (nothing_published(), Head.objects.get().revision) == (True, before)


def test_what_was_previewed_is_published_once_in_the_name_of_who_did_it(client, coordinator):
    revision, seen = Head.objects.get().revision, look(client, **QUERY)
    answers = [publish(client, seen, **TITLES, **REASONS) for _time in range(2)]
    report = FrozenReport.objects.get()

    assert (answers[0].redirect_chain, list(errors(answers[1]))) == ([(LIST, 302)], ["__all__"])
    assert (report.published_by, report.revision, report.count, report.files.count()) == (coordinator, revision, 1, 14)
    assert (report.query, report.title_en, report.title_zh, report.supersedes, report.reason_en) == (
        "as_of=2024-06-30&lang=both&status=paused",  # it is frozen in every language
        *(*TITLES.values(), None, ""),  # a reason belongs to a new edition
    )
    assert client.get(report.get_absolute_url()).status_code == 200
    (line,) = (row for row in table_rows(client.get("/admin/audit/", {"kind": "report"})))
    assert (line[1], "Mid-2024" in line[3]) == ("coordinator", True)


@pytest.mark.parametrize(
    "answers",
    [
        {"query": "/en/changes/?status=paused"},  # a page without a list of missions
        {"query": "status=done&due_before=x"},
        {"as_of": "2100-12-31"},
        {"since": "2024-07-01"},  # after the date of the report
        {"title_zh": "a\u202eb"},
    ],
)
def test_an_error_is_shown_at_its_field_and_the_query_stays_in_the_form(client, answers):
    typed = {**filled_in(client.get(FORM)), **CHOSEN, "as_of": "2024-06-30", **TITLES, **answers}
    for button in ({"_look": "Preview"}, PUBLISH):
        answer = client.post(FORM, {**typed, **button})
        assert (list(errors(answer)), filled_in(answer)["query"]) == (list(answers), typed["query"])
        assert (previewed(answer), nothing_published()) == ([], True)


@pytest.mark.parametrize("changes", ["data", "query", "while the files are made"])
def test_only_what_was_previewed_is_published(client, monkeypatch, changes):
    def late(*args, **kwargs):
        factories.mission("M-4", status="paused")
        return freeze(*args, **kwargs)

    seen, answers = look(client, **QUERY), dict(TITLES)
    if changes == "data":
        factories.mission("M-4", status="paused")
    elif changes == "query":
        answers["query"] = "status=completed"
    else:
        monkeypatch.setattr(pages, "freeze", late)

    assert (list(errors(publish(client, seen, **answers))), nothing_published()) == (["__all__"], True)
