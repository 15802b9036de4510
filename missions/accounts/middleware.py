import time

from allauth.usersessions.models import UserSession
from django.utils import translation

PAGES = ("/admin/", "/accounts/")
LAST_SEEN = "seen"


def staff_session_middleware(get_response):
    """On staff pages, use the user's language, extend the session and forbid storing.

    Signing out also clears the form drafts in the tab's storage, for shared computers. Public pages never read the
    session.
    """

    def middleware(request):
        is_staff_page = request.path_info.startswith(PAGES) and request.user.is_authenticated
        if is_staff_page:
            translation.activate(request.user.language)
            keep_alive(request)
        answer = get_response(request)
        if is_staff_page:
            answer.headers.setdefault("Cache-Control", "private, no-store")
            if not request.user.is_authenticated:
                answer.headers["Clear-Site-Data"] = '"storage"'
        return answer

    return middleware


def keep_alive(request):
    """Extend the session at most every five minutes: SQLite has one write lock."""
    if time.time() - request.session.get(LAST_SEEN, 0) > 300:
        request.session[LAST_SEEN] = time.time()
        UserSession.objects.create_from_request(request)
