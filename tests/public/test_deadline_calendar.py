"""The deadline calendar: every open due date in the column of its day, and the picture as high as the numbers say."""

from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from missions.charts.deadlines import FOOT, MOST_COLUMNS, STATES, TOP, deadline_calendar
from missions.models.days import FIRST_DAY, LAST_DAY
from missions.status import Status, deadline_state
from tests import build
from tests.public.dom import parse, total

TODAY = date(2024, 6, 30)
DAY = timedelta(days=1)
NEAR = {"abs": 0.01}


def states(dues, on):
    return [(due, deadline_state(due, due, Status.IN_PROGRESS, FIRST_DAY, on)) for due in dues]


@given(st.lists(st.dates(FIRST_DAY, LAST_DAY), min_size=1, max_size=60), st.dates(FIRST_DAY, LAST_DAY))
def test_every_due_date_counts_in_the_one_column_that_covers_it(dues, on):
    calendar = deadline_calendar(Counter(dues), on)

    assert calendar.number == len(dues)
    assert calendar.overdue == sum(due < on for due in dues)
    for column in calendar.columns:
        here = [state for due, state in states(dues, on) if column.start <= due <= column.end]
        assert [(bar.state, bar.number) for bar in column.bars] == [(state, here.count(state)) for state in STATES]
    assert all(one.end + DAY == next_one.start for one, next_one in pairwise(calendar.columns))
    assert calendar.columns[0].start <= min(on, *dues)
    assert max(on, *dues) <= calendar.columns[-1].end <= LAST_DAY
    assert calendar.most == max(column.number for column in calendar.columns)


@given(st.lists(st.dates(FIRST_DAY, LAST_DAY), min_size=1, max_size=60), st.dates(FIRST_DAY, LAST_DAY))
def test_bars_are_as_high_as_their_numbers_and_columns_stand_side_by_side(dues, on):
    calendar = deadline_calendar(Counter(dues), on)

    for column in calendar.columns:
        foot = FOOT
        for bar in column.bars:
            assert bar.height == pytest.approx((FOOT - TOP) * bar.number / calendar.most, **NEAR)
            assert bar.y + bar.height == pytest.approx(foot, **NEAR)
            foot = bar.y
        assert column.top == foot >= TOP - 0.01
    edges = [edge for column in calendar.columns for edge in (column.x, column.x + column.width)]
    assert edges == sorted(edges)
    assert (edges[0] >= 0, edges[-1] <= 100) == (True, True)
    place = next(place for place, column in enumerate(calendar.columns) if column.start <= on <= column.end)
    share = 100 / len(calendar.columns)
    assert place * share - 0.01 <= calendar.day <= (place + 1) * share + 0.01


@given(st.dates(FIRST_DAY, LAST_DAY), st.dates(FIRST_DAY, LAST_DAY))
def test_columns_are_never_too_many_and_the_names_that_stay_longest_stand_farthest_apart(due, on):
    columns = deadline_calendar({due: 1}, on).columns

    assert len(columns) <= MOST_COLUMNS
    shown = [place for place, column in enumerate(columns) if column.label == 1]
    assert shown == sorted({0, len(columns) - 1})
    for label, most in ((2, 5), (3, 12)):
        shown = [place for place, column in enumerate(columns) if column.label and column.label <= label]
        assert len(shown) <= most
        steps = [later - earlier for earlier, later in pairwise(shown)]
        assert not steps or min(steps) == steps[0]


@pytest.mark.parametrize(
    ("last", "unit", "columns"),
    [
        (date(2024, 6, 30), "month", 1),
        (date(2024, 7, 1), "month", 2),
        (date(2026, 5, 31), "month", 24),
        (date(2026, 6, 1), "year", 3),
        (date(2047, 12, 31), "year", 24),
        (date(2048, 1, 1), "decade", 3),
        (date(2100, 12, 31), "decade", 9),
    ],
)
def test_the_scale_is_the_finest_that_can_be_read(last, unit, columns):
    calendar = deadline_calendar({last: 1}, TODAY)

    assert (calendar.unit, len(calendar.columns)) == (unit, columns)


def test_without_an_open_due_date_there_is_no_calendar():
    assert deadline_calendar({}, TODAY) is None


@pytest.fixture
def missions(noon):
    """Six open due dates, three of them past on 30 June 2024; and four that are not open."""
    for due, status in (
        (date(2024, 1, 31), None),
        (date(2024, 6, 29), Status.PAUSED),
        (date(2024, 6, 29), None),
        (TODAY, Status.IN_PROGRESS),
        (date(2024, 7, 30), None),
        (date(2024, 7, 31), None),
        (date(2024, 2, 1), Status.COMPLETED),
        (date(2023, 1, 1), Status.COMPLETED),
        (date(2024, 7, 1), Status.WITHDRAWN),
        (None, None),
    ):
        build.mission(due=due, status=status)


def calendar(client, address):
    return parse(client.get(address)).one("figure", class_="calendar")


@pytest.mark.usefixtures("missions")
def test_the_table_beneath_holds_the_numbers_and_each_leads_to_its_records(client):
    table = calendar(client, "/en/").one("table")

    assert [[cell.text for cell in row.all("th") + row.all("td")] for row in table.all("tr")] == [
        ["Due", "Overdue", "Due soon", "Not yet due"],
        ["January 2024", "1", "0", "0"],
        ["June 2024", "2", "1", "0"],
        ["July 2024", "0", "1", "1"],
    ]
    assert [total(client.get(link["href"])) for link in table.all("a")] == [1, 2, 1, 1, 1]


@pytest.mark.usefixtures("missions")
def test_the_picture_says_in_words_what_it_draws_and_tells_the_overdue_by_shape(client):
    picture = calendar(client, "/en/").all("svg")[0]

    assert picture.one("title").text == "Open due dates by month"
    assert picture.one("desc").text == "6 due dates are open. 3 of them are overdue on 30 Jun 2024."
    assert picture["aria-labelledby"] == picture.one("title")["id"]
    assert picture["aria-describedby"] == picture.one("desc")["id"]
    assert len(picture.all("rect", class_="overdue")) == 2
    assert [text.text for text in picture.all("text", class_="value")] == ["1", "3", "2"]
    assert picture.one("text", class_="asked").text == "30 Jun 2024"
    assert picture.one("pattern")["id"] == "hatched"
    legend = calendar(client, "/zh-hans/").one(class_="chart-key")
    assert [item.text for item in legend.all("li")] == ["已逾期", "即将到期", "未到期", "所查日期"]


@pytest.mark.usefixtures("missions")
def test_who_was_overdue_on_a_past_day_is_asked_of_that_day(client):
    table = calendar(client, "/en/?as_of=2024-02-01").one("tbody")

    assert [[cell.text for cell in row.all("td")] for row in table.all("tr")] == [
        ["1", "0", "0"],
        ["0", "0", "3"],
        ["0", "0", "2"],
    ]
    assert [total(client.get(link["href"])) for link in table.all("a")] == [1, 3, 2]


def test_the_last_day_of_all_is_in_a_column_that_leads_to_its_record(client, noon):
    build.mission(due=LAST_DAY)

    row = calendar(client, "/en/").one("tbody").one("tr")
    assert row.one("th").text == "2100–2100"
    assert total(client.get(row.one("a")["href"])) == 1


def test_without_an_open_due_date_the_page_says_so(client, noon):
    build.mission(due=date(2024, 1, 1), status=Status.COMPLETED)

    page = parse(client.get("/en/"))
    assert page.all(class_="calendar") == []
    assert [text.text for text in page.all("p", class_="empty")] == ["No deadline is open on this day."]
