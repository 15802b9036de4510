import sys
from datetime import date, datetime
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import transaction

from missions.exchange import scale
from missions.models import (
    Area,
    EntryKind,
    Evidence,
    Head,
    Instrument,
    Mission,
    Organisation,
    Refused,
    StatusChange,
    Theme,
)
from missions.models.verification import problems
from missions.status import Deadline, Status
from tests import build


class Terminal(StringIO):
    def isatty(self):
        return True


@pytest.fixture(autouse=True)
def noon(db):
    """Noon in Shanghai on 30 June 2024; the clock stands still."""
    with time_machine.travel(datetime(2024, 6, 30, 12, tzinfo=ZoneInfo("Asia/Shanghai")), tick=False):
        yield


@pytest.fixture
def small_batches(monkeypatch):
    monkeypatch.setattr(scale, "ENTRIES_A_BATCH", 10)


def seed_scale(*arguments, stdout=None):
    said = stdout or StringIO()
    call_command("seed_scale", *map(str, arguments), stdout=said)
    return said.getvalue().splitlines()


def seed_on_a_terminal(monkeypatch, answer):
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    return seed_scale(1, stdout=Terminal())


def written():
    """What a run wrote, but for ids and moments of recording."""
    missions = Mission.objects.values_list(
        "code", "title_en", "title_zh", "description_zh", "theme__code", "lead_owner__code", "status", "due"
    )
    fields = ("mission__code", "kind", "status", "due", "effective_on", "headline_en", "evidence__url")
    links = Mission.objects.order_by("code", "areas__code", "supporting_owners__code")
    linked = links.values_list("code", "areas__code", "supporting_owners__code")
    return [*missions, *StatusChange.objects.values_list(*fields), *linked]


def test_each_mission_has_its_opening_and_so_many_changes():
    *_lines, summary = seed_scale(7, "--changes", 2)
    kinds = [list(mission.changes.values_list("kind", flat=True)) for mission in Mission.objects.all()]

    assert [(len(of_one), of_one.count(EntryKind.OPENING), of_one[0]) for of_one in kinds] == [(3, 1, "opening")] * 7
    assert summary == f"Synthetic missions written: 7, entries: 21, revision: {Head.objects.get().revision}"


def test_three_changes_are_written_unless_said_otherwise():
    seed_scale(2)

    assert StatusChange.objects.count() == 8


def test_without_changes_there_are_openings_alone():
    seed_scale(5, "--changes", 0)

    assert list(StatusChange.objects.values_list("kind", flat=True)) == [EntryKind.OPENING] * 5


def test_a_second_run_goes_on_with_the_next_number():
    seed_scale(2)
    seed_scale(2)
    codes = ["SYN-0000001", "SYN-0000002", "SYN-0000003", "SYN-0000004"]

    assert list(Mission.objects.values_list("code", "number")) == list(zip(codes, range(1, 5), strict=True))
    assert (Theme.objects.count(), Area.objects.count(), Organisation.objects.count()) == (10, 20, 50)


def test_every_record_says_that_it_is_synthetic():
    seed_scale(3)
    instrument = Instrument.objects.get()
    named = [record for model in (Theme, Area, Organisation) for record in model.objects.all()]
    pairs = [(record.name_en, record.name_zh) for record in named]
    pairs += Mission.objects.values_list("title_en", "title_zh")
    pairs += StatusChange.objects.exclude(kind=EntryKind.OPENING).values_list("headline_en", "headline_zh")

    assert instrument.code == "SYN"
    assert (instrument.title_en, instrument.title_zh) == ("Synthetic records for measuring", "用于性能测试的虚构记录")
    assert [record.code for record in named if not record.code.startswith("SYN-")] == []
    assert [pair for pair in pairs if not (pair[0].startswith("Synthetic ") and pair[1].startswith("虚构"))] == []


def test_what_can_be_told_apart_occurs():
    seed_scale(300)
    reported = StatusChange.objects.filter(kind=EntryKind.REPORT, status=Status.COMPLETED)
    days = StatusChange.objects.order_by("effective_on").values_list("effective_on", flat=True)

    assert set(Mission.objects.as_of().tally("deadline_asof")) == set(Deadline)
    assert set(Mission.objects.values_list("status", flat=True)) == set(Status)
    assert {entry.kind for entry in StatusChange.objects.all()} == {"opening", "report", "deadline"}
    assert {mission.areas.count() for mission in Mission.objects.all()} == {0, 1, 2, 3}
    assert {mission.supporting_owners.count() for mission in Mission.objects.all()} == {0, 1, 2}
    assert reported.count() == Evidence.objects.filter(change__in=reported).exclude(url="").count()
    assert (days.first().year, days.last() > date(2024, 5, 31)) == (2020, True)


def test_the_ledger_is_sound_afterwards(small_batches):
    seed_scale(30)

    assert list(problems()) == []


def test_a_run_on_the_same_day_writes_the_same():
    with transaction.atomic():
        seed_scale(20)
        before = written()
        transaction.set_rollback(True)
    assert not Mission.objects.exists()
    seed_scale(20)

    assert written() == before


def test_each_record_has_the_one_version_of_its_creation():
    seed_scale(20)

    for model in (Mission, Organisation, Area):
        versions = model.history.order_by("id").values_list("id", "history_type")
        assert list(versions) == [(key, "+") for key in model.objects.order_by("pk").values_list("pk", flat=True)]


def test_a_mission_is_found_by_the_same_text_as_one_that_is_saved():
    seed_scale(20, "--changes", 0)
    before = list(Mission.objects.values_list("search_text", flat=True))
    for mission in Mission.objects.all():
        mission.search_text = ""
        mission.save()

    assert list(Mission.objects.values_list("search_text", flat=True)) == before


def test_a_batch_that_is_refused_leaves_nothing_and_those_before_it_stay(small_batches, monkeypatch):
    def refuse(drafts, *, by):
        if drafts[0][0].mission.number > 10:
            raise Refused({})
        return record_many(drafts, by=by)

    record_many = scale.record_many
    monkeypatch.setattr(scale, "record_many", refuse)
    with pytest.raises(Refused):
        seed_scale(15, "--changes", 0)

    assert list(Mission.objects.values_list("number", flat=True)) == list(range(1, 11))
    assert StatusChange.objects.count() == 10


@pytest.mark.parametrize(
    ("arguments", "name", "least"),
    [
        (["0"], "N", 1),
        (["-1"], "N", 1),
        (["1.5"], "N", 1),
        (["many"], "N", 1),
        (["1", "--changes", "-1"], "--changes", 0),
        (["1", "--changes", "x"], "--changes", 0),
    ],
)
def test_other_numbers_are_refused(arguments, name, least):
    with pytest.raises(CommandError) as refusal:
        seed_scale(*arguments)

    message = f"argument {name}: “{arguments[-1]}” is not a whole number of at least {least}"
    assert str(refusal.value) == f"Error: {message}"
    assert not Instrument.objects.exists()


def test_elsewhere_a_line_says_how_far_it_is(small_batches):
    *lines, _summary = seed_scale(25, "--changes", 0)

    assert lines == ["10 of 25 missions", "20 of 25 missions", "25 of 25 missions"]


def test_on_a_terminal_where_there_are_other_missions_no_is_an_answer(monkeypatch, capsys):
    build.mission("MINE")
    with pytest.raises(CommandError, match=r"\ANothing was written\.\Z"):
        seed_on_a_terminal(monkeypatch, "no\n")

    assert capsys.readouterr().out.startswith("These records cannot be taken out again")
    assert [mission.code for mission in Mission.objects.all()] == ["MINE"]


def test_on_a_terminal_where_there_are_other_missions_yes_goes_on(monkeypatch):
    build.mission("MINE")
    [summary] = seed_on_a_terminal(monkeypatch, "yes\n")

    assert summary.startswith("Synthetic missions written: 1, entries: 4, revision: ")
    assert [mission.code for mission in Mission.objects.all()] == ["MINE", "SYN-0000001"]


def test_on_a_terminal_nothing_is_asked_where_there_are_no_other_missions(monkeypatch, capsys):
    seed_scale(1)
    seed_on_a_terminal(monkeypatch, "no\n")

    assert "These records cannot be taken out again" not in capsys.readouterr().out
    assert Mission.objects.count() == 2


def test_elsewhere_nothing_is_asked():
    build.mission("MINE")
    seed_scale(1)

    assert Mission.objects.count() == 2
