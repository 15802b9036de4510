"""The pictures that go with a link: what they say, that they are of the day and the public, and always the same."""

import json
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.public import pictures
from missions.status import Status
from tests import build
from tests.kept import forget
from tests.public.officials import said

pytestmark = pytest.mark.usefixtures("noon")

# Path after the language, without `picture.png` → database queries.
QUERIES = {"": 7, "instruments/FP/": 8, "missions/M-1/": 3, "owners/O1/": 10, "themes/T1/": 11, "areas/A1/": 11}
SIZE = (1200, 630)


@pytest.fixture
def plan():
    plan = build.instrument("FP", title_en="The plan", title_zh="方案")
    owner = build.organisation("O1", name_en="The owner", name_zh="单位")
    first = {"title_en": "The mission", "title_zh": "任务", "due": build.date(2024, 3, 1), "areas": [build.area("A1")]}
    build.mission("M-1", instrument=plan, lead_owner=owner, **first)
    build.report(build.Mission.objects.get(), Status.COMPLETED, on=build.date(2024, 3, 2))
    build.mission(instrument=plan)
    said(2, 2)
    return plan


def size(png):
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    return struct.unpack(">II", png[16:24])


@pytest.fixture
def written(monkeypatch):
    """What is handed to the typesetter, picture by picture."""
    handed, compile = [], pictures.typst.compile

    def spy(layout, *, sys_inputs, **options):
        handed.append(json.loads(sys_inputs["data"]))
        return compile(layout, sys_inputs=sys_inputs, **options)

    monkeypatch.setattr(pictures.typst, "compile", spy)
    return handed


def get(client, path, language="en"):
    response = client.get(f"/{language}/{path}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert size(response.content) == SIZE
    return response


def facts(picture):
    return [(fact["lead"], fact["note"]) for fact in picture["facts"]]


@pytest.mark.both_databases
def test_a_mission_is_shown_with_its_status_its_days_and_its_owner(client, plan, written):
    for path in ("missions/M-1/picture.png", "missions/M-1/picture.png?as_of=2024-03-01"):
        get(client, path)
    get(client, "missions/M-1/picture.png?known_at=2024-06-30", "zh-hans")

    now, before, chinese = written
    assert (now["kicker"], now["title"], now["day"]) == ("M-1 · The plan", "The mission", "as of 30 Jun 2024")
    due = "due 1 Mar 2024"
    owner = ("The owner", "Lead owner")
    assert facts(now) == [("Completed", f"since 2 Mar 2024\n{due} · Done late"), owner]
    assert facts(before) == [("Not individually reported", f"since 24 Feb 2021\n{due} · Due soon"), owner]
    assert before["day"] == "as of 1 Mar 2024"
    assert now["facts"][0]["mark"] != before["facts"][0]["mark"]
    assert (chinese["lang"], chinese["title"], chinese["site"]) == ("zh", "任务", "枢纽任务跟踪")
    assert chinese["day"] == "截至2024年6月30日 · 以本站截至2024年6月30日所知为准"
    assert chinese["facts"][0]["lead"] == "已完成"


@pytest.mark.both_databases
def test_reported_stands_beside_documented(client, plan, written):
    days = ("", "?as_of=2024-03-01", "?as_of=2021-01-01")
    for path in ("instruments/FP/picture.png", "picture.png"):
        for day in days:
            get(client, path + day)

    now, before, none = written[:3]
    documented = "documented: completed, as a public source cited here shows"
    assert facts(now) == [("1 of 2", documented), ("2 of 2", "reported as “completed” on 2 Mar 2024: Publisher")]
    assert facts(before) == [("0 of 2", documented), ("–", "no figure reported for it alone")]
    assert facts(none) == [("no missions by this day", "")]
    assert now["arcs"].count("<path") == 3
    assert [picture["arcs"].count("<path") for picture in written] == [3, 2, 0, 3, 2, 0]
    now, before, none = written[3:]
    assert facts(now) == [("FP · documented 1/2 · reported 2/2 “completed”", "The plan")]
    assert facts(before) == [("FP · documented 0/2 · no figure reported for it alone", "The plan")]
    assert (facts(none), none["day"]) == ([], "as of 1 Jan 2021")


@pytest.mark.parametrize(
    ("path", "title", "counts", "counts_before"),
    [
        ("owners/O1", "单位", [1, 0, 0, 1, 1, 0], [3, 0, 0, 0, 0, 0]),
        ("themes/T1", "主题T1", [1, 0, 0, 1, 1, 0], [3, 0, 0, 0, 0, 0]),
        ("areas/A1", "区域A1", [0, 0, 0, 0, 1, 0], [1, 0, 0, 0, 0, 0]),
    ],
)
def test_a_dimension_is_shown_with_its_missions_by_status(client, plan, written, path, title, counts, counts_before):
    build.mission(lead_owner=build.organisation("O2", parent=build.organisation("O1")), status=Status.PAUSED)
    get(client, f"{path}/picture.png", "zh-hans")
    get(client, f"{path}/picture.png?as_of=2023-12-31")

    now, before = written
    assert now["title"] == title
    words = ["未单独报告", "未启动", "推进中", "暂停", "已完成", "已撤销"]
    assert facts(now) == [(str(count), word) for count, word in zip(counts, words, strict=True)]
    assert [int(count) for count, _word in facts(before)] == counts_before


def test_more_instruments_than_there_is_room_for_are_shown_by_their_codes(client, plan, written):
    for number in range(7):
        build.mission(instrument=build.instrument(f"I{number}"))
    get(client, "picture.png")

    assert [(lead.partition(" ")[0], note) for lead, note in facts(written[0])] == [
        (code, "") for code in ("FP", "I0", "I1", "I2", "I3", "I4")
    ]


AWKWARD = {
    "emoji, rare letters": "龘 😀 🇨🇳 \ue000 العربية हिन्दी",
    "code of the typesetter": '#panic() #read("picture.typ") $x$ *b* _i_ `c` <l> @r \\ // /* = - + " \' ~',
    "marks of direction, line ends": "a\u202eb\u2028c\r\nd\te\u200bf\u00ad",
    "one long word": "x" * 300,
    "long English": ("A mission of many words that goes on and on " * 7)[:300],
    "long Chinese": "推动虹桥国际开放枢纽进一步提升能级，" * 16,
    "nothing but a space": " ",
}


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_whatever_a_record_is_called_there_is_one_picture(client, plan, text):
    awkward = build.instrument("AW", title_en=text, title_zh=text)
    owner = build.organisation("O9", name_en=text[:200], name_zh=text[:200])
    build.mission("M-9", instrument=awkward, lead_owner=owner, title_en=text, title_zh=text)
    said(10**9, 10**9, code="AW", key="s9")

    for path, language in (
        ("instruments/AW/", "en"),
        ("missions/M-9/", "zh-hans"),
        ("owners/O9/", "en"),
        ("", "zh-hans"),
    ):
        get(client, f"{path}picture.png", language)


def test_the_same_revision_and_day_give_the_same_bytes_in_another_process_too(client, plan, written, tmp_path):
    pictures_now = [get(client, f"{path}picture.png", "zh-hans").content for path in QUERIES]
    assert [get(client, f"{path}picture.png", "zh-hans").content for path in QUERIES] == pictures_now

    again = (
        "import sys, json, django; django.setup()\n"
        "from missions.public.pictures import drawn\n"
        "sys.stdout.buffer.write(drawn(json.load(sys.stdin)))"
    )
    top = Path(pictures.APP).parent
    command = [sys.executable, "-c", again]
    environment = {"DJANGO_SETTINGS_MODULE": "hubtracker.settings", "HUB_DATA_DIR": str(tmp_path)}
    other = subprocess.run(
        command, input=json.dumps(written[0]).encode(), capture_output=True, cwd=top, env=environment
    )
    assert (other.returncode, other.stderr) == (0, b"")
    assert other.stdout == pictures_now[0]


def test_it_may_be_kept_and_is_not_sent_again_until_it_changes(client, plan):
    response = get(client, "missions/M-1/picture.png")
    assert response["Cache-Control"] == "public, no-cache"
    assert not response.cookies
    assert "cookie" not in response.get("Vary", "").lower()
    again = {"If-None-Match": response["ETag"]}
    assert client.get("/en/missions/M-1/picture.png", headers=again).status_code == 304
    build.report(build.Mission.objects.get(code="M-1"), Status.IN_PROGRESS, on=build.date(2024, 6, 1))
    assert client.get("/en/missions/M-1/picture.png", headers=again).status_code == 200


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "path",
    ["missions/M-2", "missions/M-1%00", "instruments/NEW", "instruments/fp", "owners/X", "themes/X", "areas/X"],
)
def test_there_is_none_of_what_is_not_public(client, plan, path):
    build.mission("M-2", instrument=build.instrument("NEW"), opened=False)

    assert client.get(f"/en/{path}/picture.png").status_code == 404
    assert client.get("/en/missions/M-1/picture.png?as_of=2021-02-23").status_code == 404
    assert client.get("/en/missions/M-1/picture.png?known_at=2024-06-29").status_code == 404


@pytest.mark.parametrize("path", QUERIES)
def test_a_day_that_cannot_be_read_is_answered_with_what_is_wrong_and_nothing_can_be_sent(client, plan, path):
    response = client.get(f"/en/{path}picture.png?as_of=2024-07-01&lang=zh")

    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json")
    assert [error["parameter"] for error in response.json()["errors"]] == ["as_of"]
    assert client.post(f"/en/{path}picture.png").status_code == 405


def test_the_number_of_queries_does_not_grow_with_the_records(client, plan):
    def taken(path):
        forget()
        with CaptureQueriesContext(connection) as queries:
            get(client, f"{path}picture.png")
        return len(queries)

    assert {path: taken(path) for path in QUERIES} == QUERIES
    for number in range(5):
        build.mission(instrument=build.instrument(f"I{number}"), areas=[build.area(f"B{number}")])
        said(1, 2, code=f"I{number}", key=f"k{number}")
    assert {path: taken(path) for path in QUERIES} == QUERIES
