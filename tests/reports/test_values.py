"""Values of every type that a model's field may hold, in the formats that write columns as they come."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import openpyxl
import pytest
from xlsxwriter import Workbook

from missions import reports
from missions.file_tables import FileColumn, FileTable
from missions.reports.workbook import Page
from tests import build
from tests.reports.reading import fetched

SHANGHAI = timezone(timedelta(hours=8))
# Value → as text in JSON and CSV.
TEXTS = {
    Decimal("120.50"): "120.5",
    Decimal("-0.00000010"): "-0.0000001",
    Decimal("1E+3"): "1000",
    date(2024, 6, 30): "2024-06-30",
    datetime(2024, 6, 30, 7, tzinfo=SHANGHAI): "2024-06-29T23:00:00+00:00",
    datetime(2024, 6, 30, 7, 0, 0, 5, tzinfo=UTC): "2024-06-30T07:00:00.000005+00:00",
}


class Values(FileTable):
    value = FileColumn(lambda mission: None)
    is_open = FileColumn(lambda mission: True)
    nothing = FileColumn(lambda mission: None)


@pytest.fixture
def fetched_with(client, noon, monkeypatch):
    """Fetches a report of one mission, whose columns are those of Values, with this value in the first."""
    build.mission("M-1")

    def fetch(ending, value):
        monkeypatch.setattr(Values.base_columns["value"], "read", lambda mission: value)
        plain = reports.FORMATS[ending]

        def changed(query):
            report = plain.build(query)
            return replace(report, records=replace(report.records, table=Values, rows=None))

        monkeypatch.setitem(reports.FORMATS, ending, plain._replace(build=changed))
        return fetched(client, ending)[1]

    return fetch


@pytest.mark.parametrize("value", TEXTS, ids=str)
def test_json_has_a_text_for_every_type(fetched_with, value):
    report = json.loads(fetched_with("json", value))

    assert report["missions"] == [{"value": TEXTS[value], "is_open": True, "nothing": None}]


@pytest.mark.parametrize("value", TEXTS, ids=str)
def test_csv_has_the_same_text(fetched_with, value):
    text = fetched_with("csv", value).decode("utf-8-sig")

    assert list(csv.reader(io.StringIO(text)))[1] == [TEXTS[value], "true", ""]


def test_a_workbook_has_a_decimal_as_a_number_with_its_decimals():
    file = io.BytesIO()
    with Workbook(file) as book:
        Page(book, "Values", [10], "foot").line(Decimal("120.50"))
    cell = openpyxl.load_workbook(file).active.cell(1, 1)

    assert (cell.value, cell.number_format) == (120.5, "General")
