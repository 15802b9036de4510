import pytest

from tests.public.conftest import module_noon, noon, world
from tests.public.world import World

__all__ = ["module_noon", "noon", "world"]


@pytest.fixture(scope="module")
def programme(module_db):
    """A world in which each choice of each filter finds something."""
    return World(5)
