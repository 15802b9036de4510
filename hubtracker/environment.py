"""What the environment says (docs/operations.md has the table). A bad value ends in a sentence that says what to do."""

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
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
# Of each process. A connection is opened when a thread finds none free: a command has one, a worker of four threads at
# most four; the limit lies far above. While the server is away, a request waits so many seconds and no longer; nor does
# the pool, which would ask for the server more and more seldom, and miss it when it is back.
POOL = {"min_size": 1, "max_size": 32, "timeout": 5, "reconnect_timeout": 5}


def is_loopback(url):
    return url.hostname in ("localhost", "127.0.0.1", "::1")


def address_of(url):
    """The IP address that the host is, in its shortest form; None where it is a name."""
    try:
        address = ipaddress.ip_address(url.hostname)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def is_private(url):
    """Whether the host is an IP address of a private network; a name is not looked up."""
    address = address_of(url)
    return bool(address and address.is_private and not address.is_unspecified)


def is_of_this_machine(url):
    """Whether no other machine can open it: a loopback host in any spelling, or what only a server listens on."""
    address, name = address_of(url), url.hostname.rstrip(".")
    if address:
        return address.is_loopback or address.is_unspecified
    return name in ("localhost", "ip6-localhost", "ip6-loopback") or name.endswith((".localhost", ".localdomain"))


def from_environment(name, default=""):
    return os.environ.get(name, "").strip() or default


def flag(name, default="0"):
    value = from_environment(name, default)
    if value not in ("0", "1"):
        raise ImproperlyConfigured(f"{name} is {value!r}: set it to 1 or 0, or leave it unset.")
    return value == "1"


def data_folder():
    folder = Path(from_environment("HUB_DATA_DIR", str(BASE_DIR / "var"))).resolve()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(
            f"HUB_DATA_DIR is {folder}, which cannot be made ({error.strerror}): "
            "name a folder that this user may write to."
        ) from error
    return folder


def font_folder():
    """HUB_PDF_FONT_DIR, or the fonts that come along."""
    folder = Path(from_environment("HUB_PDF_FONT_DIR", str(BASE_DIR / "missions" / "fonts"))).resolve()
    if not any(folder.glob("*.[to]tf")):
        raise ImproperlyConfigured(
            f"HUB_PDF_FONT_DIR is {folder}, which has no font: "
            "name a folder with Noto Sans SC in regular and bold as .ttf or .otf files, or leave it unset."
        )
    return folder


def secret_key(folder):
    """HUB_SECRET_KEY, or a key that is made once and kept in the data folder, readable by its owner alone."""
    return from_environment("HUB_SECRET_KEY") or key_file(folder / "secret_key", "HUB_SECRET_KEY")


def backup_key(folder):
    """Return the key that seals backups, and where it is kept."""
    key, path = from_environment("HUB_BACKUP_KEY"), folder / "backup_key"
    if not key:
        return key_file(path, "HUB_BACKUP_KEY"), path
    if not re.fullmatch(r"[!-~]{32,}", key):
        raise ImproperlyConfigured(
            "HUB_BACKUP_KEY must be 32 characters or more, letters, digits and signs without spaces: "
            "use the output of “openssl rand -hex 32”, or leave it unset."
        )
    return key, "HUB_BACKUP_KEY"


def key_file(path, variable):
    """Return the key in the file, which is made where it is missing."""
    try:
        if not path.exists():
            # Written whole before it gets its name: of two starts at once, neither reads half a key of the other.
            descriptor, draft = tempfile.mkstemp(dir=path.parent)
            with open(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(64))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            os.unlink(draft)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read or written ({error.strerror}): "
            f"set {variable}, or HUB_DATA_DIR to a folder that this user may write to."
        ) from error


def metrics_token():
    """HUB_METRICS_TOKEN, which opens /metrics; unset, there is no such page."""
    token = from_environment("HUB_METRICS_TOKEN")
    if token and not re.fullmatch(r"[!-~]{16,}", token):
        raise ImproperlyConfigured(
            "HUB_METRICS_TOKEN must be 16 characters or more, letters, digits and signs without spaces: "
            "take what “openssl rand -hex 32” says, or leave it unset."
        )
    return token


def site_url():
    """HUB_SITE_URL, split; http only on a loopback host or, where allowed, on a private network address."""
    address = from_environment("HUB_SITE_URL", "https://localhost")
    may_be_http = flag("HUB_ALLOW_HTTP")
    try:
        url = urlsplit(address)
        is_plain = not (url.path.strip("/") or url.query or url.fragment or url.username) and url.port != 0
        is_address = url.scheme in ("http", "https") and url.hostname and is_plain
    except ValueError:
        is_address = False  # not an address at all, or a port that is none
    if not is_address:
        raise ImproperlyConfigured(
            f"HUB_SITE_URL is {address!r}: set it to the site's address without a path, such as "
            "https://hub.example.org."
        )
    if url.scheme == "https" or is_loopback(url):
        return url
    if not is_private(url):
        raise ImproperlyConfigured(
            f"HUB_SITE_URL is {address!r}: set it to an https address; http is for a loopback host, or for a private "
            "network address such as http://192.168.0.10:8000."
        )
    if not may_be_http:
        raise ImproperlyConfigured(
            f"HUB_SITE_URL is {address!r}: set it to an https address, or set HUB_ALLOW_HTTP=1 to send passwords "
            "unencrypted over this private network."
        )
    return url


def host_of(url):
    """The host of an address as a Host header names it: IPv6 in brackets."""
    return f"[{url.hostname}]" if ":" in url.hostname else url.hostname


def allowed_hosts():
    hosts = [host.strip() for host in from_environment("HUB_ALLOWED_HOSTS").split(",") if host.strip()]
    for host in hosts:
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9.-]+|\[[0-9a-f:.]+\]", host):
            raise ImproperlyConfigured(
                f"HUB_ALLOWED_HOSTS has {host!r}: write host names alone, without scheme or port, separated by commas."
            )
    return hosts


def database(folder):
    if not (url := from_environment("DATABASE_URL")):
        return {
            "ENGINE": "hubtracker.sqlite3",
            "NAME": folder / "hub.sqlite3",
            "OPTIONS": {
                # A transaction that reads and then writes would fail at once when another has written in between;
                # IMMEDIATE takes the write lock first and waits for it.
                "transaction_mode": "IMMEDIATE",
                "timeout": 60,  # seconds: as long as an import of ten thousand rows may hold the lock
                # What is erased leaves no bytes behind: Debian's SQLite does so by itself, others do not.
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA secure_delete=ON",
            },
            # Said because pytest-django tells SQLite by the name of Django's own engine.
            "TEST": {"NAME": ":memory:"},
            "CONN_MAX_AGE": None,  # to open it anew for each request takes 2 ms, a hundred times the smallest query
        }
    try:
        parts = urlsplit(url)
        if parts.scheme in ("postgres", "postgresql") and parts.port != 0 and parts.path.strip("/"):
            given = environ.Env.db_url_config(url)
            pooled = {"OPTIONS": {**given.get("OPTIONS", {}), "pool": POOL}, "CONN_MAX_AGE": 0}
            # Asked whether it still answers before each use, for 0.02 ms: so a restart of the server is not noticed.
            return {**given, **pooled, "CONN_HEALTH_CHECKS": True}
    except ValueError:
        pass  # not an address at all, or a port that is none
    raise ImproperlyConfigured(
        "DATABASE_URL must be like postgres://user:password@host:5432/hub; "
        "leave it unset to use SQLite in HUB_DATA_DIR."
    )


def time_zone():
    name = from_environment("HUB_TIME_ZONE", "Asia/Shanghai")
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ImproperlyConfigured(f"HUB_TIME_ZONE is {name!r}: name a zone such as Asia/Shanghai.") from error
    return name


def mail(sender):
    """Django's mailers and the sender's address, by HUB_EMAIL_URL; where it is unset, Django's default, never used."""
    if not (address := from_environment("HUB_EMAIL_URL")):
        return {"default": {"OPTIONS": {"host": "localhost"}}}, sender
    try:
        url, options = urlsplit(address), {"tls": "false", "from": sender, **dict(parse_qsl(urlsplit(address).query))}
        is_server = url.scheme in ("smtp", "smtps") and url.hostname and url.port != 0 and not url.path.strip("/")
        # TLS from the first byte (smtps) leaves no room for TLS later on.
        is_known = len(options) == 2 and options["tls"] in (("true", "false") if url.scheme == "smtp" else ("false",))
        if is_server and is_known and re.fullmatch(r"[^@\s]+@[^@\s]+", options["from"]):
            server = {"host": url.hostname, "port": url.port, "timeout": 10}
            login = {"username": unquote(url.username or ""), "password": unquote(url.password or "")}
            tls = {"use_tls": options["tls"] == "true", "use_ssl": url.scheme == "smtps"}
            return {"default": {"OPTIONS": {**server, **login, **tls}}}, options["from"]
    except ValueError:
        pass  # not an address at all, or a port that is none
    raise ImproperlyConfigured(
        "HUB_EMAIL_URL must be like smtp://user:password@mail.example.org:587?tls=true&from=hub@example.org, "
        "or smtps:// without tls; leave it unset to hand invitations over without mail."
    )


def single_sign_on():
    """allauth's provider by HUB_OIDC_*; none where they are unset."""
    url, client_id, secret = (from_environment(f"HUB_OIDC_{name}") for name in ("URL", "CLIENT_ID", "CLIENT_SECRET"))
    if not (url or client_id or secret):
        return {}
    with contextlib.suppress(ValueError):  # not an address at all
        issuer = urlsplit(url)
        is_private = issuer.scheme == "https" or (issuer.scheme == "http" and is_loopback(issuer))
        if client_id and secret and issuer.hostname and is_private:
            app = {"provider_id": "sso", "client_id": client_id, "secret": secret, "settings": {"server_url": url}}
            app["name"] = from_environment("HUB_OIDC_NAME")
            return {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    raise ImproperlyConfigured(
        "HUB_OIDC_URL, HUB_OIDC_CLIENT_ID and HUB_OIDC_CLIENT_SECRET belong together: "
        "set all three, HUB_OIDC_URL to the issuer's address with https, or leave all three unset."
    )
