"""A mission, an editor of its lead owner with a token, and what their system sends."""

import json
import uuid

import pytest

from missions.status import Status
from tests import build
from tests.api.sending import ADDRESS, SAID
from tests.public.conftest import noon, programme, world

__all__ = ["noon", "programme", "world"]


@pytest.fixture
def mission(noon):
    return build.mission("FP-001", status=Status.NOT_STARTED)


@pytest.fixture
def membership(mission):
    """An editor of the mission's lead owner."""
    return build.membership(organisation=mission.lead_owner)


@pytest.fixture
def secret(membership):
    return build.token(membership)[1]


@pytest.fixture
def send(client, secret):
    """Sends what a system would, with these changes, under a key of its own."""

    def sent(token=secret, key=None, body=None, **changes):
        content = json.dumps({**SAID, **changes}) if body is None else body
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(key or uuid.uuid4())}
        return client.post(ADDRESS, content, content_type="application/json", headers=headers)

    return sent
