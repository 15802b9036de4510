"""`python -m tests.models.writer` reports to the ledger from many threads at once, as a process of its own.

Says "ready", reads one JSON object a line for each thread (code, status, name) up to an empty line, and then prints
what became of each, as JSON: the entry's number, or why it was refused.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
django.setup()

from django.core.exceptions import ValidationError  # noqa: E402  (Django must be set up before its models)
from django.db import connection  # noqa: E402

from missions.models import Mission  # noqa: E402
from tests import build  # noqa: E402


def report(job, all_ready):
    mission = Mission.objects.get(code=job["code"])
    all_ready.wait()
    try:
        entry = build.report(mission, job["status"], on=date(2024, 1, 1), headline_en=job["name"])
        return {**job, "entry": entry.pk}
    except ValidationError as error:
        return {**job, "refused": error.messages}
    finally:
        connection.close()


def main():
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    jobs = [json.loads(line) for line in iter(sys.stdin.readline, "\n")]
    barrier = Barrier(len(jobs))
    with ThreadPoolExecutor(len(jobs)) as threads:
        json.dump(list(threads.map(lambda job: report(job, barrier), jobs)), sys.stdout)


if __name__ == "__main__":
    main()
