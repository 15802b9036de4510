"""What keeps a site busy: offices' systems that submit, and a coordinator who publishes, over HTTP."""

import hashlib
import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import requests

from tests.admin.pages import filled_in

WITH_FILE = 0.25  # of all reports: those that come by the form, with a file


@dataclass
class Acknowledged:
    """What the site has said that it has done; and what it answered besides, which is neither success nor refusal."""

    submitted: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)  # their digests
    frozen: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def nothing(self) -> list[str]:
        """Says so where nothing was published: then nothing could be lost either."""
        return [] if self.published else ["nothing was published"]


class Official(threading.Thread):
    """Reports and publishes, again and again, until told to stop. Only where it may fail, the site may be gone."""

    def __init__(self, site, codes, acknowledged, pause=0.1, took=None, may_fail=False):
        super().__init__(daemon=True)
        self.pause, self.took, self.may_fail = pause, took, may_fail
        self.site, self.codes, self.acknowledged = site, codes, acknowledged
        self.ended = threading.Event()
        self.browser = requests.Session()
        self.browser.cookies.set("sessionid", site.session)
        self.browser.headers["Connection"] = "close"  # the server may give an idle one up just as it is used again

    def run(self):
        while not self.ended.wait(random.uniform(0, 2 * self.pause)):
            try:
                self.report_with_file() if random.random() < WITH_FILE else self.report()
            except Exception as error:  # whatever it is: a thread that ends in silence would find nothing wrong
                if not (self.may_fail and isinstance(error, requests.RequestException)):
                    self.acknowledged.wrong.append(f"an official failed: {error!r}")
                self.ended.wait(0.2)  # killed: whatever was not acknowledged may be there or not

    def sent(self, kind, method, address, **options):
        """What is answered; how long it took is noted where that is asked for, even if there was no answer."""
        begin = time.monotonic()
        try:
            return self.browser.request(method, address, timeout=90, **options)
        finally:
            if self.took is not None:
                self.took[kind].append(time.monotonic() - begin)

    def report(self):
        """Submits a report as an office's system does, and publishes it as its reader does."""
        key = str(uuid.uuid4())
        said = {"mission": random.choice(self.codes), **in_words(key)}
        proof = {"Authorization": f"Bearer {self.site.token}", "Idempotency-Key": key}
        answer = self.sent("submit", "post", f"{self.site.url}/api/v1/submissions", json=said, headers=proof)
        if answer.status_code != 201:
            self.acknowledged.wrong.append(f"submitted: {answer.status_code} {answer.text[:300]}")
            return
        self.acknowledged.submitted.append(key)
        if self.publish(answer.json()["url"]):
            self.acknowledged.published.append(key)

    def report_with_file(self):
        """Publishes a report and the file that it cites with one form, as a coordinator's browser sends it."""
        key = str(uuid.uuid4())
        file = f"%PDF-1.7\n% {key}\n%%EOF\n".encode()
        mission = self.site.missions[random.choice(self.codes)]
        address = f"{self.site.url}/admin/missions/mission/{mission}/report/"
        sent = self.publish(address, in_words(key), {"evidence-0-upload": (f"{key}.pdf", file)})
        if sent:
            self.acknowledged.published.append(sent["key"])
            self.acknowledged.files.append(hashlib.sha256(file).hexdigest())

    def publish(self, address, said=None, files=None):
        """Sends the page's form and says with what, if that published it.

        Where another's entry on the mission came in between, the page is read again, as it asks.
        """
        for _attempt in range(5):
            page = self.sent("open the form", "get", address)
            if page.status_code != 200:
                self.acknowledged.wrong.append(f"to publish: {page.status_code}")
                return None
            page.getvalue = lambda page=page: page.content  # as the test client's answers have it
            sent = {**filled_in(page), **(said or {}), "_publish": "1"}
            sent["csrfmiddlewaretoken"] = self.browser.cookies["csrftoken"]
            answer = self.sent("publish", "post", page.url, data=sent, files=files, allow_redirects=False)
            if answer.status_code == 302:
                return sent
            if answer.status_code != 200:
                break
        self.acknowledged.wrong.append(f"published: {answer.status_code}")
        return None


def in_words(key):
    """What a report says, with its key in it."""
    said = {"status": "in_progress", "effective_on": "2026-01-02", "basis": "owner"}
    return said | {"headline_en": f"Under way {key}", "headline_zh": f"推进中 {key}"}
