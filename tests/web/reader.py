"""`python -m tests.web.reader`: another process of the site, which caches its answers.

Each line of its input is a JSON object: `get` an address, move the `clock` to a moment, or `forget` what is cached.
Each is answered by a line.
"""

import hashlib
import json
import sys

import django

django.setup()

import time_machine  # noqa: E402 (only now are there settings)
from django.conf import settings  # noqa: E402
from django.test import Client  # noqa: E402

from tests.cache import forget  # noqa: E402

client = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0])


def get(address):
    answer = client.get(address)
    return [answer.status_code, answer.get("ETag"), hashlib.sha256(answer.getvalue()).hexdigest()]


def clock(moment):
    time_machine.travel(moment, tick=False).start()


VERBS = {"get": get, "clock": clock, "forget": lambda _nothing: forget()}

if __name__ == "__main__":
    for line in sys.stdin:
        [(name, argument)] = json.loads(line).items()
        sys.stdout.write(json.dumps(VERBS[name](argument)) + "\n")
        sys.stdout.flush()
