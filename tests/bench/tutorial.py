"""A list as the tutorials of django-tables2 and django-filter build it, over the rows of the file BENCH_ROWS."""

import os

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.db import models
from django.urls import path

LINKS = ("instrument", "owner", "theme")
APPS = ("auth", "contenttypes", "sessions", "messages", "staticfiles")
# As `startproject` writes them.
MIDDLEWARE = [
    "middleware.security.SecurityMiddleware", "contrib.sessions.middleware.SessionMiddleware",
    "middleware.common.CommonMiddleware", "middleware.csrf.CsrfViewMiddleware",
    "contrib.auth.middleware.AuthenticationMiddleware", "contrib.messages.middleware.MessageMiddleware",
    "middleware.clickjacking.XFrameOptionsMiddleware",
]  # fmt: skip
TEMPLATE = """{% load django_tables2 %}<!doctype html><html lang="en"><head><title>List with filter</title></head><body>
<form action="" method="get">{{ filter.form.as_p }}<input type="submit"></form>{% render_table table %}</body></html>"""
LOADERS = [
    ("django.template.loaders.locmem.Loader", {"list.html": TEMPLATE}),
    "django.template.loaders.app_directories.Loader",
]
OPTIONS = {
    "loaders": [("django.template.loaders.cached.Loader", LOADERS)],
    "context_processors": ["django.template.context_processors.request"],
}
settings.configure(
    SECRET_KEY="measured on the loopback interface only",
    ALLOWED_HOSTS=["127.0.0.1"],
    INSTALLED_APPS=[*(f"django.contrib.{app}" for app in APPS), "django_tables2", "django_filters"],
    MIDDLEWARE=[f"django.{name}" for name in MIDDLEWARE],
    ROOT_URLCONF=__name__,
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": OPTIONS}],
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": os.environ["BENCH_ROWS"]}},
    STATIC_URL="static/",
)
django.setup()

from django_filters.views import FilterView  # noqa: E402  (Django is set up first)
from django_tables2 import SingleTableMixin  # noqa: E402


def create_model(label, **fields):
    meta = type("Meta", (), {"app_label": "tutorial", "managed": False, "db_table": f"{label.lower()}s"})
    fields["code"] = models.TextField(primary_key=True)
    return type(label, (models.Model,), {"__module__": __name__, "Meta": meta, **fields})


def linked_model(label):
    return create_model(label.title(), name=models.TextField(), __str__=lambda record: record.name)


Mission = create_model(
    "Mission",
    **{name: models.ForeignKey(linked_model(name), models.PROTECT, db_column=name) for name in LINKS},
    **{name: models.TextField() for name in ("status", "status_since", "deadline", "due", "title_en", "title_zh")},
)


class FilteredMissionListView(SingleTableMixin, FilterView):
    model = Mission
    queryset = Mission.objects.select_related(*LINKS)
    template_name = "list.html"
    filterset_fields = ["status", *LINKS]
    table_pagination = {"per_page": 50}


urlpatterns = [path("", FilteredMissionListView.as_view())]
application = get_wsgi_application()
