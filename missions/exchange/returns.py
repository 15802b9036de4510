"""Reading a return form, however it was rearranged, and submitting its rows."""

import uuid
from collections.abc import Collection, Iterable, Iterator, Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import transaction
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..bilingual import Words, listed, strip_unsafe, translated
from ..ledger.entries import web_address
from ..ledger.recording import lower_scheme, one_line, validate_many
from ..models import EntryKind, Evidence, Head, Mission, StatusChange, Submission, SubmittedEvidence, User
from ..status import Basis, Status
from .cells import WHOLE_NUMBER, shown, typed, typed_day, typed_text, unified
from .return_form import (
    ANSWER_COLUMNS,
    INSTRUCTIONS,
    MOST_ROWS,
    SEVERAL,
    SHOWN,
    STATEMENT,
    FormColumn,
    choices,
    shown_of,
)
from .workbooks import Grid, Value, address, has_content

# A form must have these; a removed other column counts as empty.
NEEDED = frozenset({"code", "new_status", "effective_on"})
STATED = frozenset({"form_entry"})
LABELS: dict[str, str | Promise] = {column.name: column.label for column in (*SHOWN, *ANSWER_COLUMNS)} | dict(STATEMENT)
EVIDENCE = {"evidence_title": "title", "evidence_publisher": "publisher", "evidence_url": "url"}
# The cell that shows an error of a field with another name.
CELLS = {"status": "new_status"} | {field_name: name for name, field_name in EVIDENCE.items()}
DEMANDS = {
    "new_status": gettext_lazy("Choose the new status."),
    "effective_on": gettext_lazy("Enter the date of the event."),
}
NO_ADDRESS = gettext_lazy(
    "“Completed” needs evidence: its title and its web address. Where it is a file, report this mission on the site."
)
whole_address = URLValidator(
    schemes=web_address.schemes,
    message=gettext_lazy("Write the whole address, such as https://example.org/notice."),
)


# --- texts ------------------------------------------------------------------------------------------------------------


def converted(column: FormColumn, value: Value) -> str:
    text = typed(column.column, value)
    if column.name == "new_status":
        return chosen(Status, text)
    if column.name == "basis":
        return chosen(Basis, text)
    if column.name == "evidence_url" and text:
        text = lower_scheme(text)
        whole_address(text)
    return str(column.column.read(text))


def chosen(of: type[Status] | type[Basis], text: str) -> str:
    """Return the value named by code or label. Raises ValidationError."""
    if not text:
        return ""
    wanted = folded(text)
    for value in of:
        words = translated(value.label)
        # 完成 is accepted for 已完成; other short forms are not, since 启动 is the opposite of 未启动.
        if wanted in {value, words.zh.removeprefix("已"), *spellings(words)}:
            return value
    known = listed(list(choices(of).values()))
    raise ValidationError(_("“%(text)s” is not one of: %(known)s.") % {"text": shown(text), "known": known})


def folded(text: str) -> str:
    return one_line(unified(text)).casefold()


def spellings(words: Words) -> set[str]:
    return {folded(text) for text in (*words, words.joined("both"))}


def read_text(value: Value) -> str:
    try:
        return one_line(unified(value if isinstance(value, str) else typed_text(value)))
    except ValidationError:
        return ""


def read_day(value: Value) -> str:
    try:
        return typed_day(value)
    except ValidationError:
        return read_text(value)


# --- sheets -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Table:
    grid: Grid
    place: int
    needed: frozenset[str]

    @cached_property
    def columns(self) -> dict[str, int]:
        columns: dict[str, int] = {}
        for column, name in enumerate(self.grid.rows[self.place]):
            if not isinstance(name, str) or name not in LABELS:
                continue
            if name in columns:
                cells = [address(self.place, place) for place in (columns[name], column)]
                message = _(
                    "%(first)s and %(second)s in the hidden row both say “%(name)s”: delete one of the columns."
                )
                raise ValidationError(message % {"first": cells[0], "second": cells[1], "name": name})
            columns[name] = column
        return columns

    def rows(self) -> Iterator[tuple[int, list[Value]]]:
        for place, values in self.grid.filled():
            if place > self.place and not self._is_heading(self.values_by_column(values)):
                yield place, values

    def _is_heading(self, values: dict[str, Value]) -> bool:
        return all(folded(read_text(values.get(name))) in spellings(translated(LABELS[name])) for name in self.needed)

    def values_by_column(self, values: Sequence[Value]) -> dict[str, Value]:
        return {name: values[column] for name, column in self.columns.items() if column < len(values)}


def filled_in(values: Sequence[Value]) -> list[int]:
    return [column for column, value in enumerate(values) if has_content(value)]


def tables(grids: Iterable[Grid], needed: frozenset[str]) -> list[Table]:
    return [Table(grid, place, needed) for grid in grids for place, values in grid.filled() if needed.issubset(values)]


def the_form(grids: Sequence[Grid]) -> Table:
    """Return the only form. Raises ValidationError for none, several or parts."""
    found = tables(grids, NEEDED)
    if not found:
        raise ValidationError(_("This is no return form: the row with the names of its columns is missing."))
    if len(found) > 1:
        message = _("This file holds %(count)d forms: send each as a separate file.")
        raise ValidationError(message % {"count": len(found)})
    (form,) = found
    answer_columns = {form.columns[column.name] for column in ANSWER_COLUMNS if column.name in form.columns}
    for place, values in form.grid.filled():
        if place < form.place and (above := answer_columns.intersection(filled_in(values))):
            message = _("%(cell)s is above the list and would not be read: move it into the list, or empty it.")
            raise ValidationError(message % {"cell": address(place, min(above))})
    return form


# --- rows -------------------------------------------------------------------------------------------------------------


class RowState(StrEnum):
    """Outcome of a row. A conflict may still be submitted, once the user has seen it."""

    SUBMIT = "submit"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    CONFLICT = "conflict"


@dataclass
class ReturnRow:
    place: int  # as the spreadsheet numbers it
    cells: dict[str, str]  # the addresses of its cells, by column
    values: dict[str, Value]
    code: str = ""
    mission: Mission | None = None
    problems: list[tuple[str, str]] = field(default_factory=list)  # (address of the cell, message)
    submission: Submission | None = None
    evidence: list[SubmittedEvidence] = field(default_factory=list)
    since: list[StatusChange] = field(default_factory=list)
    waiting: list[Submission] = field(default_factory=list)
    is_earlier: bool = False  # than the report that made the present status
    unread: list[str] = field(default_factory=list)  # the addresses of cells that say something and report nothing

    @property
    def is_filled(self) -> bool:
        return any(has_content(self.values.get(column.name)) for column in ANSWER_COLUMNS)

    @property
    def state(self) -> RowState:
        if not self.is_filled:
            return RowState.UNCHANGED
        if self.problems:
            return RowState.REFUSED
        return RowState.CONFLICT if self.since or self.waiting else RowState.SUBMIT

    def refuse(self, column: str, refusal: ValidationError | str) -> None:
        messages = [refusal] if isinstance(refusal, str) else refusal.messages
        self.problems += [(self.cells.get(column) or self.cells["code"], message) for message in messages]

    def refuse_by_field(self, refusal: ValidationError) -> None:
        for name, errors in refusal.update_error_dict({}).items():
            self.refuse(CELLS.get(name, name), ValidationError(errors))

    def read(self, by: User) -> None:
        """Read the cells as a submission by `by`, and collect errors."""
        texts: dict[str, Any] = {}  # None where a cell cannot be read
        for column in ANSWER_COLUMNS:
            try:
                texts[column.name] = converted(column, self.values.get(column.name))
            except ValidationError as error:
                texts[column.name] = None
                self.refuse(column.name, error)
        for name, demand in DEMANDS.items():
            if texts[name] == "":
                self.refuse(name, str(demand))
        cited = {name: texts[column] for column, name in EVIDENCE.items()}
        if cited["title"] == "" and set(cited.values()) != {""}:
            self.refuse("evidence_title", _("Say what it is: a title."))
        if texts["new_status"] == Status.COMPLETED and cited["url"] == "":
            self.refuse("evidence_url", str(NO_ADDRESS))
        if self.problems or not self.mission:
            return
        self.submission = Submission(
            mission=self.mission,
            kind=EntryKind.REPORT,
            author=by,
            reported_by=self.mission.lead_owner,
            status=texts["new_status"],
            effective_on=date.fromisoformat(texts["effective_on"]),
            basis=texts["basis"] or Basis.OWNER,
            headline_zh=texts["headline_zh"],
            headline_en=texts["headline_en"],
            note=texts["note"],
        )
        self.evidence = [SubmittedEvidence(**cited)] if cited["title"] else []
        if not by.has_perm("missions.draft_submission", self.submission):
            self.refuse("code", _("You may not report on this mission."))

    def compare(self) -> None:
        """Compare locked cells with the site, unless the ledger has advanced."""
        if not self.mission or not self.mission.status:
            return
        for column, here in zip(SHOWN, shown_of(self.mission), strict=True):
            is_moving = column.name in ("due", "status_now", "since")
            read = read_day if column.name in ("due", "since") else read_text
            written = here.joined("both") if isinstance(here, Words) else str(here or "")
            says = folded(read(self.values.get(column.name)))
            if says not in ("", folded(written)) and not (is_moving and self.since):
                self.unread.append(self.cells[column.name])


# --- the form ---------------------------------------------------------------------------------------------------------


@dataclass
class Return:
    owner: str
    revision: str
    made: str
    entry: int  # the newest of the ledger when the form was made
    rows: list[ReturnRow]
    strays: list[str]  # the addresses of cells in rows that report nothing and name no mission
    other_sheets: list[str]
    head: Head  # of the ledger now

    @cached_property
    def by_state(self) -> dict[str, list[ReturnRow]]:
        return {state.value: [row for row in self.rows if row.state == state] for state in RowState}

    @property
    def unread(self) -> list[str]:
        return [*(cell for row in self.rows for cell in row.unread), *self.strays]


def is_return(grids: Iterable[Grid]) -> bool:
    return bool(tables(grids, NEEDED))


def read_return(grids: Sequence[Grid], *, by: User) -> Return:
    """Return what submitting this form as `by` would do; nothing is written.

    Raises ValidationError where it is not clearly one form of a known state, or has too many rows.
    """
    form, head = the_form(grids), Head.objects.get()
    rows, strays = _rows(form)
    others = [grid.name for grid in grids if grid is not form.grid and any(grid.filled())]
    others = [name for name in others if name != INSTRUCTIONS]
    found = Return(rows=rows, strays=strays, other_sheets=others, head=head, **_statement(form.grid, head))
    _recognise(found.rows, by)
    filled = [row for row in found.rows if row.is_filled]
    for row in filled:
        row.read(by)
    _examine([row for row in filled if row.submission])
    _look_since(found.entry, found.rows)
    for row in found.rows:
        row.compare()
    return found


@transaction.atomic
def submit_rows(
    grids: Sequence[Grid], chosen: Collection[str], *, revision: str, by: User, key: uuid.UUID, reason: str = ""
) -> list[Submission]:
    """Submit the form and the `chosen` conflicts; return the submissions.

    `revision` is that of the preview, `reason` what their history says of where they came from. All or none: raises
    ValidationError, with the cells where a row is refused.
    """
    Head.objects.lock()  # what is read here stays true until it is submitted
    found = read_return(grids, by=by)
    if str(found.head.revision) != revision:
        raise ValidationError(_("Nothing was submitted: the data have changed since the preview. Check it again."))
    if refused := found.by_state[RowState.REFUSED]:
        raise ValidationError([at_cell(*problem) for row in refused for problem in row.problems])
    conflicts = found.by_state[RowState.CONFLICT]
    rows = found.by_state[RowState.SUBMIT] + [row for row in conflicts if row.code in chosen]
    if not rows:
        raise ValidationError(_("Nothing would be submitted: choose a row, or drop this form."))
    keys = {row.code: uuid.uuid5(key, row.code) for row in rows}
    if Submission.objects.filter(key__in=keys.values()).exists():
        raise ValidationError(_("This was already sent: nothing was recorded twice."))
    return [_submit(row, by, keys[row.code], reason) for row in sorted(rows, key=lambda row: row.place)]


def at_cell(cell: str, message: str) -> str:
    return _("%(cell)s: %(message)s") % {"cell": cell, "message": message}


def _submit(row, by, key, reason):
    # A copy: if a later row is refused, this one must not count as saved.
    submission = copy(row.submission)
    submission.key, submission._change_reason = key, reason
    submission.save()
    submission.cite(row.evidence)
    try:
        submission.submit(by=by)
    except ValidationError as error:
        row.refuse_by_field(error)
        raise ValidationError([at_cell(*problem) for problem in row.problems]) from error
    return submission


def _statement(grid, head):
    found = [table.values_by_column(values) for table in tables([grid], STATED) for _place, values in table.rows()]
    stated = found[0] if found else {}
    statement = {name.removeprefix("form_"): read_text(stated.get(name)) for name, _label in STATEMENT}
    if not WHOLE_NUMBER.fullmatch(statement["entry"]) or int(statement["entry"]) > head.entry:
        raise ValidationError(_("The form does not say from which state of the data it was made: take a new one."))
    if folded(statement["owner"]) in spellings(translated(SEVERAL)):
        statement["owner"] = _("several organisations")
    return {**statement, "entry": int(statement["entry"])}


def _rows(form: Table) -> tuple[list[ReturnRow], list[str]]:
    rows, strays = [], []
    for place, values in form.rows():
        cells = {name: address(place, column) for name, column in form.columns.items()}
        row = ReturnRow(place + 1, cells, form.values_by_column(values))
        if row.is_filled or row.values.get("code"):
            others = set(filled_in(values)).difference(form.columns.values())
            row.unread = [address(place, column) for column in sorted(others)]
            rows.append(row)
        else:
            strays += [address(place, column) for column in filled_in(values)]
    if len(rows) > MOST_ROWS:
        message = _("The form has %(count)d rows, and at most %(most)d are read: use it as it was made.")
        raise ValidationError(message % {"count": len(rows), "most": MOST_ROWS})
    return rows, strays


def _recognise(rows: Sequence[ReturnRow], by: User) -> None:
    """Find each row's mission; one that `by` may not see does not exist."""
    for row in rows:
        try:
            row.code = strip_unsafe(unified(typed_text(row.values.get("code"))))
        except ValidationError as error:
            row.refuse("code", error)
    wanted = Mission.objects.visible_to(by).filter(code__in={row.code for row in rows})
    missions = {mission.code: mission for mission in wanted.select_related("instrument", "lead_owner")}
    first: dict[str, int] = {}
    for row in rows:
        row.mission = missions.get(row.code)
        if row.problems or not row.is_filled:
            continue
        words = {"code": shown(row.code), "row": first.setdefault(row.code, row.place)}
        if not row.code:
            row.refuse("code", _("The code of the mission is missing."))
        elif not row.mission:
            row.refuse("code", _("There is no mission “%(code)s” that you could report on.") % words)
        elif words["row"] != row.place:
            row.refuse("code", _("“%(code)s” is reported in row %(row)d already: empty one of the two.") % words)


def _examine(rows: Sequence[ReturnRow]) -> None:
    drafts = [
        (row.submission.as_entry()[0], [Evidence(**item.citation()) for item in row.evidence])
        for row in rows
        if row.submission
    ]
    for place, error in validate_many(drafts).items():
        rows[place].refuse_by_field(error)


def _look_since(entry: int, rows: Sequence[ReturnRow]) -> None:
    """Find newer entries, waiting submissions and rows for earlier dates."""
    # Of two rows of one mission the second is refused.
    row_of = {row.mission.pk: row for row in reversed(rows) if row.mission}
    for change in StatusChange.objects.filter(pk__gt=entry, mission__in=row_of).order_by("pk"):
        row_of[change.mission_id].since.append(change)
    for submission in Submission.objects.waiting().filter(mission__in=row_of).select_related("author"):
        row_of[submission.mission_id].waiting.append(submission)
    reports = StatusChange.objects.uncorrected().filter(mission__in=row_of, sets_status=True)
    for pk, newest in reports.values_list("mission").annotate(Max("effective_on")):
        submitted = row_of[pk].submission
        row_of[pk].is_earlier = bool(submitted and submitted.effective_on < newest)
