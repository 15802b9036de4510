"""The audit log: what happened, newest first. Nothing is stored for it: it is a union of what is there anyway."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any, NamedTuple

from axes.models import AccessLog
from django.db.models import CharField, F, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .days import end_of
from .figures import ReportedFigure, Source
from .history import CHANGED, CREATED, DELETED, Change, changes, named, role_given_or_taken
from .history import DEEDS as WITHOUT_FIELDS
from .ledger import EntryKind, StatusChange
from .mission import Mission
from .people import Membership, User
from .register import Area, Instrument, Organisation, Theme
from .workflow import State, Step, Submission

# What is searched for a word: how a record is named.
NAMES: dict[type[Model], tuple[str, ...]] = {
    Mission: ("code", "title_en", "title_zh"),
    Instrument: ("code", "title_en", "title_zh"),
    Theme: ("code", "name_en", "name_zh"),
    Area: ("code", "name_en", "name_zh"),
    Organisation: ("code", "name_en", "name_zh"),
    Source: ("key", "title"),
    ReportedFigure: ("indicator_en", "indicator_zh"),
    User: ("username", "name"),
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
}


class Row(NamedTuple):
    """A line of the log as the database finds it: which log, when, what was done, its own id and the record's."""

    log: str
    moment: datetime
    deed: str
    row: int
    subject: int | None


class Said(NamedTuple):
    """What the thing itself says of a line: who did it, what changed, a reason or headline, and its page, if any."""

    who: str
    page: tuple[str, int] | None = None
    changes: Sequence[Change] = ()
    note: str = ""


class Event(NamedTuple):
    """A line of the log as people read it. `page` names the model and the id of what its link opens."""

    at: datetime
    deed: str
    kind: str
    record: str
    page: tuple[str, int] | None
    said: Said


@dataclass(frozen=True)
class Log:
    """One of the logs that make up the whole: where its rows say when, what, by whom and about which record."""

    label: Any
    rows: QuerySet
    moment: str
    deed: Any
    about: type[Model]
    subject: Any
    person: str
    load: Callable[[QuerySet], dict[int, Said]]

    def naming(self, word: str) -> Q:
        """That the word names the person or the record."""
        people = Q(**{f"{self.person}__in": containing(User, word)})
        return people | Q(subject__in=containing(self.about, word))


def containing(model: type[Model], word: str) -> QuerySet:
    """The ids of the records that are named with this word."""
    named_so = [Q(**{f"{name}__icontains": word}) for name in NAMES[model]]
    return model._default_manager.order_by().filter(reduce(or_, named_so)).values("pk")


def account(user: User | None) -> str:
    return f"{user.name} ({user.username})" if user and user.name else str(user or "")


def versions_said(versions: QuerySet, tell=lambda change: change, fields=None) -> dict[int, Said]:
    """Each version with what it changed from the one before it."""
    history = versions.model.objects
    former = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
    told = list(versions.annotate(former=Subquery(former.values("history_id")[:1])).select_related("history_user"))
    both = {key for version in told for key in (version.history_id, version.former) if key}
    changed = defaultdict(list)
    for change in map(tell, changes(history.filter(history_id__in=both), fields)):
        if change.name:
            changed[change.version.history_id].append(change)
    return {
        version.history_id: Said(
            account(version.history_user) or Change(version).who,
            changes=changed[version.history_id],
            note=str(WITHOUT_FIELDS.get(version.history_change_reason, "")),
        )
        for version in told
    }


def memberships_said(versions: QuerySet) -> dict[int, Said]:
    return versions_said(versions, role_given_or_taken, ["role", "organisation"])


def entries_said(entries: QuerySet) -> dict[int, Said]:
    return {
        entry.pk: Said(
            account(entry.recorded_by) or str(_("the programme's files")),
            ("statuschange", entry.pk),
            note=" · ".join(filter(None, entry_words(entry))),
        )
        for entry in entries.select_related("recorded_by")
    }


def entry_words(entry):
    """What an entry says, with the entry that it corrects."""
    if entry.corrects_id:
        yield gettext("corrects entry %(number)s") % {"number": entry.corrects_id}
    if entry.sets_status:
        yield entry.get_status_display()
    if entry.sets_due:
        yield gettext("due %(day)s") % {"day": date_format(entry.due)} if entry.due else gettext("no due date")
    yield entry.headline


def steps_said(steps: QuerySet) -> dict[int, Said]:
    return {
        step.pk: Said(account(step.by), ("submission", step.submission_id), note=step.reason)
        for step in steps.select_related("by")
    }


def sign_ins_said(sign_ins: QuerySet) -> dict[int, Said]:
    """The name alone: an address on the network is nobody's business here."""
    return {sign_in.pk: Said(sign_in.username or "") for sign_in in sign_ins.only("username")}


def history_of(model, *, about=None, subject="id", load=versions_said) -> Log:
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


REGISTER = {str(model._meta.model_name): history_of(model) for model in NAMES if model not in (Mission, User)}
ACCOUNTS = {
    "user": history_of(User),
    "membership": history_of(Membership, about=User, subject="user_id", load=memberships_said),
    "sign-in": Log(
        label=_("sign-in"),
        rows=AccessLog.objects.all(),
        moment="attempt_time",
        deed=Value("sign-in", CharField()),
        about=User,
        subject=Subquery(User.objects.filter(username=OuterRef("username")).values("pk")),
        person="subject",
        load=sign_ins_said,
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
        load=steps_said,
    ),
    "entry": Log(
        label=_("entry of the ledger"),
        rows=StatusChange.objects.all(),
        moment="recorded_at",
        deed=F("kind"),
        about=Mission,
        subject=F("mission_id"),
        person="recorded_by",
        load=entries_said,
    ),
    "mission": history_of(Mission),
    **REGISTER,
    **ACCOUNTS,
}


def visible_to(user: User) -> dict[str, QuerySet]:
    """The rows that this account may see, by the name of their log. Nothing else decides it."""
    missions = Mission.objects.visible_to(user).order_by().values("pk")
    submissions = Submission.objects.visible_to(user).order_by().values("pk")
    seen = {
        "submission": LOGS["submission"].rows.filter(submission__in=submissions),
        "entry": LOGS["entry"].rows.filter(mission__in=missions),
        "mission": LOGS["mission"].rows.filter(id__in=missions),
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
    """The lines that this account may see, newest first, as tuples that `events` reads.

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
            found.append(lines(name, rows).filter(*named_so, **conditions, **by).values_list(*Row._fields))
    first, *others = found
    return first.union(*others, all=True).order_by("-moment", "log", "-row")


def lines(name: str, rows: QuerySet) -> QuerySet:
    """The rows of a log with the columns that all logs share."""
    log = LOGS[name]
    return rows.order_by().annotate(
        log=Value(name, CharField()), moment=F(log.moment), deed=log.deed, row=F("pk"), subject=log.subject
    )


def events(found: Iterable[tuple]) -> list[Event]:
    """These lines in words. Takes a few queries for each log among them, however many lines there are."""
    listed = [Row(*line) for line in found]
    keys, subjects = defaultdict(list), defaultdict(set)
    for line in listed:
        keys[line.log].append(line.row)
        subjects[LOGS[line.log].about].add(line.subject)
    said = {name: LOGS[name].load(LOGS[name].rows.filter(pk__in=here)) for name, here in keys.items()}
    records = {model: model._default_manager.in_bulk(ids - {None}) for model, ids in subjects.items()}
    return [
        in_words(line, said[line.log][line.row], records[LOGS[line.log].about].get(line.subject)) for line in listed
    ]


def in_words(line: Row, said: Said, record) -> Event:
    name = account(record) if isinstance(record, User) else named(record) if record else ""
    page = said.page or (record and (record._meta.model_name, record.pk))
    return Event(line.moment, str(DEEDS[line.deed]), capfirst(str(LOGS[line.log].label)), name, page, said)
