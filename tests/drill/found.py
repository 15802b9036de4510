"""`python -m tests.drill.found [BACKUP] <FILE`: what of all that was acknowledged is missing, and what is half done."""

import hashlib
import json
import os
import sys
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
django.setup()

from missions.backups.archive import BackupError, check_seal  # noqa: E402  (Django is set up first)
from missions.models import EvidenceFile, FrozenReport, Head, Mission, State, Submission  # noqa: E402
from missions.models.verification import problems  # noqa: E402


def main(acknowledged, backup):
    submissions = {str(s.key): s for s in Submission.objects.select_related("entry")}
    published = [key for key, submission in submissions.items() if submission.state == State.PUBLISHED]
    reports = list(FrozenReport.objects.prefetch_related("files"))
    files = {file: digest(file) for file in EvidenceFile.objects.all()}
    head = Head.objects.get()
    return {
        "lost": missing(acknowledged["submitted"], submissions)
        + missing(acknowledged["published"], published)
        + missing(acknowledged["files"], files.values())
        + missing(acknowledged["frozen"], [report.title_en for report in reports]),
        "half done": [key for key, s in submissions.items() if (s.state == State.PUBLISHED) != (s.entry is not None)]
        + [str(report) for report in reports if not report.files.count() or any(report.findings())],
        "rounds of the import": sorted({title.rpartition(" round ")[2] for title in titles()}),
        "problems": [str(problem) for problem in problems()]
        + [f"the file {file.content.name} is damaged" for file, found in files.items() if found != file.sha256],
        "backup is whole": bool(backup) and is_whole(Path(backup)),
        "entries": head.entry,
        "head": head.hash,
        "reports": len(reports),
    }


def missing(acknowledged, there):
    there = set(there)
    return [name for name in acknowledged if name not in there]


def digest(file):
    """Of what lies in its place; "" where nothing does."""
    try:
        with file.content.open() as stored:
            return hashlib.file_digest(stored, "sha256").hexdigest()
    except OSError:
        return ""


def is_whole(backup):
    try:
        with backup.open("rb") as file:
            check_seal(file)
    except (BackupError, OSError):
        return False
    return True


def titles():
    return [title for title in Mission.objects.values_list("title_en", flat=True) if " round " in title]


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.load(sys.stdin), "".join(sys.argv[1:]))))
