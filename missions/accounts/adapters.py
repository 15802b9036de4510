"""How allauth's sign-in is bent to this site: accounts come from administrators alone."""

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

FRESH = 5 * 60  # seconds for which a sign-in need not be repeated


class AccountAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _("User name or password is wrong."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_password": _("This is not your present password."),
    }

    def is_open_for_signup(self, request):
        return False

    def pre_authenticate(self, request, **credentials):
        """Nothing: wrong passwords are counted by axes, in the database."""

    def validation_error(self, code, *args):
        """The error for a form; after too many wrong codes, a page of its own takes the form's place."""
        if code in ("too_many_login_attempts", "rate_limited"):
            raise ImmediateHttpResponse(too_many_attempts(self.request))
        return super().validation_error(code, *args)

    def is_reauthentication_required(self, **kwargs):
        """Whether to ask again who somebody is: not just after they signed in."""
        records = get_authentication_records(self.request, self.request.user)
        return not any(time.time() - record["at"] < FRESH for record in records)

    def set_password(self, user, password):
        """By its own person, signed in or with a link: the history says so."""
        user._history_user = user
        super().set_password(user, password)

    def get_reset_password_from_key_url(self, key):
        return invitations.address(key)

    def send_password_reset_mail(self, user, email, context):
        """Sends it in a thread: neither how long that takes nor how it fails tells whether there is such an account."""
        if settings.HUB_SENDS_MAIL:
            link = context["password_reset_url"]
            Thread(target=lambda: invitations.message("password_reset", user, address=link).send()).start()


class MFAAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This was not accepted. Try again, with a new code."),
    }

    def get_totp_label(self, user):
        return user.username

    def build_totp_svg(self, url):
        """Drawn within the page: the policy permits no picture that is written into an address."""
        return super().build_totp_svg(url).partition("?>")[2]  # where no declaration has a place

    def generate_authenticator_name(self, user, type):
        held = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": held + 1}

    def get_public_key_credential_rp_entity(self):
        return {"id": settings.PASSKEY_HOST, "name": settings.MFA_TOTP_ISSUER}


class SingleSignOnAdapter(DefaultSocialAccountAdapter):
    def pre_social_login(self, request, sociallogin):
        """Connects somebody who comes for the first time to the one active account that has their verified e-mail."""
        if sociallogin.state.get("process") != "login":
            raise ImmediateHttpResponse(redirect("account_login"))
        if not sociallogin.is_existing and (user := self.find_account(sociallogin)):
            sociallogin.connect(request, user)

    def find_account(self, sociallogin):
        # Some providers say "false" in letters, which is not false.
        verified = [address.email for address in sociallogin.email_addresses if address.verified is True]
        found = [user for email in verified for user in User.objects.filter(email__iexact=email, is_active=True)[:2]]
        return found[0] if len(found) == 1 else None
