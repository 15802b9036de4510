"""What runs in a process of the site (`manage.py shell`) and prints its result as JSON."""

import hashlib
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


def output(result):
    sys.stdout.write(json.dumps(result))


def sign_in():
    """The key of a coordinator's session, an API token, and the primary keys of missions by code."""
    admin = User.objects.get()
    admin.must_change_password = False
    admin.save()
    client = Client()
    client.force_login(admin, "django.contrib.auth.backends.ModelBackend")
    terms = {"name": "Drill", "scope": "submit", "expires_on": timezone.localdate() + timedelta(days=2)}
    membership = admin.memberships.get(role="coordinator")
    token = Token.objects.issue(membership=membership, by=admin, **terms)[1]
    output([client.session.session_key, token, dict(Mission.objects.values_list("code", "pk"))])


def inspect(backup):
    """Compare the data with what the site acknowledged, which is read from standard input."""
    acknowledged = json.load(sys.stdin)
    submissions = {str(s.key): s for s in Submission.objects.select_related("entry")}
    published = [key for key, submission in submissions.items() if submission.state == State.PUBLISHED]
    reports = list(FrozenReport.objects.prefetch_related("files"))
    titles = [report.title_en for report in reports]
    files = {file: digest(file) for file in EvidenceFile.objects.all()}
    stored = {"submitted": submissions, "published": published, "files": files.values(), "frozen": titles}
    missions = Mission.objects.filter(title_en__contains=" round ").values_list("title_en", flat=True)
    output(
        {
            "lost": [key for name, keys in stored.items() for key in acknowledged[name] if key not in keys],
            "half done": [
                *(key for key, s in submissions.items() if (s.state == State.PUBLISHED) != (s.entry is not None)),
                *(str(report) for report in reports if not report.files.count() or any(report.findings())),
            ],
            "problems": [
                *map(str, problems()),
                *(f"{file.content.name} is damaged" for file, sha256 in files.items() if sha256 != file.sha256),
            ],
            "rounds": sorted({title.rpartition(" round ")[2] for title in missions}),
            "backup is complete": bool(backup) and is_complete(Path(backup)),
            "head": Head.objects.get().hash,
        }
    )


def digest(file):
    """The digest of the stored file; "" if it is missing."""
    try:
        with file.content.open() as content:
            return hashlib.file_digest(content, "sha256").hexdigest()
    except OSError:
        return ""


def is_complete(backup):
    try:
        with backup.open("rb") as file:
            check_seal(file)
    except (BackupError, OSError):
        return False
    return True
