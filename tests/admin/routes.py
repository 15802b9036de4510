"""Every address that the site's resolver knows, and records to fill it in with: own ones, and those of others."""

import re
from datetime import date

from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from missions.models import Reminder, Role
from tests import build
from tests.admin.records import figure


def routes(prefix):
    """The routes that begin so, as their patterns write them."""
    return [route for route in _routes(get_resolver().url_patterns) if route.startswith(prefix)]


def _routes(patterns, above=""):
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from _routes(pattern.url_patterns, route)


def records_of(owner):
    """One record of each kind, by the name of its model; those of missions are about one that `owner` leads."""
    mission = build.mission(lead_owner=owner, status="in_progress", areas=[build.area()])
    file, author = build.evidence_file(), build.nameless()
    submitted = build.submission(mission, by=author, evidence=[build.submitted_evidence(file=file)])
    submitted.submit(by=author)
    return {
        "mission": mission,
        "statuschange": mission.changes.last(),
        "submission": submitted,
        "draft": build.submission(mission, by=author),
        "instrument": mission.instrument,
        "theme": mission.theme,
        "area": mission.areas.get(),
        "organisation": owner,
        "source": build.source(),
        "reportedfigure": figure(indicator_en=f"Completed of {owner.code}"),
        "user": build.user(f"of {owner.code}", Role.AUDITOR),
        "file": file,
        "frozenreport": build.frozen_report(f"of-{owner.code}"),
        "import": build.imported(),
        "token": build.token(build.membership(organisation=owner))[0],
        "reminder": Reminder.objects.create(user=author, day=date(2024, 1, 1)),
    }


def address(route, records):
    """The route filled in; a number is that of the record of its model, or of the one that "#…" behind it names."""
    route, _hash, named = route.partition("#")
    model = re.match("admin/missions/([a-z]+)/", route)
    record = records[named or (model and model[1]) or "file"]
    filled = re.sub("<(int:pk|uuid:pk|path:object_id)>", str(record.pk), route)
    for pattern, value in OTHERS.items():
        filled = filled.replace(pattern, value)
    query = f"?mission={records['mission'].pk}" if "report-many" in route else ""
    return f"/{filled}{query}"


# What stands in a route besides numbers of records.
OTHERS = {
    "^(?P<app_label>missions)/$": "missions/",
    "(?P<url>.*)$": "nothing/",
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-nothing/",
    "<provider_id>": "nothing",
    "<str:ending>": "csv",
}
