"""The return form: a workbook for reporting offline.

`returns` finds its cells by names in two hidden rows.
"""

from collections.abc import Sequence
from datetime import UTC
from io import BytesIO
from itertools import groupby
from typing import IO, Any, NamedTuple
from zipfile import ZipFile, ZipInfo

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from xlsxwriter import Workbook

from ..bilingual import Words, from_fields, listed, translated
from ..days import FIRST_DAY, today
from ..models import Head, Mission, MissionQuerySet, Organisation, Submission, SubmittedEvidence
from ..register.models import code_order
from ..reports.workbook import LINE, PLAIN, RULED, Page
from ..status import Basis, Status
from ..web.page_cache import snapshot
from .cells import Column

MOST_ROWS = 1000
INSTRUCTIONS = "说明 Instructions"  # the name of the second sheet
SEVERAL = _("as in each row")
# A light tint for cells to fill in.
TINT = {**PLAIN, **RULED, "bg_color": "#fff6d6", "border": 1, "border_color": LINE, "locked": False, "align": "left"}


class FormColumn(NamedTuple):
    name: str
    label: str | Promise
    width: float
    takes: str | Promise = ""  # what to fill in

    @property
    def column(self) -> Column:
        """Return how its cells are read."""
        field = self.name.removeprefix("evidence_")
        if field != self.name:
            # The title is required with evidence only.
            return Column(self.name, SubmittedEvidence, field, required=False)
        return Column(self.name, Submission, "status" if self.name == "new_status" else "")


REASON = _("The reason in one sentence, which the public reads. One language is enough to submit.")

# For information; only the code is read back.
SHOWN = (
    FormColumn("code", _("code"), 11),
    FormColumn("title_zh", _("title (Chinese)"), 30),
    FormColumn("title_en", _("title (English)"), 36),
    FormColumn("lead_owner", _("lead owner"), 24),
    FormColumn("due", _("due date"), 12),
    FormColumn("status_now", _("status now"), 22),
    FormColumn("since", _("status since"), 13),
)
ANSWER_COLUMNS = (
    FormColumn(
        "new_status",
        _("new status"),
        20,
        _("One of the list. Its word in one language, or its code, is read too."),
    ),
    FormColumn(
        "effective_on",
        _("effective on"),
        12,
        _("The date of the event, not of this report: such as 2024-03-02, at the latest today."),
    ),
    FormColumn("basis", _("basis (empty: owner's statement)"), 20, _("What the report rests on, one of the list.")),
    FormColumn("headline_zh", _("reason in Chinese"), 30, REASON),
    FormColumn("headline_en", _("reason in English"), 30, REASON),
    FormColumn(
        "evidence_title",
        _("evidence: title"),
        24,
        _("What it is called. “Completed” needs evidence with an address. The public reads it."),
    ),
    FormColumn("evidence_publisher", _("evidence: publisher"), 16, _("Who published it, if it was published.")),
    FormColumn(
        "evidence_url",
        _("evidence: web address"),
        26,
        _("Write the whole address, such as https://example.org/notice."),
    ),
    FormColumn(
        "note", _("note to the reviewer (not public)"), 22, _("Only those who work on this submission read it.")
    ),
)
STATEMENT = (
    ("form_revision", _("revision")),
    ("form_owner", _("organisation")),
    ("form_made", _("made on")),
    ("form_entry", _("ledger entry")),
)
RULES = (
    _("Fill in the tinted cells only. The others show the data when this form was made; they are locked."),
    _("A row with nothing filled in reports nothing. If there is no news, leave it empty."),
    _("For each mission that you report, enter the new status, the date of the event and the reason."),
    _("Save the file as XLSX, XLS or ODS, under any name."),
    _("No file goes along with this form. Where the evidence is a file, report that mission on the site."),
)
AFTERWARDS = (
    _("Upload the file in the back office. A preview shows what would be "
"submitted; nothing is sent until you confirm."),
    _("Where something cannot be read or is not possible, its cell and the reason are named. "
      "As long as there is one such row, none is submitted: fix it, and upload the file again."),
    _("Where something was recorded on a mission after this form was made, or is waiting for review, you see both, "
      "and decide whether yours is submitted all the same."),
    _("A coordinator reads what you submitted, and publishes it, or returns it to you with the reason."),
)  # fmt: skip


def filename(owner: Organisation | None, revision: int, *, with_below: bool = False) -> str:
    if not owner:
        return f"return_r{revision}.xlsx"
    return f"return_{owner.code}{'_with-below' if with_below else ''}_r{revision}.xlsx"


def write_form(missions: MissionQuerySet, file: IO[bytes], *, owner: Organisation | None = None) -> str:
    """Write the form for the open missions; return its file name.

    Raises ValidationError where they are more than a form takes.
    """
    with snapshot():
        return _write(list(_taken(missions)), file, owner, Head.objects.get())


def write_all_forms(missions: MissionQuerySet, file: IO[bytes]) -> str:
    with snapshot(), ZipFile(file, "w") as archive:
        head = Head.objects.get()
        ordered = _taken(missions).order_by(code_order("lead_owner__code"), code_order("code"))
        for owner, theirs in groupby(ordered, key=lambda mission: mission.lead_owner):
            form = BytesIO()
            member = ZipInfo(_write(list(theirs), form, owner, head))
            member.external_attr = 0o644 << 16  # else nobody may read what comes out
            archive.writestr(member, form.getvalue())
    return f"returns_r{head.revision}.zip"


def _taken(missions):
    open_ones = missions.filter(status__isnull=False).exclude(status=Status.WITHDRAWN)
    return open_ones.select_related("lead_owner").order_by(code_order("code"))


def _write(missions: Sequence[Mission], file: IO[bytes], owner: Organisation | None, head: Head) -> str:
    if len(missions) > MOST_ROWS:
        message = gettext("These are %(count)d missions, and a form takes %(most)d: choose fewer.")
        raise ValidationError(message % {"count": len(missions), "most": MOST_ROWS})
    with_below = any(mission.lead_owner != owner for mission in missions)
    name = filename(owner, head.revision, with_below=with_below)
    title = translated(_("Return form"))
    book = Workbook(file, {"in_memory": True})
    book.set_properties({"title": title.joined("both"), "created": head.advanced_at.astimezone(UTC)})
    form = Page(book, "填报 Return", [column.width for column in (*SHOWN, *ANSWER_COLUMNS)], name, align="left")
    use = translated(_("Fill in the tinted cells of missions with news. The second sheet explains how."))
    # The first column is repeated on every page: no long text in it.
    form.line("", title.joined("both"), style="heading")
    for _tag, text in use.drawn("both"):
        form.line("", text, style="muted")
    stated = (head.revision, _for_whom(owner, with_below), today(), head.entry)
    _names(form, ["", *(column for column, _label in STATEMENT)])
    form.line("", *(_label(text) for _name, text in STATEMENT), style="label")
    form.line("", *stated)
    form.row += 1
    _list(form, missions)
    _explain(Page(book, INSTRUCTIONS, (30, 58, 58), name, align="left"))
    book.close()
    return name


def _for_whom(owner: Organisation | None, with_below: bool) -> Words:
    if not owner:
        return translated(SEVERAL)
    name = from_fields(owner, "name")
    return translated(_("%(organisation)s, with those below"), organisation=name) if with_below else name


def _label(text: str | Promise) -> Words:
    return Words(*map(capfirst, translated(text)))


def _names(page: Page, names: Sequence[str]) -> None:
    page.sheet.set_row(page.row, None, None, {"hidden": True})
    page.line(*names)


def _list(page: Page, missions: Sequence[Mission]) -> None:
    columns = (*SHOWN, *ANSWER_COLUMNS)
    _names(page, [column.name for column in columns])
    page.head(*(_label(column.label) for column in columns), texts=len(columns))
    head, last = page.row - 1, page.row - 1 + len(missions)
    formats = ("yyyy-mm-dd" if column.name == "effective_on" else "@" for column in ANSWER_COLUMNS)
    empty = [page.book.add_format({**TINT, "num_format": each}) for each in formats]
    for mission in missions:
        for place, style in enumerate(empty, len(SHOWN)):
            page.sheet.write_blank(page.row, place, None, style)
        page.line(*shown_of(mission))
    for place, column in enumerate(ANSWER_COLUMNS, len(SHOWN)):
        if missions:
            page.sheet.data_validation(head + 1, place, last, place, _validation(column))
    page.sheet.freeze_panes(head + 1, 1)
    page.sheet.repeat_rows(head)
    page.sheet.repeat_columns(0)
    page.sheet.autofilter(head, 0, last, len(columns) - 1)
    page.sheet.protect("", {"format_columns": True, "format_rows": True, "sort": True, "autofilter": True})


def shown_of(mission: Mission) -> tuple[Any, ...]:
    owner = from_fields(mission.lead_owner, "name")
    title = from_fields(mission, "title")
    status = translated(Status(str(mission.status)).label)  # an open mission has one
    return mission.code, title.zh, title.en, owner, mission.due, status, mission.status_since


def choices(of: type[Status] | type[Basis]) -> dict[str, Words]:
    return {value: translated(value.label) for value in of if value != Status.UNREPORTED}


def _validation(column: FormColumn) -> dict[str, Any]:
    if column.name in ("new_status", "basis"):
        offered = choices(Status if column.name == "new_status" else Basis).values()
        rule: dict[str, Any] = {"validate": "list", "source": [words.joined("both") for words in offered]}
        refusal = translated(_("Choose one of the list."))
    elif column.name == "effective_on":
        rule = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": "=TODAY()"}
        refusal = translated(_("Write a date such as 2024-03-02, at the latest today."))
    else:
        most = column.column.field.max_length
        rule = {"validate": "length", "criteria": "<=", "value": most}
        refusal = translated(_("Write %(most)d characters at most."), most=most)
    return {**rule, "error_message": refusal.joined("both", "\n")}


def _explain(page: Page) -> None:
    page.line(translated(_("How to use this form")).joined("both"), style="heading")
    for number, rule in enumerate(RULES, 1):
        _beside(page, number, translated(rule))
    page.heading(translated(_("Columns to fill in")))
    for column in ANSWER_COLUMNS:
        _beside(page, _label(column.label), translated(column.takes))
    page.heading(translated(_("What may follow each status")))
    for status in Status:
        after = listed([translated(other.label) for other in Status if other in status.row.next])
        _beside(page, translated(status.label), after)
    page.heading(translated(_("After the upload")))
    for number, rule in enumerate(AFTERWARDS, 1):
        _beside(page, number, translated(rule))
    page.sheet.fit_to_pages(1, 1)
    page.sheet.protect()


def _beside(page, first, words):
    page.line(first, words.zh, words.en)
