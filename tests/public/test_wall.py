"""The wall: each mission once, in its group, with its status as a shape, a word and a link."""

from collections import defaultdict
from datetime import date

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override

from missions.models import Mission
from missions.models.days import today
from missions.public.wall import grouped, wall
from missions.status import FURTHEST_FIRST, Status
from tests import build
from tests.public.dom import parse
from tests.public.oracle import standing
from tests.public.world import World

TODAY = date(2024, 6, 30)


def groups(dimension, on, known_at=None):
    """Code of the group → (code, status) of its squares, both in their order."""
    return {
        group.record.code: [(square.code, square.status_asof) for square in group.squares]
        for group in wall(dimension, on, known_at)
    }


@pytest.mark.both_databases
def test_every_mission_has_one_square_in_its_group_with_its_status_of_the_day(noon):
    world = World(4)

    for dimension, field in (("theme", "theme"), ("lead_owner", "lead")):
        for on, known_at in ((TODAY, TODAY), (date(2023, 6, 30), TODAY), (date(2024, 3, 2), date(2024, 3, 2))):
            expected = defaultdict(list)
            for plain in world.plain:
                if stands := standing(plain, on, known_at):
                    expected[getattr(plain, field)].append((plain.code, stands.status))
            shown = groups(dimension, on, known_at)

            assert len(expected) > 3
            assert {code: sorted(squares) for code, squares in shown.items()} == {
                code: sorted(squares) for code, squares in expected.items()
            }


@pytest.mark.both_databases
def test_groups_stand_in_the_programmes_order_and_squares_from_done_to_not_begun(noon):
    last, first = build.theme("A", position=2), build.theme("B", position=1)
    build.mission("Z", theme=last)
    done, paused = Status.COMPLETED, Status.PAUSED
    for number, code, status in ((2, "M-2", done), (4, "M-1", None), (1, "M-3", done), (3, "a", paused)):
        build.mission(code, number=9000 + number, theme=first, status=status)
    for status in FURTHEST_FIRST:
        build.mission(f"W-{status}", theme=last, status=None if status == Status.UNREPORTED else status)

    shown = groups("theme", today())

    assert [code for code, _squares in shown.items()] == ["B", "A"]
    assert [code for code, _status in shown["B"]] == ["M-3", "M-2", "a", "M-1"]
    assert [status for _code, status in shown["A"] if status != "unreported"] == [
        s for s in FURTHEST_FIRST if s != "unreported"
    ]
    assert set(FURTHEST_FIRST) == set(Status)


def test_it_draws_what_a_list_was_narrowed_to(noon):
    for number in range(3):
        build.mission(f"M-{number}", status=Status.PAUSED if number else None)
    paused = Mission.objects.for_listing().filter(status_asof=Status.PAUSED).order_by("-code")

    page = drawn(grouped(paused.rows(), "theme"))

    assert [link["href"] for link in page.one(class_="wall").one("ul").all("a")] == [
        f"/en/missions/M-{number}/?as_of=2024-06-01" for number in (1, 2)
    ]


def test_a_crowd_is_not_drawn_but_filtered(noon, monkeypatch):
    for number in range(3):
        build.mission(f"M-{number}")
    build.mission("M-3", opened=False)

    monkeypatch.setattr("missions.index.SHORT", 3)
    assert len(wall("theme", today(), None)[0].squares) == 3
    monkeypatch.setattr("missions.index.SHORT", 2)
    crowd = wall("theme", today(), None)
    assert crowd is None
    assert drawn(crowd).one("p").one("a")["href"] == "/en/missions/?as_of=2024-06-01"


def drawn(groups):
    return parse(HttpResponse(render_to_string("missions/_wall.html", {"groups": groups, "at": "?as_of=2024-06-01"})))


def test_a_square_has_a_name_a_shape_and_a_link_in_the_readers_language(noon):
    build.mission("M-1", title_en='Rail <b> & "road"', title_zh="轨道", status=Status.IN_PROGRESS)

    page = drawn(wall("theme", today(), None))
    with override("zh-hans"):
        chinese = drawn(wall("theme", today(), None))

    square = page.one(class_="wall").one("ul").one("a")
    assert square.text == square["title"] == 'M-1 Rail <b> & "road", In progress'
    assert square["class"] == "status-in_progress"
    assert chinese.one(class_="wall").one("ul").one("a").text == "M-1 轨道，推进中"
    symbols = page.one(class_="sprite").all("symbol")
    assert [symbol["id"] for symbol in symbols] == [f"shape-{status}" for status in Status]
    assert square.one("use")["href"] == "#shape-in_progress"
    heading = page.one("h3")
    assert (heading.one("a")["href"], heading.text) == ("/en/themes/T1/?as_of=2024-06-01", "Theme T1 1")
    assert page.one(class_="wall").one("ul")["aria-labelledby"] == heading["id"]
    assert [word.text for word in page.one(class_="shapes").all("li")] == [str(status.label) for status in Status]
    assert page.one("a", class_="visually-hidden-focusable")["href"] == f"#{page.all(tabindex='-1')[0]['id']}"


def test_without_a_mission_there_is_no_wall(db):
    assert drawn(wall("theme", today(), None)).all() == []
