"""The form for one entry of the ledger, with its evidence."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from ..models import Evidence, Head, StatusChange, record
from ..status import Basis, Status

DAY = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
SENTENCE = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
LINE = forms.TextInput(attrs={"class": "vLargeTextField"})
CHOICE = forms.RadioSelect(attrs={"class": "radiolist"})


class EvidenceForm(forms.ModelForm):
    class Meta:
        model = Evidence
        fields = ["title", "publisher", "published_on", "url", "event_on", "is_public", "source"]
        widgets = {
            "title": LINE,
            "url": forms.URLInput(attrs={"class": "vLargeTextField"}),
            "published_on": DAY,
            "event_on": DAY,
            "source": forms.HiddenInput,
        }


class BaseEvidenceFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Leave this evidence out")

    def filled_in(self):
        """The pieces of evidence, without the rows that nobody touched and those to be left out."""
        return [form.instance for form in self.forms if form.cleaned_data and form not in self.deleted_forms]


EvidenceFormSet = forms.formset_factory(
    EvidenceForm, formset=BaseEvidenceFormSet, extra=2, can_delete=True, can_delete_extra=False
)


class EntryForm(forms.ModelForm):
    """What an official says in an entry. `draft` brings the mission, the kind and, for a correction, what it replaces.

    `built_on` is the mission's newest entry when the page was made: a form sent twice, or one that somebody else
    overtook, is not recorded before the sender has seen the entry that came between.
    """

    built_on = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = StatusChange
        fields = ["status", "due", "effective_on", "basis", "headline_en", "headline_zh"]
        widgets = {
            "status": CHOICE,
            "due": DAY,
            "effective_on": DAY,
            "basis": CHOICE,
            "headline_en": SENTENCE,
            "headline_zh": SENTENCE,
        }
        help_texts = {
            "due": _("Leave it empty if there is no deadline."),
            "effective_on": _("The day on which it became true, not the day of this report."),
            "headline_en": _("The reason in one sentence. The public reads it."),
        }

    def __init__(self, draft, data=None):
        newest = draft.mission.changes.last()
        super().__init__(data, instance=draft, initial={"built_on": newest and newest.pk})
        self.mission = draft.mission
        # An entry sets the due date or reports the status; the opening's status is given.
        del self.fields["status" if draft.sets_due else "due"]
        if "status" in self.fields:
            self.fields["status"].choices = Status.choices
        self.fields["basis"].choices = Basis.choices
        cited = draft.corrects.evidence.all() if draft.corrects else ()
        self.evidence = EvidenceFormSet(
            data, prefix="evidence", initial=[model_to_dict(item, EvidenceForm.Meta.fields) for item in cited]
        )

    def is_valid(self):
        evidence_is_valid = self.evidence.is_valid()
        return super().is_valid() and evidence_is_valid

    def record(self, *, by):
        """Hands the entry to the door; returns it, or None where it is refused, with the reason on the form."""
        try:
            with transaction.atomic():
                Head.objects.lock()
                self._check_nothing_came_between()
                return record(self.instance, self.evidence.filled_in(), by=by)
        except ValidationError as refusal:
            for field, errors in refusal.update_error_dict({}).items():
                self.add_error(field if field in self.fields else None, errors)
            return None

    def _check_nothing_came_between(self):
        newest = self.mission.changes.last()
        if newest and newest.pk != self.cleaned_data["built_on"]:
            # Sent again, the form confirms that its sender has seen this entry.
            self.data = self.data.copy()
            self.data["built_on"] = newest.pk
            raise ValidationError(
                _(
                    "Nothing was recorded: since this page was made, entry %(id)s was (%(status)s, %(headline)s). "
                    "If yours is still needed, send it again."
                ),
                params={"id": newest.pk, "status": newest.get_status_display(), "headline": newest.headline},
            )
