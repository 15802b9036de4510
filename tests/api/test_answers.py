"""What each operation says of the records, field by field."""

import hashlib
from datetime import UTC, date, datetime

import pytest

from missions.models import Measure, ReportedFigure, StatusChange
from missions.models.ledger import canonical
from missions.status import Basis, Status
from tests import build

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.both_databases]

LINE = (
    "id", "mission", "kind", "status", "previous", "due", "effective_on", "recorded_at", "corrects", "basis",
    "headline_en", "headline_zh", "evidence", "prev_hash", "decided_by", "reported_by",
)  # fmt: skip


def line(entry):
    """The line of an entry in the ledger, without its hash; some keys stand in it only where they are given."""
    return {name: entry[name] for name in LINE if name in entry}


def built():
    """A mission on which everything has happened."""
    above = build.organisation("SH", name_en="City", name_zh="市", level="municipal")
    mission = build.mission(
        "FP-007",
        title_en="Build the bridge",
        title_zh="建桥",
        description_en="A bridge.",
        description_zh="一座桥。",
        clause="Part 1",
        clause_zh="第一部分",
        kind="project",
        provenance="official",
        theme=build.theme("T1", name_en="Trade", name_zh="贸易"),
        lead_owner=build.organisation("SH-1", name_en="Office", name_zh="办公室", parent=above),
        supporting=[build.organisation("O3"), build.organisation("O2")],
        areas=[build.area("B2"), build.area("A1")],
        due=date(2024, 7, 15),
    )
    mission.sources.add(build.source("s1", published_on=date(2021, 2, 24)))
    said = build.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 2))
    build.correct(said, status=Status.PAUSED)
    build.report(mission, Status.PAUSED, on=date(2024, 3, 1), evidence=[build.evidence(title="Kept", is_public=False)])
    build.deadline(mission, date(2024, 12, 31), on=date(2024, 4, 1))
    return mission


LISTED = {
    "code": "FP-007",
    "instrument": "FP",
    "title": {"en": "Build the bridge", "zh": "建桥"},
    "status": "paused",
    "status_label": {"en": "Paused", "zh": "暂停"},
    "status_since": "2024-01-02",
    "deadline": "on_time",
    "deadline_label": {"en": "Not yet due", "zh": "未到期"},
    "due": "2024-12-31",
    "due_first": "2024-07-15",
    "due_moves": 1,
    "owner": "SH-1",
    "owner_name": {"en": "Office", "zh": "办公室"},
    "supporting_owners": ["O2", "O3"],
    "theme": "T1",
    "theme_name": {"en": "Trade", "zh": "贸易"},
    "areas": ["A1", "B2"],
    "kind": "project",
    "provenance": "official",
    "clause": "Part 1",
    "clause_zh": "第一部分",
    "url": "http://127.0.0.1:8000/en/missions/FP-007/",
    "url_zh": "http://127.0.0.1:8000/zh-hans/missions/FP-007/",
}


def test_a_list_has_each_mission_with_its_facts_in_both_languages(client):
    mission = built()

    answer = client.get("/api/v1/missions").json()

    expected = {**LISTED, "number": mission.number}
    assert answer == {"total": 1, "page": 1, "per_page": 25, "items": [expected]}


def test_a_past_day_has_the_status_and_the_due_date_of_that_day(client):
    built()

    (item,) = client.get("/api/v1/missions?as_of=2024-02-01").json()["items"]

    changed = {name: item[name] for name in item if name in LISTED and item[name] != LISTED[name]}
    assert changed == {"due": "2024-07-15", "due_moves": 0}


def test_a_mission_has_its_text_its_sources_and_its_ledger(client):
    mission = built()

    answer = client.get("/api/v1/missions/FP-007").json()
    ledger = answer.pop("ledger")

    assert answer == {
        **LISTED,
        "number": mission.number,
        "description": {"en": "A bridge.", "zh": "一座桥。"},
        "provenance_sentence": {"en": "The text and the number are official.", "zh": "文本和编号均为官方发布。"},
        "sources": [
            {
                "key": "s1",
                "title": "Source s1",
                "publisher": "Publisher",
                "published_on": "2021-02-24",
                "url": "https://example.org/s1",
                "language": "en",
                "title_zh": "",
                "publisher_zh": "",
                "form": "",
            }
        ],
        "replaces": [],
        "replaced_by": [],
    }
    entries = list(mission.changes.order_by("pk"))
    assert list(map(line, ledger)) == [entry.public_line() for entry in entries]
    facts = [(e["kind"], e["before"], e["is_confirmation"], e["corrected_by"]) for e in ledger]
    assert facts == [
        ("opening", None, False, None),
        ("report", "unreported", False, entries[2].pk),
        ("correction", "unreported", False, None),
        ("report", "paused", True, None),
        ("deadline", "paused", False, None),
    ]


def test_anybody_can_compute_the_hash_of_an_entry_from_what_the_api_says(client):
    built()

    ledger = client.get("/api/v1/missions/FP-007").json()["ledger"]

    computed = [hashlib.sha256(canonical(line(entry)).encode()).hexdigest() for entry in ledger]
    assert computed == [entry["hash"] for entry in ledger]
    assert computed[-1] == client.get("/api/v1/").json()["ledger_head"]


def test_what_was_not_known_yet_is_not_in_the_ledger_of_that_evening(client):
    mission = built()
    later = StatusChange.objects.order_by("pk").last()

    first = client.get("/api/v1/missions/FP-007?known_at=2024-06-29")
    known = client.get("/api/v1/missions/FP-007?known_at=2024-06-30").json()

    assert first.status_code == 404
    assert [entry["id"] for entry in known["ledger"]][-1] == later.pk == mission.changes.latest("pk").pk


def test_a_mission_names_those_whose_place_it_takes(client):
    ours, theirs = build.mission("FP-1"), build.mission("FP-2")
    build.report(ours, Status.WITHDRAWN, on=date(2021, 2, 24))
    theirs.replaces.add(ours)

    assert client.get("/api/v1/missions/FP-2").json()["replaces"] == ["FP-1"]
    assert client.get("/api/v1/missions/FP-1").json()["replaced_by"] == ["FP-2"]


def test_a_change_has_what_was_true_before_and_public_evidence_alone(client):
    mission = built()
    _opening, said, correction, confirmed, deadline = mission.changes.order_by("pk")

    items = client.get("/api/v1/changes").json()["items"]

    assert [item["id"] for item in items] == [correction.pk, deadline.pk, confirmed.pk, said.pk]
    by_id = {item["id"]: item for item in items}
    assert by_id[deadline.pk] == {
        "id": deadline.pk,
        "mission": "FP-007",
        "title": {"en": "Build the bridge", "zh": "建桥"},
        "instrument": "FP",
        "owner": "SH-1",
        "theme": "T1",
        "kind": "deadline",
        "day": "2024-04-01",
        "effective_on": "2024-04-01",
        "recorded_at": "2024-06-30T04:00:00.000000Z",
        "status": None,
        "before": None,
        "is_confirmation": False,
        "due": "2024-12-31",
        "due_before": "2024-07-15",
        "decided_by": "Municipal Government",
        "reported_by": None,
        "corrects": None,
        "corrected_by": None,
        "basis": "document",
        "headline": {"en": "New due date", "zh": "期限调整"},
        "evidence": [],
        "url": f"http://127.0.0.1:8000/en/missions/FP-007/#change-{deadline.pk}",
        "url_zh": f"http://127.0.0.1:8000/zh-hans/missions/FP-007/#change-{deadline.pk}",
    }
    assert (by_id[correction.pk]["day"], by_id[correction.pk]["corrects"]) == ("2024-06-30", said.pk)
    assert (by_id[said.pk]["corrected_by"], by_id[confirmed.pk]["is_confirmation"]) == (correction.pk, True)
    assert [len(by_id[pk]["evidence"]) for pk in (said.pk, confirmed.pk)] == [1, 0]


def tally(records, **statuses):
    return {
        "records": records,
        "statuses": {**dict.fromkeys(Status.values, 0), **statuses},
        "completed": statuses.get("completed", 0),
        "documented": statuses.get("documented", 0),
        "counted": records - statuses.get("withdrawn", 0),
    }


def counted(group):
    return {name: group[name] for name in ("records", "completed", "documented", "counted")}


def build_three():
    """Of two areas and two owners, one below the other: one documented, one completed by the owner's word, one open."""
    top = build.organisation("TOP")
    below = build.organisation("LOW", parent=top)
    areas = [build.area("A1"), build.area("A2")]
    build.mission("M-1", status=Status.COMPLETED, lead_owner=top, areas=areas, theme=build.theme("T1"))
    spoken = build.mission("M-2", lead_owner=below, areas=areas[:1], theme=build.theme("T2"))
    build.report(spoken, Status.COMPLETED, basis=Basis.OWNER)
    build.mission("M-3", status=Status.WITHDRAWN, lead_owner=below, theme=build.theme("T2"))


def test_the_summary_counts_each_mission_once_in_every_dimension_but_the_area(client):
    build_three()

    answer = client.get("/api/v1/summary").json()

    assert counted(answer["whole"]) == {"records": 3, "completed": 2, "documented": 1, "counted": 2}
    assert {
        name: [(g["code"], g["records"], g["documented"]) for g in groups] for name, groups in answer["tallies"].items()
    } == {
        "instrument": [("FP", 3, 1)],
        "theme": [("T1", 1, 1), ("T2", 2, 0)],
        "owner": [("LOW", 2, 0), ("TOP", 1, 1)],
        "status": [("completed", 2, 1), ("withdrawn", 1, 0)],
        "deadline": [("none", 3, 1)],
        "kind": [("policy", 3, 1)],
        "provenance": [("editorial-split", 3, 1)],
        "area": [("A1", 2, 1), ("A2", 1, 1)],
    }
    assert answer["rule"]["en"] == "Completion rate = completed ÷ (all − withdrawn)."
    (beside,) = answer["reported_beside_documented"]
    assert (beside["instruments"], beside["documented"], beside["counted"], beside["reported"]) == (["FP"], 1, 2, [])


def test_the_summary_counts_by_what_it_is_asked_for_and_of_the_query_alone(client):
    build_three()

    answer = client.get("/api/v1/summary?by=area&by=theme&status=completed&owner=LOW").json()

    groups = {name: [(group["code"], group["records"]) for group in found] for name, found in answer["tallies"].items()}
    assert groups == {"theme": [("T2", 1)], "area": [("A1", 1)]}
    assert client.get("/api/v1/summary?by=size").json()["errors"][0]["parameter"] == "by"


def test_each_record_of_a_dimension_has_its_missions_counted(client):
    build_three()

    def found(path, name="missions"):
        return {item["code"]: counted(item[name]) for item in client.get(f"/api/v1/{path}").json()["items"]}

    one, none = {"records": 1, "completed": 1, "documented": 1, "counted": 1}, dict.fromkeys(counted(tally(0)), 0)
    two = {"records": 2, "completed": 1, "documented": 0, "counted": 1}
    three = {"records": 3, "completed": 2, "documented": 1, "counted": 2}
    assert found("instruments") == {"FP": three}
    assert found("themes") == {"T1": one, "T2": two}
    assert found("areas") == {"A1": {**three, "records": 2}, "A2": one}
    assert found("organisations") == {"LOW": two, "TOP": one}
    assert found("organisations", "with_those_below") == {"LOW": two, "TOP": three}
    assert found("themes?status=withdrawn&as_of=2023-12-31") == {"T1": none, "T2": none}


def test_a_figure_on_completion_stands_beside_the_records_of_its_own_day(client):
    build_three()
    source = build.source("f", published_on=date(2024, 3, 2))
    words = {"indicator_en": "Missions completed", "indicator_zh": "已完成任务", "unit": "missions", "source": source}
    words["unit_zh"] = "项"
    figure = ReportedFigure.objects.create(as_of=date(2024, 3, 2), value=100, measure=Measure.COMPLETED, **words)
    figure.covers.set([build.instrument("FP")])
    other = {**words, "indicator_en": "Trade", "indicator_zh": "贸易额", "unit": "billion yuan", "unit_zh": "十亿元"}
    ReportedFigure.objects.create(as_of=date(2023, 12, 31), value=1.5, **other)

    newest, older = client.get("/api/v1/figures").json()["items"]
    earlier = client.get("/api/v1/figures?as_of=2024-01-01").json()

    assert (newest["value"], newest["value_text"]) == (100, {"en": "100 missions", "zh": "100项"})
    assert newest["beside"] == {"completed": 2, "documented": 1, "counted": 2}
    assert (newest["covers"], newest["source"]["key"], newest["measure"]) == (["FP"], "f", "completed")
    assert (older["value_text"], older["beside"]) == ({"en": "1.5 billion yuan", "zh": "15亿元"}, None)
    assert (earlier["total"], earlier["items"]) == (1, [older])


def test_a_frozen_report_has_its_files_with_their_checksums(client):
    first = build.frozen_report("R-1", published_at=datetime(2024, 3, 1, tzinfo=UTC))
    build.frozen_report("R-2", published_at=datetime(2024, 5, 1, tzinfo=UTC), supersedes=first)

    newest, oldest = client.get("/api/v1/reports").json()["items"]
    before = client.get("/api/v1/reports?known_at=2024-04-01").json()["items"]

    assert (newest["slug"], newest["supersedes"], newest["superseded_by"]) == ("R-2", "R-1", None)
    assert newest["reason"] == {"en": "A sum was wrong", "zh": "合计有误"}
    assert (oldest["slug"], oldest["superseded_by"], oldest["reason"]) == ("R-1", "R-2", None)
    assert [(report["slug"], report["superseded_by"]) for report in before] == [("R-1", None)]
    for file in oldest["files"]:
        content = client.get(file["url"].removeprefix("http://127.0.0.1:8000")).getvalue()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (file["size"], file["sha256"])
    assert len(oldest["files"]) == 2
