"""`python -m tests.admin.saver USER PAGE FORM` sends a form from eight threads at once, as a process of its own.

FORM is JSON. Each thread signs in as USER and sends another title; each title, with the status of its answer, is
printed as JSON.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
django.setup()

from django.db import connection  # noqa: E402  (Django must be set up before its models)
from django.test import Client  # noqa: E402

from missions.models import User  # noqa: E402

THREADS = 8


def save(username, page, sent, all_ready):
    try:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(User.objects.get(username=username))
        all_ready.wait()
        return client.post(page, sent).status_code
    finally:
        connection.close()


def main(username, page, sent):
    titles = [f"By {os.getpid()} {number}" for number in range(THREADS)]
    barrier = Barrier(THREADS)
    with ThreadPoolExecutor(THREADS) as threads:
        forms = [{**json.loads(sent), "title_en": title} for title in titles]
        answers = threads.map(lambda form: save(username, page, form, barrier), forms)
        json.dump(dict(zip(titles, answers, strict=True)), sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
