"""The site that is fuzzed: the real programme, its people, and what of it may change while somebody only reads."""

import contextlib
import hashlib
import json
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.browser.conftest import TOP, Site

ANONYMOUS, EDITOR, HEAD = "anonymous", "editor", "head"

# What a request that only reads may write all the same. Into a session, which stays: that somebody is still there, what
# they want to open next, the key of an app that they are about to set up. Cache and attempts: how often they asked.
OF_THE_READER = {
    "django_session",
    "usersessions_usersession",
    "cache",
    "axes_accessattempt",
    "axes_accessattemptexpiration",
    "axes_accessfailurelog",
    "axes_accesslog",
}
# When somebody signed in last is no fact of the site.
OF_A_SIGN_IN = {("missions_user", "last_login")}


class Fuzzed(Site):
    """A running site that can be looked into, and set back to how it was."""

    def __init__(self, folder):
        super().__init__(folder)
        self.folder = Path(folder)
        self.log = self.folder / "log"
        said = f"--capture-output --error-logfile={self.log}"
        self.environment |= {"HUB_REQUIRE_MFA": "0", "GUNICORN_CMD_ARGS": said}
        command = [sys.executable, "-m", "tests.fuzz.people"]
        made = json.loads(subprocess.check_output(command, cwd=TOP, env=self.environment))
        self.routes, self.sessions = made["routes"], made["sessions"]

    def start(self, workers=1):
        super().start(workers)
        self.database = sqlite3.connect(self.folder / "hub.sqlite3", timeout=60, isolation_level=None)
        self.kept = sqlite3.connect(self.folder / "kept.sqlite3", isolation_level=None)
        self.keep()

    def stop(self):
        self.server.terminate()
        self.server.wait(timeout=60)  # gunicorn itself waits half a minute for what is still being answered
        self.database.close()
        self.kept.close()

    def keep(self):
        """Keeps the site as it is now."""
        self.database.backup(self.kept)
        self.first, self.version = self.state(), self.column("PRAGMA data_version")

    def has_written(self):
        """Whether anything at all was committed since this was asked last, or a file is there that was not kept."""
        before, self.version = self.version, self.column("PRAGMA data_version")
        return before != self.version or self.files() != self.first["files"]

    def set_back(self):
        """Makes the site again what was kept, under the server as it runs."""
        self.kept.backup(self.database)
        for name in set(self.files()) - set(self.first["files"]):
            Path(name).unlink()

    def column(self, query, *values):
        """The values of the first column."""
        return [row[0] for row in self.database.execute(query, values)]

    def state(self):
        """Table → the digest of all its rows, without what is the reader's own; the files; who is signed in."""
        tables = self.column("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        found = {table: self.digest(table) for table in tables if table not in OF_THE_READER}
        return {**found, "files": self.files(), "sessions": self.open_sessions()}

    def changed(self):
        """The tables that are not what was kept, "files", and "sessions" where somebody is no longer signed in."""
        return [name for name, digest in self.state().items() if digest != self.first[name]]

    def files(self):
        return sorted(str(path) for path in (self.folder / "evidence").rglob("*") if path.is_file())

    def open_sessions(self):
        """The keys of those sessions of the site's people that are still there."""
        keys = self.column("SELECT session_key FROM django_session ORDER BY 1")
        return [key for key in keys if key in self.sessions.values()]

    def digest(self, table):
        columns = self.column("SELECT name FROM pragma_table_info(?)", table)
        names = ", ".join(f'"{name}"' for name in columns if (table, name) not in OF_A_SIGN_IN)
        rows = self.database.execute(f'SELECT {names} FROM "{table}" ORDER BY {names}')
        return hashlib.sha256(repr(rows.fetchall()).encode()).hexdigest()


@contextlib.contextmanager
def running(folder):
    """The site, served until the block ends."""
    site = Fuzzed(folder)
    site.start(workers=2)
    try:
        yield site
    finally:
        site.stop()
