"""What holds for every page of the back office: it opens, in both languages, with a constant number of queries."""

import pytest
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from missions.days import today
from missions.models import Delivery, Role, User
from tests import factories
from tests.accounts.signing import sign_in
from tests.admin.routes import address, records_of, routes
from tests.public.dom import parse

FIXED_TEXT = "/admin/password_change/done/"  # Django lets browsers keep it
INLINE = ("style", "onclick", "onload", "onsubmit", "onchange")
# The number of queries of each page; of a model's usual pages: its list, "add", "history" and "change".
QUERIES = {
    "": 24, "audit/": 13, "board/": 9, "password_change/done/": 3, "^(?P<app_label>missions)/$": 3, "#draft": 15,
    "missions/submission/": 7, "missions/submission/<int:pk>/change/": 13,
    "missions/import/": 7, "missions/import/add/": 4, "missions/import/<int:pk>/change/": 15,
    "missions/statuschange/": 9, "missions/statuschange/<path:object_id>/history/": 6,
    "missions/statuschange/<path:object_id>/change/": 8, "missions/statuschange/<int:pk>/correct/": 13,
    "missions/mission/report-many/": 7, "missions/mission/<int:pk>/open/": 10,
    "missions/mission/<int:pk>/report/": 12, "missions/mission/<int:pk>/deadline/": 11,
    "missions/reminder/": 8, "missions/reminder/<path:object_id>/history/": 6,
    "missions/reminder/<path:object_id>/change/": 6,
    "missions/token/": 7, "missions/token/add/": 4, "missions/token/<int:pk>/change/": 5,
    "missions/user/<int:pk>/invite/": 4, "missions/user/<int:pk>/remove-second-factor/": 4,
    "missions/user/<int:pk>/erase/": 4,
}  # fmt: skip
for model, counts in {
    "user": (8, 5, 8, 12), "mission": (9, 9, 9, 17), "frozenreport": (6, 4, 5, 4), "instrument": (6, 3, 6, 4),
    "theme": (6, 3, 6, 4), "area": (6, 4, 6, 5), "organisation": (6, 5, 6, 6), "source": (7, 3, 6, 4),
    "reportedfigure": (7, 6, 6, 8), "programme": (6, 3, 6, 4), "programmeday": (6, 4, 6, 5),
    "contradiction": (6, 3, 6, 4),
}.items():  # fmt: skip
    pages = ("", "add/", "<path:object_id>/history/", "<path:object_id>/change/")
    QUERIES |= {f"missions/{model}/{page}": count for page, count in zip(pages, counts, strict=True)}


def inline_code(page):
    scripts = [script for script in page.all("script") if not script.get("src")]
    attributes = [(e.tag, name) for e in page.walk() for name in INLINE if name in e.attributes]
    return [*scripts, *page.all("style"), *attributes]


@pytest.fixture(scope="module")
def world(module_db):
    ContentType.objects.get_for_models(*admin.site._registry)  # Django caches them for the whole process
    return records_of(factories.organisation("O1", parent=factories.organisation("P1")))


@pytest.fixture
def client(world, db):
    client = Client()
    sign_in(client, factories.user("head", Role.COORDINATOR, Role.ADMINISTRATOR).username)
    return client


def grow(records, number):
    """Gives every list, and the pages of these records, more rows."""
    owner = factories.organisation(f"G{number}", parent=factories.organisation(f"P{number}"))
    factories.membership(organisation=owner)
    more = records_of(owner)
    mission, author = records["mission"], factories.nameless()
    factories.correct(factories.report(mission, "paused", by=author), by=author)
    factories.submission(mission, by=author).submit(by=author)
    submission = factories.submission(factories.mission(due=today(), lead_owner=owner), by=author)
    Delivery.objects.create(submission=submission, token=records["token"], digest="a" * 64)
    for name in ("mission", "theme", "area", "organisation", "source", "instrument"):
        records[name].notes = f"{number}"
        records[name].save()
    return more


def opened(client, records):
    """By name, the address, answer and number of queries of each page; other routes redirect, refuse or send a file."""
    pages = {route.removeprefix("admin/"): address(route, records) for route in routes("admin/")}
    pages |= {"#draft": records["draft"].get_absolute_url(), "audit/": "/admin/audit/?kind=mission"}
    found = {}
    for name, page in pages.items():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(page)
        if (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8"):
            found[name] = page, answer, len(queries)
    return found


@pytest.mark.parametrize(("language", "growth"), [("en", 1), ("zh-hans", 4)])
def test_every_page_opens_in_the_readers_language_with_a_constant_number_of_queries(client, world, language, growth):
    for number in range(growth):
        grow(world, number)
    User.objects.update(language=language)
    pages = opened(client, world)

    assert {name: count for name, (_where, _answer, count) in pages.items()} == QUERIES
    for where, answer, _count in pages.values():
        page = parse(answer)
        assert page.one("html")["lang"] == language, where
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';"), where
        assert inline_code(page) == [], where
        assert "no-store" in answer.headers["Cache-Control"] or where == FIXED_TEXT, where
