"""The environment: what each variable does, and that a bad value stops the start with one sentence."""

import json
import os
import stat
import subprocess
import sys

from tests.sites import TOP

OIDC = {"HUB_OIDC_CLIENT_ID": "hub", "HUB_OIDC_CLIENT_SECRET": "secret"}
HTTPS = {"SECURE_SSL_REDIRECT": True, "SESSION_COOKIE_SECURE": True, "CSRF_COOKIE_SECURE": True,
         "LANGUAGE_COOKIE_SECURE": True, "SECURE_HSTS_SECONDS": 365 * 24 * 3600,
         "SESSION_COOKIE_NAME": "__Host-sessionid", "CSRF_COOKIE_NAME": "__Host-csrftoken",
         "LANGUAGE_COOKIE_NAME": "__Secure-django_language"}  # fmt: skip
# Without https, cookies have Django's names.
HTTP = {name: None if name.endswith("_NAME") else False for name in HTTPS} | {"SECURE_HSTS_SECONDS": 0}

# Loads the settings once for each environment on stdin; a process for each would take a minute.
LOADER = """
import importlib, json, os, sys
from django.core.exceptions import ImproperlyConfigured
names, environments, results = *json.load(sys.stdin), []
for environment in environments:
    os.environ.clear()
    os.environ.update(environment)
    for module in [name for name in sys.modules if name.startswith("hubtracker")]:
        del sys.modules[module]
    try:
        settings = importlib.import_module("hubtracker.settings")
    except (ImproperlyConfigured, SystemExit) as error:
        results.append(str(error))
    else:
        values = {name: getattr(settings, name, None) for name in names}
        results.append(json.loads(json.dumps(values, default=str)))
print(json.dumps(results))
"""
NAMES = [*HTTPS, "SITE_URL", "SIGN_IN_URL", "ALLOWED_HOSTS", "TIME_ZONE", "DEBUG", "SECRET_KEY", "HUB_BACKUP_KEY",
         "HUB_REQUIRE_MFA", "HUB_SENDS_MAIL", "MAILERS", "DEFAULT_FROM_EMAIL", "SOCIALACCOUNT_PROVIDERS",
         "HUB_METRICS_TOKEN", "PASSKEY_HOST", "DATABASES"]  # fmt: skip


def run(*command, stdin="", **environment):
    # Where coverage is measured, it goes on in the other process.
    coverage = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE")}
    return subprocess.run(
        [sys.executable, *command], cwd=TOP, env={"PATH": os.environ["PATH"], **coverage, **environment}, input=stdin,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


def load(*environments):
    """Return for each environment its settings by name, or the error message."""
    process = run("-c", LOADER, stdin=json.dumps([NAMES, environments]))
    assert (process.returncode, process.stderr) == (0, "")
    return json.loads(process.stdout)


BAD = [
    {name: value}
    for name, values in {
        "HUB_DEBUG": ["yes"],
        "HUB_ALLOW_HTTP": ["yes"],
        "HUB_SITE_URL": [
            "hub.example.org", "ftp://hub.example.org", "https://example.org/hub/", "https://", "http://[::1",
            "http://localhost:80000", "http://192.168.0.10:8000",
        ],
        "HUB_TIME_ZONE": ["Asia/Hongqiao", "Asia", "../../etc/passwd"],
        "HUB_DATA_DIR": [__file__, f"{__file__}/data"],
        "HUB_PDF_FONT_DIR": [str(TOP / "docs")],
        "HUB_ALLOWED_HOSTS": ["hub.example.org,https://hub.example.org"],
        "DATABASE_URL": [
            "postgres://hub@localhost/", "mysql://hub@localhost/hub", "sqlite:///hub.sqlite3",
            "postgres://hub@localhost:port/hub",
        ],
        "HUB_REQUIRE_MFA": ["no"],
        "HUB_EMAIL_URL": [
            "mail.example.org:587", "http://mail.example.org", "smtp://user:password@", "smtp://mail.example.org/inbox",
            "smtp://mail.example.org:mail", "smtp://mail.example.org?tls=maybe", "smtps://mail.example.org?tls=true",
            "smtp://mail.example.org?ssl=true", "smtp://mail.example.org?from=Hub Tracker",
        ],
        "HUB_METRICS_TOKEN": ["fifteen-letters"],
        "HUB_BACKUP_KEY": ["k" * 31, "k" * 32 + " k"],
        "HUB_OIDC_URL": ["https://id.example.org"],
        "HUB_OIDC_CLIENT_ID": ["hub"],
    }.items()
    for value in values
]  # fmt: skip
BAD += [{"HUB_SITE_URL": url, "HUB_ALLOW_HTTP": "1"} for url in ("http://8.8.8.8", "http://hub.example.org")]
BAD += [{"HUB_OIDC_URL": url, **OIDC} for url in ("http://id.example.org", "id.example.org")]


def test_bad_value_is_refused_with_a_sentence_that_names_the_variable(tmp_path):
    results = load(*({"HUB_DATA_DIR": str(tmp_path), **bad} for bad in BAD))

    assert [bad for bad, result in zip(BAD, results, strict=True) if not isinstance(result, str)] == []
    sentences = [(next(iter(bad)) in text, text.count("\n"), text[-1]) for bad, text in zip(BAD, results, strict=True)]
    assert sentences == [(True, 0, ".")] * len(BAD)


def test_bad_value_stops_the_start_without_a_traceback(tmp_path):
    process = run("manage.py", "check", HUB_DATA_DIR=str(tmp_path), HUB_DEBUG="yes")

    assert (process.returncode, process.stdout) == (1, "")
    (sentence,) = process.stderr.splitlines()
    assert "HUB_DEBUG" in sentence


def test_default_is_https_with_keys_that_are_made_once(tmp_path):
    folder = tmp_path / "new" / "folder"
    first, again = load(
        {"HUB_DATA_DIR": str(folder)},
        {"HUB_DATA_DIR": str(folder), "HUB_DEBUG": "", "HUB_SITE_URL": " ", "DATABASE_URL": ""},
    )

    expected = {
        **HTTPS, "SITE_URL": "https://localhost", "SIGN_IN_URL": "https://localhost", "TIME_ZONE": "Asia/Shanghai",
        "DEBUG": False, "HUB_REQUIRE_MFA": True, "HUB_SENDS_MAIL": False, "DEFAULT_FROM_EMAIL": "noreply@localhost",
        "SOCIALACCOUNT_PROVIDERS": {}, "HUB_METRICS_TOKEN": "",
    }  # fmt: skip
    assert first == again
    assert {name: first[name] for name in expected} == expected
    assert first["DATABASES"]["default"]["NAME"] == str(folder / "hub.sqlite3")
    for name, setting in {"secret_key": "SECRET_KEY", "backup_key": "HUB_BACKUP_KEY"}.items():
        key = folder / name
        assert (stat.S_IMODE(key.stat().st_mode), key.read_text(), len(first[setting]) >= 50) == (
            0o600, first[setting], True
        )  # fmt: skip
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
SITES = {
    "http://127.0.0.1:8000": (HTTP, "http://localhost:8000", LOOPBACK, "localhost"),
    "http://localhost": (HTTP, "http://localhost", LOOPBACK, "localhost"),
    "http://[::1]:8080": (HTTP, "http://localhost:8080", LOOPBACK, "localhost"),
    "https://localhost": (HTTPS, "https://localhost", LOOPBACK, "localhost"),
    "https://hub.example.org": (HTTPS, "https://hub.example.org", ["hub.example.org"], "hub.example.org"),
    "http://10.0.0.5": (HTTP, "http://10.0.0.5", ["10.0.0.5"], "10.0.0.5"),
    "http://172.16.0.1:8000": (HTTP, "http://172.16.0.1:8000", ["172.16.0.1"], "172.16.0.1"),
    "http://[fd00::1]": (HTTP, "http://[fd00::1]", ["[fd00::1]"], "fd00::1"),
    "http://[fe80::1]:8000": (HTTP, "http://[fe80::1]:8000", ["[fe80::1]"], "fe80::1"),
}


def test_site_url_decides_on_https_hosts_and_where_to_sign_in(tmp_path):
    plain = {"HUB_DATA_DIR": str(tmp_path), "HUB_ALLOW_HTTP": "1"}
    results = load(*({**plain, "HUB_SITE_URL": f"{url}/"} for url in SITES))

    found = {
        url: (
            {name: result[name] for name in HTTPS},
            *(result[n] for n in ("SIGN_IN_URL", "ALLOWED_HOSTS", "PASSKEY_HOST")),
        )
        for url, result in zip(SITES, results, strict=True)
    }
    assert found == SITES
    assert [result["SITE_URL"] for result in results] == list(SITES)


def test_every_value_is_used(tmp_path):
    environment = {
        "HUB_DATA_DIR": str(tmp_path),
        "HUB_DEBUG": "1",
        "HUB_ALLOWED_HOSTS": "a.example.org, b.example.org,",
        "HUB_SITE_URL": "https://hub.example.org:8443",
        "HUB_TIME_ZONE": "Europe/Berlin",
        "DATABASE_URL": "postgres://user:pass%20word@db.example.org:5433/hub",
        "HUB_REQUIRE_MFA": "0",
        "HUB_EMAIL_URL": "smtp://user:pass%40word@mail.example.org:2525?tls=true&from=office@example.org",
        "HUB_OIDC_URL": "https://id.example.org/realms/city",
        "HUB_OIDC_NAME": "市政统一登录",
        "HUB_METRICS_TOKEN": "sixteen-letters!",
        "HUB_SECRET_KEY": "a secret key",
        "HUB_BACKUP_KEY": "k" * 32,
        **OIDC,
    }
    (result,) = load(environment)
    database = result.pop("DATABASES")["default"]
    (app,) = result.pop("SOCIALACCOUNT_PROVIDERS")["openid_connect"]["APPS"]
    mail = {"host": "mail.example.org", "port": 2525, "username": "user", "password": "pass@word", "timeout": 10}

    assert result == {
        **HTTPS, "SITE_URL": "https://hub.example.org:8443", "SIGN_IN_URL": "https://hub.example.org:8443",
        "ALLOWED_HOSTS": ["a.example.org", "b.example.org", "hub.example.org"], "TIME_ZONE": "Europe/Berlin",
        "DEBUG": True, "SECRET_KEY": "a secret key", "HUB_BACKUP_KEY": "k" * 32, "HUB_REQUIRE_MFA": False,
        "HUB_SENDS_MAIL": True, "DEFAULT_FROM_EMAIL": "office@example.org", "HUB_METRICS_TOKEN": "sixteen-letters!",
        "PASSKEY_HOST": "hub.example.org",
        "MAILERS": {"default": {"OPTIONS": {**mail, "use_tls": True, "use_ssl": False}}},
    }  # fmt: skip
    assert [database[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == [
        "hub", "user", "pass word", "db.example.org", 5433
    ]  # fmt: skip
    assert (app["settings"], app["name"]) == ({"server_url": "https://id.example.org/realms/city"}, "市政统一登录")
    assert (app["client_id"], app["secret"]) == ("hub", "secret")
    assert list(tmp_path.iterdir()) == []
