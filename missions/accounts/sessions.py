"""Sessions of officials: extended by use, listed, renewed and ended."""

import time

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
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


@receiver(user_logged_in)
def record_sign_in(request, **kwargs):
    request.session[LAST_SEEN] = time.time()


@receiver(authentication_step_completed)
def rotate_session_key(request, reauthenticated=False, **kwargs):
    if reauthenticated:
        session = UserSession.objects.filter(session_key=request.session.session_key).first()
        request.session.cycle_key()
        if session:
            session.session_key = request.session.session_key
            session.save()


@receiver(authenticator_added)
def end_other_sessions(request, user, **kwargs):
    """End sessions that began without the second factor."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        session.end()
