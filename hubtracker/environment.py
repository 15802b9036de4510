"""Read the environment (docs/operations.md has the table). A bad value raises ImproperlyConfigured.

The message is one sentence that names the variable and says what to do. django-environ reads DATABASE_URL alone: its
`bool` takes any unknown word for false, and its `str` replaces a secret that begins with `$`.
"""

import contextlib
import ipaddress
import os
import re
import secrets
import tempfile
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
# For each process. A worker of four threads opens at most four connections, so `max_size` is never reached. A request
# waits 5 seconds for a server that is away. The pool's own retries grow longer and longer; with this limit, it notices
# a server that is back.
POOL = {"min_size": 1, "max_size": 32, "timeout": 5, "reconnect_timeout": 5}


def from_environment(name, default=""):
    return os.environ.get(name, "").strip() or default


def invalid(name, advice, value=None):
    """Return the error for a variable whose value is no secret."""
    return ImproperlyConfigured(f"{name} is {value or from_environment(name)!r}: {advice}.")


def flag(name, default="0"):
    value = from_environment(name, default)
    if value not in ("0", "1"):
        raise invalid(name, "set it to 1 or 0, or leave it unset")
    return value == "1"


def split_url(text, *schemes):
    """Return the parts of a URL with one of these schemes, or None."""
    try:
        url = urlsplit(text)
        return url if url.scheme in schemes and url.port != 0 else None
    except ValueError:
        return None


def is_loopback(url):
    return url.hostname in ("localhost", "127.0.0.1", "::1")


def parse_address(url):
    try:
        address = ipaddress.ip_address(url.hostname)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_of_this_machine(url):
    """Return whether no other machine can open the URL."""
    if address := parse_address(url):
        return address.is_loopback or address.is_unspecified
    name = url.hostname.rstrip(".")
    return name in ("localhost", "ip6-localhost", "ip6-loopback") or name.endswith((".localhost", ".localdomain"))


def data_folder():
    folder = Path(from_environment("HUB_DATA_DIR", str(BASE_DIR / "var"))).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        advice = f"it cannot be created ({error.strerror}), so name a folder that this user may write to"
        raise invalid("HUB_DATA_DIR", advice, str(folder)) from error
    return folder


def font_folder():
    folder = Path(from_environment("HUB_PDF_FONT_DIR", str(BASE_DIR / "missions" / "fonts"))).resolve()
    if not any(folder.glob("*.[to]tf")):
        advice = "name a folder with Noto Sans SC in regular and bold as .ttf or .otf files, or leave it unset"
        raise invalid("HUB_PDF_FONT_DIR", advice, str(folder))
    return folder


def secret_key(folder):
    return from_environment("HUB_SECRET_KEY") or read_key_file(folder / "secret_key", "HUB_SECRET_KEY")


def backup_key(folder):
    """Return the key, and where it is stored."""
    if key := random_text("HUB_BACKUP_KEY", 32):
        return key, "HUB_BACKUP_KEY"
    path = folder / "backup_key"
    return read_key_file(path, "HUB_BACKUP_KEY"), path


def random_text(name, length):
    value = from_environment(name)
    if value and not re.fullmatch(rf"[!-~]{{{length},}}", value):
        raise ImproperlyConfigured(
            f"{name} must be {length} characters or more, letters, digits and signs without spaces: "
            "use the output of “openssl rand -hex 32”, or leave it unset."
        )
    return value


def read_key_file(path, variable):
    """Return the key in the file, which is created if it is missing."""
    try:
        if not path.exists():
            # The file is complete before it gets its name, so two starts at once never read half a key.
            with tempfile.NamedTemporaryFile("w", dir=path.parent) as file:
                file.write(secrets.token_urlsafe(64))
                file.flush()
                with contextlib.suppress(FileExistsError):
                    os.link(file.name, path)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read or written ({error.strerror}): "
            f"set {variable}, or HUB_DATA_DIR to a folder that this user may write to."
        ) from error


def site_url():
    """Return HUB_SITE_URL, split; http is limited to private hosts."""
    name = "HUB_SITE_URL"
    may_be_http = flag("HUB_ALLOW_HTTP")
    url = split_url(from_environment(name, "https://localhost"), "http", "https")
    if not url or not url.hostname or url.path.strip("/") or url.query or url.fragment or url.username:
        raise invalid(name, "set it to the site's address without a path, such as https://hub.example.org")
    if url.scheme == "https" or is_loopback(url):
        return url
    ip = parse_address(url)
    if not ip or not ip.is_private or ip.is_unspecified:
        private = "a private network address such as http://192.168.0.10:8000"
        raise invalid(name, f"set it to an https address; http is for a loopback host, or for {private}")
    if not may_be_http:
        unencrypted = "to send passwords unencrypted over this private network"
        raise invalid(name, f"set it to an https address, or set HUB_ALLOW_HTTP=1 {unencrypted}")
    return url


def allowed_hosts(site):
    """Return HUB_ALLOWED_HOSTS and the site's own host, as the Host header has them."""
    hosts = [host.strip() for host in from_environment("HUB_ALLOWED_HOSTS").split(",") if host.strip()]
    for host in hosts:
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9.-]+|\[[0-9a-f:.]+\]", host):
            advice = "write host names alone, without scheme or port, separated by commas"
            raise invalid("HUB_ALLOWED_HOSTS", advice, host)
    if is_loopback(site):
        return [*hosts, "localhost", "127.0.0.1", "[::1]"]
    return [*hosts, f"[{site.hostname}]" if ":" in site.hostname else site.hostname]


def database(folder):
    if not (url := from_environment("DATABASE_URL")):
        return {
            "ENGINE": "hubtracker.sqlite3",
            "NAME": folder / "hub.sqlite3",
            "OPTIONS": {
                # A transaction that reads and then writes fails at once if another has written in between. IMMEDIATE
                # takes the write lock first and waits for it.
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,  # seconds; an import of 10,000 rows may hold the lock that long
                # Overwrite deleted content. Debian's SQLite does so by default, others do not.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON",
            },
            # pytest-django recognises SQLite only by the name of Django's own engine.
            "TEST": {"NAME": ":memory:"},
            "CONN_MAX_AGE": None,  # opening one for each request takes 2 ms, a hundred times the smallest query
        }
    parts = split_url(url, "postgres", "postgresql")
    if parts and parts.path.strip("/"):
        with contextlib.suppress(ValueError):
            config = environ.Env.db_url_config(url)
            options = {**config.get("OPTIONS", {}), "pool": POOL}
            # The check takes 0.02 ms, and no request fails after a restart of the server.
            return {**config, "OPTIONS": options, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
    raise ImproperlyConfigured(
        "DATABASE_URL must be like postgres://user:password@host:5432/hub; "
        "leave it unset to use SQLite in HUB_DATA_DIR."
    )


def time_zone():
    name = from_environment("HUB_TIME_ZONE", "Asia/Shanghai")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise invalid("HUB_TIME_ZONE", "name a zone such as Asia/Shanghai") from error
    return name


def mail(sender):
    """Return Django's MAILERS and the sender's address."""
    if not (address := from_environment("HUB_EMAIL_URL")):
        return {"default": {"OPTIONS": {"host": "localhost"}}}, sender
    url = split_url(address, "smtp", "smtps")
    if url and url.hostname and not url.path.strip("/"):
        options = {"tls": "false", "from": sender, **dict(parse_qsl(url.query))}
        # A connection that begins with TLS (smtps) cannot change to it later.
        is_known = len(options) == 2 and options["tls"] in (("true", "false") if url.scheme == "smtp" else ("false",))
        if is_known and re.fullmatch(r"[^@\s]+@[^@\s]+", options["from"]):
            server = {"host": url.hostname, "port": url.port, "timeout": 10}
            login = {"username": unquote(url.username or ""), "password": unquote(url.password or "")}
            tls = {"use_tls": options["tls"] == "true", "use_ssl": url.scheme == "smtps"}
            return {"default": {"OPTIONS": {**server, **login, **tls}}}, options["from"]
    raise ImproperlyConfigured(
        "HUB_EMAIL_URL must be like smtp://user:password@mail.example.org:587?tls=true&from=hub@example.org, "
        "or smtps:// without tls; leave it unset to hand invitations over without mail."
    )


def single_sign_on():
    """Return allauth's SOCIALACCOUNT_PROVIDERS; none if HUB_OIDC_* is unset."""
    url, client_id, secret = (from_environment(f"HUB_OIDC_{name}") for name in ("URL", "CLIENT_ID", "CLIENT_SECRET"))
    if not (url or client_id or secret):
        return {}
    issuer = split_url(url, "http", "https")
    if client_id and secret and issuer and issuer.hostname and (issuer.scheme == "https" or is_loopback(issuer)):
        app = {"provider_id": "sso", "client_id": client_id, "secret": secret, "settings": {"server_url": url}}
        app["name"] = from_environment("HUB_OIDC_NAME")
        return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    raise ImproperlyConfigured(
        "HUB_OIDC_URL, HUB_OIDC_CLIENT_ID and HUB_OIDC_CLIENT_SECRET belong together: "
        "set all three, HUB_OIDC_URL to the issuer's address with https, or leave all three unset."
    )
