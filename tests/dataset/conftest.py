import pytest
from django.db import transaction

from missions.exchange.programme import load_programme
from tests.exchange.folders import HONGQIAO
from tests.public.conftest import noon, programme, world

__all__ = ["noon", "programme", "world"]


@pytest.fixture(scope="module")
def hongqiao(django_db_setup, django_db_blocker):
    """The real programme, loaded once and rolled back after the last test of the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_programme(HONGQIAO)
        yield
        transaction.set_rollback(True)
