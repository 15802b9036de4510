"""A statement that takes too long is given up, and its reader told what to do; nobody else waits for it."""

from concurrent.futures import ThreadPoolExecutor
from itertools import count

import pytest
from django.db import OperationalError, connection
from django.test import Client

from hubtracker.sqlite3 import base
from missions import revision
from missions.revision import snapshot
from tests import build
from tests.accounts.serving import gunicorn
from tests.public.dom import parse
from tests.security.asking import asked
from tests.security.slowing import slow

REPORTS = "missions_frozenreport"


@pytest.fixture
def impatient(monkeypatch):
    """A tenth of a second in place of ten."""
    monkeypatch.setattr(revision, "PATIENCE", 0.1)
    begin = revision.BEGIN["postgresql"].replace("'10s'", "'100ms'")
    monkeypatch.setitem(revision.BEGIN, "postgresql", begin)


@pytest.fixture
def reader(own_database):
    build.mission("FP-001")
    build.frozen_report("R-1")
    return Client(raise_request_exception=False)


SAID = {
    "en": ("This takes too long", "choose one more filter"),
    "zh-hans": ("查询超时", "缩小查询范围"),
}


@pytest.mark.both_databases
@pytest.mark.parametrize("language", SAID)
def test_a_page_that_takes_too_long_says_what_to_do_and_when_to_come_back(reader, impatient, language):
    path, other = f"/{language}/reports/", "zh-hans" if language == "en" else "en"
    with slow(REPORTS):
        answer, meanwhile = reader.get(path), reader.get(f"/{language}/missions/")

    page = parse(answer)
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    assert (page.one("html")["lang"].lower(), page.one("h1").text) == (language, SAID[language][0])
    assert SAID[language][1] in page.one("main").text
    assert SAID[other][1] in page.one(class_="other-language").text
    assert meanwhile.status_code == 200
    assert reader.get(path).status_code == 200


@pytest.mark.both_databases
@pytest.mark.parametrize("path", ["/api/v1/reports", "/en/reports/R-1/report.csv"])
def test_a_program_and_whoever_asks_for_a_file_are_told_so_as_a_problem_in_both_languages(reader, impatient, path):
    with slow(REPORTS):
        answer = reader.get(path)

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["Content-Type"] == "application/problem+json"
    said = answer.json()
    assert (said["status"], said["title"]) == (503, "Took too long / 查询超时")
    assert "缩小查询范围" in said["detail"]
    assert reader.get(path).status_code in (200, 404)


@pytest.mark.both_databases
def test_commands_and_imports_take_as_long_as_they_need(own_database, impatient):
    assert long_enough() == 5_000_000
    with pytest.raises(OperationalError), snapshot():
        long_enough()
    assert long_enough() == 5_000_000


def long_enough():
    """A count that takes some tenths of a second."""
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 5000000) "
            "SELECT count(*) FROM numbers"
        )
        return cursor.fetchone()[0]


ROWS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000) SELECT i FROM n"


def test_a_long_file_is_not_cut_off_while_its_rows_keep_coming(own_database, monkeypatch):
    """The clock goes on by a second whenever SQLite asks for it; ten are allowed."""
    with snapshot(), connection.cursor() as cursor:
        monkeypatch.setattr(base, "monotonic", count().__next__)
        cursor.execute(ROWS)
        found = sum(len(rows) for rows in iter(lambda: cursor.fetchmany(10_000), []))
        cursor.execute(ROWS)
        with pytest.raises(OperationalError, match="interrupted"):
            cursor.fetchall()

    assert found == 2_000_000


@pytest.mark.both_databases
@pytest.mark.no_cover
def test_while_some_wait_for_a_slow_page_others_are_answered(reader, own_database):
    """Really: two processes of four threads, ten seconds, and three readers who wait, two of them for the same page.

    A fourth might come to the same process as they, and take its last thread.
    """
    with gunicorn(own_database) as url:
        others = [f"{url}{path}" for path in ("/en/missions/", "/en/about/", "/healthz", "/accounts/login/")]
        first = [asked(other).status for other in others]
        with slow(REPORTS), ThreadPoolExecutor(3) as readers:
            waiting = [readers.submit(asked, f"{url}/en/reports/?number={number % 2}") for number in range(3)]
            meanwhile = [asked(other).status for other in others]
            still_waiting = [not each.done() for each in waiting]
            answers = [each.result() for each in waiting]
        again = asked(f"{url}/en/reports/?number=0").status

    assert (first, meanwhile, again) == ([200] * 4, [200] * 4, 200)
    assert still_waiting == [True] * 3
    assert [(answer.status, answer.headers["Retry-After"]) for answer in answers] == [(503, "30")] * 3
