"""The line that each request leaves in the log; `hubtracker.logs` says what lines look like."""

import re
import secrets
import time

from django.conf import settings
from django.http.response import ResponseHeaders
from structlog import get_logger
from structlog.contextvars import bind_contextvars

from . import metrics
from .page_cache import PUBLIC

log = get_logger()

# What a server in front may call a request; anything else does not get into the log.
SANE = re.compile(r"[A-Za-z0-9-]{8,64}")


def one_line_each(get_response):
    """Middleware: each request has an id, which its lines and its answer carry, and leaves a line in the log."""

    def middleware(request):
        started = time.perf_counter()
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request.id = given if SANE.fullmatch(given) else secrets.token_hex(16)
        # Never taken back: what is still sent after this belongs to the request, and the next one has its own.
        bind_contextvars(request_id=request.id)
        answer = get_response(request)
        # A copy: an answer that is kept shares its headers with everybody who gets it.
        answer.headers = ResponseHeaders({**answer.headers, "X-Request-Id": request.id})
        seconds = time.perf_counter() - started
        log.info("request", **said(request, answer, seconds))
        if settings.HUB_METRICS_TOKEN:
            metrics.count(request, answer, seconds)
        return answer

    return middleware


def said(request, answer, seconds):
    """The fields of the line. Where people sign in, queries hold secrets; nobody is looked up for the sake of it."""
    match, token = request.resolver_match, getattr(request, "auth", None)
    return {
        "logger": __name__,
        "method": request.method,
        "path": request.path,
        "query": request.META.get("QUERY_STRING", "") if request.path_info.startswith(PUBLIC) else "",
        "route": match and match.view_name,
        "status": answer.status_code,
        "milliseconds": round(seconds * 1000, 1),
        "bytes": int(answer.headers.get("Content-Length", 0)),
        # Where nobody asked who it is, Django has not noted it down.
        "user": request.user.pk if hasattr(request, "_cached_user") else None,
        "token": token and token.pk,
    }


def unnamed(*_client):
    """What axes calls whoever fails to sign in: the name that was typed may be anything, a password among it."""
    return "somebody"
