"""The audit log: what is in it, who sees which part, and how it is found."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from axes.models import AccessLog

from missions.models import Delivery, EntryKind, ImportState, Mission, Role, Submission
from missions.models.audit import LOGS, NAMES, events, find, visible_to
from missions.models.history import FACTOR_REMOVED, INVITED, LOADED
from tests import build

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

EVERYBODYS = ["submission", "entry", "mission", "report", "import"]
REGISTER = ["instrument", "theme", "area", "organisation", "source", "reportedfigure"]
REGISTER += ["programme", "programmeday", "contradiction"]
ACCOUNTS = ["user", "membership", "sign-in", "token"]


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def at(day, hour=2):
    return time_machine.travel(datetime(2024, 6, day, hour, tzinfo=UTC), tick=False)


def told(user, **query):
    """The lines that this account finds as (kind, what, record)."""
    return [(event.kind, event.deed, event.record) for event in events(find(user, **query))]


@pytest.fixture
def auditor():
    return build.user("auditor", Role.AUDITOR)


@pytest.fixture
def world():
    """Two organisations with a mission each; an editor of the first one reports, a coordinator returns it."""
    own, foreign = build.organisation("OWN"), build.organisation("FOREIGN")
    editor = build.user("editor", Role.EDITOR, organisation=own)
    coordinator = build.user("coordinator", Role.COORDINATOR)
    for code, owner in (("M-1", own), ("M-2", foreign)):
        mission = build.mission(code, lead_owner=owner, title_en=f"Title {code}", title_zh=f"标题{code}")
        submission = Submission.objects.create(
            mission=mission,
            kind=EntryKind.REPORT,
            author=editor if owner == own else coordinator,
            status="paused",
            effective_on=date(2024, 1, 1),
            basis="owner",
            headline_en="Paused",
            headline_zh="暂停",
        )
        submission.submit(by=submission.author)
        submission.send_back(by=coordinator, reason=f"Reason {code}")
    AccessLog.objects.create(username="editor", ip_address="192.0.2.7", user_agent="secret agent")
    return {"own": own, "foreign": foreign, "editor": editor, "coordinator": coordinator}


def test_everything_that_happens_is_in_the_log(auditor, world):
    found = told(auditor)

    assert {kind for kind, _deed, _record in found} >= {
        "Submission", "Entry of the ledger", "Mission", "Instrument", "Theme", "Organisation", "User", "Membership",
        "Sign-in",
    }  # fmt: skip
    assert found[0] == ("Sign-in", "signed in", "editor")
    assert found[1:3] == [("Submission", "returned", "M-2 Title M-2"), ("Submission", "submitted", "M-2 Title M-2")]
    assert ("Mission", "created", "M-1 Title M-1") in found
    assert ("Entry of the ledger", "opened", "M-1 Title M-1") in found
    assert ("Membership", "created", "editor") in found


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.EDITOR, EVERYBODYS),
        (Role.COORDINATOR, EVERYBODYS + REGISTER + ACCOUNTS),
        (Role.AUDITOR, EVERYBODYS + REGISTER + ACCOUNTS),
        (Role.ADMINISTRATOR, EVERYBODYS + REGISTER + ACCOUNTS),
    ],
)
def test_accounts_and_sign_ins_are_for_all_but_editors(role, seen):
    official = build.user("me", role, organisation=build.organisation("OWN"))

    assert sorted(visible_to(official)) == sorted(seen)


def test_an_editor_sees_what_concerns_the_own_organisation_and_nothing_else(world):
    Mission.objects.get(code="M-2").save()  # a change of the register that is not shown
    mine = told(world["editor"])

    assert {record for _kind, _deed, record in told(world["coordinator"], kind="mission")} == {
        "M-1 Title M-1",
        "M-2 Title M-2",
    }
    assert mine == [
        ("Submission", "returned", "M-1 Title M-1"),
        ("Submission", "submitted", "M-1 Title M-1"),
        ("Entry of the ledger", "opened", "M-1 Title M-1"),
        ("Mission", "created", "M-1 Title M-1"),
    ]


def test_an_import_is_told_to_who_handed_it_in_and_to_those_who_read_all(world, auditor):
    editor, coordinator = world["editor"], world["coordinator"]
    imported = build.imported(editor, "return", "return.xlsx")
    build.imported(coordinator, "register", "register.xlsx").decide(ImportState.DONE, by=coordinator)
    everybodys = [("Import", "handed in", "register.xlsx"), ("Import", "handed in", "return.xlsx")]

    assert told(editor, kind="import") == everybodys[1:]
    assert told(coordinator, kind="import") == told(auditor, kind="import") == everybodys
    assert told(editor, kind="import", words="register") == []
    assert told(auditor, words="register.xlsx") == everybodys[:1]
    assert told(auditor, kind="import", person=editor) == everybodys[1:]
    register, form = events(find(auditor, kind="import"))
    assert (form.said.who, form.page, form.said.note) == (
        "editor",
        ("import", imported.pk),
        "Return form · Not confirmed",
    )
    assert (register.said.who, register.said.note) == ("coordinator", "Register · Carried out")


def test_a_line_says_who_what_changed_and_why(world, auditor):
    mission = Mission.objects.get(code="M-1")
    mission._history_user = coordinator = world["coordinator"]
    coordinator.name = "Li Na"
    coordinator.save()
    mission.title_en, mission.kind = "New title", "project"
    mission.save()
    mission.areas.add(build.area("A1"))
    mission._change_reason, mission._history_user = LOADED, None
    mission.save()
    unchanged, areas, edited, created = events(find(auditor, kind="mission", words="M-1"))
    changes = [(change.label, change.old, change.new) for change in edited.said.changes]

    assert (edited.deed, edited.said.who) == ("changed", "Li Na (coordinator)")
    assert changes == [("Kind", "Policy", "Project"), ("Title (English)", "Title M-1", "New title")]
    assert [(change.label, change.new) for change in areas.said.changes] == [("Areas", "A1 Area A1")]
    assert (unchanged.said.who, list(unchanged.said.changes)) == ("the programme's files", [])
    assert (created.deed, list(created.said.changes)) == ("created", [])

    returned = events(find(auditor, kind="submission", words="M-1"))[0]
    assert (returned.said.note, returned.said.who) == ("Reason M-1", "Li Na (coordinator)")
    assert returned.page == ("submission", Submission.objects.get(mission=mission).pk)


def test_a_change_is_told_against_the_version_before_it_also_where_that_is_not_listed(auditor):
    theme = build.theme()
    for name in ("One", "Two", "Three"):
        theme.name_en = name
        theme.save()
    (newest,) = events(find(auditor, kind="theme")[:1])

    assert [(change.old, change.new) for change in newest.said.changes] == [("Two", "Three")]


def test_an_entry_says_its_status_its_due_date_and_what_it_corrects(auditor):
    mission = build.mission("M-1", due=date(2026, 6, 30))
    report = build.report(mission, "paused", by=auditor)
    moved = build.deadline(mission, date(2026, 12, 31), on=date(2024, 2, 1))
    build.correct(report, status="in_progress")
    build.correct(moved, due=None)

    assert [event.said.note for event in events(find(auditor, kind="entry"))] == [
        f"corrects entry {moved.pk} · no due date · Corrected",
        f"corrects entry {report.pk} · In progress · Corrected",
        "due 31 Dec 2026 · New due date",
        "Paused · Now paused",
        "Not individually reported · due 30 Jun 2026",
    ]


def test_a_step_names_the_system_that_took_it_and_no_other_step_does(world, auditor):
    editor, coordinator = world["editor"], world["coordinator"]
    by_system = build.submission(Mission.objects.get(code="M-1"), by=editor)
    with at(2):
        by_system.submit(by=editor)
        token, _secret = build.token(editor.memberships.get())
        Delivery.objects.create(submission=by_system, token=token, digest="a" * 64)
    with at(3):
        by_system.send_back(by=coordinator, reason="Why?")
        by_system.submit(by=coordinator)
    notes = [event.said.note for event in events(find(auditor, kind="submission", until=date(2024, 6, 3)))]

    assert notes == ["", "Why?", "by the system “Office system”"]


def test_a_step_that_was_taken_on_a_draft_of_a_system_is_a_persons(auditor):
    draft = build.submission()
    with at(2):
        Delivery.objects.create(submission=draft, token=build.token()[0], digest="a" * 64)
    draft.submit(by=draft.author)

    assert [event.said.note for event in events(find(auditor, kind="submission"))] == [""]


@pytest.mark.parametrize(
    ("reason", "note"), [(INVITED, "Invited to choose a password."), (FACTOR_REMOVED, "Second factor removed.")]
)
def test_what_was_done_to_an_account_that_no_field_of_it_holds_is_in_the_log(auditor, reason, note):
    account = build.user("li")
    account._history_user, account._change_reason = auditor, reason
    account.save()
    done, created = events(find(auditor, kind="user", words="li"))

    assert (done.said.who, done.said.note, list(done.said.changes), done.record) == ("auditor", note, [], "li")
    assert created.said.note == ""


def test_a_role_given_and_taken_away_says_which(auditor):
    account = build.user("li", Role.EDITOR, organisation=build.organisation("O1"))
    account.memberships.get().delete()
    taken, given = events(find(auditor, kind="membership", words="li"))

    assert (taken.deed, taken.said.changes[0].old, taken.record) == ("deleted", "Editor · O1 Organisation O1", "li")
    assert (given.deed, given.said.changes[0].new) == ("created", "Editor · O1 Organisation O1")


def test_a_sign_in_tells_the_account_and_never_the_address(world, auditor):
    world["editor"].name = "Li Wei"
    world["editor"].save()
    (line,) = events(find(auditor, kind="sign-in"))

    assert (line.record, line.said.who, line.page) == (
        "Li Wei (editor)",
        "Li Wei (editor)",
        ("user", world["editor"].pk),
    )
    assert "192.0.2.7" not in repr(line)
    assert "secret agent" not in repr(line)


def test_the_sign_in_of_an_account_that_is_erased_is_that_of_nobody_by_name(world, auditor):
    world["editor"].erase(by=build.user("administrator", Role.ADMINISTRATOR))
    (line,) = events(find(auditor, kind="sign-in"))

    assert (line.record, line.said.who) == (f"Erased account {world['editor'].pk}",) * 2


def test_days_are_inclusive_and_end_at_midnight_in_shanghai(auditor):
    for day, hour in ((2, 15), (2, 16), (4, 15), (4, 16)):
        with at(day, hour):
            build.theme(f"T-{day}-{hour}")
    query = {"kind": "theme", "since": date(2024, 6, 3), "until": date(2024, 6, 4)}

    assert [record for _kind, _deed, record in told(auditor, **query)] == ["T-4-15 Theme T-4-15", "T-2-16 Theme T-2-16"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("M-1", {"M-1 Title M-1"}),
        ("title m-2", {"M-2 Title M-2"}),
        ("标题M-1 coord", {"M-1 Title M-1"}),
        ("coordinator", {"M-1 Title M-1", "M-2 Title M-2"}),
        ("editor", {"M-1 Title M-1"}),
        ("editor M-2", set()),
        ("%", set()),
    ],
)
def test_each_word_names_the_person_or_the_record(world, auditor, words, found):
    assert {record for _kind, _deed, record in told(auditor, kind="submission", words=words)} == found


def test_a_person_is_found_by_what_they_did(world, auditor):
    assert told(auditor, person=world["editor"]) == [
        ("Sign-in", "signed in", "editor"),
        ("Submission", "submitted", "M-1 Title M-1"),
    ]


@pytest.mark.parametrize("size", [1, 3])
def test_a_page_takes_as_many_queries_however_much_there_is(world, auditor, django_assert_num_queries, size):
    for number in range(size):
        mission = Mission.objects.get(code="M-1")
        mission.lead_owner = build.organisation(f"L{number}")
        mission.save()
        mission.areas.add(build.area(f"A{number}"))
        build.report(mission, "paused", by=auditor)
    visible_to(auditor)  # reads the roles
    for kind, queries in {"mission": 7, "submission": 3, "entry": 3, "membership": 4, "sign-in": 4}.items():
        with django_assert_num_queries(queries):
            assert events(find(auditor, kind=kind)[:100])
    with django_assert_num_queries(28):
        events(find(auditor)[:100])


def test_every_log_can_say_what_it_holds():
    assert {log.about for log in LOGS.values()} == set(NAMES)
    assert set(LOGS) == {*EVERYBODYS, *REGISTER, *ACCOUNTS}


def test_as_many_words_as_fit_are_not_too_many_for_a_database(auditor):
    words = " ".join(chr(0x4E00 + number) for number in range(50))

    assert told(auditor, words=words) == []
