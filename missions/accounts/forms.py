"""allauth's forms with our labels, and stricter checks of new passwords and used codes."""

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
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("Repeat the new password"),
    "email": _("E-mail"),
    "code": _("Sign-in code"),
    "name": _("Name of the passkey"),
    "passwordless": _("Sign in with this passkey only, without a password"),
}
# allauth's help text is a link between the fields; our pages place it below the form.
WITHOUT_HELP = ("login", "password", "oldpassword")
PASSWORDLESS = _(
    "The device asks for your fingerprint, face or PIN. If not ticked, the passkey is used after the password."
)


class CustomLabelsMixin(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.help_text = "" if name in WITHOUT_HELP else field.help_text
            field.widget.attrs.pop("placeholder", None)


class UnusedCodeMixin(CustomLabelsMixin):
    user: User

    def clean_code(self):
        """Return the code, or raise if it was used: allauth forgets used codes before they expire."""
        code = super().clean_code()  # type: ignore[misc]
        steps = 2 * settings.MFA_TOTP_TOLERANCE + 1
        if not cache.add(f"used-code:{self.user.pk}:{normalize_user_code(code)}", True, timeout=30 * steps):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return code


class LoginForm(CustomLabelsMixin, account.LoginForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}


class ChangePasswordForm(CustomLabelsMixin, account.ChangePasswordForm):
    def clean_oldpassword(self):
        password = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise get_adapter().validation_error("enter_current_password")
        return password

    def clean_password1(self):
        password = self.cleaned_data["password1"]
        if self.user.check_password(password):
            raise ValidationError(_("This is your current password. Choose another one."))
        return password


class ResetPasswordForm(CustomLabelsMixin, account.ResetPasswordForm):
    def clean_email(self):
        """Accept any address, so that the response does not reveal which accounts exist."""
        email = self.cleaned_data["email"]
        self.users = User.objects.filter(email__iexact=email, is_active=True)
        return email


class AddPasskeyForm(CustomLabelsMixin, webauthn.AddWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True
        self.fields["passwordless"].help_text = PASSWORDLESS


def with_mixin(mixin: type, form: type) -> type:
    return type(form.__name__, (mixin, form), {})


ReauthenticateForm = with_mixin(CustomLabelsMixin, account.ReauthenticateForm)
SetPasswordForm = with_mixin(CustomLabelsMixin, account.SetPasswordForm)
ResetPasswordKeyForm = with_mixin(CustomLabelsMixin, account.ResetPasswordKeyForm)
EditPasskeyForm = with_mixin(CustomLabelsMixin, webauthn.EditWebAuthnForm)
AuthenticateForm = with_mixin(UnusedCodeMixin, mfa.AuthenticateForm)
ReauthenticateByCodeForm = with_mixin(UnusedCodeMixin, mfa.ReauthenticateForm)
ActivateTOTPForm = with_mixin(UnusedCodeMixin, TOTPForm)
