"""Page, API, CSV and the data set name the same missions with the same statuses, whatever is asked, on any day."""

import csv
import io

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


def on_the_page(client, query):
    page = parse(client.get(f"/en/missions/?{query}&per_page=100"))
    return [(row["data-code"], row["data-status"]) for row in page.one(id="results").all("tr") if row.get("data-code")]


def in_the_api(client, query):
    answer = client.get(f"/api/v1/missions?{query}&per_page=1000").json()
    assert answer["total"] == len(answer["items"])
    return [(item["code"], item["status"]) for item in answer["items"]]


def in_the_csv(client, query):
    text = client.get(f"/en/report/completion.csv?{query}").getvalue().decode("utf-8-sig")
    return [(row["code"], row["status"]) for row in csv.DictReader(io.StringIO(text, newline=""))]


def in_the_data_set(world, query):
    """As anybody finds it who has the files: by the oracle, which knows neither database nor code of this site."""
    answer = Answer(world, query, language="en", today=LAST)
    statuses = {record.plain.code: record.status for record in answer.there}
    return [(code, statuses[code]) for code in answer.codes]


@pytest.mark.parametrize("seed", [4, 5])
def test_whatever_is_asked_all_four_name_the_same_codes_and_statuses(seed):
    World(seed)
    client, found = Client(), []

    @bounded
    @given(query=queries())
    def check(query):
        asked = urlencode(pairs(query))
        expected = in_the_data_set(world, query)

        assert on_the_page(client, asked) == expected
        assert in_the_api(client, asked) == expected
        assert in_the_csv(client, asked) == expected
        found.extend(expected)

    with time_machine.travel(NOW, tick=False):
        world = unzipped(client.get("/data/hubtracker.zip").getvalue())
        assert world.parents == OWNERS
        check()
    assert len({status for _code, status in found}) == 6


def test_a_status_that_one_of_them_had_otherwise_would_be_seen():
    """The comparison is of what stands there: the data set of a day before another report is another one."""
    world = World(4)
    with time_machine.travel(NOW, tick=False):
        client = Client()
        before = unzipped(client.get("/data/hubtracker.zip").getvalue())
        plain = next(p for p in world.plain if (now := standing(p, LAST, LAST)) and now.status == "in_progress")
        for entry in before.plain[[p.code for p in before.plain].index(plain.code)].entries:
            entry.status = "paused"

        assert in_the_data_set(before, {}) != on_the_page(client, "") == in_the_api(client, "")
