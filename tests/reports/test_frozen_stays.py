"""What was published stays, byte by byte, whatever becomes of the records; an alteration all the same is found."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from missions import reports
from missions.models import Head, Mission
from missions.reports import freezing
from missions.status import Status
from tests import build
from tests.databases import in_place_of_the_default
from tests.models.forging import REPORT, REPORT_FILE
from tests.models.tampering import tamper
from tests.models.verifying import found, verified
from tests.reports.frozen import files, published

pytestmark = pytest.mark.both_databases

CONTENT = f"UPDATE {REPORT_FILE} SET content = %s WHERE name LIKE '%%.csv'"


def verify(file):
    call_command("verify_report", str(file))


@pytest.fixture
def missions(own_database):
    for number in range(3):
        build.mission(f"M-{number}", status=Status.PAUSED, on=date(2023, 1, 1))
    return list(Mission.objects.all())


def everything_moves_on(missions):
    """Each mission under another name and of another owner; one entry is corrected, one mission withdrawn."""
    other = build.organisation("NEW")
    for mission in missions:
        mission.title_en, mission.title_zh, mission.lead_owner = "Renamed", "改名", other
        mission.save()
    first, second, _third = missions
    build.correct(first.changes.last(), status=Status.COMPLETED)
    build.report(second, Status.WITHDRAWN, on=date(2024, 1, 1))


def test_files_and_checksums_stay_when_every_record_has_changed(missions, client, tmp_path, capsys):
    report = published("as_of=2024-06-30")
    before, digests = files(report), list(report.files.values_list("name", "sha256"))

    everything_moves_on(missions)

    assert (files(report), list(report.files.values_list("name", "sha256"))) == (before, digests)
    assert len(before) == 14
    for name, content in before.items():
        (tmp_path / name).write_bytes(content)
        verify(tmp_path / name)
        assert capsys.readouterr().out.startswith(f"Unaltered: {name} of “Completion in mid-2024”, published on ")
        assert client.get(f"{report.get_absolute_url()}{name}").getvalue() == content
    assert found() == []
    now = published("as_of=2024-06-30")
    assert {content for content in files(now).values() if content in before.values()} == set()


def test_the_page_of_a_report_says_what_it_said_when_every_record_has_changed(missions, client):
    report = published("as_of=2024-06-30")
    before = client.get(report.get_absolute_url()).context["said"]

    everything_moves_on(missions)

    after = client.get(report.get_absolute_url()).context["said"]
    assert (after, after["completed"], after["counted"]) == (before, 0, 3)


def test_what_is_written_while_the_editions_are_drawn_is_in_none_of_them(missions, monkeypatch):
    database, drawn = connection.settings_dict["NAME"], []

    def renamed():
        with in_place_of_the_default(database):
            Mission.objects.update(title_en="Renamed", title_zh="改名")

    def document(query, title):
        if drawn:
            with ThreadPoolExecutor(1) as thread:
                thread.submit(renamed).result()
        drawn.append(query.drawn_in)
        return reports.readable(query, title)

    monkeypatch.setattr(freezing, "readable", document)
    revision = Head.objects.get().revision
    report = published("as_of=2024-06-30")

    assert drawn == ["en", "zh", "both"]
    assert report.revision == revision < Head.objects.get().revision - 1
    assert {name.split("_")[2] for name in files(report)} == {f"r{revision}"}
    texts = [content for name, content in files(report).items() if name.endswith((".html", ".csv", ".json"))]
    assert [b"Renamed" in text or "改名".encode() in text for text in texts] == [False] * 5
    assert Mission.objects.filter(title_en="Renamed").count() == 3


def altered(content):
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_one_altered_bit_of_a_stored_file_is_found_by_both_commands(missions, tmp_path):
    report = published("as_of=2024-06-30")
    file = report.files.get(name__endswith=".csv")
    (tmp_path / "kept.csv").write_bytes(file.content)
    assert found() == []

    tamper(CONTENT, altered(bytes(file.content)))

    assert verified() == (f"file {file.name} of report {report.slug} is altered\n", 1)
    with pytest.raises(CommandError) as refusal:
        verify(tmp_path / "kept.csv")
    assert str(refusal.value) == (
        f"What this site has on record of {file.name} is damaged itself: run “manage.py verify_ledger”."
    )


BYTES = r"'\x00'" if connection.vendor == "postgresql" else "X'00'"
SEAL = "report R-1 is not what its seal says"
FILE = "file report.json of report R-1 is altered"
HEAD = "report R-1 names a ledger head that is no entry's hash"
OTHER = hashlib.sha256(b"\0").hexdigest()
TAMPERED = {
    "the digest": (f"UPDATE {REPORT_FILE} SET sha256 = '{'f' * 64}' WHERE name = 'report.json'", [SEAL, FILE]),
    "the bytes": (f"UPDATE {REPORT_FILE} SET content = {BYTES} WHERE name = 'report.json'", [FILE]),
    "the bytes, by text": (f"UPDATE {REPORT_FILE} SET content = 'x' WHERE name = 'report.json'", [FILE]),
    "the bytes with their digest": (
        f"UPDATE {REPORT_FILE} SET content = {BYTES}, sha256 = '{OTHER}' WHERE name = 'report.json'",
        [SEAL],
    ),
    "the language of a file": (f"UPDATE {REPORT_FILE} SET language = 'en' WHERE name = 'report.json'", [SEAL]),
    "the type of a file": (f"UPDATE {REPORT_FILE} SET media_type = 'text/plain' WHERE name = 'report.json'", [SEAL]),
    "a file that is gone": (f"DELETE FROM {REPORT_FILE} WHERE name = 'report.json'", [SEAL]),
    "the title": (f"UPDATE {REPORT} SET title_zh = '另一份'", [SEAL]),
    "the query": (f"UPDATE {REPORT} SET query = ''", [SEAL]),
    "the number of records": (f"UPDATE {REPORT} SET count = 4", [SEAL]),
    "the day": (f"UPDATE {REPORT} SET as_of = '2024-06-29'", [SEAL]),
    "when it was published": (f"UPDATE {REPORT} SET published_at = '2024-06-29 00:00:00+00:00'", [SEAL]),
    "the ledger head": (f"UPDATE {REPORT} SET ledger_head = '{'f' * 64}'", [SEAL, HEAD]),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_what_was_altered_in_the_database_is_found(missions, name):
    statement, findings = TAMPERED[name]
    build.frozen_report("R-1", ledger_head=missions[0].changes.last().hash)
    assert found() == []

    tamper(statement)

    assert found() == findings


def test_a_forged_file_that_was_put_on_record_with_its_digest_is_no_published_one(missions, tmp_path):
    build.frozen_report("R-1", ledger_head=missions[0].changes.last().hash)
    forged = tmp_path / "report.json"
    forged.write_bytes(b"\0")
    tamper(TAMPERED["the bytes with their digest"][0])

    with pytest.raises(CommandError) as refusal:
        verify(forged)

    assert str(refusal.value).startswith("What this site has on record of report.json is damaged itself")


def test_a_report_that_was_removed_is_missed_by_the_one_after_it(missions):
    head = missions[0].changes.last().hash
    for slug in ("R-0", "R-1"):
        build.frozen_report(slug, ledger_head=head)
    assert found() == []

    tamper(f"DELETE FROM {REPORT_FILE} WHERE report_id = 'R-0'")
    tamper(f"DELETE FROM {REPORT} WHERE slug = 'R-0'")

    assert found() == [SEAL]


@pytest.mark.skipif(connection.vendor == "postgresql", reason="PostgreSQL has no 30 February")
def test_a_report_that_cannot_be_read_any_more_is_found(missions):
    report = build.frozen_report("R-1", ledger_head=missions[0].changes.last().hash)

    tamper(f"UPDATE {REPORT} SET as_of = '2023-02-30'")

    assert found() == [f"frozen report {report.pk} cannot be read"]


def test_a_report_whose_ledger_head_was_removed_is_found(missions):
    newest = missions[2].changes.last()
    build.frozen_report("R-1", ledger_head=newest.hash)

    tamper("DELETE FROM missions_evidence WHERE change_id = %s", newest.pk)
    tamper("DELETE FROM missions_statuschange WHERE id = %s", newest.pk)

    assert HEAD in found()
