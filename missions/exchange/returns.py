"""Return forms that come back: what would come of each row, and how the rows are submitted."""

import uuid
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from copy import copy
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ..models import Evidence, Head, Mission, StatusChange, Submission, User
from ..models.door import examine_many, one_line
from ..models.ledger import canonical, sha256
from ..reports.words import inert
from .cells import WHOLE_NUMBER, shown
from .return_form import ASKED, MOST_ROWS, SHOWN, STATEMENT
from .return_rows import Row, RowState
from .typed import typed_text, unified
from .workbooks import Grid, Value, address

NAMES = {column.name for column in (*SHOWN, *ASKED)}
# Without these a form says nothing. Of the others, one that was taken out counts as left empty.
NEEDED = {"code", "new_status", "effective_on"}


@dataclass
class Return:
    """A form as read: what it states of itself, and its rows."""

    grids: Sequence[Grid]
    owner: str
    revision: str
    made: str
    entry: int  # the newest of the ledger when the form was made
    rows: list[Row] = field(default_factory=list)

    @property
    def counts(self) -> Counter[RowState]:
        return Counter(row.state for row in self.rows)

    @property
    def refused(self) -> list[Row]:
        return self._of(RowState.REFUSED)

    @property
    def conflicts(self) -> list[Row]:
        return self._of(RowState.CONFLICT)

    @property
    def to_submit(self) -> list[Row]:
        return self._of(RowState.SUBMIT)

    @property
    def unchanged(self) -> list[Row]:
        return self._of(RowState.UNCHANGED)

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(address of the cell, message) for all that is wrong, row by row."""
        return [problem for row in self.refused for problem in row.problems]

    @property
    def digest(self) -> str:
        """All that the preview says, in short and in no language: what is confirmed must be what it showed."""
        rows = [
            [
                *(row.place, row.code, row.state, row.said(), sorted(row.wrong)),
                *([entry.pk for entry in row.since], [submission.pk for submission in row.waiting]),
                *([row.mission.status, str(row.mission.status_since)] if row.mission else []),
            ]
            for row in self.rows
        ]
        return sha256(canonical([self.entry, rows]))

    def _of(self, state):
        return [row for row in self.rows if row.state == state]


def is_return(grids: Iterable[Grid]) -> bool:
    """Whether one of the sheets is a return form."""
    return any(_find(grid, NEEDED) for grid in grids)


def read_return(grids: Sequence[Grid], *, by: User) -> Return:
    """What would come of this form if the account `by` submitted it; nothing is written.

    Raises ValidationError where it is no form, says not from which entry it was made, or has too many rows.
    """
    grid = next((grid for grid in grids if _find(grid, NEEDED)), None)
    if grid is None:
        raise ValidationError(_("This is no return form: the row with the names of its columns is missing."))
    found = Return(grids=grids, rows=_rows(grid), **_statement(grid))
    _recognise(found.rows, by)
    filled = [row for row in found.rows if row.is_filled]
    for row in filled:
        row.read(by)
    known = [row for row in filled if row.mission]
    _examine(known)
    _look_since(found.entry, known)
    return found


@transaction.atomic
def carry_out(
    found: Return, chosen: Collection[str], *, by: User, key: uuid.UUID, reason: str = ""
) -> list[Submission]:
    """Submits what the form says, and of the conflicts those on missions with `chosen` codes; returns them.

    `reason` is what the history of each submission says of where it came from.

    All or none: raises ValidationError, with the cells, while a row is refused, and where the data have changed since
    the form was read, or this was done before under this key.
    """
    Head.objects.lock()
    if read_return(found.grids, by=by).digest != found.digest:
        raise ValidationError(_("Nothing was submitted: the data have changed since the preview. Look again."))
    if found.problems:
        raise ValidationError([at_cell(*problem) for problem in found.problems])
    rows = found.to_submit + [row for row in found.conflicts if row.code in chosen]
    keys = {row.code: uuid.uuid5(key, row.code) for row in rows}
    if Submission.objects.filter(key__in=keys.values()).exists():
        raise ValidationError(_("This was sent already: nothing was recorded twice."))
    return [_submit(row, by, keys[row.code], reason) for row in sorted(rows, key=lambda row: row.place)]


def at_cell(cell: str, message: str) -> str:
    """The message with the address of its cell."""
    return _("%(cell)s: %(message)s") % {"cell": cell, "message": message}


def _submit(row, by, key, reason):
    # A copy: should a later row be refused, the row must not take itself for saved.
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


def _find(grid: Grid, names: Iterable[str]) -> tuple[int, dict[str, int]] | None:
    """The place of the row that names these columns, and the place of each column that it names."""
    for place, values in grid.filled():
        named = {value: column for column, value in enumerate(values) if isinstance(value, str)}
        if named.keys() >= set(names):
            return place, named
    return None


def _records(grid: Grid, names: Iterable[str]) -> list[tuple[int, dict[str, int], dict[str, Value]]]:
    """The rows below those names and the head of their columns: its place, and by column the places and the values."""
    first, named = _find(grid, names) or (0, {})
    below = [(place, values) for place, values in grid.filled() if place > first][1:] if named else []
    return [
        (place, named, {name: values[column] for name, column in named.items() if column < len(values)})
        for place, values in below
    ]


def _statement(grid):
    stated = next((values for _place, _named, values in _records(grid, {"form_entry"})), {})
    said = {name.removeprefix("form_"): _told(stated.get(name)) for name, _label in STATEMENT}
    if not WHOLE_NUMBER.fullmatch(said["entry"]) or int(said["entry"]) > Head.objects.get().entry:
        raise ValidationError(_("The form does not say from which state of the data it was made: take a new one."))
    return {**said, "entry": int(said["entry"])}


def _told(value: Value) -> str:
    """The text of a cell that is only shown; "" where there is none."""
    try:
        return one_line(unified(value if isinstance(value, str) else typed_text(value)))
    except ValidationError:
        return ""


def _rows(grid):
    rows = [
        Row(
            place + 1,
            {name: address(place, column) for name, column in named.items() if name in NAMES},
            {name: value for name, value in values.items() if name in NAMES},
        )
        for place, named, values in _records(grid, NEEDED)
    ]
    rows = [row for row in rows if row.is_filled or row.values.get("code")]
    if len(rows) > MOST_ROWS:
        message = _("The form has %(count)d rows, and at most %(most)d are read: use it as it was made.")
        raise ValidationError(message % {"count": len(rows), "most": MOST_ROWS})
    return rows


def _recognise(rows: Sequence[Row], by: User) -> None:
    """Finds the mission of each row. One that `by` may not see is as one that is not there."""
    for row in rows:
        try:
            row.code = inert(unified(typed_text(row.values.get("code"))))
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


def _examine(rows: Sequence[Row]) -> None:
    """Notes what the ledger would refuse of the rows as things stand."""
    drafts = [
        (row.submission.as_entry()[0], [Evidence(**item.citation()) for item in row.evidence])
        for row in rows
        if row.submission
    ]
    for place, error in examine_many(drafts).items():
        rows[place].refuse_by_field(error)


def _look_since(entry: int, rows: Sequence[Row]) -> None:
    """Finds what was recorded on these missions since the form was made, and what waits to be."""
    by_mission = {row.mission.pk: (row.since, row.waiting) for row in rows if row.mission}
    for change in StatusChange.objects.filter(pk__gt=entry, mission__in=by_mission).order_by("pk"):
        by_mission[change.mission_id][0].append(change)
    for submission in Submission.objects.waiting().filter(mission__in=by_mission).select_related("author"):
        by_mission[submission.mission_id][1].append(submission)
