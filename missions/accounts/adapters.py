"""allauth without sign-up: only administrators create accounts."""

import time
from threading import Thread

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import get_authentication_records
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ..models import User
from . import invitations
from .views import too_many_attempts

REAUTHENTICATION_SECONDS = 5 * 60


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("The user name or password is wrong."),
        "enter_current_password": _("This is not your current password."),
        "incorrect_password": _("This is not your current password."),
    }

    def is_open_for_signup(self, request):
        return False

    def pre_authenticate(self, request, **credentials):
        """Skip allauth's count of wrong passwords: axes counts them in the database."""

    def validation_error(self, code, *args):
        if code in ("too_many_login_attempts", "rate_limited"):
            raise ImmediateHttpResponse(too_many_attempts(self.request))
        return super().validation_error(code, *args)

    def is_reauthentication_required(self, **kwargs):
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < REAUTHENTICATION_SECONDS for record in records)

    def set_password(self, user, password):
        user._history_user = user  # also with a link from a mail, where nobody is signed in
        super().set_password(user, password)

    def get_reset_password_from_key_url(self, key):
        return invitations.address(key)

    def send_password_reset_mail(self, user, email, context):
        """Send it in a thread, so that neither time nor errors reveal whether the account exists."""
        if settings.HUB_SENDS_MAIL:
            link = context["password_reset_url"]
            Thread(target=lambda: invitations.message("password_reset", user, address=link).send()).start()


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not valid. Try again with a new code."),
    }

    def get_totp_label(self, user):
        return user.username

    def build_totp_svg(self, url):
        """Return inline SVG without XML declaration: the content policy forbids data URLs."""
        return super().build_totp_svg(url).partition("?>")[2]

    def generate_authenticator_name(self, user, type):
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1}

    def get_public_key_credential_rp_entity(self):
        return {"id": settings.PASSKEY_HOST, "name": settings.MFA_TOTP_ISSUER}


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request, sociallogin):
        """Connect a first sign-in to the only active account with the verified e-mail."""
        if sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(redirect("account_login"))
        if not sociallogin.is_existing and (user := self.find_account(sociallogin)):
            sociallogin.connect(request, user)

    def find_account(self, sociallogin):
        # Some providers send the string "false".
        verified = [address.email for address in sociallogin.email_addresses if address.verified is True]
        users = [user for email in verified for user in User.objects.filter(email__iexact=email, is_active=True)[:2]]
        return users[0] if len(users) == 1 else None
