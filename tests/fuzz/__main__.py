"""`make fuzz`: 20,000 requests over all URLs, and 20,000 generated from the OpenAPI schema. SEED=… repeats a run."""

import os
import random
import sys

from tests.sites import temporary_folder

from .pages import fuzz
from .site import FuzzedSite

TIMES, EXAMPLES = 30, 750


def main():
    seed = int(os.environ.get("SEED") or random.randrange(2**32))
    print(f"SEED={seed}", flush=True)
    with temporary_folder() as folder:
        site = FuzzedSite(folder)
        with site.serving():
            counted, wrong = fuzz(site, seed, TIMES)
            print(f"pages and files: {counted.total()} requests, by status {dict(sorted(counted.items()))}", flush=True)
            for token in (None, site.token):
                number, problems = site.fuzz_api(examples=EXAMPLES, seed=seed, token=token)
                print(f"API {'with a token' if token else 'as anybody'}: {number} requests", flush=True)
                wrong += [problems] if problems else []
    print("\n".join(wrong) or "no fault found")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
