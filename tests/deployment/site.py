"""The whole site as deploy/ sets it up, and somebody who asks it."""

import contextlib
import http.client
import json
import os
import re
import socket
import ssl
import subprocess
import sys
from typing import NamedTuple
from urllib.parse import quote, urlencode

from tests import postgres
from tests.deployment.files import DEPLOY, TOP, put_in, settings_of, values
from tests.deployment.servers import PASSWORDS, Instance, nginx, postgresql
from tests.logged import KNOWN

LOGIN = "/accounts/login/"
METRICS_TOKEN = "for-tests-and-nothing-else"


class Answer(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self):
        return self.body.decode()


class Site:
    """What is up: its address, its database, its environment, its instances. `ask` is one request by one reader."""

    def __init__(self, folder, database):
        self.folder, self.database = folder, database
        self.ports = {name: postgres.free_port() for name in ("http", "https", "monitor")}
        self.url = f"https://localhost:{self.ports['https']}"
        given = settings_of(DEPLOY / "hubtracker.env.example")
        where = {"127.0.0.1:5432": f"127.0.0.1:{database.port}"}
        self.environment = {
            "PATH": os.environ["PATH"],
            "HUB_SITE_URL": put_in(given["HUB_SITE_URL"], {"https://hub.example.org": self.url}),
            "HUB_DATA_DIR": put_in(given["HUB_DATA_DIR"], {"/var/lib/hubtracker": folder / "data"}),
            "DATABASE_URL": put_in(given["DATABASE_URL"], {"PASSWORD": quote(PASSWORDS["SITE_PASSWORD"]), **where}),
            "HUB_METRICS_TOKEN": put_in(given["HUB_METRICS_TOKEN"], {"SECRET": METRICS_TOKEN}),
            **{name: given[name] for name in ("HUB_TIME_ZONE", "WEB_CONCURRENCY")},
        }
        owner = settings_of(DEPLOY / "hubtracker-owner.env.example")["DATABASE_URL"]
        self.owner = {"DATABASE_URL": put_in(owner, {"PASSWORD": quote(PASSWORDS["OWNER_PASSWORD"]), **where})}

    def of_the_unit(self):
        """What the unit adds to the environment of an instance."""
        counted = self.folder / "counted"
        counted.mkdir(exist_ok=True)
        (said,) = values("hubtracker-web@.service", "Environment")
        name, _, value = put_in(said, {"/run/hubtracker": counted}).partition("=")
        return {name: value}

    def manage(self, *command, stderr=None, **environment):
        """What a command of the site's own user says."""
        command = [sys.executable, "manage.py", *command]
        environment = {**self.environment, **environment}
        return subprocess.check_output(command, cwd=TOP, env=environment, stderr=stderr, text=True)

    def set_up(self):
        said = self.manage("setup_site", **self.owner)
        self.password = re.search(r"^Sign in: admin / (\S+) ", said, re.MULTILINE)[1]
        KNOWN.update({self.password, METRICS_TOKEN, *PASSWORDS.values()})

    @contextlib.contextmanager
    def running(self):
        path = str(self.folder / "socket")
        with socket.socket(socket.AF_UNIX) as listening, contextlib.ExitStack() as stack:
            listening.bind(path)
            listening.listen(4096)
            self.instances = []
            for number in ("1", "2"):
                own = self.folder / number
                own.mkdir()
                instance = Instance(listening, {**self.environment, **self.of_the_unit()}, own)
                stack.enter_context(instance.notified)
                stack.callback(instance.stop)
                instance.start()
                self.instances.append(instance)
            stack.enter_context(nginx(self.folder, self.ports))
            yield self

    def tls(self):
        """A context that trusts the test's own certificate, and no other."""
        return ssl.create_default_context(cafile=self.folder / "public.pem")

    def connection(self, *, address="127.0.0.1", timeout=60):
        return http.client.HTTPSConnection(
            "localhost", self.ports["https"], context=self.tls(), source_address=(address, 0), timeout=timeout
        )

    def ask(self, path, *, method="GET", body=None, headers=(), **connection):
        """The answer to one request from a loopback address: each is a reader of its own."""
        with contextlib.closing(self.connection(**connection)) as asking:
            return answer_to(asking, method, path, body, dict(headers))

    def form(self, address="127.0.0.1"):
        """The token of a form of sign-in that is asked for from this address, and the headers it is sent back with."""
        form = self.ask(LOGIN, address=address)
        cookie = form.headers["set-cookie"].split(";")[0]
        sent = {"Cookie": cookie, "Referer": self.url, "Content-Type": "application/x-www-form-urlencoded"}
        return re.search(r'csrfmiddlewaretoken" value="(\w+)"', form.text)[1], sent

    def sign_in(self, name, password, *, address="127.0.0.1", headers=()):
        """The answer to whoever asks for the form of sign-in, fills it in and sends it."""
        token, sent = self.form(address)
        body = urlencode({"csrfmiddlewaretoken": token, "login": name, "password": password})
        return self.ask(LOGIN, method="POST", body=body, headers={**sent, **dict(headers)}, address=address)


def answer_to(asking, method, path, body=None, headers=()):
    asking.request(method, path, body, dict(headers))
    answer = asking.getresponse()
    named = {}
    for name, value in answer.getheaders():
        named[name.lower()] = f"{named[name.lower()]}, {value}" if name.lower() in named else value
    return Answer(answer.status, named, answer.read())


class ThroughTheSocket(http.client.HTTPConnection):
    """Past nginx: to the program itself, as nginx would ask it."""

    def __init__(self, path):
        super().__init__("localhost")
        self.path = str(path)

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


@contextlib.contextmanager
def deployed(folder):
    """The site, up for as long as the block lasts."""
    with postgresql() as database:
        site = Site(folder, database)
        site.set_up()
        with site.running():
            yield site


def json_of(answer):
    return json.loads(answer.body)
