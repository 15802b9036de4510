"""`python -m tests.drill.found FILE [BACKUP]`: what of all that was acknowledged is missing, and what is half done."""

import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
django.setup()

from missions.backups.archive import Unusable, opened  # noqa: E402  (Django is set up first)
from missions.models import FrozenReport, Head, Mission, State, Submission  # noqa: E402
from missions.models.verification import problems  # noqa: E402


def main(acknowledged, backup):
    submissions = {str(s.key): s for s in Submission.objects.select_related("entry")}
    reports = list(FrozenReport.objects.prefetch_related("files"))
    return {
        "lost": [key for key in acknowledged["submitted"] if key not in submissions]
        + [key for key in acknowledged["published"] if submissions[key].state != State.PUBLISHED]
        + [title for title in acknowledged["frozen"] if title not in {report.title_en for report in reports}],
        "half done": [key for key, s in submissions.items() if (s.state == State.PUBLISHED) != (s.entry is not None)]
        + [str(report) for report in reports if not report.files.count() or any(report.findings())],
        "rounds of the import": sorted({title.rpartition(" round ")[2] for title in titles()}),
        "problems": [str(problem) for problem in problems()],
        "backup is whole": bool(backup) and is_whole(Path(backup)),
        "entries": Head.objects.get().entry,
        "reports": len(reports),
    }


def is_whole(backup):
    try:
        with opened(backup):
            return True
    except Unusable:
        return False


def titles():
    return [title for title in Mission.objects.values_list("title_en", flat=True) if " round " in title]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.loads(Path(sys.argv[1]).read_text()), "".join(sys.argv[2:]))))
