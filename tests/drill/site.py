"""The site with the real programme, and a check of its data."""

import contextlib
import json
import os
import signal
import subprocess
from dataclasses import asdict

from tests import sites
from tests.postgres import binaries, temporary_server

# PostgreSQL's defaults: unlike for other tests, it must survive a crash.
POSTGRESQL = {"listen_addresses": "127.0.0.1"}


class Site(sites.Site):
    def call(self, function, text=""):
        output = self.run_code(f"from tests.drill.inside import *; {function}", text=text)
        return json.loads(output.splitlines()[-1])

    def freeze(self, title):
        options = ("--local", "--as-of=2026-01-02", f"--title-en={title}", f"--title-zh={title}")
        return self.start_command("freeze_report", *options)

    def status(self, path):
        return sites.status(self.url + path)

    def report_url(self, code):
        return f"{self.url}/admin/missions/mission/{self.missions[code]}/report/"

    def check(self, acknowledged, backup=""):
        """(state of the data, what is wrong with it)"""
        state = self.call(f"inspect({str(backup)!r})", json.dumps(asdict(acknowledged)))
        return state, [f"{name}: {state[name]}" for name in ("lost", "half done", "problems") if state[name]]


def say(line):
    print(line, flush=True)


@contextlib.contextmanager
def temporary_site(database="sqlite", disk=None):
    """Yield a site in a temporary folder, on a RAM disk of this size if one is stated."""
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(sites.temporary_folder())
        if disk:
            subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={disk},mode=700", "tmpfs", folder], check=True)
            stack.callback(subprocess.run, ["umount", "--lazy", folder], check=True)
        server = None
        if database == "postgresql":
            server = stack.enter_context(temporary_server(binaries(), POSTGRESQL))
        site = Site(folder, server.url if server else "")
        site.postgresql = server
        site.run("setup_site")
        site.session, site.token, site.missions = site.call("sign_in()")
        stack.enter_context(site.serving())
        yield site


def kill(process):
    """End a process and its children without clean-up; False if it had already ended."""
    os.killpg(process.pid, signal.SIGKILL)
    return process.wait() == -signal.SIGKILL
