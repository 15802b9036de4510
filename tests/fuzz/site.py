"""A running site with the real programme, an editor and a coordinator, which is put back after each write."""

import hashlib
import json
import sqlite3

from tests.browser.conftest import Site

# A read may write into these: that a reader is still there, an answer that is kept, how many attempts there were.
MAY_CHANGE = {
    "django_session", "usersessions_usersession", "cache", "axes_accessattempt", "axes_accessattemptexpiration",
    "axes_accessfailurelog", "axes_accesslog",
}  # fmt: skip

PREPARE = """
import io, json, time
from itertools import count
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from missions.models import Mission, Role
from tests import factories
from tests.admin.routes import records_of, routes
factories._numbers = count(1000)
titles = {"title_en": "Completion", "title_zh": "完成情况"}
call_command("freeze_report", as_of="2024-03-02", query="instrument=EX", local=True, **titles, stdout=io.StringIO())
own = Mission.objects.order_by("code").first().lead_owner
records_of(own)
sessions = {}
for name, roles in {"editor": [Role.EDITOR], "coordinator": [Role.COORDINATOR, Role.ADMINISTRATOR]}.items():
    client = Client()
    client.force_login(factories.user(name, *roles, organisation=own))
    sessions[name] = client.session.session_key
print(json.dumps({"routes": routes(""), "sessions": sessions}))
"""


class FuzzedSite(Site):
    def __init__(self, folder):
        super().__init__(folder)
        self.environment |= {"HUB_REQUIRE_MFA": "0"}
        prepared = json.loads(self.run_code(PREPARE))
        self.routes, self.sessions = prepared["routes"], prepared["sessions"]

    def start(self, workers=1):
        super().start(workers)
        self.database = sqlite3.connect(self.folder / "hub.sqlite3", timeout=60, isolation_level=None)
        self.copy = sqlite3.connect(":memory:", isolation_level=None)
        self.database.backup(self.copy)
        self.version, self.first = self.column("PRAGMA data_version"), self.digests()

    def stop(self):
        super().stop()
        self.database.close()
        self.copy.close()

    def column(self, query, *values):
        return [row[0] for row in self.database.execute(query, values)]

    def digests(self):
        """Return {table: digest of its rows}, without what a read may write."""
        tables = self.column("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {table: self.digest(table) for table in tables if table not in MAY_CHANGE}

    def digest(self, table):
        columns = ", ".join(f'"{n}"' for n in self.column("SELECT name FROM pragma_table_info(?)", table)
                            if n != "last_login")  # fmt: skip
        rows = self.database.execute(f'SELECT {columns} FROM "{table}" ORDER BY {columns}')
        return hashlib.sha256(repr(rows.fetchall()).encode()).hexdigest()

    def changed(self):
        """Return the changed tables, and restore them."""
        before, self.version = self.version, self.column("PRAGMA data_version")
        if before == self.version:
            return []
        changed = [table for table, digest in self.digests().items() if digest != self.first[table]]
        if changed or self.column("SELECT COUNT(*) FROM django_session") != [len(self.sessions)]:
            self.copy.backup(self.database)
        return changed
