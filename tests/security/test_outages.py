"""The database is locked, full or slow: 503 in both languages, and all is well as soon as it is back.

`make drill` takes PostgreSQL away.
"""

import contextlib
import errno
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests
from django.db import InterfaceError, OperationalError, connection
from django.db.backends.utils import CursorWrapper
from django.test import Client

from tests import factories
from tests.accounts.signing import sign_in
from tests.databases import on_postgresql
from tests.public.dom import parse
from tests.sites import gunicorn

SWITCH = "/accounts/language/"
EXECUTE = "django.db.backends.utils.CursorWrapper.execute"


@pytest.fixture
def reader(own_database):
    factories.mission("FP-001")
    factories.frozen_report("R-1")
    factories.user("editor")
    return Client(raise_request_exception=False)


def is_503(answer, language=None):
    """503 for the moment, as a page in this language first or as a problem."""
    if language:
        page = parse(answer)
        found = page.one("html")["lang"].lower(), "请" in page.one("main").text + page.one(class_="other-language").text
        assert found == (language, True)
    else:
        assert answer["Content-Type"] == "application/problem+json"
    return (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")


def execute(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchone()


@contextlib.contextmanager
def locked():
    """Another connection holds SQLite's write lock; writers give up after 50 ms instead of a minute."""
    execute("PRAGMA busy_timeout = 50")
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_writers_get_503_while_the_database_is_locked_and_readers_go_on(reader):
    _token, secret = factories.token()
    official = factories.user("official")
    official.language = "zh-hans"
    official.save()
    office = Client(raise_request_exception=False)
    office.force_login(official)
    with locked():
        refused, read = office.post(SWITCH, {"language": "en"}), office.get("/en/missions/")
        problem = reader.get(f"/api/v1/submissions/{uuid4()}", headers={"Authorization": f"Bearer {secret}"})
        page = sign_in(reader, "editor")  # and not 429: an attempt that cannot be counted is not one too many
    connection.close_if_unusable_or_obsolete()  # as a server does after each request

    assert (is_503(refused, "zh-hans"), is_503(problem), is_503(page, "en")) == (True, True, True)
    assert (read.status_code, office.post(SWITCH, {"language": "en"}).status_code) == (200, 302)
    assert sign_in(reader, "editor").status_code == 302


@pytest.mark.skipif(on_postgresql(), reason="limits the pages of an SQLite file")
def test_writer_gets_503_on_a_full_disk_and_readers_go_on(reader):
    with connection.cursor() as cursor:
        # A row may fit into a free page: this one does not.
        cursor.execute("CREATE TABLE filler (content)")
        cursor.execute(
            "CREATE TRIGGER fill BEFORE INSERT ON cache BEGIN INSERT INTO filler VALUES (zeroblob(100000)); END"
        )
    (pages,) = execute("PRAGMA page_count")
    execute(f"PRAGMA max_page_count = {pages}")
    refused, read = sign_in(reader, "editor"), reader.get("/en/missions/")
    execute(f"PRAGMA max_page_count = {pages + 1000}")

    assert (refused.status_code, refused["Retry-After"], read.status_code) == (503, "30", 200)
    assert sign_in(reader, "editor").status_code == 302


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OperationalError("gone"), 503),
        (InterfaceError("connection already closed"), 503),
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), 503),
        (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT)), 503),
        (OSError(errno.EACCES, os.strerror(errno.EACCES)), 500),
        (ValueError("our mistake"), 500),
    ],
    ids=lambda value: str(value),
)
def test_only_passing_errors_are_answered_503(reader, monkeypatch, error, status):
    def fail(*args, **kwargs):
        raise error

    reader.force_login(factories.user("official"))
    with monkeypatch.context() as broken:
        broken.setattr(EXECUTE, fail)
        statuses = [reader.get(path).status_code for path in ("/en/missions/", "/zh-hans/missions/", "/admin/")]
        statuses.append(sign_in(reader, "editor").status_code)

    assert statuses == [status] * 4
    assert reader.get("/en/missions/").status_code == 200


@pytest.mark.both_databases
@pytest.mark.parametrize("statement", ["SELECT nothing FROM nowhere", "SELECT ("])
def test_wrong_sql_is_our_mistake(reader, monkeypatch, statement):
    execute_statement = CursorWrapper.execute
    with monkeypatch.context() as broken:
        broken.setattr(EXECUTE, lambda self, sql, params=None: execute_statement(self, statement))
        answer = reader.get("/en/missions/")

    assert answer.status_code == 500


def fetch(url):
    return requests.get(url, timeout=60)


# Minutes pass before there is a row.
SLEEPING = "SELECT count(*) FROM (SELECT pg_sleep(600)) AS slept"
COUNTING = """WITH RECURSIVE numbers(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM numbers WHERE i < 100000000000)
    SELECT count(*) FROM numbers"""


@contextlib.contextmanager
def slow(table):
    """Within the block, reads of this table wait; others do not."""
    waiting = SLEEPING if on_postgresql() else COUNTING
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {table} RENAME TO {table}_itself")
        cursor.execute(f"CREATE VIEW {table} AS SELECT * FROM {table}_itself WHERE ({waiting}) > 0")
        yield
        cursor.execute(f"DROP VIEW {table}")
        cursor.execute(f"ALTER TABLE {table}_itself RENAME TO {table}")


@pytest.mark.long
@pytest.mark.no_cover
@pytest.mark.both_databases
def test_a_slow_page_ends_after_ten_seconds_and_others_are_served(reader, own_database):
    """Two processes of four threads, and three readers who wait, two of them for the same page.

    A fourth might take the last thread of one process.
    """
    with gunicorn(own_database) as url:
        others = [f"{url}{path}" for path in ("/en/missions/", "/en/about/", "/healthz", "/accounts/login/")]
        before = [fetch(other).status_code for other in others]
        slow_paths = ["/zh-hans/reports/", "/zh-hans/reports/", "/api/v1/reports"]
        with slow("missions_frozenreport"), ThreadPoolExecutor(3) as readers:
            waiting = [readers.submit(fetch, url + path) for path in slow_paths]
            meanwhile = [fetch(other).status_code for other in others]
            still_waiting = [not each.done() for each in waiting]
            answers = [each.result() for each in waiting]
        after = fetch(f"{url}/zh-hans/reports/").status_code

    assert (before, meanwhile, after) == ([200] * 4, [200] * 4, 200)
    assert still_waiting == [True] * 3
    assert [(answer.status_code, answer.headers["Retry-After"]) for answer in answers] == [(503, "30")] * 3
    types = [answer.headers["Content-Type"].partition(";")[0] for answer in answers]
    assert types == ["text/html", "text/html", "application/problem+json"]
    assert ["缩小查询范围" in answer.text for answer in answers] == [True] * 3
