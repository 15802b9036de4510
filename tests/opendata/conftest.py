import zipfile
from io import BytesIO

import pytest
from django.test import Client

from tests.opendata.unpacking import ARCHIVE, every_table, fetched


@pytest.fixture(scope="module")
def module_archive(module_noon):
    """(response, bytes) of a data set that has something in every table."""
    every_table()
    return fetched(Client(), ARCHIVE)


@pytest.fixture
def archive(module_archive, db):
    return module_archive


@pytest.fixture
def folder(archive, tmp_path):
    """The data set unpacked, to be altered."""
    with zipfile.ZipFile(BytesIO(archive[1])) as members:
        members.extractall(tmp_path)
    return tmp_path
