"""The audit log: a union of existing tables, newest first. Nothing is stored for it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from axes.models import AccessLog
from django.db.models import Case, CharField, F, Model, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..accounts.models import Membership, User
from ..accounts.tokens import Token
from ..days import end_of
from ..exchange.models import Import
from ..figures.models import ReportedFigure, Source
from ..ledger.entries import EntryKind, StatusChange
from ..register import history
from ..register.history import CHANGED, CREATED, DELETED, Change, describe_role_change, named
from ..register.mission import Mission
from ..register.models import Area, Instrument, Organisation, Theme
from ..register.programme import Contradiction, Programme, ProgrammeDay
from ..reports.models import FrozenReport
from ..workflow.models import State, Step, Submission

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


LINE = ("log", "moment", "deed", "row", "subject")  # a line as the database finds it


class Event(NamedTuple):
    """A line as shown. `page` is the model and id that its link opens."""

    at: datetime
    who: str
    deed: str
    kind: str
    record: str
    page: tuple[str, int] | None
    changes: Sequence[Change]
    note: str


@dataclass(frozen=True)
class Log:
    """One source of lines: where its rows have time, action, person and record."""

    label: Any
    rows: QuerySet
    about: type[Model]
    subject: Any
    moment: str
    deed: Any
    person: str
    fields: Sequence[str] | None = ()  # of a history: the fields whose changes are listed; None for all
    note: Callable[[Any], Any] = lambda row: ""
    unknown: Callable[[Any], Any] = lambda row: ""  # who made a row without a person
    page: Callable[[Any], tuple[str, int]] | None = None

    def naming(self, word: str) -> Q:
        people = Q(**{f"{self.person}__in": containing(User, word)})
        return people | Q(subject__in=containing(self.about, word))

    def describe(self, found: list[Any], records: dict[int | None, Any]) -> dict[int, Event]:
        chosen = self.rows.filter(pk__in=[line.row for line in found])
        rows, changed = chosen.in_bulk(), {} if self.fields == () else changes_by_version(chosen, self.fields)
        events = {}
        for line in found:
            row, record = rows[line.row], records.get(line.subject)
            author = record if self.person == "subject" else getattr(row, self.person)
            events[line.row] = Event(
                at=line.moment,
                who=account(author) or str(self.unknown(row) or ""),
                deed=str(DEEDS[line.deed]),
                kind=capfirst(str(self.label)),
                record=account(record) if isinstance(record, User) else named(record) if record else "",
                page=self.page(row) if self.page else record and (record._meta.model_name, record.pk),
                changes=changed.get(line.row, ()),
                note=str(self.note(row)),
            )
        return events


def account(user: User | None) -> str:
    return f"{user.name} ({user.username})" if user and user.name else str(user or "")


def containing(model: type[Model], word: str) -> QuerySet:
    named_so = [Q(**{f"{name}__icontains": word}) for name in NAMES[model]]
    return model._default_manager.order_by().filter(reduce(or_, named_so)).values("pk")


def changes_by_version(versions: QuerySet, fields: Sequence[str] | None = None) -> dict[int, list[Change]]:
    """Return what each version changed since the one before it."""
    all_versions = versions.model.objects
    former = all_versions.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    pairs = dict(versions.annotate(former=Subquery(former.values("history_id")[:1])).values_list("pk", "former"))
    found: dict[int, list[Change]] = {pk: [] for pk in pairs}
    for change in history.changes(all_versions.filter(pk__in=[*pairs, *filter(None, pairs.values())]), fields):
        if versions.model is Membership.history.model:
            change = describe_role_change(change)
        if change.name and change.version.pk in found:
            found[change.version.pk].append(change)
    return found


def history_of(model, **options) -> Log:
    plain = {
        "label": model._meta.verbose_name,
        "rows": model.history.select_related("history_user"),
        "about": model,
        "subject": F("id"),
        "moment": "history_date",
        "deed": F("history_type"),
        "person": "history_user",
        "fields": None,
        "note": lambda version: history.DEEDS.get(version.history_change_reason, ""),
        "unknown": lambda version: Change(version).who,
    }
    return Log(**{**plain, **options})


def entry_note(entry):
    words = []
    if entry.corrects_id:
        words.append(gettext("corrects entry %(number)s") % {"number": entry.corrects_id})
    if entry.sets_status:
        words.append(entry.get_status_display())
    if entry.sets_due:
        due = gettext("due %(day)s") % {"day": date_format(entry.due)} if entry.due else gettext("no due date")
        words.append(due)
    return " · ".join(filter(None, [*words, entry.headline]))


def step_note(step):
    words = [step.reason] if step.reason else []
    delivery = getattr(step.submission, "delivery", None)
    # A system's step precedes its delivery in the transaction; manual steps follow it.
    if delivery and step.at <= delivery.at:
        words.insert(0, gettext("by the system “%(name)s”") % {"name": delivery.token.name})
    return " · ".join(words)


OTHER_LOGS = (Mission, FrozenReport, Import, User, Token)
LOGS = {
    "submission": Log(
        label=Submission._meta.verbose_name,
        rows=Step.objects.select_related("by", "submission__delivery__token"),
        about=Mission,
        subject=F("submission__mission_id"),
        moment="at",
        deed=F("state"),
        person="by",
        note=step_note,
        page=lambda step: ("submission", step.submission_id),
    ),
    "entry": Log(
        label=_("entry of the ledger"),
        rows=StatusChange.objects.select_related("recorded_by"),
        about=Mission,
        subject=F("mission_id"),
        moment="recorded_at",
        deed=F("kind"),
        person="recorded_by",
        note=entry_note,
        unknown=lambda entry: _("the programme's files"),
        page=lambda entry: ("statuschange", entry.pk),
    ),
    "mission": history_of(Mission),
    "report": Log(
        label=FrozenReport._meta.verbose_name,
        rows=FrozenReport.objects.select_related("published_by"),
        about=FrozenReport,
        subject=F("id"),
        moment="published_at",
        deed=Value(State.PUBLISHED, CharField()),
        person="published_by",
        unknown=lambda report: _("the command line"),
    ),
    "import": Log(
        label=Import._meta.verbose_name,
        rows=Import.objects.defer("content").select_related("by"),
        about=Import,
        subject=F("id"),
        moment="at",
        deed=Value("import", CharField()),
        person="by",
        note=lambda imported: f"{imported.get_kind_display()} · {imported.get_state_display()}",
    ),
    **{str(model._meta.model_name): history_of(model) for model in NAMES if model not in OTHER_LOGS},
    "user": history_of(User),
    "membership": history_of(Membership, about=User, subject=F("user_id"), fields=["role", "organisation"]),
    "sign-in": Log(
        label=_("sign-in"),
        rows=AccessLog.objects.all(),
        about=User,
        subject=Subquery(User.objects.filter(username=OuterRef("username")).values("pk")),
        moment="attempt_time",
        deed=Value("sign-in", CharField()),
        person="subject",
        unknown=lambda sign_in: sign_in.username,
    ),
    "token": history_of(
        Token,
        rows=Token.history.select_related("history_user", "user"),
        # Nothing else is saved with its history.
        deed=Case(
            When(history_type=CREATED, then=Value("issued")),
            When(revoked_at__isnull=False, then=Value("revoked")),
            default=Value("role taken"),
            output_field=CharField(),
        ),
        fields=(),
        note=lambda token: f"{account(token.user)} · {token.get_role_display()} · {token.get_scope_display()}",
    ),
}


def visible_to(user: User) -> dict[str, QuerySet]:
    """Return the rows this account may see, by log. The only such rule."""
    if user.has_perm("missions.read_all"):
        return {name: log.rows for name, log in LOGS.items()}
    missions = Mission.objects.visible_to(user).order_by().values("pk")
    submissions = Submission.objects.visible_to(user).order_by().values("pk")
    return {
        "submission": LOGS["submission"].rows.filter(submission__in=submissions),
        "entry": LOGS["entry"].rows.filter(mission__in=missions),
        "mission": LOGS["mission"].rows.filter(id__in=missions),
        "report": LOGS["report"].rows,
        "import": Import.objects.visible_to(user),
    }


def find(
    logs: dict[str, QuerySet],
    *,
    words: str = "",
    person: User | None = None,
    kind: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet:
    """Return the lines of these logs, newest first, for `events`.

    In each line every word names the person or the record; `kind` is a name of LOGS, and the days are inclusive.
    """
    conditions = {}
    if since:
        conditions["moment__gte"] = end_of(since - timedelta(days=1))
    if until:
        conditions["moment__lt"] = end_of(until)
    found = []
    for name, rows in logs.items():
        if kind in ("", name):
            log = LOGS[name]
            by = {log.person: person.pk} if person else {}
            named_so = [log.naming(word) for word in words.split()]
            lines = rows.order_by().annotate(
                log=Value(name, CharField()), moment=F(log.moment), deed=log.deed, row=F("pk"), subject=log.subject
            )
            found.append(lines.filter(*named_so, **conditions, **by).values_list(*LINE, named=True))
    first, *others = found
    return first.union(*others, all=True).order_by("-moment", "log", "-row")


def events(found: Iterable[Any]) -> list[Event]:
    """Describe these lines; a few queries for each log, however many lines."""
    listed = list(found)
    by_log, subjects = defaultdict(list), defaultdict(set)
    for line in listed:
        by_log[line.log].append(line)
        subjects[LOGS[line.log].about].add(line.subject)
    records: dict[Any, dict] = {model: model._default_manager.in_bulk(ids - {None}) for model, ids in subjects.items()}
    described = {name: LOGS[name].describe(here, records[LOGS[name].about]) for name, here in by_log.items()}
    return [described[line.log][line.row] for line in listed]
