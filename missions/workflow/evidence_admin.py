"""The evidence part of a form."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.http import QueryDict
from django.utils.formats import localize
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..forms import DayField
from ..ledger.entries import web_address
from ..models import EvidenceFile, SubmittedEvidence
from ..text import validate_characters
from .uploads import EvidenceFileField

whole_address = URLValidator(
    schemes=web_address.schemes, message=_("Write the whole address, such as https://example.org/notice.")
)
LINE = forms.TextInput(attrs={"class": "vLargeTextField"})
MOST_EVIDENCE = 10


class EvidenceForm(forms.ModelForm):
    published_on = DayField(label=_("Published on"))
    event_on = DayField(label=_("Date of the event"), help_text=_("The date that the source reports on."))
    upload = EvidenceFileField(required=False, label=_("File"))

    class Meta:
        model = SubmittedEvidence
        fields = ["title", "url", "publisher", "published_on", "event_on", "is_public", "source", "file"]
        widgets = {
            "title": LINE,
            "url": forms.URLInput(attrs={"class": "vLargeTextField"}),
            "source": forms.HiddenInput,
            "file": forms.HiddenInput,
        }
        help_texts = {"is_public": _("It is published, and the file can be downloaded.")}

    data: QueryDict

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["title"].required = False  # a draft may lack it; `complete` asks for it
        # Before it is saved: readers of a draft see these texts and the link.
        self.fields["url"].validators = [whole_address, validate_characters]
        for name in ("title", "publisher"):
            self.fields[name].validators.append(validate_characters)
        self.fields["file"].queryset = EvidenceFile.objects.visible_to(user)  # type: ignore[attr-defined]

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
