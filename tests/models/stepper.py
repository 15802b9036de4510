"""`python -m tests.models.stepper` reads jobs as JSON (submission, verb, by) and takes all the steps at once.

Each has a thread of its own. Prints what became of each, as JSON: "done", or why it was refused.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402  (Django must be set up before its models)
from django.db import connection  # noqa: E402

from missions.models import Submission, User  # noqa: E402
from tests.models.submitting import VERBS  # noqa: E402


def step(job, all_ready):
    submission, by = Submission.objects.get(pk=job["submission"]), User.objects.get(pk=job["by"])
    all_ready.wait()
    try:
        VERBS[job["verb"]](submission, by)
        return {**job, "result": "done"}
    except ValidationError as refusal:
        return {**job, "result": refusal.messages}
    finally:
        connection.close()


def main():
    jobs = json.load(sys.stdin)
    barrier = Barrier(len(jobs))
    with ThreadPoolExecutor(len(jobs)) as threads:
        json.dump(list(threads.map(lambda job: step(job, barrier), jobs)), sys.stdout)


if __name__ == "__main__":
    main()
