"""Columns and files that a programme may be without say nothing; a source that left the file is no longer named."""

import pytest

from missions.exchange.programme import load_programme
from missions.exchange.programme_tables import REGISTER, TABLES
from missions.models import Area, Contradiction, Programme, ProgrammeDay, Source
from tests import build
from tests.exchange.folders import append, change, everything, refused, replace, write, written

pytestmark = pytest.mark.django_db

PROGRAMME = ["willow", "Willow Harbour", "柳港", "Willow", "柳港", "A harbour.", "港口。"]
NAMES = ["key", "name_en", "name_zh", "short_name_en", "short_name_zh", "about_en", "about_zh"]


def test_these_may_be_missing():
    optional = [f"{table.name}.{column.name}" for table in TABLES for column in table.columns if column.is_optional]
    assert optional == [
        "sources.title_zh",
        "sources.publisher_zh",
        "sources.form",
        "sources.seen_at",
        "areas.province_or_city_zh",
        "areas.parent_code",
        "instruments.notes_zh",
        "missions.clause_zh",
        "reported_figures.unit_zh",
        "events.key",
    ]
    assert [table.name for table in REGISTER if table.is_optional] == ["programme", "timeline", "contradictions"]


def test_a_required_column_may_not_be_missing(folder):
    replace(
        folder, "areas.csv", "code,name_en,name_zh,province_or_city,zone", "code,name_en,name_zh,province_or_city,x"
    )

    assert refused(folder) == [
        "areas.csv, line 1, column “x”: The column is not known: remove it, or correct its name.",
        "areas.csv, line 1, column zone: The column is missing: add it.",
    ]


def test_a_new_record_has_nothing_in_a_missing_column(folder):
    summary = load_programme(folder)

    source, area = Source.objects.get(key="plan"), Area.objects.get(code="NORTH")
    assert (source.title_zh, source.form, source.seen_at, area.parent) == ("", "", "", None)
    assert "form" not in source.loaded
    assert Programme.objects.count() == ProgrammeDay.objects.count() == Contradiction.objects.count() == 0
    assert {"programme", "timeline", "contradictions"}.isdisjoint(summary.files)


def test_a_missing_column_keeps_what_is_stored(folder):
    header, *rows = (folder / "areas.csv").read_text().splitlines()
    before = "\n".join([header, *rows, ""])
    (folder / "areas.csv").write_text(
        "\n".join([f"{header},parent_code", *[f"{row},ALL" for row in rows[1:]], rows[0] + ",", ""])
    )
    load_programme(folder)
    assert Area.objects.get(code="NORTH").parent.code == "ALL"
    (folder / "areas.csv").write_text(before)

    load_programme(folder)

    north = Area.objects.get(code="NORTH")
    assert (north.parent.code, north.loaded["parent_code"]) == ("ALL", "ALL")


def test_a_column_that_comes_later_fills_records_that_no_file_filled(folder):
    load_programme(folder)
    header, *rows = (folder / "areas.csv").read_text().splitlines()
    edited = Area.objects.get(code="SOUTH")
    edited.province_or_city_zh = "南市"
    edited.save()
    (folder / "areas.csv").write_text(
        "\n".join([f"{header},province_or_city_zh", *[f"{row},柳市" for row in rows], ""])
    )

    summary = load_programme(folder)

    assert summary.changes == (
        "areas.csv, line 2, column province_or_city_zh: “” becomes “柳市”",
        "areas.csv, line 3, column province_or_city_zh: “” becomes “柳市”",
    )
    assert summary.conflicts == (
        "areas.csv, line 4, column province_or_city_zh: edited here (“南市”), the file says “柳市”; left as it is",
    )


def test_a_column_that_comes_later_and_is_empty_writes_nothing(folder):
    load_programme(folder)
    header, *rows = (folder / "areas.csv").read_text().splitlines()
    (folder / "areas.csv").write_text("\n".join([f"{header},parent_code", *[f"{row}," for row in rows], ""]))
    before = everything()

    assert written(load_programme(folder)) == (0, 0, 0)
    assert everything() == before


def test_a_missing_file_keeps_its_records(folder):
    write(folder, "programme.csv", [NAMES, PROGRAMME])
    write(
        folder, "timeline.csv", [["date", "label_en", "label_zh", "source_key"], ["2024-03-01", "Plan", "规划", "plan"]]
    )
    write(folder, "contradictions.csv", [["key", "text_en", "text_zh"], ["six", "Six or four.", "六或四。"]])
    load_programme(folder)
    for name in ("programme", "timeline", "contradictions"):
        (folder / f"{name}.csv").unlink()

    summary = load_programme(folder)

    assert (written(summary), summary.notes) == ((0, 0, 0), ())
    assert Programme.objects.get().name_zh == "柳港"
    assert (ProgrammeDay.objects.get().source.key, Contradiction.objects.get().position) == ("plan", 1)


# --- areas ---


def nested(folder, **parents):
    header, *rows = (folder / "areas.csv").read_text().splitlines()
    lines = [f"{row},{parents.get(row.partition(',')[0], '')}" for row in rows]
    (folder / "areas.csv").write_text("\n".join([f"{header},parent_code", *lines, ""]))


def test_areas_nest_and_may_stand_before_the_one_above_them(folder):
    nested(folder, ALL="NORTH", NORTH="SOUTH")

    load_programme(folder)

    assert list(Area.objects.values_list("code", "parent__code", "position")) == [
        ("ALL", "NORTH", 1),
        ("NORTH", "SOUTH", 2),
        ("SOUTH", None, 3),
    ]


def test_areas_do_not_form_a_ring(folder):
    nested(folder, ALL="NORTH", NORTH="SOUTH", SOUTH="ALL")

    assert refused(folder) == [
        f"areas.csv, line {line}, column parent_code: An area cannot stand below itself." for line in (2, 3, 4)
    ]


def test_areas_may_not_form_a_ring_by_an_edit_here_and_one_in_the_file(folder):
    nested(folder, NORTH="ALL")
    load_programme(folder)
    above = Area.objects.get(code="ALL")
    above.parent = Area.objects.get(code="SOUTH")
    above.save()
    change(folder, "areas.csv", "SOUTH", parent_code="NORTH")

    assert refused(folder) == [
        f"areas.csv, line {line}, column parent_code: An area cannot stand below itself." for line in (2, 3, 4)
    ]


# --- sources that are gone ---


def test_a_source_that_is_gone_is_no_longer_named(folder):
    append(folder, "sources.csv", "more,More (invented),hijacked.example,2024-01-01,https://hijacked.example/,en")
    load_programme(folder)
    source = Source.objects.get(key="more")
    source.seen_at, source.publisher = "https://hijacked-2.example/", "Edited here"
    source.save()
    replace(
        folder, "sources.csv", "more,More (invented),hijacked.example,2024-01-01,https://hijacked.example/,en\n", ""
    )

    summary = load_programme(folder)

    assert summary.changes == (
        "sources.csv: more is no longer in the file: its address is emptied, and its publisher no longer named",
    )
    assert (written(summary), summary.notes) == ((0, 1, 0), ())
    source.refresh_from_db()
    assert (source.url, source.seen_at) == ("", "")
    assert (source.publisher, source.publisher_zh) == ("Publisher not named", "来源未注明")
    assert (source.title, str(source.published_on), source.history.count()) == ("More (invented)", "2024-01-01", 3)
    before = everything()
    again = load_programme(folder)
    assert (written(again), again.changes) == ((0, 0, 0), ())
    assert again.notes == ("sources.csv: no longer in the file, left as they are: more",)
    assert everything() == before


def test_a_source_made_here_keeps_its_address(folder):
    load_programme(folder)
    source = build.source("here", url="https://example.org/here")

    load_programme(folder)

    source.refresh_from_db()
    assert source.url == "https://example.org/here"


def test_a_source_that_comes_back_is_named_again(folder):
    line = "more,More (invented),A paper,,https://example.org/more,en"
    append(folder, "sources.csv", line)
    load_programme(folder)
    replace(folder, "sources.csv", f"{line}\n", "")
    load_programme(folder)
    append(folder, "sources.csv", line)

    summary = load_programme(folder)

    assert (written(summary), summary.conflicts) == ((0, 1, 0), ())
    assert Source.objects.get(key="more").url == "https://example.org/more"


def test_a_second_programme_is_refused_at_its_row(folder):
    write(folder, "programme.csv", [NAMES, PROGRAMME, ["another", *PROGRAMME[1:]]])

    assert refused(folder) == ["programme.csv, line 3: A site has one programme: remove this row."]
