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

MOST_QUERIES = 24


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
    """By name, the answer and number of queries of each page; other routes redirect, refuse or send a file."""
    pages = {route.removeprefix("admin/"): address(route, records) for route in routes("admin/")}
    pages |= {"#draft": records["draft"].get_absolute_url(), "audit/": "/admin/audit/?kind=mission"}
    found = {}
    for name, page in pages.items():
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(page)
        if (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8"):
            found[name] = answer, len(queries)
    return found


def test_every_page_opens_in_the_readers_language_with_a_constant_number_of_queries(client, world):
    counts = []
    for language, growth in (("en", 1), ("zh-hans", 3)):
        for _time in range(growth):
            grow(world, len(counts) * 10 + _time)
        User.objects.update(language=language)
        pages = opened(client, world)
        counts.append({name: count for name, (_answer, count) in pages.items()})
        assert {parse(answer).one("html")["lang"] for answer, _count in pages.values()} == {language}

    assert counts[0] == counts[1]
    assert (len(counts[0]) > 60, max(counts[0].values()) <= MOST_QUERIES) == (True, True)
