"""Files of a query, and what a program gets that asks for one with a query that cannot be read."""

import base64
import hashlib
import tempfile
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpResponse, JsonResponse
from django.utils.csp import CSP, build_policy
from django.utils.translation import override
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from ..change_filters import ChangeFilter
from ..report_filters import ReportFilter
from ..reports import FORMATS, csv, html
from ..reports.json import SCHEMA
from ..reports.report import Report, Sheet, TooLong, snapshot, stated
from ..reports.words import EDITIONS, TAGS
from ..tables import ChangeTable


@require_safe
def report(request, ending):
    """The completion report of the list's query as a file."""
    if ending not in FORMATS:
        raise Http404
    form = FORMATS[ending]
    with snapshot():
        query = ReportFilter(request.GET, language=request.LANGUAGE_CODE)
        if not query.form.is_valid():
            return problem(query.form)
        try:
            return download(form.build(query), form.write, ending, form.media_type)
        except TooLong as refusal:
            return refused(refusal)


@require_safe
def changes(request):
    """What changed, by the query of the page of changes, as CSV."""
    with snapshot():
        query = ChangeFilter(request.GET, language=request.LANGUAGE_CODE)
        if not query.form.is_valid():
            return problem(query.form)
        found = Report(**stated(query), records=Sheet(ChangeTable, query.qs, query.qs.count()))
        return download(found, csv.write, "csv", csv.MEDIA_TYPE)


@require_safe
@cache_control(public=True, max_age=3600)
def schema(request):
    """What the completion report as JSON looks like, as JSON Schema."""
    return HttpResponse(SCHEMA.read_bytes(), "application/schema+json")


def download(report, write, ending, media_type):
    """The report as a file, whose bytes `write(report, file)` writes."""
    file = tempfile.SpooledTemporaryFile(max_size=1024 * 1024)  # noqa: SIM115 (the response closes it)
    try:
        write(report, file)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    name, language = f"{report.filename}.{ending}", getattr(report, "language", "both")
    return sent(file, report, len(report.records), name, media_type, report.query, language)


def sent(file, report, count, name, media_type, query, language):
    """The answer with this file, which states what it is and the digest of its bytes. A page is shown, not saved."""
    digest = base64.b64encode(hashlib.file_digest(file, "sha256").digest()).decode()
    file.seek(0)
    is_page = media_type == html.MEDIA_TYPE
    response = FileResponse(
        file,
        as_attachment=not is_page,
        filename=name,
        content_type=media_type,
        headers={
            "Repr-Digest": f"sha-256=:{digest}:",
            "X-Hub-Query": query,
            "Content-Language": ", ".join(TAGS[each] for each in EDITIONS[language]),
            "X-Hub-As-Of": report.as_of.isoformat(),
            "X-Hub-Count": count,
            "X-Hub-Revision": report.revision,
            "X-Hub-Ledger-Head": report.ledger_head,
        },
    )
    if is_page:
        # The page carries its style, so that it can be kept: this style and no other is permitted.
        policy: dict[str, Any] = {**settings.SECURE_CSP, "style-src": [html.own_style(file.read())]}
        response.headers[CSP.HEADER_ENFORCE] = build_policy(policy)
        file.seek(0)
    return response


def problem(form):
    """A bad query, for programs: which parameter, and what is wrong with it in both languages."""
    errors = [{"parameter": name} for name in form.errors]
    for language, key in (("en", "en"), ("zh-hans", "zh")):
        with override(language):
            for error in errors:
                error[key] = " ".join(form.errors[error["parameter"]])
    names = ", ".join(form.errors)
    detail = f"These parameters cannot be read: {names}. / 以下参数无法识别：{names}。"
    return _problem(title="Bad query / 查询参数有误", detail=detail, errors=errors)


def refused(refusal: TooLong):
    """A report that is too long for its format, for programs: in both languages, with the formats that hold it."""
    said = refusal.words
    return _problem(title="Too long / 篇幅过长", detail=f"{said.en} / {said.zh}", errors=[])


def _problem(**said):
    return JsonResponse(
        {"type": "about:blank", "status": 400, **said},
        status=400,
        content_type="application/problem+json",
        json_dumps_params={"ensure_ascii": False},
    )
