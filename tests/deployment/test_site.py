"""Readers, officials, the timers' jobs and the database of the deployed site."""

import os
import subprocess
import time
import zipfile

import psycopg
import pytest

from tests.deployment.servers import command_of
from tests.sites import TOP

pytestmark = pytest.mark.long


def test_readers_get_pages_and_files(site):
    page = site.request("/zh-hans/missions/?status=in_progress&sort=-changed")
    files = [site.request(path) for path in ("/en/report/completion.pdf?instrument=FP", "/data/hubtracker.zip")]

    assert (page.status_code, 'data-status="in_progress"' in page.text, "Set-Cookie" in page.headers) == (
        200, True, False
    )  # fmt: skip
    known = {"If-None-Match": page.headers["ETag"]}
    assert site.request("/zh-hans/missions/?status=in_progress&sort=-changed", headers=known).status_code == 304
    assert [file.content[:4] for file in files] == [b"%PDF", b"PK\3\4"]


def test_an_administrator_signs_in_and_gets_a_secure_cookie(site):
    response = site.sign_in("admin", site.password)
    session = response.headers["Set-Cookie"].partition("sessionid=")[2]

    assert response.status_code == 302
    assert [part for part in ("Secure", "HttpOnly", "SameSite=Lax") if part not in session] == []


# --- jobs ------------------------------------------------------------------------------------------------------------


def run_unit(site, unit, name="ExecStart", backups="", **environment):
    command = [
        word.replace("/srv/hubtracker/current", str(TOP)).replace("/var/lib/hubtracker-backups", str(backups))
        for word in command_of(unit, name)
    ]
    environment = {**site.environment, **environment}
    return subprocess.run(command, cwd=TOP, env=environment, capture_output=True, check=False).returncode


def test_the_backup_job_adds_a_file_and_deletes_those_older_than_thirty_days(site, tmp_path):
    for name, days in {"old.zip": 32, "recent.zip": 29, ".broken.zip.1a2b": 32, ".present.zip.3c4d": 0}.items():
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (time.time() - days * 24 * 3600,) * 2)
    unit = "hubtracker-backup.service"
    codes = [run_unit(site, unit, name, tmp_path) for name in ("ExecStart", "ExecStartPost")]
    [backup] = {path.name for path in tmp_path.iterdir()} - {"recent.zip", ".present.zip.3c4d"}

    assert (codes, zipfile.is_zipfile(tmp_path / backup)) == ([0, 0], True)


def test_other_jobs_succeed_and_reminders_are_skipped_without_a_mail_server(site):
    unit = "hubtracker-reminders.service"

    assert [run_unit(site, f"hubtracker-{job}.service") for job in ("verify", "forget")] == [0, 0]
    assert run_unit(site, unit, "ExecCondition") == 1
    assert run_unit(site, unit, "ExecCondition", HUB_EMAIL_URL="smtp://localhost") == 0


# --- database --------------------------------------------------------------------------------------------------------

FORBIDDEN = [
    "DROP TRIGGER hub_missions_statuschange_update ON missions_statuschange",
    "ALTER TABLE missions_statuschange DISABLE TRIGGER ALL",
    "SET session_replication_role = replica",
    "TRUNCATE missions_statuschange CASCADE",
    "DROP TABLE missions_head CASCADE",
    "CREATE TABLE missions_other (id int)",
    "CREATE TEMPORARY TABLE other (id int)",
    "SET ROLE hubtracker_owner",
    "COPY missions_head TO '/dev/null'",
]


def test_the_role_of_the_site_cannot_lift_the_rules(site):
    with psycopg.connect(site.environment["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("SELECT 1 FROM missions_statuschange")
        for statement in FORBIDDEN:
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
    with psycopg.connect(site.owner["DATABASE_URL"]) as connection, connection.transaction(force_rollback=True):
        connection.execute(FORBIDDEN[0])
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(site.environment["DATABASE_URL"].replace("hubtracker:", "hubtracker:no"))


def test_the_database_logs_errors_without_statements_and_rows(site):
    def log_of(database, *statements):
        log = site.database.folder / "log"
        before = len(log.read_text())
        with psycopg.connect(database, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)
            with pytest.raises(psycopg.errors.NotNullViolation):  # there is no Chinese name
                connection.execute("INSERT INTO missions_theme (code, name_en) VALUES ('T9', 'Wang Fang')")
        return log.read_text()[before:]

    administrator = f"host={site.database.folder} port={site.database.port} user=postgres dbname=hubtracker"
    defaults = ("SET log_min_error_statement = 'error'", "SET log_error_verbosity = 'default'")

    assert log_of(administrator, *defaults).count("Wang Fang") == 2  # in the statement and in the row
    log = log_of(site.environment["DATABASE_URL"])
    assert ("null value in column" in log, "Wang Fang" in log, "STATEMENT:" in log) == (True, False, False)


def test_restore_needs_a_stopped_site_and_brings_everything_back(site, tmp_path):
    backup = str(tmp_path / "backup.zip")
    site.manage("backup", backup)
    # The owner, who restores, cannot see what the site's role does, but that it is connected.
    with pytest.raises(subprocess.CalledProcessError) as error:
        site.manage("restore", backup, **site.owner, stderr=subprocess.PIPE)
    assert "still running" in error.value.stderr
    for instance in site.instances:
        instance.stop()
    try:
        site.manage("restore", backup, **site.owner)
    finally:
        for instance in site.instances:
            instance.start()

    assert set(site.request("/readyz").json().values()) == {"ok"}
    site.manage("verify_ledger")
