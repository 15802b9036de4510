"""The site from the files of deploy/, once for all tests here."""

import os
import shutil

import pytest

from tests import postgres
from tests.browser.conftest import chromium, open_page  # noqa: F401  (fixtures)
from tests.deployment.servers import NGINX
from tests.deployment.site import deployed


def demand(name, is_there, missing):
    """Skips where something is not on the machine; fails where HUB_REQUIRE names it."""
    if not is_there:
        (pytest.fail if name in os.environ.get("HUB_REQUIRE", "").split(",") else pytest.skip)(missing)


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    demand("nginx", NGINX, "no nginx: install Debian's package nginx")
    demand("nginx", shutil.which("openssl"), "no openssl: install Debian's package openssl")
    demand("postgres", postgres.binaries(), "no PostgreSQL: install Debian's package postgresql")
    with deployed(tmp_path_factory.mktemp("site")) as up:
        yield up
