"""`make lighthouse` measures the site as `make run` serves it, on a phone and on a desk, and prints the scores.

The overview and the list count by the median of three runs. Exits with 1 where a score is below what is wanted.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

from tests.browser.conftest import CHROMIUM, NO_CHROMIUM, TOP, Site

LIGHTHOUSE = Path(TOP, ".tools/lighthouse/node_modules/.bin/lighthouse")
WANTED = {"performance": 98, "accessibility": 100, "best-practices": 100, "seo": 100}
PRESETS = {"phone": [], "desk": ["--preset=desktop"]}
# Path after the language → how often it is measured.
PAGES = {"": 3, "missions/": 3, "missions/FP-012/": 1, "figures/": 1, "changes/": 1}


def measured(address, preset):
    """(score of each category, names of the audits that lowered one)."""
    command = [LIGHTHOUSE, address, *PRESETS[preset], "--quiet", "--output=json", "--output-path=stdout",
               "--chrome-flags=--no-sandbox --headless=new"]  # fmt: skip
    # Now and then Chromium gives it no trace, and it asks to be run again.
    for _attempt in range(3):
        run = subprocess.run(command, env={**os.environ, "CHROME_PATH": CHROMIUM}, stdout=subprocess.PIPE, check=False)
        if run.returncode == 0:
            break
    run.check_returncode()
    said = json.loads(run.stdout)
    weighty = {ref["id"] for category in said["categories"].values() for ref in category["auditRefs"] if ref["weight"]}
    lowered = [name for name in weighty if said["audits"][name]["score"] not in (None, 1)]
    return {name: round(100 * said["categories"][name]["score"]) for name in WANTED}, lowered


def measurements(site):
    """Yields (preset, path, score of each category, what lowered one), the medians where there are several runs."""
    for preset in PRESETS:
        for path, times in PAGES.items():
            for language in ("en", "zh-hans"):
                runs, lowered = defaultdict(list), set()
                for _run in range(times):
                    scores, audits = measured(f"{site.url}/{language}/{path}", preset)
                    lowered.update(audits)
                    for name, score in scores.items():
                        runs[name].append(score)
                yield preset, f"/{language}/{path}", {name: median(all_) for name, all_ in runs.items()}, lowered


def main():
    """What to exit with: a sentence, or 1 where the site falls short."""
    if CHROMIUM is None:
        return NO_CHROMIUM
    is_short = False
    with tempfile.TemporaryDirectory() as folder:
        site = Site(folder)
        try:
            site.start(workers=2)
            say("", "", WANTED, ["lowered by"])
            for preset, path, scores, lowered in measurements(site):
                say(preset, path, [f"{score:g}" for score in scores.values()], sorted(lowered))
                is_short |= any(scores[name] < least for name, least in WANTED.items())
        finally:
            site.stop()
    return int(is_short)


def say(preset, path, columns, notes):
    """One line as soon as it is known: all of them take ten minutes."""
    cells = [f"{cell:>{len(name)}}" for cell, name in zip(columns, WANTED, strict=True)]
    sys.stdout.write("  ".join([f"{preset:5}", f"{path:25}", *cells, *notes]) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
