"""nginx, gunicorn and PostgreSQL on loopback, started from the files of deploy/."""

import contextlib
import os
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from tests import postgres
from tests.log_capture import LOG
from tests.sites import TOP, status

DEPLOY = TOP / "deploy"
UNITS = DEPLOY / "systemd"
# Debian installs it where only root looks for commands.
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
PASSWORDS = {"SITE_PASSWORD": "of the site, 'quoted'", "OWNER_PASSWORD": "of-the-owner"}
# As in Debian: roles sign in over TCP with a password, the administrator locally without.
PG_HBA = "local all postgres trust\nhost hubtracker all 127.0.0.1/32 scram-sha-256\n"
# Debian's nginx.conf, as far as it concerns a site.
NGINX_CONF = """
daemon off; worker_processes 2; pid {folder}/nginx.pid; error_log {folder}/error.log; {user}
events {{ worker_connections 1024; }}
http {{
    include /etc/nginx/mime.types; default_type application/octet-stream;
    sendfile on; gzip on; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/unused; scgi_temp_path {folder}/unused; uwsgi_temp_path {folder}/unused;
    include {folder}/site.conf;
}}
"""


def substitute(text, replacements):
    for old, new in replacements.items():
        assert old in text, f"{old!r} does not occur"
        text = text.replace(old, str(new))
    return text


def values(unit, name):
    text = (UNITS / unit).read_text().replace("\\\n", "")
    return re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)


def command_of(unit, name="ExecStart"):
    [line] = values(unit, name)
    return [word.replace("$$", "$").replace("%%", "%") for word in shlex.split(line)]


@contextlib.contextmanager
def postgresql():
    # Not in a folder of pytest: the server's user cannot read those.
    with tempfile.TemporaryDirectory(prefix="hubtracker-deployment-") as folder:
        server = postgres.Server(postgres.binaries(), folder, {"fsync": "off"})
        with (server.folder / "data/postgresql.conf").open("a") as settings:
            settings.write((DEPLOY / "postgresql/hubtracker.conf").read_text())
        (server.folder / "data/pg_hba.conf").write_text(PG_HBA)
        try:
            server.start()
            psql = [server.bin_folder / "psql", "-v", "ON_ERROR_STOP=1", "-q", "-h", folder, "-p", str(server.port)]
            with (DEPLOY / "postgresql/hubtracker.sql").open() as script:
                environment = {**os.environ, **PASSWORDS}
                subprocess.check_call([*psql, "-U", "postgres", "-f", "-"], stdin=script, env=environment)
            yield server
        finally:
            server.stop()


class Instance:
    """An instance of hubtracker-web@.service, with the socket that systemd would pass to it."""

    def __init__(self, listener, environment, folder):
        folder.mkdir()
        self.listener = listener
        self.notifications = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.notifications.bind(str(folder / "notify"))
        self.notifications.settimeout(1)
        self.environment = {**environment, "NOTIFY_SOCKET": str(folder / "notify"), "LISTEN_FDS": "1"}

    def start(self):
        """Return when the instance notifies that it is ready."""
        # Under systemd the socket is the process's third file, and LISTEN_PID its own number.
        wrapper = ["/bin/sh", "-c", 'exec 3<&0 </dev/null; LISTEN_PID=$$ exec "$@"', "sh"]
        command = [*wrapper, *command_of("hubtracker-web@.service")]
        self.server = subprocess.Popen(command, cwd=TOP, env=self.environment, stdin=self.listener, stderr=LOG)
        while not self.is_ready():
            assert self.server.poll() is None, "an instance ended while it started"

    def is_ready(self):
        with contextlib.suppress(TimeoutError):
            return self.notifications.recv(4096).startswith(b"READY=1")
        return False

    def workers(self):
        number = self.server.pid
        return [int(child) for child in Path(f"/proc/{number}/task/{number}/children").read_text().split()]

    def stop(self):
        if self.server.poll() is None:
            self.server.terminate()
            self.server.wait(timeout=70)

    def restart(self):
        self.stop()
        self.start()


def create_certificate(folder):
    path = folder / "certificate.pem"
    options = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]
    options += ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"]
    options += ["-keyout", path, "-out", folder / "public.pem"]
    subprocess.run(["openssl", "req", "-x509", *options], check=True, capture_output=True)
    path.write_text(path.read_text() + (folder / "public.pem").read_text())
    return path


@contextlib.contextmanager
def nginx(folder, ports):
    certificate = create_certificate(folder)
    replacements = {
        "/etc/letsencrypt/live/hub.example.org/fullchain.pem": certificate,
        "/etc/letsencrypt/live/hub.example.org/privkey.pem": certificate,
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
    (folder / "site.conf").write_text(substitute((DEPLOY / "nginx/hubtracker.conf").read_text(), replacements))
    user = "user root;" if os.geteuid() == 0 else ""  # only its own user can read pytest's folders
    (folder / "nginx.conf").write_text(NGINX_CONF.format(folder=folder, user=user))
    server = subprocess.Popen([NGINX, "-c", folder / "nginx.conf", "-e", folder / "error.log"])
    with postgres.terminating(server):
        while not status(f"http://127.0.0.1:{ports['monitor']}/"):
            assert server.poll() is None, f"nginx did not start: {(folder / 'error.log').read_text()}"
            time.sleep(0.05)
        yield
