"""What a completion report says, small and exact: its filter in words, its period, its notes, what moved and when."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import Provenance
from missions.reports.document import scope, sections
from missions.reports.words import Words
from missions.status import Status
from tests import build
from tests.public.parameters import GOOD, address
from tests.reports.test_pdf import reported

SHOWN = {
    "q=bridge": ("Search", "搜索", "bridge", "bridge"),
    "instrument=FP": ("Instrument", "政策文件", "Instrument FP", "文件FP"),
    "status=completed&status=paused": ("Status", "状态", "Completed, Paused", "已完成、暂停"),
    "deadline=met": ("Deadline state", "期限状态", "Met", "如期完成"),
    "moved=1": ("Moved dates", "期限调整", "Due date moved", "期限有调整"),
    "past_first=1": ("First due date", "最初期限", "Open, past the first date", "未办结且已过最初期限"),
    "theme=T1": ("Theme", "主题", "Theme T1", "主题T1"),
    "area=A1": ("Area", "区域", "Area A1", "区域A1"),
    "owner=O1": ("Lead owner", "牵头单位", "Organisation O1", "单位O1"),
    "involves=O1": ("Owner, lead or supporting", "参与单位（牵头或配合）", "Organisation O1", "单位O1"),
    "kind=policy": ("Kind", "类别", "Policy", "政策"),
    "provenance=official": ("Provenance", "出处", "Official text and number", "官方文本和编号"),
    "due_after=2024-01-01": ("Due on or after", "期限不早于", "1 Jan 2024", "2024年1月1日"),
    "due_before=2024-01-02": ("Due on or before", "期限不晚于", "2 Jan 2024", "2024年1月2日"),
    "changed_after=2024-01-03": ("Status since, on or after", "现状态起始不早于", "3 Jan 2024", "2024年1月3日"),
    "changed_before=2024-01-04": ("Status since, on or before", "现状态起始不晚于", "4 Jan 2024", "2024年1月4日"),
    "sort=title": ("Sort by", "排序", "Mission", "任务"),
    "sort=-due": ("Sort by", "排序", "Due, last first", "期限（倒序）"),
    "sort=changed": ("Sort by", "排序", "Since", "起始日期"),
    "sort=code": ("Sort by", "排序", "Code", "代码"),
    "sort=-code": ("Sort by", "排序", "Code, last first", "代码（倒序）"),
    "sort=-programme": ("Sort by", "排序", "Programme order, last first", "方案顺序（倒序）"),
}


def in_words(facts):
    return [(fact.label.en, fact.label.zh, fact.value.en, fact.value.zh) for fact in facts]


@pytest.mark.parametrize("query", SHOWN)
def test_each_parameter_stands_in_words_of_both_languages(noon, query):
    build.mission("FP-1", areas=[build.area("A1")])

    assert in_words(reported(query).filter) == [SHOWN[query]]


def test_no_parameter_that_narrows_the_list_is_left_out_and_no_other_is_said(noon):
    build.mission("FP-1", areas=[build.area("A1")])
    said = [query for query in SHOWN if not query.startswith("sort=")]

    report = reported(
        "&".join([*said, "sort=programme", "as_of=2024-06-30", "known_at=2024-06-30", "since=2024-06-01"])
    )

    assert in_words(report.filter) == [SHOWN[query] for query in said]
    assert {query.partition("=")[0] for query in SHOWN} == set(GOOD) - {"as_of", "known_at", "page", "per_page"}


def test_a_report_of_everything_says_so(noon):
    build.mission("M-1")

    assert reported().filter == ()
    assert in_words(scope(reported())) == [("Filter", "筛选条件", "none: every mission", "无，包括全部任务")]


@pytest.mark.parametrize("ending", ["html", "pdf", "docx", "csv", "xlsx", "json"])
def test_a_base_day_after_the_period_is_refused_by_its_name_in_both_languages(client, noon, ending):
    build.mission("M-1")
    for last in ("until", "as_of"):
        response = client.get(address(f"report/completion.{ending}", ("since", "2024-06-02"), (last, "2024-06-01")))

        assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
        assert response.json()["errors"] == [
            {
                "parameter": "since",
                "en": "This is after 2024-06-01, the last day of the period: choose that day or an earlier one.",
                "zh": "该日晚于时段截止日 2024-06-01：请选择该日或更早的日期。",
            }
        ]


def test_an_end_of_the_period_after_the_day_asked_about_is_that_day(noon):
    build.mission("M-1")
    report = reported("as_of=2024-06-01&until=2024-06-20&since=2024-05-01")

    assert (report.since, report.until) == (date(2024, 5, 1), date(2024, 6, 1))


def test_a_base_day_after_the_day_asked_about_is_refused_though_the_period_is_said_to_end_later(client, noon):
    build.mission("M-1")
    days = [("as_of", "2024-06-01"), ("since", "2024-06-10"), ("until", "2024-06-20")]
    response = client.get(address("report/completion.json", *days))
    response.getvalue()

    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == ["since"]


def moved(query):
    return {movement.kind: [code for code, _title in movement] for movement in reported(query).movements}


def test_what_moved_is_told_by_the_end_of_the_base_day_and_of_the_period(noon):
    done = build.mission("M-1", status=Status.COMPLETED, on=date(2024, 6, 10))
    build.report(done, Status.IN_PROGRESS, on=date(2024, 6, 20))
    build.mission("M-2", due=date(2024, 6, 15))

    assert moved("since=2024-06-09&until=2024-06-10")["newly_completed"] == ["M-1"]
    assert moved("since=2024-06-10&until=2024-06-19")["newly_completed"] == []
    assert moved("since=2024-06-09&until=2024-06-20")["newly_completed"] == []
    assert moved("since=2024-06-10&until=2024-06-20")["reopened"] == ["M-1"]
    assert moved("since=2024-06-20&until=2024-06-21")["reopened"] == []
    assert moved("since=2024-06-15&until=2024-06-16")["newly_overdue"] == ["M-2"]
    assert moved("since=2024-06-14&until=2024-06-15")["newly_overdue"] == []
    assert moved("since=2024-06-16&until=2024-06-30")["newly_overdue"] == []


def test_what_was_withdrawn_or_put_off_did_not_reopen_nor_become_overdue(noon):
    build.report(
        build.mission("M-1", status=Status.COMPLETED, on=date(2024, 6, 1)), Status.WITHDRAWN, on=date(2024, 6, 9)
    )
    build.deadline(build.mission("M-2", due=date(2024, 6, 5)), date(2024, 7, 5), on=date(2024, 6, 9))

    assert moved("since=2024-06-04&until=2024-06-30") == {
        "newly_completed": [],
        "newly_overdue": [],
        "reopened": [],
        "deadline_moved": ["M-2"],
        "corrected": [],
    }


def test_a_correction_counts_on_the_day_it_was_recorded_and_only_where_that_is_known(db):
    with time_machine.travel(datetime(2024, 6, 1, 4, tzinfo=UTC), tick=False):
        mission = build.mission("M-1")
        entry = build.report(mission, Status.COMPLETED, on=date(2024, 5, 1))
    with time_machine.travel(datetime(2024, 6, 20, 4, tzinfo=UTC), tick=False):
        build.correct(entry, status=Status.PAUSED)
    with time_machine.travel(datetime(2024, 6, 30, 4, tzinfo=UTC), tick=False):
        now, then = (moved(f"since=2024-04-01{known}") for known in ("", "&known_at=2024-06-19"))
        before = moved("since=2024-04-01&until=2024-06-19")

    assert (now["newly_completed"], now["corrected"]) == ([], ["M-1"])
    assert (then["newly_completed"], then["corrected"]) == (["M-1"], [])
    assert before["corrected"] == []


def test_movements_are_of_the_missions_listed_alone(noon):
    build.mission("M-1", status=Status.COMPLETED, on=date(2024, 6, 10))
    build.mission("M-2", status=Status.COMPLETED, on=date(2024, 6, 10), theme=build.theme("T2"))

    assert moved("")["newly_completed"] == ["M-1", "M-2"]
    assert moved("theme=T2")["newly_completed"] == ["M-2"]
    assert moved("sort=-code")["newly_completed"] == ["M-2", "M-1"]


def test_an_empty_report_says_in_each_chapter_that_there_is_nothing(noon):
    build.mission("M-1", status=Status.COMPLETED, on=date(2024, 6, 10))
    report = reported("q=nothing has this")

    assert (report.whole.records, report.whole.rate, report.whole.percent) == (0, None, "–")
    assert [len(sheet) for sheet in (report.records, report.changes, report.evidence)] == [0, 0, 0]
    assert (report.reconciliations, [total.groups for total in report.totals]) == ((), [()] * 5)
    assert [movement.count for movement in report.movements] == [0] * 5
    said = {section.name: section.text[-1].en for section in sections(report) if not section.tables}
    assert {name: said[name] for name in ("totals", "changes", "missions", "evidence")} == {
        "totals": "No mission matches.",
        "changes": "No entry in this period.",
        "missions": "No mission matches.",
        "evidence": "No evidence is cited for these missions.",
    }


def test_our_own_cut_is_noted_where_there_is_one(noon):
    for number in range(2):
        build.mission(f"M-{number}", provenance=Provenance.EDITORIAL_SPLIT)
    build.mission("M-9", provenance=Provenance.OFFICIAL)

    with_it, without = reported(), reported("provenance=official")

    ours = [note for note in with_it.notes if note not in without.notes and "cut" in note.en]
    assert [note.en.partition(",")[0] for note in ours] == ["Of 2 of these records"]
    assert ours[0].zh != ours[0].en
    assert [note for note in without.notes if "cut" in note.en] == []
    assert len(with_it.notes) == len(without.notes) + 1


def test_every_text_stands_in_chinese_too(noon):
    build.mission("M-1", status=Status.COMPLETED, on=date(2024, 6, 10))
    report = reported()

    texts = [report.title, report.rule, *report.notes, *(total.label for total in report.totals)]
    texts += [movement.label for movement in report.movements] + [fact.label for fact in report.statement]
    assert [text for text in texts if text.en == text.zh or text.zh.isascii()] == []
    assert Words("Completion report", "完成情况报告") in texts
