"""WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
site = get_wsgi_application()


def application(environ, start_response):
    # A request through a Unix socket has no address: it comes from nginx, which states the client's. A request over the
    # network has one, and could forge the header.
    if not environ["REMOTE_ADDR"]:
        environ["REMOTE_ADDR"] = environ.get("HTTP_X_REAL_IP", "")
    return site(environ, start_response)
