import pytest
import time_machine
from django.db import transaction

from tests.public.world import NOW, World


@pytest.fixture
def noon(db):
    """Noon in Shanghai on 30 June 2024; the clock stands still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(scope="module")
def programme(django_db_setup, django_db_blocker):
    """One world for all tests of a module, which it takes a second to build; rolled back after the last of them."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield World(4)
        transaction.set_rollback(True)


@pytest.fixture
def world(programme, noon):
    """The world of the module, at noon."""
    return programme
