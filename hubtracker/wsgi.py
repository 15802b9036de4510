"""The entry point for a WSGI server such as gunicorn."""

import os
import sys

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
# In seconds; Python's own is five times as long. So long may a thread that makes a page keep one waiting that has only
# to send what is kept, which takes less.
sys.setswitchinterval(0.001)
application = get_wsgi_application()
