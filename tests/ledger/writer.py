"""`python -m tests.ledger.writer` reports to the ledger from many threads at once, as a process of its own.

Prints "ready", reads one JSON object a line for each thread (code, status, name) up to an empty line, and then prints
the result of each as JSON: the entry's number, or the fields that were rejected.
"""

import json
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from threading import Barrier

TOP = Path(__file__).parents[2]


def start_writer(environment):
    """A process that is ready to write."""
    command = [sys.executable, "-W", "error", "-m", "tests.ledger.writer"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    process = subprocess.Popen(command, env=environment, cwd=TOP, **pipes)
    assert process.stdout.readline() == "ready\n"
    return process


def send(process, jobs):
    process.stdin.write("".join(json.dumps(job) + "\n" for job in jobs) + "\n")
    process.stdin.flush()


def report(job, all_ready):
    from django.core.exceptions import ValidationError
    from django.db import connection

    from missions.models import Mission
    from tests import factories

    mission = Mission.objects.get(code=job["code"])
    all_ready.wait()
    try:
        entry = factories.report(mission, job["status"], on=date(2024, 1, 1), headline_en=job["name"])
        return {**job, "entry": entry.pk}
    except ValidationError as error:
        return {**job, "rejected": list(error.message_dict)}
    finally:
        connection.close()


def main():
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
    django.setup()
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    jobs = [json.loads(line) for line in iter(sys.stdin.readline, "\n")]
    barrier = Barrier(len(jobs))
    with ThreadPoolExecutor(len(jobs)) as threads:
        json.dump(list(threads.map(lambda job: report(job, barrier), jobs)), sys.stdout)


if __name__ == "__main__":
    main()
