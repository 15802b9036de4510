"""The numbers of a completion report against a few records, counted by hand."""

import json

import pytest

from missions.models import Provenance
from tests import factories
from tests.reports.reading import fetched


def report(client, query="", **parameters):
    pairs = [tuple(pair.split("=")) for pair in query.split("&") if pair]
    return json.loads(fetched(client, "json", *pairs, *parameters.items())[1])


def moved(client, query):
    movements = report(client, query)["movements"]
    assert [len(movement["codes"]) for movement in movements.values()] == [each["count"] for each in movements.values()]
    return {kind: movement["codes"] for kind, movement in movements.items() if movement["codes"]}


def test_totals_are_those_of_the_records(client, example):
    document = report(client)

    # (records, completed, documented, counted: all but the withdrawn)
    names = ("records", "completed", "documented", "counted")
    counts = {
        dimension: {group["code"]: tuple(map(group.get, names)) for group in total["groups"]}
        for dimension, total in document["totals"].items()
    }
    assert tuple(map(document["whole"].get, names)) == (5, 2, 1, 4)
    assert document["whole"]["statuses"] == {"completed": 2, "in_progress": 1, "paused": 1, "withdrawn": 1}
    assert counts == {
        "instrument": {"FP": (3, 2, 1, 3), "EX": (2, 0, 0, 1)},
        "theme": {"T1": (3, 1, 1, 2), "T2": (2, 1, 0, 2)},
        "owner": {"O1": (5, 2, 1, 4)},
        "status": {
            "completed": (2, 2, 1, 2), "in_progress": (1, 0, 0, 1), "paused": (1, 0, 0, 1), "withdrawn": (1, 0, 0, 0),
        },
        "deadline": {"met": (1, 1, 1, 1), "none": (3, 1, 0, 2), "overdue": (1, 0, 0, 1)},
    }  # fmt: skip


def test_reported_figures_stand_beside_documented_ones(client, example):
    beside = report(client)["reported_beside_documented"]
    rows = [
        (row["instruments"], row["documented"], row["completed"], row["counted"],
         [(figure["value"], figure["total"], figure["measure"], figure["day"]) for figure in row["reported"]])
        for row in beside
    ]  # fmt: skip

    assert rows == [
        (["FP"], 1, 2, 3, [(9, 10, "completed", "2024-03-01")]),
        (["EX"], 0, 0, 1, []),
    ]
    assert [row["instruments"] for row in report(client, "instrument=EX")["reported_beside_documented"]] == [["EX"]]


@pytest.mark.parametrize("query", ["as_of=2024-06-01&since=2024-06-02", "since=2024-06-02&until=2024-06-01",
                                   "as_of=2024-06-01&since=2024-06-10&until=2024-06-20"])  # fmt: skip
def test_a_period_that_ends_before_it_begins_is_refused(client, example, query):
    response = client.get(f"/en/report/completion.json?{query}")

    assert (response.status_code, [error["parameter"] for error in response.json()["errors"]]) == (400, ["since"])


def test_the_filter_is_stated_in_words_of_both_languages(client, example):
    query = (
        "q=b&instrument=FP&status=completed&status=paused&deadline=met&moved=1&theme=T1&area=A1&owner=O1&involves=O1"
        "&kind=policy&provenance=editorial-split&due_after=2024-01-01&due_before=2024-12-31&changed_after=2024-01-03"
        "&changed_before=2024-06-04&sort=-due"
    )
    shown = [(fact["value"]["en"], fact["value"]["zh"]) for fact in report(client, query)["filter"]]

    assert shown == [
        ("b", "b"), ("Instrument FP", "文件FP"), ("Completed, Paused", "已完成、暂停"), ("Met", "如期完成"),
        ("Due date moved", "期限有调整"), ("Theme T1", "主题T1"), ("Area A1", "区域A1"), ("Office", "办公室"),
        ("Office", "办公室"), ("Policy", "政策"), ("Our reading of the source", shown[10][1]),
        ("1 Jan 2024", "2024年1月1日"), ("31 Dec 2024", "2024年12月31日"),
        ("3 Jan 2024", "2024年1月3日"), ("4 Jun 2024", "2024年6月4日"),
        ("Due, last first", "期限（倒序）"),
    ]  # fmt: skip
    assert report(client, "page=2&unknown=1&sort=programme")["filter"] == []


def test_a_note_says_how_many_records_are_our_own_cut(client, example):
    factories.mission("X-1", provenance=Provenance.OFFICIAL)
    with_note, without = report(client)["notes"], report(client, "provenance=official")["notes"]

    (note,) = [note for note in with_note if note not in without]
    assert ("5 of these records" in note["en"], "5" in note["zh"]) == (True, True)
