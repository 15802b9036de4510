"""One site for each module of tests, at noon in Shanghai on 30 June 2024, and what it answers to everybody."""

import pytest
from django.test import Client

from tests.contract.addresses import ADDRESSES, OTHERS
from tests.contract.site import build_site, fetch


@pytest.fixture(scope="module")
def site(module_noon):
    return build_site()


@pytest.fixture(scope="module")
def answers(site):
    """Address → the answer to a reader who is not signed in."""
    client = Client(raise_request_exception=False)
    addresses = [*ADDRESSES, *(address.format(**site) for address in OTHERS)]
    return {address: fetch(client, address) for address in addresses}


@pytest.fixture(autouse=True)
def at_noon(noon):
    """For every test here."""
