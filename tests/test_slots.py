"""Slots: at most so many at once, in whatever process, and each is free again however its holder ends."""

import subprocess
import sys
import time

import pytest

from missions.slots import NoFreeSlot, slot

HOLDER = """
import sys, time
from pathlib import Path
from types import SimpleNamespace
from missions import slots
slots.settings = SimpleNamespace(HUB_DATA_DIR=Path(sys.argv[1]))
with slots.slot("work", most=1, wait=0):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.HUB_DATA_DIR = tmp_path
    return tmp_path


def work(name="work", most=1, wait=0):
    return slot(name, most=most, wait=wait)


def test_as_many_hold_a_slot_as_there_are_and_each_is_free_after_its_work():
    with work(most=2), work(most=2), work("other"), pytest.raises(NoFreeSlot), work(most=2):
        pass
    with pytest.raises(ZeroDivisionError), work():
        raise ZeroDivisionError
    with work(most=2), work(most=2):
        pass


def test_a_slot_is_waited_for_as_long_as_was_agreed():
    with work():
        before = time.monotonic()
        with pytest.raises(NoFreeSlot), work(wait=0.3):
            pass

    assert 0.3 <= time.monotonic() - before < 5


def test_another_process_holds_a_slot_until_it_is_killed(folder):
    with subprocess.Popen([sys.executable, "-c", HOLDER, folder], stdout=subprocess.PIPE) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(NoFreeSlot), work():
            pass
        holder.kill()

    with work(wait=5):
        pass
