"""The form for one entry of the ledger, with its evidence."""

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.translation import gettext_lazy as _

from ..models import Evidence, Head, StatusChange, record
from ..models.days import FIRST_DAY, LAST_DAY
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


EvidenceFormSet = forms.formset_factory(
    EvidenceForm, formset=BaseEvidenceFormSet, extra=2, can_delete=True, can_delete_extra=False
)


class EntryForm(forms.ModelForm):
    """What an official says in an entry. `draft` brings the mission, the kind and, for a correction, what it replaces.

    `built_on` is the mission's newest entry when the page was made: a form sent twice, or one that somebody else
    overtook, is not recorded before its sender has seen the entry that came between.
    """

    status = forms.ChoiceField(label=_("Status"), choices=Status, widget=CHOICE)
    basis = forms.ChoiceField(label=_("Basis"), choices=Basis, widget=CHOICE)

    class Meta:
        model = StatusChange
        fields = ["status", "due", "effective_on", "basis", "headline_en", "headline_zh"]
        widgets = {"due": DAY, "effective_on": DAY, "headline_en": SENTENCE, "headline_zh": SENTENCE}
        help_texts = {
            "due": _("Leave it empty if there is no deadline."),
            "effective_on": _("The day on which it became true, not the day of this report."),
            "headline_en": _("The reason in one sentence. The public reads it."),
        }

    def __init__(self, draft, data=None):
        super().__init__(data, instance=draft)
        # An entry reports the status or sets the due date; the opening does both, but its status is given.
        del self.fields["status" if draft.sets_due else "due"]
        cited = draft.corrects.evidence.all() if draft.corrects else ()
        self.evidence = EvidenceFormSet(
            data, prefix="evidence", initial=[model_to_dict(item, EvidenceForm.Meta.fields) for item in cited]
        )
        newest = draft.mission.changes.last()
        self.built_on = data.get("built_on") if data else str(newest.pk) if newest else ""

    def clean_due(self):
        due = self.cleaned_data["due"]
        if due and not FIRST_DAY <= due <= LAST_DAY:
            raise ValidationError(_("Days run from 1900 to 2100."))
        return due

    def is_valid(self):
        evidence_is_valid = self.evidence.is_valid()
        return super().is_valid() and evidence_is_valid

    def record(self, *, by):
        """Hands the entry to the door; returns it, or None where it is refused, with the reason on the form."""
        left_out = self.evidence.deleted_forms
        evidence = [row.instance for row in self.evidence.forms if row.cleaned_data and row not in left_out]
        try:
            with transaction.atomic():
                Head.objects.lock()
                self._check_nothing_came_between()
                return record(self.instance, evidence, by=by)
        except ValidationError as refusal:
            for field, errors in refusal.update_error_dict({}).items():
                self.add_error(field if field in self.fields else None, errors)
            return None

    def _check_nothing_came_between(self):
        newest = self.instance.mission.changes.last()
        if newest and str(newest.pk) != self.built_on:
            # Sent again, the form confirms that its sender has seen this entry.
            self.built_on = str(newest.pk)
            raise ValidationError(
                _(
                    "Nothing was recorded: since this page was made, entry %(id)s was (%(status)s, %(headline)s). "
                    "If yours is still needed, send it again."
                ),
                params={"id": newest.pk, "status": newest.get_status_display(), "headline": newest.headline},
            )
