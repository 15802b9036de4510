"""Edit conflicts: the second editor sees former, present and new values.

A form carries the version it was made from. If the record has a newer one, nothing is saved.
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
    "Nothing was saved: %(who)s saved this record on %(when)s, after you had "
    "opened it. See the differences below, then save again."
)
NO_VERSION = _(
    "Nothing was saved: your form does not state which version of the record it "
    "was made from. See the differences below, then save again."
)


class By(Enum):
    THEM = "them"
    YOU = "you"
    BOTH = "both"


def three_way(base: Mapping[str, str], theirs: Mapping[str, str], yours: Mapping[str, str]) -> dict[str, By]:
    """Return field changes by both sides; equal changes do not differ.

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
    name: str
    label: str
    by: By
    base: str | None
    theirs: str
    yours: str
    change: Change | None


class VersionedForm(forms.ModelForm):
    """Invalid if the record has a newer version than the form; `conflict` has the differences."""

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
        # Sent again, the form confirms that its sender has seen the present values.
        self.version, self.conflict = newest.pk, differences
        for difference in differences:
            if difference.by is By.THEM:
                self._take_theirs(difference.name)
        saved = Change(newest)
        params = {"who": saved.who, "when": localize(localtime(saved.at))}
        raise ValidationError(SAVED_SINCE if base else NO_VERSION, params=params)

    def _differences(self, fields, was, now) -> list[Difference]:
        labels = {field.name: capfirst(field.verbose_name) for field in fields}
        yours = {
            field.name: text(field, self.cleaned_data[field.name])
            if field.name in self.cleaned_data
            else "\n".join(self.data.getlist(self.add_prefix(field.name)))
            for field in fields
        }
        latest = {change.name: change for change in reversed(changes(self.instance.history.all(), yours))}
        found = [
            Difference(name, labels[name], by, was.get(name), now[name], yours[name], latest.get(name))
            for name, by in three_way(was, now, yours).items()
        ]
        return sorted(found, key=lambda difference: difference.by is not By.BOTH)


class ConflictAdmin(HubModelAdmin):
    """Saves a record only over the version its editor saw."""

    form = VersionedForm

    def get_queryset(self, request):
        """Annotate the version in the same statement, so that later reads are newer."""
        newest = self.model.history.filter(id=OuterRef("pk")).order_by("-history_id")
        return super().get_queryset(request).annotate(version=Subquery(newest.values("history_id")[:1]))

    def get_object(self, request, object_id, from_field=None):
        record = super().get_object(request, object_id, from_field)
        if record and request.method == "POST":
            Head.objects.lock()  # first, like every writer: see `triggers.py`
            # Anyone who else saves it waits here until this save is done; SQLite's transaction holds its lock already.
            record.refresh_from_db(from_queryset=self.model._default_manager.select_for_update())
        return record
