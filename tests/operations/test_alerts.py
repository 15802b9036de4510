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
PROMTOOL = shutil.which("promtool")
NO_PROMTOOL = "no promtool: install Debian's package prometheus"


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


@pytest.mark.parametrize(
    "command", [["check", "rules", "alerts.yml"], ["check", "config", "--syntax-only", "prometheus.yml"]]
)
def test_prometheus_takes_the_files(command):
    if PROMTOOL is None:
        if "prometheus" in os.environ.get("HUB_REQUIRE", "").split(","):
            pytest.fail(NO_PROMTOOL)
        pytest.skip(NO_PROMTOOL)

    checked = subprocess.run([PROMTOOL, *command], cwd=FOLDER, capture_output=True, text=True, check=False)

    assert checked.returncode == 0, checked.stdout + checked.stderr
