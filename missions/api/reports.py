from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from ..bilingual import translated
from ..days import today
from ..ledger.entries import in_utc
from ..models import FrozenFile, FrozenReport, Head, Programme
from ..reports.completion import LICENCE
from . import schemas, urls_and_labels
from .core import api, paginate, read
from .description import reads_query
from .params import PagedDayQuery

LINKS = ("missions", "changes", "summary", "figures", "instruments", "themes", "areas", "organisations", "reports")


@api.get(
    "",
    response=schemas.Revision,
    summary=_("State of the data"),
    description=_("The current revision of the data, and the addresses of the other resources. This request is cheap."),
)
def revision(request: HttpRequest, response: HttpResponse):
    head, programme = Head.objects.get(), Programme.objects.first()
    return {
        "name": translated(gettext_lazy("Hub Tracker"))._asdict(),
        "programme": programme
        and {name: urls_and_labels.in_both(vars(programme), name) for name in ("name", "short_name", "about")},
        "revision": head.revision,
        "advanced_at": in_utc(head.advanced_at),
        "entry": head.entry,
        "ledger_head": head.hash,
        "today": today(),
        "licence": LICENCE,
        "links": {
            **{name: urls_and_labels.address(reverse(f"api:{name}")) for name in LINKS},
            **{name: urls_and_labels.address(reverse(route)) for name, route in FILES.items()},
        },
    }


FILES = {"openapi": "api:openapi", "docs": "api:docs", "dataset": "dataset", "ledger": "ledger"}


@api.get(
    "reports",
    response={200: schemas.Page[schemas.Report], 400: schemas.Problem, 404: schemas.Problem},
    summary=_("Frozen reports"),
    description=_(
        "Published reports, which are never changed, newest first, with files and checksums. The list has the reports"
        " that were published by the end of known_at; as_of has no effect."
    ),
    openapi_extra=reads_query(PagedDayQuery),
)
def reports(request: HttpRequest, response: HttpResponse):
    query = read(request, PagedDayQuery, response)
    files = FrozenFile.objects.defer("content")
    known = FrozenReport.objects.known(query.form.known).prefetch_related(Prefetch("files", files))
    answer = paginate(request, response, query, known)
    answer["items"] = [as_report(report, report.successor(query.form.known)) for report in answer["items"]]
    return answer


def as_report(report: FrozenReport, successor: FrozenReport | None) -> dict[str, Any]:
    plain = ("slug", "query", "as_of", "known_at", "count", "revision", "ledger_head", "seal")
    return {
        **{name: getattr(report, name) for name in plain},
        "title": urls_and_labels.in_both(vars(report), "title"),
        "advanced_at": in_utc(report.advanced_at),
        "published_at": in_utc(report.published_at),
        "supersedes": report.supersedes and report.supersedes.slug,
        "superseded_by": successor and successor.slug,
        "reason": urls_and_labels.in_both(vars(report), "reason") if report.supersedes else None,
        "files": [as_file(file) for file in report.files.all()],
        **urls_and_labels.pages("reports", report.slug),
    }


def as_file(file: FrozenFile) -> dict[str, Any]:
    plain = ("name", "language", "media_type", "size", "sha256")
    return {
        **{name: getattr(file, name) for name in plain},
        "url": urls_and_labels.indexes("reports")["en"] + f"{file.report_id}/{file.name}",
    }
