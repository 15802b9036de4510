from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ..models import EntryKind, Head, Submission
from ..text import validate_characters
from .forms import SENTENCE, BuiltOn


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

    use_required_attribute = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.version = self.data.get("version", "") if self.is_bound else str(self.instance.version)
        for name in self.Meta.fields:
            is_required = (
                self.instance.kind != EntryKind.OPENING if name != "decided_by" else self.instance.changes_date
            )
            if getattr(self.instance, name) or not is_required:
                del self.fields[name]

    class Meta:
        model = Submission
        fields = ["decided_by", "headline_zh", "headline_en"]
        widgets = {"headline_zh": SENTENCE, "headline_en": SENTENCE}
        help_texts = dict.fromkeys(fields, _("Publishing needs it in this language too: the public reads both."))
        help_texts["decided_by"] = _("Publishing a new date needs it: the public reads who decided.")

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
        """Return the reason with the reviewer's proposed translation."""
        reason = self.cleaned_data["reason"].strip()
        typed = {name: text for name in self.Meta.fields if (text := self.cleaned_data.get(name))}
        proposed = [f"{self.fields[name].label}: {text}" for name, text in typed.items()]
        return "\n".join([reason, *proposed]) if reason else ""

    def _check_version(self):
        present = self.instance.version
        if str(present) != self.version:
            self.version = str(present)
            raise ValidationError(_("It was changed since you opened this page: read it again, then decide."))
