"""What allauth does not have: a page for guessers, a switch of language, what is stored on whoever asks."""

from allauth.socialaccount.providers.openid_connect import views as openid_connect
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from django.views.i18n import set_language
from requests import RequestException

from ..models import User
from ..models.personal import stored_on
from ..models.retention import FAILED_SIGN_INS, SIGN_INS


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


@never_cache
@login_required
@require_safe
def personal_data(request):
    """What is stored on whoever asks, why, and for how long."""
    days = {"sign_ins": SIGN_INS.days, "failed_sign_ins": FAILED_SIGN_INS.days}
    return render(request, "account/personal_data.html", {"title": _("What is stored on you"), "days": days})


@never_cache
@login_required
@require_safe
def own_personal_data(request):
    return personal_data_file(request.user)


def personal_data_file(user: User) -> JsonResponse:
    """All that is stored on this person, as a file."""
    headers = {"Content-Disposition": f'attachment; filename="account-{user.pk}.json"'}
    return JsonResponse(stored_on(user), json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=headers)
