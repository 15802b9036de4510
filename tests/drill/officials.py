"""What keeps a site busy: offices' systems that submit, and a coordinator who publishes, over HTTP."""

import random
import threading
import time
import uuid
from dataclasses import dataclass, field

import requests

from tests.admin.pages import filled_in


@dataclass
class Acknowledged:
    """What the site has said that it has done; and what it answered besides, which is neither success nor refusal."""

    submitted: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    frozen: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Official(threading.Thread):
    """Submits a report and publishes it, again and again, until told to stop. A site that is gone is tried again."""

    def __init__(self, site, codes, acknowledged, pause=0.1, took=None):
        super().__init__(daemon=True)
        self.pause, self.took = pause, took
        self.site, self.codes, self.acknowledged = site, codes, acknowledged
        self.ended = threading.Event()
        self.browser = requests.Session()
        self.browser.cookies.set("sessionid", site.session)
        self.browser.headers["Connection"] = "close"  # the server may give an idle one up just as it is used again

    def run(self):
        while not self.ended.wait(random.uniform(0, 2 * self.pause)):
            try:
                self.report()
            except requests.RequestException:
                self.ended.wait(0.2)  # killed: whatever was not acknowledged may be there or not

    def sent(self, kind, method, address, **options):
        """What is answered; how long it took is noted where that is asked for."""
        begin = time.monotonic()
        answer = self.browser.request(method, address, timeout=90, allow_redirects=False, **options)
        if self.took is not None:
            self.took[kind].append(time.monotonic() - begin)
        return answer

    def report(self):
        key = str(uuid.uuid4())
        said = {"mission": random.choice(self.codes), "status": "in_progress", "effective_on": "2026-01-02"}
        said |= {"basis": "owner", "headline_en": f"Under way {key}", "headline_zh": f"推进中 {key}"}
        proof = {"Authorization": f"Bearer {self.site.token}", "Idempotency-Key": key}
        answer = self.sent("submit", "post", f"{self.site.url}/api/v1/submissions", json=said, headers=proof)
        if answer.status_code != 201:
            self.acknowledged.wrong.append(f"submitted: {answer.status_code} {answer.text[:300]}")
            return
        self.acknowledged.submitted.append(key)
        self.publish(answer.json()["url"], key)

    def publish(self, address, key):
        """Publishes it. Where another's entry on the mission came in between, it is read again, as the page asks."""
        for _attempt in range(5):
            page = self.sent("open the review", "get", address)
            if page.status_code != 200:
                self.acknowledged.wrong.append(f"to review: {page.status_code}")
                return
            page.getvalue = lambda page=page: page.content  # as the test client's answers have it
            sent = {**filled_in(page), "csrfmiddlewaretoken": self.browser.cookies["csrftoken"], "_publish": "1"}
            answer = self.sent("publish", "post", address, data=sent)
            if answer.status_code == 302:
                self.acknowledged.published.append(key)
                return
            if answer.status_code != 200:
                break
        self.acknowledged.wrong.append(f"published: {answer.status_code}")
