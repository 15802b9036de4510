"""A site of the first release, filled, brought to this one and back, on both databases."""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client

from missions.models import Head, Mission, Stretch, User
from missions.models.verification import problems
from missions.releases import check_release
from tests.databases import copied, evidence_in, in_place_of_the_default, on_postgresql
from tests.models.forging import sql

pytestmark = pytest.mark.both_databases

HERE = Path(__file__).parent
# The newest entry of each dump, and the status of its missions, as that release showed them.
HEADS = {
    "sqlite": (13, "24f34c880dbfd6f363c0170f78ca84a830887791a439643ca126602b63e5a724"),
    "postgresql": (13, "e8459a1cdda25a99264a2241d0ae33b4cb93211338e1f30ee3369e47667d6c87"),
}


def dump():
    return (HERE / f"first_release.{connection.vendor}.sql").read_text()


@pytest.fixture
def first_release(django_db_blocker, tmp_path):
    """The database of the first release stands as the default one."""
    with django_db_blocker.unblock():
        if on_postgresql():
            with copied("template1", tmp_path) as (name, _environment), in_place_of_the_default(name):
                with connection.cursor() as cursor:
                    cursor.execute(dump())
                connection.close()  # the dump leaves its connection without a search path
                with evidence_in(tmp_path):
                    yield
            return
        name = tmp_path / "hub.sqlite3"
        with closing(sqlite3.connect(name)) as made:
            made.executescript(dump())
        with in_place_of_the_default(name), evidence_in(tmp_path):
            yield


def migrate(*target):
    call_command("migrate", *target, verbosity=0, interactive=False)


def rows(table):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_a_filled_site_of_the_first_release_comes_to_this_one_with_all_it_had(first_release):
    ledger, users, missions = rows("missions_statuschange"), rows("missions_user"), rows("missions_mission")

    migrate()

    head = Head.objects.get()
    assert (head.entry, head.hash) == HEADS[connection.vendor]
    assert list(problems()) == []
    assert kept(rows("missions_statuschange"), ledger) == ledger
    assert kept(rows("missions_user"), users) == users
    assert kept(rows("missions_mission"), missions) == missions
    assert Mission.objects.count() == len(missions) == 6
    # What later releases work out of the ledger is there for what was written before them.
    assert set(Stretch.objects.values_list("mission", flat=True)) == {mission["id"] for mission in missions}


def kept(now, before):
    """Of the rows as they are now, the columns that there were before, whose type may have changed since."""
    return [{name: row[name] for name in old} for row, old in zip(now, before, strict=True)]


def test_its_pages_and_its_commands_work(first_release):
    migrate()

    call_command("check", databases=["default"])
    call_command("verify_ledger")
    pages = ["", "missions/", "missions/WG-1/", "changes/", "figures/", "report/completion.html", "about/", "data/"]
    answers = {page: Client().get(f"/en/{page}") for page in pages}
    assert {page: answer.status_code for page, answer in answers.items()} == dict.fromkeys(pages, 200)
    assert 'data-total="6"' in answers["missions/"].content.decode()


def test_an_official_of_the_first_release_goes_on(first_release):
    migrate()
    official = User.objects.get(username="official")
    client = Client()
    client.force_login(official)

    assert official.is_staff
    official.must_change_password = False
    official.save()
    assert client.get("/admin/").status_code == 302  # to the second factor, which that release did not know
    assert client.get("/admin/").headers["Location"].startswith("/accounts/2fa/")


def test_what_was_migrated_goes_back_and_comes_again_and_loses_nothing_that_the_first_release_knew(first_release):
    migrate()
    known = rows("missions_statuschange")

    migrate("missions", "0002")
    assert rows("missions_statuschange")[0].keys() >= {"id", "hash", "prev_hash"}
    migrate()

    assert rows("missions_statuschange") == known
    assert list(problems()) == []


def test_a_database_of_a_newer_release_is_refused_and_left_as_it_is(own_database):
    MigrationRecorder(connection).record_applied("missions", "0999_later")
    sql("DROP TRIGGER hub_ledger_no_delete" + (" ON missions_statuschange" if on_postgresql() else ""))

    with pytest.raises(CommandError) as refused:
        migrate()

    assert str(refused.value) == (
        "The database is of a newer release than this program: it has missions.0999_later. "
        "Install the release that migrated it, or restore a backup from before: “manage.py restore FILE”."
    )
    # Its triggers are the other release's: this one does not put its own in their place.
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgname = 'hub_ledger_no_delete'"
            if on_postgresql()
            else "SELECT count(*) FROM sqlite_master WHERE name = 'hub_ledger_no_delete'"
        )
        assert cursor.fetchone() == (0,)


def test_the_check_of_a_newer_database_says_so(own_database):
    assert check_release(databases=["default"]) == []
    MigrationRecorder(connection).record_applied("missions", "0999_later")

    [found] = check_release(databases=["default"])

    assert (found.id, str(found.msg)) == (
        "missions.E002",
        "The database is of a newer release than this program: it has missions.0999_later.",
    )


def test_migrations_that_one_of_this_release_took_the_place_of_are_nobody_s_newer_release(own_database, monkeypatch):
    MigrationRecorder(connection).record_applied("missions", "0001_older")
    assert len(check_release(databases=["default"])) == 1
    first = import_module("missions.migrations.0001_initial").Migration
    monkeypatch.setattr(first, "replaces", [("missions", "0001_older")])

    assert check_release(databases=["default"]) == []


def test_tables_of_an_app_that_is_not_installed_any_more_are_nobody_s_newer_release(own_database):
    MigrationRecorder(connection).record_applied("dropped_app", "0001_initial")

    assert check_release(databases=["default"]) == []
