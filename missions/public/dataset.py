"""The data set as one archive, and the ledger as lines that a copy can be kept of."""

import hashlib

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ..forms import NumberField, reads
from ..models import Head
from ..opendata import ledger as lines
from ..opendata import package
from ..reports.report import Report
from ..web.error_views import bad_query
from .downloads import download

LAST_ID = 2**63 - 1


class SinceForm(forms.Form):
    """Which entry the reader has last."""

    since_id = NumberField(min_value=0, max_value=LAST_ID, required=False, label=_("After entry"))
    data: QueryDict

    def clean_since_id(self):
        if len(self.data.getlist("since_id")) > 1:
            raise ValidationError(_("Give this parameter once."))
        return self.cleaned_data["since_id"] or 0


# Both take nothing in: whoever sends something is told that (405), and not that a form's token is missing.


@reads(SinceForm.base_fields)
@csrf_exempt
@require_safe
def ledger(request):
    """The entries of the ledger, or those after the one with the number `since_id`."""
    form = SinceForm(request.GET)
    if not form.is_valid():
        return bad_query(request, form)
    since_id = form.cleaned_data["since_id"]
    said = package.stated(Head.objects.get(), since_id)
    return answer(
        request,
        said.values(),  # the hash of the newest entry determines each line before it
        lambda: download(Report(**said, records=lines.entries(since_id)), lines.write, "jsonl", lines.MEDIA_TYPE),
    )


@csrf_exempt
@require_safe
def dataset(request):
    """All that is public, of the newest revision."""
    head = Head.objects.get()
    return answer(
        request,
        [*package.stated(head).values(), settings.SITE_URL, package.shape()],
        lambda: download(package.dataset(head), package.write, "zip", package.MEDIA_TYPE),
    )


def answer(request, determined_by, make):
    """The file that `make` makes, or 304 where the reader has it, by what determines its bytes."""
    determined = " ".join(map(str, determined_by))
    etag = f'"{hashlib.sha256(determined.encode()).hexdigest()[:32]}"'
    answered = get_conditional_response(request, etag) or make()
    answered["ETag"] = etag
    return answered
