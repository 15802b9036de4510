"""allauth's pages, without those for sign-up, e-mail addresses and connections: administrators manage accounts."""

from allauth.account.views import PasswordResetView
from allauth.socialaccount.providers.openid_connect import views as openid_connect
from allauth.socialaccount.views import LoginCancelledView
from django.conf import settings
from django.http import Http404
from django.urls import include, path, re_path, reverse_lazy
from django.views.generic import RedirectView

from . import views


def closed(request):
    raise Http404


urlpatterns = [
    re_path(r"^(?:signup|email|confirm-email|login/code|3rdparty|social)/", closed),
    path(
        "password/reset/",
        PasswordResetView.as_view(extra_context={"can_mail": lambda: settings.HUB_SENDS_MAIL}),
        name="account_reset_password",
    ),
    path("2fa/webauthn/", RedirectView.as_view(url=reverse_lazy("mfa_index")), name="mfa_list_webauthn"),
    path("oidc/<provider_id>/login/", views.single_sign_on(openid_connect.login)),
    path("oidc/<provider_id>/login/callback/", views.single_sign_on(openid_connect.callback)),
    path("language/", views.language, name="account_language"),
    path("personal-data/", views.personal_data, name="account_personal_data"),
    path("personal-data.json", views.own_personal_data, name="account_personal_data_file"),
    path("", include("allauth.urls")),
    path("oidc/cancelled/", LoginCancelledView.as_view(), name="socialaccount_login_cancelled"),
]
