"""Freezing a report: which files it keeps, what they are, and when nothing is published."""

import hashlib
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import override

from missions import reports
from missions.models import FrozenFile, FrozenReport, Head
from missions.report_filters import ReportFilter
from missions.reports import FORMATS
from missions.reports.completion import completion_report
from missions.reports.report import TooLong
from missions.reports.words import Words
from missions.status import Status
from tests import build
from tests.reports.frozen import REASON, TITLE, files, published

pytestmark = pytest.mark.usefixtures("noon")

DAY = "as_of=2024-06-30"
# Edition → the endings of its files.
KEPT = {
    "en": ("html", "pdf", "docx", "xlsx"),
    "zh": ("html", "pdf", "docx", "xlsx"),
    "both": ("html", "pdf", "docx", "csv", "xlsx", "json"),
}


@pytest.fixture(autouse=True)
def missions(noon):
    build.mission("M-1", status=Status.COMPLETED)
    build.mission("M-2", status=Status.PAUSED, due=date(2024, 7, 1))
    build.mission("M-3", status=Status.WITHDRAWN, theme=build.theme("T2"))


def name_of(query, revision, edition, ending):
    """The name that the contract has for a file of this query."""
    language = "" if ending in ("csv", "json") else f"{edition}_"
    return f"hubtracker_2024-06-30_r{revision}_{language}{hashlib.sha256(query.encode()).hexdigest()[:8]}.{ending}"


def expected_names(revision, query):
    """Edition → ending → name, for a query without its language."""
    return {
        edition: {ending: name_of(query.format(edition), revision, edition, ending) for ending in endings}
        for edition, endings in KEPT.items()
    }


@pytest.mark.both_databases
def test_what_is_read_is_kept_in_three_editions_and_what_is_reckoned_with_in_one():
    revision = Head.objects.get().revision
    report = published("status=paused&status=completed")

    names = expected_names(revision, DAY + "&lang={}&status=completed&status=paused")
    found = {(file.language, file.ending): file.name for file in report.files.all()}
    assert found == {(edition, end): name for edition, by_ending in names.items() for end, name in by_ending.items()}
    assert {file.media_type for file in report.files.all()} == {form.media_type for form in FORMATS.values()}
    assert {file.ending: file.media_type for file in report.files.all()} == {
        ending: form.media_type for ending, form in FORMATS.items()
    }


@pytest.mark.both_databases
def test_each_file_is_what_its_format_writes_for_the_query_under_the_title():
    report = published(f"{DAY}&status=paused")

    written = {}
    for edition, endings in KEPT.items():
        query = ReportFilter(QueryDict(f"{DAY}&status=paused&lang={edition}"), language="en")
        assert query.form.is_valid()
        for ending in endings:
            file = BytesIO()
            found = replace(completion_report(query, report), revision=report.revision, advanced_at=report.advanced_at)
            FORMATS[ending].write(found, file)
            written[found.filename(ending)] = file.getvalue()

    assert files(report) == written
    assert {file.name: (file.size, file.sha256) for file in report.files.all()} == {
        name: (len(content), hashlib.sha256(content).hexdigest()) for name, content in written.items()
    }
    assert [TITLE.en in text for text in (files_of(report, "en"), files_of(report, "zh"))] == [True, False]


def files_of(report, edition):
    return bytes(report.files.get(language=edition, name__endswith=".html").content).decode()


@pytest.mark.both_databases
def test_the_report_states_its_query_its_days_and_the_state_of_the_data():
    head, official = Head.objects.get(), build.user()
    report = published(f"sort=programme&known_at=2024-06-30&status=paused&{DAY}", by=official)

    report.refresh_from_db()
    assert (report.query, report.as_of, report.known_at, report.count) == (
        f"{DAY}&known_at=2024-06-30&lang=both&status=paused",
        date(2024, 6, 30),
        date(2024, 6, 30),
        1,
    )
    assert (report.revision, report.advanced_at, report.ledger_head) == (head.revision, head.advanced_at, head.hash)
    assert (report.title_en, report.title_zh, report.published_by) == (*TITLE, official)
    assert (report.supersedes, report.reason_en, report.reason_zh) == (None, "", "")
    assert Head.objects.get().revision == head.revision + 1


def test_the_page_and_the_language_of_a_list_are_not_part_of_what_is_published():
    plain, other = published("status=paused"), published("status=paused&page=7&per_page=3&lang=zh&nonsense=1")

    assert plain.query == other.query == f"{DAY}&lang=both&status=paused"
    assert plain.count == other.count == 1


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_language_of_who_publishes_leaves_the_files_as_they_are(language):
    revision = Head.objects.get().revision
    with override(language):
        report = published(DAY)

    assert FrozenReport.objects.get().revision == revision
    page = files_of(report, "en")
    assert ('<html lang="en"' in page, TITLE.en in page, TITLE.zh in page) == (True, True, False)


def test_records_stand_as_the_same_bytes_in_two_editions_of_one_revision():
    """Nothing between two editions changes the CSV file; its name tells the revisions apart."""
    first = published(DAY)
    second = published(DAY, title=Words("Other", "另一"), supersedes=first)

    one, two = (report.files.get(name__endswith=".csv") for report in (first, second))
    assert (one.content, one.sha256) == (two.content, two.sha256)
    assert (one.name == two.name, second.revision - first.revision) == (False, 1)


def test_an_edition_that_supersedes_another_says_why():
    first = published(DAY)
    second = published(DAY, supersedes=first)
    first.refresh_from_db()

    assert (second.supersedes, first.successor(), second.successor()) == (first, second, None)
    assert (second.reason_en, second.reason_zh) == REASON


def test_addresses_are_the_day_and_the_title_with_a_number_where_they_are_taken():
    slug = "2024-06-30-mid-2024-status-rest"
    for taken in (slug, f"{slug}-2", f"{slug}-4", "2024-06-30"):
        build.frozen_report(taken)
    titles = Words("Mid-2024: <status> & rest", "年中"), Words("完成情况", "完成情况"), Words("long " * 60, "长")

    assert [published(DAY, title=title).slug for title in titles] == [
        f"{slug}-3",
        "2024-06-30-2",
        "2024-06-30-" + "long-" * 13 + "long",
    ]


def test_a_title_with_a_character_that_no_document_can_hold_is_refused():
    with pytest.raises(ValidationError) as caught:
        published(DAY, title=Words("Mid\u202e2024", "年中"))

    assert list(caught.value.message_dict) == ["title_en"]


REFUSED = {
    "a status that there is none of": ("status=done", {"status": ["There is no “done” to choose from."]}),
    "a day that is none": (
        "as_of=2024-02-30",
        {"as_of": ["No calendar has this day."]},
    ),
    "a day to come": (
        "as_of=2024-07-01",
        {"as_of": ["This day has not come yet: choose today or an earlier day."]},
    ),
    "known on a day to come": (
        "known_at=2024-07-01",
        {"known_at": ["This day has not come yet: choose today or an earlier day."]},
    ),
    "two parameters at once": (
        "owner=none&since=x",
        {
            "owner": ["There is no “none” to choose from."],
            "since": ["Write a day as YYYY-MM-DD, such as 2024-03-02."],
        },
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_query_that_cannot_be_read_is_refused_by_its_parameter_and_nothing_is_written(name):
    query, said = REFUSED[name]
    revision = Head.objects.get().revision

    with pytest.raises(ValidationError) as refusal:
        published(query)

    assert refusal.value.message_dict == said
    assert nothing_written(revision)


def nothing_written(revision):
    return (FrozenReport.objects.count(), FrozenFile.objects.count(), Head.objects.get().revision) == (0, 0, revision)


WRONG = {
    "no English title": ({"title": Words("", "年中")}, "title_en"),
    "no Chinese title": ({"title": Words("Mid-2024", "")}, "title_zh"),
    "a title that is too long": ({"title": Words("x" * 301, "年中")}, "title_en"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_report_that_lacks_what_every_one_has_is_refused_and_nothing_is_written(name):
    said, field = WRONG[name]
    revision = Head.objects.get().revision

    with pytest.raises(ValidationError) as refusal:
        published(DAY, **said)

    assert list(refusal.value.message_dict) == [field]
    assert nothing_written(revision)


def test_a_new_edition_without_a_reason_or_of_one_that_has_a_successor_is_refused():
    superseded = build.frozen_report("first")
    newest = build.frozen_report("second", supersedes=superseded)
    before = FrozenReport.objects.count(), FrozenFile.objects.count()
    wrong = {
        "__all__": {"supersedes": newest, "reason": Words("Why", "")},
        "supersedes": {"supersedes": superseded},
    }

    for field, said in wrong.items():
        with pytest.raises(ValidationError) as refusal:
            published(DAY, **said)
        assert list(refusal.value.message_dict) == [field]
    assert (FrozenReport.objects.count(), FrozenFile.objects.count()) == before


def test_a_report_too_long_to_be_read_is_refused_and_nothing_is_written(monkeypatch):
    monkeypatch.setattr(reports, "MOST_ROWS", 2)
    revision = Head.objects.get().revision

    with pytest.raises(TooLong) as refusal:
        published(DAY)

    assert refusal.value.words.en == (
        "This report has 3 missions. As HTML / PDF / Word it can have 2 at most: "
        "narrow the query, or download it as "
        f"{' / '.join(FORMATS[ending].name for ending in ('csv', 'xlsx', 'json'))}."
    )
    assert nothing_written(revision)
