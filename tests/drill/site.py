"""A site that is killed and started again: its servers, its commands, and what its database says afterwards."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import asdict
from http.client import HTTPException
from pathlib import Path

from tests.postgres import free_port

TOP = Path(__file__).parent.parent.parent
# PostgreSQL as careful with its data as it is by default.
CAREFUL = {"listen_addresses": "127.0.0.1"}
# A coordinator's session and a token, as an official and an office's system have them; and the missions' numbers.
SIGN_IN = """
import json
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from missions.models import Mission, Token, User
from missions.models.days import today
admin = User.objects.get()
admin.must_change_password = False
admin.save()
session = SessionStore()
session[SESSION_KEY] = str(admin.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = admin.get_session_auth_hash()
session.save()
terms = {"name": "Drill", "scope": "submit", "expires_on": today() + timedelta(days=2)}
held = admin.memberships.get(role="coordinator")
token = Token.objects.issue(membership=held, by=admin, **terms)[1]
print(json.dumps([session.session_key, token, dict(Mission.objects.values_list("code", "pk"))]))
"""


class Site:
    """The programme in a folder of its own, or in the PostgreSQL database `database`; served by two workers."""

    def __init__(self, folder: Path, database: str = ""):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        given = {"HUB_DATA_DIR": str(folder), "HUB_SITE_URL": self.url, "HUB_REQUIRE_MFA": "0"}
        self.environment = {**os.environ, "DATABASE_URL": database, **given}
        self.log = (folder.parent / f"{folder.name}.log").open("ab")
        self.server: subprocess.Popen | None = None
        self.run("setup_site")
        said = self.run("shell", "--no-imports", "-c", SIGN_IN)
        self.session, self.token, self.missions = json.loads(said.splitlines()[-1])

    def command(self, *arguments, **options) -> subprocess.Popen:
        """A command that runs by itself, in a group of its own, so that it can be killed with all that it started."""
        words = [sys.executable, "manage.py", *map(str, arguments)]
        options = {"stdout": self.log, "stderr": self.log, **options}
        return subprocess.Popen(words, cwd=TOP, env=self.environment, start_new_session=True, **options)

    def run(self, *arguments) -> str:
        process = self.command(*arguments, stdout=subprocess.PIPE, text=True)
        said, _none = process.communicate(timeout=300)
        if process.returncode:
            raise RuntimeError(f"manage.py {' '.join(map(str, arguments))} ended with {process.returncode}")
        return said

    def start(self):
        words = [sys.executable, "-m", "gunicorn", "hubtracker.wsgi", "--bind", f"127.0.0.1:{self.port}"]
        words += ["--workers=2", "--threads=4", "--log-level=warning", "--no-control-socket"]
        self.server = subprocess.Popen(
            words, cwd=TOP, env=self.environment, stdout=self.log, stderr=self.log, start_new_session=True
        )
        self.wait_for("/healthz", 200)

    def stop(self):
        if self.server and self.server.poll() is None:
            self.server.terminate()
            self.server.wait(timeout=60)

    def close(self):
        self.stop()
        self.log.close()

    def wait_for(self, path, status, seconds=60):
        """Waits until the address is answered so; returns how many seconds that took."""
        begin = time.monotonic()
        while time.monotonic() - begin < seconds:
            if self.status(path) == status:
                return time.monotonic() - begin
            time.sleep(0.1)
        raise TimeoutError(f"{path} was not answered with {status} within {seconds} s")

    def status(self, path, timeout=30) -> int:
        """What the address is answered with; 0 where nobody answers, or not to the end."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=timeout) as answer:
                answer.read()
                return answer.status
        except urllib.error.HTTPError as error:
            return error.code
        except (OSError, HTTPException):
            return 0

    def found(self, acknowledged, *backup):
        """What `tests.drill.found` says of the database, in a process of its own."""
        words = [sys.executable, "-m", "tests.drill.found", *map(str, backup)]
        given = json.dumps(asdict(acknowledged))
        said = subprocess.run(
            words, cwd=TOP, env=self.environment, input=given, capture_output=True, text=True, check=False
        )
        if said.returncode:
            raise RuntimeError(said.stderr)
        return json.loads(said.stdout.splitlines()[-1])


def amiss(found) -> list[str]:
    """What of all that was found should not be."""
    return [f"{name}: {found[name]}" for name in ("lost", "half done", "problems") if found[name]]


def kill(process: subprocess.Popen) -> bool:
    """Ends the process and all that it started, at once: nothing of them can clean up. False if it had ended before."""
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL
