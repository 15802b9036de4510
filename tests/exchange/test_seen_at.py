"""Where a copy of a source was seen goes with the programme's own files alone."""

import pytest

from missions.exchange.programme_tables import SOURCES
from missions.models import Source
from tests import build
from tests.exchange.registering import edit, imported, place, sheet, sheets

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["xlsx", "ods"])
def test_the_register_goes_out_without_it_and_comes_back_without_losing_it(kind):
    build.source("s1", title="Before", seen_at="https://gesehen.example/")

    grids = sheets(kind)
    imported(edit(grids, "sources", "s1", title="After"))

    assert "seen_at" not in sheet(grids, "sources").rows[0]
    assert [place(grids, "sources", "s1", name)[0] for name in ("title_zh", "publisher_zh", "form")] == [1, 1, 1]
    assert Source.objects.values_list("title", "seen_at").get() == ("After", "https://gesehen.example/")


def test_it_is_a_column_of_the_programmes_files_and_of_the_template():
    assert "seen_at" in [column.name for column in SOURCES.columns]
