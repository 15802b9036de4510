"""A real gunicorn with two workers, and forms sent to it."""

import contextlib
import re
import socket
import subprocess
import sys
from pathlib import Path

import requests

from tests.browser.conftest import wait_for
from tests.log_capture import LOG

TOP = Path(__file__).parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def gunicorn(environment):
    """Serves the site that `environment` describes; yields its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "hubtracker.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
         "--threads", "4", "--log-level", "error", "--no-control-socket"],
        cwd=TOP,
        env={**environment, "HUB_SITE_URL": url},
        stderr=LOG,
    )  # fmt: skip
    try:
        wait_for(f"{url}/healthz")
        yield url
    finally:
        server.terminate()
        server.wait(timeout=10)


def post_form(page, **sent):
    """Fetches the form as a new browser and sends it."""
    session = requests.Session()
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', session.get(page).text)[1]
    return session.post(page, {"csrfmiddlewaretoken": token, **sent})
