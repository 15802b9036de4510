from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from missions.api import urls as api
from missions.public import about, calendars, data, downloads, embed, overview, sitemaps, urls
from missions.web import health, metrics_views
from missions.workflow import evidence_views

handler400 = "missions.web.error_views.bad_request"
handler403 = "missions.web.error_views.forbidden"
handler404 = "missions.web.error_views.not_found"
handler500 = "missions.web.error_views.broken"
handler429 = "missions.accounts.views.too_many_attempts"

urlpatterns = [
    path("", overview.home, name="home"),
    path("admin/", admin.site.urls),
    path("accounts/", include("missions.accounts.urls")),
    path("evidence/<uuid:pk>/", evidence_views.evidence, name="evidence"),
    path("badge/<code:code>.svg", embed.badge, name="badge"),
    path("calendar.ics", calendars.calendar, name="calendar"),
    path("data/completion-report.schema.json", downloads.schema, name="report-schema"),
    path("data/hubtracker.zip", data.dataset, name="dataset"),
    path("data/ledger.jsonl", data.ledger, name="ledger"),
    path("api/v1/", include((api.urlpatterns, "api"))),
    path(".well-known/security.txt", about.security_txt, name="security-txt"),
    path("robots.txt", sitemaps.robots, name="robots"),
    path("sitemap.xml", sitemaps.sitemap, name="sitemap"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("metrics", metrics_views.metrics),
    *i18n_patterns(path("", include(urls))),
]
