"""Page, API and every file have the same missions with the same values, whatever is asked, on any day.

What they must have comes from a naive oracle over a random world, which knows neither the database nor this code.
"""

import csv
import io
import json
import zipfile

import openpyxl
import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils.http import urlencode
from hypothesis import HealthCheck, given, settings

from tests.contract.site import texts
from tests.public.dom import parse
from tests.public.oracle import Answer
from tests.public.queries import LAST, pairs, queries
from tests.public.reading import facet_counts
from tests.public.world import World

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = pytest.mark.no_cover

VALUES = ("code", "instrument", "status", "status_since", "deadline", "owner", "theme", "due", "due_first", "due_moves")


def bounded(examples):
    checks = list(HealthCheck)
    return settings(derandomize=True, max_examples=examples, deadline=None, database=None, suppress_health_check=checks)


@pytest.fixture(scope="module")
def world(module_noon):
    return World(4)


def expected_rows(world, query):
    """The values of each mission that the query finds, in its order."""
    answer = Answer(world, query, language="en", today=LAST)
    records = {record.plain.code: record for record in answer.there}
    return [values(records[code]) for code in answer.codes]


def values(record):
    since, due, first = (day and day.isoformat() for day in (record.since, record.due, record.first))
    plain = record.plain
    facts = (plain.code, plain.instrument, record.status, since, record.deadline, plain.lead, plain.theme)
    return (*facts, due, first, record.moves)


def body(client, address):
    response = client.get(address)
    content = response.getvalue()
    assert response.status_code == 200, address
    return response, content


def of_items(items):
    return [tuple(item[name] for name in VALUES) for item in items]


def of_csv(text):
    rows = csv.DictReader(io.StringIO(text, newline=""))
    return [(*(row[name] or None for name in VALUES[:-1]), int(row["due_moves"])) for row in rows]


def on_the_page(client, query, language="en"):
    """(the number stated, the code and status of each row, the counts beside the filters)"""
    page = parse(client.get(f"/{language}/missions/?{query}&per_page=100"))
    results = page.one(id="results")
    rows = [(row["data-code"], row["data-status"]) for row in results.all("tr") if row.get("data-code")]
    return int(results["data-total"]), rows, facet_counts(page)


def in_a_workbook(content):
    workbook = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    rows = list(workbook["Missions"].iter_rows(values_only=True))
    names = next(row for row in rows if "status_since" in row)
    code, status = names.index("code"), names.index("status")
    return [(row[code], row[status]) for row in rows[rows.index(names) + 1 :] if row[code]]


def in_an_html_report(content):
    tables = [t for t in parse(HttpResponse(content)).all("table") if t.all("th")[0].text == "Code"]
    return [row.all()[0].text.replace("\u200b", "") for table in tables for row in table.one("tbody").all("tr")]


@pytest.mark.both_databases
def test_page_api_csv_and_json_agree_on_any_query_and_day(world):
    client, found = Client(), []

    @bounded(40)
    @given(query=queries())
    def check(query):
        query_string, rows = urlencode(pairs(query)), expected_rows(world, query)

        chinese = Answer(world, query, language="zh-hans", today=LAST)
        expected = len(rows), [(row[0], row[2]) for row in rows], chinese.counts
        assert on_the_page(client, query_string) == expected
        _total, shown, counts = on_the_page(client, query_string, "zh-hans")
        assert ([code for code, _status in shown], counts) == (chinese.codes, chinese.counts)
        api = client.get(f"/api/v1/missions?{query_string}&per_page=1000").json()
        assert (api["total"], of_items(api["items"])) == (len(rows), rows)
        assert client.get(f"/api/v1/summary?{query_string}").json()["whole"]["records"] == len(rows)
        response, content = body(client, f"/en/report/completion.csv?{query_string}")
        assert (response["X-Hub-Count"], of_csv(content.decode("utf-8-sig"))) == (str(len(rows)), rows)
        assert of_items(json.loads(body(client, f"/en/report/completion.json?{query_string}")[1])["missions"]) == rows
        found.extend(rows)

    check()
    assert len({row[2] for row in found}) == 6
    assert {0, 1, 2} <= {row[-1] for row in found}


def test_workbook_and_documents_agree_on_any_query_and_day(world):
    client, counts = Client(), []

    @bounded(6)
    @given(query=queries(most=2))
    def check(query):
        query_string, rows = urlencode(pairs(query)), expected_rows(world, query)
        files = {e: body(client, f"/en/report/completion.{e}?{query_string}") for e in ("html", "xlsx", "pdf", "docx")}

        assert {response["X-Hub-Count"] for response, _content in files.values()} == {str(len(rows))}
        assert in_a_workbook(files["xlsx"][1]) == [(row[0], row[2]) for row in rows]
        assert in_an_html_report(files["html"][1]) == [row[0] for row in rows]
        codes = [row[0] for row in rows]
        # A code of digits alone may be part of another text.
        others = [p.code for p in world.plain if p.code[0].isalpha() and not any(p.code in code for code in codes)]
        for ending in ("pdf", "docx"):
            text = "".join(texts(files[ending][1]).replace("\u200b", "").split())
            assert [code for code in codes if code not in text] == []
            assert [code for code in others if code in text] == []
        counts.append(len(rows))

    check()
    assert max(counts) > 5


def test_the_data_set_agrees(client, world):
    archive = zipfile.ZipFile(io.BytesIO(body(client, "/data/hubtracker.zip")[1]))
    ledger = body(client, "/data/ledger.jsonl")[1]

    # Its day is that of the last change by the database's own clock: deadlines are those of another day.
    in_csv, expected = (
        of_csv(archive.read("missions.csv").decode("utf-8-sig")),
        expected_rows(world, {"sort": ["code"]}),
    )
    assert [row[:4] + row[5:] for row in in_csv] == [row[:4] + row[5:] for row in expected]
    assert archive.read("ledger.jsonl") == ledger
    entries = [json.loads(line) for line in ledger.splitlines()]
    assert {(e["mission"], e["id"], e["effective_on"]) for e in entries} == {
        (plain.code, entry.id, entry.effective_on.isoformat()) for plain in world.plain for entry in plain.entries
    }
