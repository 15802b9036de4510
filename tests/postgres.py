"""`python -m tests.postgres COMMAND…` runs a command with DATABASE_URL naming a PostgreSQL server for tests.

HUB_TEST_DATABASE_URL names a running server; otherwise one is started in a temporary folder. Without PostgreSQL's
binaries one line says so, and the exit code is 0, or 1 if HUB_REQUIRE lists `postgres`. Else it is the command's.
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

# Fast, as losing the data in a crash does not matter.
SETTINGS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "listen_addresses": "127.0.0.1"}
# ICU sorts by a language's rules, unlike SQLite: it exposes an ORDER BY that depends on the database's collation.
LOCALES = (["--locale-provider=icu", "--icu-locale=en-US"], [])
SECONDS_TO_START = 60


def binaries():
    """The folder with initdb and postgres, or None. Debian keeps them out of PATH."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda f: float(f.parent.name), reverse=True)
    if pg_config := shutil.which("pg_config"):
        folders.insert(0, Path(subprocess.check_output([pg_config, "--bindir"], text=True).strip()))
    folders += [Path(folder) for folder in os.get_exec_path()]
    return next((f for f in folders if (f / "initdb").is_file() and (f / "postgres").is_file()), None)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def terminating(process, number=signal.SIGTERM):
    """End the process with the block, if need be by force."""
    try:
        yield process
    finally:
        if process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class Server:
    """A server with a new cluster in an empty folder; it can be stopped and started again."""

    def __init__(self, bin_folder, folder, settings=SETTINGS):
        self.bin_folder, self.folder, self.settings, self.port = bin_folder, Path(folder), settings, free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"
        # PostgreSQL refuses to run as root.
        self.account = {}
        if os.geteuid() == 0:
            self.account = {"user": "postgres", "group": "postgres", "extra_groups": []}
            shutil.chown(folder, "postgres", "postgres")
        self.create_cluster()

    def create_cluster(self):
        data = self.folder / "data"
        options = ["--username=postgres", "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        for locale in LOCALES:
            command = [self.bin_folder / "initdb", "--pgdata", data, *options, *locale]
            result = subprocess.run(
                command, capture_output=True, text=True, check=False, cwd=self.folder, **self.account
            )
            if result.returncode == 0:
                return
            shutil.rmtree(data, ignore_errors=True)
        sys.exit(f"initdb failed: {result.stderr.strip()}")

    def start(self):
        command = [self.bin_folder / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder]
        command += [f"-c{name}={value}" for name, value in self.settings.items()]
        log = self.folder / "log"
        with log.open("w") as output:
            # In a session of its own: ctrl-C in the terminal is for the command, which the server must outlive.
            self.process = subprocess.Popen(
                command, stdout=output, stderr=output, cwd=self.folder, start_new_session=True, **self.account
            )
        deadline = time.monotonic() + SECONDS_TO_START
        while self.process.poll() is None and time.monotonic() < deadline:
            # It listens before it is ready.
            with (
                contextlib.suppress(psycopg.OperationalError),
                psycopg.connect(host=str(self.folder), port=self.port, user="postgres", dbname="postgres"),
            ):
                return
            time.sleep(0.05)
        sys.exit(f"PostgreSQL did not start: {log.read_text()}")

    def stop(self, number=signal.SIGINT):
        """Send SIGINT for a fast shutdown, or SIGQUIT to simulate a crash."""
        with terminating(self.process, number):
            pass


@contextlib.contextmanager
def temporary_server(bin_folder, settings=SETTINGS):
    with tempfile.TemporaryDirectory(prefix="hubtracker-postgres-") as folder:
        server = Server(bin_folder, folder, settings)
        try:
            server.start()
            yield server
        finally:
            server.stop()


def run(command, url):
    with terminating(subprocess.Popen(command, env={**os.environ, "DATABASE_URL": url})) as process:
        return process.wait()


def exit_on_signal(number, _frame):
    for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(each, signal.SIG_IGN)  # a second signal must not interrupt the clean-up
    sys.exit(128 + number)


def main(command):
    if not command:
        sys.exit(__doc__.splitlines()[0])
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, exit_on_signal)
    if url := os.environ.get("HUB_TEST_DATABASE_URL"):
        return run(command, url)
    if bin_folder := binaries():
        with temporary_server(bin_folder) as server:
            return run(command, server.url)
    print(
        "PostgreSQL tests are skipped: no initdb and postgres found "
        "(Debian, Ubuntu: apt-get install postgresql; or set HUB_TEST_DATABASE_URL)."
    )
    return int("postgres" in os.environ.get("HUB_REQUIRE", "").split(","))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
