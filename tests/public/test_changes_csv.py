"""What changed as CSV: its bytes, its rows, its headers, and the same entries as the page."""

import csv
import io
import random
from datetime import UTC, date, datetime

import pytest

from missions.status import Basis, Status
from tests import build
from tests.downloads import stated
from tests.public.changed import KINDS
from tests.public.dom import parse
from tests.public.oracle import CHOICES
from tests.public.parameters import address
from tests.public.test_changes import entries

COLUMNS = (
    "code,entry,kind,day,effective_on,recorded_at,status,before,is_confirmation,due,due_before,corrects,corrected_by,"
    "basis,headline_en,headline_zh,title_en,title_zh,instrument,owner,theme,replaced_status,replaced_due,"
    "replaced_effective_on,evidence,evidence_urls,decided_by,reported_by"
)


def fetched(client, *query, language="en"):
    """(response, its bytes)"""
    response = client.get(address("changes.csv", *query, language=language), headers={"Accept-Encoding": "gzip"})
    body = response.getvalue()
    assert response.status_code == 200, body
    return response, body


def records(body):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


@pytest.mark.both_databases
def test_a_small_file_has_exactly_these_bytes(client, noon):
    mission = build.mission("M-1", due=date(2024, 12, 31), title_en='A "bridge", now', title_zh="桥")
    wrong = build.report(mission, Status.COMPLETED, on=date(2024, 1, 1))
    moved = build.deadline(mission, None, on=date(2024, 2, 1))
    evidence = [build.evidence(url="https://example.org/a"), build.evidence(url="https://example.org/b")]
    right = build.correct(wrong, status=Status.PAUSED, evidence=evidence)
    same = build.report(mission, Status.PAUSED, on=date(2024, 3, 1), basis=Basis.OWNER, evidence=[])

    body = fetched(client)[1].decode()

    at = "2024-06-30T04:00:00+00:00"
    named = '"A ""bridge"", now",桥,FP,O1,T1'
    addresses = "https://example.org/a https://example.org/b"
    assert body == "\r\n".join(
        [
            f"\ufeff{COLUMNS}",
            f"M-1,{right.pk},correction,2024-06-30,2024-01-01,{at},paused,unreported,false,,,{wrong.pk},,"
            f"document,Corrected,更正,{named},completed,,2024-01-01,2,{addresses},,",
            f"M-1,{same.pk},report,2024-03-01,2024-03-01,{at},paused,paused,true,,,,,"
            f"owner,Now paused,现为paused,{named},,,,0,,,",
            f"M-1,{moved.pk},deadline,2024-02-01,2024-02-01,{at},,,false,,2024-12-31,,,"
            f"document,New due date,期限调整,{named},,,,0,,Municipal Government,",
            f"M-1,{wrong.pk},report,2024-01-01,2024-01-01,{at},completed,unreported,false,,,,{right.pk},"
            f"document,Now completed,现为completed,{named},,,,1,https://example.org/evidence,,",
            "",
        ]
    )


def test_evidence_that_is_not_public_is_neither_counted_nor_named(client, noon, settings):
    file = build.evidence_file()
    shown = [build.evidence(url="", file=file), build.evidence(url="https://example.org/x")]
    hidden = [build.evidence(url="https://example.org/secret", is_public=False)]
    build.report(build.mission("M-1"), Status.PAUSED, evidence=shown + hidden)

    (record,) = records(fetched(client)[1])

    addresses = f"{settings.SITE_URL}/evidence/{file.pk}/ https://example.org/x"
    assert (record["evidence"], record["evidence_urls"]) == ("2", addresses)


@pytest.mark.parametrize("lead", ["=", "+", "-", "@"])
def test_no_cell_runs_as_a_formula(client, noon, lead):
    attack = f"{lead}cmd|' /C calc'!A0"
    mission = build.mission("M-1", title_en=attack, title_zh=attack)
    build.report(mission, Status.PAUSED, headline_en=attack, headline_zh=attack)

    (record,) = records(fetched(client)[1])

    guarded = {name: value for name, value in record.items() if "calc" in value}
    assert guarded == dict.fromkeys(["headline_en", "headline_zh", "title_en", "title_zh"], f"'{attack}")


def test_the_headers_state_what_the_file_is_with_the_period_resolved(client, noon):
    build.report(build.mission("M-1"), Status.PAUSED)

    response, body = fetched(client, ("entry", "report"), ("since", "2024-01-01"), ("page", "1"), ("sort", "due"))

    query = "as_of=2024-06-30&entry=report&since=2024-01-01&until=2024-06-30"
    expected = stated(query, body, records=1)
    assert {header: response[header] for header in expected} == expected
    assert "Content-Encoding" not in response


def test_the_same_query_later_and_in_the_other_language_gives_the_same_bytes_under_the_same_name(client, noon):
    mission = build.mission("M-1", due=date(2024, 7, 1))
    build.report(mission, Status.PAUSED)
    first, body = fetched(client, ("deadline", "due_soon"))

    noon.move_to(datetime(2025, 6, 30, tzinfo=UTC))

    for language in ("en", "zh-hans"):
        again = client.get(f"/{language}/changes.csv?{first['X-Hub-Query']}")
        assert again.getvalue() == body
        assert again["Content-Disposition"] == first["Content-Disposition"]
    assert records(fetched(client, ("deadline", "due_soon"))[1]) == []
    build.report(mission, Status.IN_PROGRESS, on=date(2025, 1, 1))
    other = client.get(f"/en/changes.csv?{first['X-Hub-Query']}")
    assert other.getvalue() == body
    assert other["Content-Disposition"] != first["Content-Disposition"]


def test_a_query_that_cannot_be_read_is_named_and_makes_no_file(client, noon):
    build.mission("M-1")

    response = client.get(address("changes.csv", ("since", "2024-07-01"), ("status", "paused"), ("lang", "zh")))

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    (error,) = response.json()["errors"]
    assert error["parameter"] == "since"
    assert "2024-06-30" in error["en"]
    assert error["en"] != error["zh"]
    assert "Content-Disposition" not in response


def random_queries(number):
    draw = random.Random(7)
    for _each in range(number):
        query = [("as_of", date(2024, draw.randint(1, 6), draw.randint(1, 28)).isoformat())]
        query += [("since", "2021-06-01"), ("entry", draw.choice(KINDS)), ("entry", draw.choice(KINDS))]
        facet = draw.choice(list(CHOICES))
        yield query + [(facet, value) for value in draw.sample(CHOICES[facet], min(3, len(CHOICES[facet])))]


@pytest.mark.both_databases
def test_the_file_has_the_entries_of_the_page_in_the_pages_order(client, world):
    found, expected = [], []
    for query in random_queries(12):
        page = parse(client.get(address("changes/", *query, ("per_page", "100"))))
        response, body = fetched(client, *query)
        expected.append((entries(page), page.one(id="results")["data-total"]))
        rows = [(row["day"], row["code"], int(row["entry"])) for row in records(body)]
        found.append((rows, response["X-Hub-Count"]))

    assert found == expected
    assert sum(len(rows) for rows, _total in found) > 100
