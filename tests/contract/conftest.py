"""One site for each module of tests, at noon in Shanghai on 30 June 2024, and what it answers to everybody."""

import pytest
import time_machine
from django.test import Client

from tests.contract.addresses import ADDRESSES, OTHERS
from tests.contract.site import build_site, fetch
from tests.public.world import NOW


@pytest.fixture(scope="module")
def site(module_db):
    with time_machine.travel(NOW, tick=False):
        return build_site()


@pytest.fixture(scope="module")
def answers(site):
    """Address → the answer to a reader who is not signed in."""
    client = Client(raise_request_exception=False)
    addresses = [*ADDRESSES, *(address.format(**site) for address in OTHERS)]
    with time_machine.travel(NOW, tick=False):
        return {address: fetch(client, address) for address in addresses}


@pytest.fixture(autouse=True)
def noon(db):
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock
