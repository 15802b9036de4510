from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from missions.api import urls as api
from missions.public import (
    badges,
    calendars,
    dataset,
    downloads,
    evidence,
    health,
    metrics,
    overview,
    security,
    sitemaps,
    urls,
)

handler400 = "missions.public.refusals.bad_request"
handler403 = "missions.public.refusals.forbidden"
handler404 = "missions.public.refusals.not_found"
handler500 = "missions.public.refusals.broken"
handler429 = "missions.accounts.views.too_many_attempts"

urlpatterns = [
    path("", overview.home, name="home"),
    path("admin/", admin.site.urls),
    path("accounts/", include("missions.accounts.urls")),
    path("evidence/<uuid:pk>/", evidence.evidence, name="evidence"),
    path("badge/<code:code>.svg", badges.badge, name="badge"),
    path("calendar.ics", calendars.calendar, name="calendar"),
    path("data/completion-report.schema.json", downloads.schema, name="report-schema"),
    path("data/hubtracker.zip", dataset.dataset, name="dataset"),
    path("data/ledger.jsonl", dataset.ledger, name="ledger"),
    path("api/v1/", include((api.urlpatterns, "api"))),
    path(".well-known/security.txt", security.security_txt, name="security-txt"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics.metrics),
    *i18n_patterns(path("", include(urls))),
]
