"""Any edits of any cells change the fields that they are in, to what they say, and nothing else."""

from copy import deepcopy
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.exchange.programme import load_programme
from missions.exchange.workbooks import Day, Grid
from missions.models import Area, Instrument, Organisation, Source, Theme
from missions.models.days import FIRST_DAY, LAST_DAY
from missions.models.mission import fold
from tests.exchange.folders import SMALL
from tests.exchange.registering import differences, imported, plain, sheets, versions

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.no_cover]

# A word begins and ends with a sign that no reader takes away.
SIGNS = st.sampled_from("aZ9字任（）＝=+-@';\"，。é😀")
LINE = st.lists(st.text(SIGNS, min_size=1, max_size=6), min_size=1, max_size=4).map(" ".join)
PARAGRAPHS = st.lists(LINE, min_size=1, max_size=3).map("\n".join)


@st.composite
def days(draw):
    """A day, and one of the ways in which people and spreadsheets write it."""
    day = draw(st.dates(FIRST_DAY, LAST_DAY))
    forms = [
        day.isoformat(),
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.year}/{day.month}/{day.day}",
        f" {day:%Y%m%d}",
    ]
    if day.year > 1930:  # of five digits as spreadsheets count, and of no year that stands for another
        forms += [Day(day.isoformat()), float((day - date(1899, 12, 30)).days)]
    return day, draw(st.sampled_from(forms))


def same(values):
    """Values that a cell says as they are."""
    return values.map(lambda value: (value, value))


def number(most, places=0):
    whole = st.integers(0, most * 10**places)
    return whole.map(lambda value: (Decimal(value) / 10**places, value / 10**places))


def choice(*values):
    return st.sampled_from(values).map(lambda value: (value, value))


def reference(model, name="code"):
    """A code, and the id that the field holds."""
    return st.deferred(lambda: st.sampled_from([(one.pk, getattr(one, name)) for one in model.objects.order_by(name)]))


def several(model, name="code"):
    return st.deferred(
        lambda: st.lists(
            st.sampled_from(list(model.objects.order_by(name).values_list(name, flat=True))), unique=True
        ).flatmap(lambda codes: st.sampled_from(";；、,").map(lambda sign: (sorted(codes), sign.join(codes) or None)))
    )


TITLE = same(LINE)
EMPTY = st.just(("", None))
NO_DAY = st.just((None, None))
# (table, column) → the field, and what a cell may say: pairs of the field's value and the cell.
EDITS = {
    ("sources", "title"): ("title", TITLE),
    ("sources", "publisher"): ("publisher", TITLE),
    ("sources", "published_on"): ("published_on", days() | NO_DAY),
    ("areas", "name_zh"): ("name_zh", TITLE),
    ("areas", "zone"): ("zone", choice("core", "hub-wide", "southern belt")),
    ("areas", "province_or_city"): ("province_or_city", TITLE | EMPTY),
    ("themes", "name_en"): ("name_en", TITLE),
    ("themes", "position"): ("position", number(10**6)),
    ("instruments", "name_en"): ("title_en", TITLE),
    ("instruments", "official_total"): ("official_total", number(10**6) | NO_DAY),
    ("instruments", "notes"): ("notes", same(PARAGRAPHS) | EMPTY),
    ("owners", "name_zh"): ("name_zh", TITLE),
    ("owners", "level"): ("level", choice("agency", "bank", "national")),
    ("owners", "source"): ("source", reference(Source, "key") | st.just((None, "by remit, not stated in a source"))),
    ("owners", "closed_on"): ("closed_on", days() | NO_DAY),
    ("missions", "title_en"): ("title_en", TITLE),
    ("missions", "title_zh"): ("title_zh", TITLE),
    ("missions", "kind"): ("kind", choice("policy", "project", " platform　")),
    ("missions", "theme"): ("theme", reference(Theme)),
    ("missions", "lead_owner"): ("lead_owner", reference(Organisation)),
    ("missions", "supporting_owners"): ("supporting_owners", several(Organisation)),
    ("missions", "areas"): ("areas", several(Area)),
    ("missions", "clause"): ("clause", TITLE | EMPTY),
    ("missions", "source_keys"): ("sources", several(Source, "key")),
    ("reported_figures", "indicator_zh"): ("indicator_zh", TITLE),
    ("reported_figures", "value"): ("value", number(10**6, places=4)),
    ("reported_figures", "unit"): ("unit", TITLE),
    ("reported_figures", "measure"): ("measure", choice("total", "completed") | EMPTY),
    ("reported_figures", "covers"): ("covers", several(Instrument)),
}  # fmt: skip


@pytest.fixture(scope="module")
def register(django_db_setup, django_db_blocker):
    """The small programme, loaded once: its sheets, what stands in it, and how many versions that has had."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_programme(SMALL)
        yield sheets(), plain(), versions()
        transaction.set_rollback(True)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_edits_change_what_they_say_and_nothing_else(register, data):
    exported, before, versions_before = register
    grids = {grid.name: Grid(grid.name, deepcopy(grid.rows)) for grid in exported}
    expected = deepcopy(before)
    for table, column in data.draw(st.lists(st.sampled_from(sorted(EDITS)), max_size=8)):
        field, values = EDITS[table, column]
        at = data.draw(st.integers(1, len(grids[table].rows) - 1))
        value, said = data.draw(values)
        header, row = grids[table].rows[0], grids[table].rows[at]
        row[header.index(column)] = said
        name = [*before[table]][at - 1] if table == "reported_figures" else row[0]
        expected[table][name][field] = value.strip() if isinstance(value, str) else value
    for mission in expected["missions"].values():
        texts = ("code", "title_en", "title_zh", "description_en", "description_zh")
        mission["search_text"] = "\n".join(fold(mission[name]) for name in texts)
    edited = {key[:2] for key in differences(before, expected)}

    with transaction.atomic():
        imported([grids[name] for name in data.draw(st.permutations([*grids]))])

        assert differences(expected, plain()) == {}
        assert versions() == {
            table: {name: count + ((table, name) in edited) for name, count in found.items()}
            for table, found in versions_before.items()
        }
        transaction.set_rollback(True)
