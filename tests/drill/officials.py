"""Clients that keep a site busy: they submit reports through the API and the form, and publish them."""

import contextlib
import hashlib
import random
import threading
import uuid
from dataclasses import asdict, dataclass, field

import requests

from tests.admin.pages import filled_in

WITH_FILE = 0.25  # share of the reports that come by the form, with a file


@dataclass
class Acknowledged:
    """What the site acknowledged, and `errors`: responses that are neither success nor a known rejection."""

    submitted: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # SHA-256
    frozen: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def counts(self):
        return {name: len(items) for name, items in asdict(self).items()}

    def findings(self, expected="none"):
        """The errors, except those with the expected status; without publications nothing could be lost."""
        errors = [f"an official got {error}" for error in self.errors if expected not in error[:20]]
        return errors + ([] if self.published else ["nothing was published"])


def new_browser(site):
    browser = requests.Session()
    browser.cookies.set("sessionid", site.session)
    browser.headers["Connection"] = "close"  # the server may close an idle connection just as it is reused
    return browser


class Official(threading.Thread):
    """Reports and publishes until stopped. With `may_fail`, the site may be unreachable."""

    def __init__(self, site, codes, acknowledged, pause=0.1, may_fail=False):
        super().__init__(daemon=True)
        self.site, self.codes, self.acknowledged, self.pause, self.may_fail = site, codes, acknowledged, pause, may_fail
        self.stopping, self.browser = threading.Event(), new_browser(site)

    def run(self):
        while not self.stopping.wait(random.uniform(0, 2 * self.pause)):
            try:
                self.report_with_file() if random.random() < WITH_FILE else self.report()
            except Exception as error:  # any: a thread that ends silently would find no errors
                if not (self.may_fail and isinstance(error, requests.RequestException)):
                    self.acknowledged.errors.append(repr(error))
                self.stopping.wait(0.2)

    def report(self):
        key = str(uuid.uuid4())
        headers = {"Authorization": f"Bearer {self.site.token}", "Idempotency-Key": key}
        body = {"mission": random.choice(self.codes), **fields(key)}
        url = f"{self.site.url}/api/v1/submissions"
        response = self.browser.post(url, json=body, headers=headers, timeout=90)
        if response.status_code != 201:
            self.acknowledged.errors.append(f"submit: {response.status_code} {response.text[:300]}")
            return
        self.acknowledged.submitted.append(key)
        if self.publish(response.json()["url"]):
            self.acknowledged.published.append(key)

    def report_with_file(self):
        key = str(uuid.uuid4())
        content = f"%PDF-1.7\n% {key}\n%%EOF\n".encode()
        url = self.site.report_url(random.choice(self.codes))
        if form := self.publish(url, fields(key), {"evidence-0-upload": (f"{key}.pdf", content)}):
            self.acknowledged.published.append(form["key"])
            self.acknowledged.files.append(hashlib.sha256(content).hexdigest())

    def publish(self, url, values=None, files=None):
        """Send the page's form; return it if that published it.

        The page is sent again if another entry on the mission was recorded in between, as it demands.
        """
        for _attempt in range(5):
            response = page = self.browser.get(url, timeout=90)
            if page.status_code != 200:
                break
            form = {**form_of(page, self.browser), **(values or {}), "_publish": "1"}
            response = self.browser.post(page.url, form, files=files, timeout=90, allow_redirects=False)
            if response.status_code == 302:
                return form
            if response.status_code != 200:
                break
        self.acknowledged.errors.append(f"publish: {response.status_code}")
        return None


@contextlib.contextmanager
def officials_at_work(count, *arguments, **options):
    officials = [Official(*arguments, **options) for _number in range(count)]
    for official in officials:
        official.start()
    yield
    for official in officials:
        official.stopping.set()
    for official in officials:
        official.join(timeout=120)


def form_of(page, browser):
    """What a browser would send of the page's form."""
    page.getvalue = lambda: page.content  # like responses of the test client
    return {**filled_in(page), "csrfmiddlewaretoken": browser.cookies["csrftoken"]}


def fields(key):
    values = {"status": "in_progress", "effective_on": "2026-01-02", "basis": "owner"}
    return values | {"headline_en": f"Under way {key}", "headline_zh": f"推进中 {key}"}
