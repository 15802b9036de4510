"""A ledger to tamper with."""

from datetime import date

import pytest

from missions.status import Status
from tests import build
from tests.databases import copied, evidence_in, in_place_of_the_default


@pytest.fixture(scope="module")
def template(migrated_database, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("ledger")
    with django_db_blocker.unblock(), copied(migrated_database, folder) as (name, _environment):
        with in_place_of_the_default(name):
            eleven_entries()
        yield name


@pytest.fixture
def ledger(template, django_db_blocker, tmp_path):
    """A database with eleven entries; yields the environment in which another process finds it."""
    copy = copied(template, tmp_path)
    with django_db_blocker.unblock(), copy as (name, environment), in_place_of_the_default(name), evidence_in(tmp_path):
        yield environment


def eleven_entries():
    """Entries of two missions; the findings below name them by number."""
    first = build.mission("M-1", due=date(2025, 12, 31))
    build.report(first, Status.IN_PROGRESS, on=date(2023, 1, 1))
    build.report(first, Status.PAUSED, on=date(2023, 6, 1), evidence=[build.evidence(is_public=False)])
    second = build.mission("M-2")
    due = build.deadline(second, date(2026, 6, 30), on=date(2023, 8, 1))
    build.report(second, Status.NOT_STARTED, on=date(2023, 9, 1))
    build.correct(due, due=date(2026, 9, 30))
    build.report(first, Status.COMPLETED, on=date(2024, 1, 1), evidence=[build.evidence(), build.evidence(title="2")])
    build.report(second, Status.IN_PROGRESS, on=date(2024, 2, 1))
    build.correct(build.report(second, Status.PAUSED, on=date(2024, 4, 1)), effective_on=date(2023, 12, 1))
    build.mission("M-3", opened=False)
