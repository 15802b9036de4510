"""Error pages. Public ones set no cookie and read no session."""

import errno
import sqlite3
import sys
from urllib.parse import quote

from django.core.exceptions import DisallowedHost, RequestDataTooBig, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, HttpResponseServerError
from django.http.request import split_domain_port
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language, get_language_from_request, override
from django.views.csrf import csrf_failure
from django.views.defaults import permission_denied

from ..accounts.middleware import PAGES
from ..slots import NoFreeSlot
from .problems import MEDIA_TYPE, no_room, out_of_reach, pdf_slots_taken, took_too_long, unknown_host, unreadable
from .problems import bad_query as bad_query_problem
from .problems import too_long as too_long_problem

# Errors of an interrupted statement.
TIMED_OUT = (sqlite3.SQLITE_INTERRUPT, "57014")
# Errors of a full disk.
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
NO_ROOM = (sqlite3.SQLITE_FULL, "53100", *DISK_FULL)


def wants_page(request):
    """Return whether the client expects HTML. Others get problem details.

    A browser prefers HTML also where it navigates to a file; `*/*`, which programs send, does not.
    """
    path = request.path_info
    if path.startswith("/api/"):
        return False
    is_page = path.startswith(PAGES) or path.endswith("/")
    return is_page or request.get_preferred_type([MEDIA_TYPE, "text/html"]) == "text/html"


def page_or_problem(request, problem, template, context=None):
    answer = problem
    if wants_page(request):
        page = render_to_string(template, context, request)
        headers = {**problem.headers, "Content-Type": "text/html; charset=utf-8"}
        answer = HttpResponse(page, status=problem.status_code, headers=headers)
    patch_vary_headers(answer, ["Accept"])
    return answer


def bad_query(request, form):
    return page_or_problem(request, bad_query_problem(form), "public/bad_query.html", bad_query_context(form))


def bad_query_context(form):
    next(field for field in form if field.errors).field.widget.attrs["autofocus"] = True
    day = getattr(form, "day", None)
    return {"form": form, "at": f"?{day.urlencode()}" if day else ""}


def too_long(request, error):
    return page_or_problem(request, too_long_problem(error), "public/too_long.html", {"message": error.words})


def bad_request(request, exception):
    """Return 413 for too large a request, otherwise 400.

    Django's own view reads the request again for its token, and fails.
    """
    if failure := passing_failure(exception):
        return later(request, failure)
    host = split_domain_port(request.META.get("HTTP_HOST", ""))[0]  # empty where it cannot be a host
    if host and isinstance(exception, DisallowedHost):
        return page_or_problem(request, unknown_host(host), "unknown_host.html", {"host": host})
    status = 413 if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)) else 400
    return page_or_problem(request, unreadable(status), f"{status}.html")


def forbidden(request, exception):
    template = "admin/403.html" if request.path_info.startswith(PAGES) else "403.html"
    return permission_denied(request, exception, template)


def form_refused(request, reason=""):
    template = "403_csrf.html" if request.path_info.startswith(PAGES) else "403.html"
    return csrf_failure(request, reason, template)


def not_found(request, exception, note=None):
    """Return 404; Django's view reads the request and can fail."""
    return render(request, "404.html", {"request_path": quote(request.path), "note": note}, status=404)


def broken(request):
    """Return 503 for transient errors, otherwise 500."""
    if failure := passing_failure(sys.exc_info()[1]):
        return later(request, failure)
    return HttpResponseServerError(render_to_string("500.html", {"request_id": request.id}))


def passing_failure(error):
    """Return the transient error among the causes, or None.

    A session that cannot be saved is a bad request to Django, whatever kept it from that.
    """
    while error and not is_passing(error):
        error = error.__context__
    return error


def is_passing(error):
    """Return whether database or disk may succeed later."""
    if isinstance(error, OSError):
        return error.errno in DISK_FULL
    # SQLite reports wrong SQL as the same error class with another code.
    return isinstance(error, (OperationalError, InterfaceError)) and code(error) != sqlite3.SQLITE_ERROR


def code(error):
    """Return the error code of SQLite, PostgreSQL or the system, or None."""
    if isinstance(error, OSError):
        return error.errno
    cause = error.__cause__
    return getattr(cause, "sqlite_errorcode", None) or getattr(cause, "sqlstate", None)


def later(request, error):
    """Return 503 as a page, or as a problem for programs and files."""
    is_slow, is_full, is_pdf = code(error) in TIMED_OUT, code(error) in NO_ROOM, isinstance(error, NoFreeSlot)
    problem = took_too_long if is_slow else no_room if is_full else pdf_slots_taken if is_pdf else out_of_reach
    # The request may have failed before it set a language.
    is_chosen = hasattr(request, "LANGUAGE_CODE")
    with override(get_language() if is_chosen else get_language_from_request(request, check_path=True)):
        context = {"is_slow": is_slow, "is_full": is_full, "is_pdf": is_pdf}
        return page_or_problem(request, problem(), "503.html", context)
