from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from missions.public import evidence, health, overview

handler400 = "missions.public.evidence.unreadable_request"
handler429 = "missions.accounts.views.too_many_attempts"

urlpatterns = [
    path("", overview.home, name="home"),
    path("admin/", admin.site.urls),
    path("accounts/", include("missions.accounts.urls")),
    path("evidence/<uuid:pk>/", evidence.evidence, name="evidence"),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    *i18n_patterns(path("", include("missions.public.urls"))),
]
