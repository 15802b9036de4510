"""The real data set: it loads as its README states, and its register goes out and comes back."""

from datetime import date

import pytest

from missions.models import Mission
from tests.exchange.folders import HONGQIAO, NOTHING, SMALL, differing, everything, failure, load, plain
from tests.exchange.libreoffice import needs_libreoffice
from tests.exchange.registering import differences, edit, exported, import_register, opened, versions
from tests.exchange.workbooks import content_of, filled_template

pytestmark = pytest.mark.django_db

KINDS = ["xlsx", "ods", "csv"]
SEED_DAY, THIRD_PASS = date(2024, 3, 2), date(2026, 12, 1)
SIZES = {
    "sources": 168, "areas": 19, "themes": 9, "instruments": 3, "owners": 53, "missions": 145, "reported_figures": 107,
    "programme": 1, "timeline": 7, "contradictions": 12,
}  # fmt: skip


@pytest.fixture(scope="module")
def loaded(module_db):
    """What the load reported."""
    return load(HONGQIAO)


@pytest.fixture(autouse=True)
def world(loaded, db):
    """The real programme, loaded once for the module."""


def statuses(instrument, on):
    return Mission.objects.as_of(on).filter(instrument__code=instrument).tally("status_asof")


def test_it_is_stored_as_its_files_state(loaded):
    assert loaded == ({table: (size, 0) for table, size in SIZES.items()}, 145 + 177, [])
    assert differing(HONGQIAO) == {}
    assert Mission.objects.tally("instrument__code") == {"FP": 104, "M24": 24, "EX": 17}


def test_each_day_shows_what_the_readme_states():
    assert statuses("FP", SEED_DAY) == {"completed": 5, "in_progress": 58, "unreported": 41}
    assert statuses("FP", THIRD_PASS) == {"completed": 9, "in_progress": 70, "unreported": 25}
    assert statuses("M24", SEED_DAY) == {"in_progress": 6, "unreported": 18}
    assert statuses("M24", THIRD_PASS) == {"in_progress": 10, "unreported": 14}
    assert statuses("EX", SEED_DAY) == statuses("EX", THIRD_PASS) == {"unreported": 17}
    assert Mission.objects.public(date(2021, 1, 1)).count() == 0
    completed = Mission.objects.as_of(SEED_DAY).filter(status_asof="completed").values_list("code", flat=True)
    assert sorted(completed) == ["FP-049", "FP-089", "FP-090", "FP-093", "FP-104"]


def test_a_second_load_and_the_same_as_a_workbook_write_nothing(tmp_path):
    (tmp_path / "programme.xlsx").write_bytes(content_of(filled_template(HONGQIAO)))
    before = everything()

    assert load(HONGQIAO) == load(tmp_path / "programme.xlsx") == NOTHING
    assert everything() == before
    assert failure("load_programme", SMALL)  # another city's


@pytest.mark.parametrize("kind", KINDS)
def test_its_register_comes_back_as_it_went_out(kind):
    content, before = exported(kind), everything()

    assert import_register(content, name=f"register.{kind}") == NOTHING
    assert everything() == before
    if kind == "xlsx":
        assert {sheet.title: sheet.max_row - 1 for sheet in opened(content)} == SIZES


@pytest.mark.long
@needs_libreoffice
@pytest.mark.parametrize("kind", KINDS)
def test_a_title_changed_in_a_spreadsheet_program_changes_one_field_of_one_record(libreoffice, kind):
    before, versions_before, title = plain(), versions(), "虹桥“改”；=1+1"
    content = content_of(edit(opened(), "missions", "FP-049", title_zh=title))
    if kind == "csv":
        present = Mission.objects.get(code="FP-049").title_zh
        content = exported(kind).replace(present.encode(), title.encode())
    stored = libreoffice.convert(content, kind, "csv" if kind == "csv" else "xlsx")

    assert import_register(stored, name=f"register.{kind}").counts == {"missions": (0, 1)}

    changed = differences(before, plain())
    assert changed.pop(("missions", "FP-049", "search_text"))
    assert {place: after for place, (_before, after) in changed.items()} == {("missions", "FP-049", "title_zh"): title}
    versions_before["missions"]["FP-049"] += 1
    assert versions() == versions_before
