"""The audit log: a union of existing tables, newest first. Nothing is stored for it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial, reduce
from operator import or_
from typing import Any, NamedTuple

from axes.models import AccessLog
from django.db.models import Case, CharField, F, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from ..accounts.models import Membership, User
from ..accounts.tokens import Token
from ..days import end_of
from ..exchange.models import Import
from ..figures.models import ReportedFigure, Source
from ..ledger.entries import EntryKind, StatusChange
from ..register.history import CHANGED, CREATED, DELETED, Change, named
from ..register.mission import Mission
from ..register.models import Area, Instrument, Organisation, Theme
from ..register.programme import Contradiction, Programme, ProgrammeDay
from ..reports.models import FrozenReport
from ..workflow.models import State, Step, Submission
from .audit_text import (
    AuditText,
    account,
    describe_memberships,
    describe_rows,
    describe_sign_ins,
    describe_versions,
    entry_note,
    import_note,
    step_note,
    token_note,
)

# The fields that a search covers: names of records.
NAMES: dict[type[Model], tuple[str, ...]] = {
    Mission: ("code", "title_en", "title_zh"),
    Instrument: ("code", "title_en", "title_zh"),
    Theme: ("code", "name_en", "name_zh"),
    Area: ("code", "name_en", "name_zh"),
    Organisation: ("code", "name_en", "name_zh"),
    Source: ("key", "title"),
    ReportedFigure: ("indicator_en", "indicator_zh"),
    Programme: ("key", "name_en", "name_zh"),
    ProgrammeDay: ("label_en", "label_zh"),
    Contradiction: ("key", "text_en", "text_zh"),
    FrozenReport: ("slug", "title_en", "title_zh"),
    Import: ("name",),
    User: ("username", "name"),
    Token: ("name", "user__username", "user__name"),
}
DEEDS = {
    CREATED: _("created"),
    CHANGED: _("changed"),
    DELETED: _("deleted"),
    EntryKind.OPENING: _("opened"),
    EntryKind.REPORT: _("reported"),
    EntryKind.DEADLINE: _("new due date"),
    EntryKind.CORRECTION: _("corrected"),
    State.SUBMITTED: _("submitted"),
    State.TAKEN_BACK: _("taken back"),
    State.RETURNED: _("returned"),
    State.PUBLISHED: _("published"),
    "sign-in": _("signed in"),
    "import": _("handed in"),
    "issued": _("issued"),
    "revoked": _("revoked"),
    "role taken": _("role taken away"),
}


class LogRow(NamedTuple):
    """A line as the database finds it."""

    log: str
    moment: datetime
    deed: str
    row: int
    subject: int | None


class Event(NamedTuple):
    """A line as shown. `page` is the model and id that its link opens."""

    at: datetime
    deed: str
    kind: str
    record: str
    page: tuple[str, int] | None
    text: AuditText


@dataclass(frozen=True)
class Log:
    """One source of lines: where its rows have time, action, person and record."""

    label: Any
    rows: QuerySet
    moment: str
    deed: Any
    about: type[Model]
    subject: Any
    person: str
    load: Callable[[QuerySet], dict[int, AuditText]]

    def naming(self, word: str) -> Q:
        people = Q(**{f"{self.person}__in": containing(User, word)})
        return people | Q(subject__in=containing(self.about, word))


def containing(model: type[Model], word: str) -> QuerySet:
    named_so = [Q(**{f"{name}__icontains": word}) for name in NAMES[model]]
    return model._default_manager.order_by().filter(reduce(or_, named_so)).values("pk")


def history_of(model, *, about=None, subject="id", load=describe_versions) -> Log:
    return Log(
        label=model._meta.verbose_name,
        rows=model.history.all(),
        moment="history_date",
        deed=F("history_type"),
        about=about or model,
        subject=F(subject),
        person="history_user",
        load=load,
    )


OTHER_LOGS = (Mission, FrozenReport, Import, User, Token)
REGISTER = {str(model._meta.model_name): history_of(model) for model in NAMES if model not in OTHER_LOGS}
ACCOUNTS = {
    "user": history_of(User),
    "membership": history_of(Membership, about=User, subject="user_id", load=describe_memberships),
    "sign-in": Log(
        label=_("sign-in"),
        rows=AccessLog.objects.all(),
        moment="attempt_time",
        deed=Value("sign-in", CharField()),
        about=User,
        subject=Subquery(User.objects.filter(username=OuterRef("username")).values("pk")),
        person="subject",
        load=describe_sign_ins,
    ),
    "token": Log(
        label=Token._meta.verbose_name,
        rows=Token.history.all(),
        moment="history_date",
        # Nothing else is saved with its history.
        deed=Case(
            When(history_type=CREATED, then=Value("issued")),
            When(revoked_at__isnull=False, then=Value("revoked")),
            default=Value("role taken"),
            output_field=CharField(),
        ),
        about=Token,
        subject=F("id"),
        person="history_user",
        load=partial(
            describe_rows,
            person="history_user",
            related=("user",),
            note=token_note,
            unknown=lambda version: Change(version).who,
        ),
    ),
}
LOGS = {
    "submission": Log(
        label=Submission._meta.verbose_name,
        rows=Step.objects.all(),
        moment="at",
        deed=F("state"),
        about=Mission,
        subject=F("submission__mission_id"),
        person="by",
        load=partial(
            describe_rows,
            person="by",
            related=("submission__delivery__token",),
            note=step_note,
            page=lambda step: ("submission", step.submission_id),
        ),
    ),
    "entry": Log(
        label=_("entry of the ledger"),
        rows=StatusChange.objects.all(),
        moment="recorded_at",
        deed=F("kind"),
        about=Mission,
        subject=F("mission_id"),
        person="recorded_by",
        load=partial(
            describe_rows,
            person="recorded_by",
            note=entry_note,
            page=lambda entry: ("statuschange", entry.pk),
            unknown=lambda entry: _("the programme's files"),
        ),
    ),
    "mission": history_of(Mission),
    "report": Log(
        label=FrozenReport._meta.verbose_name,
        rows=FrozenReport.objects.all(),
        moment="published_at",
        deed=Value(State.PUBLISHED, CharField()),
        about=FrozenReport,
        subject=F("id"),
        person="published_by",
        load=partial(describe_rows, person="published_by", unknown=lambda report: _("the command line")),
    ),
    "import": Log(
        label=Import._meta.verbose_name,
        rows=Import.objects.defer("content"),
        moment="at",
        deed=Value("import", CharField()),
        about=Import,
        subject=F("id"),
        person="by",
        load=partial(describe_rows, person="by", note=import_note),
    ),
    **REGISTER,
    **ACCOUNTS,
}


def visible_to(user: User) -> dict[str, QuerySet]:
    """Return the rows this account may see, by log. The only such rule."""
    missions = Mission.objects.visible_to(user).order_by().values("pk")
    submissions = Submission.objects.visible_to(user).order_by().values("pk")
    seen = {
        "submission": LOGS["submission"].rows.filter(submission__in=submissions),
        "entry": LOGS["entry"].rows.filter(mission__in=missions),
        "mission": LOGS["mission"].rows.filter(id__in=missions),
        "report": LOGS["report"].rows,
        "import": Import.objects.visible_to(user),
    }
    if user.has_perm("missions.read_all"):
        seen |= {name: log.rows for name, log in (REGISTER | ACCOUNTS).items()}
    return seen


def find(
    user: User,
    *,
    words: str = "",
    person: User | None = None,
    kind: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet:
    """Return the lines this account may see, newest first, as tuples for `events`.

    In each line every word names the person or the record; `kind` is a name of LOGS, and the days are inclusive.
    """
    conditions = {}
    if since:
        conditions["moment__gte"] = end_of(since - timedelta(days=1))
    if until:
        conditions["moment__lt"] = end_of(until)
    found = []
    for name, rows in visible_to(user).items():
        if kind in ("", name):
            log = LOGS[name]
            by = {log.person: person.pk} if person else {}
            named_so = [log.naming(word) for word in words.split()]
            found.append(lines(name, rows).filter(*named_so, **conditions, **by).values_list(*LogRow._fields))
    first, *others = found
    return first.union(*others, all=True).order_by("-moment", "log", "-row")


def lines(name: str, rows: QuerySet) -> QuerySet:
    log = LOGS[name]
    return rows.order_by().annotate(
        log=Value(name, CharField()), moment=F(log.moment), deed=log.deed, row=F("pk"), subject=log.subject
    )


def events(found: Iterable[tuple]) -> list[Event]:
    """Describe these lines; a few queries for each log, however many lines."""
    listed = [LogRow(*line) for line in found]
    keys, subjects = defaultdict(list), defaultdict(set)
    for line in listed:
        keys[line.log].append(line.row)
        subjects[LOGS[line.log].about].add(line.subject)
    texts = {name: LOGS[name].load(LOGS[name].rows.filter(pk__in=here)) for name, here in keys.items()}
    records = {model: model._default_manager.in_bulk(ids - {None}) for model, ids in subjects.items()}
    return [
        in_words(line, texts[line.log][line.row], records[LOGS[line.log].about].get(line.subject)) for line in listed
    ]


def in_words(line: LogRow, text: AuditText, record) -> Event:
    name = account(record) if isinstance(record, User) else named(record) if record else ""
    page = text.page or (record and (record._meta.model_name, record.pk))
    return Event(line.moment, str(DEEDS[line.deed]), capfirst(str(LOGS[line.log].label)), name, page, text)
