"""The frozen reports, and which state of the data the site has."""

from typing import Any

from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.utils.translation import gettext_noop as _

from ..models import FrozenFile, FrozenReport, Head, Programme
from ..models.days import today
from ..models.ledger import in_utc
from ..reports.completion import LICENCE
from ..reports.words import both
from . import facts, shapes
from .core import api, paged, read
from .description import asks
from .queries import PagedDayQuery

NAMES = ("name", "short_name", "about")
LINKS = ("missions", "changes", "summary", "figures", "instruments", "themes", "areas", "organisations", "reports")


@api.get(
    "",
    response=shapes.Revision,
    summary=_("State of the data"),
    description=_("Which revision the site has, and where everything else is. Cheap to ask for often."),
)
def revision(request: HttpRequest, response: HttpResponse):
    head, programme = Head.objects.get(), Programme.objects.first()
    return {
        "name": both(gettext_lazy("Hub Tracker"))._asdict(),
        "programme": programme
        and {name: facts.in_both(vars(programme), name) for name in ("name", "short_name", "about")},
        "revision": head.revision,
        "advanced_at": in_utc(head.advanced_at),
        "entry": head.entry,
        "ledger_head": head.hash,
        "today": today(),
        "licence": LICENCE,
        "links": {
            **{name: facts.address(reverse(f"api:{name}")) for name in LINKS},
            **{name: facts.address(reverse(route)) for name, route in FILES.items()},
        },
    }


FILES = {"openapi": "api:openapi", "docs": "api:docs", "dataset": "dataset", "ledger": "ledger"}


@api.get(
    "reports",
    response={200: shapes.Page[shapes.Report], 400: shapes.Problem, 404: shapes.Problem},
    summary=_("Frozen reports"),
    description=_(
        "Reports that were published once and are never altered, newest first, with files and checksums: those "
        "published by the end of known_at. The other day, as_of, changes nothing here."
    ),
    openapi_extra=asks(PagedDayQuery),
)
def reports(request: HttpRequest, response: HttpResponse):
    query = read(request, PagedDayQuery, response)
    files = FrozenFile.objects.defer("content")
    known = FrozenReport.objects.known(query.form.known).prefetch_related(Prefetch("files", files))
    answer = paged(request, response, query, known)
    answer["items"] = [as_report(report, report.successor(query.form.known)) for report in answer["items"]]
    return answer


def as_report(report: FrozenReport, successor: FrozenReport | None) -> dict[str, Any]:
    plain = ("slug", "query", "as_of", "known_at", "count", "revision", "ledger_head", "seal")
    return {
        **{name: getattr(report, name) for name in plain},
        "title": facts.in_both(vars(report), "title"),
        "advanced_at": in_utc(report.advanced_at),
        "published_at": in_utc(report.published_at),
        "supersedes": report.supersedes and report.supersedes.slug,
        "superseded_by": successor and successor.slug,
        "reason": facts.in_both(vars(report), "reason") if report.supersedes else None,
        "files": [as_file(file) for file in report.files.all()],
        **facts.pages("reports", report.slug),
    }


def as_file(file: FrozenFile) -> dict[str, Any]:
    plain = ("name", "language", "media_type", "size", "sha256")
    return {
        **{name: getattr(file, name) for name in plain},
        "url": facts.indexes("reports")["en"] + f"{file.report_id}/{file.name}",
    }
