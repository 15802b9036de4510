"""The forms of a submission, of its evidence, and of its review."""

from typing import Any

from django import forms
from django.contrib.admin.helpers import AdminForm
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import URLValidator
from django.db import transaction
from django.forms.models import model_to_dict
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..ledger.entries import web_address
from ..ledger.recording import allowed_transitions, differing_dates, validate
from ..models import EntryKind, EvidenceFile, Head, MediaType, Organisation, Submission, SubmittedEvidence
from ..parameters import DayField
from ..register.conflicts import By, Difference, VersionedForm, three_way
from ..status import Basis, Status
from ..text import validate_characters
from .upload_limits import Upload, examine_file

whole_address = URLValidator(
    schemes=web_address.schemes, message=_("Write the whole address, such as https://example.org/notice.")
)
SENTENCE = forms.Textarea(attrs={"rows": 2, "class": "vLargeTextField"})
MOST_EVIDENCE = 10
SECOND_PERSON = _("Here, two people are needed: another coordinator publishes what you submitted.")
FINAL = {Status.WITHDRAWN: _("Final: no other status can follow.")}


class EvidenceFileField(forms.FileField):
    """Validates an evidence file; its `content_type` is then by content."""

    def to_python(self, data):
        upload = super().to_python(data)
        if isinstance(upload, Upload) and upload.leads_out:
            message = _("The name of this file leads to another folder (../): rename it.")
            raise ValidationError(message, code="leads_out")
        if isinstance(upload, UploadedFile):
            upload.content_type = examine_file(upload).value
        return upload

    def widget_attrs(self, widget):
        endings = [ending for media_type in MediaType for ending in media_type.endings]
        return {**super().widget_attrs(widget), "accept": ",".join(endings)}


class EvidenceForm(forms.ModelForm):
    published_on = DayField(label=_("Published on"))
    event_on = DayField(label=_("Date of the event"), help_text=_("The date that the source reports on."))
    upload = EvidenceFileField(
        required=False,
        label=_("File"),
        help_text=_("PDF, PNG, JPEG, DOCX or XLSX, at most 20 MB, without macros."),
        allow_empty_file=True,  # it has its own message
    )

    class Meta:
        model = SubmittedEvidence
        fields = ["title", "url", "publisher", "published_on", "event_on", "is_public", "source", "file"]
        widgets = {
            "title": forms.TextInput(attrs={"class": "vLargeTextField"}),
            "url": forms.URLInput(attrs={"class": "vLargeTextField"}),
            "source": forms.HiddenInput,
            "file": forms.HiddenInput,
        }
        help_texts = {"is_public": _("It is published, and the file can be downloaded.")}

    data: QueryDict
    fields: dict[str, Any]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False  # a draft may lack it; `complete` asks for it
        # Before it is saved: readers of a draft see these texts and the link.
        self.fields["url"].validators = [whole_address]
        for name in ("url", "title", "publisher"):
            self.fields[name].validators.append(validate_characters)
        self.fields["file"].queryset = EvidenceFile.objects.visible_to(user)

    def clean(self):
        upload, title = self.cleaned_data.get("upload"), self.cleaned_data.get("title")
        former = self.cleaned_data.get("file")
        if upload and (not title or (former and title == former.name)):  # named after a file, it follows the file
            self.cleaned_data["title"] = upload.name
        return super().clean()

    @property
    def is_filled(self):
        if not self.is_bound:
            return bool(self.initial)
        parts = any(self.cleaned_data.get(name) for name in self.fields if name not in ("is_public", "DELETE"))
        return (parts or bool(self.errors)) and not self.cleaned_data.get("DELETE")

    @property
    def saved_file(self):
        try:
            return self.fields["file"].clean(self["file"].value())
        except ValidationError:  # not a file that this account may cite: the field says so
            return None

    def take_upload(self, *, by):
        """Store the upload, so that it need not be chosen again."""
        if upload := self.cleaned_data.pop("upload", None):
            self.instance.file = EvidenceFile.objects.take(upload, by=by)
            self.data[self.add_prefix("file")] = str(self.instance.file.pk)
            if "title" in self.cleaned_data:
                self.data[self.add_prefix("title")] = self.cleaned_data["title"]


class BaseEvidenceFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Leave this evidence out")

    @property
    def filled(self):
        return [row for row in self.forms if row.is_filled]


EvidenceFormSet = forms.formset_factory(
    EvidenceForm,
    formset=BaseEvidenceFormSet,
    extra=2,
    can_delete=True,
    max_num=MOST_EVIDENCE,
    absolute_max=MOST_EVIDENCE,
    validate_max=True,
)


def listed(evidence) -> str:
    return "\n".join(map(in_words, evidence))


def in_words(item) -> str:
    parts = item.citation()
    parts["file"] = item.file and f"{item.file.name} ({item.file.sha256[:8]})"
    parts["is_public"] = "" if item.is_public else gettext("not public")
    return " · ".join(str(localize(value)) for value in parts.values() if value)


class StatusSelect(forms.RadioSelect):
    transitions: dict = {}

    def create_option(self, name, value, label, *args, **kwargs):
        option = super().create_option(name, value, label, *args, **kwargs)
        move = self.transitions.get(value)
        if hint := (move and move.objection) or FINAL.get(value, ""):
            option["label"] = format_html('{} <span class="hub-objection">{}</span>', label, hint)
        if move and not move.possible:
            option["attrs"]["disabled"] = True
        return option


class BuiltOn(forms.ModelForm):
    """Carries the newest entry, so that nothing is recorded past an unseen one."""

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.built_on = self.data.get("built_on", "") if self.is_bound else self.newest()[0]

    @property
    def fieldsets(self):
        return AdminForm(self, [(None, {"fields": list(self.fields)})], {})

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


class StatementForm(BuiltOn):
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

    fields: dict[str, Any]

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
            # One that is named stays, closed by now or not.
            self.fields["reported_by"].queryset |= Organisation.objects.filter(pk=submission.reported_by_id)
        self.evidence = self.evidence_formset()

    def evidence_formset(self):
        options: dict = {"prefix": "evidence", "form_kwargs": {"user": self.user}}
        if self.is_bound:
            return EvidenceFormSet(self.data, self.files, **options)
        cited = [model_to_dict(item, EvidenceForm.Meta.fields) for item in self.instance.citations()]
        return EvidenceFormSet(initial=cited, **options)

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


class SubmissionForm(StatementForm, VersionedForm):
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
            self._take_theirs("evidence")

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
        found = super()._differences(fields, was, now)
        base = next((version for version in self.instance.history.all() if str(version.pk) == self.version), None)
        stored = list(self.instance.evidence.all())
        former = {"evidence": listed(self.instance.evidence_at(base))} if base else {}
        theirs, yours = listed(stored), listed(row.instance for row in self.evidence.filled)
        if by := three_way(former, {"evidence": theirs}, {"evidence": yours}).get("evidence"):
            was_there = former.get("evidence")
            found.append(Difference("evidence", gettext("Evidence"), by, was_there, theirs, yours, None))
            if by is By.BOTH:
                known = {*(was_there or "").splitlines(), *yours.splitlines()}
                self._add_rows([item for item in stored if in_words(item) not in known], len(self.evidence.forms))
        return found

    def _take_theirs(self, name):
        if name != "evidence":
            return super()._take_theirs(name)
        for name in [name for name in self.data if name.startswith("evidence-")]:
            del self.data[name]
        return self._add_rows(self.instance.evidence.all(), 0)

    def _add_rows(self, evidence, first):
        number = first
        for number, item in enumerate(evidence, first + 1):
            for name, value in model_to_dict(item, EvidenceForm.Meta.fields).items():
                if value not in (None, False):  # a box that is not ticked is not sent
                    self.data[f"evidence-{number - 1}-{name}"] = str(value)
        self.data["evidence-INITIAL_FORMS"], self.data["evidence-TOTAL_FORMS"] = "0", str(number)
        self.evidence = self.evidence_formset()
        self.evidence.is_valid()  # the form may have been checked already; these rows were not


class ReviewForm(BuiltOn):
    """Review: publish in both languages, or return with a reason.

    The author's headline stays as written.
    """

    reason = forms.CharField(
        label=_("What must be changed"),
        max_length=2000,
        required=False,
        validators=[validate_characters],
        widget=SENTENCE,
        help_text=_("Only for returning it. Its author reads it."),
    )

    class Meta:
        model = Submission
        fields = ["decided_by", "headline_zh", "headline_en"]
        widgets = {"headline_zh": SENTENCE, "headline_en": SENTENCE}
        help_texts = dict.fromkeys(fields, _("Publishing needs it in this language too: the public reads both."))
        help_texts["decided_by"] = _("Publishing a new date needs it: the public reads who decided.")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.version = self.data.get("version", "") if self.is_bound else str(self.instance.version)
        has_headline, has_date = self.instance.kind != EntryKind.OPENING, self.instance.changes_date
        for name in self.Meta.fields:
            if getattr(self.instance, name) or not (has_date if name == "decided_by" else has_headline):
                del self.fields[name]

    def carry_out(self, action, *, by):
        if not self.is_valid():
            return False
        try:
            with transaction.atomic():
                Head.objects.lock()
                self._check_version()
                if action == "return":
                    self.instance.send_back(by=by, reason=self.reason_with_proposal())
                else:
                    self.check_no_entry_came_between()
                    self.instance.save(update_fields=self.Meta.fields)
                    self.instance.publish(by=by)
        except ValidationError as refusal:
            self.instance.refresh_from_db(fields=["state", "entry"])
            self.refuse(refusal)
            return False
        return True

    def reason_with_proposal(self):
        reason = self.cleaned_data["reason"].strip()
        typed = {name: text for name in self.Meta.fields if (text := self.cleaned_data.get(name))}
        proposed = [f"{self.fields[name].label}: {text}" for name, text in typed.items()]
        return "\n".join([reason, *proposed]) if reason else ""

    def _check_version(self):
        present = str(self.instance.version)
        came_from, self.version = self.version, present
        if present != came_from:
            raise ValidationError(_("It was changed since you opened this page: read it again, then decide."))
