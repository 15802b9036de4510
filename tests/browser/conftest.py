"""Chromium and a server with the site as `make run` sets it up."""

import contextlib
import re
import shutil

import pytest
from playwright.sync_api import expect, sync_playwright

from tests import sites
from tests.log_capture import KNOWN

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Chromium's sandbox refuses root; the rest keeps it from calling home.
SWITCHES = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


class Site(sites.Site):
    def __init__(self, folder):
        super().__init__(folder)
        self.environment |= {"HUB_REQUIRE_MFA": "1"}
        self.password = re.search(r"^Sign in: admin / (\S+) ", self.run("setup_site"), re.MULTILINE)[1]
        KNOWN.add(self.password)


# What the real data has none of: frozen reports, a reminder that was sent, an entry that was corrected, a due date that
# was moved, a title that was changed.
PREPARE = """
import io
from datetime import date
from django.core.management import call_command
from missions.models import Mission, Notice, Reminder, User
from tests import factories
report = {"as_of": "2024-03-02", "query": "instrument=EX", "local": True, "stdout": io.StringIO()}
report |= {"title_en": "Completion", "title_zh": "完成情况"}
call_command("freeze_report", **report)
reasons = {"reason_en": "A mistake", "reason_zh": "有误"}
call_command("freeze_report", **report, supersedes="2024-03-02-completion", **reasons)
mission, sent = Mission.objects.get(code="FP-001"), Reminder(user=User.objects.first(), day=date(2026, 1, 2))
Reminder.objects.begin(sent.user, sent.day, [Notice(topic="overdue", mission=mission, due=mission.due, stage=0)])
Reminder.objects.get().mark_sent()
mission = Mission.objects.get(code="EX-17")
factories.correct(factories.report(mission, "in_progress", on=date(2026, 2, 1)), status="paused")
factories.deadline(mission, date(2026, 6, 30), on=date(2026, 3, 1))
mission.title_en = f"{mission.title_en}, renamed"
mission.save()
"""


# Playwright keeps an event loop running, in which Django refuses to open a connection: it must end with these tests.
@pytest.fixture(scope="package")
def site(tmp_path_factory):
    site = Site(tmp_path_factory.mktemp("site"))
    site.run_code(PREPARE)
    with site.serving(workers=1):
        yield site


def follow(control):
    """Click and wait for the next page, which Playwright's click does not."""
    with control.page.expect_navigation():
        control.click()


@contextlib.contextmanager
def launch():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def chromium():
    sites.require("browser", CHROMIUM, "chromium")
    # The other core is busy with other tests.
    expect.set_options(timeout=20_000)
    with launch() as browser:
        yield browser


def is_missing(response):
    """Pages and fetched parts of pages may be missing, other files may not."""
    return response.status >= 400 and response.request.resource_type not in ("document", "fetch")


def is_about_a_response(message):
    """Chromium reports a 404 and cleared storage on the console, htmx a lost response."""
    starts = ("Failed to load resource", "Clear-Site-Data header on", "htmx: htmx:error: Failed to fetch")
    return message.text.startswith(starts)


@pytest.fixture
def open_page(chromium, site):
    """Opens pages, each in a context of its own.

    Fails at the end if one of them asked another host, was refused what it loads, or said anything on the console,
    where a breach of the Content Security Policy is said as well.
    """
    contexts, complaints = [], []

    def open_one(path="/", **options):
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 900}, **options})
        contexts.append(context)
        context.on("request", lambda r: r.url.startswith((site.url, "data:")) or complaints.append(f"asked {r.url}"))
        context.on("response", lambda r: is_missing(r) and complaints.append(f"{r.status} for {r.url}"))
        context.on("console", lambda m: is_about_a_response(m) or complaints.append(f"{m.type}: {m.text}"))
        context.on("weberror", lambda error: complaints.append(str(error.error)))
        page = context.new_page()
        page.goto(site.url + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
