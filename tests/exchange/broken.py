"""Twenty rows of a return form, each with one thing wrong: what is filled in, where, and what is said of it."""

from datetime import date
from typing import NamedTuple

from tests import build

SOUND = {"new_status": "推进中 In progress", "effective_on": "2024-03-02", "headline_zh": "已开工"}
DONE = {**SOUND, "new_status": "已完成 Completed"}
CITED = {**SOUND, "evidence_title": "Notice"}
UNKNOWN = "X-1"


class Broken(NamedTuple):
    said: dict[str, str]
    column: str
    english: str
    chinese: str


def too_long(name, most):
    said = {**(CITED if name.startswith("evidence") else SOUND), name: "字" * (most + 1)}
    return Broken(
        said,
        name,
        f"The cell has {most + 1} characters, at most {most} are allowed: shorten it.",
        f"单元格有 {most + 1} 个字符，最多 {most} 个：请缩短。",
    )


NOT_A_STATUS = (
    "“finished” is not one of: Not started, In progress, Paused, Completed, Withdrawn.",
    "“finished”不在可用值之列：未启动、推进中、暂停、已完成、已撤销。",
)
NOT_A_BASIS = (
    "“rumour” is not one of: Public document, Owner's statement, Joint statement only.",
    "“rumour”不在可用值之列：公开文件、单位说明、仅有总体表述。",
)
FUTURE = (
    "This day lies in the future: enter the day on which it became true, at the latest today.",
    "日期在将来：请填写实际发生之日，最晚为今天。",
)
OUT_OF_RANGE = (
    "“2101-01-01” is not a day between 1900 and 2100: write it like 2024-03-02.",
    "“2101-01-01”不是 1900 年至 2100 年之间的日期：请写成 2024-03-02 的形式。",
)
NO_REASON = ("State the reason, in one language at least.", "请至少用一种语言写明理由。")
NO_EVIDENCE = (
    "“Completed” needs evidence: its title and its web address. Where it is a file, report this mission on the site.",
    "“已完成”须有佐证，请填写其标题和网址；佐证为文件的，请在网站上填报该任务。",
)
NO_ADDRESS = (
    "Write the whole address, such as https://example.org/notice.",
    "请填写完整网址，例如 https://example.org/notice。",
)
NO_TITLE = ("Say what it is: a title.", "请填写标题，说明这是什么材料。")
NO_MOVE = (
    "“Paused” (2 Mar 2024) may not follow “Completed” (1 Jan 2024).",
    "“已完成”（2024年1月1日）之后不能是“暂停”（2024年3月2日）。",
)
NO_MISSION = ("There is no mission “X-1” that you could report on.", "没有可由您填报的任务“X-1”。")


def twenty(first_row):
    """The broken rows of the missions M-01 to M-20; `first_row` is the row of the first, as spreadsheets count."""
    twice = (
        f"“M-01” is reported in row {first_row} already: empty one of the two.",
        f"“M-01”在第 {first_row} 行已填报：请清空其中一行。",
    )
    rows = [
        Broken({**SOUND, "new_status": "finished"}, "new_status", *NOT_A_STATUS),
        Broken({**SOUND, "new_status": ""}, "new_status", "Choose the new status.", "请选择新状态。"),
        Broken(
            {**SOUND, "effective_on": ""}, "effective_on", "Say the day on which it became true.", "请填写生效日期。"
        ),
        Broken({**SOUND, "effective_on": "2024-07-01"}, "effective_on", *FUTURE),
        Broken({**SOUND, "effective_on": "2101-01-01"}, "effective_on", *OUT_OF_RANGE),
        Broken({**SOUND, "basis": "rumour"}, "basis", *NOT_A_BASIS),
        Broken({**SOUND, "headline_zh": ""}, "headline_zh", *NO_REASON),
        too_long("headline_zh", 300),
        too_long("headline_en", 300),
        Broken(DONE, "evidence_url", *NO_EVIDENCE),
        Broken({**DONE, "evidence_title": "Notice"}, "evidence_url", *NO_EVIDENCE),
        Broken({**CITED, "evidence_url": "example.org/notice"}, "evidence_url", *NO_ADDRESS),
        Broken({**CITED, "evidence_url": "ftp://example.org/notice"}, "evidence_url", *NO_ADDRESS),
        Broken({**SOUND, "evidence_url": "https://example.org/notice"}, "evidence_title", *NO_TITLE),
        too_long("evidence_title", 500),
        too_long("evidence_publisher", 300),
        too_long("note", 2000),
        Broken({**SOUND, "new_status": "暂停"}, "new_status", *NO_MOVE),
        Broken({**SOUND, "code": UNKNOWN}, "code", *NO_MISSION),
        Broken({**SOUND, "code": "M-01"}, "code", *twice),
    ]
    return {f"M-{number:02}": row for number, row in enumerate(rows, 1)}


def missions():
    """The missions of the twenty rows, all but one not reported so far."""
    for number in range(1, 21):
        build.mission(f"M-{number:02}", **({"status": "completed", "on": date(2024, 1, 1)} if number == 18 else {}))
