"""Page, API, CSV and the data set name the same missions with the same statuses, whatever is asked, on any day."""

import csv
import io
import json

import pytest
import time_machine
from django.test import Client
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings

from tests.api.unzipped import unzipped
from tests.public.dom import parse
from tests.public.oracle import Answer, standing
from tests.public.queries import LAST, pairs, queries
from tests.public.world import NOW, OWNERS, World

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.no_cover]

bounded = settings(
    derandomize=True, max_examples=40, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


STATE = ("code", "status", "deadline", "due", "due_first", "due_moves")


def on_the_page(client, query):
    page = parse(client.get(f"/en/missions/?{query}&per_page=100"))
    rows = [row for row in page.one(id="results").all("tr") if row.get("data-code")]
    return [
        (row["data-code"], row["data-status"], "".join(m.text for m in row.all("span", class_="moved"))) for row in rows
    ]


def in_the_api(client, query):
    answer = client.get(f"/api/v1/missions?{query}&per_page=1000").json()
    assert answer["total"] == len(answer["items"])
    return [tuple(item[name] for name in STATE) for item in answer["items"]]


def in_the_csv(client, query):
    text = client.get(f"/en/report/completion.csv?{query}").getvalue().decode("utf-8-sig")
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [(*(row[name] or None for name in STATE[:-1]), int(row["due_moves"])) for row in rows]


def in_the_json(client, query):
    answer = client.get(f"/en/report/completion.json?{query}")
    return [tuple(row[name] for name in STATE) for row in json.loads(answer.getvalue())["missions"]]


def in_the_data_set(world, query):
    """As anybody finds it who has the files: by the oracle, which knows neither database nor code of this site."""
    answer = Answer(world, query, language="en", today=LAST)
    records = {record.plain.code: record for record in answer.there}
    return [records[code] for code in answer.codes]


def as_stated(record):
    days = [day and day.isoformat() for day in (record.due, record.first)]
    return record.plain.code, record.status, record.deadline, *days, record.moves


def as_shown(record):
    """What the row of the page says of moves, beside the status."""
    moved = ""
    if record.status != "withdrawn" and record.first and (record.moves or not record.due):
        first = f"first {record.first.day} {record.first:%b} {record.first.year}"
        often = "moved once, " if record.moves == 1 else f"moved {record.moves} times, "
        moved = f"{often}{first}" if record.due else f"no date · {first}"
    return record.plain.code, record.status, moved


@pytest.mark.parametrize("seed", [4, 5])
def test_whatever_is_asked_all_four_name_the_same_codes_statuses_and_dates(seed):
    World(seed)
    client, found = Client(), []

    @bounded
    @given(query=queries())
    def check(query):
        asked = urlencode(pairs(query))
        expected = in_the_data_set(world, query)

        stated = list(map(as_stated, expected))
        assert on_the_page(client, asked) == list(map(as_shown, expected))
        assert in_the_api(client, asked) == stated
        assert in_the_csv(client, asked) == stated
        assert in_the_json(client, asked) == stated
        found.extend(expected)

    with time_machine.travel(NOW, tick=False):
        world = unzipped(client.get("/data/hubtracker.zip").getvalue())
        assert world.parents == OWNERS
        check()
    assert len({record.status for record in found}) == 6
    assert {0, 1, 2} <= {record.moves for record in found}


def test_a_status_that_one_of_them_had_otherwise_would_be_seen():
    """The comparison is of what stands there: the data set of a day before another report is another one."""
    world = World(4)
    with time_machine.travel(NOW, tick=False):
        client = Client()
        before = unzipped(client.get("/data/hubtracker.zip").getvalue())
        plain = next(p for p in world.plain if (now := standing(p, LAST, LAST)) and now.status == "in_progress")
        for entry in before.plain[[p.code for p in before.plain].index(plain.code)].entries:
            entry.status = "paused"

        found = list(map(as_shown, in_the_data_set(before, {})))
        assert found != on_the_page(client, "") == list(map(as_shown, in_the_data_set(world, {})))
