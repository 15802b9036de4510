"""A mission, an editor of its lead owner with a token, and what their system sends."""

import json
import uuid
from datetime import date

import pytest

from missions.models import Measure, ReportedFigure
from missions.status import Basis, Status
from tests import factories
from tests.api.sending import ADDRESS, SUBMISSION


@pytest.fixture
def mission(noon):
    return factories.mission("FP-001", status=Status.NOT_STARTED)


@pytest.fixture
def membership(mission):
    """An editor of the mission's lead owner."""
    return factories.membership(organisation=mission.lead_owner)


@pytest.fixture
def secret(membership):
    return factories.token(membership)[1]


@pytest.fixture
def send(client, secret):
    """Sends what a system would, with these changes, under a key of its own."""

    def post(token=secret, key=None, body=None, **changes):
        content = json.dumps({**SUBMISSION, **changes}) if body is None else body
        headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": str(key or uuid.uuid4())}
        return client.post(ADDRESS, content, content_type="application/json", headers=headers)

    return post


@pytest.fixture
def one_of_everything(noon):
    """A mission on which everything has happened, figures and frozen reports."""
    above = factories.organisation("SH", name_en="City", name_zh="市", level="municipal")
    mission = factories.mission(
        "FP-007", due=date(2024, 7, 15), kind="project", provenance="official", number=7,
        title_en="Build the bridge", title_zh="建桥", description_en="A bridge.", description_zh="一座桥。",
        clause="Part 1", clause_zh="第一部分", theme=factories.theme("T1", name_en="Trade", name_zh="贸易"),
        lead_owner=factories.organisation("SH-1", name_en="Office", name_zh="办公室", parent=above),
        supporting=[factories.organisation("O3"), factories.organisation("O2")],
        areas=[factories.area("B2"), factories.area("A1")],
    )  # fmt: skip
    mission.sources.add(factories.source("s1", published_on=date(2021, 2, 24)))
    wrong = factories.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 2))
    factories.correct(wrong, status=Status.PAUSED)
    hidden = factories.evidence(title="Hidden", is_public=False)
    factories.report(mission, Status.PAUSED, on=date(2024, 3, 1), evidence=[hidden])
    factories.deadline(mission, date(2024, 12, 31), on=date(2024, 4, 1))
    done = factories.mission(
        "FP-008", number=8, theme=factories.theme("T2"), lead_owner=above, areas=[factories.area("A1")]
    )
    factories.report(done, Status.COMPLETED, on=date(2024, 1, 1))
    spoken = factories.mission("FP-009", number=9, theme=factories.theme("T2"), lead_owner=above)
    factories.report(spoken, Status.COMPLETED, on=date(2024, 1, 1), basis=Basis.OWNER)
    factories.mission("FP-010", number=10, theme=factories.theme("T2"), lead_owner=above, status=Status.WITHDRAWN)
    words = {"indicator_en": "Missions completed", "indicator_zh": "已完成任务", "unit": "missions", "unit_zh": "项"}
    figure = {**words, "as_of": date(2024, 3, 2), "value": 100, "source": factories.source("f")}
    ReportedFigure.objects.create(measure=Measure.COMPLETED, **figure).covers.set([factories.instrument("FP")])
    trade = {"indicator_en": "Trade", "indicator_zh": "贸易额", "unit": "billion yuan", "unit_zh": "十亿元"}
    ReportedFigure.objects.create(**{**figure, **trade, "as_of": date(2023, 12, 31), "value": 1.5})
    factories.frozen_report("R-2", supersedes=factories.frozen_report("R-1"))
    return mission
