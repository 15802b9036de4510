import shutil

import pytest

from tests.exchange.folders import SMALL


@pytest.fixture
def folder(tmp_path):
    """A copy of the small programme, to be changed."""
    return shutil.copytree(SMALL, tmp_path / "programme")
