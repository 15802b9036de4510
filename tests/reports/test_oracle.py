"""The numbers of a completion report against an independent oracle, in a programme from a seed."""

import json
from datetime import timedelta
from itertools import product

import pytest

from tests.public.changed import all_changes
from tests.public.oracle import Answer, state_on
from tests.public.queries import LAST, pairs
from tests.reports.reading import fetched

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
