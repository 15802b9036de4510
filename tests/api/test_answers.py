"""What each operation says of the records, field by field."""

import json
import re

import pytest
from django.conf import settings

from missions.models import Head
from missions.status import Status
from tests import factories

pytestmark = pytest.mark.usefixtures("one_of_everything")

SITE = settings.SITE_URL
LISTED = {
    "code": "FP-007", "instrument": "FP", "number": 7, "title": {"en": "Build the bridge", "zh": "建桥"},
    "status": "paused", "status_label": {"en": "Paused", "zh": "暂停"}, "status_since": "2024-01-02",
    "deadline": "on_time", "deadline_label": {"en": "Not yet due", "zh": "未到期"}, "due": "2024-12-31",
    "due_first": "2024-07-15", "due_moves": 1, "owner": "SH-1", "owner_name": {"en": "Office", "zh": "办公室"},
    "supporting_owners": ["O2", "O3"], "theme": "T1", "theme_name": {"en": "Trade", "zh": "贸易"},
    "areas": ["A1", "B2"], "kind": "project", "provenance": "official", "clause": "Part 1", "clause_zh": "第一部分",
    "url": f"{SITE}/en/missions/FP-007/", "url_zh": f"{SITE}/zh-hans/missions/FP-007/",
}  # fmt: skip


def get(client, path):
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == 200, response.text
    return response.json()


def test_a_list_has_each_mission_with_its_facts_in_both_languages(client):
    assert get(client, "missions?q=FP-007") == {"total": 1, "page": 1, "per_page": 25, "items": [LISTED]}
    (before,) = get(client, "missions?q=FP-007&as_of=2024-02-01")["items"]
    assert {name: before[name] for name in before if before[name] != LISTED[name]} == {
        "due": "2024-07-15", "due_moves": 0
    }  # fmt: skip


def test_a_mission_has_its_text_its_sources_and_its_ledger_as_in_the_file(client):
    answer = get(client, "missions/FP-007")
    ledger, (source,) = answer.pop("ledger"), answer.pop("sources")

    assert {name: answer[name] for name in LISTED} == LISTED
    assert answer["description"] == {"en": "A bridge.", "zh": "一座桥。"}
    assert (source["key"], source["title"], source["published_on"]) == ("s1", "Source s1", "2021-02-24")
    lines = {line["id"]: line for line in map(json.loads, client.get("/data/ledger.jsonl").getvalue().splitlines())}
    assert [{name: entry[name] for name in lines[entry["id"]]} for entry in ledger] == [lines[e["id"]] for e in ledger]
    assert [(e["kind"], e["before"], e["is_confirmation"], e["corrected_by"]) for e in ledger] == [
        ("opening", None, False, None),
        ("report", "unreported", False, ledger[2]["id"]),
        ("correction", "unreported", False, None),
        ("report", "paused", True, None),
        ("deadline", "paused", False, None),
    ]
    assert client.get("/api/v1/missions/FP-007?known_at=2024-06-29").status_code == 404


def test_a_change_has_what_was_true_before_and_public_evidence_alone(client, one_of_everything):
    _opening, wrong, correction, confirmed, deadline = one_of_everything.changes.order_by("pk")
    items = get(client, "changes?q=FP-007")["items"]

    assert [item["id"] for item in items] == [correction.pk, deadline.pk, confirmed.pk, wrong.pk]
    assert items[1] == {
        "id": deadline.pk, "mission": "FP-007", "title": LISTED["title"], "instrument": "FP", "owner": "SH-1",
        "theme": "T1", "kind": "deadline", "day": "2024-04-01", "effective_on": "2024-04-01",
        "recorded_at": "2024-06-30T04:00:00.000000Z", "status": None, "before": None, "is_confirmation": False,
        "due": "2024-12-31", "due_before": "2024-07-15", "decided_by": "Municipal Government", "reported_by": None,
        "corrects": None, "corrected_by": None, "basis": "document", "evidence": [],
        "headline": {"en": "New due date", "zh": "期限调整"},
        "url": f"{LISTED['url']}#change-{deadline.pk}", "url_zh": f"{LISTED['url_zh']}#change-{deadline.pk}",
    }  # fmt: skip
    facts = [(item["day"], item["corrects"], item["corrected_by"], len(item["evidence"])) for item in items]
    assert facts == [
        ("2024-06-30", wrong.pk, None, 1), ("2024-04-01", None, None, 0), ("2024-03-01", None, None, 0),
        ("2024-01-02", None, correction.pk, 1),
    ]  # fmt: skip


def counted(group):
    return [group[name] for name in ("records", "completed", "documented", "counted")]


def test_the_summary_counts_each_mission_once_in_every_dimension_but_the_area(client):
    answer = get(client, "summary")

    assert counted(answer["whole"]) == [4, 2, 1, 3]
    tallies = {name: [(g["code"], *counted(g)[:3:2]) for g in groups] for name, groups in answer["tallies"].items()}
    assert tallies == {
        "instrument": [("FP", 4, 1)],
        "theme": [("T1", 1, 0), ("T2", 3, 1)],
        "owner": [("SH", 3, 1), ("SH-1", 1, 0)],
        "status": [("paused", 1, 0), ("completed", 2, 1), ("withdrawn", 1, 0)],
        "deadline": [("none", 3, 1), ("on_time", 1, 0)],
        "kind": [("policy", 3, 1), ("project", 1, 0)],
        "provenance": [("official", 1, 0), ("editorial-split", 3, 1)],
        "area": [("A1", 2, 1), ("B2", 1, 0)],
    }
    (beside,) = answer["reported_beside_documented"]
    assert (beside["instruments"], beside["documented"], beside["counted"]) == (["FP"], 1, 3)
    some = get(client, "summary?by=area&by=theme&status=completed&owner=SH")["tallies"]
    assert {name: [(g["code"], g["records"]) for g in groups] for name, groups in some.items()} == {
        "theme": [("T2", 2)], "area": [("A1", 1)]
    }  # fmt: skip


def test_each_record_of_a_dimension_has_its_missions_counted(client):
    def found(path, name="missions"):
        return {item["code"]: counted(item[name]) for item in get(client, path)["items"]}

    assert found("areas") == {"A1": [2, 1, 1, 2], "B2": [1, 0, 0, 1]}
    assert (found("organisations")["SH"], found("organisations", "with_those_below")["SH"]) == (
        [3, 2, 1, 2],
        [4, 2, 1, 3],
    )
    assert found("themes?status=withdrawn&as_of=2023-12-31") == {"T1": [0, 0, 0, 0], "T2": [0, 0, 0, 0]}


def test_links_lead_from_page_to_page_and_back(client):
    for number in range(7):
        factories.mission(f"M-{number}", status=Status.PAUSED)
    pages, address = [], "/api/v1/missions?status=paused&sort=code&per_page=3&unknown=x&page=1"
    while address:
        response = client.get(address)
        pages.append([item["code"] for item in response.json()["items"]])
        links = {name: url for url, name in re.findall(r'<([^>]*)>; rel="(\w+)"', response["Link"])}
        address = links.get("next", "").removeprefix(SITE)

    assert pages == [["FP-007", "M-0", "M-1"], ["M-2", "M-3", "M-4"], ["M-5", "M-6"]]
    query = f"{SITE}/api/v1/missions?sort=code&status=paused&per_page=3&page="
    numbers = {name: int(url.rpartition("=")[2]) for name, url in links.items()}
    assert (numbers, {len(url) for url in links.values()}) == ({"first": 1, "last": 3, "prev": 2}, {len(query) + 1})


def test_the_state_names_the_newest_entry_and_its_links_lead_somewhere(client):
    head, state = Head.objects.get(), get(client, "")

    facts = [state[name] for name in ("revision", "entry", "ledger_head", "today")]
    assert facts == [head.revision, head.entry, head.hash, "2024-06-30"]
    answers = [client.get(url.removeprefix(SITE)) for url in state["links"].values()]
    assert [(answer.status_code, answer.getvalue() != b"") for answer in answers] == [(200, True)] * 13
    assert client.get("/en/missions/?per_page=101").status_code == 400
    assert get(client, "missions?per_page=1000")["per_page"] == 1000  # larger than a page of the site
