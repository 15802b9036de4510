"""`python -m tests.fuzz.people` adds to a site what the programme has none of: people, and a record of each other kind.

Prints as JSON the site's routes, and the session of each person, who has just signed in for as long as anybody asks.
"""

import io
import json
import os
import time
from itertools import count

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hubtracker.settings")
django.setup()

from django.conf import settings  # noqa: E402  (Django must be set up before its models)
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402

from missions.accounts.middleware import SEEN  # noqa: E402
from missions.models import Mission, Role  # noqa: E402
from tests import build  # noqa: E402
from tests.admin.routes import records_of, routes  # noqa: E402

PEOPLE = {"editor": [Role.EDITOR], "head": [Role.COORDINATOR, Role.ADMINISTRATOR]}


def session_of(user):
    """The key of a session in which nobody is asked once more who they are."""
    later = time.time() + 24 * 3600
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session[SEEN] = later
    session["account_authentication_methods"] = [{"method": "password", "at": later, "username": user.username}]
    session.save()
    return session.session_key


def main():
    build._numbers = count(1000)  # beyond those of the programme
    build.FILES["report.html"] = b"<p>Frozen</p>"  # closed, as every page that is fuzzed must be
    titles = {"title_en": "Completion", "title_zh": "完成情况"}
    call_command("freeze_report", as_of="2024-03-02", query="instrument=EX", local=True, **titles, stdout=io.StringIO())
    own = Mission.objects.order_by("code").first().lead_owner
    records_of(build.organisation("FOREIGN"))
    records_of(own)
    people = {name: build.user(name, *roles, organisation=own) for name, roles in PEOPLE.items()}
    sessions = {name: session_of(user) for name, user in people.items()}
    print(json.dumps({"routes": routes(""), "sessions": sessions}))


if __name__ == "__main__":
    main()
