"""Excel: rows are written as they are read, in constant memory."""

from collections.abc import Callable, Sequence
from datetime import UTC
from operator import itemgetter
from tempfile import TemporaryDirectory
from typing import IO, Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override
from xlsxwriter import Workbook

from ..bilingual import PATHS, Words, translated, untranslated
from ..columns import WIDTHS as MISSION_WIDTHS
from ..figures.models import Reconciliation, Reported
from ..query.dictionary import Column, change_columns, evidence_columns, mission_columns
from ..status import Status
from .build import CompletionReport
from .document import edition, publication, scope, source, subtitle
from .report import ReportTooLong, Sheet
from .totals import ALL, Group, Total
from .workbook import STRONG_LINE, Chart, Page, Series, chart_height

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

# A sheet of Excel has 1,048,576 rows, two of which are headings.
MOST_ROWS = 1_048_574
# More than the summary has besides the missions that moved.
SPARE_ROWS = 10_000
# Column widths in characters; others by name and filter button.
WIDTHS = MISSION_WIDTHS | {
    "headline_en": 46, "headline_zh": 40, "title": 40, "publisher": 26, "publisher_zh": 22, "recorded_at": 22,
    "url": 40, "evidence_urls": 48, "sha256": 36, "file": 22,
}  # fmt: skip

# The name of a column, what it holds and how that is written.
Described = tuple[str, Words, Words]


def write(report: CompletionReport, file: IO[bytes]) -> None:
    moved = sum(movement.count for movement in report.movements)
    if len(report.records) > MOST_ROWS or moved > MOST_ROWS - SPARE_ROWS:
        message = _(
            "This report has %(rows)s rows, and an Excel sheet holds %(most)s: narrow the query, or use CSV or JSON."
        )
        raise ReportTooLong(translated(message, rows=max(len(report.records), moved), most=MOST_ROWS))
    with TemporaryDirectory() as folder:
        book = Workbook(file, {"constant_memory": True, "tmpdir": folder})
        book.set_properties(properties(report))
        fill(book, report)
        book.close()


def properties(report: CompletionReport) -> dict[str, object]:
    language = report.language
    facts = (*publication(report.frozen), *report.statement)
    colon = "：" if language == "zh" else ": "
    lines = [f"{fact.label.joined(language)}{colon}{fact.value.joined(language, ' · ')}" for fact in facts]
    return {
        "title": report.title.joined(language),
        "subject": subtitle(report).joined(language, " · "),
        "keywords": report.query,
        "comments": "\n".join(lines),
        "created": report.advanced_at.astimezone(UTC),
    }


def fill(book: Workbook, report: CompletionReport) -> None:
    """Write the first sheet last, because it states what others omit."""
    lists = (
        (Words("Missions", "任务清单"), report.records, described(mission_columns)),
        (Words("Changes", "变更"), report.changes, described(change_columns)),
        (Words("Evidence", "佐证"), report.evidence, described(evidence_columns)),
    )
    foot = f"{edition(report.frozen).joined(report.language)} · {report.filename('xlsx')}"

    def add(name: Words, widths: Sequence[float], **looks: Any) -> Page:
        return Page(book, name.joined(report.language), widths, foot, report.language, **looks)

    first = add(Words("Report", "报告"), (30, 78), align="left")
    pages = [add(Words("Summary", "汇总"), (14, 40, *[9.5] * 9))]
    summarise(pages[0], report)
    shown, notes = [], list(report.notes)
    for name, sheet, columns in lists:
        columns = [column for column in columns if is_shown(column[0], report.language)]
        page = add(name, [WIDTHS.get(column, max(13, len(column) + 3)) for column, *_rest in columns], align="left")
        if len(sheet) > MOST_ROWS:
            note = _(
                "%(list)s: the first %(listed)s of %(total)s are listed. The JSON file of this report has all of them."
            )
            notes.append(translated(note, list=name, listed=MOST_ROWS, total=len(sheet)))
            sheet = sheet.first(MOST_ROWS)
        listed(page, sheet, columns)
        pages.append(page)
        shown.append((page.name, columns))
    explain(add(Words("Dictionary", "数据字典"), (20, 24, 62, 62)), shown)
    if any(page.is_cut for page in pages):
        notes.append(
            translated(
                _("A text that is longer than a cell of Excel is cut, and ends in “…”: CSV and JSON have all of it.")
            )
        )
    introduce(first, report, notes)


def is_shown(column: str, language: str) -> bool:
    return language == "both" or column[-3:] not in {"_en", "_zh"} - {f"_{language}"}


def introduce(page: Page, report: CompletionReport, notes: Sequence[Words]) -> None:
    for _tag, text in report.title.drawn(page.language):
        page.line(text, style="title")
    page.line(page.text(subtitle(report), " · "), style="muted")
    chapters = (
        (_("Publication"), publication(report.frozen)),
        (_("Scope"), scope(report)),
        (_("What this file is"), report.statement),
    )
    for title, facts in chapters:
        page.heading(title)
        for fact in facts:
            page.line(fact.label, fact.value)
    whole = report.whole
    page.heading(_("Key numbers"))
    page.line(translated(_("Missions")), whole.records)
    page.line(translated(Status.COMPLETED.label), whole.completed)
    page.line(translated(Status.WITHDRAWN.label), whole.statuses[Status.WITHDRAWN])
    page.line(translated(_("Documented")), whole.documented)
    page.line(translated(_("Completion rate")), whole.rate)
    page.heading(_("Notes"))
    for number, note in enumerate(notes, 1):
        page.line(number, note)


def summarise(page: Page, report: CompletionReport) -> None:
    totals = {total.dimension: total for total in report.totals}
    lines = [(row, figure) for row in report.reconciliations for figure in row.reported or [None]]
    heights = [chart_height(number) for number in (len(totals["instrument"].groups), 4, len(totals["theme"].groups))]
    rows = [page.leave(height) for height in heights] if report.whole.records else []
    by_status(page, report.whole)
    charts = [grouped(page, totals["instrument"], report.whole), reconciliation_sheet(page, lines)]
    charts.append(grouped(page, totals["theme"], report.whole))
    grouped(page, totals["owner"], report.whole)
    grouped(page, totals["deadline"], report.whole)
    moved(page, report)
    for place, row in enumerate(rows):
        page.draw(charts[place], row, heights[place])


def by_status(page: Page, whole: Group) -> None:
    page.heading(_("Missions by status"))
    page.head(_("Code"), _("Status"), _("Missions"), _("Share"), texts=2)
    for status in Status:
        number = whole.statuses[status]
        page.line(status.value, translated(status.label), number, number / whole.records if whole.records else None)
    page.line(None, whole.title, whole.records, None)


def grouped(page: Page, total: Total, whole: Group) -> Chart:
    statuses = [status.label for status in Status]
    page.heading(total.label)
    page.head(_("Code"), total.label, *statuses, ALL, _("Documented"), _("Completion rate"), texts=2)
    first = page.row
    for group in (*total.groups, whole):
        counts = [group.statuses[status] for status in Status]
        page.line(group.code, group.title, *counts, group.records, group.documented, group.rate)
    series = []
    for column, status in enumerate(Status, 2):
        if whole.statuses[status]:
            values = [group.statuses[status] for group in total.groups]
            series.append(
                Series(translated(status.label), column, values, status.row.light, status == Status.UNREPORTED)
            )
    return Chart(
        translated(_("%(dimension)s: missions by status"), dimension=total.label),
        (total.label, translated(_("Missions"))),
        first,
        1,
        [page.text(group.title, "\n") for group in total.groups],
        series,
        translated(
            _("%(dimension)s: missions by status, as bars. Their numbers are in a table of this sheet."),
            dimension=total.label,
        ),
        is_stacked=True,
    )


def reconciliation_sheet(page: Page, lines: list[tuple[Reconciliation, Reported | None]]) -> Chart:
    title = translated(_("Official figures compared with public evidence"))
    page.heading(title)
    here = (_("Documented here"), _("Recorded as completed"), _("Counted"))
    reported = (_("Reported by officials"), _("Reported total"), _("Reported on"))
    page.head(_("Instrument"), _("Source"), *here, *reported, texts=2)
    first, names = page.row, [named(page, row, figure) for row, figure in lines]
    for name, (row, figure) in zip(names, lines, strict=True):
        published = (figure.value, figure.total, figure.as_of) if figure else (None, None, None)
        page.line(name, cited(figure), row.documented, row.completed, row.counted, *published)
    values = [figure.value if figure else None for _row, figure in lines]
    documented = [row.documented for row, _figure in lines]
    series = (
        Series(translated(reported[0]), 5, values, STRONG_LINE),
        Series(translated(here[0]), 2, documented, Status.COMPLETED.row.light),
    )
    note = translated(_("Official figures and documented counts as columns. The numbers are in a table on this sheet."))
    return Chart(
        title, (translated(_("Instrument")), translated(_("Missions"))), first, 0, names, series, note, is_stacked=False
    )


def named(page: Page, row: Reconciliation, figure: Reported | None) -> str:
    codes = untranslated(" + ".join(row.codes))
    return "\n".join([codes.en, page.text(translated(figure.measure.label))] if figure else [codes.en])


def cited(figure: Reported | None) -> Words:
    if not figure:
        return translated(_("no separate official figure"))
    return Words(*(f"{text}\n{untranslated(figure.source.url).en}".strip() for text in source(figure)))


def moved(page: Page, report: CompletionReport) -> None:
    page.heading(_("What moved"))
    page.head(_("Movement"), _("Missions"), texts=1)
    for movement in report.movements:
        page.line(movement.label, movement.count)
    if not any(movement.count for movement in report.movements):
        return
    page.row += 1
    page.head(_("Code"), _("Mission"), _("Movement"), texts=3)
    for movement in report.movements:
        for code, title in movement:
            page.line(code, title, movement.label)


def listed(page: Page, sheet: Sheet, columns: list[Described]) -> None:
    names = [name for name, _label, _form in columns]
    page.line(*(label for _name, label, _form in columns), style="label")
    page.line(*names, style="head")
    page.freeze(2, 1)
    page.sheet.autofilter(1, 0, 1 + len(sheet), len(columns) - 1)
    cells = itemgetter(*map(sheet.names.index, names))
    for row in sheet:
        page.line(*cells(row))


def described(columns: Callable[[], list[Column]]) -> list[Described]:
    languages = []
    for path in PATHS.values():
        with override(path):
            languages.append([(column.name, str(column.label), str(column.form)) for column in columns()])
    found = []
    for (name, *english), (_name, *chinese) in zip(*languages, strict=True):
        label, form = map(Words, english, chinese)
        if name == "recorded_at":  # in UTC in every other format
            zone = settings.TIME_ZONE
            label = translated(_("%(label)s (%(zone)s)"), label=label, zone=zone)
            form = translated(_("a date with time, in the time zone %(zone)s"), zone=zone)
        found.append((name, label, form))
    return found


def explain(page: Page, lists: Sequence[tuple[str, list[Described]]]) -> None:
    page.line(*map(translated, (_("Sheet"), _("Column"), _("Content"), _("How it is written"))), style="head")
    page.freeze(1, 0)
    for name, columns in lists:
        for column in columns:
            page.line(name, *column)
