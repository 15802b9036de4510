"""The form of a submission."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.models import model_to_dict
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..forms import DayField
from ..ledger.recording import differing_dates
from ..models import EntryKind, Organisation, Submission, allowed_transitions, validate
from ..register.conflicts import By, Difference, VersionedForm, three_way
from ..status import Basis, Status
from .evidence_admin import EvidenceForm, EvidenceFormSet, in_words, listed

SENTENCE = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})


SECOND_PERSON = _("Here, two people are needed: another coordinator publishes what you submitted.")
FINAL = {Status.WITHDRAWN: _("Final: no other status can follow.")}


class StatusSelect(forms.RadioSelect):
    """The statuses with objections; an impossible one is disabled."""

    transitions: dict = {}

    def create_option(self, name, value, label, *args, **kwargs):
        option = super().create_option(name, value, label, *args, **kwargs)
        move = self.transitions.get(value)
        if hint := (move and move.objection) or FINAL.get(value, ""):
            option["label"] = format_html('{} <span class="hub-objection">{}</span>', label, hint)
        if move and not move.possible:
            option["attrs"]["disabled"] = True
        return option


class StatementForm(forms.ModelForm):
    status = forms.ChoiceField(label=_("Status"), choices=Status, widget=StatusSelect, required=False)
    due = DayField(label=_("Due date"), help_text=_("Leave it empty if there is no deadline."))
    effective_on = DayField(label=_("Effective on"), help_text=_("The date of the event, not of this report."))
    basis = forms.ChoiceField(label=_("Basis"), choices=Basis, widget=forms.RadioSelect, required=False)
    reported_by = forms.ModelChoiceField(
        label=_("Reported by"),
        help_text=_("The organisation that reported this. It is published."),
        queryset=Organisation.objects.filter(closed_on=None),
        to_field_name="code",
        required=False,
        empty_label=_("not named"),
    )

    use_required_attribute = False

    class Meta:
        model = Submission
        fields = [
            *("status", "due", "decided_by", "effective_on", "basis", "reported_by"),
            *("headline_zh", "headline_en", "note"),
        ]
        widgets = {"headline_en": SENTENCE, "headline_zh": SENTENCE, "note": SENTENCE}
        help_texts = {
            "decided_by": _("Who decided on the new date: the public reads it. The publisher can fill it in."),
            "headline_zh": _("The reason in one sentence, which the public reads. One language is enough to submit."),
            "note": _("Only those who work on this submission read it."),
        }

    def __init__(self, submission, data=None, files=None, *, user):
        # A copy, since a file that is stored leaves its place in it.
        super().__init__(data and data.copy(), files, instance=submission)
        self.user = user
        del self.fields["status" if submission.sets_due else "due"]
        if not submission.sets_due or submission.kind == EntryKind.OPENING:
            del self.fields["decided_by"]
        # Editors report for their own organisation; corrections keep that of the corrected entry.
        is_reported = submission.kind in (EntryKind.REPORT, EntryKind.DEADLINE)
        if not is_reported or not user.has_perm("missions.return_submission", submission):
            del self.fields["reported_by"]
        elif submission.reported_by:
            self.initial["reported_by"] = submission.reported_by.code
            named: Any = self.fields["reported_by"]  # one that is named stays, closed by now or not
            named.queryset |= Organisation.objects.filter(pk=submission.reported_by_id)
        self.evidence = self.evidence_formset()

    def evidence_formset(self):
        cited = () if self.is_bound else self.instance.citations()
        return EvidenceFormSet(
            self.data if self.is_bound else None,
            self.files if self.is_bound else None,
            prefix="evidence",
            initial=[model_to_dict(item, EvidenceForm.Meta.fields) for item in cited],
            form_kwargs={"user": self.user},
        )

    def take_uploads(self):
        for row in self.evidence.filled:
            row.take_upload(by=self.user)

    def is_valid(self):
        evidence_is_valid = self.evidence.is_valid()
        return super().is_valid() and evidence_is_valid

    def complete(self):
        """Require what an entry needs; return whether the form is valid."""
        for row in self.evidence.filled:
            untitled = not row.cleaned_data.get("title")
            if untitled and row.errors.keys().isdisjoint({"title", "upload"}):  # a corrected upload gives its name
                row.add_error("title", _("Say what it is: a title."))
        return self.is_valid()

    @property
    def mistakes(self):
        return [field for form in (self, *self.evidence.filled) for field in form if field.errors]


class BuiltOn(forms.ModelForm):
    """Carries the newest entry, so that nothing is recorded past an unseen one."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.built_on = self.data.get("built_on", "") if self.is_bound else self.newest()[0]

    def entries(self):
        return self.instance.mission.changes

    def newest(self):
        entry = self.entries().order_by("pk").last()
        return str(entry.pk) if entry else "", entry

    def check_no_entry_came_between(self):
        came_from, (self.built_on, newest) = self.built_on, self.newest()
        # Sent again, the form confirms that its sender has seen this entry.
        if newest and self.built_on != came_from:
            raise ValidationError(
                _(
                    "Nothing was recorded: since this page was made, entry %(id)s was recorded "
                    "(%(status)s, %(headline)s). If yours is still needed, send it again."
                ),
                params={"id": newest.pk, "status": newest.get_status_display(), "headline": newest.headline},
            )

    def refuse(self, refusal: ValidationError):
        for field, errors in refusal.update_error_dict({}).items():
            self.add_error(field if field in self.fields else None, errors)


class SubmissionForm(BuiltOn, StatementForm, VersionedForm):
    """A submission on one mission. Even with errors, readable values are saved as a draft.

    Use it within a transaction that holds the ledger's lock.
    """

    is_saved = False

    def __init__(self, submission, *args, **kwargs):
        super().__init__(submission, *args, **kwargs)
        if submission.kind == EntryKind.REPORT:
            self.fields["status"].widget.transitions = allowed_transitions(submission.mission)
        if self.is_bound and submission.pk and self.version == "0":
            # The first form sent again: it was made from what it created.
            self.version = str(submission.history.order_by("history_id").first().pk)
        if submission.pk and "evidence" in self.data.getlist("theirs"):
            self._take_their_evidence()

    def carry_out(self, action):
        """Save the draft and `submit` or `publish`; False on errors."""
        is_valid = self.is_valid()
        self.take_uploads()
        if not self.instance.is_editable:
            self.add_error(None, self.instance.stands_elsewhere())
            return False
        if self.conflict:
            return False
        self.keep()
        if action == "save":
            return is_valid
        if not self.complete():
            self.examine_the_rest()
            return False
        try:
            with transaction.atomic():
                self.check_no_entry_came_between()
                self.instance.submit(by=self.user)
                if action == "publish":
                    self.check_second_person()
                    self.instance.publish(by=self.user)
        except ValidationError as refusal:
            self.instance.refresh_from_db(fields=["state", "author", "entry"])
            self.refuse(refusal)
            return False
        return True

    def check_second_person(self):
        """Raise ValidationError if one person would change and publish a date."""
        if self.instance.corrects and not self.user.has_perm("missions.publish_submission", self.instance):
            raise ValidationError(dict.fromkeys(differing_dates(self.instance, self.instance.corrects), SECOND_PERSON))

    def examine_the_rest(self):
        """Collect the ledger's errors beside those of the form."""
        entry, evidence = self.instance.as_entry()
        for item in evidence:
            item.title = item.title or "–"  # its own row says that it is missing
        try:
            validate(entry, evidence)
        except ValidationError as refusal:
            found = refusal.update_error_dict({})
            self.refuse(ValidationError({name: found[name] for name in found if name not in self.errors}))

    def says_what_is_there(self):
        """Return whether the form was already saved: it was sent twice."""
        if not self.is_valid() or self.has_changed():
            return False
        both = ([row.instance for row in self.evidence.filled], self.instance.evidence.all())
        typed, there = ([{**item.citation(), "file": None} for item in items] for items in both)
        return typed == there

    def keep(self):
        """Save what can be read; unreadable fields stay empty."""
        for name in self.errors.keys() & self.fields.keys():
            setattr(self.instance, name, None if self.instance._meta.get_field(name).null else "")
        self.instance.save()
        self.is_saved = True
        if self.evidence.management_form.is_valid():  # else nobody knows what the form says of the evidence
            self.instance.cite(row.instance for row in self.evidence.filled)
        self.version = str(self.instance.version)

    def _differences(self, fields, was, now):
        base = next((version for version in self.instance.history.all() if str(version.pk) == self.version), None)
        was_there = listed(self.instance.evidence_at(base)) if base else None
        there = listed(self.instance.evidence.all())
        typed = listed(row.instance for row in self.evidence.filled)
        by = three_way({} if was_there is None else {"evidence": was_there}, {"evidence": there}, {"evidence": typed})
        found = super()._differences(fields, was, now)
        if not by:
            return found
        if by["evidence"] is By.BOTH:
            self._add_their_evidence(was_there or "", typed)
        return [*found, Difference("evidence", gettext("Evidence"), by["evidence"], was_there, there, typed, None)]

    def _take_theirs(self, name):
        if name == "evidence":
            self._take_their_evidence()
        else:
            super()._take_theirs(name)

    def _take_their_evidence(self):
        for name in [name for name in self.data if name.startswith("evidence-")]:
            del self.data[name]
        self._write_rows(self.instance.evidence.all(), 0)

    def _add_their_evidence(self, was_there, typed):
        known = {*was_there.splitlines(), *typed.splitlines()}
        theirs = [item for item in self.instance.evidence.all() if in_words(item) not in known]
        self._write_rows(theirs, len(self.evidence.forms))

    def _write_rows(self, evidence, first):
        rows = [EvidenceForm(instance=item, user=self.user) for item in evidence]
        self.data["evidence-INITIAL_FORMS"], self.data["evidence-TOTAL_FORMS"] = "0", str(first + len(rows))
        values = {f"evidence-{n}-{field.name}": field.value() for n, row in enumerate(rows, first) for field in row}
        for name, value in values.items():
            if value not in (None, False):  # a box that is not ticked is not sent
                self.data[name] = str(value)
        self.evidence = self.evidence_formset()
        self.evidence.is_valid()  # the form may have been checked already; these rows were not
