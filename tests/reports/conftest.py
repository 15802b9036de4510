import pytest

from tests.public.world import World
from tests.reports.example import build_example


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
