import pytest
import time_machine

from tests.public.world import NOW


@pytest.fixture
def noon(db):
    """Noon in Shanghai on 30 June 2024; the clock stands still."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller
