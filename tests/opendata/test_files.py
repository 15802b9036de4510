"""The data set as one archive and the ledger as lines: what is in them, what they state, when they are sent again."""

import hashlib
import json
import re
import zipfile
from collections import Counter
from datetime import date, timedelta
from io import BytesIO

import pytest

from missions.ledger.entries import canonical
from missions.models import Head, Mission, StatusChange
from missions.status import Deadline, Status
from tests import factories
from tests.cache import forget
from tests.opendata.unpacking import ARCHIVE, LEDGER, day, fetched, members, rows, unpacked, verified_here

TABLES = [
    "missions", "instruments", "themes", "areas", "organisations", "sources", "figures", "programme", "timeline",
    "contradictions", "evidence", "mission_areas", "mission_supporting_owners", "mission_sources",
    "figure_instruments", "reports", "report_files", "tallies",
]  # fmt: skip
NAMES = ["README.md", "verify.py", "ledger.jsonl", *(f"{name}.csv" for name in TABLES), "datapackage.json", "head.json"]
ADDRESSES = [ARCHIVE, LEDGER, f"{LEDGER}?since_id=2"]

pytestmark = pytest.mark.usefixtures("archive")


def columns(folder, table, *names):
    return [tuple(row[name] for name in names) for row in rows(folder, table)]


# --- the archive ------------------------------------------------------------------------------------------------------


def test_the_archive_has_these_files_of_one_date(archive):
    with zipfile.ZipFile(BytesIO(archive[1])) as file:
        found = file.infolist()
    assert [member.filename for member in found] == NAMES
    assert {(member.date_time, member.external_attr >> 16) for member in found} == {
        ((*map(int, day().split("-")), 0, 0, 0), 0o644)
    }


def test_every_table_has_its_rows(folder):
    assert [name for name in TABLES if not rows(folder, name)] == []
    assert columns(folder, "missions", "code", "status", "status_since", "due", "replaces") == [
        ("M-1", "completed", "2024-01-01", "", ""), ("M-2", "in_progress", "2024-03-01", "", ""),
        ("M-3", "paused", "2024-01-01", "2024-07-01", ""),
    ]  # fmt: skip
    third = rows(folder, "missions")[2]
    assert [third[name] for name in ("title_en", "title_zh", "description_en", "description_zh")] == [
        "'=1+1", "'-1", "a\n\nb", "“甲”,\r\n乙",
    ]  # fmt: skip
    assert columns(folder, "mission_areas", "mission", "area") == [("M-3", "A1")]
    assert columns(folder, "mission_supporting_owners", "mission", "organisation") == [("M-3", "O2")]
    assert columns(folder, "mission_sources", "mission", "source") == [("M-3", "s1")]
    assert columns(folder, "organisations", "code", "parent") == [("O1", ""), ("O2", "O1")]
    assert sorted(columns(folder, "figures", "value", "source")) == [("-5", "s2"), ("0.0001", "s2")]
    assert columns(folder, "reports", "slug", "supersedes") == [("R-1", ""), ("R-2", "R-1"), ("R-3", "")]
    digests = [("R-1", name, hashlib.sha256(content).hexdigest()) for name, content in factories.FILES.items()]
    assert columns(folder, "report_files", "report", "name", "sha256")[:2] == digests
    assert columns(folder, "evidence", "code", "entry", "number", "file") == [
        ("M-1", "2", "1", ""), ("M-1", "2", "2", ""), ("M-2", "5", "1", ""), ("M-2", "6", "1", ""),
        ("M-3", "8", "1", "letter.pdf"),
    ]  # fmt: skip


def test_the_missions_are_those_of_the_report_with_more_columns(client, folder):
    report = client.get("/en/report/completion.csv?sort=code").getvalue().decode("utf-8-sig")
    header, *lines = report.split("\r\n")
    ours, *of_ours = (folder / "missions.csv").read_bytes().decode("utf-8-sig").split("\r\n")

    assert ours == f"{header},number,description_en,description_zh,replaces"
    assert [line.split(",")[:4] for line in of_ours[:3]] == [line.split(",")[:4] for line in lines[:3]]


def test_private_evidence_is_its_digest_alone_and_no_account_is_named(folder):
    private = rows(folder, "evidence")[1]
    entries = [json.loads(line) for line in (folder / "ledger.jsonl").read_bytes().splitlines()]

    hidden = ("title", "publisher", "published_on", "event_on", "url", "file", "source")
    assert {private[name] for name in hidden} == {""}
    assert entries[1]["evidence"][1] == {"sha256": private["sha256"]}
    names = {name for table in TABLES for name in rows(folder, table)[0]}.union(*entries)
    assert [name for name in names if name in ("recorded_by", "published_by") or "user" in name] == []


def test_tallies_count_the_missions_of_every_dimension(folder):
    missions, documented = rows(folder, "missions"), {"M-1"}
    counted = Counter(
        (name, row.get(name, "all"), column)
        for row in missions
        for name in ("all", "instrument", "theme", "owner", "status", "deadline")
        for column in ["missions", row["status"], *(["documented"] if row["code"] in documented else [])]
    )
    found = rows(folder, "tallies")
    names = ["missions", *Status.values, "documented"]

    assert list(found[0]) == ["dimension", "code", *names]
    tallies = {(row["dimension"], row["code"], name): int(row[name]) for row in found for name in names}
    assert {key: number for key, number in tallies.items() if number} == counted


def test_deadline_states_are_those_of_the_date_of_the_revision(client, tmp_path):
    today = date.fromisoformat(day())
    expected = {-1: "overdue", 0: "due_soon", 30: "due_soon", 31: "on_time"}
    for days in expected:
        factories.mission(f"X{days}", due=today + timedelta(days))
    official = factories.mission("X-new", opened=False, provenance="official")
    old = factories.mission("X-old", status=Status.WITHDRAWN, on=date(2024, 1, 1))
    factories.opening(official, on=date(2024, 1, 1))
    official.replaces.add(old)
    found = rows(unpacked(client, tmp_path), "missions")

    assert {row["code"]: row["deadline"] for row in found if row["code"][0] == "X" and row["due"] > day()[:3]} == {
        f"X{days}": state for days, state in expected.items()
    }
    assert {row["code"]: row["replaces"] for row in found if row["replaces"]} == {"X-new": "X-old"}
    assert verified_here(tmp_path)[1] == 0


def test_headers_head_and_readme_state_the_revision(client, archive, folder, settings):
    response, _body = archive
    head, query = Head.objects.get(), f"as_of={day()}"
    digest = hashlib.sha256(query.encode()).hexdigest()[:8]

    assert (response["X-Hub-Query"], response["X-Hub-As-Of"], response["X-Hub-Count"]) == (query, day(), "3")
    assert (response["X-Hub-Revision"], response["X-Hub-Ledger-Head"]) == (str(head.revision), head.hash)
    name = f'attachment; filename="hubtracker_{day()}_r{head.revision}_{digest}.zip"'
    assert (response["Content-Disposition"], response["Content-Type"]) == (name, "application/zip")
    stated = json.loads((folder / "head.json").read_bytes())
    package = (folder / "datapackage.json").read_bytes()
    assert stated == {
        **stated, "entry": head.entry, "hash": head.hash, "revision": head.revision, "as_of": day(),
        "site": settings.SITE_URL,
        "datapackage": {"bytes": len(package), "hash": f"sha256:{hashlib.sha256(package).hexdigest()}"},
    }  # fmt: skip
    read_me = (folder / "README.md").read_text("utf-8")
    for text in (day(), str(head.revision), head.hash, "CC BY 4.0", f"{settings.SITE_URL}{LEDGER}", *NAMES[1:]):
        assert read_me.count(text) >= 2, text  # in both languages
    assert [mark for mark in ("{%", "{{", "&#", "&amp;", "&quot;") if mark in read_me] == []


def test_the_description_lists_files_codes_and_both_languages(folder):
    described = json.loads((folder / "datapackage.json").read_bytes())
    resources = {each["path"]: each for each in described["resources"]}
    fields = {field["name"]: field for field in resources["missions.csv"]["schema"]["fields"]}
    every_field = [field for each in resources.values() for field in each.get("schema", {}).get("fields", [])]
    texts = [each[name] for each in (*resources.values(), *every_field) for name in ("title", "description")]

    assert sorted(resources) == sorted(set(NAMES) - {"datapackage.json", "head.json"})
    for path, each in resources.items():
        content = (folder / path).read_bytes()
        assert (each["bytes"], each["hash"]) == (len(content), f"sha256:{hashlib.sha256(content).hexdigest()}")
    assert (described["version"], described["as_of"], described["ledger_head"]) == (
        str(Head.objects.get().revision), day(), Head.objects.get().hash,
    )  # fmt: skip
    assert fields["status"]["constraints"] == {"required": True, "enum": Status.values}
    assert fields["deadline"]["constraints"] == {"required": True, "enum": Deadline.values}
    assert fields["deadline"]["categories"][0] == {"value": "none", "label": "No deadline / 无期限"}
    assert [text for text in texts if not re.fullmatch(r"[^一-鿿]+ / .*", text)] == []
    assert [source["title"] for source in described["sources"]] == ["Source s0", "Source s1", "Source s2"]


# --- the ledger -------------------------------------------------------------------------------------------------------

FIELDS = [
    "id", "mission", "kind", "status", "previous", "due", "effective_on", "recorded_at", "corrects", "basis",
    "headline_en", "headline_zh", "evidence", "prev_hash", "hash",
]  # fmt: skip


def test_the_ledger_is_canonical_and_chained(client, archive):
    _response, body = fetched(client, LEDGER)
    entries = [json.loads(line) for line in body.split(b"\n")[:-1]]

    assert members(archive[1])["ledger.jsonl"] == body
    previous = "0" * 64
    for number, (line, entry) in enumerate(zip(body.splitlines(keepends=True), entries, strict=True), 1):
        decided = ["decided_by"] if entry["kind"] == "deadline" else []
        without = json.dumps(
            {name: value for name, value in entry.items() if name != "hash"},
            sort_keys=True, separators=(",", ":"), ensure_ascii=False,
        )  # fmt: skip
        assert line == f"{canonical(entry)}\n".encode()
        assert sorted(entry) == sorted([*FIELDS, *decided])
        assert (entry["id"], entry["prev_hash"]) == (number, previous)
        previous = hashlib.sha256(without.encode()).hexdigest()
        assert entry["hash"] == previous
    assert (previous, len(entries)) == (Head.objects.get().hash, StatusChange.objects.count())
    assert b'"recorded_at":"2024-06-30T04:00:00.000000Z"' in body
    assert '“虹桥” \\"quoted\\"\\n\x85\u2028'.encode() in body


SINCE = {"": 0, "?since_id=": 0, "?since_id=0": 0, "?since_id=3": 3, "?since_id=3&since_id=3": 3, "?since_id=8": 8,
         "?since_id=3&unknown=7": 3, "?since_id=99": 8, f"?since_id={2**63 - 1}": 8}  # fmt: skip


def test_since_id_gives_the_end_of_the_ledger(client):
    _response, whole = fetched(client, LEDGER)
    lines = whole.splitlines(keepends=True)

    for query, skipped in SINCE.items():
        response, body = fetched(client, LEDGER + query)
        assert (body, response["X-Hub-Count"]) == (b"".join(lines[skipped:]), str(8 - min(skipped, 8))), query
        assert response["Content-Type"] == "application/x-ndjson"
    assert fetched(client, f"{LEDGER}?unknown=1&since_id=02")[0]["X-Hub-Query"] == "since_id=2"


BAD = ["-1", "%2B2", "%202", "2%0A", "1_0", "１", "٣", str(2**63), "9" * 5000, "x", "1.5", "1e3", "%00", "3&since_id=4"]


@pytest.mark.parametrize("value", BAD)
def test_a_since_id_that_is_no_number_is_refused(client, value):
    response = client.get(f"{LEDGER}?since_id={value}")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [error["parameter"] for error in response.json()["errors"]] == ["since_id"]


def test_a_copy_is_current_until_a_public_change(client, settings):
    def tags():
        forget()
        return [fetched(client, address)[0]["ETag"] for address in (ARCHIVE, LEDGER, f"{LEDGER}?since_id=2")]

    first = tags()
    factories.submission(Mission.objects.first(), status=Status.PAUSED, note="Not for the public")
    assert tags() == first
    factories.mission("X-1")
    second = tags()
    settings.SITE_URL = "https://elsewhere.example.org"  # the archive names it
    assert len({*first, *second, tags()[0]}) == 7
