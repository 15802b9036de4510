"""The pages of sign-in, second factor and sessions: those of allauth that make sense where nobody signs up."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.usersessions import views as usersessions
from django.conf import settings
from django.urls import path, re_path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import RedirectView

from . import views
from .views import single_sign_on

FORM, SAID = "account/form.html", "account/said.html"


def page(address, view, name, title, template=None, **words):
    """allauth's view under its own name, with our title and words; in one of our two plain templates if named."""
    shown = {"template_name": template} if template else {}
    return path(address, view.as_view(**shown, extra_context={"title": title, **words}), name=name)


AGAIN = _("Show once more that it is you.")

urlpatterns = [
    page("login/", account.LoginView, "account_login", _("Sign in")),
    page(
        "logout/",
        account.LogoutView,
        "account_logout",
        _("Sign out"),
        FORM,
        intro=_("This browser then no longer opens the back office."),
        button=_("Sign out"),
    ),
    page(
        "inactive/",
        account.AccountInactiveView,
        "account_inactive",
        _("This account is deactivated"),
        SAID,
        said=_("An administrator can open it again."),
    ),
    page("reauthenticate/", account.ReauthenticateView, "account_reauthenticate", _("Is it you?"), intro=AGAIN),
    page("password/change/", account.PasswordChangeView, "account_change_password", _("Change the password")),
    page(
        "password/set/",
        account.PasswordSetView,
        "account_set_password",
        _("Choose a password"),
        FORM,
        intro=_("With it you can sign in here too."),
        button=_("Choose this password"),
    ),
    page(
        "password/reset/",
        account.PasswordResetView,
        "account_reset_password",
        _("Forgotten password"),
        can_mail=lambda: settings.HUB_SENDS_MAIL,
    ),
    page(
        "password/reset/done/",
        account.PasswordResetDoneView,
        "account_reset_password_done",
        _("Look into your mail"),
        SAID,
        said=_(
            "If there is an account with this e-mail, a link to choose a new password is on its way. It is good for "
            "three days. If nothing comes within some minutes, look among the unwanted mail, or ask an administrator."
        ),
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.PasswordResetFromKeyView.as_view(extra_context={"title": _("Choose a password")}),
        name="account_reset_password_from_key",
    ),
    page(
        "password/reset/key/done/",
        account.PasswordResetFromKeyDoneView,
        "account_reset_password_from_key_done",
        _("Your password is chosen"),
        SAID,
        said=_("Now sign in with it."),
    ),
    page("2fa/", mfa.IndexView, "mfa_index", _("Second factor")),
    page("2fa/authenticate/", mfa.AuthenticateView, "mfa_authenticate", _("Second factor")),
    page("2fa/reauthenticate/", mfa.ReauthenticateView, "mfa_reauthenticate", _("Is it you?"), intro=AGAIN),
    page("2fa/totp/activate/", totp.ActivateTOTPView, "mfa_activate_totp", _("Set up an authenticator app")),
    page(
        "2fa/totp/deactivate/",
        totp.DeactivateTOTPView,
        "mfa_deactivate_totp",
        _("Remove the authenticator app"),
        FORM,
        intro=_("Its codes then no longer count. The recovery codes go with the last second factor."),
        button=_("Remove"),
    ),
    page("2fa/recovery-codes/", recovery.ViewRecoveryCodesView, "mfa_view_recovery_codes", _("Recovery codes")),
    page(
        "2fa/recovery-codes/generate/",
        recovery.GenerateRecoveryCodesView,
        "mfa_generate_recovery_codes",
        _("New recovery codes"),
        FORM,
        intro=_("The present ones then no longer count."),
        button=_("Make new codes"),
    ),
    path("2fa/recovery-codes/download/", recovery.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("2fa/webauthn/", RedirectView.as_view(url=reverse_lazy("mfa_index")), name="mfa_list_webauthn"),
    page("2fa/webauthn/add/", webauthn.AddWebAuthnView, "mfa_add_webauthn", _("Set up a passkey")),
    page(
        "2fa/webauthn/keys/<int:pk>/edit/",
        webauthn.EditWebAuthnView,
        "mfa_edit_webauthn",
        _("Rename the passkey"),
        FORM,
        button=_("Save"),
    ),
    page(
        "2fa/webauthn/keys/<int:pk>/remove/",
        webauthn.RemoveWebAuthnView,
        "mfa_remove_webauthn",
        _("Remove the passkey"),
        FORM,
        intro=_("It then no longer opens this account. The recovery codes go with the last second factor."),
        button=_("Remove"),
    ),
    page(
        "2fa/webauthn/reauthenticate/",
        webauthn.ReauthenticateWebAuthnView,
        "mfa_reauthenticate_webauthn",
        _("Is it you?"),
        intro=AGAIN,
    ),
    path("2fa/webauthn/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    page("sessions/", usersessions.ListUserSessionsView, "usersessions_list", _("Sessions")),
    path("oidc/<provider_id>/login/", single_sign_on(openid_connect.login), name="openid_connect_login"),
    path("oidc/<provider_id>/login/callback/", single_sign_on(openid_connect.callback), name="openid_connect_callback"),
    page(
        "oidc/cancelled/",
        social.LoginCancelledView,
        "socialaccount_login_cancelled",
        _("Sign-in was cancelled"),
        SAID,
        said=_("Nothing has changed."),
    ),
    path("language/", views.language, name="account_language"),
    path("personal-data/", views.personal_data, name="account_personal_data"),
    path("personal-data.json", views.own_personal_data, name="account_personal_data_file"),
]
