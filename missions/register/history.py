"""The field history: differences between versions."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import models
from django.db.models import OuterRef, Subquery
from django.dispatch import receiver
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from simple_history.signals import pre_create_historical_record

from ..accounts.models import Membership, User
from ..columns import PUBLIC_FIELDS
from ..days import LAST_DAY, end_of
from ..ledger.entries import EntryKind, StatusChange
from .mission import Mission
from .models import Area, Instrument, Organisation, Register, Theme

CREATED, CHANGED, DELETED = "+", "~", "-"
LOADED = "load_programme"  # the reason that a load gives for what it changes
INVITED, LINK_SHOWN, FACTOR_REMOVED = "invited", "invited, link shown", "second factor removed"
# Actions of an administrator that no field of the account holds.
DEEDS = {
    INVITED: gettext_lazy("Invited to choose a password."),
    LINK_SHOWN: gettext_lazy("Invited to choose a password. The administrator saw the link."),
    FACTOR_REMOVED: gettext_lazy("Second factor removed."),
}

# What the public pages show of a record; the history of these fields is public too.
PUBLIC: dict[type[models.Model], tuple[str, ...]] = {
    Mission: PUBLIC_FIELDS,
    Instrument: (
        *("title_en", "title_zh", "issuer_en", "issuer_zh", "issued_on", "official_total", "citation"),
        *("notes", "notes_zh", "second_person"),
    ),
    Theme: ("name_en", "name_zh"),
    Area: ("name_en", "name_zh", "zone", "province_or_city", "province_or_city_zh", "parent"),
    Organisation: ("name_en", "name_zh", "level", "parent", "closed_on", "source"),
}
# A removed address may lead anywhere now: the public history omits it.
CITATION = "citation"
# How an opening leads to the records it makes public.
OPENED = {Mission: "mission", Instrument: "mission__instrument"}


@receiver(pre_create_historical_record)
def the_first_version_is_the_creation(sender, history_instance, **kwargs):
    """A register record is saved before its lists can be; where one version is tracked of both, it says "created".

    Accounts can be older than their history: the first version of one may be a change.
    """
    can_be_new = history_instance.history_type == CHANGED and issubclass(sender.instance_type, Register)
    if can_be_new and not sender.objects.filter(id=history_instance.id).exists():
        history_instance.history_type = CREATED


@dataclass(frozen=True)
class Change:
    """A field before and after a version; no field for creation and deletion."""

    version: Any
    name: str = ""
    label: str = ""
    old: str = ""
    new: str = ""

    @property
    def at(self):
        return self.version.history_date

    @property
    def event(self) -> str:
        if deed := DEEDS.get(self.version.history_change_reason):
            return str(deed)
        return {CREATED: _("created"), CHANGED: _("changed"), DELETED: _("deleted")}[self.version.history_type]

    @property
    def who(self) -> str:
        if self.version.history_user:
            return str(self.version.history_user)
        is_load = self.version.history_change_reason == LOADED
        return _("the programme's files") if is_load else _("a command on the server")

    @property
    def language(self) -> str:
        return {"en": "en", "zh": "zh-Hans"}.get(self.name.rpartition("_")[2], "")


def changes(versions: models.QuerySet, names: Iterable[str] | None = None) -> list[Change]:
    """What changed between these versions of records of one model, newest first; only in the fields `names`, if given.

    Compared here and not by `diff_against`, which asks the database again for each list of each pair of versions.
    """
    fields = shown_fields(versions.model, names)
    foreign = [field.name for field in fields if field.many_to_one]
    ordered = list(versions.select_related("history_user", *foreign).order_by("id", "history_id"))
    # A single version has nothing to compare with.
    texts = described(ordered, fields) if len(ordered) > 1 else [{}]
    found: list[Change] = []
    former, was = None, {}
    for version, now in zip(ordered, texts, strict=False):
        if version.history_type != CHANGED:
            found.append(Change(version))
        elif former and former.id == version.id:
            found += [Change(version, *change) for change in differences(fields, was, now)]
            if version.history_change_reason in DEEDS:
                found.append(Change(version))
        former, was = version, now
    return sorted(found, key=lambda change: -change.version.history_id)


def shown_fields(history: Any, names: Iterable[str] | None = None) -> list[models.Field]:
    model = history.instance_type
    tracked = {field.name for field in (*history.tracked_fields, *history._history_m2m_fields) if not field.primary_key}
    wanted = tracked if names is None else tracked.intersection(names)
    return [field for field in (*model._meta.fields, *model._meta.many_to_many) if field.name in wanted]


def differences(fields, was: dict[str, str], now: dict[str, str]):
    for field in fields:
        if was[field.name] != now[field.name]:
            yield field.name, capfirst(field.verbose_name), was[field.name], now[field.name]


def described(versions: Sequence, fields: Sequence[Any]) -> list[dict[str, str]]:
    """Return each version as texts by field; one query for each list."""
    lists = {field.name: linked(field, versions) for field in fields if field.many_to_many}
    return [
        {
            field.name: text(field, lists[field.name][v.pk] if field.many_to_many else getattr(v, field.name))
            for field in fields
        }
        for v in versions
    ]


def linked(field: models.ManyToManyField, versions: Sequence) -> dict[int, list]:
    target = field.m2m_reverse_field_name()
    by_version = defaultdict(list)
    rows = getattr(type(versions[0]), field.name).filter(history__in=[version.pk for version in versions])
    for row in rows.select_related(target):
        by_version[row.history_id].append(getattr(row, target))
    return by_version


def text(field: models.Field, value) -> str:
    if field.many_to_many:
        return "\n".join(sorted(map(named, value)))
    if value is None or value == "":
        return ""
    if field.is_relation:
        return named(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    # Browsers send other line ends than files have.
    return value.replace("\r\n", "\n") if isinstance(value, str) else str(localize(value))


def named(record) -> str:
    return f"{record.code} {record.title}" if hasattr(record, "code") else str(record)


def acts_as(holder: Any) -> str:
    role, organisation = holder.get_role_display(), holder.organisation
    return f"{role} · {named(organisation)}" if organisation else role


def account_changes(user: User) -> list[Change]:
    memberships = changes(Membership.history.filter(user=user), ["role", "organisation"])
    found = [*changes(user.history.all()), *map(describe_role_change, memberships)]
    return sorted(found, key=lambda change: change.at, reverse=True)


def describe_role_change(change: Change) -> Change:
    if change.name:
        return change
    texts = {"new" if change.version.history_type == CREATED else "old": acts_as(change.version)}
    return Change(change.version, "membership", capfirst(str(Membership._meta.verbose_name)), **texts)


def public_changes(record: Any, known_at: date | None = None) -> list[Change]:
    """Return changes of public fields since publication, as known at `known_at`."""
    model = type(record)
    versions = record.history.filter(history_date__lt=end_of(known_at or LAST_DAY))
    if path := OPENED.get(model):
        openings = StatusChange.objects.filter(kind=EntryKind.OPENING, **{path: OuterRef("id")}).order_by("id")
        versions = versions.annotate(public_since=Subquery(openings.values("recorded_at")[:1]))
    names = [name for name in PUBLIC[model] if name != CITATION]
    return [
        change
        for change in changes(versions, names)
        if change.name and (since := getattr(change.version, "public_since", change.at)) and since <= change.at
    ]
