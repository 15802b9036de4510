"""The data set as one archive: its files, its day, what it states; the same bytes for the same revision."""

import hashlib
import json
import subprocess
import sys
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO

import pytest
from django.db import connection

from missions.dataset.package import VERIFY
from missions.models import Head, Mission, ReportedFigure
from missions.status import Status
from tests import build
from tests.databases import in_place_of_the_default
from tests.dataset.unpacking import ARCHIVE, LEDGER, day, fetched, members, rows, small_ledger, unpacked, verified
from tests.downloads import stated
from tests.kept import forget
from tests.reports.test_csv import BOM, FIRST

NAMES = [
    "README.md", "verify.py", "ledger.jsonl", "missions.csv", "instruments.csv", "themes.csv", "areas.csv",
    "organisations.csv", "sources.csv", "figures.csv", "programme.csv", "timeline.csv", "contradictions.csv",
    "evidence.csv", "mission_areas.csv", "mission_supporting_owners.csv", "mission_sources.csv",
    "figure_instruments.csv", "reports.csv", "report_files.csv", "tallies.csv", "datapackage.json", "head.json",
]  # fmt: skip


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_it_has_these_files_of_one_day_that_anybody_may_read(client, noon):
    small_ledger()
    _response, body = fetched(client, ARCHIVE)

    with zipfile.ZipFile(BytesIO(body)) as archive:
        found = archive.infolist()
        assert archive.testzip() is None
    year, month, of_month = map(int, day().split("-"))
    assert [member.filename for member in found] == NAMES
    assert {member.date_time for member in found} == {(year, month, of_month, 0, 0, 0)}
    assert {(member.external_attr >> 16, member.create_system) for member in found} == {(0o644, 3)}


def test_its_ledger_and_its_script_are_those_of_the_site(client, noon):
    small_ledger()
    _response, body = fetched(client, ARCHIVE)
    _response, ledger = fetched(client, LEDGER)

    assert members(body)["ledger.jsonl"] == ledger
    assert members(body)["verify.py"] == VERIFY.read_bytes()


def test_the_missions_are_those_of_the_report_of_its_day_and_have_more_columns(client, noon, tmp_path):
    small_ledger()
    mission = build.mission("M-3", due=date(2024, 7, 1), description_en="=1+1", description_zh="说明", number=7)
    response = client.get(f"/en/report/completion.csv?sort=code&as_of={min(day(), '2024-06-30')}")
    report = response.getvalue().decode("utf-8-sig").splitlines()

    folder = unpacked(client, tmp_path)

    found = (folder / "missions.csv").read_bytes()
    assert found.startswith(BOM + ",".join(FIRST).encode())
    header, *lines = found.decode("utf-8-sig").split("\r\n")
    assert header == f"{report[0]},number,description_en,description_zh,replaces"
    assert lines.pop() == ""
    assert [line.split(",")[:4] for line in lines] == [line.split(",")[:4] for line in report[1:]]
    said = next(row for row in rows(folder, "missions") if row["code"] == mission.code)
    assert (said["number"], said["description_en"], said["description_zh"]) == ("7", "'=1+1", "说明")


def test_deadline_states_are_those_of_the_day_on_which_the_revision_advanced(client, db, tmp_path):
    today = date.fromisoformat(day())
    for code, days in {"M-1": -1, "M-2": 0, "M-3": 30, "M-4": 31}.items():
        build.mission(code, due=today + timedelta(days))

    folder = unpacked(client, tmp_path)

    found = {row["code"]: row["deadline"] for row in rows(folder, "missions")}
    assert found == {"M-1": "overdue", "M-2": "due_soon", "M-3": "due_soon", "M-4": "on_time"}
    overdue = next(row for row in rows(folder, "tallies") if (row["dimension"], row["code"]) == ("deadline", "overdue"))
    assert overdue["missions"] == "1"


def test_a_mission_that_takes_the_place_of_another_says_so(client, noon, tmp_path):
    former = build.mission("M-1")
    build.report(former, Status.WITHDRAWN, on=date(2024, 1, 1))
    official = build.mission("M-2", opened=False, provenance="official")
    build.opening(official, on=date(2024, 1, 1))
    official.replaces.add(former)

    folder = unpacked(client, tmp_path)

    assert {row["code"]: row["replaces"] for row in rows(folder, "missions")} == {"M-1": "", "M-2": "M-1"}


def test_linked_tables_hold_the_links(client, noon, tmp_path):
    areas, owners = [build.area("A2"), build.area("A1")], [build.organisation("O2", parent=build.organisation("O1"))]
    mission = build.mission("M-1", areas=areas, supporting=owners)
    mission.sources.add(build.source("s2"), build.source("s1"))
    words = {"indicator_en": "Done", "indicator_zh": "完成", "unit": "missions", "measure": "completed"}
    figure = ReportedFigure.objects.create(as_of=date(2024, 1, 1), value="1.50", source=build.source("s3"), **words)
    figure.covers.add(mission.instrument)
    build.frozen_report("R-2", supersedes=build.frozen_report("R-1"))
    build.frozen_report("R-3")

    folder = unpacked(client, tmp_path)

    def pairs(name):
        return [tuple(row.values()) for row in rows(folder, name)]

    assert pairs("mission_areas") == [("M-1", "A1"), ("M-1", "A2")]
    assert pairs("mission_supporting_owners") == [("M-1", "O2")]
    assert pairs("mission_sources") == [("M-1", "s1"), ("M-1", "s2")]
    assert pairs("figure_instruments") == [(str(figure.pk), "FP")]
    assert [row["key"] for row in rows(folder, "sources")] == ["s1", "s2", "s3"]
    assert [(row["value"], row["source"], row["instrument"]) for row in rows(folder, "figures")] == [("1.5", "s3", "")]
    assert [(row["code"], row["parent"]) for row in rows(folder, "organisations")] == [("O1", ""), ("O2", "O1")]
    assert [(row["slug"], row["supersedes"]) for row in rows(folder, "reports")] == [
        ("R-1", ""), ("R-2", "R-1"), ("R-3", ""),
    ]  # fmt: skip
    content = build.FILES["report.html"]
    file = ("R-1", "report.html", "both", "text/html; charset=utf-8", f"{len(content)}")
    assert pairs("report_files")[1] == (*file, hashlib.sha256(content).hexdigest())


def test_each_piece_of_evidence_stands_in_its_place(client, noon, tmp_path):
    mission = build.mission("M-1")
    cited = [build.evidence(title="First", source=build.source("s1")), build.evidence(title="Second", url="")]
    build.report(mission, Status.PAUSED, evidence=cited)
    build.correct(mission.changes.get(status=Status.PAUSED), evidence=[build.evidence(title="Third")])

    found = rows(unpacked(client, tmp_path), "evidence")

    assert [(row["code"], row["entry"], row["number"], row["title"], row["source"]) for row in found] == [
        ("M-1", "2", "1", "First", "s1"),
        ("M-1", "2", "2", "Second", ""),
        ("M-1", "3", "1", "Third", ""),
    ]


# --- what it states ---------------------------------------------------------------------------------------------------


def test_its_headers_and_its_name_state_what_it_is(client, noon):
    small_ledger()
    response, body = fetched(client, ARCHIVE)

    expected = stated(f"as_of={day()}", body, records=2)
    expected["X-Hub-As-Of"] = day()
    expected["Content-Type"] = "application/zip"
    expected["Content-Disposition"] = (
        expected["Content-Disposition"].replace("2024-06-30", day()).replace(".csv", ".zip")
    )
    assert {name: response[name] for name in expected} == expected
    assert "Content-Encoding" not in response
    assert not response.cookies


def test_head_and_read_me_state_it_too(client, noon, settings):
    small_ledger()
    found = members(fetched(client, ARCHIVE)[1])
    head = Head.objects.get()

    said = json.loads(found["head.json"])
    assert (said["entry"], said["hash"], said["revision"]) == (6, head.hash, head.revision)
    assert (said["as_of"], said["site"]) == (day(), settings.SITE_URL)
    read_me = found["README.md"].decode()
    for part in read_me.split("# 枢纽任务跟踪"):
        for words in (day(), str(head.revision), head.hash, "CC BY 4.0", f"{settings.SITE_URL}{LEDGER}", "verify.py"):
            assert words in part
    assert [name for name in NAMES if name != "README.md" and read_me.count(f"`{name}`") < 2] == []
    assert [text for text in ("{%", "{{", "&#", "&amp;", "&quot;") if text in read_me] == []


# --- the same bytes ---------------------------------------------------------------------------------------------------

# A year later by the clock.
IN_ANOTHER_PROCESS = """
import sys, django, time_machine
from datetime import UTC, datetime, timedelta
django.setup()
from django.test import Client
with time_machine.travel(datetime.now(UTC) + timedelta(days=366)):
    for address in sys.argv[1:]:
        response = Client(SERVER_NAME="127.0.0.1").get(address)
        sys.stdout.buffer.write(response.getvalue())
        print(response["Content-Disposition"], response["ETag"], response["Repr-Digest"], file=sys.stderr)
"""


def figure_of(day_of_it):
    words = {"indicator_en": f"{day_of_it}", "indicator_zh": "数", "unit": "missions", "source": build.source("f")}
    return ReportedFigure.objects.create(as_of=day_of_it, value=1, **words)


@pytest.mark.both_databases
def test_another_process_sends_the_same_bytes_under_the_same_name_a_year_later(client, own_database):
    areas = [build.area(f"A{n}") for n in range(5)]
    today = date.fromisoformat(day())
    for number in range(5):
        fields = {"areas": areas[number:] + areas[:number], "supporting": [build.organisation("O2")]}
        mission = build.mission(f"M-{number}", title_en="Smile 😀 =1+1", due=today + timedelta(number - 2), **fields)
        mission.sources.add(build.source(f"s{9 - number}"))
    # What comes to be true later, without a write.
    figure_of(today)
    figure_of(today + timedelta(1))
    answers = [fetched(client, address) for address in (ARCHIVE, LEDGER)]

    other = subprocess.run(
        [sys.executable, "-c", IN_ANOTHER_PROCESS, ARCHIVE, LEDGER],
        env={
            **own_database,
            "DJANGO_SETTINGS_MODULE": "hubtracker.settings",
            "PYTHONHASHSEED": "7",
            "TZ": "America/New_York",
            "LANG": "C",
        },
        capture_output=True,
        check=True,
    )

    told = [line for line in other.stderr.decode().split("\n") if "sha-256" in line]
    names = ("Content-Disposition", "ETag", "Repr-Digest")
    assert told == [" ".join(response[name] for name in names) for response, _body in answers]
    assert other.stdout == b"".join(body for _response, body in answers)
    assert b"figures.csv" in answers[0][1]


def test_a_year_later_it_has_the_same_bytes_and_name(client, noon):
    small_ledger()
    build.mission("M-3", due=date(2024, 7, 1))
    response, body = fetched(client, ARCHIVE)

    noon.shift(timedelta(days=900))

    later, the_same = fetched(client, ARCHIVE)
    assert (the_same, later["Content-Disposition"]) == (body, response["Content-Disposition"])


def test_after_a_write_it_has_another_name_and_other_bytes(client, noon, tmp_path):
    small_ledger()
    response, body = fetched(client, ARCHIVE)

    build.report(Mission.objects.get(code="M-2"), Status.COMPLETED, on=date(2024, 6, 1))

    later, other = fetched(client, ARCHIVE)
    assert later["Content-Disposition"] != response["Content-Disposition"]
    changed = [name for name, content in members(other).items() if content != members(body)[name]]
    assert changed == [
        "README.md", "ledger.jsonl", "missions.csv", "evidence.csv", "tallies.csv", "datapackage.json", "head.json",
    ]  # fmt: skip


@pytest.mark.both_databases
@pytest.mark.parametrize("table", ["missions_theme", "missions_mission", "missions_evidence"])
def test_what_is_written_while_it_is_made_is_in_the_next_one(client, own_database, table, tmp_path):
    """All of it is of the revision that it states."""
    mission = build.mission("M-1", status=Status.IN_PROGRESS, on=date(2024, 1, 1))
    _response, before = fetched(client, ARCHIVE)
    name, waiting = connection.settings_dict["NAME"], ["a write"]
    forget()

    def write():
        with in_place_of_the_default(name):
            build.report(mission, Status.PAUSED, on=date(2024, 2, 1))

    def write_after_the_read(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if waiting and f'FROM "{table}"' in sql:
            waiting.clear()
            with ThreadPoolExecutor(1) as threads:
                threads.submit(write).result()
        return result

    with connection.execute_wrapper(write_after_the_read):
        _response, meanwhile = fetched(client, ARCHIVE)

    assert waiting == []
    assert meanwhile == before
    assert [row["status"] for row in rows(unpacked(client, tmp_path), "missions")] == ["paused"]
    assert verified(tmp_path)[1] == 0
