"""Single sign-on: allauth's, which believes an ID token that came over TLS; here it counts by its signature alone."""

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from allauth.socialaccount.providers.openid_connect import views
from django.http import Http404
from django.shortcuts import render
from requests import RequestException

ALGORITHMS = ("RS256", "PS256", "ES256")
SKEW = 30  # seconds by which the provider's clock may differ


class SignedOnly(views.OpenIDConnectOAuth2Adapter):
    def complete_login(self, request, app, token, **kwargs):
        """Whoever the ID token and the provider's userinfo both name; raises OAuth2Error where they name two."""
        id_token = self._decode_id_token(app, kwargs["response"].get("id_token"))
        userinfo = self._fetch_user_info(token.token)
        if userinfo.get("sub") != id_token["sub"]:
            raise OAuth2Error("Two people")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": userinfo, "id_token": id_token})

    def _decode_id_token(self, app, id_token):
        try:
            key = self.keys()[jwt.get_unverified_header(id_token)["kid"]]
            return jwt.decode(
                id_token,
                key,
                ALGORITHMS,
                {"require": ["sub", "exp", "iat"]},
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                leeway=SKEW,
            )
        except (jwt.PyJWTError, KeyError) as error:
            raise OAuth2Error("Invalid id_token") from error

    def keys(self):
        """The provider's keys of today, from the address that it publishes."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
        answer.raise_for_status()
        return jwt.PyJWKSet.from_dict(answer.json())


def login(request, provider_id):
    """Leads to the provider; a page where it does not answer."""
    try:
        return views.login(request, provider_id)
    except RequestException:  # it is asked for its addresses first
        return unanswered(request)


def callback(request, provider_id):
    """Signs in whom the provider sent back; a page where it does not answer, or not as it should."""
    try:
        return OAuth2CallbackView.adapter_view(SignedOnly(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except RequestException:
        return unanswered(request)


def unanswered(request):
    return render(request, "socialaccount/authentication_error.html", status=502)
