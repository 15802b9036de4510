"""The empty workbook of a programme, with drop-downs and instructions."""

from datetime import date
from typing import IO, Any

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

from ..bilingual import Words, translated, untranslated
from ..days import LAST_DAY
from ..reports.workbook import A4, GROUND, INK, LINE, LYING, PLAIN, STRONG_LINE, Page
from ..status import Status
from .cells import Column
from .sheets import Table
from .tables import TABLES
from .workbooks import MOST_ROWS

LAST_ROW = MOST_ROWS - 1
LARGEST_NUMBER = 999_999_999
# A typed year would become a date in 1905, so it is refused while typing.
FIRST_DAY = date(1950, 1, 1)
HEAD = {"font_size": 10, "bold": True, "valign": "vcenter", "border": 1, "border_color": STRONG_LINE}
SIGNS = 60  # that a line of a note holds
# Column widths in characters, by content.
FIGURE, CODE, CODES, NAME, PROSE = 13, 18, 24, 36, 50
MOST_OF_CODE = 50


def write_template(file: IO[bytes]) -> None:
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"title": translated(_("Programme template")).joined("both")})
    explain(Page(book, translated(_("Read me")).joined("both"), (19, 30, 62, 15), "", align="left"))
    for table in TABLES:
        write_table(book, table)
    book.close()


def explain(page: Page) -> None:
    page.line(translated(_("Programme template")).joined("both"), style="title")
    page.heading(translated(_("How to fill it in")))
    for number, rule in enumerate(RULES, 1):
        page.sheet.set_row(page.row, 31)  # merged cells do not make their row as high as their text
        page.sheet.merge_range(page.row, 1, page.row, 3, "", page.styles["text"])
        page.line(number, translated(rule))
    for table in TABLES:
        page.heading(untranslated(table.name))
        page.line(translated(PURPOSES[table.name]).joined("both"), style="muted")
        page.head(
            translated(_("Column")),
            translated(_("Meaning")),
            translated(_("What it takes")),
            translated(_("Fill in")),
            texts=4,
        )
        for column in table.columns:
            page.line(column.name, label(column), takes(table, column), duty(column))
    page.freeze(1, 0)


def write_table(book: Workbook, table: Table) -> None:
    sheet = book.add_worksheet(table.name)
    required = book.add_format({**HEAD, "bg_color": INK, "font_color": GROUND})
    optional = book.add_format({**HEAD, "bg_color": LINE, "font_color": INK, "bold": False})
    for place, column in enumerate(table.columns):
        look = book.add_format({**PLAIN, "align": "left", "text_wrap": True, "num_format": number_format(column)})
        sheet.set_column(place, place, width(column), look)
        sheet.write_string(0, place, column.name, required if column.is_required else optional)
        sheet.write_comment(0, place, *note(table, column))
        if check := validation(column):
            sheet.data_validation(1, place, LAST_ROW, place, check)
    sheet.set_row(0, 24)
    sheet.freeze_panes(1, 1)
    sheet.set_paper(A4)
    sheet.set_landscape()
    sheet.fit_to_pages(max(1, round(sum(map(width, table.columns)) / LYING)), 0)
    sheet.repeat_rows(0)


def note(table: Table, column: Column) -> tuple[str, dict[str, Any]]:
    text = f"{label(column).joined('both')} · {duty(column).joined('both')}\n{takes(table, column)}"
    lines = sum(1 + len(line.encode("gb18030")) // SIGNS for line in text.splitlines())
    return text, {"author": "Hub Tracker", "font_size": 9, "width": 380, "height": 24 + 18 * lines}


def label(column: Column) -> Words:
    return Words(*map(capfirst, translated(column.field.verbose_name)))


def duty(column: Column) -> Words:
    return translated(_("required") if column.is_required else _("may stay empty"))


def takes(table: Table, column: Column) -> str:
    lines = [kind(table, column).joined("both", "\n")]
    lines += [f"{value}: {name.joined('both')}" for value, name in choices(column)]
    if hint := HINTS.get((table.name, column.name)):
        lines.append(translated(hint, none=column.none).joined("both", "\n"))
    return "\n".join(lines)


def kind(table: Table, column: Column) -> Words:
    field = column.field
    if column.refers_to:
        several = _("Codes from the first column of the sheet “%(sheet)s”, separated by ;")
        one = _("A code from the first column of the sheet “%(sheet)s”")
        return translated(several if column.is_list else one, sheet=target(column).name)
    if field.flatchoices:
        return translated(_("One of these"))
    if isinstance(field, models.DateField):
        return translated(_("A date, like 2024-03-02"))
    if isinstance(field, models.IntegerField):
        return translated(_("A whole number"))
    if isinstance(field, models.DecimalField):
        return translated(_("A number"))
    if table.key == (column.name,):
        return translated(_("A code of letters, digits, - _ . of at most %(most)d"), most=field.max_length)
    if isinstance(field, models.TextField):
        return translated(_("Text of one or more paragraphs, at most %(most)d characters"), most=field.max_length)
    return translated(_("Text on one line, at most %(most)d characters"), most=field.max_length)


def choices(column: Column) -> list[tuple[str, Words]]:
    found = [(str(value), translated(name)) for value, name in column.field.flatchoices]
    return [(value, name) for value, name in found if value and value != Status.UNREPORTED]


def target(column: Column) -> Table:
    return next(table for table in TABLES if table.model is column.refers_to)


def validation(column: Column) -> dict[str, Any]:
    field, found = column.field, choices(column)
    refused = translated(_("This value is not allowed: the note on the column's heading explains what is.")).joined(
        "both", "\n"
    )
    stop = {"error_message": refused}
    if column.is_list:
        return {}
    if column.refers_to:
        # The word for no reference is not a code.
        source = f"={target(column).name}!$A$2:$A${LAST_ROW + 1}"
        return {"validate": "list", "source": source, "show_error": not column.none, **stop}
    if found:
        return {"validate": "list", "source": [value for value, _name in found], **stop}
    if isinstance(field, models.DateField):
        return {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY, **stop}
    if isinstance(field, models.IntegerField):
        least = max(check.limit_value for check in field.validators if isinstance(check, MinValueValidator))
        return {"validate": "integer", "criteria": "between", "minimum": least, "maximum": LARGEST_NUMBER, **stop}
    if isinstance(field, models.DecimalField):
        return {"validate": "decimal", "criteria": ">=", "value": -LARGEST_NUMBER, **stop}
    return {}


def number_format(column: Column) -> str:
    if isinstance(column.field, models.DateField):
        return "yyyy-mm-dd"
    # As text: spreadsheets would turn clause 1-2 into a date and code 001 into a number.
    return "General" if isinstance(column.field, models.IntegerField | models.DecimalField) else "@"


def width(column: Column) -> int:
    field = column.field
    if isinstance(field, models.TextField):
        wide = PROSE
    elif isinstance(field, models.DateField | models.IntegerField | models.DecimalField):
        wide = FIGURE
    elif column.refers_to:
        wide = CODES if column.is_list else CODE
    else:
        wide = CODE if field.max_length and field.max_length <= MOST_OF_CODE else NAME
    return max(wide, len(column.name) + 3)


# --- texts ------------------------------------------------------------------------------------------------------------

RULES = (
    _("Fill in the sheets from left to right: each refers to those before it. One record a row; leave the first row."),
    _("A dark heading marks a column that must be filled in. The note on each heading explains the column."),
    _("Where a column ends in _en or _zh, both languages are needed. Several codes in one cell are separated by ;"),
    _("Enter only what a source states: no status, date or owner of your own. Leave unknown values empty."),
    _("“manage.py load_programme FILE --dry-run” lists each error with its cell, and writes nothing."),
    _("Without “--dry-run” it writes everything, or nothing if there is an error."),
)

PURPOSES = {
    "sources": _("The publications that the other sheets rest on."),
    "areas": _("The places that missions apply to."),
    "themes": _("The chapters by which missions are grouped."),
    "instruments": _("The published documents that assign missions."),
    "owners": _("The organisations that lead or support missions."),
    "missions": _("What was promised, one commitment a row."),
    "reported_figures": _("Figures published by officials, compared with the site's own counts. May stay empty."),
    "programme": _("The names of the programme, and a sentence on what it is: one row."),
    "timeline": _("Dates of the programme's history, shown on charts. May stay empty."),
    "contradictions": _("Where sources contradict each other, in a sentence. May stay empty."),
    "events": _("What a source reports of a mission's status. May stay empty."),
}

# By table and column. `none` is the word for no reference.
HINTS = {
    ("sources", "title"): _("In the language of the publication, or in English."),
    ("sources", "title_zh"): _("Only for a Chinese publication whose title is in English."),
    ("sources", "publisher"): _("Who published it, not where a copy was read."),
    ("sources", "published_on"): _("Empty where the publication shows none."),
    ("sources", "form"): _("What was read. Without an address, pages say that it was a copy."),
    ("sources", "url"): _("Pages link it. Empty where only a copy was read that no office can show."),
    ("sources", "seen_at"): _("The address of such a copy: the back office alone shows it."),
    ("sources", "language"): _("As en or zh."),
    ("areas", "zone"): _("Empty for an area that only groups those below it."),
    ("areas", "parent_code"): _("Empty for an area at the top."),
    ("instruments", "issued_on"): _("Without it, the instrument is in preparation, and its missions are not public."),
    ("instruments", "official_total"): _("The official count; empty if no source states it."),
    ("owners", "parent_code"): _("Empty for a body at the top."),
    ("owners", "source"): _("Write “%(none)s” where no source names this body."),
    ("missions", "code"): _("It never changes, and is never given to another mission."),
    ("missions", "number"): _("Each mission of an instrument has its own number."),
    ("missions", "lead_owner"): _("The one body that answers for the mission."),
    ("missions", "description_en"): _("In both languages, or in neither."),
    ("missions", "description_zh"): _("In both languages, or in neither."),
    ("missions", "due"): _("Only a date that the instrument names. A later change is made in the back office."),
    ("missions", "source_keys"): _("The publications that the text of the mission comes from."),
    ("reported_figures", "as_of"): _("The date of the figure."),
    ("reported_figures", "instrument"): _("Write “%(none)s” for the programme as a whole."),
    ("reported_figures", "unit"): _("Such as missions, percent, billion yuan."),
    ("reported_figures", "unit_zh"): _("Where it is empty, the unit is shown as entered in English."),
    ("reported_figures", "measure"): _("Only for counts of missions, together with the column “covers”."),
    ("reported_figures", "covers"): _("The instruments whose missions were counted."),
    ("programme", "short_name_en"): _("For the heads of pages and files."),
    ("programme", "short_name_zh"): _("For the heads of pages and files."),
    ("timeline", "source_key"): _("The publication that names the date."),
    ("events", "key"): _("It names the event for good: a row that changes under its key corrects what was loaded."),
    ("events", "date"): _("The date of the event, not after today."),
    ("events", "new_status"): _("A mission without an event is shown as not individually reported."),
    ("events", "headline_en"): _("What happened, in one sentence."),
    ("events", "headline_zh"): _("What happened, in one sentence."),
    ("events", "source_key"): _("The publication that reports it."),
}
