"""`python -m tests.postgres COMMAND…` runs a command with DATABASE_URL naming a PostgreSQL server for tests.

HUB_TEST_DATABASE_URL names a server that stands already; otherwise one is started in a temporary folder, if
PostgreSQL's binaries are on the machine. Where they are not, one line says so and the exit code is 0, or 1 if
HUB_REQUIRE lists `postgres`. Else the exit code is the command's.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg

# What a server needs so as to be fast and to leave nothing behind; losing the data in a crash is no loss.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "listen_addresses": "127.0.0.1"}
# ICU sorts by a language's rules, as SQLite does not: an ORDER BY that leans on the database's collation shows.
LOCALES = (["--locale-provider=icu", "--icu-locale=en-US"], [])
SECONDS_TO_START = 60


def binaries():
    """The folder with initdb and postgres, or None. Debian keeps them out of PATH."""
    folders = []
    if pg_config := shutil.which("pg_config"):
        asked = subprocess.run([pg_config, "--bindir"], capture_output=True, text=True, check=False)
        folders.append(Path(asked.stdout.strip()))
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(installed, key=lambda folder: float(folder.parent.name), reverse=True)
    folders += [Path(folder) for folder in os.get_exec_path()]
    return next((f for f in folders if (f / "initdb").is_file() and (f / "postgres").is_file()), None)


def server_account():
    """How Popen becomes a user that postgres accepts: it refuses root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def create_cluster(bin_folder, data, account):
    for locale in LOCALES:
        options = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8", *locale]
        command = [bin_folder / "initdb", "--pgdata", data, *options]
        made = subprocess.run(command, capture_output=True, text=True, check=False, cwd=data.parent, **account)
        if made.returncode == 0:
            return
        shutil.rmtree(data, ignore_errors=True)
    sys.exit(f"initdb failed: {made.stderr.strip()}")


@contextlib.contextmanager
def stopped_after(process, sends=signal.SIGTERM):
    """Ends the process when the block ends, however it ends."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(sends)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Server:
    """A server with a new cluster in the folder, which must be empty; it is started and stopped at will."""

    def __init__(self, bin_folder, folder, settings=SETTINGS):
        self.bin_folder, self.folder, self.settings, self.port = bin_folder, Path(folder), settings, free_port()
        self.account = server_account()
        if self.account:
            shutil.chown(folder, self.account["user"], self.account["group"])
        create_cluster(bin_folder, self.folder / "data", self.account)
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    def start(self):
        command = [self.bin_folder / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder]
        log = self.folder / "log"
        with log.open("w") as output:
            self.process = subprocess.Popen(
                [*command, *(f"-c{name}={value}" for name, value in self.settings.items())],
                stdout=output,
                stderr=output,
                cwd=self.folder,
                start_new_session=True,  # a ctrl-C in the terminal is the command's; the server outlives it
                **self.account,
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while self.process.poll() is None and time.monotonic() < deadline:
            # It listens before it is ready.
            with contextlib.suppress(psycopg.OperationalError), self.connected():
                return
            time.sleep(0.05)
        sys.exit(f"PostgreSQL did not start: {log.read_text()}")

    def connected(self):
        return psycopg.connect(host=str(self.folder), port=self.port, user="postgres", dbname="postgres")

    def stop(self, sends=signal.SIGINT):
        """SIGINT is PostgreSQL's "fast shutdown", which does not wait for clients; SIGQUIT ends it as a crash does."""
        with stopped_after(self.process, sends):
            pass


@contextlib.contextmanager
def temporary_server(bin_folder, settings=SETTINGS):
    """Yields a server that lives as long as the block, in whatever state the block has left it."""
    with tempfile.TemporaryDirectory(prefix="hubtracker-postgres-") as folder:
        server = Server(bin_folder, folder, settings)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def run(command, url):
    with stopped_after(subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})) as process:
        return process.wait()


def interrupted(number, _frame):
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # a second signal must not cut the cleaning short
    sys.exit(128 + number)


def main(command):
    if not command:
        sys.exit(__doc__.splitlines()[0])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, interrupted)
    if url := os.environ.get("HUB_TEST_DATABASE_URL"):
        return run(command, url)
    if bin_folder := binaries():
        with temporary_server(bin_folder) as server:
            return run(command, server.url)
    required = "postgres" in os.environ.get("HUB_REQUIRE", "").split(",")
    print(
        "PostgreSQL tests are left out: no initdb and postgres found "
        "(Debian, Ubuntu: apt-get install postgresql; or set HUB_TEST_DATABASE_URL)."
    )
    return 1 if required else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
