import pytest
import time_machine

from tests.public.conftest import noon
from tests.public.world import NOW, World
from tests.reports.example import build_example

__all__ = ["noon"]


@pytest.fixture(scope="module")
def module_noon(module_db):
    """Noon in Shanghai on 30 June 2024, for all of a module."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def module_example(module_noon):
    build_example()


@pytest.fixture
def example(module_example, db):
    """The missions of `tests.reports.example`, at noon."""


@pytest.fixture(scope="module")
def module_world(module_noon):
    return World(4)


@pytest.fixture
def world(module_world, db):
    return module_world
