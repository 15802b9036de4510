"""What moved, what changed and what is cited, against a naive reading of the contract, in a programme of everything."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given

from tests.public.changed import all_changes
from tests.public.oracle import Answer, standing
from tests.public.queries import LAST, pairs
from tests.reports.reading import fetched
from tests.reports.test_every_format import bounded, report_queries

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]
OPEN = ("unreported", "not_started", "in_progress", "paused")


class Expected(Answer):
    """What a report must say of a query beside its missions."""

    def __init__(self, world, query):
        super().__init__(world, query, language="zh-hans" if query["lang"] == ["zh"] else "en", today=LAST)
        self.on, self.known_at = self._day("as_of") or LAST, self._day("known_at") or LAST
        self.until = min(self._day("until") or self.on, self.on)
        self.since = self._day("since") or min(self.on - timedelta(days=90), self._day("until") or self.on)
        self.listed = [next(plain for plain in world.plain if plain.code == code) for code in self.codes]

    def then(self, plain, day):
        """(status, deadline state, moves) at the end of a day; of none that was not there yet."""
        found = standing(plain, day, self.known_at)
        return (found.status, found.deadline, found.moves) if found else ("", "", 0)

    def changes(self, plain):
        found = [change for change in all_changes(plain, self.on, self.known_at) if change.kind != "opening"]
        return [change for change in found if self.since <= change.day <= self.until]

    @property
    def movements(self):
        moved = {"newly_completed": [], "newly_overdue": [], "reopened": [], "deadline_moved": [], "corrected": []}
        for plain in self.listed:
            (was, due, moves), (now, due_now, moves_now) = self.then(plain, self.since), self.then(plain, self.until)
            kinds = {
                "newly_completed": was != "completed" == now,
                "newly_overdue": due != "overdue" == due_now,
                "reopened": was == "completed" and now in OPEN,
                "deadline_moved": moves_now > moves,
                "corrected": any(change.kind == "correction" for change in self.changes(plain)),
            }
            for kind in kinds:
                moved[kind] += [plain.code] * kinds[kind]
        return moved

    @property
    def entries(self):
        found = [change for plain in self.listed for change in self.changes(plain)]
        found.sort(key=lambda change: (change.day, change.entry.id))
        return [(change.code, change.entry.id, change.day.isoformat()) for change in found]

    @property
    def evidence(self):
        """One piece of each entry in effect."""
        cited = []
        for plain in self.listed:
            known = [entry for entry in plain.entries if entry.known_on <= self.known_at]
            replaced = {entry.corrects for entry in known}
            found = [entry for entry in known if entry.id not in replaced and entry.effective_on <= self.on]
            cited += [(plain.code, entry.effective_on.isoformat(), entry.id) for entry in found]
        return sorted(cited)


def test_movements_changes_and_evidence_are_what_the_ledger_says(client, world):
    @bounded
    @given(query=report_queries())
    def check(query):
        said, expected = json.loads(fetched(client, "json", *pairs(query))[1]), Expected(world, query)

        assert (said["since"], said["until"]) == (expected.since.isoformat(), expected.until.isoformat())
        moved = {kind: (movement["count"], movement["codes"]) for kind, movement in said["movements"].items()}
        assert moved == {kind: (len(codes), codes) for kind, codes in expected.movements.items()}
        assert [(row["code"], row["entry"], row["day"]) for row in said["changes"]] == expected.entries
        assert [(row["code"], row["effective_on"], row["entry"]) for row in said["evidence"]] == expected.evidence

    check()


def test_missions_move_in_every_way_between_two_days(client, world):
    query = {"lang": ["en"], "since": ["2023-06-01"], "as_of": ["2024-06-30"]}
    expected = Expected(world, query).movements
    said = json.loads(fetched(client, "json", *pairs(query))[1])["movements"]

    assert {kind: movement["codes"] for kind, movement in said.items()} == expected
    assert [kind for kind, codes in expected.items() if not codes] == []


def test_each_dimension_counts_each_record_once_by_every_status(client, world):
    said = json.loads(fetched(client, "json")[1])

    whole = said["whole"]
    for total in said["totals"].values():
        for name in ("records", "completed", "documented", "counted"):
            assert sum(group[name] for group in total["groups"]) == whole[name]
        for group in total["groups"]:
            assert group["records"] == sum(group["statuses"].values()) > 0
    assert (whole["records"], len(said["missions"])) == (32, 32)
    assert whole["documented"] > 0


def test_documented_is_counted_as_it_is_beside_what_is_reported(client, world):
    for query in ([], [("as_of", "2024-03-02")], [("as_of", "2024-03-02"), ("known_at", "2024-03-02")]):
        said = json.loads(fetched(client, "json", *query)[1])

        groups = {group["code"]: group for group in said["totals"]["instrument"]["groups"]}
        alone = [beside for beside in said["reported_beside_documented"] if len(beside["instruments"]) == 1]
        names = ("documented", "completed", "counted")
        assert {beside["instruments"][0]: [beside[name] for name in names] for beside in alone} == {
            code: [group[name] for name in names] for code, group in groups.items()
        }


def test_the_period_is_ninety_days_before_the_day_asked_about(client, world):
    periods = {}
    for query in ("", "as_of=2024-03-02", "until=2024-05-01", "as_of=2024-03-02&until=2023-01-01", "since=2024-01-01"):
        asked = [tuple(pair.split("=")) for pair in query.split("&") if pair]
        said = json.loads(fetched(client, "json", *asked)[1])
        periods[query] = (said["since"], said["until"])

    day = (date(2024, 6, 30) - timedelta(days=90)).isoformat()
    assert periods == {
        "": (day, "2024-06-30"),
        "as_of=2024-03-02": ("2023-12-03", "2024-03-02"),
        "until=2024-05-01": (day, "2024-05-01"),
        "as_of=2024-03-02&until=2023-01-01": ("2023-01-01", "2023-01-01"),
        "since=2024-01-01": ("2024-01-01", "2024-06-30"),
    }
