"""The alerts in `deploy/prometheus`: each of a metric that there is, with what it means and what to do."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from missions.models import Reminder
from missions.models.days import today
from tests import build

FOLDER = Path(__file__).parents[2] / "deploy" / "prometheus"
RULES = [rule for group in yaml.safe_load((FOLDER / "alerts.yml").read_text())["groups"] for rule in group["rules"]]


def test_every_metric_of_a_rule_is_on_the_page(client, scrape, db):
    submission = build.submission(build.mission(status="in_progress"))
    submission.submit(by=submission.author)
    reminder = Reminder.objects.create(user=submission.author, day=today())
    reminder.mark_sent()
    client.get("/en/about/")
    there = {name for name, *_labels in scrape()}

    asked = {name for rule in RULES for name in re.findall(r"\bhub_\w+", rule["expr"])}
    assert asked - there == set()
    assert len(asked) > 5


def test_no_name_of_a_route_in_a_rule_is_out_of_date(client, db, scrape):
    client.get("/readyz")

    routes = {value for _name, *labels in scrape() for key, value in labels if key == "route"}
    named = {name for rule in RULES for name in re.findall(r'route!="([^"]+)"', rule["expr"])} - {"kept"}
    assert named - routes == set()
    assert len(named) == 1


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_a_rule_says_what_it_means_and_what_to_do(rule):
    assert rule["labels"]["severity"] in ("page", "look")
    assert sorted(rule["annotations"]) == ["description", "summary"]
    assert all(text.endswith(".") for text in rule["annotations"].values())


@pytest.fixture(scope="module")
def promtool():
    """The program that reads these files as Prometheus does."""
    found, missing = shutil.which("promtool"), "no promtool: install Debian's package promtool"
    if found is None:
        (pytest.fail if "prometheus" in os.environ.get("HUB_REQUIRE", "").split(",") else pytest.skip)(missing)
    return found


def checked(*command):
    return subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "command", [["check", "rules", "alerts.yml"], ["check", "config", "--syntax-only", "prometheus.yml"]]
)
def test_prometheus_takes_the_files(promtool, command):
    said = checked(promtool, *command)

    assert said.returncode == 0, said.stdout + said.stderr


DAY = 24 * 3600
REQUESTS, TOOK = "hub_requests_total", "hub_request_duration_seconds_bucket"
BACKUP = 'node_systemd_unit_state{name="hubtracker-backup.service",state="failed"}'
A, B = 'hub_build_info{program="a"}', 'hub_build_info{program="b"}'
# What Prometheus is told, once a minute for an hour that begins at second 0, where an alert is there at the end of it,
# and where none is. In promtool's notation 8x60 is 8 and sixty more of it, 8+2x60 each 2 more than the one before.
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


def example(told, *alerts):
    """A test for promtool: told this, these alerts are there after an hour, and no others."""
    return {
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in told.items()],
        "promql_expr_test": [
            {
                "expr": 'count by (alertname) (ALERTS{alertstate="firing"})',
                "eval_time": "60m",
                "exp_samples": [{"labels": f'{{alertname="{alert}"}}', "value": 1} for alert in alerts],
            }
        ],
    }


@pytest.mark.parametrize("alert", [rule["alert"] for rule in RULES])
def test_an_alert_is_there_when_it_should_be_and_not_otherwise(promtool, tmp_path, alert):
    bad, good = EXAMPLES[alert]
    file = {"rule_files": [str(FOLDER / "alerts.yml")], "tests": [example(bad, alert), example(good)]}
    (tmp_path / "tests.yml").write_text(yaml.safe_dump(file))
    said = checked(promtool, "test", "rules", str(tmp_path / "tests.yml"))

    assert said.returncode == 0, said.stdout + said.stderr
