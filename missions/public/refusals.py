"""Refusals: in the back office by its own page, elsewhere by one that sets no cookie and looks at no session."""

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
from django.utils.translation import get_language, get_language_from_request, override
from django.views.csrf import csrf_failure
from django.views.defaults import permission_denied

from ..accounts.middleware import PAGES
from .problems import LATER, no_room, out_of_reach, took_too_long, unknown_host, unreadable

# What SQLite and PostgreSQL say of a statement that was given up.
GIVEN_UP = (sqlite3.SQLITE_INTERRUPT, "57014")
# What the machine, and they, say where the disk is full.
DISK_FULL = (errno.ENOSPC, errno.EDQUOT)
NO_ROOM = (sqlite3.SQLITE_FULL, "53100", *DISK_FULL)


def wants_page(request):
    """Whether it is somebody who asks, and for a page: programs, and whoever asks for a file, get problems."""
    path = request.path_info
    return path.startswith(PAGES) or (path.endswith("/") and not path.startswith("/api/"))


def bad_request(request, exception):
    """Answer 413 to a request that brings too much, otherwise 400.

    Django's own view reads the request again for its token, and fails.
    """
    if failure := passing_failure(exception):
        return later(request, failure)
    host = split_domain_port(request.META.get("HTTP_HOST", ""))[0]  # empty where it cannot be a host
    if host and isinstance(exception, DisallowedHost):
        is_page = wants_page(request)
        return render(request, "unknown_host.html", {"host": host}, status=400) if is_page else unknown_host(host)
    status = 413 if isinstance(exception, (RequestDataTooBig, TooManyFilesSent)) else 400
    return render(request, f"{status}.html", status=status) if wants_page(request) else unreadable(status)


def forbidden(request, exception):
    """The answer to whoever may not see a page."""
    template = "admin/403.html" if request.path_info.startswith(PAGES) else "403.html"
    return permission_denied(request, exception, template)


def form_refused(request, reason=""):
    """The answer to a form without its token: one too old, or something sent to a page that takes nothing in."""
    template = "403_csrf.html" if request.path_info.startswith(PAGES) else "403.html"
    return csrf_failure(request, reason, template)


def not_found(request, exception):
    """The answer where nothing is. Django's own reads what was sent there for its token, and fails where it cannot."""
    return render(request, "404.html", {"request_path": quote(request.path)}, status=404)


def broken(request):
    """The answer where something failed: 503 where it may be done at another time; all else is our mistake."""
    if failure := passing_failure(sys.exc_info()[1]):
        return later(request, failure)
    return HttpResponseServerError(render_to_string("500.html", {"request_id": request.id}))


def passing_failure(error):
    """The error, or the one that it came of, that may be none at another time; None where there is none such.

    A session that cannot be saved is a bad request to Django, whatever kept it from that.
    """
    while error and not is_passing(error):
        error = error.__context__
    return error


def is_passing(error):
    """Whether the database, or the disk, may do at another time what it did not do now."""
    if isinstance(error, OSError):
        return error.errno in DISK_FULL
    # SQLite has the same kind of error for wrong SQL, with a code of its own.
    return isinstance(error, (OperationalError, InterfaceError)) and code(error) != sqlite3.SQLITE_ERROR


def code(error):
    """What SQLite, PostgreSQL or the machine call an error; None where nothing was reached that could say so."""
    if isinstance(error, OSError):
        return error.errno
    cause = error.__cause__
    return getattr(cause, "sqlite_errorcode", None) or getattr(cause, "sqlstate", None)


def later(request, error):
    """503: a page in the reader's language; for programs, and in place of a file, a problem."""
    is_slow, is_full = code(error) in GIVEN_UP, code(error) in NO_ROOM
    if not wants_page(request):
        return took_too_long() if is_slow else no_room() if is_full else out_of_reach()
    # It may have failed before this request chose a language, when the thread still has that of the one before.
    is_chosen = hasattr(request, "LANGUAGE_CODE")
    with override(get_language() if is_chosen else get_language_from_request(request, check_path=True)):
        page = render_to_string("503.html", {"is_slow": is_slow, "is_full": is_full}, request)
    return HttpResponse(page, status=503, headers=LATER)
