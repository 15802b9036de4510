"""Links to choose a password, for invitations and forgotten passwords."""

from urllib.parse import quote

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone, translation

from ..audit.log import account
from ..register.history import INVITED, LINK_SHOWN


class InvitationTokenGenerator(PasswordResetTokenGenerator):
    def check_token(self, user, token):
        return super().check_token(user, token) and user.is_active


def address(key):
    """Return the absolute URL, built from settings: a Host header may be forged."""
    uid, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return f"{settings.SIGN_IN_URL}{quote(path)}"


def link(user):
    return address(f"{user_pk_to_url_str(user)}-{InvitationTokenGenerator().make_token(user)}")


def message(template, user, to=None, **context):
    """Build the mail in the language of `user`, addressed to them unless `to` is set."""
    with translation.override(user.language):
        context |= {"user": user, "site": settings.SIGN_IN_URL, "at": timezone.now()}
        subject, _, body = render_to_string(f"account/email/{template}.txt", context).strip().partition("\n")
    return EmailMessage(subject.strip(), body.strip(), to=[to or user.email])


def invite(user, *, by):
    """Require a new password; mail the link, or return it if no mail can be sent.

    Raises OSError and asks for nothing if the mail server fails.
    """
    if not (settings.HUB_SENDS_MAIL and user.email):
        return show_link(user)
    message("invitation", user, address=link(user), by=account(by)).send()
    record(user, INVITED)
    return None


def show_link(user):
    record(user, LINK_SHOWN)
    return link(user)


def record(user, reason):
    user.must_change_password = True
    user._change_reason = reason
    user.save(update_fields=["must_change_password"])
