"""Sitemap and robots.txt."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import sitemap as sitemap_of
from django.db.models import Max
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ..models import Area, FrozenReport, Instrument, Mission, Organisation, Theme
from ..parameters import reads
from ..templatetags.hub import SECTIONS

PAGES = ["overview", *(name for name, _label, _inner in SECTIONS), "api:docs"]


class PublicPages(Sitemap):
    """All public pages in both languages. Uses the site's own address, never the Host header."""

    i18n = alternates = True

    def items(self):
        missions = Mission.objects.public().only("code").annotate(recorded_at=Max("changes__recorded_at"))
        others = (Instrument.objects.public(), Theme.objects.all(), Area.objects.all(), Organisation.objects.all())
        records = [record for records in others for record in records]
        return [*PAGES, *missions.order_by("code"), *records, *FrozenReport.objects.all()]

    def location(self, item):
        if item == "api:docs":
            return f"{reverse(item)}?lang={get_language()[:2]}"
        return reverse(item) if isinstance(item, str) else item.get_absolute_url()

    def lastmod(self, item):
        return getattr(item, "recorded_at", None)

    def get_protocol(self, protocol=None):
        return urlsplit(settings.SITE_URL).scheme

    def get_domain(self, site=None):
        return urlsplit(settings.SITE_URL).netloc

    def get_urls(self, *args, **kwargs):
        urls = super().get_urls(*args, **kwargs)
        for url in urls:
            # As on the pages; Django would list redirects.
            url["alternates"].append({**url["alternates"][0], "lang_code": "x-default"})
        return urls


@reads(["p"])  # Django's own, the page of a long sitemap.
@require_safe
def sitemap(request):
    return sitemap_of(request, {"pages": PublicPages}, content_type="application/xml; charset=utf-8")


@require_safe
def robots(request):
    return render(request, "robots.txt", {"site_url": settings.SITE_URL}, content_type="text/plain; charset=utf-8")
