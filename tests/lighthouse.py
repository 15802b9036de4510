"""`make lighthouse` measures the site as `make run` serves it, on a phone and a desktop, and prints the scores.

Pages measured three times count by the median. Exits with 1 if a score is too low.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from tests.browser.conftest import CHROMIUM, NO_CHROMIUM, Site
from tests.drill.site import TOP

LIGHTHOUSE = Path(TOP, ".tools/lighthouse/node_modules/.bin/lighthouse")
LIMITS = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
PRESETS = {"phone": [], "desktop": ["--preset=desktop"]}
# Path after the language → number of runs.
PAGES = {"": 3, "missions/": 3, "missions/FP-012/": 1, "figures/": 1, "changes/": 1}


def measure(url, preset):
    """(score of each category, audits that lowered one)"""
    command = [LIGHTHOUSE, url, *PRESETS[preset], "--quiet", "--output=json", "--output-path=stdout",
               "--chrome-flags=--no-sandbox --headless=new"]  # fmt: skip
    # Sometimes Chromium returns no trace, and Lighthouse asks for another run.
    for _attempt in range(3):
        run = subprocess.run(command, env={**os.environ, "CHROME_PATH": CHROMIUM}, stdout=subprocess.PIPE, check=False)
        if run.returncode == 0:
            break
    run.check_returncode()
    result = json.loads(run.stdout)
    categories, audits = result["categories"], result["audits"]
    weighted = {ref["id"] for category in categories.values() for ref in category["auditRefs"] if ref["weight"]}
    lowering = {name for name in weighted if audits[name]["score"] not in (None, 1)}
    return [round(100 * categories[name]["score"]) for name in LIMITS], lowering


def show(preset, path, scores, notes):
    """Print a line at once: the whole run takes ten minutes."""
    cells = [f"{score:>{len(name)}}" for score, name in zip(scores, LIMITS, strict=True)]
    sys.stdout.write("  ".join([f"{preset:8}", f"{path:25}", *cells, *notes]) + "\n")
    sys.stdout.flush()


def main():
    if CHROMIUM is None:
        return NO_CHROMIUM
    is_low = False
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder)
        try:
            site.start(workers=2)
            show("", "", LIMITS, ["lowered by"])
            for preset in PRESETS:
                for path, times in PAGES.items():
                    for language in ("en", "zh-hans"):
                        page = f"/{language}/{path}"
                        runs = [measure(site.url + page, preset) for _run in range(times)]
                        scores = [median(values) for values in zip(*(run[0] for run in runs), strict=True)]
                        show(
                            preset, page, [f"{score:g}" for score in scores], sorted(set().union(*(r[1] for r in runs)))
                        )
                        is_low |= any(score < limit for score, limit in zip(scores, LIMITS.values(), strict=True))
        finally:
            site.stop()
    return int(is_low)


if __name__ == "__main__":
    sys.exit(main())
