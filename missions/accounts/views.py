"""What allauth does not have: a page for guessers, a switch of language, an answer where a provider is down."""

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.shortcuts import render
from django.views.decorators.http import require_POST
from django.views.i18n import set_language
from requests import RequestException


def too_many_attempts(request, *args):
    """The answer to whoever guesses on: a 429 that says for how long, and what to do meanwhile."""
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "429.html", {"minutes": minutes}, status=429)


@require_POST
def language(request):
    """Keeps the language in the account, and in a cookie for the pages before the sign-in."""
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return set_language(request)


def single_sign_on(request, provider_id):
    try:
        return openid_connect.login(request, provider_id)
    except RequestException:  # the provider is asked for its addresses first, and may not answer
        return render(request, "socialaccount/authentication_error.html", status=502)
