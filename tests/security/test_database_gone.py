"""The database is locked, or away: 503 in both languages, and all is well again as soon as it is back."""

import contextlib
import errno
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from missions.models import Import, Theme
from missions.public.missions import MissionList
from tests import build, postgres
from tests.accounts.serving import gunicorn
from tests.accounts.signing import sign_in
from tests.admin.importing import hand_in, register
from tests.public.dom import parse
from tests.security.asking import asked

TOP = Path(__file__).parent.parent.parent
SAID = {"en": ("Not available now", "Try again in half a minute."), "zh-hans": ("暂时无法提供服务", "请半分钟后重试")}


@pytest.fixture
def reader(own_database):
    build.mission("FP-001")
    build.user("editor")
    return Client(raise_request_exception=False)


def says_so(answer, language):
    page, other = parse(answer), "zh-hans" if language == "en" else "en"
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "30", "no-store")
    assert (page.one("html")["lang"].lower(), page.one("h1").text) == (language, SAID[language][0])
    assert SAID[language][1] in page.one("main").text
    assert SAID[other][1] in page.one(class_="other-language").text


# --- SQLite -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def locked(reader):
    """A function: within its block another process's connection holds the lock of those who write."""
    connection.ensure_connection()
    path = connection.settings_dict["NAME"]

    @contextlib.contextmanager
    def lock():
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 50")  # in place of a minute
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield
            other.execute("ROLLBACK")

    return lock


@pytest.mark.parametrize(("language", "said"), [("en", "No room left"), ("zh-hans", "存储空间已满")])
def test_where_the_disk_is_full_writers_are_told_so_and_readers_go_on(reader, settings, language, said):
    settings.HUB_REQUIRE_MFA = False
    official = build.user("official")
    official.language = language
    official.save()
    reader.force_login(official)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")  # as on a full disk
    refused, read = hand_in(reader, register(FP_001="New")), reader.get("/en/missions/")

    page = parse(refused)
    assert (refused.status_code, refused["Retry-After"], page.one("h1").text) == (503, "30", said)
    assert read.status_code == 200
    assert not Import.objects.exists()


@pytest.mark.parametrize("language", SAID)
def test_who_writes_while_another_process_holds_the_lock_is_told_so_and_who_reads_goes_on(reader, locked, language):
    official = build.user("official")
    official.language = language
    official.save()
    reader.force_login(official)
    switch = {"language": "en" if language == "zh-hans" else "zh-hans"}
    with locked():
        refused = reader.post("/accounts/language/", switch)
        read = reader.get("/en/missions/")
    written = reader.post("/accounts/language/", switch)

    says_so(refused, language)
    assert (read.status_code, written.status_code) == (200, 302)


def test_a_program_that_writes_while_another_process_holds_the_lock_is_told_so(reader, locked):
    _token, secret = build.token()
    with locked():
        answer = reader.get(f"/api/v1/submissions/{uuid4()}", headers={"Authorization": f"Bearer {secret}"})

    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["title"] == "Not available now / 暂时无法提供服务"


def test_who_signs_in_while_another_process_holds_the_lock_is_told_so_and_not_that_it_was_tried_too_often(
    reader, locked
):
    with locked():
        refused = sign_in(reader, "editor")
    connection.close_if_unusable_or_obsolete()  # as after each request of a server
    signed_in = sign_in(reader, "editor")

    says_so(refused, "en")
    assert signed_in.status_code == 302


def test_the_right_password_on_a_full_disk_is_answered_503_and_not_too_many_attempts(reader):
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE filler (content)")
        # A row of the cache may fit into a page that is there: this one needs more.
        cursor.execute(
            "CREATE TRIGGER fill BEFORE INSERT ON cache BEGIN INSERT INTO filler VALUES (zeroblob(100000)); END"
        )
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
    answer = sign_in(reader, "editor")

    assert (answer.status_code, answer.get("Retry-After")) == (503, "30")


def test_after_an_error_the_database_is_opened_anew(reader, locked):
    connection.close_if_unusable_or_obsolete()
    before = connection.connection
    with locked(), pytest.raises(OperationalError):
        Theme.objects.create(code="T9", name_en="x", name_zh="x")
    connection.close_if_unusable_or_obsolete()

    assert reader.get("/en/missions/").status_code == 200
    assert connection.connection is not before


# --- what is ours -----------------------------------------------------------------------------------------------------


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("statement", "status"), [("SELECT nothing FROM nowhere", 500), ("SELECT (", 500), ("SELECT 1", 200)]
)
def test_wrong_sql_is_a_mistake_of_ours_on_either_database(reader, monkeypatch, statement, status):
    def asks(view):
        with connection.cursor() as cursor:
            cursor.execute(statement)

    monkeypatch.setattr(MissionList, "prepare", asks)

    assert reader.get("/en/missions/").status_code == status


@pytest.mark.parametrize(("number", "status"), [(errno.EACCES, 500), (errno.ENOSPC, 503), (errno.EDQUOT, 503)])
def test_a_file_that_may_not_be_read_is_a_mistake_of_ours_and_a_full_disk_is_none(reader, monkeypatch, number, status):
    def asks(view):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(MissionList, "prepare", asks)

    assert reader.get("/en/missions/").status_code == status


@pytest.mark.parametrize("error", [OperationalError("gone"), InterfaceError("connection already closed")])
@pytest.mark.parametrize("path", ["/en/missions/", "/zh-hans/missions/", "/admin/", "/accounts/login/"])
def test_a_connection_that_is_lost_is_no_mistake_of_ours(reader, monkeypatch, path, error):
    def lost(*args, **kwargs):
        raise error

    reader.force_login(build.user("official"))
    with monkeypatch.context() as away:
        away.setattr("django.db.backends.utils.CursorWrapper.execute", lost)
        answer = reader.get(path) if path != "/accounts/login/" else sign_in(reader, "editor")

    says_so(answer, "zh-hans" if "zh" in path else "en")


# --- PostgreSQL -------------------------------------------------------------------------------------------------------


@pytest.fixture
def server():
    missing = "PostgreSQL's binaries are missing: install Debian's package postgresql"
    if postgres.binaries() is None:
        if "postgres" in os.environ.get("HUB_REQUIRE", "").split(","):
            pytest.fail(missing)
        pytest.skip(missing)
    with postgres.temporary_server(postgres.binaries()) as running:
        yield running


def refused(url, path):
    answer = asked(f"{url}{path}")
    return answer.status, answer.headers["Retry-After"], answer.headers["Content-Type"].partition(";")[0]


@pytest.mark.no_cover
def test_postgresql_is_stopped_and_started_again_and_the_site_goes_on_without_a_restart(server, tmp_path):
    environment = {**os.environ, "DATABASE_URL": server.url, "HUB_DATA_DIR": str(tmp_path)}
    paths = ("/en/missions/", "/accounts/login/", "/api/v1/missions", "/en/report/completion.csv")
    with contextlib.ExitStack() as site:
        command = [sys.executable, "manage.py", "migrate", "--verbosity=0"]
        subprocess.check_call(command, cwd=TOP, env=environment)
        url = site.enter_context(gunicorn(environment))
        before = [asked(f"{url}{path}").status for path in paths]
        server.stop()
        away = [refused(url, path) for path in (*paths, "/zh-hans/")]
        form = asked(f"{url}/accounts/login/", data=b"login=x")
        alive, ready = asked(f"{url}/healthz").status, asked(f"{url}/readyz").status
        server.start()
        after = [asked(f"{url}{path}").status for path in paths]

    page, problem = (503, "30", "text/html"), (503, "30", "application/problem+json")
    assert (before, after) == ([200] * 4, [200] * 4)
    assert (away[0], away[2:]) == (page, [problem, problem, page])
    assert (form.status, alive, ready) == (403, 200, 503)
