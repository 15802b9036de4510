"""Reports as files, and the headers of every file."""

import base64
import hashlib
import string
import tempfile
from contextlib import nullcontext
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse
from django.utils.csp import CSP, build_policy
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from ..bilingual import EDITIONS, TAGS
from ..models import FrozenReport
from ..parameters import reads
from ..query.filters import ReportFilter
from ..reports import html
from ..reports.formats import FORMATS
from ..reports.json import json_schema
from ..reports.pdf import reader_pdf_slot
from ..reports.report import ReportTooLong
from ..slots import NoFreeSlot
from ..web.error_views import bad_query, later, too_long

# These stand for themselves within the quotation marks of a header's parameter.
PLAIN = " " + "".join(sorted({*string.punctuation} - {*'"%\\'}))


@reads(ReportFilter.parameters())
@require_safe
def report(request, ending):
    if ending not in FORMATS:
        raise Http404
    form = FORMATS[ending]
    query = ReportFilter(request.GET, language=request.LANGUAGE_CODE)
    if not query.form.is_valid():
        return bad_query(request, query.form)
    try:
        with reader_pdf_slot() if ending == "pdf" else nullcontext():
            return download(form.build(query), form.write, ending, form.media_type)
    except ReportTooLong as refusal:
        return too_long(request, refusal)
    except NoFreeSlot as error:
        return later(request, error)


@require_safe
def schema(request):
    return HttpResponse(json_schema(), "application/schema+json")


def download(report, write, ending, media_type):
    """Write the report to a temporary file and send it."""
    file = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115 (the response closes it)
    try:
        write(report, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name, count = report.filename(ending), len(report.records)
    return send(file, name, media_type, report, report.query, report.language, count, report.frozen, report.note)


def send(file, name, media_type, report, query, language, count, frozen, note):
    """Send the file with type, digest and data version; pages are shown, not saved."""
    digest = base64.b64encode(hashlib.file_digest(file, "sha256").digest()).decode()
    file.seek(0)
    is_page = media_type == html.MEDIA_TYPE
    headers = {
        "Repr-Digest": f"sha-256=:{digest}:",
        "X-Hub-Query": query,
        "Content-Language": ", ".join(TAGS[each] for each in EDITIONS[language]),
        "X-Hub-As-Of": report.as_of.isoformat(),
        "X-Hub-Count": count,
        "X-Hub-Revision": report.revision,
        "X-Hub-Ledger-Head": report.ledger_head,
        "X-Hub-Edition": edition(frozen),
    }
    if note:
        headers["X-Hub-Note"] = note.en  # a header holds no Chinese
    response = FileResponse(file, as_attachment=not is_page, filename=name, content_type=media_type, headers=headers)
    if is_page:
        # The page carries its style and an empty icon; only these are permitted.
        own = {"style-src": [html.own_style(file.read())], "img-src": ["data:"]}
        policy: dict[str, Any] = {**settings.SECURE_CSP, **own}
        response.headers[CSP.HEADER_ENFORCE.value] = build_policy(policy)
        file.seek(0)
    return response


def edition(frozen: FrozenReport | None) -> str:
    """Return the edition as a structured header (RFC 9651)."""
    if frozen is None:
        return "live"
    facts = {"report": frozen.slug, "published": localdate(frozen.published_at).isoformat(), "seal": frozen.seal}
    if frozen.supersedes:
        facts |= {"supersedes": frozen.supersedes.slug, "reason": quote(frozen.reason_en, safe=PLAIN)}
    return "; ".join([frozen.edition, *(f'{name}="{fact}"' for name, fact in facts.items())])
