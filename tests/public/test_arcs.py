"""The arcs: what they draw is what the numbers say, by trigonometry done once more and otherwise."""

import cmath
import math
import re
from datetime import date
from itertools import pairwise

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from missions.charts.arcs import CENTRE, COLOURS, FOOT, INNERMOST, OUTERMOST, arcs, half_ring, share
from missions.models import Instrument, Measure, Source
from missions.models.figures import Reconciliation, Reported, reconcile
from missions.status import Status
from tests import build
from tests.public.dom import parse
from tests.public.officials import said

NUMBER = r"(-?[0-9]+\.[0-9]{2}|[0-9]+)"
RING = re.compile(
    rf"M{NUMBER} {NUMBER}A{NUMBER} {NUMBER} 0 0 1 {NUMBER} {NUMBER}"
    rf"L{NUMBER} {NUMBER}A{NUMBER} {NUMBER} 0 0 0 {NUMBER} {NUMBER}Z"
)
NEAR = {"abs": 0.02}


class Ring:
    """A half ring as a browser draws it: the complex numbers are its corners, the left foot at the angle pi."""

    def __init__(self, path):
        numbers = [float(number) for number in RING.fullmatch(path).groups()]
        x, y, self.outer, outer, x2, y2, x3, y3, self.inner, inner, x4, y4 = numbers
        assert (outer, inner) == (self.outer, self.inner)
        corners = [complex(x, y), complex(x2, y2), complex(x3, y3), complex(x4, y4)]
        self.corners = [(corner - complex(CENTRE, FOOT)).conjugate() for corner in corners]

    @property
    def turn(self):
        """Through which angle its outer edge runs."""
        start, end, _end, _start = self.corners
        return abs(cmath.phase(end / start))

    @property
    def length(self):
        return self.turn * self.outer


@given(st.floats(0, 1), st.floats(70, 196), st.floats(5, 60))
def test_a_half_ring_begins_at_the_left_foot_and_turns_as_far_as_its_share(part, outer, width):
    ring = Ring(half_ring(part, outer, outer - width))

    expected = cmath.rect(1, math.pi * (1 - part))
    radii = [outer, outer, outer - width, outer - width]
    directions = [-1, expected, expected, -1]
    for corner, radius, direction in zip(ring.corners, radii, directions, strict=True):
        assert corner == pytest.approx(radius * direction, **NEAR)
    assert ring.length == pytest.approx(part * Ring(half_ring(1, outer, outer - width)).length, **NEAR)


@given(st.integers(), st.integers())
def test_a_share_is_a_part_of_the_whole_and_never_more_than_all_of_it(part, whole):
    assert 0 <= share(part, whole) <= 1
    if 0 <= part <= whole and whole:
        assert share(part, whole) * whole == pytest.approx(part)


def row(code, documented, counted, *figures):
    """A line of `reconcile` for instruments that no database holds."""
    instruments = tuple(Instrument(code=one, title_en=one, title_zh=f"文件{one}") for one in code.split("+"))
    source = Source(key="s")
    reported = [Reported(instruments, Measure.COMPLETED, *pair, date(2024, 3, 2), source) for pair in figures]
    return Reconciliation(instruments, counted, documented, documented, 0, tuple(reported))


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=6))
def test_each_instrument_has_a_ring_of_its_own_within_the_picture(numbers):
    drawn = arcs([row(f"I{n}", part, whole, (told, whole)) for n, (part, whole, told) in enumerate(numbers)])

    assert [arc.number for arc in drawn] == list(range(1, len(numbers) + 1))
    edges = [edge for arc in drawn for edge in (arc.outer, arc.inner)]
    assert edges == sorted(edges, reverse=True)
    assert OUTERMOST == edges[0] < CENTRE
    assert edges[-1] > INNERMOST
    for arc, (part, whole, told) in zip(drawn, numbers, strict=True):
        assert arc.inner < CENTRE - float(arc.x) < arc.outer
        for path, number in ((arc.solid, part), (arc.outline, told)):
            assert Ring(path).turn == pytest.approx(math.pi * (min(number / whole, 1) if whole else 0), abs=0.001)
        assert Ring(arc.track).turn == pytest.approx(math.pi)
    assert all(one.colour != other.colour for one, other in pairwise(drawn))


def test_trap_17_no_arc_runs_past_the_end_while_the_text_states_the_numbers():
    (arc,) = arcs([row("FP", 12, 10, (110, 104))])

    assert arc.solid == arc.outline == arc.track
    shown = drawn([row("FP", 12, 10, (110, 104))])
    assert shown.one("span", class_="numbers").text == "documented 12 of 10 · reported 110 of 104 “completed”"


def drawn(rows):
    context = {"arcs": arcs(rows), "at": "?as_of=2024-03-02"}
    return parse(HttpResponse(render_to_string("missions/_arcs.html", context)))


def test_the_picture_says_in_words_what_it_draws_and_a_joint_figure_has_no_arc():
    rows = [row("FP+M24", 9, 128, (121, 128)), row("FP", 9, 104, (100, 104), (98, 104)), row("<M24>", 0, 24)]

    picture = drawn(rows).all("svg")[0]
    words = (
        "FP: documented 9 of 104 · reported 100 of 104 “completed”; "
        "<M24>: documented 0 of 24 · no figure reported for it alone"
    )
    assert picture.one("desc").text == words
    assert picture["role"] == "img"
    assert picture["aria-labelledby"] == picture.one("title")["id"]
    assert picture["aria-describedby"] == picture.one("desc")["id"]
    assert [len(group.all("path")) for group in picture.all("g")] == [3, 2]
    with override("zh-hans"):
        legend = drawn(rows).one("ol")
    assert [item.text for item in legend.all("li")] == [
        "文件FP有据可查：104 项中 9 项 · 官方公布：104 项中 100 项“完成”",
        "文件<M24>有据可查：24 项中 0 项 · 官方没有单独公布数字",
    ]


def test_the_colours_are_those_of_the_pages_wherever_they_are_written_again():
    app = settings.BASE_DIR / "missions"
    tokens = re.findall(r"--arc-[1-9]: (#[0-9a-f]{6});", (app / "assets/theme.css").read_text())

    assert tokens[: len(COLOURS)] == list(COLOURS)
    assert re.findall("stroke: (#[0-9a-f]{6})", (app / "static/missions/mark.svg").read_text()) == tokens


def test_without_an_instrument_there_is_no_picture():
    assert drawn([]).all() == []


@pytest.mark.both_databases
def test_the_numbers_are_those_of_the_day_and_the_newest_that_officials_gave(noon):
    for number in range(3):
        build.mission(instrument=build.instrument("FP"), status=Status.COMPLETED if number else None)
    build.mission(instrument=build.instrument("EX"), status=Status.WITHDRAWN)
    for day, value in ((date(2024, 2, 1), 1), (date(2024, 3, 1), 2)):
        said(value, 3, on=day, measure=Measure.IN_PLACE)

    def numbers(day):
        return [(arc.documented, arc.counted, arc.reported and arc.reported.value) for arc in arcs(reconcile(day))]

    assert numbers(None) == [(0, 0, None), (2, 3, 2)]
    assert numbers(date(2024, 2, 15)) == [(0, 0, None), (2, 3, 1)]
    assert numbers(date(2023, 12, 31)) == [(0, 1, None), (0, 3, None)]
