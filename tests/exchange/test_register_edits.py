"""Any edits of any cells change the fields that they are in, to what they state, and nothing else."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.days import FIRST_DAY, LAST_DAY
from missions.register.mission import fold
from tests.exchange.registering import differences, import_register, opened, plain, put, versions

# Many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.no_cover]

# A word begins and ends with a sign that no reader takes away.
SIGNS = st.sampled_from("aZ9字任（）＝=+-@';\"，。é😀")
LINE = st.lists(st.text(SIGNS, min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join)


@st.composite
def dates(draw):
    """A date, and one of the ways in which people and spreadsheets write it."""
    day = draw(st.dates(FIRST_DAY, LAST_DAY))
    forms = [str(day), f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}", f" {day:%Y%m%d}"]
    if day.year > 1930:  # of five digits as spreadsheets count, and of no year that is meant for another
        forms += [day, (day - date(1899, 12, 30)).days]
    return day, draw(st.sampled_from(forms))


def same(values):
    return values.map(lambda value: (value, value))


def number(most, places=0):
    return st.integers(0, most * 10**places).map(lambda value: (Decimal(value) / 10**places, value / 10**places))


def several(*codes):
    lists = st.lists(st.sampled_from(codes), unique=True)
    return st.builds(lambda some, sign: (sorted(some), sign.join(some) or None), lists, st.sampled_from(";；、,"))


EMPTY, NONE = st.just(("", None)), st.just((None, None))
# By sheet and column: the field, and pairs of its value and of what the cell states.
EDITS = {
    ("sources", "title"): ("title", same(LINE)),
    ("sources", "published_on"): ("published_on", dates() | NONE),
    ("areas", "position"): ("position", number(999)),
    ("themes", "name_en"): ("name_en", same(LINE)),
    ("instruments", "official_total"): ("official_total", number(10**6) | NONE),
    ("instruments", "notes"): ("notes", same(st.lists(LINE, min_size=1, max_size=3).map("\n".join)) | EMPTY),
    ("owners", "level"): ("level", same(st.sampled_from(["agency", "bank", "national"]))),
    ("owners", "closed_on"): ("closed_on", dates() | NONE),
    ("missions", "title_en"): ("title_en", same(LINE)),
    ("missions", "title_zh"): ("title_zh", same(LINE)),
    ("missions", "kind"): ("kind", st.just(("platform", " platform　"))),
    ("missions", "supporting_owners"): ("supporting_owners", several("PORT", "CITY", "BANK")),
    ("missions", "areas"): ("areas", several("ALL", "NORTH", "SOUTH")),
    ("missions", "clause"): ("clause", same(LINE) | EMPTY),
    ("missions", "source_keys"): ("sources", several("plan", "measures", "paper_2024")),
    ("reported_figures", "value"): ("value", number(10**6, places=4)),
    ("reported_figures", "measure"): ("measure", same(st.sampled_from(["total", "completed"])) | EMPTY),
    ("reported_figures", "covers"): ("covers", several("WP", "WG")),
}


def check(register, data):
    book, before, versions_before = opened(register), plain(), versions()
    expected = deepcopy(before)
    for table, column in data.draw(st.lists(st.sampled_from(sorted(EDITS)), min_size=1, max_size=12)):
        field, values = EDITS[table, column]
        header, *rows = book[table].iter_rows()
        at = data.draw(st.integers(0, len(rows) - 1))
        value, stated = data.draw(values)
        put(rows[at][[each.value for each in header].index(column)], stated)
        name = [*before[table]][at] if table == "reported_figures" else rows[at][0].value
        expected[table][name][field] = value
    for mission in expected["missions"].values():
        texts = ("code", "title_en", "title_zh", "description_en", "description_zh")
        mission["search_text"] = "\n".join(fold(mission[name]) for name in texts)
    for table, name in {key[:2] for key in differences(before, expected)}:
        versions_before = {**versions_before, table: {**versions_before[table], name: versions_before[table][name] + 1}}

    with transaction.atomic():
        import_register(book)
        assert (differences(expected, plain()), versions()) == ({}, versions_before)
        transaction.set_rollback(True)


@pytest.mark.both_databases
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_edits_change_what_they_state_and_nothing_else(register, data):
    check(register, data)


@pytest.mark.long
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_many_edits_change_what_they_state_and_nothing_else(register, data):
    check(register, data)
