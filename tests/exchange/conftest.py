import shutil

import pytest

from tests.exchange.folders import SMALL
from tests.exchange.libreoffice import LibreOffice
from tests.public.conftest import noon

__all__ = ["noon"]


@pytest.fixture
def folder(tmp_path):
    """A copy of the small programme, to be changed."""
    return shutil.copytree(SMALL, tmp_path / "programme")


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory):
    """LibreOffice with a profile of its own."""
    return LibreOffice(tmp_path_factory.mktemp("libreoffice"))
