"""The audit log: what is in it, who sees which part, how it is searched, and its lines as page and file."""

import csv
import io
from collections import Counter
from datetime import UTC, date, datetime

import pytest
import time_machine
from axes.models import AccessLog
from django.apps import apps
from django.test import Client
from django.utils.text import capfirst

from missions.models import Delivery, FrozenReport, Import, ImportState, Mission, Role, StatusChange, Step, Token, User
from tests import factories
from tests.admin.pages import table_rows
from tests.public.dom import parse
from tests.workflow.steps import official

pytestmark = pytest.mark.django_db

FILE, PAGE = "/admin/audit.csv", "/admin/audit/"


def at(day_of_june, hour=2):
    return time_machine.travel(datetime(2024, 6, day_of_june, hour, tzinfo=UTC), tick=False)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


def rows(user, **query):
    """The lines that this account gets as a file, newest first, as dictionaries."""
    response = client_of(user).get(FILE, query)
    assert (response.status_code, response["Content-Type"]) == (200, "text/csv; charset=utf-8")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def brief(user, **query):
    return sorted((row["kind"], row["what"], row["record"]) for row in rows(user, **query))


@pytest.fixture(scope="module")
def world(module_db):
    """At least one row in every history; an editor reports on M-1 and a coordinator on M-2; both are returned."""
    with at(1):
        own, foreign = factories.organisation("OWN"), factories.organisation("FOREIGN")
        editor = official(Role.EDITOR, own, "editor", name="Li Na")
        people = {role: official(role, username=role) for role in Role if role != Role.EDITOR} | {Role.EDITOR: editor}
        coordinator, administrator = people[Role.COORDINATOR], people[Role.ADMINISTRATOR]
        for code, owner, author in (("M-1", own, editor), ("M-2", foreign, coordinator)):
            mission = factories.mission(code, lead_owner=owner, title_en=f"Title {code}", title_zh=f"任务{code}")
            submission = factories.submission(mission, by=author)
            submission.submit(by=author)
            submission.send_back(by=coordinator, reason=f"Reason {code}")
        factories.area("A1"), factories.figure(source=factories.source()), factories.programme()
        factories.programme_day(), factories.contradiction()
        factories.frozen_report(published_by=coordinator)
        factories.imported(editor, "return", "return.xlsx")
        factories.imported(coordinator).decide(ImportState.DONE, by=coordinator)
        entry = factories.report(factories.mission("M-3", lead_owner=foreign), "paused", by=coordinator)
        factories.correct(entry, status="in_progress")
        factories.deadline(entry.mission, date(2030, 1, 1), on=date(2024, 2, 1))
        AccessLog.objects.create(username="editor", ip_address="192.0.2.7", user_agent="secret agent")
    with at(2):
        token, _secret = factories.token(editor.memberships.get(), by=administrator)
        other, _secret = factories.token(
            factories.membership(user=coordinator, organisation=foreign), "Other", by=administrator
        )
        Token.objects.get(pk=token.pk).revoke(by=administrator)
        other.membership.delete()
    return {**people, "token": token}


def test_every_history_is_listed_exactly_once(world):
    listed = Counter(kind for kind, _what, _record in brief(world[Role.AUDITOR]))
    models = [m for m in apps.get_models() if "history_date" in [field.name for field in m._meta.fields]]
    expected = {capfirst(m.instance_type._meta.verbose_name): m.objects.count() for m in models}
    # Of submissions, the log has the steps.
    del expected["Submitted evidence"]
    other = {"Submission": Step, "Entry of the ledger": StatusChange, "Sign-in": AccessLog}
    other |= {capfirst(model._meta.verbose_name): model for model in (FrozenReport, Import)}
    expected |= {kind: model.objects.count() for kind, model in other.items()}

    assert {kind for kind, count in expected.items() if not count} == set()
    assert listed == expected


def test_editor_reads_about_own_missions_and_own_imports_and_no_accounts(world):
    assert brief(world[Role.AUDITOR], person=world[Role.EDITOR].pk) == [
        ("Import", "handed in", "return.xlsx"),
        ("Sign-in", "signed in", "Li Na (editor)"),
        ("Submission", "submitted", "M-1 Title M-1"),
    ]
    assert brief(world[Role.EDITOR]) == [
        ("Entry of the ledger", "opened", "M-1 Title M-1"),
        ("Frozen report", "published", "Report 2024-06-30-report"),
        ("Import", "handed in", "return.xlsx"),
        ("Mission", "created", "M-1 Title M-1"),
        ("Submission", "returned", "M-1 Title M-1"),
        ("Submission", "submitted", "M-1 Title M-1"),
    ]
    client = client_of(world[Role.EDITOR])
    kinds = parse(client.get(PAGE)).one("select", name="kind").all("option")[1:]
    assert [kind.text for kind in kinds] == ["Submission", "Entry of the ledger", "Mission", "Frozen report", "Import"]
    for query in ({"kind": "sign-in"}, {"kind": "theme"}, {"person": world[Role.AUDITOR].pk}):
        assert [client.get(address, query).status_code for address in (PAGE, FILE)] == [400, 400]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"person": "9999"}, "person"),
        ({"kind": "password"}, "kind"),
        ({"since": "2024-06-12", "until": "2024-06-11"}, "until"),
    ],
)
def test_bad_filter_is_refused_at_its_field(world, query, field):
    for address in (PAGE, FILE):
        answer = client_of(world[Role.AUDITOR]).get(address, query)
        assert (answer.status_code, list(answer.context["form"].errors), table_rows(answer)) == (400, [field], [])


def test_log_holds_no_address_browser_or_digest(world):
    text = str(rows(world[Role.ADMINISTRATOR]))

    assert [secret for secret in ("192.0.2.7", "secret agent", world["token"].digest) if secret in text] == []
    assert [(row["what"], row["record"], row["who"]) for row in rows(world[Role.AUDITOR], kind="token")] == [
        ("role taken away", "Other", "a command on the server"),
        ("revoked", "Office system", "administrator"),
        ("issued", "Other", "administrator"),
        ("issued", "Office system", "administrator"),
    ]


def test_step_names_the_system_that_took_it_or_the_reason(world):
    with at(3):
        submission = factories.submission(Mission.objects.get(code="M-1"), by=world[Role.EDITOR])
        submission.submit(by=submission.author)
        Delivery.objects.create(submission=submission, token=world["token"], digest="a" * 64)
    with at(4):
        submission.send_back(by=world[Role.COORDINATOR], reason="Why?")
    notes = [row["details"] for row in rows(world[Role.AUDITOR], kind="submission", since="2024-06-03")]

    assert (notes[0], "Office system" in notes[1]) == ("Why?", True)


def test_account_history_has_names_and_roles_but_no_password_language_or_sign_in(world):
    account = official(Role.EDITOR, factories.organisation("OWN"), "wang")
    account.language = "zh-hans"
    account.save(update_fields=["language"])
    account.set_password("another long password")
    account.save(update_fields=["password", "last_login"])
    account.name = "Wang Wei"
    account.set_password("yet another password")
    account.save()
    account.memberships.get().delete()

    assert [
        (row["kind"], row["what"], row["details"]) for row in reversed(rows(world[Role.AUDITOR], words="wang"))
    ] == [
        ("User", "created", ""),
        ("Membership", "created", "Membership: – → Editor · OWN Organisation OWN"),
        ("User", "changed", "Name: – → Wang Wei"),
        ("Membership", "deleted", "Membership: Editor · OWN Organisation OWN → –"),
    ]


def test_dates_are_inclusive_and_end_at_midnight_in_shanghai(world):
    for day_of_june, hour in ((10, 15), (10, 16), (12, 15), (12, 16)):
        with at(day_of_june, hour):
            factories.theme(f"T-{day_of_june}-{hour}")
    found = rows(world[Role.AUDITOR], kind="theme", since="2024-06-11", until="2024-06-12")

    assert [(row["record"], row["at"]) for row in found] == [
        ("T-12-15 Theme T-12-15", "2024-06-12 23:00:00+08:00"),
        ("T-10-16 Theme T-10-16", "2024-06-11 00:00:00+08:00"),
    ]


@pytest.mark.both_databases
def test_every_word_names_the_person_or_the_record(world):
    expected = {
        "M-1": {"M-1"},
        "title m-2": {"M-2"},
        "任务 M-1 coord": {"M-1"},
        "coordinator": {"M-1", "M-2"},
        "li NA": {"M-1"},
        "li M-2": set(),
        "%": set(),
        " ".join(chr(0x4E00 + number) for number in range(50)): set(),
    }

    assert {
        words: {row["record"][:3] for row in rows(world[Role.AUDITOR], kind="submission", words=words)}
        for words in expected
    } == expected


@pytest.mark.both_databases
def test_page_and_file_have_the_same_lines_in_the_same_order(world):
    auditor, theme = User.objects.get(username="auditor"), factories.theme("TQ9")
    auditor.name = "=1+1"
    auditor.save()
    mission = factories.mission("MQ9", due=date(2025, 12, 31), status="paused")
    reported = mission.changes.last()
    factories.correct(reported, status="in_progress")
    for theme.name_en in ("<script>alert(1)</script>", '=HYPERLINK("x"),\nsecond line'):
        theme._history_user = auditor
        theme.save()
    response = client_of(auditor).get(PAGE, {"words": "q9"})
    found = rows(auditor, words="q9")

    cells = [
        [row["who"].removeprefix("'"), f"{row['kind']} · {row['what']}", " ".join(row["record"].split())]
        for row in found
    ]
    assert (len(cells), cells) == (7, [row[1:4] for row in table_rows(response)])
    assert "<script>alert" not in response.content.decode()
    changed = next(row for row in found if row["kind"] == "Theme")
    assert (changed["who"], changed["details"]) == (
        "'=1+1 (auditor)",
        'Name (English): <script>alert(1)</script> → =HYPERLINK("x"),\nsecond line',
    )
    assert [(row["what"], row["details"]) for row in found if row["kind"] == "Entry of the ledger"] == [
        ("corrected", f"corrects entry {reported.pk} · In progress · Corrected"),
        ("reported", "Paused · Now paused"),
        ("opened", "Not individually reported · due 31 Dec 2025"),
    ]
