"""Stacked bars: numbers to lengths, and on the pages beside the very numbers that they draw."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missions.charts.bars import Segment, stacked
from missions.status import Status
from tests.public.dom import parameters, parse, total
from tests.public.parameters import address

INDEXES = ["instruments", "themes", "areas", "owners"]
DAYS = [("as_of", "2024-03-02"), ("known_at", "2024-06-01")]
tallies = st.dictionaries(st.sampled_from(Status), st.integers(0, 10_000))


@given(tallies, st.integers(0, 10_000))
def test_a_bar_is_as_long_as_its_share_of_the_whole_and_its_parts_follow_each_other(tally, others):
    total = sum(tally.values())
    segments = stacked(tally, total + others)

    assert [(s.status, s.count) for s in segments] == [(s, tally[s]) for s in Status if tally.get(s)]
    assert all(segment.width > 0 for segment in segments)
    assert sum(segment.width for segment in segments) == pytest.approx(100 * total / (total + others) if total else 0)
    ends = [0, *(segment.start + segment.width for segment in segments)]
    assert [segment.start for segment in segments] == pytest.approx(ends[:-1])
    assert all(segment.start < segment.middle < segment.start + segment.width for segment in segments)


@given(tallies, st.integers(2, 5))
def test_one_measure_holds_for_all_bars_of_a_chart(tally, times):
    total = sum(tally.values())
    larger = stacked({status: times * count for status, count in tally.items()}, times * total)

    assert [s.width for s in larger] == pytest.approx([s.width for s in stacked(tally, total)])
    assert [s.width * times for s in stacked(tally, times * total)] == pytest.approx([s.width for s in larger])


def test_a_number_stands_where_it_has_room():
    room = {width: Segment(Status.PAUSED, 7, 0, width).holds_number for width in (6.9, 7)}
    assert room == {6.9: False, 7: True}
    assert not Segment(Status.PAUSED, 100, 0, 14).holds_number


def test_nothing_is_no_bar():
    assert stacked({}, 0) == stacked({Status.PAUSED: 0}, 0) == stacked({}, 145) == ()


@pytest.mark.both_databases
@pytest.mark.parametrize("path", INDEXES)
def test_every_number_that_is_a_link_leads_to_as_many_records_on_that_day(client, world, path):
    page = parse(client.get(address(f"{path}/", *DAYS)))

    links = [link for part in (*page.all("table"), *page.all("details", class_="without")) for link in part.all("a")]
    counts = [link for link in links if link.text.isdigit()]
    assert len(counts) > 10
    assert [total(client.get(link["href"])) for link in counts] == [int(link.text) for link in counts]
    kept = {name: [value] for name, value in DAYS}
    assert [link["href"] for link in links if not kept.items() <= parameters(link["href"]).items()] == []


@pytest.mark.parametrize("path", INDEXES)
def test_a_bar_draws_the_numbers_of_its_row_and_the_longest_fills_the_width(client, world, path):
    ends = []
    table = parse(client.get(address(f"{path}/", *DAYS))).one("table", class_="dimensions")
    for row in [row for row in table.all("tr") if row.all("svg", class_="bar")]:
        _whole, *counts = [int(cell.text) for cell in row.all("td", class_="number")]
        expected = [f"{s.label}: {n}" for s, n in zip(Status, counts, strict=True) if n]
        bar = row.one("svg", class_="bar")
        assert [title.text for title in bar.all("title")] == expected
        last = bar.all("rect")[-1]
        ends.append(float(last["x"].rstrip("%")) + float(last["width"].rstrip("%")))

    assert max(ends) == pytest.approx(100, abs=0.02)
