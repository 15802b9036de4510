"""What a sign-in and a new second factor bring with them."""

import time

from allauth.account.signals import authentication_step_completed
from allauth.mfa.signals import authenticator_added
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver

from .middleware import SEEN


@receiver(user_logged_in)
def note_when_seen(request, **kwargs):
    request.session[SEEN] = time.time()


@receiver(authentication_step_completed)
def change_the_key(request, reauthenticated=False, **kwargs):
    """Whoever shows again who they are goes on under a new key: the old one, in whatever hands, opens nothing more."""
    if reauthenticated:
        session = UserSession.objects.filter(session_key=request.session.session_key).first()
        request.session.cycle_key()
        if session:
            session.session_key = request.session.session_key
            session.save()


@receiver(authenticator_added)
def end_sessions_without_it(request, user, **kwargs):
    """A session that began with the password alone must not outlive the day on which a second factor is asked for."""
    for session in UserSession.objects.filter(user=user).exclude(session_key=request.session.session_key):
        session.end()
