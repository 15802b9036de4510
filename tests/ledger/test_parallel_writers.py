"""Many writers at once, with real commits: what was accepted is in one chain, once, and all of it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connections, transaction

from missions.models import Evidence, Head, Mission, StatusChange
from tests import factories
from tests.databases import in_place_of_the_default
from tests.ledger.tampering import verify

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]


class Writers(ThreadPoolExecutor):
    """Report to the ledger, each over a connection of its own, once all are ready."""

    def __init__(self, number):
        super().__init__(number)
        self.database, self.barrier = connections["default"].settings_dict["NAME"], Barrier(number)

    def report(self, mission, status, headline):
        return self.submit(self._report, mission, status, headline)

    def _report(self, mission, status, headline):
        self.barrier.wait()
        with in_place_of_the_default(self.database):
            return factories.report(mission, status, headline_en=headline)


def test_forty_writers_while_the_register_is_edited_and_the_ledger_verified(own_database):
    """Twenty write to missions of their own, twenty to the same one."""
    missions = [factories.mission(f"P-{n:02}") for n in range(20)]
    shared = factories.mission("SHARED")
    statuses = ["paused", "paused", "paused", "withdrawn"] * 5
    not_edited, codes = list(missions), []
    with Writers(40) as writers:
        own = [writers.report(mission, "completed", f"For {mission.code}") for mission in missions]
        same = {writers.report(shared, status, f"Shared {n}"): status for n, status in enumerate(statuses)}
        while not all(each.done() for each in [*own, *same]):
            if not_edited:
                mission = not_edited.pop()
                mission.title_en = "Edited"
                mission.save()
            codes.append(verify()[1])

    refused = [each for each in same if each.exception()]
    accepted = {each.result().pk: each.result().headline_en for each in [*own, *same] if each not in refused}
    assert accepted == dict(StatusChange.objects.exclude(kind="opening").values_list("id", "headline_en"))
    assert Head.objects.get().entry == 21 + len(accepted)
    assert set(codes) == {0} == {verify()[1]}
    edited = Mission.objects.filter(status="completed", title_en="Edited")
    assert edited.count() == 20 - len(not_edited) > 0
    statuses = list(shared.changes.exclude(kind="opening").order_by("id").values_list("status", flat=True))
    assert statuses == sorted(statuses)  # "paused" until the first "withdrawn", and then nothing else
    assert {same[each] for each in refused} <= {"paused"}
    assert {type(each.exception()) for each in refused} <= {ValidationError}


def test_evidence_does_not_wait_for_the_entry_of_another_writer(own_database):
    mission = factories.mission("P-1")

    @transaction.atomic
    def slip_in():
        Evidence.objects.create(change_id=2, title="Slipped in")
        entries.append(writers.report(mission, "paused", "By another"))
        with pytest.raises(TimeoutError):  # it waits for its turn
            entries[0].result(timeout=1)

    entries = []
    with Writers(1) as writers, pytest.raises(IntegrityError):
        slip_in()

    assert entries[0].result().pk == 2
    assert list(Evidence.objects.values_list("title", flat=True)) == ["Evidence"]
    assert verify()[1] == 0
