"""The list of what was mailed as a reminder. Who may see it at which address: `test_url_matrix.py`."""

from datetime import date
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Notice, Reminder, Role
from tests import build
from tests.public.dom import parse

LIST = "/admin/missions/reminder/"


@pytest.fixture
def sent(db, settings):
    """What two editors and a coordinator were sent on 30 June 2024."""
    settings.HUB_SENDS_MAIL = True
    with time_machine.travel("2024-06-30T04:00Z", tick=False):
        coordinator = build.user("coordinator", Role.COORDINATOR)
        owners = {name: build.organisation(name) for name in ("O1", "O2")}
        editors = [build.user(f"editor of {code}", Role.EDITOR, organisation=owners[code]) for code in owners]
        for user in (coordinator, *editors):
            user.email = "somebody@example.org"
            user.save()
        build.mission("LATE", lead_owner=owners["O1"], due=date(2024, 6, 28), title_en="Bridge")
        build.mission("LATER", lead_owner=owners["O1"], due=date(2024, 6, 29), title_en="Tunnel")
        build.mission("DUE", lead_owner=owners["O2"], due=date(2024, 7, 1), title_en="Road")
        back = build.mission("BACK", lead_owner=owners["O1"], status="completed", title_en="Letter")
        returned = build.submission(back, by=editors[0])
        returned.submit(by=editors[0])
        returned.send_back(by=coordinator, reason="The letter is missing.")
        build.submission(build.mission("READ", lead_owner=owners["O2"]), by=editors[1]).submit(by=editors[1])
        call_command("send_reminders", stdout=StringIO())
    return Reminder.objects.order_by("user__username")


def listed(answer):
    """The texts of the cells of each row, by the first of them."""
    rows = parse(answer).one(id="result_list").one("tbody").all("tr")
    found = [[cell.text for cell in row.children if not isinstance(cell, str)] for row in rows]
    return {first: rest for first, *rest in found}


@pytest.fixture
def auditor(sign_in):
    return sign_in(Role.AUDITOR)


def test_the_list_says_to_whom_which_day_and_about_what(client, auditor, sent):
    day, moment = "30 Jun 2024", "30 Jun 2024, 12:00"

    assert listed(client.get(LIST)) == {
        "coordinator": [day, moment, "Waiting for review 1"],
        "editor of O1": [day, moment, "Returned 1 · Overdue 2"],
        "editor of O2": [day, moment, "Due soon 1"],
    }


def test_a_topic_or_a_code_finds_the_reminders_about_it_with_all_that_they_said(client, auditor, sent):
    everything = "Returned 1 · Overdue 2"

    assert {who: cells[-1] for who, cells in listed(client.get(f"{LIST}?notices__topic__exact=overdue")).items()} == {
        "editor of O1": everything
    }
    assert {who: cells[-1] for who, cells in listed(client.get(f"{LIST}?q=LATE")).items()} == {
        "editor of O1": everything
    }


def test_a_reminder_shows_each_thing_that_it_said(client, auditor, sent):
    page = parse(client.get(f"{LIST}{sent[1].pk}/change/"))

    assert [item.text for item in page.one("div", class_="field-told").all("li")] == [
        "LATE Bridge · Overdue for 2 days; it was due on 28 Jun 2024.",
        "LATER Tunnel · Overdue for 1 day; it was due on 29 Jun 2024.",
        "BACK Letter · coordinator returned the submission on 30 Jun 2024.",
    ]
    assert page.one("div", class_="field-person").one("div", class_="readonly").text == "editor of O1"
    assert [link["href"] for link in page.all("a") if "/user/" in link["href"]] == []


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.ADMINISTRATOR, Role.AUDITOR])
def test_nobody_adds_alters_or_deletes_one(client, sign_in, sent, role):
    client.force_login(build.user("me", role))
    before = list(Reminder.objects.values())

    assert [client.post(f"{LIST}{end}").status_code for end in ("add/", f"{sent[0].pk}/change/")] == [403, 403]
    assert client.post(f"{LIST}{sent[0].pk}/delete/", {"post": "yes"}).status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": sent[0].pk, "post": "yes"}
    client.post(LIST, chosen)
    assert list(Reminder.objects.values()) == before


def test_an_editor_does_not_see_who_was_written_to(client, sign_in, sent):
    client.force_login(sent[1].user)

    assert [client.get(f"{LIST}{end}").status_code for end in ("", f"{sent[1].pk}/change/")] == [403, 403]


def test_more_reminders_take_no_more_queries(client, auditor, sent):
    def asked():
        with CaptureQueriesContext(connection) as queries:
            page = client.get(LIST)
        return len(listed(page)), len(queries)

    asked()
    before, queries = asked()
    said = {"topic": "due", "mission": build.mission("NEW"), "due": date(2024, 7, 8)}
    for number in range(10):
        reader = build.user(f"reader {number}", Role.AUDITOR)
        Reminder.objects.begin(reader, date(2024, 6, 29), [Notice(**said)])

    assert asked() == (before + 10, queries)
