"""The files of deploy/, as they are; and what has to be another one on the machine of a test put in its place."""

import re
import shlex
from pathlib import Path

TOP = Path(__file__).parent.parent.parent
DEPLOY = TOP / "deploy"
UNITS = DEPLOY / "systemd"


def put_in(text, replaced):
    """The text with others in place of some strings, each of which has to occur."""
    for old, new in replaced.items():
        assert old in text, f"{old!r} is to be replaced, and does not occur"
        text = text.replace(old, str(new))
    return text


def settings_of(example):
    """What a file of settings says, with what it gives in comments only: {name: value}."""
    lines = re.findall(r"^#?([A-Z_]+=.*)$", example.read_text(), re.MULTILINE)
    return dict(shlex.split(line)[0].split("=", 1) for line in lines)


def values(unit, name):
    """All values of a unit's setting."""
    text = (UNITS / unit).read_text().replace("\\\n", "")
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


def command_of(unit, name="ExecStart"):
    """The command that systemd would start for a unit."""
    (line,) = values(unit, name)
    return [word.replace("$$", "$").replace("%%", "%") for word in shlex.split(line)]
