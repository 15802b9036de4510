"""What runs in a process of the site (`manage.py shell`) and prints its result as JSON."""

import json
import sys
from datetime import timedelta
from pathlib import Path

from django.test import Client
from django.utils import timezone

from missions.ledger.verification import problems
from missions.models import EvidenceFile, FrozenReport, Head, Mission, State, Submission, Token, User
from missions.ops.archive import BackupError, check_seal

__all__ = ["inspect", "sign_in"]


def sign_in():
    """The key of a coordinator's session, an API token, and the primary keys of missions by code."""
    admin = User.objects.get()
    admin.must_change_password = False
    admin.save()
    client = Client()
    client.force_login(admin, "django.contrib.auth.backends.ModelBackend")
    terms = {"name": "Drill", "scope": "submit", "expires_on": timezone.localdate() + timedelta(days=2)}
    token = Token.objects.issue(membership=admin.memberships.get(role="coordinator"), by=admin, **terms)[1]
    print(json.dumps([client.session.session_key, token, dict(Mission.objects.values_list("code", "pk"))]))


def inspect(backup):
    """Compare the data with what the site acknowledged, which is read from standard input.

    The verification of the ledger finds damaged evidence files and frozen reports.
    """
    acknowledged = json.load(sys.stdin)
    submissions = {str(s.key): s for s in Submission.objects.select_related("entry")}
    published = [key for key, submission in submissions.items() if submission.state == State.PUBLISHED]
    reports = list(FrozenReport.objects.prefetch_related("files"))
    files = EvidenceFile.objects.values_list("sha256", flat=True)
    titles = [report.title_en for report in reports]
    stored = {"submitted": submissions, "published": published, "files": files, "frozen": titles}
    missions = Mission.objects.filter(title_en__contains=" round ").values_list("title_en", flat=True)
    result = {
        "lost": [key for name, keys in stored.items() for key in acknowledged[name] if key not in keys],
        "half done": [
            *(key for key, s in submissions.items() if (s.state == State.PUBLISHED) != (s.entry is not None)),
            *(str(report) for report in reports if not report.files.count()),
        ],
        "problems": [*map(str, problems())],
        "rounds": sorted({title.rpartition(" round ")[2] for title in missions}),
        "backup is complete": bool(backup) and is_complete(Path(backup)),
        "head": Head.objects.get().hash,
    }
    print(json.dumps(result))


def is_complete(backup):
    try:
        with backup.open("rb") as file:
            check_seal(file)
    except (BackupError, OSError):
        return False
    return True
