"""Whether a run of tests fails over a secret in its log: what counts as one, and runs of their own with one test."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from missions.models import User
from tests import build
from tests.logged import LOG, found

TOP = Path(__file__).parents[2]

SECRETS = {
    "a password": lambda: build.PASSWORD,
    "the secret key": lambda: settings.SECRET_KEY,
    "a token": lambda: build.token()[1],
    "the key of a link": lambda: "/accounts/password/reset/key/1-abc",
    "the end of one": lambda: "d1q2w3-0123456789abcdef0123456789abcdef",
    "a code of single sign-on": lambda: "/callback/?code=abc",
    "a token of a form": lambda: "aB" * 32,
    "the key of an app": lambda: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
    "a hash": lambda: build.user().password,
    "an e-mail address": lambda: "wang@example.org",
    "a note": lambda: build.submission(note="Between us: 尚未开工").note,
    "a name": lambda: User.objects.create(username="w", name="Wang Fang 王芳").name,
}
HARMLESS = ["0123456789abcdef" * 2, "0123456789abcdef" * 4, "/key/...", "code=...", "a long word", "admin@"]


@pytest.mark.parametrize("kind", SECRETS)
def test_a_line_with_a_secret_is_found(db, kind):
    secret = SECRETS[kind]()
    lines = [f"said {secret} aloud", json.dumps({"event": f"said {secret} aloud"})]

    assert [each.partition(": ")[2] for each in found("\n".join(["before", *lines, "after"]))] == lines


@pytest.mark.parametrize("text", HARMLESS)
def test_what_is_none_is_not(text):
    assert found(f'{{"event": "said {text} aloud"}}') == []


def test_a_session_is_found(client, db):
    client.force_login(build.user())

    assert len(found(f"said {client.cookies[settings.SESSION_COOKIE_NAME].value} aloud")) >= 1


TEST = """
import logging
import subprocess
from tests import build
from tests.logged import KNOWN, LOG, no_secret_is_logged

KNOWN.add(build.PASSWORD)

def test_it():
    {does}
"""
LOGGED = "logging.getLogger('missions').warning('signed in with %s', build.PASSWORD)"
BY_A_SERVER = "subprocess.run(['sh', '-c', f'echo {build.PASSWORD} >&2'], stderr=LOG)"
NONE = "logging.getLogger('missions').warning('signed in')"


@pytest.mark.parametrize(
    ("does", "options", "ended"),
    [
        (LOGGED, [], (1, "1 passed, 1 error")),
        (LOGGED, ["-n", "1"], (1, "1 passed, 1 error")),
        (BY_A_SERVER, [], (1, "1 passed, 1 error")),
        (NONE, [], (0, "1 passed")),
    ],
)
def test_a_run_fails_whose_log_has_a_secret_although_its_test_passes(tmp_path, does, options, ended):
    (tmp_path / "test_one.py").write_text(TEST.format(does=does))
    command = [sys.executable, "-m", "pytest", "-c", TOP / "pyproject.toml", "--rootdir", TOP, tmp_path, "-q"]
    command += ["--no-cov", "-p", "no:cacheprovider", *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}

    run = subprocess.run(command, cwd=TOP, env=environment, capture_output=True, text=True, check=False, timeout=300)

    assert (run.returncode, run.stdout.splitlines()[-1].partition(" in ")[0]) == ended, run.stdout
    assert ("of the log have a secret" in run.stdout) == bool(run.returncode)


def test_the_log_of_this_run_is_watched(client, lines):
    client.get("/healthz")

    assert LOG.tell() > 0
    assert [line["path"] for line in lines()] == ["/healthz"]
