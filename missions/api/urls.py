"""The addresses of the API. Its operations register themselves where they stand."""

from django.urls import path

from . import docs, missions, register, reports, submissions, totals  # noqa: F401  (their operations register themselves)
from .core import api

patterns, app_name, namespace = api.urls
urlpatterns = [
    path("openapi.json", docs.openapi, name="openapi"),
    path("docs", docs.docs, name="docs"),
    *patterns,
]
