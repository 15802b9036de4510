"""docs/reminders.md: what it tells an operator to write down."""

import re
from pathlib import Path

PAGE = Path(__file__).parent.parent.parent / "docs" / "reminders.md"


def test_the_examples_of_the_page_run_every_day_with_the_settings_of_the_service():
    text = PAGE.read_text()
    (hour, command_line) = re.search(r"^(30 8 \S+ \S+ \S+)  (.*)$", text, re.MULTILINE).groups()
    (file,) = re.findall(r"^EnvironmentFile=(.+)$", text, re.MULTILINE)

    assert hour == "30 8 * * *"
    assert re.findall(r"^OnCalendar=(.+)$", text, re.MULTILINE) == ["*-*-* 08:30"]
    assert command_line.startswith(f"set -a && . {file} && ")
