"""The log line of each request."""

import re
import secrets
import time

from django.conf import settings
from django.http.response import ResponseHeaders
from structlog.contextvars import bind_contextvars

from hubtracker.logs import log_request

from . import metrics_views
from .page_cache import PUBLIC

# Request ids accepted from a proxy; others are not logged.
SANE = re.compile(r"[A-Za-z0-9-]{8,64}")


def request_log_middleware(get_response):
    """Middleware: give each request an id and a log line."""

    def middleware(request):
        started = time.perf_counter()
        header = request.META.get("HTTP_X_REQUEST_ID", "")
        request.id = header if SANE.fullmatch(header) else secrets.token_hex(16)
        # Never reset: later output belongs to this request, and the next one has its own.
        bind_contextvars(request_id=request.id)
        answer = get_response(request)
        answer.headers = with_request_id(answer.headers, request.id)
        seconds = time.perf_counter() - started
        log_request(request_id=request.id, **fields(request, answer, seconds))
        if settings.HUB_METRICS_TOKEN:
            metrics_views.count(request, answer, seconds)
        return answer

    return middleware


def with_request_id(headers, request_id):
    # A copy, as cached responses share their headers; its constructor would encode each one again.
    copy = ResponseHeaders({})
    copy._store = {**headers._store, "x-request-id": ("X-Request-Id", request_id)}
    return copy


def fields(request, answer, seconds):
    """Return the log fields; without queries where people sign in."""
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
        # Django records the user only if a view asked for it.
        "user": request.user.pk if hasattr(request, "_cached_user") else None,
        "token": token and token.pk,
    }


def anonymous_label(*_client):
    """Hide the typed name of a failed sign-in: it may be a password."""
    return "anonymous"
