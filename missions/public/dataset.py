"""The data set and the ledger as downloads."""

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
    since_id = NumberField(min_value=0, max_value=LAST_ID, required=False, label=_("After entry"))
    data: QueryDict

    def clean_since_id(self):
        if len(self.data.getlist("since_id")) > 1:
            raise ValidationError(_("Give this parameter once."))
        return self.cleaned_data["since_id"] or 0


# Neither accepts input: POST gets 405 instead of a missing token.


@reads(SinceForm.base_fields)
@csrf_exempt
@require_safe
def ledger(request):
    form = SinceForm(request.GET)
    if not form.is_valid():
        return bad_query(request, form)
    since_id = form.cleaned_data["since_id"]
    state = package.stated(Head.objects.get(), since_id)
    return answer(
        request,
        state.values(),  # the hash of the newest entry determines each line before it
        lambda: download(Report(**state, records=lines.entries(since_id)), lines.write, "jsonl", lines.MEDIA_TYPE),
    )


@csrf_exempt
@require_safe
def dataset(request):
    head = Head.objects.get()
    return answer(
        request,
        [*package.stated(head).values(), settings.SITE_URL, package.shape()],
        lambda: download(package.dataset(head), package.write, "zip", package.MEDIA_TYPE),
    )


def answer(request, determined_by, make):
    """Return the file, or 304 if the ETag matches."""
    determined = " ".join(map(str, determined_by))
    etag = f'"{hashlib.sha256(determined.encode()).hexdigest()[:32]}"'
    answered = get_conditional_response(request, etag) or make()
    answered["ETag"] = etag
    return answered
