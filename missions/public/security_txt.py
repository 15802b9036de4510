"""/.well-known/security.txt (RFC 9116)."""

from datetime import date
from urllib.parse import quote

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import override
from django.views.decorators.http import require_safe

from ..days import today
from .about import contact


@require_safe
def security_txt(request):
    with override("en"):
        about = f"{settings.SITE_URL}{reverse('about')}#contact"
    address = contact()
    fields = {
        "Contact": f"mailto:{quote(address, safe='@+')}" if address else about,
        "Expires": f"{good_until(today())}T00:00:00Z",
        "Preferred-Languages": "zh, en",
        "Canonical": settings.SITE_URL + reverse("security-txt"),
        "Policy": about,
    }
    lines = (f"{name}: {value}\n" for name, value in fields.items())
    return HttpResponse("".join(lines), content_type="text/plain; charset=utf-8")


def good_until(day: date) -> date:
    """Return the start of the half-year after next, so that the file rarely changes."""
    return date(day.year + 1, 1 if day.month <= 6 else 7, 1)
