"""Pages after a write: what this process remembers of earlier revisions never shows."""

from datetime import date
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import transaction

from missions.models import Mission, Organisation, Theme
from missions.status import Status
from tests import factories
from tests.cache import forget
from tests.public.dom import parse
from tests.public.reading import facet_counts

PAGES = [
    "missions/?per_page=100",
    "missions/?as_of=2024-03-02&known_at=2024-06-29",
    "changes/?per_page=100&since=2024-01-01&until=2024-06-01",
]


def read(client):
    pages = [parse(client.get(f"/en/{path}")) for path in PAGES]
    return [(facet_counts(page), page.one(id="results").text) for page in pages]


def change(draw):
    """Records or edits something at random."""
    mission = draw.choice(list(Mission.objects.order_by("pk")))
    day = date(2024, draw.randint(1, 6), draw.randint(1, 28))
    status = draw.choice([Status.IN_PROGRESS, Status.PAUSED, Status.COMPLETED, Status.WITHDRAWN])
    draw.choice(
        [
            lambda: factories.report(mission, status, on=day),
            lambda: factories.deadline(mission, date(2024, draw.randint(1, 12), 1), on=day),
            lambda: factories.correct(draw.choice(list(mission.changes.all())), status=status),
            lambda: factories.mission(theme=factories.theme(f"T{draw.randint(1, 3)}")),
            lambda: mission.areas.set([factories.area(f"A{draw.randint(1, 3)}")]),
            lambda: mission.supporting_owners.add(factories.organisation(f"O{draw.randint(1, 4)}")),
            lambda: Mission.objects.filter(pk=mission.pk).update(theme=factories.theme(f"T{draw.randint(1, 3)}")),
            lambda: Organisation.objects.filter(code="O2").update(parent=factories.organisation("O1")),
            lambda: Theme.objects.filter(code="T1").update(name_en=f"{draw.random()}"),
        ]
    )()


@pytest.mark.both_databases
def test_after_any_write_lists_and_counts_are_those_of_a_new_process(client, noon):
    draw, rejected = Random(0), 0
    for number in range(6):
        factories.mission(f"M-{number}", lead_owner=factories.organisation(f"O{number % 3}"))
    for _step in range(12):
        try:
            change(draw)
        except ValidationError:
            rejected += 1
            continue
        shown = read(client)
        forget()
        assert shown == read(client)
    assert rejected < 6


def test_after_a_rollback_another_change_is_shown(client, noon):
    first, second = factories.mission("M-1"), factories.mission("M-2")
    with transaction.atomic():
        factories.report(first, Status.PAUSED, on=date(2024, 1, 2))
        client.get("/en/missions/")
        transaction.set_rollback(True)
    for day in (3, 4):
        factories.report(second, Status.PAUSED, on=date(2024, 1, day))
    assert facet_counts(parse(client.get("/en/missions/")))["status"] == {"unreported": 1, "paused": 1}
