"""The page about open data, the data set and the ledger."""

import hashlib
import json

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Min
from django.http import QueryDict
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ..days import today
from ..models import Head, Instrument, Mission
from ..opendata import package
from ..opendata import schema as open_data
from ..parameters import NumberField, reads
from ..query import dictionary
from ..reports.build import LICENCE
from ..reports.formats import offered
from ..reports.report import Report
from ..web.error_views import bad_query
from .downloads import download
from .pages import Page

LAST_ID = 2**63 - 1
EXAMPLE = "status=in_progress&status=paused&sort=-due"


class Data(Page):
    template_name = "public/data.html"
    title = _("Data")
    description = _(
        "The missions, their status and all changes as open data: the data set, the "
        "ledger, files, feeds and an API, with a dictionary."
    )

    def get_context_data(self, **kwargs):
        formats = offered(Mission.objects.public(*self.clocks).count())
        cited = f"?as_of={self.form.on.isoformat()}&known_at={(self.form.known or today()).isoformat()}"
        return super().get_context_data(
            mission_parameters=dictionary.mission_parameters(self.request.LANGUAGE_CODE),
            dictionary=dictionary,
            open_data=open_data,
            formats=formats,
            instruments=Instrument.objects.public(),
            example=f"{reverse('missions')}?{EXAMPLE}",
            api=reverse("api:revision"),
            licence=LICENCE,
            address=absolute("data") + cited,
            # JSON that is safe inside a script element.
            dataset=json.dumps(self.dataset(formats), ensure_ascii=False, indent=1).replace("<", "\\u003c"),
            **kwargs,
        )

    def dataset(self, formats) -> dict:
        head = Head.objects.get()
        first = Instrument.objects.public().aggregate(day=Min("issued_on"))["day"]
        report = _("Completion report")
        distributions = [
            (_("The whole data set"), absolute("dataset"), package.MEDIA_TYPE),
            (_("The ledger"), absolute("ledger"), package.LEDGER_MEDIA_TYPE),
            (_("API"), absolute("api:openapi"), "application/vnd.oai.openapi+json"),
            *((f"{report} · {each.name}", absolute("report", end), each.essence) for end, each in formats.items()),
            (_("Changes"), absolute("changes-csv"), "text/csv"),
            (_("feed of changes"), absolute("changes-atom"), "application/atom+xml"),
            (_("calendar of due dates"), f"{absolute('calendar')}?lang={get_language()[:2]}", "text/calendar"),
        ]
        return {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "name": f"{_('Hub Tracker')} · {_('Missions and their status')}",
            "description": str(self.description),
            "url": absolute("data"),
            "inLanguage": ["en", "zh-Hans"],
            "license": LICENCE,
            "isAccessibleForFree": True,
            "version": str(head.revision),
            "dateModified": head.advanced_at.isoformat(),
            **({"temporalCoverage": f"{first}/.."} if first else {}),
            "distribution": [
                {"@type": "DataDownload", "name": str(name), "contentUrl": address, "encodingFormat": media_type}
                for name, address, media_type in distributions
            ],
        }


def absolute(name, *args):
    return settings.SITE_URL + reverse(name, args=args)


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

    def make():
        lines = Report(**state, records=package.entries(since_id))
        return download(lines, package.write_ledger, "jsonl", package.LEDGER_MEDIA_TYPE)

    return answer(request, state.values(), make)  # the hash of the newest entry determines each line before it


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
    response = get_conditional_response(request, etag) or make()
    response["ETag"] = etag
    return response
