from functools import wraps

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
from .data_export import export_user_data
from .retention import SIGN_INS


def too_many_attempts(request, *args):
    minutes = int(settings.AXES_COOLOFF_TIME.total_seconds() // 60)
    return render(request, "429.html", {"minutes": minutes}, status=429)


def single_sign_on(view):
    """Return 502 if the provider does not respond."""

    @wraps(view)
    def answer(request, provider_id):
        try:
            return view(request, provider_id)
        except RequestException:
            return render(request, "socialaccount/authentication_error.html", status=502)

    return answer


@require_POST
def language(request):
    """Store the language in the account, and in a cookie for the pages before sign-in."""
    chosen = request.POST.get("language")
    if request.user.is_authenticated and chosen in dict(settings.LANGUAGES):
        request.user.language = chosen
        request.user.save(update_fields=["language"])
    return set_language(request)


@never_cache
@login_required
@require_safe
def personal_data(request):
    return render(request, "account/personal_data.html", {"title": _("Your personal data"), "days": SIGN_INS.days})


@never_cache
@login_required
@require_safe
def own_personal_data(request):
    return personal_data_file(request.user)


def personal_data_file(user: User) -> JsonResponse:
    headers = {"Content-Disposition": f'attachment; filename="account-{user.pk}.json"'}
    return JsonResponse(export_user_data(user), json_dumps_params={"ensure_ascii": False, "indent": 1}, headers=headers)
