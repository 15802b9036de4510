import pytest

from tests.public.conftest import world
from tests.public.world import World

__all__ = ["world"]


@pytest.fixture(scope="module")
def programme(module_db):
    """A world in which each choice of each filter finds something."""
    return World(5)
