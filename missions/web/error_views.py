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

from ..accounts.sessions import PAGES
from ..bilingual import Words
from ..slots import NoFreeSlot
from . import problems
from .problems import LATER, MEDIA_TYPE, UNAVAILABLE, UNREADABLE, problem

# Error codes of an interrupted statement, and of a full disk.
TIMED_OUT = (sqlite3.SQLITE_INTERRUPT, "57014")
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


def page_or_problem(request, answer, template, context=None):
    if wants_page(request):
        page = render_to_string(template, context, request)
        headers = {**answer.headers, "Content-Type": "text/html; charset=utf-8"}
        answer = HttpResponse(page, status=answer.status_code, headers=headers)
    patch_vary_headers(answer, ["Accept"])
    return answer


def bad_query(request, form):
    return page_or_problem(request, problems.bad_query(form), "public/bad_query.html", bad_query_context(form))


def bad_query_context(form):
    next(field for field in form if field.errors).field.widget.attrs["autofocus"] = True
    day = getattr(form, "day", None)
    return {"form": form, "at": f"?{day.urlencode()}" if day else ""}


def too_long(request, error):
    answer = problem(400, Words("Too long", "篇幅过长"), error.words)
    return page_or_problem(request, answer, "public/too_long.html", {"message": error.words})


def bad_request(request, exception):
    """Return 413 for too large a request, otherwise 400.

    Django's own view reads the request again for its token, and fails.
    """
    if failure := find_transient_cause(exception):
        return later(request, failure)
    host = split_domain_port(request.META.get("HTTP_HOST", ""))[0]  # empty where it cannot be a host
    if host and isinstance(exception, DisallowedHost):
        detail = Words(
            f"This site does not serve the host {host}. To allow it, add it to HUB_ALLOWED_HOSTS and start the site "
            "again.",
            f"本站未启用主机名 {host}。如需启用，请将其加入环境变量 HUB_ALLOWED_HOSTS，并重新启动网站。",
        )
        answer = problem(400, Words("Unknown host", "主机名未启用"), detail)
        return page_or_problem(request, answer, "unknown_host.html", {"host": host})
    status = 413 if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)) else 400
    return page_or_problem(request, problem(status, *UNREADABLE[status]), f"{status}.html")


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
    if failure := find_transient_cause(sys.exc_info()[1]):
        return later(request, failure)
    return HttpResponseServerError(render_to_string("500.html", {"request_id": request.id}))


def find_transient_cause(error):
    """Return the error, or one in its context, after which database or disk may succeed later; or None.

    Django turns a session that cannot be saved into a bad request.
    """
    while error:
        # SQLite reports wrong SQL as the same error class with another code.
        is_of_database = isinstance(error, (OperationalError, InterfaceError))
        if (is_of_database and error_code(error) != sqlite3.SQLITE_ERROR) or error_code(error) in DISK_FULL:
            return error
        error = error.__context__
    return None


def error_code(error):
    """Return the error code of SQLite, PostgreSQL or the system, or None."""
    if isinstance(error, OSError):
        return error.errno
    cause = error.__cause__
    return getattr(cause, "sqlite_errorcode", None) or getattr(cause, "sqlstate", None)


def later(request, error):
    """Return 503 as a page, or as a problem for programs and files."""
    code = error_code(error)
    is_pdf = isinstance(error, NoFreeSlot)
    reason = "slow" if code in TIMED_OUT else "full" if code in NO_ROOM else "pdf" if is_pdf else "away"
    # The request may have failed before it set a language.
    is_chosen = hasattr(request, "LANGUAGE_CODE")
    with override(get_language() if is_chosen else get_language_from_request(request, check_path=True)):
        answer = problem(503, *UNAVAILABLE[reason], headers=LATER)
        return page_or_problem(request, answer, "503.html", {"reason": reason})
