import pytest
import time_machine

from tests.public.world import NOW, World


@pytest.fixture
def noon(db):
    """Noon in Shanghai on 30 June 2024; the clock does not move."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def module_noon(module_db):
    """The same for a whole module, whose fixtures write at that time."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def programme(module_db):
    """A random world for all tests of a module: it takes a second to build."""
    return World(4)


@pytest.fixture
def world(programme, noon):
    return programme
