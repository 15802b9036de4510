import time

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from .middleware import LAST_SEEN


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
