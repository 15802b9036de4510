"""A view that returns the same 30 KB, without middleware, database or template: the least that Django can do."""

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path

PAGE = b"<!doctype html><title>Constant</title>".ljust(30 * 1024)

urlpatterns = [path("", lambda _request: HttpResponse(PAGE))]
settings.configure(ROOT_URLCONF=__name__, MIDDLEWARE=[], ALLOWED_HOSTS=["127.0.0.1"])
application = get_wsgi_application()
