"""What a direct request does that no page offers, and what a role is shown. Every address: `test_url_matrix.py`."""

from datetime import date

import pytest
from django.test import Client

from missions.models import FrozenReport, Membership, Role, StatusChange, Submission, User
from tests import build
from tests.admin.pages import filled_in
from tests.admin.records import contradiction, day, figure, programme

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = pytest.mark.no_cover

REGISTER = ("instrument", "theme", "area", "organisation", "source", "reportedfigure", "mission")
REGISTER += ("programmeday", "contradiction", "programme")
EVERYBODY = (Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.EDITOR)
OTHERS = (Role.ADMINISTRATOR, Role.AUDITOR, Role.EDITOR)
MAY_BEGIN = {
    Role.EDITOR: {"report", "deadline"},
    Role.AUDITOR: set(),
    Role.COORDINATOR: {"open", "report", "deadline", "correct"},
    Role.ADMINISTRATOR: set(),
}


@pytest.fixture
def records(db):
    """One record of each kind, by the name of its model."""
    mission = build.mission(status="in_progress", areas=[build.area()])
    return {
        "mission": mission,
        "instrument": mission.instrument,
        "theme": mission.theme,
        "area": mission.areas.get(),
        "organisation": mission.lead_owner,
        "source": build.source(),
        "reportedfigure": figure(),
        "programme": programme(),
        "programmeday": day(),
        "contradiction": contradiction(),
        "statuschange": mission.changes.last(),
        "frozenreport": build.frozen_report(),
        "user": build.user("somebody", Role.AUDITOR),
    }


@pytest.fixture
def as_role(records, client):
    def signed_in(role):
        client.force_login(build.user("me", role, organisation=records["organisation"]))
        return client

    return signed_in


def page(model, record=None, action="change"):
    return f"/admin/missions/{model}/{record.pk}/{action}/" if record else f"/admin/missions/{model}/"


@pytest.mark.parametrize("role", OTHERS)
@pytest.mark.parametrize("model", REGISTER)
def test_only_a_coordinator_edits_the_register(as_role, records, role, model):
    client, record = as_role(role), records[model]
    before = type(record).objects.values().get(pk=record.pk)

    assert client.post(f"/admin/missions/{model}/add/", {"code": "NEW"}).status_code == 403
    assert client.post(page(model, record), {"title_en": "Changed", "name_en": "Changed"}).status_code == 403
    assert type(record).objects.values().get() == before


@pytest.mark.parametrize("model", REGISTER)
def test_a_coordinator_edits_the_register(as_role, records, model):
    client = as_role(Role.COORDINATOR)
    change = page(model, records[model])

    assert client.get(f"/admin/missions/{model}/add/").status_code == 200
    assert client.post(change, filled_in(client.get(change))).status_code == 302


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("model", [*REGISTER, "statuschange", "frozenreport", "user"])
def test_nobody_deletes(as_role, records, role, model):
    client, record = as_role(role), records[model]

    assert client.post(page(model, record, "delete"), {"post": "yes"}).status_code == 403

    client.post(page(model), {"action": "delete_selected", "_selected_action": record.pk, "post": "yes", "index": 0})

    assert type(record).objects.filter(pk=record.pk).exists()


@pytest.mark.parametrize("role", EVERYBODY)
def test_nobody_writes_the_ledger_but_through_the_door(as_role, records, role):
    client, entry = as_role(role), records["statuschange"]
    before = list(StatusChange.objects.values())

    assert client.post("/admin/missions/statuschange/add/", {"status": "completed"}).status_code == 403
    assert client.post(page("statuschange", entry), {"status": "completed"}).status_code == 403
    assert list(StatusChange.objects.values()) == before


@pytest.mark.parametrize("role", EVERYBODY)
def test_nobody_alters_a_frozen_report_and_only_a_coordinator_builds_one(as_role, records, role):
    client, report = as_role(role), records["frozenreport"]
    before = list(FrozenReport.objects.values())
    builds = 200 if role == Role.COORDINATOR else 403

    assert client.post(page("frozenreport", report), {"title_en": "Changed"}).status_code == 403
    assert client.get("/admin/missions/frozenreport/add/").status_code == builds
    assert client.post("/admin/missions/frozenreport/add/", {"_publish": "1"}).status_code == builds
    assert list(FrozenReport.objects.values()) == before


@pytest.mark.parametrize(("role", "actions"), MAY_BEGIN.items())
def test_a_role_begins_what_it_may_and_nothing_else(as_role, records, role, actions):
    client, mission = as_role(role), records["mission"]
    answers = {
        "status": "paused",
        "due": "2026-12-31",
        "effective_on": "2024-03-01",
        "basis": "owner",
        "headline_en": "Paused",
        "headline_zh": "暂停",
        "evidence-TOTAL_FORMS": "0",
        "evidence-INITIAL_FORMS": "0",
        "built_on": mission.changes.last().pk,
        "_submit": "Submit",
    }
    kinds = {"open": "opening", "report": "report", "deadline": "deadline", "correct": "correction"}

    for action in kinds:
        model = "statuschange" if action == "correct" else "mission"
        status = client.post(page(model, records[model], action), answers).status_code
        assert (action, status == 403) == (action, action not in actions)
    begun = set(Submission.objects.values_list("kind", flat=True))
    assert (begun, mission.changes.count()) == ({kinds[action] for action in actions}, 2)


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_ways_to_record_are_shown_to_those_who_may(as_role, records, role):
    client = as_role(role)
    unopened = build.mission(opened=False, lead_owner=records["organisation"])
    shown = {
        "report": b"/report/" in client.get(page("mission", records["mission"])).content,
        "deadline": b"/deadline/" in client.get(page("mission", records["mission"])).content,
        "open": b"/open/" in client.get(page("mission", unopened)).content,
        "correct": b"/correct/" in client.get(page("statuschange", records["statuschange"])).content,
    }

    assert {action for action, is_shown in shown.items() if is_shown} == MAY_BEGIN[role]
    listed = client.get(page("mission")).content
    assert (b"/report/" in listed, b"/open/" in listed) == ("report" in MAY_BEGIN[role], "open" in MAY_BEGIN[role])


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.AUDITOR, Role.EDITOR])
def test_only_an_administrator_touches_accounts(as_role, records, role):
    client, somebody = as_role(role), records["user"]
    before = list(User.objects.values()), list(Membership.objects.values())
    membership = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-role": Role.ADMINISTRATOR,
        "memberships-0-user": somebody.pk,
    }

    assert client.post(page("user", somebody), {"username": "taken over", **membership}).status_code == 403
    assert client.post("/admin/missions/user/add/", {"username": "new", **membership}).status_code == 403
    assert client.post(page("user", somebody, "invite")).status_code == 403
    assert client.post(page("user", somebody, "remove-second-factor")).status_code == 403
    assert (list(User.objects.values()), list(Membership.objects.values())) == before


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_start_page_lists_what_the_role_may_see(as_role, role):
    (app,) = as_role(role).get("/admin/").context["app_list"]
    listed = {model["object_name"] for model in app["models"]}
    everybodys = {
        "Instrument",
        "Theme",
        "Area",
        "Organisation",
        "Source",
        "ReportedFigure",
        "Programme",
        "ProgrammeDay",
        "Contradiction",
        "Mission",
        "StatusChange",
        "Submission",
        "FrozenReport",
        "Import",
    }

    others = {Role.EDITOR: set(), Role.ADMINISTRATOR: {"Reminder", "Token", "User"}}
    assert listed == everybodys | others.get(role, {"Reminder"})


@pytest.mark.parametrize("model", [*REGISTER, "statuschange", "frozenreport", "user"])
def test_a_stranger_is_asked_to_sign_in(client, records, model):
    for address in (page(model), page(model, records[model]), f"/admin/missions/{model}/add/"):
        assert client.get(address).headers["Location"] == f"/admin/login/?next={address}"
        assert client.post(address).headers["Location"] == f"/admin/login/?next={address}"


def test_an_account_without_a_role_does_not_get_in(client, db):
    nobody = build.user("nobody", Role.AUDITOR)
    Membership.objects.all().delete()
    client.force_login(nobody)

    assert client.get("/admin/").status_code == 403


def test_a_deactivated_account_is_out_at_once(client, db):
    official = build.user()
    client.force_login(official)
    official.is_active = False
    official.save()

    assert client.get("/admin/").headers["Location"] == "/admin/login/?next=/admin/"


def test_a_role_that_was_taken_away_is_gone_at_once(client, db):
    official = build.user("official", Role.COORDINATOR, Role.AUDITOR)
    mission = build.mission()
    client.force_login(official)
    Membership.objects.get(role=Role.COORDINATOR).delete()

    assert client.get(page("mission", mission, "report")).status_code == 403


def test_a_request_from_another_site_records_nothing(db):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(build.user())
    mission = build.mission(due=date(2026, 1, 1))

    assert strict.post(page("mission", mission, "deadline"), {"due": "2027-01-01"}).status_code == 403
    assert mission.changes.count() == 1
