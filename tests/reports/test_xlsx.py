"""The completion report as a workbook, read back in two ways."""

import hashlib
import io
import re
import subprocess
import sys
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import openpyxl
import pytest
import python_calamine
import time_machine
from django.http import QueryDict
from django.utils.timezone import localtime

from missions.models import Head, Measure, Mission, ReportedFigure
from missions.report_filters import ReportFilter
from missions.reports import xlsx
from missions.reports.completion import Fact, completion_report
from missions.reports.report import TooLong
from missions.reports.words import inert, same
from missions.status import Status
from tests import build
from tests.public.parameters import address
from tests.reports.test_reproducible import IN_ANOTHER_PROCESS

TITLE, SUMMARY, MISSIONS, CHANGES, EVIDENCE, DICTIONARY = SHEETS = [
    "报告 Report",
    "汇总 Summary",
    "任务清单 Missions",
    "变更 Changes",
    "佐证 Evidence",
    "数据字典 Dictionary",
]
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"


def report(**query):
    given = QueryDict(mutable=True)
    given.update({"lang": "both", **query})
    asked = ReportFilter(given, language="en")
    assert asked.is_valid(), asked.errors
    return completion_report(asked)


def written(found):
    file = io.BytesIO()
    xlsx.write(found, file)
    return file.getvalue()


def workbook(body):
    return openpyxl.load_workbook(io.BytesIO(body))


def rows(sheet):
    """The rows of a sheet, each by the names in its second row."""
    _labels, names, *found = sheet.iter_rows(values_only=True)
    return [dict(zip(names, row, strict=True)) for row in found]


def table(sheet, heading):
    """The rows under a heading and its heads, up to an empty one, without empty cells at their end."""
    found = [[*row] for row in sheet.iter_rows(values_only=True)]
    start = next(place for place, row in enumerate(found) if row[0] == heading)
    shown = found[start + 2 :]
    end = next((place for place, row in enumerate(shown) if not any(cell is not None for cell in row)), len(shown))
    return shown[:end]


def test_an_empty_report_has_its_headings_and_no_chart(noon):
    build.mission("M-1")

    body = written(report(q="nothing has this"))

    book = workbook(body)
    assert rows(book[MISSIONS]) == []
    assert book[MISSIONS].auto_filter.ref == "A2:AD2"
    assert charts(body) == []


def test_the_totals_are_numbers_and_rates_and_add_up(noon):
    for number, status in enumerate((Status.COMPLETED, Status.COMPLETED, Status.PAUSED, Status.WITHDRAWN)):
        build.mission(status=status, theme=build.theme(f"T{number % 2}"))

    summary = workbook(written(report()))[SUMMARY]

    assert table(summary, "主题 Theme") == [
        ["T0", "主题T0\nTheme T0", 0, 0, 0, 1, 1, 0, 2, 1, 0.5],
        ["T1", "主题T1\nTheme T1", 0, 0, 0, 0, 1, 1, 2, 1, 1],
        [None, "合计\nAll", 0, 0, 0, 1, 2, 1, 4, 2, 2 / 3],
    ]
    row = next(row for row in summary.iter_rows() if row[0].value == "T0")
    assert [cell.number_format for cell in row[2:]] == ["0"] * 8 + ["0.0%"]
    for heading in ("政策文件 Instrument", "牵头单位 Lead owner", "期限状态 Deadline state"):
        assert table(summary, heading)[-1][2:] == [0, 0, 0, 1, 2, 1, 4, 2, 2 / 3]
    statuses = table(summary, "各状态任务数 Missions by status")
    assert [(row[0], *row[2:4]) for row in statuses] == [
        ("unreported", 0, 0),
        ("not_started", 0, 0),
        ("in_progress", 0, 0),
        ("paused", 1, 0.25),
        ("completed", 2, 0.5),
        ("withdrawn", 1, 0.25),
        (None, 4, None),
    ]


def told(value, *instruments):
    """What officials reported of these instruments: so many of 10 are completed."""
    for measure, number in ((Measure.TOTAL, 10), (Measure.COMPLETED, value)):
        words = {"indicator_en": measure, "indicator_zh": measure, "unit": "missions", "measure": measure}
        source = build.source("f", published_on=date(2024, 3, 1))
        figure = ReportedFigure.objects.create(**words, value=number, source=source, as_of=date(2024, 3, 1))
        figure.covers.set(instruments)


@pytest.fixture
def summary(noon):
    """A summary of two instruments, of one of which officials reported 9 of 10."""
    told(9, build.instrument("FP"))
    build.mission("M-1", status=Status.COMPLETED)
    build.mission("M-2", instrument=build.instrument("EX"), status=Status.PAUSED)
    build.mission("M-3")
    return written(report())


def test_reported_stands_beside_documented(summary):
    first, second = sorted(
        table(workbook(summary)[SUMMARY], "官方公布与有据可查 Reported beside documented"), key=lambda row: row[0]
    )

    assert first == ["EX", first[1], 0, 0, 1, None, None, None, None, None, None]
    assert first[1].endswith("\nno figure reported for it alone")
    assert second[2:8] == [1, 1, 2, 9, 10, datetime(2024, 3, 1)]  # noqa: DTZ001 (a day, as it is read back)
    assert second[0].startswith("FP\n")
    assert second[1].startswith("Publisher · Source f")
    assert second[1].endswith("\nhttps://example.org/f")


def test_charts_draw_the_cells_of_their_tables(summary):
    page, drawn = workbook(summary)[SUMMARY], charts(summary)

    assert len(drawn) == 3
    for chart in drawn:
        for series in re.findall(r"<c:ser>.*?</c:ser>", chart):
            for kind in ("cat", "val"):
                ((formula, cached),) = re.findall(rf"<c:{kind}>.*?<c:f>.*?!(.*?)</c:f>(.*?)</c:{kind}>", series)
                cells = [row[0].value for row in page[formula.replace("$", "")]]
                shown = [value for value in cells if value is not None]
                assert re.findall(r"<c:v>(.*?)</c:v>", cached) == [str(value) for value in shown]
                assert shown


def test_what_moved_is_counted_and_named(noon):
    build.mission("M-1", title_en="Bridge", title_zh="桥", status=Status.COMPLETED, on=date(2024, 6, 1))
    build.mission("M-2", status=Status.COMPLETED, on=date(2023, 6, 1))

    summary = workbook(written(report()))[SUMMARY]

    last = [[*row[:3]] for row in summary.iter_rows(values_only=True)][-1]
    assert (last[0], last[1], last[2].split("\n")[-1]) == ("M-1", "桥\nBridge", "Newly completed")
    counts = {row[0].split("\n")[-1]: row[1] for row in table(summary, last_heading(summary))}
    assert counts == {"Newly completed": 1, "Newly overdue": 0, "Reopened": 0, "Deadline moved": 0, "Corrected": 0}


def last_heading(sheet):
    return [row[0].value for row in sheet.iter_rows() if row[0].font.size == 13][-1]


def charts(body):
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        names = sorted(name for name in parts.namelist() if re.fullmatch(r"xl/charts/chart\d+\.xml", name))
        return [parts.read(name).decode() for name in names]


HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "@SUM(1)",
    "-1",
    "17",
    "2024-01-01",
    "TRUE",
    "<r><t>x</t></r>",
    "<r>&</r>",
    "<script>alert(1)</script>",
    "{=1}",
    "https://example.org/",
    "internal:Sheet1!A1",
    "\u202eright to left\u200f",
    "\x00\x08\x1f\ufffe",
    "😀𠮷㛃",
    "x" * 5000,
    '"quotes" \'and\' \\ $x$ @r // #panic("x") & &amp; <',
    " spaces ",
    "two\nlines",
]


def test_texts_of_every_kind_stay_texts_and_no_cell_is_a_formula(noon):
    mission = build.mission("M-0")
    for text in HOSTILE:
        build.mission(title_zh=text[:500])
        Mission.objects.filter(title_zh=text[:500]).update(title_en=text)
    assert mission.title_en != ""

    body = written(report(sort="code"))

    book = workbook(body)
    titles = {row["title_en"] for row in rows(book[MISSIONS])}
    assert titles == {inert(text) for text in HOSTILE} | {mission.title_en}
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None}
    assert kinds == {"s", "inlineStr", "n", "d"} & kinds
    with zipfile.ZipFile(io.BytesIO(body)) as parts:
        sheets = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/worksheets/sheet")]
    assert [sheet for sheet in sheets if "<f>" in sheet or "<hyperlink" in sheet] == []
    other = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_name(MISSIONS).to_python()
    assert {row[8] for row in other[2:]} == titles


def test_a_text_too_long_for_a_cell_is_cut_and_the_title_sheet_says_so(noon):
    mission = build.mission("M-1")
    said = "ends in “…”"
    assert said not in str([*workbook(written(report()))[TITLE].values])

    Mission.objects.filter(pk=mission.pk).update(title_en="x" * 32_767)
    whole = workbook(written(report()))
    Mission.objects.filter(pk=mission.pk).update(title_en="😀" * 16_384)
    cut = workbook(written(report()))

    assert rows(whole[MISSIONS])[0]["title_en"] == "x" * 32_767
    assert said not in str([*whole[TITLE].values])
    assert rows(cut[MISSIONS])[0]["title_en"] == "😀" * 16_383 + "…"
    assert said in str([*cut[TITLE].values])


def test_the_title_sheet_and_the_properties_state_what_the_report_is(noon):
    build.mission("M-1", status=Status.COMPLETED)
    head = Head.objects.get()

    found = replace(report(status="completed", known_at="2024-06-30"), filter=(Fact(same("Status"), same("done")),))
    book = workbook(written(found))

    said = {str(row[0]).split("\n")[-1]: row[1] for row in book[TITLE].values}
    query = "as_of=2024-06-30&known_at=2024-06-30&lang=both&status=completed"
    moment = f"{localtime(head.advanced_at):%Y-%m-%d %H:%M:%S %z}"
    assert said["Status"] == "done"
    assert [said[label] for label in ("Query", "Records", "Revision", "Ledger head")] == [
        query,
        "1",
        str(head.revision),
        head.hash,
    ]
    assert said["As of"].endswith("\n30 Jun 2024")
    assert said["As known on"].endswith("\n30 Jun 2024")
    assert said["Revision last advanced at"] == moment
    assert (said["Missions"], said["Completed"], said["Documented"], said["Completion rate"]) == (1, 1, 1, 1)
    assert book.properties.keywords == query
    assert f"{book.properties.created:%Y-%m-%d %H:%M:%S}" == f"{head.advanced_at:%Y-%m-%d %H:%M:%S}"
    for stated in (query, head.hash, moment, f"Revision: {head.revision}", "Records: 1"):
        assert stated in book.properties.description


def test_what_no_sheet_can_hold_is_refused_with_the_formats_that_can(noon):
    build.mission("M-1")
    found = report()
    long = replace(found, records=replace(found.records, count=1_048_575))
    file = io.BytesIO()

    with pytest.raises(TooLong, match=r"has 1048575 rows.*CSV or JSON"):
        xlsx.write(long, file)

    assert file.getvalue() == b""


HAN = re.compile("[\u4e00-\u9fff]")
ENGLISH = re.compile("[A-Z][a-z]+ [a-z]+")


def test_a_workbook_in_one_language_has_its_names_headings_and_texts_alone(summary):
    """Codes and the machine's names of columns stay as they are."""
    sheets = {
        "en": ["Report", "Summary", "Missions", "Changes", "Evidence", "Dictionary"],
        "zh": ["报告", "汇总", "任务清单", "变更", "佐证", "数据字典"],
    }
    for language, other in (("en", HAN), ("zh", ENGLISH)):
        body = written(report(lang=language))
        book = workbook(body)
        assert book.sheetnames == sheets[language]
        labels, names, *_rows = book[sheets[language][2]].values
        texts = ["title", "status", "deadline", "owner", "theme", "kind", "provenance"]
        texts += ["clause"] if language == "zh" else []  # the English one has no language in its name
        assert [name for name in names if name.endswith(("_en", "_zh"))] == [f"{name}_{language}" for name in texts]
        assert {"code", "status", "owner", "theme"} < {*names}
        headings = [*labels, *(row[0].value for sheet in book for row in sheet.iter_rows() if row[0].font.bold)]
        assert [text for text in headings if text and other.search(text)] == []
        assert [chart for chart in charts(body) if other.search(re.sub("<[^>]*>", "|", chart))] == []
        assert len(charts(body)) == 3


def test_a_workbook_in_both_languages_has_every_column(noon):
    build.mission("M-1")
    found = report(lang="both")

    _labels, names, *_rows = workbook(written(found))[MISSIONS].values

    assert [*names] == found.records.names


def test_the_moment_of_recording_is_a_date_with_time_in_the_zone_that_its_heading_names(db, settings):
    with time_machine.travel(datetime(2024, 6, 29, 18, 30, 15, tzinfo=UTC), tick=False):
        build.report(build.mission("M-1"), Status.PAUSED, on=date(2024, 6, 1))
        body = written(report(lang="en", until="2024-06-30", as_of="2024-06-30"))

    label, name, cell = next(column for column in workbook(body)["Changes"].columns if column[1].value == "recorded_at")
    assert (label.value, name.value) == ("Recorded at (Asia/Shanghai)", "recorded_at")
    assert (cell.value, cell.number_format) == (datetime(2024, 6, 30, 2, 30, 15), "yyyy-mm-dd hh:mm:ss")  # noqa: DTZ001
    explained = [row for row in workbook(body)["Dictionary"].values if row[1] == "recorded_at"]
    assert explained == [
        (
            "Changes",
            "recorded_at",
            "Recorded at (Asia/Shanghai)",
            "a date with time, in the time zone Asia/Shanghai",
        )
    ]


@pytest.mark.both_databases
def test_another_process_sends_the_same_bytes(client, own_database):
    build.mission("M-1", title_en="=1+1", status=Status.COMPLETED)
    build.mission("M-2", areas=[build.area("A1"), build.area("A2")])
    page = address("report/completion.xlsx", ("as_of", "2026-01-01"))
    response = client.get(page)

    other = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, page],
        env={
            **own_database,
            "DJANGO_SETTINGS_MODULE": "hubtracker.settings",
            "PYTHONHASHSEED": "7",
            "TZ": "Asia/Tokyo",
        },
        capture_output=True,
        check=True,
    )

    assert response["Content-Type"] == xlsx.MEDIA_TYPE
    assert hashlib.sha256(other.stdout).hexdigest() == hashlib.sha256(response.getvalue()).hexdigest()
