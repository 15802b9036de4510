"""Sets of missions as numbers, held against Python's own sets; and an index that is of one revision."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from random import Random

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from missions.index import Index, indexes, merged, set_of, sets_of, union
from missions.models import Mission, Organisation, Theme
from missions.models.days import today
from missions.models.mission import programme_order
from missions.status import Status
from tests import build
from tests.databases import in_place_of_the_default
from tests.public.conftest import noon

__all__ = ["noon"]

PLACES = st.sets(st.integers(0, 200))


def places(number):
    return {place for place in range(number.bit_length()) if number >> place & 1}


@given(PLACES, PLACES)
def test_sets_are_joined_and_counted_as_sets_are(some, others):
    assert places(set_of(sorted(some))) == some
    assert places(union([set_of(list(some)), set_of(list(others))])) == some | others
    assert (set_of(list(some)) & set_of(list(others))).bit_count() == len(some & others)


@given(st.lists(st.tuples(st.integers(0, 99), st.sampled_from("ab"), st.sampled_from("xyz")), unique_by=lambda r: r[0]))
def test_each_value_has_the_missions_whose_rows_have_it(rows):
    found = sets_of(rows, ["first", "second"])

    for column, name in enumerate(["first", "second"], start=1):
        expected = {value: {row[0] for row in rows if row[column] == value} for value in {row[column] for row in rows}}
        assert {value: places(number) for value, number in found[name].items()} == expected


def test_sets_of_one_name_become_one():
    assert merged([("a", 1), ("b", 2), ("a", 4)]) == {"a": 5, "b": 2}


@pytest.mark.both_databases
def test_the_rows_of_a_set_are_what_the_database_says_of_its_missions_on_each_day(noon, monkeypatch):
    for code in ("b", "C", "a"):
        build.mission(code, due=date(2024, 6, 20))
    build.mission("D", opened=False)
    build.mission("E", status=Status.PAUSED, theme=build.theme("T2"))
    index = Index()
    days = [(today(), None), (date(2023, 1, 1), None), (today(), today()), (date(2019, 1, 1), None)]

    for on, known_at in days:
        public = Mission.objects.as_of(on, known_at).order_by(*programme_order())
        assert index.rows(index.public(on, known_at), on, known_at) == public.rows()
        chosen = public.filter(code__in=["a", "E"])
        assert index.rows(index.set_of(chosen.values_list("pk", flat=True)), on, known_at) == chosen.rows()
    with CaptureQueriesContext(connection) as queries:
        assert [len(index.rows(index.public(*day), *day)) for day in days] == [4, 4, 4, 0]
    assert len(queries) == 0
    monkeypatch.setattr("missions.index.SHORT", 3)
    assert [index.rows(index.public(*day), *day) for day in days] == [None, None, None, []]


@pytest.mark.both_databases
def test_a_word_is_looked_up_once_for_as_long_as_the_register_stays(noon):
    made = {
        code: build.mission(code, title_en=title).pk for code, title in (("a", "Rail"), ("b", "Road"), ("c", "Trail"))
    }
    index = Index()
    both = index.set_of([made["a"], made["c"]])

    assert (index.with_word("rail"), index.with_word("canal")) == (both, 0)
    with CaptureQueriesContext(connection) as queries:
        assert (index.with_word("rail"), index.with_word("canal")) == (both, 0)
        assert index.after(10**9).with_word("rail") == both
    assert len(queries) == 0


@pytest.mark.both_databases
def test_a_page_has_the_missions_of_sets_in_programme_order_or_by_code(db):
    made = {code: build.mission(code, number=number).pk for number, code in enumerate("bCaDB", start=1)}
    index = Index()
    chosen, other = index.set_of([made["b"], made["a"], made["D"], made["B"]]), index.set_of([made["C"]])

    def codes(*arguments, **options):
        return [code for key in index.keys(*arguments, **options) for code in made if made[code] == key]

    assert codes([chosen], 0, 9) == ["b", "a", "D", "B"]
    assert codes([chosen, other], 1, 9) == ["a", "D", "B", "C"]
    assert codes([chosen], 0, 9, by_code=True) == ["B", "D", "a", "b"]
    assert codes([chosen, other], 1, 9, by_code=True) == ["D", "a", "b", "C"]
    assert (codes([chosen], 4, 9), codes([0], 0, 9, by_code=True)) == ([], [])


def test_a_mission_that_is_not_public_has_no_status_on_any_day(db):
    build.mission("M-1", on=date(2024, 1, 1), status=Status.PAUSED)
    build.mission("M-2", opened=False)

    for on, public in ((today(), 1), (date(2000, 1, 1), 0)):
        statuses = Index().values(on, None)["status"]
        assert union(statuses.values()).bit_count() == public


@pytest.mark.both_databases
def test_an_index_is_of_one_revision_and_read_once(own_database):
    build.mission("M-1")
    first = indexes.now()
    first.values(today(), None)
    with CaptureQueriesContext(connection) as queries:
        assert indexes.now() is first
        first.values(today(), None)
    assert len(queries) == 1

    Theme.objects.update(name_en="Renamed")

    assert indexes.now() is not first


@pytest.mark.both_databases
def test_of_many_that_ask_for_an_index_at_once_one_reads_it(own_database):
    for number in range(3):
        build.mission(f"M-{number}")
    name, index, on, read = connection.settings_dict["NAME"], indexes.now(), today(), []

    def note(execute, sql, *arguments):
        read.append(sql)
        return execute(sql, *arguments)

    def values(_number):
        with in_place_of_the_default(name), connection.execute_wrapper(note):
            return index.values(on, None)

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(values, range(4)))

    assert [each["status"] for each in found] == [{Status.UNREPORTED: 0b111}] * 4
    assert len([sql for sql in read if "ORDER BY" in sql and Mission._meta.db_table in sql]) == 1


def actions(draw):
    """What can be done to a site with missions, and is there to be counted at once."""
    mission = draw.choice(list(Mission.objects.order_by("pk")))
    day = date(2024, draw.randint(1, 6), draw.randint(1, 28))
    reportable = [Status.IN_PROGRESS, Status.PAUSED, Status.COMPLETED, Status.WITHDRAWN]
    yield lambda: build.report(mission, draw.choice(reportable), on=day)
    yield lambda: build.deadline(mission, date(2024, draw.randint(1, 12), 1), on=day)
    yield lambda: build.correct(draw.choice(list(mission.changes.all())), status=draw.choice(reportable))
    yield lambda: build.mission(theme=build.theme(f"T{draw.randint(1, 3)}"))
    yield lambda: mission.areas.set([build.area(f"A{draw.randint(1, 3)}")])
    yield lambda: mission.supporting_owners.add(build.organisation(f"O{draw.randint(1, 4)}"))
    yield lambda: Mission.objects.filter(pk=mission.pk).update(theme=build.theme(f"T{draw.randint(1, 3)}"))
    yield lambda: Organisation.objects.filter(code="O2").update(parent=build.organisation("O1"))
    yield lambda: Theme.objects.filter(code="T1").update(name_en=f"{draw.random()}")


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(4))
def test_an_index_that_followed_says_what_one_made_anew_says(noon, seed):
    draw, refused, followed, told = Random(seed), 0, 0, 0
    for number in range(6):
        build.mission(f"M-{number}", lead_owner=build.organisation(f"O{number % 3}"))
    days = [(today(), None), (date(2024, 3, 2), None), (date(2024, 3, 2), date(2024, 6, 29)), (date(2000, 1, 1), None)]
    for _step in range(40):
        before = indexes.now()
        action = draw.choice(list(actions(draw)))
        try:
            action()
        except ValidationError:
            refused += 1
        now = indexes.now()
        followed += now is not before and "_listed" in vars(now)
        for day in days:
            shown, expected = now.values(*day), Index().values(*day)
            assert {name: {value: each for value, each in sets.items() if each} for name, sets in shown.items()} == {
                name: {value: each for value, each in sets.items() if each} for name, sets in expected.items()
            }
            for asked in [(*day, None, None), (*day, date(2024, 1, 1), date(2024, 6, 1))]:
                shown = {value: each for value, each in now.told(*asked).items() if each}
                assert shown == Index().told(*asked)
                told += bool(shown)

    assert (refused < 30, followed > 3, told > 40) == (True, True, True)


@pytest.mark.both_databases
def test_where_a_site_was_set_back_and_went_on_elsewhere_nothing_is_followed(noon):
    first, second = build.mission("M-1"), build.mission("M-2")
    with transaction.atomic():
        build.report(first, Status.PAUSED, on=date(2024, 1, 2))
        indexes.now().values(today(), None)
        transaction.set_rollback(True)
    for day in (3, 4):
        build.report(second, Status.PAUSED, on=date(2024, 1, day))

    assert indexes.now().values(today(), None)["status"] == {"unreported": 0b01, "paused": 0b10}


def test_days_that_were_asked_about_long_ago_are_forgotten(db):
    build.mission("M-1", on=date(2024, 1, 1))
    index = Index()
    days = [date(2024, 1, day) for day in range(1, 12)]
    for day in days:
        index.values(day, None)

    with CaptureQueriesContext(connection) as queries:
        index.values(days[-1], None)
        index.values(days[0], None)
    assert len(queries) == 1
