"""The log of a whole test run, which fails if a secret was logged.

Each process of pytest-xdist has its own: what it logs, and what the servers of its tests log.
"""

import json
import logging.config
import re
import tempfile

import pytest
from django.conf import settings
from django.db.models.signals import post_save

from hubtracker import logs

LOG = tempfile.TemporaryFile("a+", encoding="utf-8")  # noqa: SIM115 (open as long as the process)

PATTERNS = {
    "a link's key": r"/key/(?!\.\.\.)[^\s\"]|\b[0-9a-z]{6}-[0-9a-f]{32}\b",
    "an API token": r"\bhub_[\w-]{20}",
    "a code of single sign-on": r"[?&\s]code=(?!\.\.\.)\w",
    "a session key": r"\b(?=[0-9a-f]*[g-z])[0-9a-z]{32}\b",
    "a CSRF token or an app's key": r"\b(?=[^\WA-Z]*[A-Z])(?:[0-9A-Za-z]{32}|[0-9A-Za-z]{64})\b",
    "a password's hash": r"\b(?:pbkdf2|argon2|scrypt|bcrypt|md5)\w*\$",
    "an e-mail address": r"[\w.+-]+@[\w-]+\.\w",
}
# Secrets of the tests: passwords, keys, notes, names.
KNOWN: set[str] = set()
SHORTEST = 6  # shorter ones may be part of other words
PERSONAL = {
    "missions.User": ["name"],
    "missions.Submission": ["note"],
    "missions.Step": ["reason"],
    "sessions.Session": ["session_key"],
}


def watch():
    """Copy the log of this process to LOG, and remember the personal fields of saved records."""
    # In the settings: loading the site's WSGI application configures logging again.
    logs.LOGGING["handlers"]["watched"] = {"class": "logging.StreamHandler", "formatter": "json", "stream": LOG}
    logs.LOGGING["root"]["handlers"].append("watched")
    logging.config.dictConfig(logs.LOGGING)
    logs.write = lambda line: LOG.write(line.decode())
    for model in PERSONAL:
        post_save.connect(remember, sender=model, weak=False)


def remember(sender, instance, **kwargs):
    KNOWN.update(getattr(instance, name) for name in PERSONAL[sender._meta.label])


def find_secrets(text):
    """Each line of the text with a secret, and the kind of secret."""
    # A word that a reader searches for is no secret, even if it is part of a note.
    text = re.sub(r'"query": "q=\w*"', "", text)
    values = (value for value in {*KNOWN, settings.SECRET_KEY} if len(value) >= SHORTEST)
    # `in` first: one pattern of all values takes twenty times as long.
    known = [form for value in values for form in (value, json.dumps(value)[1:-1]) if form in text]
    patterns = PATTERNS | ({"a secret of a test": "|".join(map(re.escape, known))} if known else {})
    return [
        f"{kind}: {line}"
        for line in text.splitlines()
        for kind, pattern in patterns.items()
        if re.search(pattern, line)
    ]


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_logged():
    """Set up first, so that it reads the log when everything else has ended."""
    yield
    LOG.seek(0)
    secrets = find_secrets(LOG.read())
    assert not secrets, f"{len(secrets)} lines of the log have a secret:\n" + "\n".join(secrets[:10])


@pytest.fixture
def lines():
    """A function that returns what was logged since the test began, as dictionaries."""
    LOG.seek(0, 2)
    start = LOG.tell()

    def read():
        LOG.seek(start)
        return [json.loads(line) for line in LOG]

    return read


watch()
