"""A real gunicorn with two workers, and a browser without a screen."""

import contextlib
import http.cookiejar
import re
import socket
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import NamedTuple

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


class Page(NamedTuple):
    status: int
    path: str
    heading: str


class Browser:
    """Keeps cookies and follows redirects, also to another server."""

    def __init__(self, url):
        self.url = url
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))

    def get(self, path, sent=None):
        try:
            answer = self.opener.open(self.url + path, sent)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode()
            heading = re.search(r"<h1>(.*?)</h1>", text)
            self.token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', text)
            return Page(answer.status, urllib.parse.urlsplit(answer.url).path, heading[1] if heading else "")

    def post(self, path, **sent):
        """Fetches the form and sends it."""
        self.get(path)
        return self.get(path, urllib.parse.urlencode({"csrfmiddlewaretoken": self.token[1], **sent}).encode())
