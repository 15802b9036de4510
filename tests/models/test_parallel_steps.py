"""Two people act on one submission in the same moment, with real commits: one is taken, the other one told."""

import json
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest

from missions.models import StatusChange, Submission
from missions.models.verification import problems
from tests import build
from tests.models.submitting import LEADS_TO, brought_to

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]

TOP = Path(__file__).parent.parent.parent
PAIRS = [("publish", "publish"), ("publish", "take_back"), ("publish", "send_back"), ("send_back", "send_back")] * 4


def taken_at_once(jobs, environment):
    command = [sys.executable, "-W", "error", "-m", "tests.models.stepper"]
    pipes = {"input": json.dumps(jobs), "stdout": subprocess.PIPE, "text": True, "check": True}
    return json.loads(subprocess.run(command, env=environment, cwd=TOP, **pipes).stdout)


def test_of_two_steps_at_once_one_is_taken_and_the_other_is_told_where_it_stands(own_database):
    one, other = build.nameless(), build.nameless()
    submissions = [brought_to("submitted") for _pair in PAIRS]
    jobs = [
        {"submission": submission.pk, "verb": verb, "by": by.pk}
        for submission, pair in zip(submissions, PAIRS, strict=True)
        for verb, by in zip(pair, (one, other), strict=True)
    ]

    became = defaultdict(list)
    for job in taken_at_once(jobs, own_database):
        became[job["submission"]].append(job)

    for submission in Submission.objects.filter(pk__in=became):
        (taken,) = [job for job in became[submission.pk] if job["result"] == "done"]
        (told,) = [job for job in became[submission.pk] if job["result"] != "done"]
        state = LEADS_TO[taken["verb"]]
        label = submission.get_state_display()
        assert told["result"] == [f"This is not possible any more: the submission is “{label}” by now."]
        assert list(submission.steps.values_list("state", "by")[1:]) == [(state, taken["by"])]
        entries = list(submission.mission.changes.exclude(kind="opening").values_list("pk", "recorded_by"))
        published = [(submission.entry_id, submission.author_id)]
        assert (submission.state, entries) == (state, published if state == "published" else [])
    assert StatusChange.objects.count() == len(PAIRS) + Submission.objects.filter(state="published").count()
    assert list(problems()) == []
