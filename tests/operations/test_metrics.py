"""`/metrics`: behind a token, in the format of Prometheus, with what the records say and what was counted."""

import os
import urllib.request
from datetime import UTC, datetime
from unittest.mock import patch

import pytest
import time_machine
from django.db import OperationalError, connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test.utils import CaptureQueriesContext

from missions.models import Head, Reminder
from missions.status import Status
from tests import build
from tests.accounts.serving import gunicorn
from tests.accounts.signing import sign_in
from tests.operations.conftest import TOKEN, samples

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OF_THE_MACHINE = ("hub_data_free_bytes", "hub_revision")
CHECKS = ("storage", "database", "migrations", "triggers", "ledger_head")
# Beginning and end of one reading, the checks of /readyz, and one for each that the database says.
QUERIES = {"sqlite": 15, "postgresql": 15}


def test_without_a_token_of_the_site_there_is_no_such_page(client, db, settings):
    settings.HUB_METRICS_TOKEN = ""

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "sent", [None, TOKEN, f"Bearer {TOKEN[:-1]}", f"bearer {TOKEN}", "Bearer ключ", f"Basic {TOKEN}"]
)
def test_whoever_has_another_token_learns_nothing(client, settings, sent):
    """No `db` fixture here: a query would fail."""
    settings.HUB_METRICS_TOKEN = TOKEN

    answer = client.get("/metrics", headers={"Authorization": sent} if sent else {})

    assert (answer.status_code, answer["WWW-Authenticate"], answer.content) == (401, "Bearer", b"")


def test_nobody_keeps_what_was_said(client, scrape, db):
    scrape()

    answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


@pytest.mark.both_databases
def test_an_empty_site_says_what_there_is_none_of(scrape, own_database):
    said = scrape()

    gauges = {name: value for (name, *labels), value in said.items() if not labels}
    assert gauges.pop("hub_data_free_bytes") > 0
    assert gauges == {
        "hub_revision": 0,
        "hub_ledger_entries": 0,
        "hub_submissions_waiting": 0,
        "hub_frozen_reports": 0,
        "hub_lockouts": 0,
    }
    assert {check: said["hub_check", ("check", check)] for check in CHECKS} == dict.fromkeys(CHECKS, 1)


@pytest.mark.both_databases
def test_the_records_are_counted(client, scrape, db):
    with time_machine.travel(NOON, tick=False) as clock:
        mission = build.mission(status=Status.IN_PROGRESS)
        build.frozen_report()
        for _number in range(2):
            submission = build.submission(mission)
            submission.submit(by=submission.author)
            clock.shift(60)
        build.submission(mission)
        taken_back = build.submission(mission)
        taken_back.submit(by=taken_back.author)
        taken_back.take_back(by=taken_back.author)
        Reminder.objects.create(user=submission.author, day=NOON.date(), sent_at=NOON)
        Reminder.objects.create(user=build.nameless(), day=NOON.date())  # never sent
        for _attempt in range(6):
            sign_in(client, "somebody", "guess")
        said = scrape()

    assert {name: value for (name, *labels), value in said.items() if not labels and name not in OF_THE_MACHINE} == {
        "hub_ledger_entries": 2,
        "hub_newest_entry_timestamp_seconds": NOON.timestamp(),
        "hub_submissions_waiting": 2,
        "hub_oldest_waiting_timestamp_seconds": NOON.timestamp(),
        "hub_frozen_reports": 1,
        "hub_lockouts": 1,
        "hub_last_reminder_timestamp_seconds": NOON.timestamp(),
    }
    assert said["hub_revision",] == Head.objects.get().revision


def test_a_lock_out_is_over_after_a_quarter_of_an_hour(client, scrape, db):
    with time_machine.travel(NOON, tick=False) as clock:
        for _attempt in range(5):
            sign_in(client, "somebody", "guess")
        for _attempt in range(4):
            sign_in(client, "somebody else", "guess")
        assert scrape()["hub_lockouts",] == 1

        clock.shift(15 * 60 + 1)
        assert scrape()["hub_lockouts",] == 0


@pytest.mark.both_databases
def test_the_number_of_queries_does_not_grow(scrape, db):
    taken = []
    for _round in range(2):
        for _number in range(3):
            submission = build.submission(build.mission(status=Status.IN_PROGRESS))
            submission.submit(by=submission.author)
        with CaptureQueriesContext(connection) as queries:
            scrape()
        taken.append(len(queries))

    assert taken == [QUERIES[connection.vendor]] * 2


def test_requests_are_counted_by_route_and_class_of_status_and_never_by_path(client, scrape, db):
    before = scrape()
    client.get("/en/about/?a=1")
    client.get("/en/about/?a=1")
    client.get("/en/missions/NO-1/")
    client.get("/no/such/page/")
    after = scrape()

    counted = {key[1:]: after[key] - before.get(key, 0) for key in after if key[0] == "hub_requests_total"}
    assert {key: value for key, value in counted.items() if value} == {
        (("route", "about"), ("status", "2xx")): 1,
        (("route", "kept"), ("status", "2xx")): 1,
        (("route", "mission"), ("status", "4xx")): 1,
        (("route", "none"), ("status", "4xx")): 1,
        (("route", "missions.public.metrics.metrics"), ("status", "2xx")): 1,
    }
    key = ("hub_request_duration_seconds_count", ("route", "kept"))
    assert after[key] - before.get(key, 0) == 1


def test_nothing_is_counted_where_nobody_may_ask(client, scrape, settings, db):
    before = scrape()
    settings.HUB_METRICS_TOKEN = ""
    client.get("/en/about/")
    settings.HUB_METRICS_TOKEN = TOKEN
    after = scrape()

    key = ("hub_requests_total", ("route", "about"), ("status", "2xx"))
    assert after.get(key) == before.get(key)


def test_a_site_without_its_database_still_says_so(scrape, db):
    with patch.object(BaseDatabaseWrapper, "ensure_connection", side_effect=OperationalError("gone")):
        said = scrape()

    assert {check: said["hub_check", ("check", check)] for check in CHECKS} == {
        "storage": 1, "database": 0, "migrations": 0, "triggers": 0, "ledger_head": 0
    }  # fmt: skip
    assert ("hub_revision",) not in said


def asked(url, **headers):
    with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=30) as answer:
        return answer.read().decode()


def test_whichever_process_is_asked_says_what_all_of_them_counted(own_database):
    environment = {name: value for name, value in own_database.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    with gunicorn({**environment, "HUB_METRICS_TOKEN": TOKEN}) as url:
        for _number in range(20):
            asked(f"{url}/en/about/")
        said = [samples(asked(f"{url}/metrics", Authorization=f"Bearer {TOKEN}")) for _number in range(6)]

    routes = [("route", "about"), ("route", "kept")]
    made = [sum(each.get(("hub_requests_total", route, ("status", "2xx")), 0) for route in routes) for each in said]
    assert made == [20] * 6
    assert os.environ.get("PROMETHEUS_MULTIPROC_DIR") is None
