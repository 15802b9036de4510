"""`make fuzz` asks the real site, with the real data, what nobody thought of: pages and files, then the API.

Prints the seed, which SEED=… takes again, and each request that is answered wrongly; exits with 1 if there is one, or
if fewer were sent than there have to be.
"""

import os
import random
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
django.setup()

from tests.fuzz import api, pages  # noqa: E402  (Django must be set up before its models)

EXAMPLES, LEAST = 42, 20_000
PROCESSES = 2


def fuzz_pages(seed):
    """(how many requests were sent, what is wrong): half of the routes in a process of its own, on its own site."""
    shares = [slice(number, None, PROCESSES) for number in range(PROCESSES)]
    with ProcessPoolExecutor(PROCESSES) as processes:
        fuzzed = list(processes.map(partial(pages.run, seed, EXAMPLES), shares))
    answered = sum((one.answered for one in fuzzed), Counter())
    slowest = max(one.slowest for one in fuzzed)
    print(f"pages and files: {answered.total()} requests, by status {dict(sorted(answered.items()))}")
    print(f"the slowest answer took {slowest:.2f} s")
    wrong = [each for one in fuzzed for each in one.wrong]
    return answered.total(), wrong + (["fewer requests than there have to be"] if answered.total() < LEAST else [])


def main():
    seed = int(os.environ.get("SEED") or random.randrange(2**32))
    print(f"SEED={seed}", flush=True)
    start = time.monotonic()
    sent, wrong = (sum(both, start=type(both[0])()) for both in zip(fuzz_pages(seed), api.run(seed), strict=True))
    print("\n\n".join(wrong) or "each is answered as it should be")
    print(f"{sent} requests in {time.monotonic() - start:.0f} s, {len(wrong)} wrong; again with SEED={seed}")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
