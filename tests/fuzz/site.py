"""A running site with all that pages can show, an editor and a coordinator, which is put back after each write."""

import json
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.sites import Site

# A read may write into these: that a reader is still there, an answer that is kept, how many attempts there were.
MAY_CHANGE = {
    "django_session", "usersessions_usersession", "cache", "axes_accessattempt", "axes_accessattemptexpiration",
    "axes_accessfailurelog", "axes_accesslog",
}  # fmt: skip
# Which addresses there are, the keys of two sessions, and an API token.
PREPARE = """
import json
from django.conf import settings
from django.test import Client
from missions.models import Organisation, Role
from tests import factories
from tests.admin.routes import address, records_of, routes
from tests.contract.addresses import ADDRESSES, OFFICIALS, OTHERS
from tests.contract.site import build_site
settings.ALLOWED_HOSTS.append("testserver")
keys, own = build_site(), Organisation.objects.get(code="O1")
records = records_of(own)
addresses = [*ADDRESSES, *(each.format(**keys) for each in OTHERS)]
addresses += [address(route, records) for prefix in OFFICIALS for route in routes(prefix)]
sessions = {}
for name, roles in {"editor": [Role.EDITOR], "coordinator": [Role.COORDINATOR, Role.ADMINISTRATOR]}.items():
    client, user = Client(), factories.user(name, *roles, organisation=own)
    client.force_login(user)
    sessions[name] = client.session.session_key
print(json.dumps([addresses, sessions, factories.token(user.memberships.get(role="coordinator"))[1]]))
"""
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance,"
    "response_headers_conformance,unsupported_method,allow_header_conformance,ignored_auth"
)


class FuzzedSite(Site):
    def __init__(self, folder):
        super().__init__(folder)
        self.run("migrate")
        self.addresses, self.sessions, self.token = json.loads(self.run_code(PREPARE))

    def start(self, workers=2):
        super().start(workers)
        self.database = sqlite3.connect(self.folder / "hub.sqlite3", timeout=60, isolation_level=None)
        self.copy = sqlite3.connect(":memory:", isolation_level=None)
        self.database.backup(self.copy)
        self.version, self.first = self.query("PRAGMA data_version"), self.rows()

    def stop(self):
        super().stop()
        self.database.close()
        self.copy.close()

    def query(self, statement):
        return self.database.execute(statement).fetchall()

    def rows(self):
        """Return {table: its rows}, without what a read may write."""
        names = self.query("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
        return {name: self.query(f'SELECT * FROM "{name}"') for (name,) in names if name not in MAY_CHANGE}

    def changed(self):
        """Return the changed tables, and restore them."""
        before, self.version = self.version, self.query("PRAGMA data_version")
        if before == self.version:
            return []
        changed = [table for table, rows in self.rows().items() if rows != self.first[table]]
        self.copy.backup(self.database)
        return changed

    def fuzz_api(self, *, examples, seed, token=None):
        """(number of requests, what schemathesis finds wrong with the API by its own description, or "")"""
        command = [Path(sys.executable).with_name("schemathesis"), "--no-color", "run"]
        command += [f"{self.url}/api/v1/openapi.json", f"--url={self.url}", f"--checks={CHECKS}", f"--seed={seed}"]
        command += ["--phases=examples,coverage,fuzzing", f"--max-examples={examples}", "--continue-on-failure"]
        command += ["--warnings=off", *([f"--header=Authorization: Bearer {token}"] if token else [])]
        run = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        return int(re.search(r"(\d+) generated", run.stdout)[1]), run.stdout[-20_000:] if run.returncode else ""
