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
    " SESSION_COOKIE_SECURE CSRF_COOKIE_SECURE LANGUAGE_COOKIE_SECURE HUB_REQUIRE_MFA HUB_SENDS_MAIL MAILERS"
    " DEFAULT_FROM_EMAIL SOCIALACCOUNT_PROVIDERS PASSKEY_HOST SIGN_IN_URL MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"
    " HUB_METRICS_TOKEN HUB_BACKUP_KEY HUB_BACKUP_KEY_PLACE")
said = {name: getattr(settings, name) for name in names.split()}
said["HUB_BACKUP_KEY_PLACE"] = str(settings.HUB_BACKUP_KEY_PLACE)
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


OIDC = {"HUB_OIDC_CLIENT_ID": "hub", "HUB_OIDC_CLIENT_SECRET": "secret"}

BAD = {
    "debug is neither on nor off": {"HUB_DEBUG": "yes"},
    "no scheme": {"HUB_SITE_URL": "hub.example.org"},
    "another scheme": {"HUB_SITE_URL": "ftp://hub.example.org"},
    "a path": {"HUB_SITE_URL": "https://example.org/hub/"},
    "no host": {"HUB_SITE_URL": "https://"},
    "half an address": {"HUB_SITE_URL": "http://[::1"},
    "a port that is none": {"HUB_SITE_URL": "http://localhost:80000"},
    "http on a public address": {"HUB_SITE_URL": "http://8.8.8.8", "HUB_ALLOW_HTTP": "1"},
    "http on a name": {"HUB_SITE_URL": "http://hub.example.org", "HUB_ALLOW_HTTP": "1"},
    "http on a private network that nobody allowed": {"HUB_SITE_URL": "http://192.168.0.10:8000"},
    "http that is neither allowed nor not": {"HUB_ALLOW_HTTP": "yes"},
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
    "a second factor that is neither on nor off": {"HUB_REQUIRE_MFA": "no"},
    "a mail server without a scheme": {"HUB_EMAIL_URL": "mail.example.org:587"},
    "a mail server over http": {"HUB_EMAIL_URL": "http://mail.example.org"},
    "no mail server": {"HUB_EMAIL_URL": "smtp://user:password@"},
    "a mail server with a path": {"HUB_EMAIL_URL": "smtp://mail.example.org/inbox"},
    "a mail port that is none": {"HUB_EMAIL_URL": "smtp://mail.example.org:mail"},
    "TLS that is neither on nor off": {"HUB_EMAIL_URL": "smtp://mail.example.org?tls=maybe"},
    "TLS twice": {"HUB_EMAIL_URL": "smtps://mail.example.org?tls=true"},
    "an option of mail that there is not": {"HUB_EMAIL_URL": "smtp://mail.example.org?ssl=true"},
    "a sender that is no address": {"HUB_EMAIL_URL": "smtp://mail.example.org?from=Hub Tracker"},
    "a token of the metrics that can be guessed": {"HUB_METRICS_TOKEN": "fifteen-letters"},
    "a key of backups that is too short": {"HUB_BACKUP_KEY": "k" * 31},
    "a key of backups with a space": {"HUB_BACKUP_KEY": "k" * 32 + " k"},
    "half a single sign-on": {"HUB_OIDC_URL": "https://id.example.org"},
    "the other half": {"HUB_OIDC_CLIENT_ID": "hub"},
    "a single sign-on in the clear": {"HUB_OIDC_URL": "http://id.example.org", **OIDC},
    "a single sign-on without a scheme": {"HUB_OIDC_URL": "id.example.org", **OIDC},
    "half an address of a single sign-on": {"HUB_OIDC_URL": "https://[::1", **OIDC},
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_value_stops_the_start_with_one_sentence_that_says_what_to_do(tmp_path, name):
    variable, *_others = BAD[name]

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
    assert (first["SITE_URL"], first["SIGN_IN_URL"]) == ("https://localhost", "https://localhost")
    assert [first[name] for name in SECURE] == [True] * 4
    assert first["SECURE_HSTS_SECONDS"] == 365 * 24 * 3600
    assert first["TIME_ZONE"] == "Asia/Shanghai"
    assert first["DEBUG"] is False
    assert first["HUB_REQUIRE_MFA"] is True
    assert (first["HUB_SENDS_MAIL"], first["DEFAULT_FROM_EMAIL"]) == (False, "noreply@localhost")
    assert first["SOCIALACCOUNT_PROVIDERS"] == {}
    assert first["HUB_METRICS_TOKEN"] == ""
    assert first["database"] == {"ENGINE": "hubtracker.sqlite3", "NAME": str(folder / "hub.sqlite3")}
    assert first["HUB_BACKUP_KEY_PLACE"] == str(folder / "backup_key")
    for name, variable in {"secret_key": "SECRET_KEY", "backup_key": "HUB_BACKUP_KEY"}.items():
        key = folder / name
        assert (stat.S_IMODE(key.stat().st_mode), key.read_text()) == (0o600, first[variable])
        assert len(first[variable]) >= 50
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


SECURE = ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"]


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", ":8000"), ("localhost", ""), ("[::1]", ":8080")])
def test_plain_http_is_for_a_loopback_address_where_people_sign_in_at_localhost(tmp_path, host, port):
    said = settings_with(tmp_path, HUB_SITE_URL=f"http://{host}{port}/")

    assert [said[name] for name in SECURE] == [False] * 4
    assert said["SECURE_HSTS_SECONDS"] == 0
    assert (said["SITE_URL"], said["SIGN_IN_URL"]) == (f"http://{host}{port}", f"http://localhost{port}")
    assert said["ALLOWED_HOSTS"] == ["localhost", "127.0.0.1", "[::1]"]
    assert (said["PASSKEY_HOST"], said["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"]) == ("localhost", True)


@pytest.mark.parametrize(
    "host", ["10.0.0.5", "172.16.0.1:8000", "192.168.0.10:8000", "169.254.1.1", "[fd00::1]", "[fe80::1]:8000"]
)
def test_plain_http_is_used_on_a_private_network_address_where_it_is_allowed(tmp_path, host):
    said = settings_with(tmp_path, HUB_SITE_URL=f"http://{host}", HUB_ALLOW_HTTP="1")

    assert [said[name] for name in SECURE] == [False] * 4
    assert said["SECURE_HSTS_SECONDS"] == 0
    assert (said["SITE_URL"], said["SIGN_IN_URL"]) == (f"http://{host}", f"http://{host}")
    assert said["ALLOWED_HOSTS"] == [host.removesuffix(":8000")]


def test_an_address_in_the_world_is_behind_https_and_the_only_host(tmp_path):
    keys = {"HUB_SECRET_KEY": "given", "HUB_BACKUP_KEY": "k" * 32}
    said = settings_with(tmp_path, HUB_SITE_URL="https://hub.example.org", HUB_DEBUG="0", **keys)

    assert [said[name] for name in SECURE] == [True] * 4
    assert said["ALLOWED_HOSTS"] == ["hub.example.org"]
    assert said["SIGN_IN_URL"] == "https://hub.example.org"
    assert (said["PASSKEY_HOST"], said["MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN"]) == ("hub.example.org", False)
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
        HUB_REQUIRE_MFA="0",
        HUB_EMAIL_URL="smtp://user:pass%40word@mail.example.org:2525?tls=true&from=office@example.org",
        HUB_OIDC_URL="https://id.example.org/realms/city",
        HUB_OIDC_NAME="市政统一登录",
        HUB_METRICS_TOKEN="sixteen-letters!",
        HUB_BACKUP_KEY="thirty-two letters without space".replace(" ", "-"),
        **OIDC,
    )

    assert said["DEBUG"] is True
    assert said["ALLOWED_HOSTS"] == ["a.example.org", "b.example.org", "hub.example.org"]
    assert (said["SITE_URL"], said["SIGN_IN_URL"]) == ("https://hub.example.org:8443",) * 2
    assert said["TIME_ZONE"] == "Europe/Berlin"
    assert said["database"] == {"ENGINE": "django.db.backends.postgresql", "NAME": "hub"}
    assert said["HUB_REQUIRE_MFA"] is False
    assert (said["HUB_SENDS_MAIL"], said["DEFAULT_FROM_EMAIL"]) == (True, "office@example.org")
    server = {"host": "mail.example.org", "port": 2525, "username": "user", "password": "pass@word", "timeout": 10}
    assert said["MAILERS"] == {"default": {"OPTIONS": {**server, "use_tls": True, "use_ssl": False}}}
    assert said["HUB_METRICS_TOKEN"] == "sixteen-letters!"
    assert said["HUB_BACKUP_KEY"] == "thirty-two-letters-without-space"
    assert said["HUB_BACKUP_KEY_PLACE"] == "HUB_BACKUP_KEY"
    (app,) = said["SOCIALACCOUNT_PROVIDERS"]["openid_connect"]["APPS"]
    assert app["settings"] == {"server_url": "https://id.example.org/realms/city"}
    assert (app["name"], app["client_id"], app["secret"]) == ("市政统一登录", "hub", "secret")


@pytest.mark.parametrize(
    ("url", "tls", "port"),
    [("smtps://mail.example.org", (False, True), None), ("smtp://localhost:25", (False, False), 25)],
)
def test_mail_goes_with_tls_from_the_start_or_without(tmp_path, url, tls, port):
    options = settings_with(tmp_path, HUB_EMAIL_URL=url)["MAILERS"]["default"]["OPTIONS"]

    assert ((options["use_tls"], options["use_ssl"]), options["port"]) == (tls, port)
