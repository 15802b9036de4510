"""The whole site as deploy/ sets it up, and its clients."""

import contextlib
import http.client
import os
import re
import shlex
import socket
import ssl
import subprocess
import sys
from urllib.parse import quote

import requests
from requests.adapters import HTTPAdapter

from tests import postgres
from tests.deployment.servers import DEPLOY, PASSWORDS, Instance, nginx, postgresql, substitute, values
from tests.log_capture import KNOWN
from tests.sites import TOP

LOGIN = "/accounts/login/"
METRICS_TOKEN = "for-tests-and-nothing-else"


class FromAddress(HTTPAdapter):
    """Requests from this loopback address: each is another client."""

    def __init__(self, address):
        self.address = address
        super().__init__()

    def init_poolmanager(self, *arguments, **options):
        super().init_poolmanager(*arguments, source_address=(self.address, 0), **options)


def example_settings(name):
    """The settings of an example file, also those in comments."""
    lines = re.findall(r"^#?([A-Z_]+=.*)$", (DEPLOY / name).read_text(), re.MULTILINE)
    return dict(shlex.split(line)[0].split("=", 1) for line in lines)


class Site:
    def __init__(self, folder, database):
        self.folder, self.database = folder, database
        self.ports = {name: postgres.free_port() for name in ("http", "https", "monitor")}
        self.host = f"localhost:{self.ports['https']}"
        self.url = f"https://{self.host}"
        example = example_settings("hubtracker.env.example")
        port = {"127.0.0.1:5432": f"127.0.0.1:{database.port}"}
        replacements = {
            "HUB_SITE_URL": {"https://hub.example.org": self.url},
            "HUB_DATA_DIR": {"/var/lib/hubtracker": folder / "data"},
            "DATABASE_URL": {"PASSWORD": quote(PASSWORDS["SITE_PASSWORD"]), **port},
            "HUB_METRICS_TOKEN": {"SECRET": METRICS_TOKEN},
            "HUB_TIME_ZONE": {},
            "WEB_CONCURRENCY": {},
        }
        self.environment = {name: substitute(example[name], changes) for name, changes in replacements.items()}
        self.environment["PATH"] = os.environ["PATH"]
        owner = example_settings("hubtracker-owner.env.example")["DATABASE_URL"]
        self.owner = {"DATABASE_URL": substitute(owner, {"PASSWORD": PASSWORDS["OWNER_PASSWORD"], **port})}

    def manage(self, *command, stderr=None, **environment):
        command = [sys.executable, "manage.py", *command]
        environment = {**self.environment, **environment}
        return subprocess.check_output(command, cwd=TOP, env=environment, stderr=stderr, text=True)

    def run_code(self, code):
        return self.manage("shell", "--no-imports", "-c", code)

    @contextlib.contextmanager
    def running(self):
        output = self.manage("setup_site", **self.owner)
        self.password = re.search(r"^Sign in: admin / (\S+) ", output, re.MULTILINE)[1]
        KNOWN.update({self.password, METRICS_TOKEN, *PASSWORDS.values()})
        [metrics] = values("hubtracker-web@.service", "Environment")
        name, _, value = substitute(metrics, {"/run/hubtracker": self.folder / "metrics"}).partition("=")
        (self.folder / "metrics").mkdir()
        with socket.socket(socket.AF_UNIX) as listener, contextlib.ExitStack() as stack:
            listener.bind(str(self.folder / "socket"))
            listener.listen(4096)
            environment = {**self.environment, name: value}
            self.instances = [Instance(listener, environment, self.folder / number) for number in ("1", "2")]
            for instance in self.instances:
                stack.enter_context(instance.notifications)
                instance.start()
                stack.callback(instance.stop)
            stack.enter_context(nginx(self.folder, self.ports))
            yield self

    def tls(self):
        return ssl.create_default_context(cafile=self.folder / "public.pem")

    def connect(self, *, address="127.0.0.1", context=None):
        """A connection for what no HTTP client would do."""
        options = {"context": context or self.tls(), "source_address": (address, 0), "timeout": 60}
        connection = http.client.HTTPSConnection("localhost", self.ports["https"], **options)
        connection.connect()
        return contextlib.closing(connection)

    def request(self, path, method="GET", data=None, headers=(), address="127.0.0.1"):
        """The response to a request through nginx."""
        with requests.Session() as client:
            client.mount("https://", FromAddress(address))
            options = {"verify": str(self.folder / "public.pem"), "allow_redirects": False, "timeout": 60}
            return client.request(method, self.url + path, data=data, headers=dict(headers), **options)

    def request_plain(self, port, path, **headers):
        url = f"http://127.0.0.1:{self.ports[port]}{path}"
        return requests.get(url, headers=headers, allow_redirects=False, timeout=60)

    def sign_in_form(self, address="127.0.0.1"):
        page = self.request(LOGIN, address=address)
        cookie = page.headers["Set-Cookie"].split(";")[0]
        return re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.text)[1], {"Cookie": cookie, "Referer": self.url}

    def sign_in(self, name, password, *, address="127.0.0.1", headers=()):
        token, form_headers = self.sign_in_form(address)
        form = {"csrfmiddlewaretoken": token, "login": name, "password": password}
        return self.request(LOGIN, "POST", form, {**form_headers, **dict(headers)}, address=address)


@contextlib.contextmanager
def deploy(folder):
    with postgresql() as database, Site(folder, database).running() as site:
        yield site
