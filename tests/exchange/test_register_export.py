"""The register as a file: whatever its texts, they come back as they went out, and none is a formula."""

import csv
import io
from datetime import date

import pytest
from django.core.management import CommandError, call_command

from missions.models import ReportedFigure
from tests import factories
from tests.exchange.folders import NOTHING, everything, plain
from tests.exchange.registering import cell, exported, import_register, opened

pytestmark = pytest.mark.django_db

KINDS = ["xlsx", "ods", "csv"]
NASTY = [
    "=1+1", "'=1+1", "''=1+1", "+1", "-1", "-", "@x", "'quoted'", "'", '"quoted"; "twice"', "a;b；c、d,e",
    "line 1\nline 2\n\nline 4", "=line 1\nline 2", "two  spaces", "任务（一）：ＡＢＣ１２３", "😀 𠮷 e\u0301 ﬁ",
    "_x0041_ _x000D_", "<b>&amp;</b> ]]>", "TRUE", "45353", "0012", "1e5", "2024-03-02", "#REF!",
    "http://example.org/ mailto:x@example.org", "5" * 5000, "字" * 5000,
]  # fmt: skip


def build_nasty():
    """A mission for each text, in each field that takes it, and numbers and dates at their limits."""
    for text in NASTY:
        line = text.replace("\n", " ")
        mission = factories.mission(title_en=line[:300], title_zh=line[:300], clause=line[:500])
        mission.description_en = mission.description_zh = text
        mission.save()
    factories.source("s2", title="=1", publisher="-", published_on=date(1905, 7, 17))
    factories.source("s3", title="'@", publisher="+", published_on=date(1900, 1, 1))
    factories.instrument("X", issued_on=None, notes="=a\nb", citation="-")
    for value in ("-0.0001", "12345678901.1234", "0", "100"):
        ReportedFigure.objects.create(
            as_of=date(1900, 2, 28), indicator_en=f"=I {value}", indicator_zh="指标", value=value, unit="-",
            source=factories.source("s3"),
        )  # fmt: skip
    first = factories.mission(
        "M-1", due=date(2025, 12, 31), status="in_progress", areas=[factories.area("A2"), factories.area()]
    )
    factories.deadline(first, date(2026, 6, 30), on=date(2024, 2, 1))
    factories.correct(first.changes.get(kind="opening"), due=date(2025, 6, 30), effective_on=date(2021, 3, 1))
    factories.mission("M-2", status="withdrawn")
    factories.mission("M-3", opened=False)


@pytest.fixture(scope="module")
def nasty(module_db):
    build_nasty()
    return {kind: exported(kind) for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_the_texts_an_unedited_file_changes_nothing(nasty, kind, db):
    before, everything_before = plain(), everything()

    assert import_register(nasty[kind], name=f"register.{kind}") == NOTHING
    assert (plain(), everything()) == (before, everything_before)
    if kind == "xlsx":
        assert exported() == nasty[kind]


def test_in_a_workbook_numbers_are_numbers_dates_are_dates_and_no_text_is_a_formula(nasty):
    book = opened(nasty["xlsx"])

    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} == {"n", "s", "d"}
    assert (cell(book, "missions", "M-1", "due").value.date(), cell(book, "missions", "M-1", "number").data_type) == (
        date(2026, 6, 30), "n",
    )  # fmt: skip
    titles = [row[4] for row in book["missions"].values]
    assert [text for text in NASTY[:10] if text not in titles] == []


def test_no_cell_of_the_csv_file_runs_as_a_formula(nasty):
    content = nasty["csv"]

    assert content.startswith(b"\xef\xbb\xbfcode,instrument,number,")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert [text for row in rows for text in row if text.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))] == []
    assert [row[4] for row in rows if "=1+1" in row[4]] == ["'=1+1", "''=1+1", "'''=1+1"]


@pytest.mark.parametrize("name", ["register.xls", "nowhere/register.xlsx", "register"])
def test_export_to_another_kind_or_place_fails_and_writes_nothing(tmp_path, name):
    with pytest.raises(CommandError):
        call_command("export_register", tmp_path / name)
    assert list(tmp_path.iterdir()) == []
