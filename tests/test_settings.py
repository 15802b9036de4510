"""The environment: each variable good and bad, as `manage.py check` sees it in a process of its own."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent

SAID = """
import json, django
from django.conf import settings
names = ("ALLOWED_HOSTS SITE_URL TIME_ZONE DEBUG SECRET_KEY SECURE_SSL_REDIRECT SECURE_HSTS_SECONDS"
    " SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE")
said = {name: getattr(settings, name) for name in names.split()}
said["database"] = {name: str(settings.DATABASES["default"][name]) for name in ("ENGINE", "NAME")}
print(json.dumps(said))
"""


def run(folder, *command, **environment):
    plain = {"PATH": os.environ["PATH"], "HUB_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "hubtracker.settings"}
    # Where coverage is measured, it goes on in the other process.
    plain |= {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    environment = {name: value for name, value in {**plain, **environment}.items() if value is not None}
    return subprocess.run(
        [sys.executable, *command], cwd=TOP, env=environment, capture_output=True, text=True, check=False, timeout=60
    )


def settings_with(folder, **environment):
    process = run(folder, "-c", SAID, **environment)
    assert (process.returncode, process.stderr) == (0, "")
    return json.loads(process.stdout)


BAD = {
    "debug is neither on nor off": {"HUB_DEBUG": "yes"},
    "no scheme": {"HUB_SITE_URL": "hub.example.org"},
    "another scheme": {"HUB_SITE_URL": "ftp://hub.example.org"},
    "a path": {"HUB_SITE_URL": "https://example.org/hub/"},
    "no host": {"HUB_SITE_URL": "https://"},
    "half an address": {"HUB_SITE_URL": "http://[::1"},
    "a port that is none": {"HUB_SITE_URL": "http://localhost:80000"},
    "a zone that is none": {"HUB_TIME_ZONE": "Asia/Hongqiao"},
    "a folder of zones": {"HUB_TIME_ZONE": "Asia"},
    "a path in place of a zone": {"HUB_TIME_ZONE": "../../etc/passwd"},
    "a file in place of a folder": {"HUB_DATA_DIR": str(Path(__file__))},
    "a folder below a file": {"HUB_DATA_DIR": str(Path(__file__) / "data")},
    "a host with a scheme": {"HUB_ALLOWED_HOSTS": "hub.example.org,https://hub.example.org"},
    "no database name": {"DATABASE_URL": "postgres://hub@localhost/"},
    "another database": {"DATABASE_URL": "mysql://hub@localhost/hub"},
    "a database file": {"DATABASE_URL": "sqlite:///hub.sqlite3"},
    "a database port that is none": {"DATABASE_URL": "postgres://hub@localhost:port/hub"},
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_stops_the_start_with_one_sentence_that_says_what_to_do(tmp_path, name):
    (variable,) = BAD[name]

    process = run(tmp_path, "manage.py", "check", **BAD[name])

    assert (process.returncode, process.stdout) == (1, "")
    (sentence,) = process.stderr.splitlines()
    assert variable in sentence
    assert sentence.endswith(".")
    assert "Traceback" not in sentence


def test_without_an_environment_the_deployment_check_has_nothing_to_say(tmp_path):
    process = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING")

    assert process.returncode == 0, process.stderr
    assert process.stdout == "System check identified no issues (0 silenced).\n"


def test_unset_means_https_and_a_key_that_is_made_once_for_its_owner_alone(tmp_path):
    folder = tmp_path / "made" / "here"

    first = settings_with(folder)
    second = settings_with(folder, HUB_DEBUG="", HUB_SITE_URL=" ", DATABASE_URL="")

    assert first == second
    assert first["SITE_URL"] == "https://localhost"
    assert [first[name] for name in SECURE] == [True, True, True]
    assert first["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert first["TIME_ZONE"] == "Asia/Shanghai"
    assert first["DEBUG"] is False
    assert first["database"] == {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "hub.sqlite3")}
    key = folder / "secret_key"
    assert (stat.S_IMODE(key.stat().st_mode), key.read_text()) == (0o600, first["SECRET_KEY"])
    assert len(first["SECRET_KEY"]) >= 50
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


SECURE = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_plain_http_is_for_a_loopback_address(tmp_path, host):
    said = settings_with(tmp_path, HUB_SITE_URL=f"http://{host}:8000/")

    assert [said[name] for name in SECURE] == [False, False, False]
    assert said["SECURE_HSTS_SECONDS"] == 0
    assert said["SITE_URL"] == f"http://{host}:8000"
    assert said["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]


def test_an_address_in_the_world_is_behind_https_and_the_only_host(tmp_path):
    said = settings_with(tmp_path, HUB_SITE_URL="http://hub.example.org", HUB_SECRET_KEY="given", HUB_DEBUG="0")

    assert [said[name] for name in SECURE] == [True, True, True]
    assert said["ALLOWED_HOSTS"] == ["hub.example.org"]
    assert said["SECRET_KEY"] == "given"
    assert list(tmp_path.iterdir()) == []


def test_every_value_that_is_given_is_used(tmp_path):
    said = settings_with(
        tmp_path,
        HUB_DEBUG="1",
        HUB_ALLOWED_HOSTS="a.example.org, b.example.org,",
        HUB_SITE_URL="https://hub.example.org:8443",
        HUB_TIME_ZONE="Europe/Berlin",
        DATABASE_URL="postgres://user:pass%20word@db.example.org:5433/hub",
    )

    assert said["DEBUG"] is True
    assert said["ALLOWED_HOSTS"] == ["a.example.org", "b.example.org", "hub.example.org"]
    assert said["SITE_URL"] == "https://hub.example.org:8443"
    assert said["TIME_ZONE"] == "Europe/Berlin"
    assert said["database"] == {"ENGINE": "django.db.backends.postgresql", "NAME": "hub"}
