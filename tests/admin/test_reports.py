"""The form that builds a report: its preview, which writes nothing, and its publication."""

import pytest

from missions import reports
from missions.admin import reports as pages
from missions.models import FrozenFile, FrozenReport, Head, Role
from missions.reports.freezing import freeze
from missions.status import Status
from tests import build
from tests.admin.pages import buttons, errors, filled_in, messages
from tests.public.dom import parameters, parse

FORM, LIST = "/admin/missions/frozenreport/add/", "/admin/missions/frozenreport/"
LOOK, PUBLISH = {"_look": "Preview"}, {"_publish": "Publish"}
TITLES = {"title_en": "Mid-2024", "title_zh": "年中"}
REASONS = {"reason_en": "A sum was wrong", "reason_zh": "合计有误"}
QUERY = {"query": "status=paused", "as_of": "2024-06-30"}
CHOSEN = {"language": "zh", "format": "html"}  # the first of their lists, which a browser sends if nobody chooses


@pytest.fixture
def missions(db):
    build.mission("M-1", status=Status.PAUSED)
    build.mission("M-2", status=Status.COMPLETED)
    build.mission("M-3")


def look(client, **answers):
    return client.post(FORM, {**filled_in(client.get(FORM)), **CHOSEN, **answers, **LOOK})


def publish(client, seen, **answers):
    """Sends the form that a preview came with, with these answers more."""
    return client.post(FORM, {**filled_in(seen), **answers, **PUBLISH}, follow=True)


def previewed(response):
    return parse(response).one("section", aria_labelledby="preview")


def facts(section):
    return {row.one("dt").text: row.one("dd").text for row in section.one("dl").all("div")}


def nothing_published():
    return (FrozenReport.objects.count(), FrozenFile.objects.count()) == (0, 0)


def test_a_preview_shows_what_the_report_comes_to_and_writes_nothing(client, missions, coordinator):
    before = Head.objects.get().revision
    empty = client.get(FORM)
    seen = look(client, **QUERY, language="zh", format="xlsx")

    section = previewed(seen)
    assert facts(section)["Query"] == "as_of=2024-06-30&lang=zh&status=paused"
    assert (facts(section)["Records"], facts(section)["Revision"]) == ("1", str(before))
    link = section.one("a", class_="button")
    assert link["href"].partition("?")[0] == "/en/report/completion.xlsx"
    assert parameters(link["href"]) == {"status": ["paused"], "as_of": ["2024-06-30"], "lang": ["zh"]}
    assert client.get(link["href"]).getvalue()[:2] == b"PK"
    assert "Missions 1 · Changes 0 · Evidence 1" in section.text
    assert "M-1" not in section.text
    assert (buttons(empty), buttons(seen)) == (["_look", "_look"], ["_look", "_look", "_publish"])
    assert nothing_published()
    assert Head.objects.get().revision == before


def test_a_preview_shows_what_moved_since_the_base_day(client, missions, coordinator):
    moved = {}
    for day in ("2023-12-31", "2024-01-02"):
        tables = previewed(look(client, as_of="2024-06-30", since=day)).all("table")
        rows = [[cell.text for cell in row.walk()] for table in tables for row in table.one("tbody").all("tr")]
        moved[day] = [row[:2] for row in rows if row[0] == "Newly completed"]

    assert moved == {"2023-12-31": [["Newly completed", "M-2"]], "2024-01-02": []}


@pytest.mark.both_databases
def test_what_was_previewed_is_published_in_the_name_of_who_did_it(client, missions, coordinator):
    revision = Head.objects.get().revision
    answer = publish(client, look(client, **QUERY), **TITLES)
    report = FrozenReport.objects.get()

    assert answer.redirect_chain == [(LIST, 302)]
    assert messages(answer) == [
        'Published: <a href="/en/reports/2024-06-30-mid-2024/">/en/reports/2024-06-30-mid-2024/</a>'
    ]
    assert (report.published_by, report.revision, report.count) == (coordinator, revision, 1)
    assert (report.query, report.title_en, report.title_zh) == (
        "as_of=2024-06-30&lang=both&status=paused",
        *TITLES.values(),
    )
    assert (report.files.count(), report.supersedes) == (14, None)
    assert client.get(report.get_absolute_url()).status_code == 200


def test_a_whole_address_can_be_pasted(client, missions, coordinator):
    address = "https://hub.example.org/zh-hans/missions/?status=paused&status=completed&page=2&as_of=2023-01-01"

    of_one = "/zh-hans/instruments/FP/?status=paused&status=completed#results"
    for pasted in (address, of_one, "?status=paused&status=completed", "status=paused&status=completed"):
        seen = look(client, query=pasted, as_of="2024-06-30")
        assert facts(previewed(seen))["Records"] == "2", pasted
    publish(client, look(client, query=address, as_of="2024-06-30"), **TITLES)
    assert FrozenReport.objects.get().query == "as_of=2024-06-30&lang=both&status=completed&status=paused"


BAD = {
    "a page without a list": (
        {"query": "/en/changes/?status=paused"},
        {"query": ["This is neither the address of a list on this site nor a query."]},
    ),
    "no page at all": (
        {"query": "https://hub.example.org/no/such/page/"},
        {"query": ["This is neither the address of a list on this site nor a query."]},
    ),
    "an unknown parameter": ({"query": "stauts=paused"}, {"query": ["There is no parameter “stauts”."]}),
    "a bad query": ({"query": "status=done"}, {"query": ["status: There is no “done” to choose from."]}),
    "two bad parameters": (
        {"query": "status=done&due_before=x"},
        {
            "query": [
                "status: There is no “done” to choose from.",
                "due_before: Write a day as YYYY-MM-DD, such as 2024-03-02.",
            ]
        },
    ),
    "a bad day": ({"as_of": "yesterday"}, {"as_of": ["Write a day as YYYY-MM-DD, such as 2024-03-02."]}),
    "a day to come": (
        {"as_of": "2100-12-31"},
        {"as_of": ["This day has not come yet: choose today or an earlier day."]},
    ),
    "a base day after the day": (
        {"since": "2024-07-01"},
        {"since": ["since: This is after 2024-06-30, the last day of the period: choose that day or an earlier one."]},
    ),
    "a language that is none": (
        {"language": "de"},
        {"language": ["Select a valid choice. de is not one of the available choices."]},
    ),
}


@pytest.mark.parametrize("name", BAD)
@pytest.mark.parametrize("button", [LOOK, PUBLISH])
def test_what_cannot_be_read_is_named_at_its_field_and_kept(client, missions, coordinator, name, button):
    answers, said = BAD[name]
    typed = {**filled_in(client.get(FORM)), **CHOSEN, "as_of": "2024-06-30", **TITLES, **answers}
    answer = client.post(FORM, {**typed, **button})

    assert answer.status_code == 200
    assert errors(answer) == said
    assert filled_in(answer)["query"] == typed["query"]
    assert parse(answer).all("section", aria_labelledby="preview") == []
    assert nothing_published()


def test_a_report_that_is_too_long_is_said_at_the_query(client, missions, coordinator, monkeypatch):
    monkeypatch.setattr(reports, "MOST_ROWS", 2)
    answer = look(client, as_of="2024-06-30")

    assert list(errors(answer)) == ["query"]
    assert "This report has 3 missions. As HTML / PDF / Word it can have 2 at most" in errors(answer)["query"][0]
    assert buttons(answer) == ["_look", "_look"]
    seen = look(client, **QUERY)
    monkeypatch.setattr(reports, "MOST_ROWS", 0)
    assert list(errors(publish(client, seen, **TITLES))) == ["query"]
    assert nothing_published()


def test_a_report_too_long_for_documents_is_previewed_as_data_and_cannot_be_published(
    client, missions, coordinator, monkeypatch
):
    monkeypatch.setattr(reports, "MOST_ROWS", 2)
    answer = look(client, as_of="2024-06-30", format="csv")

    link = previewed(answer).one("a", class_="button")["href"]
    assert link.partition("?")[0] == "/en/report/completion.csv"
    assert len(client.get(link).getvalue().splitlines()) == 4
    assert buttons(answer) == ["_look", "_look"]
    assert parse(answer).one("p", class_="help").text.startswith("This report cannot be published")


def test_what_is_published_has_its_title_in_both_languages(client, missions, coordinator):
    seen = look(client, **QUERY)
    wanted = ["Fill it in: what is published stands in both languages."]

    assert errors(publish(client, seen)) == {"title_zh": wanted, "title_en": wanted}
    assert errors(publish(client, seen, title_en="Mid-2024")) == {"title_zh": wanted}
    assert nothing_published()
    # The form that says so is sent again with what was missing.
    refused = publish(client, seen, title_en="Mid-2024")
    publish(client, refused, title_zh="年中")
    assert FrozenReport.objects.get().title_zh == "年中"


def test_a_new_edition_names_its_predecessor_and_the_reason_in_both_languages(client, missions, coordinator):
    first = build.frozen_report("first")
    earlier = build.frozen_report("second", supersedes=first)
    seen = look(client, **QUERY, supersedes=earlier.pk, **TITLES)
    wanted = ["Fill it in: what is published stands in both languages."]

    assert errors(publish(client, seen)) == {"reason_zh": wanted, "reason_en": wanted}
    assert errors(publish(client, seen, reason_en="Why")) == {"reason_zh": wanted}
    choices = [option["value"] for option in parse(seen).one("select", name="supersedes").all("option")]
    assert choices == ["", str(earlier.pk)]
    assert list(errors(publish(client, seen, supersedes=first.pk, **REASONS))) == ["supersedes"]
    assert FrozenReport.objects.count() == 2

    publish(client, seen, **REASONS)
    report = FrozenReport.objects.first()
    assert (report.supersedes, report.reason_en, report.reason_zh) == (earlier, *REASONS.values())


def test_a_reason_without_a_predecessor_is_left_out(client, missions, coordinator):
    publish(client, look(client, **QUERY), **TITLES, **REASONS)

    report = FrozenReport.objects.get()
    assert (report.supersedes, report.reason_en, report.reason_zh) == (None, "", "")


MOVED = ["This is not what the preview showed, or the data have changed since: look again."]


def test_what_changed_since_the_preview_is_looked_at_again_first(client, missions, coordinator):
    seen = look(client, **QUERY)
    build.mission("M-4", status=Status.PAUSED)

    assert errors(publish(client, seen, **TITLES)) == {"__all__": MOVED}
    assert nothing_published()
    publish(client, look(client, **QUERY), **TITLES)
    assert FrozenReport.objects.get().count == 2


def test_another_query_than_the_one_that_was_seen_is_not_published(client, missions, coordinator):
    seen = look(client, **QUERY)

    assert errors(publish(client, seen, **TITLES, query="status=completed")) == {"__all__": MOVED}
    assert nothing_published()


def test_what_changes_while_the_files_are_drawn_is_noticed(client, missions, coordinator, monkeypatch):
    def late(*args, **kwargs):
        build.mission("M-4", status=Status.PAUSED)
        return freeze(*args, **kwargs)

    seen = look(client, **QUERY)
    monkeypatch.setattr(pages, "freeze", late)

    assert errors(publish(client, seen, **TITLES)) == {"__all__": ["The data have changed since: look again."]}
    assert nothing_published()


@pytest.mark.parametrize("previewed", ["", "0", "x"])
def test_nothing_is_published_that_was_not_previewed(client, missions, coordinator, previewed):
    answers = {**filled_in(client.get(FORM)), **CHOSEN, **QUERY, **TITLES, "previewed": previewed}

    assert errors(client.post(FORM, {**answers, **PUBLISH})) == {"__all__": MOVED}
    assert nothing_published()


def test_what_is_sent_twice_is_published_once(client, missions, coordinator):
    seen = look(client, **QUERY)
    publish(client, seen, **TITLES)

    assert errors(publish(client, seen, **TITLES)) == {"__all__": MOVED}
    assert FrozenReport.objects.count() == 1


@pytest.mark.parametrize("role", [Role.EDITOR, Role.AUDITOR, Role.ADMINISTRATOR])
def test_only_a_coordinator_builds_and_publishes(client, missions, sign_in, role):
    sign_in(role, organisation=build.organisation())
    typed = {**QUERY, **TITLES, "language": "en", "format": "html", "previewed": Head.objects.get().revision}

    assert client.get(FORM).status_code == 403
    assert [client.post(FORM, {**typed, **button}).status_code for button in (LOOK, PUBLISH)] == [403, 403]
    assert nothing_published()
    build.frozen_report("R-1")
    page = parse(client.get(LIST))
    assert page.one(id="content").all("a", class_="addlink") == []
    assert "Report R-1" in page.text


@pytest.mark.parametrize("role", list(Role))
def test_everybody_reads_what_was_published_and_nobody_changes_or_deletes_it(client, sign_in, role):
    sign_in(role, organisation=build.organisation())
    report = build.frozen_report("R-1", published_by=build.user("li"))
    page = f"{LIST}{report.pk}/"

    shown = parse(client.get(f"{page}change/"))
    assert "Report R-1" in shown.text
    assert shown.one(id="content").all("input", name="_save") == []
    assert shown.one(id="content").all("a", href="/en/reports/R-1/") != []
    assert client.post(f"{page}change/", {"title_en": "x"}).status_code == 403
    assert client.post(f"{page}delete/", {"post": "yes"}).status_code == 403
    client.post(LIST, {"action": "delete_selected", "_selected_action": report.pk, "post": "yes", "index": 0})
    assert FrozenReport.objects.values_list("title_en").get() == ("Report R-1",)


def test_the_audit_log_says_who_published_which_report(client, missions, sign_in):
    official = sign_in(Role.COORDINATOR)
    publish(client, look(client, **QUERY), **TITLES)
    build.frozen_report("from-the-command-line")
    lines = parse(client.get("/admin/audit/", {"kind": "report"})).one("table", class_="hub-changes").one("tbody")

    rows = [[cell.text for cell in row.children if not isinstance(cell, str)][1:] for row in lines.all("tr")]
    assert [row[:3] for row in rows] == [
        ["the command line", "Frozen report · published", "Report from-the-command-line"],
        [official.username, "Frozen report · published", "Mid-2024"],
    ]
    report = FrozenReport.objects.get(published_by=official)
    assert [link["href"] for link in lines.all("a")][1] == f"{LIST}{report.pk}/change/"


def test_the_form_speaks_the_language_of_who_fills_it_in_whatever_the_report_is_in(client, missions, coordinator):
    coordinator.language = "zh-hans"
    coordinator.save()
    seen = look(client, **QUERY, language="en")

    assert parse(seen).one("html")["lang"] == "zh-hans"
    assert {name: facts(previewed(seen))[name] for name in ("查询条件", "截至日期")} == {
        "查询条件": "as_of=2024-06-30&lang=en&status=paused",
        "截至日期": "2024年6月30日",
    }
