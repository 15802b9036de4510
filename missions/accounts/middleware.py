"""What the officials' pages know of their reader. Public pages never look at the session."""

import time

from allauth.usersessions.models import UserSession
from django.utils import translation

PAGES = ("/admin/", "/accounts/")
SEEN = "seen"


def for_officials(get_response):
    """Middleware: on the officials' pages, their own language, and a session that lasts as long as it is used.

    No browser stores these pages, and signing out takes with it what a tab kept of a form that was not sent: whoever
    comes after them at the same desk finds neither.
    """

    def middleware(request):
        is_theirs = request.path_info.startswith(PAGES) and request.user.is_authenticated
        if is_theirs:
            translation.activate(request.user.language)
            keep_alive(request)
        answer = get_response(request)
        if is_theirs:
            answer.headers.setdefault("Cache-Control", "private, no-store")
            if not request.user.is_authenticated:  # any more
                answer.headers["Clear-Site-Data"] = '"storage"'
        return answer

    return middleware


def keep_alive(request):
    """Puts the session's end off, once in five minutes: a write with every page would queue at SQLite's one lock."""
    if time.time() - request.session.get(SEEN, 0) > 300:
        request.session[SEEN] = time.time()
        UserSession.objects.create_from_request(request)
