"""A real Chromium against a real server: the site as `make run` sets it up, on a data folder of its own."""

import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.request

import pytest
from playwright.sync_api import sync_playwright

TOP = os.path.dirname(os.path.dirname(os.path.dirname(__file__)))
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Chromium's sandbox refuses root; the rest keeps it from calling home.
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Site:
    """The site as `make run` sets it up, on a port and in a data folder of its own; its server can be restarted."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        # By name: a passkey is bound to one.
        self.url = f"http://localhost:{self.port}"
        self.environment = {**os.environ, "HUB_DATA_DIR": str(folder), "HUB_SITE_URL": self.url}
        self.environment.pop("DATABASE_URL", None)
        setup = [sys.executable, "manage.py", "setup_site"]
        said = subprocess.check_output(setup, cwd=TOP, env=self.environment, text=True)
        self.password = re.search(r"^Sign in: admin / (\S+) ", said, re.MULTILINE)[1]

    def start(self):
        self.server = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "hubtracker.wsgi", "--bind", f"127.0.0.1:{self.port}", "--threads", "4",
             "--log-level", "warning", "--no-control-socket"],
            cwd=TOP,
            env=self.environment,
        )  # fmt: skip
        wait_for(f"http://127.0.0.1:{self.port}/healthz")

    def stop(self):
        self.server.terminate()
        self.server.wait(timeout=10)


# Playwright keeps an event loop running, in which Django refuses to open a connection: it must end with these tests.
@pytest.fixture(scope="package")
def site(tmp_path_factory):
    made = Site(tmp_path_factory.mktemp("site"))
    try:
        made.start()
        yield made
    finally:
        made.stop()


def wait_for(url):
    for _attempt in range(100):
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(url)


def follow(control):
    """Clicks a link or button and waits for the page it leads to, which Playwright's own click does not."""
    with control.page.expect_navigation():
        control.click()


@pytest.fixture(scope="package")
def chromium():
    if CHROMIUM is None:
        missing = "no Chromium: install Debian's package chromium"
        if "browser" in os.environ.get("HUB_REQUIRE", "").split(","):
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium, site):
    """Opens pages, each in a context of its own; fails at the end if one asked another host or broke the CSP."""
    contexts, complaints = [], []

    def open_one(path="/", **options):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda r: r.url.startswith((site.url, "data:")) or complaints.append(f"asked {r.url}"))
        page.on("console", lambda m: "Content Security Policy" in m.text and complaints.append(m.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.goto(site.url + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
