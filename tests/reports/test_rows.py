"""The rows of the missions, which are read without a record, beside the records: every column, query, sort and day."""

import csv
import io
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.utils.translation import override

from missions import file_tables
from missions.models import Area, Kind, Organisation, Provenance
from missions.report_filters import ReportFilter
from missions.reports.completion import listing
from missions.reports.csv import cell, guarded
from missions.reports.report import plain
from missions.reports.words import inert
from missions.status import Deadline, Status
from tests.reports.test_hostile_texts import EVERYTHING

QUERIES = [
    "",
    "sort=-title",
    "sort=due&involves=SH",
    "sort=-changed&as_of=2024-03-01",
    "sort=status&as_of=2024-06-30&known_at=2024-03-02",
    "sort=-owner&as_of=2023-12-01&known_at=2023-12-31",
]


def asked(query):
    found = ReportFilter(QueryDict(query), language="en")
    assert found.form.is_valid()
    return found


def worded(choices, value):
    """The word in each language."""
    with override("en"):
        english = str(choices(value).label)
    with override("zh-hans"):
        return english, str(choices(value).label)


def listed(records):
    return ";".join(record.code for record in records.order_by("position", "code"))


def row(mission):
    """What the file holds of a mission, off its record."""
    owner, theme = mission.lead_owner, mission.theme
    return (
        *(mission.code, mission.instrument.code, mission.status_asof, mission.since_asof, mission.deadline_asof),
        *(owner.code, theme.code, mission.due_asof, inert(mission.title_en), inert(mission.title_zh)),
        *worded(Status, mission.status_asof),
        *worded(Deadline, mission.deadline_asof),
        *(owner.name_en, owner.name_zh, theme.name_en, theme.name_zh),
        *(listed(mission.supporting_owners), listed(mission.areas)),
        *(mission.kind, *worded(Kind, mission.kind), mission.provenance, *worded(Provenance, mission.provenance)),
        *(mission.clause, mission.clause_zh, mission.due_first_asof, mission.due_moves_asof),
    )


@pytest.fixture
def reordered(world):
    """The world, where neither owners nor areas stand in the order of their codes, nor in that of their keys."""
    for model in (Organisation, Area):
        for place, code in enumerate(sorted(model.objects.values_list("code", flat=True), reverse=True)):
            model.objects.filter(code=code).update(position=place // 2)


@pytest.mark.both_databases
@pytest.mark.parametrize("query", QUERIES)
def test_each_row_says_what_the_record_says_wherever_one_part_ends(reordered, query, monkeypatch):
    monkeypatch.setattr(file_tables, "ROWS", 5)
    monkeypatch.setattr(file_tables, "LISTS", 2)

    rows = list(listing(asked(query)).records)

    assert rows == [row(mission) for mission in asked(query).qs]
    assert len(rows) > 5


@pytest.mark.both_databases
def test_days_are_days_and_lists_have_several_codes(reordered):
    rows = list(listing(asked("")).records.dicts())

    assert {type(each["status_since"]) for each in rows} == {date}
    assert {type(each["due"]) for each in rows} == {date, type(None)}
    assert max(each["supporting_owners"].count(";") for each in rows) > 0
    assert max(each["areas"].count(";") for each in rows) > 0


def test_what_was_read_once_can_be_read_again(reordered):
    report = listing(asked(urlencode({"sort": "-due"})))

    assert list(report.records) == list(report.records) == list(report.records.kept())


TEXTS = [
    *EVERYTHING,
    "",
    " ",
    "a,b",
    'a"b',
    '"',
    ",",
    "a\nb",
    "a\rb",
    "\ta",
    '=1,"2"',
    "\r\n",
    "\u3000全角",
    "\x85",
    "a;b",
]
OTHERS = [None, True, False, 0, -1, 12, Decimal("1.5"), Decimal("-3"), date(2024, 6, 30)]


@pytest.mark.parametrize("value", TEXTS + OTHERS)
def test_a_cell_is_what_pythons_own_writer_makes_of_the_guarded_value(value):
    written = io.StringIO(newline="")
    csv.writer(written).writerow([guarded(plain(value)), "next"])

    assert f"{cell(value)},next\r\n" == written.getvalue()
