"""The site from the files of deploy/, once for all tests here."""

import shutil

import pytest

from tests import postgres
from tests.deployment.servers import NGINX
from tests.deployment.site import deploy
from tests.sites import require


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    require("nginx", NGINX, "nginx")
    require("nginx", shutil.which("openssl"), "openssl")
    require("postgres", postgres.binaries(), "postgresql")
    with deploy(tmp_path_factory.mktemp("site")) as site:
        yield site
