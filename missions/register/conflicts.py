"""Two people edit one record: who saves second sees what it was, theirs and yours, field by field, and loses nothing.

A form carries the version of the record that it was made from. Where another one is there by the time that the form
comes back, it is not saved but shown again: with their values in the fields that only they changed, and with both
texts beside each other for the fields that both changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import OuterRef, Subquery
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from ..admin.base import HubModelAdmin
from ..models import Head
from .history import Change, changes, described, shown_fields, text

SAVED_SINCE = _(
    "Nothing was saved: %(who)s saved this record on %(when)s, after you had opened it. "
    "See below what differs, then save again."
)
NO_VERSION = _(
    "Nothing was saved: your form does not say which version of the record it was made from. "
    "See below what differs, then save again."
)


class By(Enum):
    """Who changed a field since the form was made."""

    THEM = "them"
    YOU = "you"
    BOTH = "both"


def three_way(base: Mapping[str, str], theirs: Mapping[str, str], yours: Mapping[str, str]) -> dict[str, By]:
    """Who changed each field that differs by now. Where both made the same change, it does not differ.

    The values are texts as people read them; a field that `base` lacks counts as changed by both.
    """
    changed = {}
    for name, mine in yours.items():
        was, now = base.get(name), theirs.get(name)
        if mine != now:
            changed[name] = By.YOU if was == now else By.THEM if was == mine else By.BOTH
    return changed


@dataclass(frozen=True)
class Difference:
    """One field in which the form differs from what is stored by now. `change` says who changed it there, and when."""

    name: str
    label: str
    by: By
    base: str | None
    theirs: str
    yours: str
    change: Change | None


class VersionedForm(forms.ModelForm):
    """Is not valid where the record was saved after the form was made; `conflict` then says field by field how.

    In its data, `version` is the version that it was made from, and `theirs` names the fields in which what is stored
    shall be taken instead of what was typed.
    """

    data: QueryDict
    conflict: Sequence[Difference] = ()

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.version = getattr(self.instance, "version", None)
        if data is not None:
            self.version, self.data = data.get("version"), data.copy()
            for name in self.fields.keys() & data.getlist("theirs"):
                self._take_theirs(name)

    def _take_theirs(self, name):
        stored = self.fields[name].prepare_value(self.initial.get(name))
        values = stored if isinstance(stored, list) else [stored]
        self.data.setlist(self.add_prefix(name), ["" if value is None else str(value) for value in values])

    def clean(self):
        cleaned_data = super().clean()
        if self.instance.pk:
            self._refuse_to_overwrite()
        return cleaned_data

    def _refuse_to_overwrite(self):
        fields = shown_fields(type(self.instance).history.model, self.fields)
        foreign = [field.name for field in fields if field.many_to_one]
        versions = list(self.instance.history.select_related("history_user", *foreign).order_by("-history_id"))
        newest = versions[0]
        base = next((version for version in versions if str(version.pk) == self.version), None)
        if base is newest:
            return
        now, *was = described([version for version in (newest, base) if version], fields)
        differences = self._differences(fields, was[0] if was else {}, now)
        if base and all(difference.by is By.YOU for difference in differences):
            return  # it was saved, but nothing was changed that is not in this form too
        # Sent again, the form says that its sender has seen what is there now.
        self.version, self.conflict = newest.pk, differences
        for difference in differences:
            if difference.by is By.THEM:
                self._take_theirs(difference.name)
        saved = Change(newest)
        params = {"who": saved.who, "when": localize(localtime(saved.at))}
        raise ValidationError(SAVED_SINCE if base else NO_VERSION, params=params)

    def _differences(self, fields, was, now) -> list[Difference]:
        """Those that both changed stand first: they need a decision."""
        yours = {field.name: self._typed(field) for field in fields}
        latest = {change.name: change for change in reversed(changes(self.instance.history.all(), yours))}
        by = three_way(was, now, yours)
        found = [
            Difference(
                field.name,
                capfirst(field.verbose_name),
                by[field.name],
                was.get(field.name),
                now[field.name],
                yours[field.name],
                latest.get(field.name),
            )
            for field in fields
            if field.name in by
        ]
        return sorted(found, key=lambda difference: difference.by is not By.BOTH)

    def _typed(self, field) -> str:
        """What stands in the form, in words; a value that is not valid as it was typed."""
        if field.name in self.cleaned_data:
            return text(field, self.cleaned_data[field.name])
        return "\n".join(self.data.getlist(self.add_prefix(field.name)))


class ConflictAdmin(HubModelAdmin):
    """Saves a record only over the version that its editor saw. Its page shows the rest by `_conflict.html`."""

    form = VersionedForm

    def get_queryset(self, request):
        """With the version of each record, read in one statement with it: what is read later can only be newer."""
        newest = self.model.history.filter(id=OuterRef("pk")).order_by("-history_id")
        return super().get_queryset(request).annotate(version=Subquery(newest.values("history_id")[:1]))

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record and request.method == "POST":
            Head.objects.lock()  # first, like every writer: see `triggers.py`
            # Anyone who else saves it waits here until this save is done; SQLite's transaction holds its lock already.
            record.refresh_from_db(from_queryset=self.model._default_manager.select_for_update())
        return record
