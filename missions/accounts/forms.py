"""allauth's forms in our words. What they check, they check as allauth does, but for passwords that are changed."""

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp.forms import ActivateTOTPForm as TOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from ..models import User

LABELS = {
    "login": _("User name"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
    "email": _("E-mail"),
    "code": _("Sign-in code"),
    "name": _("Name of the passkey"),
    "passwordless": _("Sign in with this passkey alone, without a password"),
}
# allauth's help for these is a link, in the way from the name to the password: our pages have it below the form.
UNEXPLAINED = ("login", "password", "oldpassword")
PASSWORDLESS = _("The device then asks for your finger, face or PIN. Otherwise it is asked for after the password.")


class InOurWords(forms.Form):
    """Labels by the field's name, and no placeholder: it vanishes when somebody types."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = "" if name in UNEXPLAINED else field.help_text
            field.widget.attrs.pop("placeholder", None)


class LoginForm(InOurWords, account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class ReauthenticateForm(InOurWords, account.ReauthenticateForm):
    pass


class ChangePasswordForm(InOurWords, account.ChangePasswordForm):
    def clean_oldpassword(self):
        """Checked like a sign-in, and so limited like one."""
        password = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password

    def clean_password1(self):
        password = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise ValidationError(_("This is your present password: choose another one."))
        return password


class SetPasswordForm(InOurWords, account.SetPasswordForm):
    pass


class ResetPasswordForm(InOurWords, account.ResetPasswordForm):
    def clean_email(self):
        """Any answer is the same: whether there are accounts with this address is not told."""
        email = self.cleaned_data["email"]
        self.users = User.objects.filter(email__iexact=email, is_active=True)
        return email


class ResetPasswordKeyForm(InOurWords, account.ResetPasswordKeyForm):
    pass


def only_once(user, code):
    """`code`, or an error where it was used: allauth forgets that sooner than the tolerance lets a code count."""
    steps = 2 * settings.MFA_TOTP_TOLERANCE + 1
    if not cache.add(f"used-code:{user.pk}:{normalize_user_code(code)}", True, timeout=30 * steps):
        raise get_mfa_adapter().validation_error("incorrect_code")
    return code


class AuthenticateForm(InOurWords, mfa.AuthenticateForm):
    def clean_code(self):
        return only_once(self.user, super().clean_code())


class ReauthenticateByCodeForm(InOurWords, mfa.ReauthenticateForm):
    def clean_code(self):
        return only_once(self.user, super().clean_code())


class ActivateTOTPForm(InOurWords, TOTPForm):
    def clean_code(self):
        return only_once(self.user, super().clean_code())


class AddPasskeyForm(InOurWords, webauthn.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = PASSWORDLESS


class EditPasskeyForm(InOurWords, webauthn.EditWebAuthnForm):
    pass
