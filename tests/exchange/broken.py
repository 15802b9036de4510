"""Rows of a return form, each with one thing wrong: what is typed, and the columns that are refused."""

from datetime import datetime
from typing import Any, NamedTuple

from tests.exchange.returning import REPORTED

CITED = {"evidence_title": "Notice"}
AT_TEN = datetime.fromisoformat("2024-03-02T10:00")
# What is typed into the cells of a row that is sound otherwise, and the columns that are refused.
BAD_ROWS = [
    ({"new_status": "finished"}, ["new_status"]),
    ({"new_status": ""}, ["new_status"]),
    ({"new_status": "unreported"}, ["new_status"]),
    *(({"effective_on": day}, ["effective_on"]) for day in (
        "", "2024-07-01", "2101-01-01", "3/2/2024", "spring", "2024年3月", AT_TEN, True, 2024.5, "=1/0",
        "2020-01-01",
    )),
    ({"basis": "rumour"}, ["basis"]),
    ({"headline_zh": ""}, ["headline_zh"]),
    ({"headline_zh": "a\u202eb"}, ["headline_zh"]),
    ({"headline_zh": "字" * 301}, ["headline_zh"]),
    ({"headline_en": "字" * 301}, ["headline_en"]),
    ({"new_status": "已完成 Completed"}, ["evidence_url"]),
    ({"new_status": "已完成 Completed", **CITED}, ["evidence_url"]),
    ({**CITED, "evidence_url": "example.org/notice"}, ["evidence_url"]),
    ({**CITED, "evidence_url": "ftp://example.org/notice"}, ["evidence_url"]),
    ({"evidence_url": "https://example.org/notice"}, ["evidence_title"]),
    ({"evidence_publisher": "Bureau"}, ["evidence_title"]),
    ({"evidence_title": "字" * 501}, ["evidence_title"]),
    ({**CITED, "evidence_publisher": "字" * 301}, ["evidence_publisher"]),
    ({"note": "x" * 2001}, ["note"]),
    ({"basis": "rumour", "note": "x" * 2001, "evidence_url": "example.org", "headline_en": "x" * 301},
     ["basis", "headline_en", "evidence_url", "note", "evidence_title"]),
    ({"code": "X-1"}, ["code"]),
    ({"code": "FOREIGN"}, ["code"]),  # of another organisation
    ({"code": "M-01"}, ["code"]),  # twice
    ({"code": None}, ["code"]),
]  # fmt: skip


class Broken(NamedTuple):
    texts: dict[str, Any]


def twenty(_first_row):
    """Twenty of these rows, by the codes of missions, for tests/fuzz."""
    return {
        f"M-{number:02}": Broken({**REPORTED, **typed}) for number, (typed, _columns) in enumerate(BAD_ROWS[:20], 1)
    }
