"""Every route of the URLconf, and records to fill it in with."""

import re
from datetime import date
from http.cookies import SimpleCookie
from urllib.parse import urlsplit

from django.db import transaction
from django.urls import get_resolver
from django.urls.resolvers import URLPattern

from missions.models import Reminder, Role
from tests import factories

# What stands in a route besides numbers of records.
OTHERS = {
    "^(?P<app_label>missions)/$": "missions/",
    "(?P<url>.*)$": "nothing/",
    "^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "password/reset/key/1-nothing/",
    "<provider_id>": "nothing",
    "^(?P<provider_id>[^/]+)": "nothing",
    "^(?:signup|email|confirm-email|login/code|3rdparty|social)/": "signup/",
    "^confirm-email/(?P<key>[-:\\w]+)/$": "confirm-email/nothing/",
    "<str:ending>": "csv",
}


def routes(prefix):
    """The routes that begin with `prefix`, as their patterns write them."""
    return [route for route, _view in views(get_resolver().url_patterns) if route.startswith(prefix)]


def views(patterns, above=""):
    """Yields (route, view) of every URL."""
    for pattern in patterns:
        route = above + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield route, pattern.callback
        else:
            yield from views(pattern.url_patterns, route)


def known(prefix, table):
    """The rows of `table` below `prefix`; fails for a route without a row, and for a row without a route."""
    rows = {route: row for route, row in table.items() if route.startswith(prefix)}
    assert {route.partition("#")[0] for route in rows} == set(routes(prefix))
    return rows


def ask(client, method, page, *sent, **options):
    """The answer to a request, by default an empty one; its writes are rolled back, its cookies ignored."""
    cookies = client.cookies.output(header="", sep=";")
    with transaction.atomic():
        answer = client.generic(method, page, *sent, **options)
        transaction.set_rollback(True)
    answer.close()  # a file that is sent stays open until then
    client.cookies = SimpleCookie(cookies)
    return answer


def path_of(answer):
    """Where an answer redirects to; "" if nowhere."""
    return urlsplit(answer.headers.get("Location", "")).path


def records_of(owner):
    """One record of each kind, by the name of its model; those of missions are about one that `owner` leads."""
    mission = factories.mission(lead_owner=owner, status="in_progress", areas=[factories.area()])
    file, author = factories.evidence_file(), factories.nameless()
    submitted = factories.submission(mission, by=author, evidence=[factories.submitted_evidence(file=file)])
    submitted.submit(by=author)
    return {
        "mission": mission,
        "statuschange": mission.changes.last(),
        "submission": submitted,
        "draft": factories.submission(mission, by=author),
        "instrument": mission.instrument,
        "theme": mission.theme,
        "area": mission.areas.get(),
        "organisation": owner,
        "source": factories.source(),
        "reportedfigure": factories.figure(indicator_en=f"Completed of {owner.code}"),
        "programme": factories.programme(),
        "programmeday": factories.programme_day(),
        "contradiction": factories.contradiction(),
        "user": factories.user(f"of {owner.code}", Role.AUDITOR),
        "file": file,
        "frozenreport": factories.frozen_report(f"of-{owner.code}"),
        "import": factories.imported(),
        "token": factories.token(factories.membership(organisation=owner))[0],
        "reminder": Reminder.objects.create(user=author, day=date(2024, 1, 1)),
    }


def address(route, records):
    """The route filled in; a number is that of the record of its model, or of the one that "#…" after it names."""
    route, _hash, named = route.partition("#")
    model = re.match("admin/missions/([a-z]+)/", route)
    record = records[named or (model and model[1]) or "file"]
    filled = re.sub("<(int:pk|uuid:pk|path:object_id)>", str(record.pk), route)
    for pattern, value in OTHERS.items():
        filled = filled.replace(pattern, value)
    query = f"?mission={records['mission'].pk}" if "report-many" in route else ""
    return f"/{filled}{query}"
