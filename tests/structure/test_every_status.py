"""A status that some page or format cannot show does not get through `make check`."""

import re
from datetime import date
from uuid import uuid4

import pytest
import time_machine
from django.db import transaction
from django.test import Client
from django.urls import get_resolver
from django.utils.translation import override

from missions.models import Role, User
from missions.reports import FORMATS
from missions.status import FURTHEST_FIRST, MOVES, Status
from tests import build
from tests.messages import TOP
from tests.public.world import NOW
from tests.traps.test_nothing_unpublished import filled, routes, texts

pytestmark = pytest.mark.django_db

LANGUAGES = ("en", "zh-hans")
# The addresses, after the language, that show the label of every status; and those that have the code of every status.
LABELLED = [
    "", "missions/", "instruments/", "instruments/FP/", "owners/", "owners/O1/", "themes/", "themes/T1/", "areas/",
    "areas/A1/", "changes/", "changes.atom", "about/", "data/",
    *(f"report/completion.{ending}" for ending in FORMATS if ending not in ("csv", "json")),
]  # fmt: skip
CODED = [
    "/en/changes.csv", "/en/report/completion.csv", "/en/report/completion.json", "/api/v1/missions", "/api/v1/summary",
    "/api/v1/changes", "/data/ledger.jsonl", "/data/hubtracker.zip", "/data/completion-report.schema.json",
    "/api/v1/openapi.json",
]  # fmt: skip


def moves_to(status):
    """The shortest series of legal reports that brings a new mission to this status."""
    paths = {Status.UNREPORTED: []}
    queue = [Status.UNREPORTED]
    for before in queue:
        for after in sorted(MOVES[before] - paths.keys()):
            paths[after] = [*paths[before], after]
            queue.append(after)
    return paths[status]


@pytest.fixture(scope="module")
def missions(django_db_setup, django_db_blocker):
    """A mission in every status, by its status; rolled back after the last test of the module."""
    with django_db_blocker.unblock(), time_machine.travel(NOW, tick=False), transaction.atomic():
        shared = {"theme": build.theme("T1"), "areas": [build.area("A1")], "lead_owner": build.organisation("O1")}
        built = {}
        for number, status in enumerate(Status, 1):
            mission = built[status] = build.mission(f"FP-{number:03}", due=date(2024, 7, 1), **shared)
            for month, after in enumerate(moves_to(status), 1):
                build.report(mission, after, on=date(2024, month, 1))
        yield built
        transaction.set_rollback(True)


def compact(text):
    """The text without white space: a PDF may break a label anywhere."""
    return re.sub(r"\s", "", text)


def addresses_of(route_name, route, report, hidden, missions):
    """The addresses of a route; those of one mission for each of them."""
    for address in filled(route_name, route, report, hidden):
        codes = [mission.code for mission in missions.values()] if "FP-001" in address else [""]
        yield from (address.replace("FP-001", code) for code in codes)


@pytest.fixture(scope="module")
def answers(missions):
    """By its address, the status code and the text of every public page and format."""
    hidden = {"file": uuid4(), "submission": uuid4()}
    client, everything, found = Client(raise_request_exception=False), {}, {}
    summary = client.get("/en/report/completion.json").getvalue()
    report = build.frozen_report(files={"report.json": summary})
    for language in LANGUAGES:
        with override(language):
            everything.update((route, name) for name, route in routes(get_resolver().url_patterns))
    for route, name in everything.items():
        for address in addresses_of(name, route, report, hidden, missions):
            response = client.get(address)
            found[address] = response.status_code, compact(texts(response.getvalue()))
    return found


def test_every_page_and_format_can_be_made(answers):
    hidden = [address for address in answers if address.startswith(("/evidence/", "/api/v1/submissions/"))]
    others = {"/": 302, "/metrics": 404, "/api/v1/submissions": 405} | dict(
        zip(sorted(hidden), (401, 404), strict=True)
    )
    failed = {page: status for page, (status, _text) in answers.items() if status != others.get(page, 200)}

    assert not failed, f"these cannot be made: {failed}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_and_format_that_shows_statuses_shows_every_label(answers, language):
    with override(language):
        labels = {status: compact(str(status.label)) for status in Status}

    pages = [f"/{language}/{path}" for path in LABELLED]
    lacking = [(page, status.value) for page in pages for status in Status if labels[status] not in answers[page][1]]

    assert not lacking, f"without the label: {lacking}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_and_the_feed_of_a_mission_show_its_label(answers, missions, language):
    with override(language):
        labels = {status: compact(str(status.label)) for status in Status}

    def pages(status):
        page = f"/{language}/missions/{missions[status].code}/"
        # A feed has no openings.
        return [page, f"{page}changes.atom"] if status != Status.UNREPORTED else [page]

    assert [p for status in Status for p in pages(status) if labels[status] not in answers[p][1]] == []


@pytest.mark.parametrize("address", CODED)
def test_every_file_for_programs_has_every_code(answers, address):
    assert [status for status in Status if status not in answers[address][1]] == []


# The pages of the back office that show a status; those with `{}` are about one mission.
BACK_OFFICE = ["mission/", "statuschange/", "submission/", "mission/{}/change/", "mission/{}/report/"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_back_office_shows_a_mission_in_every_status(client, missions, language, settings):
    settings.HUB_REQUIRE_MFA = False
    client.force_login(build.user("official", Role.COORDINATOR))
    User.objects.update(language=language)
    for status, mission in missions.items():
        build.submission(mission, status=status)
    client.raise_request_exception = False

    failed = []
    for status, mission in missions.items():
        with override(language):
            label = compact(str(status.label))
        for page in BACK_OFFICE:
            response = client.get(f"/admin/missions/{page.format(mission.pk)}")
            if response.status_code != 200 or label not in compact(response.text):
                failed.append((page, status.value, response.status_code))
    assert failed == []


# Where a status has a colour or a fill; nothing fails without, it is drawn in black.
DRAWN = {
    "missions/assets/theme.css": ("--{}:", ".status-{} "),
    "missions/reports/report.css": ("--{}:", ".{} "),
    "missions/reports/report.typ": ("  {}: ",),
}


@pytest.mark.parametrize("path", DRAWN)
def test_every_status_has_its_look(path):
    text = (TOP / path).read_text()

    assert [part.format(status) for part in DRAWN[path] for status in Status if part.format(status) not in text] == []


def test_every_status_has_its_place_in_bars():
    assert sorted(FURTHEST_FIRST) == sorted(Status)
