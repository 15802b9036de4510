import pytest
from django.db import connection
from tests.models.forging import STRETCH
from tests.models.tampering import tamper
from tests.models.verifying import found
from missions.models import Mission
from datetime import date
@pytest.mark.parametrize("change", ["until = '2023-02-30' WHERE first_day = '2023-12-01'","until = '2024-2-1' WHERE first_day = '2023-12-01'", "first_day = '2023-8-1' WHERE first_day = '2023-08-01'", "since='x' WHERE first_day = '2023-12-01'"])
def test_probe(ledger, change):
    tamper(f"UPDATE {STRETCH} SET {change}")
    try: print("PROBE", change, found())
    except Exception as e: print("PROBE", change, "RAISES", repr(e)[:150])
    try: print("ASOF", sorted(m.code for m in Mission.objects.as_of(date(2024,3,1))), sorted(m.code for m in Mission.objects.as_of(date(2023,9,15))))
    except Exception as e: print("ASOF raises", repr(e)[:100])
