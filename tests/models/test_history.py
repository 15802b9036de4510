"""A record's history, field by field, in the reader's language."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.utils import translation

from missions.models import Membership, Mission, ReportedFigure, Role, User
from missions.models.history import CREATED, LOADED, account_changes, changes, shown_fields
from tests import build
from tests.admin.records import figure

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


@pytest.fixture(autouse=True)
def quick_hashes(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def told(record):
    """Each change as (field, old, new), newest first; a creation as (event, "", "")."""
    return [(change.name or change.event, change.old, change.new) for change in changes(record.history.all())]


def test_a_change_is_told_with_who_and_when_and_what_it_was():
    mission = build.mission(title_en="Old title")
    mission._history_user = editor = build.user("li")
    mission.title_en, mission.clause = "New title", "Clause 3"
    with time_machine.travel(datetime(2026, 11, 3, 2, tzinfo=UTC), tick=False):
        mission.save()
    title, clause, created = changes(mission.history.all())

    assert (title.label, title.old, title.new, title.language) == ("Title (English)", "Old title", "New title", "en")
    assert (clause.label, clause.old, clause.new, clause.language) == ("Clause (English)", "", "Clause 3", "")
    assert (title.at, title.who) == (datetime(2026, 11, 3, 2, tzinfo=UTC), str(editor))
    assert (created.name, created.event) == ("", "created")


def test_values_are_told_in_words_of_the_readers_language():
    area, other = build.area("A1"), build.area("A2", name_zh="昆山")
    mission = build.mission(kind="policy", theme=build.theme("T1"), areas=[area])
    mission.kind, mission.theme = "project", build.theme("T2", name_zh="开放")
    mission.save()
    mission.areas.add(other)
    instrument = build.instrument("M24", issued_on=None)
    instrument.issued_on, instrument.second_person = date(2024, 3, 2), "everything"
    instrument.save()

    assert told(mission)[:3] == [
        ("areas", "A1 Area A1", "A1 Area A1\nA2 Area A2"),
        ("kind", "Policy", "Project"),
        ("theme", "T1 Theme T1", "T2 Theme T2"),
    ]
    assert told(instrument) == [
        ("issued_on", "", "2 Mar 2024"),
        ("second_person", "For due dates", "For everything"),
        ("created", "", ""),
    ]
    with translation.override("zh-hans"):
        assert told(mission)[0] == ("areas", "A1 区域A1", "A1 区域A1\nA2 昆山")
        assert told(mission)[2][2] == "T2 开放"
        assert changes(instrument.history.all())[0].new == "2024年3月2日"


def test_what_was_given_back_is_told_as_another_change():
    theme = build.theme(name_en="One")
    for name in ("Two", "One"):
        theme.name_en = name
        theme.save()

    assert told(theme) == [("name_en", "Two", "One"), ("name_en", "One", "Two"), ("created", "", "")]


def test_a_save_that_changes_nothing_is_not_told_nor_another_end_of_line():
    mission = build.mission(description_en="One\nTwo", description_zh="一")
    mission.description_en = "One\r\nTwo"
    mission.save()

    assert mission.history.count() == 2
    assert told(mission) == [("created", "", "")]


def test_a_load_is_nobodys_and_neither_is_a_command():
    theme = build.theme()
    theme._change_reason, theme.name_en = LOADED, "By a load"
    theme.save()
    theme._change_reason, theme.name_en = None, "By hand"
    theme.save()

    assert [change.who for change in changes(theme.history.all())] == [
        "a command on the server",
        "the programme's files",
        "a command on the server",
    ]


def test_the_first_version_of_a_record_is_its_creation_when_it_is_kept_after_its_lists():
    new = ReportedFigure(as_of=date(2024, 3, 2), indicator_en="I", indicator_zh="指", value=1, source=build.source())
    new.skip_history_when_saving = True
    new.save()
    new.covers.set([build.instrument()])
    del new.skip_history_when_saving
    new.save()

    assert new.history.get().history_type == CREATED
    assert [row.instrument for row in new.history.get().covers.all()] == [build.instrument()]


def test_fields_that_no_page_shows_are_not_among_those_of_a_history():
    names = {field.name for field in shown_fields(Mission.history.model)}

    assert names.isdisjoint({"id", "loaded", "search_text", "status", "status_since", "due"})
    assert {"title_en", "lead_owner", "areas", "sources"} <= names


@pytest.mark.parametrize(("versions", "queries"), [(1, 1), (3, 4), (12, 4)])
def test_a_history_takes_as_many_queries_however_long_it_is(django_assert_num_queries, versions, queries):
    mission = build.mission()
    for number in range(versions - 1):
        if number % 2:
            mission.lead_owner = build.organisation(f"L{number}")
            mission.save()
        else:
            mission.areas.add(build.area(f"A{number}"))
    with django_assert_num_queries(queries):
        assert len(changes(mission.history.all())) == versions


@pytest.mark.parametrize("size", [1, 3])
def test_the_histories_of_several_records_are_compared_each_with_itself(django_assert_num_queries, size):
    for number in range(size):
        shown = figure(instrument=None, indicator_en=f"Figure {number}")
        shown.covers.add(build.instrument(f"I{number}"))
    with django_assert_num_queries(2):
        found = changes(type(shown).history.all())

    assert [change.new or change.event for change in found] == [
        line for number in reversed(range(size)) for line in (f"I{number} Instrument I{number}", "created")
    ]


def test_an_account_that_is_older_than_its_history_is_not_compared_with_another():
    accounts = User.objects.bulk_create([User(username="li"), User(username="wang")])  # which writes no history
    for account in accounts:
        account.save()

    assert changes(User.history.all()) == []


def test_a_language_and_a_password_hashed_anew_are_no_history():
    account = build.user("li")
    account.language = "zh-hans"
    account.save(update_fields=["language"])
    account.save(update_fields=["password", "last_login"])

    assert told(account) == [("created", "", "")]
    assert account.history.count() == 1

    account.name = "Li Na"
    account.save(update_fields=["name", "last_login"])
    assert told(account) == [("name", "", "Li Na"), ("created", "", "")]


def test_an_account_tells_its_roles_and_never_its_password():
    account = build.user("li", Role.EDITOR, organisation=build.organisation("O1"))
    account.name, account.is_active = "Li Na", False
    account.set_password("another long password")
    account.save()
    Membership.objects.get().delete()
    found = [(change.name or change.event, change.old, change.new) for change in account_changes(account)]

    assert found[0] == ("membership", "Editor · O1 Organisation O1", "")
    assert found[1:3] == [("name", "", "Li Na"), ("is_active", "Yes", "No")]
    assert found[3:] == [("membership", "", "Editor · O1 Organisation O1"), ("created", "", "")]
