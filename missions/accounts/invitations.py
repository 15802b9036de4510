"""Links to choose a password: an invitation by an administrator, or what somebody who forgot theirs asked for."""

from urllib.parse import quote

from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from ..models.history import INVITED


class LinkTokens(PasswordResetTokenGenerator):
    """Tokens good for one choice of a password, for three days, while the account is active and keeps its e-mail."""

    def check_token(self, user, token):
        return super().check_token(user, token) and user.is_active


def address(key):
    """The page that opens with `key`; absolute, by the site's own name and never by the request's."""
    uid, _, token = key.partition("-")
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": uid, "key": token})
    return f"{settings.SIGN_IN_URL}{quote(path)}"


def link(user):
    return address(f"{user_pk_to_url_str(user)}-{LinkTokens().make_token(user)}")


def message(template, user, address):
    """The mail that brings `address` to `user`, in their language; not yet sent."""
    with translation.override(user.language):
        context = {"user": user, "address": address, "site": settings.SIGN_IN_URL}
        subject, _, body = render_to_string(f"account/email/{template}.txt", context).strip().partition("\n")
    return EmailMessage(subject.strip(), body.strip(), to=[user.email])


def invite(user):
    """Asks for a new password and sends the link by mail; returns the link to hand over where no mail can be sent."""
    user.must_change_password = True
    user._change_reason = INVITED
    user.save(update_fields=["must_change_password"])
    invitation = link(user)
    if not (settings.HUB_SENDS_MAIL and user.email):
        return invitation
    message("invitation", user, invitation).send()
    return None
