"""Forms sent at once by several processes: real commits."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from missions.models import Role, Submission
from tests import build
from tests.admin.pages import filled_in
from tests.admin.reporting import BEGUN, SUBMIT, of_evidence

TOP, ROWS = Path(__file__).parent.parent.parent, 600
pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]  # other processes, whose lines are not traced


def send_at_once(user, page, form, environment):
    """Sends the form sixteen times, from two processes; the status of each title that was sent."""
    command = [sys.executable, "-m", "tests.admin.saver", user.username, page, json.dumps(form)]
    pipes = {"stdout": subprocess.PIPE, "text": True, "cwd": TOP, "env": {**environment, "HUB_REQUIRE_MFA": "0"}}
    answers = {}
    for saver in [subprocess.Popen(command, **pipes) for _number in range(2)]:
        answers |= json.loads(saver.communicate()[0])
    return answers


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def test_of_sixteen_parallel_edits_one_is_saved(own_database):
    mission, official = build.mission("M-1"), build.user("li")
    page = f"/admin/missions/mission/{mission.pk}/change/"
    answers = send_at_once(official, page, filled_in(signed_in(official).get(page)), own_database)
    mission.refresh_from_db()

    assert (sorted(answers.values()), answers[mission.title_en]) == ([200] * 15 + [302], 302)
    assert mission.history.count() == 2


def test_of_sixteen_parallel_reports_one_submission_is_made(own_database):
    editor, mission = build.user("editor", Role.EDITOR, organisation=build.organisation()), build.mission()
    page = f"/admin/missions/mission/{mission.pk}/report/"
    form = {**filled_in(signed_in(editor).get(page)), **BEGUN, **of_evidence(0, title="Letter"), **SUBMIT}
    answers = send_at_once(editor, page, form, own_database)
    submission = Submission.objects.get()

    assert list(answers.values()) == [302] * 16
    assert (submission.state, submission.steps.count(), submission.evidence.count()) == ("submitted", 1, 1)
