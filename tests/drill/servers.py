"""PostgreSQL as a drill needs it: as careful with its data as it is by default, and stopped and started at will."""

import contextlib
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

from tests.postgres import create_cluster, free_port, server_account


class PostgreSQL:
    def __init__(self, bin_folder):
        self.bin_folder, self.port = bin_folder, free_port()
        self.url = f"postgres://postgres@127.0.0.1:{self.port}/postgres"

    @contextlib.contextmanager
    def running(self):
        account = server_account()
        with tempfile.TemporaryDirectory(prefix="hubtracker-postgres-") as folder:
            if account:
                shutil.chown(folder, account["user"], account["group"])
            self.folder = Path(folder)
            create_cluster(self.bin_folder, self.folder / "data", account)
            self.start()
            try:
                yield self
            finally:
                self.stop()

    def start(self):
        with (self.folder / "log").open("ab") as log:
            self.process = subprocess.Popen(
                [self.bin_folder / "postgres", "-D", self.folder / "data", "-p", str(self.port), "-k", self.folder,
                 "-clisten_addresses=127.0.0.1"],
                stdout=log, stderr=log, cwd=self.folder, start_new_session=True, **server_account(),
            )  # fmt: skip
        for _attempt in range(600):
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url):
                return
            time.sleep(0.1)
        raise TimeoutError("PostgreSQL did not start")

    def stop(self, sends=signal.SIGINT):
        """SIGINT does not wait for clients; SIGQUIT ends everything at once, as a crash does."""
        if self.process.poll() is None:
            os.kill(self.process.pid, sends)
            self.process.wait(timeout=60)
