"""`/metrics`: behind a token, in the format of Prometheus, with what the records say and what was counted."""

from datetime import UTC, datetime

import pytest
import requests
import time_machine
from django.db import OperationalError

from missions.models import Head, Reminder
from missions.status import Status
from tests import factories
from tests.accounts.signing import sign_in
from tests.operations.conftest import TOKEN, samples
from tests.sites import gunicorn

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CHECKS = ("storage", "database", "migrations", "triggers", "ledger_head")


def gauges(found):
    """Return the samples without labels, except those of the machine."""
    return {name: value for (name, *labels), value in found.items() if not labels and name != "hub_data_free_bytes"}


def checks(found):
    return {check: found["hub_check", ("check", check)] for check in CHECKS}


def test_without_a_configured_token_there_is_no_such_page(client, db, settings):
    settings.HUB_METRICS_TOKEN = ""

    assert client.get("/metrics").status_code == 404
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "sent", [None, TOKEN, f"Bearer {TOKEN[:-1]}", f"bearer {TOKEN}", "Bearer ключ", f"Basic {TOKEN}"]
)
def test_wrong_token_is_refused_without_a_query(client, settings, sent):
    settings.HUB_METRICS_TOKEN = TOKEN
    answer = client.get("/metrics", headers={"Authorization": sent} if sent else {})

    assert (answer.status_code, answer["WWW-Authenticate"], answer.content) == (401, "Bearer", b"")


def test_empty_site_has_zeros_and_sound_checks(scrape, own_database):
    found = scrape()
    names = ("revision", "ledger_entries", "submissions_waiting", "frozen_reports", "lockouts")

    assert gauges(found) == {f"hub_{name}": 0 for name in names}
    assert checks(found) == dict.fromkeys(CHECKS, 1)
    assert found["hub_data_free_bytes",] > 0


@pytest.mark.both_databases
def test_records_are_counted_in_a_fixed_number_of_queries(client, scrape, db, django_assert_num_queries):
    with time_machine.travel(NOON, tick=False) as clock:
        mission = factories.mission(status=Status.IN_PROGRESS)
        factories.frozen_report()
        for _ in range(2):
            submission = factories.submission(mission)
            submission.submit(by=submission.author)
            clock.shift(60)
        factories.submission(mission)
        taken_back = factories.submission(mission)
        taken_back.submit(by=taken_back.author)
        taken_back.take_back(by=taken_back.author)
        Reminder.objects.create(user=submission.author, day=NOON.date(), sent_at=NOON)
        Reminder.objects.create(user=factories.nameless(), day=NOON.date())  # never sent
        for name, attempts in {"closed": 6, "open": 4}.items():
            for _ in range(attempts):
                sign_in(client, name, "guess")
        scrape()
        with django_assert_num_queries(15):
            found = scrape()
        clock.shift(15 * 60 + 1)
        later = scrape()

    assert gauges(found) == {
        "hub_ledger_entries": 2,
        "hub_newest_entry_timestamp_seconds": NOON.timestamp(),
        "hub_submissions_waiting": 2,
        "hub_oldest_waiting_timestamp_seconds": NOON.timestamp(),
        "hub_frozen_reports": 1,
        "hub_lockouts": 1,
        "hub_last_reminder_timestamp_seconds": NOON.timestamp(),
        "hub_revision": Head.objects.get().revision,
    }
    assert later["hub_lockouts",] == 0


def test_requests_are_counted_by_route_and_class_of_status(client, scrape, db, settings):
    before = scrape()
    for path in ("/en/about/?a=1", "/en/about/?a=1", "/en/missions/NO-1/", "/no/such/page/"):
        client.get(path)
    settings.HUB_METRICS_TOKEN = ""
    client.get("/en/about/")  # is not counted where nobody may read the count
    settings.HUB_METRICS_TOKEN = TOKEN
    after = scrape()

    counts = {key: value - before.get(key, 0) for key, value in after.items() if key[0] == "hub_requests_total"}
    counts = {(route, status): count for (_name, (_, route), (_, status)), count in counts.items() if count}
    counts = {key: count for key, count in counts.items() if not key[0].endswith("metrics")}  # this very request
    assert counts == {("about", "2xx"): 1, ("kept", "2xx"): 1, ("mission", "4xx"): 1, ("none", "4xx"): 1}
    key = ("hub_request_duration_seconds_count", ("route", "about"))
    assert after[key] - before.get(key, 0) == 1


def test_metrics_are_served_without_the_database(scrape, db, monkeypatch):
    def gone(*args):
        raise OperationalError("gone")

    with monkeypatch.context() as broken:
        broken.setattr("django.db.backends.base.base.BaseDatabaseWrapper.ensure_connection", gone)
        found = scrape()

    assert checks(found) == {**dict.fromkeys(CHECKS, 0), "storage": 1}
    assert ("hub_revision",) not in found


@pytest.mark.long
def test_each_process_reports_the_counts_of_all(own_database):
    environment = {name: value for name, value in own_database.items() if name != "PROMETHEUS_MULTIPROC_DIR"}
    with gunicorn({**environment, "HUB_METRICS_TOKEN": TOKEN}) as url:
        for _ in range(20):
            requests.get(f"{url}/en/about/", timeout=30)
        headers = {"Authorization": f"Bearer {TOKEN}"}
        scrapes = [samples(requests.get(f"{url}/metrics", headers=headers, timeout=30).text) for _ in range(6)]

    keys = [("hub_requests_total", ("route", route), ("status", "2xx")) for route in ("about", "kept")]
    assert [sum(found.get(key, 0) for key in keys) for found in scrapes] == [20] * 6
