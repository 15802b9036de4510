"""nginx, gunicorn and PostgreSQL on loopback, started by what stands in deploy/."""

import contextlib
import os
import shutil
import socket
import subprocess
import tempfile
import time

from tests import postgres
from tests.deployment.files import DEPLOY, TOP, command_of, put_in
from tests.logged import LOG

# Debian keeps it where only root looks for commands.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PASSWORDS = {"SITE_PASSWORD": "of the site, 'quoted'", "OWNER_PASSWORD": "of-the-owner"}
# Roles of the database sign in over TCP with a password, as Debian has it; its administrator without.
SIGN_IN = "local all postgres trust\nhost hubtracker all 127.0.0.1/32 scram-sha-256\n"


@contextlib.contextmanager
def postgresql():
    """Yields a server with the settings, the roles and the database of deploy/postgresql."""
    # Not in a folder of the tests: its user may not look into those.
    with tempfile.TemporaryDirectory(prefix="hubtracker-deployment-") as name:
        # Its data are lost with the test anyway.
        server = postgres.Server(postgres.binaries(), name, {"fsync": "off"})
        with (server.folder / "data" / "postgresql.conf").open("a") as settings:
            settings.write((DEPLOY / "postgresql" / "hubtracker.conf").read_text())
        (server.folder / "data" / "pg_hba.conf").write_text(SIGN_IN)
        try:
            server.start()
            run_sql(server.bin_folder / "psql", server.folder, server.port)
            yield server
        finally:
            server.stop()


def run_sql(psql, folder, port):
    options = ["-v", "ON_ERROR_STOP=1", "-q", "-h", folder, "-p", str(port), "-U", "postgres", "-f", "-"]
    with (DEPLOY / "postgresql" / "hubtracker.sql").open() as script:
        subprocess.check_call([psql, *options], stdin=script, env={**os.environ, **PASSWORDS})


class Instance:
    """One instance of hubtracker-web@.service, with the socket that systemd would hand to it."""

    def __init__(self, listening, environment, folder):
        self.listening = listening
        self.notified = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notified.bind(str(folder / "notify"))
        self.notified.settimeout(1)
        self.environment = {**environment, "NOTIFY_SOCKET": str(folder / "notify"), "LISTEN_FDS": "1"}

    def start(self):
        """Returns when it says that it is ready."""
        # The process that systemd would start has the socket as its third file, and its own number in LISTEN_PID.
        handed_over = ["/bin/sh", "-c", 'exec 3<&0 </dev/null; LISTEN_PID=$$ exec "$@"', "sh"]
        self.server = subprocess.Popen(
            [*handed_over, *command_of("hubtracker-web@.service")],
            cwd=TOP,
            env=self.environment,
            stdin=self.listening,
            stderr=LOG,
        )
        while not self.is_ready():
            assert self.server.poll() is None, "an instance ended while it started"

    def is_ready(self):
        """Whether it has said so within a second."""
        with contextlib.suppress(TimeoutError):
            return self.notified.recv(4096).startswith(b"READY=1")
        return False

    def workers(self):
        """The numbers of its processes."""
        number = self.server.pid
        with open(f"/proc/{number}/task/{number}/children") as children:
            return [int(child) for child in children.read().split()]

    def stop(self):
        if self.server.poll() is None:
            self.server.terminate()
            self.server.wait(timeout=70)

    def restart(self):
        self.stop()
        self.start()


def certificate(folder):
    """A certificate for localhost and its key, both in one file."""
    path = folder / "certificate.pem"
    kind = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    written = ["-keyout", path, "-out", folder / "public.pem"]
    subprocess.run(["openssl", "req", "-x509", *kind, *named, *written], check=True, capture_output=True)
    path.write_text(path.read_text() + (folder / "public.pem").read_text())
    return path


# What Debian's nginx.conf has around a site, as far as it concerns one.
AROUND = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types; default_type application/octet-stream;
    sendfile on; gzip on; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/unused; scgi_temp_path {folder}/unused; uwsgi_temp_path {folder}/unused;
    include {folder}/site.conf;
}}
"""


@contextlib.contextmanager
def nginx(folder, ports):
    """nginx with deploy/nginx/hubtracker.conf, on these ports; a request leads to the socket in the folder."""
    pem = certificate(folder)
    replaced = {
        "/etc/letsencrypt/live/hub.example.org/fullchain.pem": pem,
        "/etc/letsencrypt/live/hub.example.org/privkey.pem": pem,
        "hub.example.org": "localhost",
        "listen [::]:80;": "",
        "listen [::]:443 ssl;": "",
        "listen 80;": f"listen 127.0.0.1:{ports['http']};",
        "listen 443 ssl;": f"listen 127.0.0.1:{ports['https']} ssl;",
        "listen 127.0.0.1:9180;": f"listen 127.0.0.1:{ports['monitor']};",
        "/run/hubtracker.sock": folder / "socket",
        "/srv/hubtracker/current": TOP,
        "/srv/hubtracker/previous": folder / "previous",
        "/var/log/nginx/hubtracker.log": folder / "access.log",
    }
    (folder / "site.conf").write_text(put_in((DEPLOY / "nginx" / "hubtracker.conf").read_text(), replaced))
    user = "user root;" if os.geteuid() == 0 else ""  # the folders of a test are its user's alone
    (folder / "nginx.conf").write_text(AROUND.format(folder=folder, user=user))
    server = subprocess.Popen([NGINX, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
    with postgres.stopped_after(server):
        wait_for(server, ports["https"], folder / "error.log")
        yield


def wait_for(server, port, log):
    deadline = time.monotonic() + 20
    while server.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    raise TimeoutError(f"nginx did not start: {log.read_text() if log.exists() else ''}")
