"""docs/reminders.md: what it tells an operator to write down."""

import re
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
PAGE, DEPLOY = TOP / "docs" / "reminders.md", TOP / "deploy" / "systemd"


def test_the_examples_of_the_page_run_every_day_with_the_settings_of_the_service():
    text = PAGE.read_text()
    (hour, command_line) = re.search(r"^(30 8 \S+ \S+ \S+)  (.*)$", text, re.MULTILINE).groups()
    units = DEPLOY / "hubtracker-.service.d" / "hardening.conf", DEPLOY / "hubtracker-reminders.timer"
    settings, timer = (unit.read_text() for unit in units)
    (file,) = re.findall(r"^EnvironmentFile=(.+)$", settings, re.MULTILINE)

    assert hour == "30 8 * * *"
    assert re.findall(r"^OnCalendar=(.+)$", timer, re.MULTILINE) == ["*-*-* 08:30"]
    assert command_line.startswith(f"set -a && . {file} && ")
