"""The numbers of a completion report: of a few records, counted by hand, and of a random programme by an oracle."""

import json
from datetime import timedelta
from itertools import product

import pytest

from missions.models import Provenance
from tests import factories
from tests.public.changed import all_changes
from tests.public.oracle import Answer, state_on
from tests.public.queries import LAST, pairs
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


# --- any query and date -----------------------------------------------------------------------------------------------

OPEN = ("unreported", "not_started", "in_progress", "paused")
DIMENSIONS = ["instrument", "theme", "owner", "status", "deadline"]


class Expected(Answer):
    """What a report must say of a query, computed from plain records."""

    def __init__(self, world, query):
        super().__init__(world, query, language="en", today=LAST)
        self.on, self.known_at = self._day("as_of") or LAST, self._day("known_at") or LAST
        self.until = min(self._day("until") or self.on, self.on)
        self.since = self._day("since") or min(self.on - timedelta(days=90), self.until)
        records = {plain.code: plain for plain in world.plain}
        self.listed = [records[code] for code in self.codes]

    @property
    def totals(self):
        totals = {dimension: {} for dimension in DIMENSIONS}
        for plain in self.listed:
            now = state_on(plain, self.on, self.known_at)
            values = (plain.instrument, plain.theme, plain.lead, now.status, now.deadline)
            for groups, value in zip(totals.values(), values, strict=True):
                counts = groups.setdefault(value, {})
                counts[now.status] = counts.get(now.status, 0) + 1
        return totals

    def changes(self, plain):
        found = [change for change in all_changes(plain, self.on, self.known_at) if change.kind != "opening"]
        return [change for change in found if self.since <= change.day <= self.until]

    @property
    def movements(self):
        kinds = ("newly_completed", "newly_overdue", "reopened", "deadline_moved", "corrected")
        moved = {kind: [] for kind in kinds}
        for plain in self.listed:
            before, after = (state_on(plain, day, self.known_at) for day in (self.since, self.until))
            was, now = (
                (state.status, state.deadline, state.moves) if state else ("", "", 0) for state in (before, after)
            )
            is_moved = (
                was[0] != "completed" == now[0],
                was[1] != "overdue" == now[1],
                was[0] == "completed" and now[0] in OPEN,
                now[2] > was[2],
                any(change.kind == "correction" for change in self.changes(plain)),
            )
            for kind, is_one in zip(kinds, is_moved, strict=True):
                moved[kind] += [plain.code] * is_one
        return moved

    @property
    def entries(self):
        found = [change for plain in self.listed for change in self.changes(plain)]
        found.sort(key=lambda change: (change.day, change.entry.id))
        return [(change.code, change.entry.id, change.day.isoformat()) for change in found]

    @property
    def evidence(self):
        cited = []
        for plain in self.listed:
            known = [entry for entry in plain.entries if entry.known_on <= self.known_at]
            replaced = {entry.corrects for entry in known}
            found = [entry for entry in known if entry.id not in replaced and entry.effective_on <= self.on]
            cited += [(plain.code, entry.effective_on.isoformat(), entry.id) for entry in found]
        return sorted(cited)


FILTERS = [{}, {"status": ["completed", "paused"]}, {"involves": ["SH"], "sort": ["-changed"]},
           {"deadline": ["overdue"]}, {"q": ["bridge"], "sort": ["due"]}]  # fmt: skip
DAYS = [{}, {"as_of": ["2024-03-02"], "since": ["2023-06-01"]}, {"known_at": ["2024-03-02"], "since": ["2023-06-01"]},
        {"until": ["2024-04-30"], "since": ["2022-06-01"]}]  # fmt: skip


@pytest.mark.both_databases
def test_a_report_is_what_the_ledger_says(client, world):
    sizes, kinds = [], set()
    for filters, days in product(FILTERS, DAYS):
        query = filters | days
        document, expected = json.loads(fetched(client, "json", *pairs(query))[1]), Expected(world, query)
        totals = {
            dimension: {group["code"]: group["statuses"] for group in total["groups"]}
            for dimension, total in document["totals"].items()
        }

        assert [row["code"] for row in document["missions"]] == expected.codes, query
        assert totals == expected.totals, query
        assert {kind: movement["codes"] for kind, movement in document["movements"].items()} == expected.movements
        assert [(row["code"], row["entry"], row["day"]) for row in document["changes"]] == expected.entries, query
        assert [(row["code"], row["effective_on"], row["entry"]) for row in document["evidence"]] == expected.evidence
        sizes.append(len(expected.codes))
        kinds |= {kind for kind, codes in expected.movements.items() if codes}
    assert (len([size for size in sizes if size > 2]) > 12, len(kinds)) == (True, 5)
