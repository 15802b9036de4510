"""A row of a return form: parsing, comparison, errors."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..bilingual import Words, listed, translated
from ..ledger.entries import web_address
from ..ledger.recording import lower_scheme, one_line
from ..models import EntryKind, Mission, StatusChange, Submission, SubmittedEvidence, User
from ..status import Basis, Status
from ..workflow.models import ENTRY_FIELDS
from .cells import shown, typed, typed_day, typed_text, unified
from .return_form import ANSWER_COLUMNS, SHOWN, AnswerColumn, choices, shown_of
from .workbooks import Value

HEADLINES = {"headline_zh", "headline_en"}
EVIDENCE = {"evidence_title": "title", "evidence_publisher": "publisher", "evidence_url": "url"}
# The cell that shows an error of a field with another name.
CELLS = {"status": "new_status"} | {field_name: name for name, field_name in EVIDENCE.items()}
NO_TITLE = "–"
# Stands in for unreadable cells, so that other errors show. Such a row is never submitted.
STAND_INS = {
    **dict.fromkeys((*HEADLINES, "evidence_title"), NO_TITLE),
    "basis": Basis.OWNER,
    "evidence_url": "https://example.org/",
}
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
        values = (self.values.get(column.name) for column in ANSWER_COLUMNS)
        return any(value is not None and str(value).strip() for value in values)

    @property
    def state(self) -> RowState:
        if not self.is_filled:
            return RowState.UNCHANGED
        if self.problems:
            return RowState.REFUSED
        return RowState.CONFLICT if self.since or self.waiting else RowState.SUBMIT

    @property
    def wrong(self) -> set[str]:
        return {cell for cell, _message in self.problems}

    def refuse(self, column: str, refusal: ValidationError | str) -> None:
        messages = [refusal] if isinstance(refusal, str) else refusal.messages
        self.problems += [(self.cells.get(column) or self.cells["code"], message) for message in messages]

    def refuse_by_field(self, refusal: ValidationError) -> None:
        wrong = self.wrong
        for name, errors in refusal.update_error_dict({}).items():
            column = CELLS.get(name, name)
            alike = HEADLINES if column in HEADLINES else {column}
            if wrong.isdisjoint(self.cells.get(each) for each in alike):
                self.refuse(column, ValidationError(errors))

    def submitted_texts(self) -> list[str]:
        names = (*ENTRY_FIELDS, "note")
        submission = [str(getattr(self.submission, name)) for name in names] if self.submission else []
        return submission + [str(value) for item in self.evidence for value in item.citation().values()]

    def read(self, by: User) -> None:
        """Read the cells as a submission by `by`, and collect errors."""
        texts = {column.name: self._text(column) for column in ANSWER_COLUMNS}
        for name, demand in DEMANDS.items():
            if not texts[name] and self.cells[name] not in self.wrong:
                self.refuse(name, str(demand))
        self._cite({name: texts[column] for column, name in EVIDENCE.items()})
        if texts["new_status"] == Status.COMPLETED and not texts["evidence_url"]:
            self.refuse("evidence_url", str(NO_ADDRESS))
            self.evidence = [SubmittedEvidence(title=NO_TITLE, url=STAND_INS["evidence_url"])]
        if self.mission:
            day = texts["effective_on"]
            self.submission = Submission(
                mission=self.mission,
                kind=EntryKind.REPORT,
                author=by,
                reported_by=self.mission.lead_owner,
                status=texts["new_status"],
                effective_on=date.fromisoformat(day) if day else None,
                basis=texts["basis"] or Basis.OWNER,
                headline_zh=texts["headline_zh"],
                headline_en=texts["headline_en"],
                note=texts["note"],
            )
            if not by.has_perm("missions.draft_submission", self.submission):
                self.refuse("code", _("You may not report on this mission."))

    def _text(self, column: AnswerColumn) -> str:
        try:
            return converted(column, self.values.get(column.name))
        except ValidationError as error:
            self.refuse(column.name, error)
            return STAND_INS.get(column.name, "")

    def _cite(self, cited):
        if any(cited.values()):
            if not cited["title"]:
                self.refuse("evidence_title", _("Say what it is: a title."))
            self.evidence = [SubmittedEvidence(**{**cited, "title": cited["title"] or NO_TITLE})]

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


def converted(column: AnswerColumn, value: Value) -> str:
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
