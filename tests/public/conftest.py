import pytest

from tests.public.world import World


@pytest.fixture(scope="module")
def programme(module_db):
    """A random world for all tests of a module: it takes a second to build."""
    return World(4)


@pytest.fixture
def world(programme, noon):
    return programme
