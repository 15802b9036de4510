"""The alerts in `deploy/prometheus`."""

import re
import shutil
import subprocess

import pytest
import yaml

from missions.days import today
from missions.models import Reminder
from tests import factories
from tests.sites import TOP, require

FOLDER = TOP / "deploy" / "prometheus"
RULES = [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def test_rules_name_only_metrics_and_routes_that_exist(client, scrape, db):
    submission = factories.submission(factories.mission(status="in_progress"))
    submission.submit(by=submission.author)
    Reminder.objects.create(user=submission.author, day=today()).mark_sent()
    client.get("/en/about/")
    client.get("/readyz")
    found = scrape()
    names = {name for name, *_labels in found}
    routes = {value for _name, *labels in found for key, value in labels if key == "route"} | {"kept"}

    assert {rule["labels"]["severity"] for rule in RULES} == {"page", "look"}
    assert [
        rule["alert"] for rule in RULES if not all(rule["annotations"].get(n) for n in ("summary", "description"))
    ] == []
    named = {name for rule in RULES for name in re.findall(r"\bhub_\w+", rule["expr"])}
    named_routes = {name for rule in RULES for name in re.findall(r'route!="([^"]+)"', rule["expr"])}
    assert (named - names, named_routes - routes, len(named) > 5) == (set(), set(), True)


@pytest.fixture(scope="module")
def promtool():
    return require("prometheus", shutil.which("promtool"), "promtool")


def run(*command):
    """Return the error output, or 0 if the program succeeds."""
    process = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)
    return process.returncode and process.stdout + process.stderr


@pytest.mark.long
def test_prometheus_accepts_the_files(promtool):
    assert run(promtool, "check", "rules", "alerts.yml") == 0
    assert run(promtool, "check", "config", "--syntax-only", "prometheus.yml") == 0


DAY = 24 * 3600
REQUESTS, TOOK = "hub_requests_total", "hub_request_duration_seconds_bucket"
BACKUP = 'node_systemd_unit_state{name="hubtracker-backup.service",state="failed"}'
A, B = 'hub_build_info{program="a"}', 'hub_build_info{program="b"}'
# For each alert, series of an hour at the end of which it fires, and series with which it does not: one value a minute.
# In promtool's notation 8x60 is 8 and sixty more of it, 8+2x60 each 2 more than the one before.
EXAMPLES = {
    "HubDown": ({'up{job="hubtracker"}': "0x60"}, {'up{job="hubtracker"}': "0x58 1x1"}),
    "HubNotReady": ({'hub_check{check="triggers"}': "1x30 0x30"}, {'hub_check{check="triggers"}': "1x60"}),
    "HubErrors": (
        {REQUESTS + '{status="2xx"}': "0+98x60", REQUESTS + '{status="5xx"}': "0+2x60"},
        {REQUESTS + '{status="2xx"}': "0+99x60", REQUESTS + '{status="5xx"}': "0+1x60"},
    ),
    "HubLedgerShrank": ({"hub_ledger_entries": "10x30 9x30"}, {"hub_ledger_entries": "10+1x60"}),
    "HubDiskFull": ({"hub_data_free_bytes": "9e10-1e8x60"}, {"hub_data_free_bytes": "9e10-1e6x60"}),
    "HubJobFailed": (
        {BACKUP: "0x30 1x30"},
        {BACKUP: "0x60", 'node_systemd_unit_state{name="a",state="failed"}': "1x60"},
    ),
    "HubSlow": (
        {TOOK + '{le="1"}': "0+94x60", TOOK + '{le="5"}': "0+100x60", TOOK + '{le="+Inf"}': "0+100x60"},
        {TOOK + '{le="1"}': "0+96x60", TOOK + '{le="5"}': "0+100x60", TOOK + '{le="+Inf"}': "0+100x60"},
    ),
    "HubLockOuts": ({"hub_lockouts": "6x60"}, {"hub_lockouts": "5x60"}),
    "HubReviewWaits": (
        {"hub_oldest_waiting_timestamp_seconds": f"{-7 * DAY}x60"},
        {"hub_oldest_waiting_timestamp_seconds": f"{-6 * DAY}x60"},
    ),
    "HubNothingRecorded": (
        {"hub_newest_entry_timestamp_seconds": f"{-30 * DAY}x60"},
        {"hub_newest_entry_timestamp_seconds": f"{-29 * DAY}x60"},
    ),
    "HubNoReminders": (
        {"hub_last_reminder_timestamp_seconds": f"{-14 * DAY}x60"},
        {"hub_last_reminder_timestamp_seconds": f"{-13 * DAY}x60"},
    ),
    # Two processes behind one address, which answer in turn; and one that took the place of the other.
    "HubTwoPrograms": (
        {A: "1 stale " * 30, B: "stale 1 " * 30},
        {A: "1x40 stale", B: "_x40 1x20"},
    ),
}


def example(series, *alerts):
    """Return promtool's test that exactly these alerts fire after an hour."""
    return {
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in series.items()],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": "60m",
                "exp_samples": [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in alerts],
            }
        ],
    }


@pytest.mark.long
def test_alerts_fire_when_they_should_and_not_otherwise(promtool, tmp_path):
    tests = [example(*case) for alert, (bad, good) in EXAMPLES.items() for case in ((bad, alert), (good,))]
    file = {"rule_files": [str(FOLDER / "alerts.yml")], "tests": tests}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(file))

    assert {rule["alert"] for rule in RULES} == set(EXAMPLES)
    assert run(promtool, "test", "rules", str(tmp_path / "tests.yml")) == 0
