"""The log of a whole run of tests, and whether a secret got into it: then the run fails.

Each process of pytest-xdist has its own: what it logs itself, and what the servers say that its tests start.
"""

import json
import logging.config
import re
import tempfile

import pytest
import structlog
from django.conf import settings
from django.db.models.signals import post_save

from hubtracker.logs import LOGGING

LOG = tempfile.TemporaryFile("a+", encoding="utf-8")  # noqa: SIM115 (open as long as the process)

# What a secret looks like.
SHAPES = {
    "the key of a link": r"/key/(?!\.\.\.)[^\s\"]|\b[0-9a-z]{6}-[0-9a-f]{32}\b",
    "a token of the API": r"\bhub_[\w-]{20}",
    "a code of single sign-on": r"[?&\s]code=(?!\.\.\.)\w",
    "a session": r"\b(?=[0-9a-f]*[g-z])[0-9a-z]{32}\b",
    "a token of a form, or a key of an app": r"\b(?=[^\WA-Z]*[A-Z])(?:[0-9A-Za-z]{32}|[0-9A-Za-z]{64})\b",
    "the hash of a password": r"\b(?:pbkdf2|argon2|scrypt|bcrypt)\w*\$",
    "an e-mail address": r"[\w.+-]+@[\w-]+\.\w",
}
# What tests have made secret: passwords, keys, notes, names.
KNOWN: set[str] = set()
SHORTEST = 6  # below that it may well be a word of something else
PERSONAL = {
    "missions.User": ["name"],
    "missions.Submission": ["note"],
    "missions.Step": ["reason"],
    "sessions.Session": ["session_key"],
}


def watch():
    """From here on the log of this process goes into LOG, and what is personal of saved records is known."""
    # In the settings: a test that loads the site's WSGI application has them set up once more.
    LOGGING["handlers"]["watched"] = {"class": "logging.StreamHandler", "formatter": "json", "stream": LOG}
    LOGGING["root"]["handlers"].append("watched")
    logging.config.dictConfig(LOGGING)
    structlog.configure(logger_factory=structlog.WriteLoggerFactory(LOG))
    for model in PERSONAL:
        post_save.connect(know, sender=model, weak=False)


def know(sender, instance, **kwargs):
    KNOWN.update(getattr(instance, name) for name in PERSONAL[sender._meta.label])


def found(text):
    """Each line of the text with a secret in it, and what that is."""
    values = {value for value in {*KNOWN, settings.SECRET_KEY} if len(value) >= SHORTEST}
    known = "|".join(re.escape(each) for value in sorted(values) for each in (value, json.dumps(value)[1:-1]))
    shapes = {**SHAPES, "what a test made secret": known}
    # A word that a reader looks for is the reader's own, also where a test has hidden the same one.
    lines = [re.sub(r'"query": "q=\w*"', "", line) for line in text.splitlines()]
    return [f"{what}: {line}" for line in lines for what, shape in shapes.items() if re.search(shape, line)]


@pytest.fixture(scope="session", autouse=True)
def no_secret_is_logged():
    """The first fixture to be set up, so that all else has ended, servers among it, when the log is read."""
    yield
    LOG.seek(0)
    secrets = found(LOG.read())
    assert not secrets, f"{len(secrets)} lines of the log have a secret:\n" + "\n".join(secrets[:10])


@pytest.fixture
def lines():
    """What this process and its servers have logged since the test began, each line as a dictionary."""
    LOG.seek(0, 2)
    start = LOG.tell()

    def since():
        LOG.seek(start)
        return [json.loads(line) for line in LOG]

    return since


watch()
