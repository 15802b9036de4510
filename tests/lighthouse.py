"""`make lighthouse` measures the site as `make run` serves it, on a phone and a desktop, and prints the scores.

Pages measured three times count by the median. Exits with 1 if a score is too low.
"""

import json
import os
import subprocess
import sys
from itertools import product
from statistics import median

from tests.browser.conftest import CHROMIUM, Site
from tests.sites import TOP, temporary_folder

LIGHTHOUSE = TOP / ".tools/lighthouse/node_modules/.bin/lighthouse"
LIMITS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
PRESETS = {"phone": [], "desktop": ["--preset=desktop"]}
# Path after the language → number of runs.
PAGES = {"": 3, "missions/": 3, "missions/FP-012/": 1, "figures/": 1, "changes/": 1}


def measure(url, preset):
    """(score of each category, audits that lowered one)"""
    command = [LIGHTHOUSE, url, *PRESETS[preset], "--quiet", "--output=json", "--output-path=stdout",
               "--chrome-flags=--no-sandbox --headless=new"]  # fmt: skip
    environment = {**os.environ, "CHROME_PATH": CHROMIUM}
    # Sometimes Chromium returns no trace, and Lighthouse asks for another run.
    for attempt in (1, 2, 3):
        run = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=attempt == 3)
        if run.returncode == 0:
            break
    result = json.loads(run.stdout)
    categories, audits = result["categories"], result["audits"]
    weighted = {ref["id"] for category in categories.values() for ref in category["auditRefs"] if ref["weight"]}
    lowering = {name for name in weighted if audits[name]["score"] not in (None, 1)}
    return [round(100 * categories[name]["score"]) for name in LIMITS], lowering


def main():
    is_low = False
    with temporary_folder() as folder, Site(folder).serving() as url:
        print(f"{'':36}", *LIMITS, "lowered by", sep="  ")
        for preset, (path, times), language in product(PRESETS, PAGES.items(), ("en", "zh-hans")):
            page = f"/{language}/{path}"
            runs = [measure(url + page, preset) for _run in range(times)]
            scores = [median(values) for values in zip(*(run[0] for run in runs), strict=True)]
            cells = [f"{score:>{len(name)}g}" for score, name in zip(scores, LIMITS, strict=True)]
            # At once: the whole run takes ten minutes.
            print(f"{preset:8}  {page:26}", *cells, *sorted(set().union(*(r[1] for r in runs))), sep="  ", flush=True)
            is_low |= any(score < limit for score, limit in zip(scores, LIMITS.values(), strict=True))
    return int(is_low)


if __name__ == "__main__":
    sys.exit(main())
