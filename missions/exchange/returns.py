"""Reading a return form and submitting its rows."""

import uuid
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from ..bilingual import strip_unsafe, translated
from ..ledger.entries import canonical, sha256
from ..ledger.recording import validate_many
from ..models import Evidence, Head, Mission, StatusChange, Submission, User
from .cells import WHOLE_NUMBER, shown, typed_text, unified
from .return_form import MOST_ROWS, SEVERAL, STATEMENT
from .return_rows import ReturnRow, RowState, folded, read_text, spellings
from .return_sheets import NEEDED, Table, other_sheets, tables, the_form
from .workbooks import Grid, address


@dataclass
class Return:
    owner: str
    revision: str
    made: str
    entry: int  # the newest of the ledger when the form was made
    rows: list[ReturnRow]
    strays: list[str]  # the addresses of cells in rows that report nothing and name no mission
    other_sheets: list[str]

    @property
    def counts(self) -> Counter[RowState]:
        return Counter(row.state for row in self.rows)

    @property
    def refused(self) -> list[ReturnRow]:
        return self._of(RowState.REFUSED)

    @property
    def conflicts(self) -> list[ReturnRow]:
        return self._of(RowState.CONFLICT)

    @property
    def to_submit(self) -> list[ReturnRow]:
        return self._of(RowState.SUBMIT)

    @property
    def unchanged(self) -> list[ReturnRow]:
        return self._of(RowState.UNCHANGED)

    @property
    def problems(self) -> list[tuple[str, str]]:
        return [problem for row in self.refused for problem in row.problems]

    @property
    def unread(self) -> list[str]:
        return [*(cell for row in self.rows for cell in row.unread), *self.strays]

    @property
    def digest(self) -> str:
        """Return a digest of the preview, independent of language."""
        rows = [
            [
                *(row.place, row.code, row.state, row.submitted_texts(), sorted(row.wrong)),
                *([entry.pk for entry in row.since], [submission.pk for submission in row.waiting]),
                *([row.mission.status, str(row.mission.status_since)] if row.mission else []),
            ]
            for row in self.rows
        ]
        return sha256(canonical([self.entry, rows, self.unread]))

    def _of(self, state):
        return [row for row in self.rows if row.state == state]


def is_return(grids: Iterable[Grid]) -> bool:
    return bool(tables(grids, NEEDED))


def read_return(grids: Sequence[Grid], *, by: User) -> Return:
    """Return what submitting this form as `by` would do; nothing is written.

    Raises ValidationError where it is no form or more than one, where part of it could not be read at all, where it
    says not from which entry it was made, or has too many rows.
    """
    form = the_form(grids)
    rows, strays = _rows(form)
    found = Return(rows=rows, strays=strays, other_sheets=other_sheets(grids, form), **_statement(form.grid))
    _recognise(found.rows, by)
    filled = [row for row in found.rows if row.is_filled]
    for row in filled:
        row.read(by)
    _examine([row for row in filled if row.mission])
    _look_since(found.entry, found.rows)
    for row in found.rows:
        row.compare()
    return found


@transaction.atomic
def submit_rows(
    grids: Sequence[Grid], chosen: Collection[str], *, previewed: str, by: User, key: uuid.UUID, reason: str = ""
) -> list[Submission]:
    """Submit the form and the `chosen` conflicts; return the submissions.

    `previewed` is the digest of the preview, `reason` what the history of each submission says of where it came from.

    All or none: raises ValidationError, with the cells, while a row is refused, and where something else is there than
    the preview showed, where nothing would be submitted, or where it was before under this key.
    """
    Head.objects.lock()  # what is read here stays true until it is submitted
    found = read_return(grids, by=by)
    if found.digest != previewed:
        raise ValidationError(_("Nothing was submitted: the data have changed since the preview. Check it again."))
    if found.problems:
        raise ValidationError([at_cell(*problem) for problem in found.problems])
    rows = found.to_submit + [row for row in found.conflicts if row.code in chosen]
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


def _statement(grid):
    stated = next(
        (
            table.values_by_column(values)
            for table in tables([grid], frozenset({"form_entry"}))
            for _place, values in table.rows()
        ),
        {},
    )
    statement = {name.removeprefix("form_"): read_text(stated.get(name)) for name, _label in STATEMENT}
    if not WHOLE_NUMBER.fullmatch(statement["entry"]) or int(statement["entry"]) > Head.objects.get().entry:
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
            row.unread = form.others(place, values, form.columns)
            rows.append(row)
        else:
            strays += form.others(place, values)
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
    rows_of = defaultdict(list)
    for row in rows:
        if row.mission:
            rows_of[row.mission.pk].append(row)
    for change in StatusChange.objects.filter(pk__gt=entry, mission__in=rows_of).order_by("pk"):
        for row in rows_of[change.mission_id]:
            row.since.append(change)
    for submission in Submission.objects.waiting().filter(mission__in=rows_of).select_related("author"):
        for row in rows_of[submission.mission_id]:
            row.waiting.append(submission)
    reports = StatusChange.objects.uncorrected().filter(mission__in=rows_of, sets_status=True)
    for pk, newest in reports.values_list("mission").annotate(Max("effective_on")):
        for row in rows_of[pk]:
            day = row.submission and row.submission.effective_on
            row.is_earlier = bool(day and day < newest)
