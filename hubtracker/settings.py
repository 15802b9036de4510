"""The one settings module. It reads the environment (the README has the table) and nothing else."""

import contextlib
import os
import re
import secrets
import tempfile
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP

BASE_DIR = Path(__file__).resolve().parent.parent
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]


def from_environment(name, default=""):
    return os.environ.get(name, "").strip() or default


def flag(name):
    value = from_environment(name, "0")
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


def secret_key(folder):
    """HUB_SECRET_KEY, or a key that is made once and kept in the data folder, readable by its owner alone."""
    if key := from_environment("HUB_SECRET_KEY"):
        return key
    path = folder / "secret_key"
    try:
        if not path.exists():
            # Written whole before it gets its name: of two starts at once, neither reads half a key of the other.
            descriptor, draft = tempfile.mkstemp(dir=folder)
            with open(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(64))
            with contextlib.suppress(FileExistsError):
                os.link(draft, path)
            os.unlink(draft)
        return path.read_text()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read or written ({error.strerror}): "
            "set HUB_SECRET_KEY, or HUB_DATA_DIR to a folder that this user may write to."
        ) from error


def site_url():
    address = from_environment("HUB_SITE_URL", "https://localhost")
    try:
        url = urlsplit(address)
        is_plain = not (url.path.strip("/") or url.query or url.fragment or url.username) and url.port != 0
        if url.scheme in ("http", "https") and url.hostname and is_plain:
            return url
    except ValueError:
        pass  # not an address at all, or a port that is none
    raise ImproperlyConfigured(
        f"HUB_SITE_URL is {address!r}: set it to the site's address without a path, such as https://hub.example.org."
    )


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
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": folder / "hub.sqlite3",
            "OPTIONS": {
                # A transaction that reads and then writes would fail at once when another has written in between;
                # IMMEDIATE takes the write lock first and waits for it.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL",
            },
        }
    try:
        parts = urlsplit(url)
        if parts.scheme in ("postgres", "postgresql") and parts.port != 0 and parts.path.strip("/"):
            return {**environ.Env.db_url_config(url), "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
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


DEBUG = flag("HUB_DEBUG")
HUB_DATA_DIR = data_folder()
SECRET_KEY = secret_key(HUB_DATA_DIR)
DATABASES = {"default": database(HUB_DATA_DIR)}

_site = site_url()
SITE_URL = f"{_site.scheme}://{_site.netloc}"
_is_loopback = _site.hostname in ("localhost", "127.0.0.1", "::1")
ALLOWED_HOSTS = [*allowed_hosts(), *(LOOPBACK if _is_loopback else [_site.hostname])]

# Plain http is for a loopback address alone.
_secure = not (_is_loopback and _site.scheme == "http")
SECURE_SSL_REDIRECT = _secure
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _secure
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if _secure else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _secure
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}

INSTALLED_APPS = [
    "missions",
    "missions.apps.HubAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_tables2",
    "django_filters",
    "simple_history",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
]

ROOT_URLCONF = "hubtracker.urls"
WSGI_APPLICATION = "hubtracker.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

AUTH_USER_MODEL = "missions.User"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "missions" / "locale"]
TIME_ZONE = time_zone()
USE_TZ = True
FORMAT_MODULE_PATH = ["hubtracker.formats"]

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "var" / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
