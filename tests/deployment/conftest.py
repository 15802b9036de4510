"""The site from the files of deploy/, once for all tests here."""

import os
import shutil

import pytest

from tests import postgres
from tests.deployment.servers import NGINX
from tests.deployment.site import deploy


def require(name, is_installed, package):
    """Skip without the package; fail if HUB_REQUIRE names it."""
    if not is_installed:
        fail = name in os.environ.get("HUB_REQUIRE", "").split(",")
        (pytest.fail if fail else pytest.skip)(f"install Debian's package {package}")


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    require("nginx", NGINX, "nginx")
    require("nginx", shutil.which("openssl"), "openssl")
    require("postgres", postgres.binaries(), "postgresql")
    with deploy(tmp_path_factory.mktemp("site")) as site:
        yield site
