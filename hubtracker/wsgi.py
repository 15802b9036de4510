"""The entry point for a WSGI server such as gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
site = get_wsgi_application()


def application(environ, start_response):
    """The site. What comes through a Unix socket has no address: it is from nginx, which states the reader's.

    Whoever comes over the network has one, and is not believed another.
    """
    if not environ["REMOTE_ADDR"]:
        environ["REMOTE_ADDR"] = environ.get("HTTP_X_REAL_IP", "")
    return site(environ, start_response)
