import shutil

import pytest

from tests.exchange.folders import SMALL, load
from tests.exchange.libreoffice import LibreOffice
from tests.exchange.registering import exported, opened


@pytest.fixture
def folder(tmp_path):
    """A copy of the small programme, to be changed."""
    return shutil.copytree(SMALL, tmp_path / "programme")


@pytest.fixture(scope="module")
def register(module_db):
    """The file of the register of the small programme, which is loaded once for the module."""
    load(SMALL)
    return exported()


@pytest.fixture
def book(register, db):
    """The same as a workbook, to be edited."""
    return opened(register)


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory):
    """LibreOffice with a profile of its own."""
    return LibreOffice(tmp_path_factory.mktemp("libreoffice"))
