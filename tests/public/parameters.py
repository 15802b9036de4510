"""Good and bad values of every query parameter, and which page reads which."""

from datetime import UTC, datetime

from django.utils.http import urlencode

from tests import factories

TODAY, TOMORROW = "2024-06-30", "2024-07-01"

WORDS = ["bridge", "桥", "%", "_", "a\u3000b", "😀", "' OR 1=1 --", "<script>", "x" * 200, "\u3000", "\udcff"]
BAD_CODES = ["none of these", "fp", "FP,M24", "FP\0", "FP FP", "😀", "' OR 1=1", "%", "*", "0", "-1", "x" * 5000]
GOOD_DAYS = ["2024-03-02", "1900-01-01", TODAY]
BAD_DAYS = [
    "yesterday", "2024-3-2", "2024-02-30", "1899-12-31", "2101-01-01", "0000-00-00", "-001-01-01", "10000-01-01",
    "2024-W09-6", "2024-062", "20240302", "2024/03/02", "2024-03", "2024-03-02T00:00", "٢٠٢٤-٠٣-٠٢",
    "２０２４-０３-０２", " 2024-03-02", "2024-03-02\n", "2024-03-02\0", "2024-03-02,2024-03-03", "1709308800",
    "\udcff", "9" * 5000,
]  # fmt: skip
BAD_NUMBERS = ["0", "-1", "+1", "1_0", "1.0", "１", "x", "1e3", "1,2", "一", "0x1", "1\0", "' OR 1=1", "9" * 5000]
ORDERS = ("programme", "code", "title", "status", "owner", "due", "changed")
SORTS = [sign + name for name in ORDERS for sign in ("", "-")]

CODES = {
    "instrument": ["FP"],
    "status": ["unreported", "not_started", "in_progress", "paused", "completed", "withdrawn"],
    "deadline": ["none", "on_time", "due_soon", "overdue", "met", "met_late"],
    "theme": ["T1"],
    "area": ["A1"],
    "owner": ["O1"],
    "involves": ["O1"],
    "kind": ["policy", "platform", "project", "other"],
    "provenance": ["official", "editorial-split", "unpublished", "not-obtained"],
    "moved": ["1"],
    "past_first": ["1"],
}
FUTURE = ["2100-12-31", TOMORROW]
ANY_DAYS = ["due_after", "due_before", "changed_after", "changed_before"]
CLOCKS = ["as_of", "known_at"]

GOOD = {
    **CODES,
    "q": WORDS,
    **dict.fromkeys(ANY_DAYS, GOOD_DAYS + FUTURE),
    **dict.fromkeys(CLOCKS, GOOD_DAYS),
    "sort": SORTS,
    "page": ["1"],
    "per_page": ["1", "25", "100"],
}
BAD = {
    **dict.fromkeys(CODES, BAD_CODES),
    "q": ["x" * 201, "桥" * 201, "a\0b", "\0"],
    **dict.fromkeys(ANY_DAYS, BAD_DAYS),
    **dict.fromkeys(CLOCKS, BAD_DAYS + FUTURE),
    "sort": ["nothing", "--code", "CODE", "code,title", "code asc", "-", "number", "code\0", "😀", "x" * 5000],
    "page": BAD_NUMBERS,
    "per_page": [*BAD_NUMBERS, "101", "9" * 30],
}
GOOD_IN_REPORT = GOOD | {"lang": ["en", "zh", "both"], "since": GOOD_DAYS, "until": GOOD_DAYS + FUTURE}
BAD_IN_REPORT = BAD | {
    "lang": ["de", "zh-hans", "EN", "en,zh", "\0"],
    "since": [*FUTURE, *BAD_DAYS],  # after the end of the period
    "until": BAD_DAYS,
}

ENTRIES = {"entry": ["report", "deadline", "correction"]}
GOOD_IN_CHANGES = {
    **{name: GOOD[name] for name in GOOD if name != "sort"},
    **dict.fromkeys(("since", "until"), GOOD_DAYS),
    **ENTRIES,
}
BAD_IN_CHANGES = {
    **{name: BAD[name] for name in GOOD if name != "sort"},
    **dict.fromkeys(("since", "until"), BAD_DAYS),
    "since": [*BAD_DAYS, TOMORROW],  # after the end of the period
    "entry": [*BAD_CODES, "opening"],
}

LISTING = [*CLOCKS, "sort", "page", "per_page"]
ALL, ALL_IN_CHANGES, ALL_IN_REPORT = list(GOOD), list(GOOD_IN_CHANGES), list(GOOD_IN_REPORT)
LISTED = ["instruments/FP/", "themes/T1/", "areas/A1/", "owners/O1/"]
OF_ONE_DAY = ["instruments/", "themes/", "areas/", "owners/", "figures/", "reports/", "reports/R-1/", "data/", "about/"]
# Path → the parameters that the page reads; it ignores all others.
READS = {
    **dict.fromkeys(["", "missions/FP-001/", *OF_ONE_DAY], CLOCKS),
    "missions/": ALL,
    **dict.fromkeys(LISTED, LISTING),
    **dict.fromkeys(["changes/", "changes.csv", "changes.atom"], ALL_IN_CHANGES),
    **dict.fromkeys(["missions/FP-001/changes.atom", "embed/FP/"], CLOCKS),
    **dict.fromkeys(["report/completion.csv", "report/completion.json"], ALL_IN_REPORT),
}
# Those of them that are pages of the site, with its header, band and links; not the card for other sites, nor files.
PAGES = [path for path in READS if path.endswith("/") or not path if path != "embed/FP/"]


def values(path, *, good):
    """Good or bad values of every parameter that the page may read."""
    if path.startswith("report/"):
        return GOOD_IN_REPORT if good else BAD_IN_REPORT
    if path in ("changes/", "changes.csv", "changes.atom"):
        return GOOD_IN_CHANGES if good else BAD_IN_CHANGES
    return GOOD if good else BAD


def build_one_mission():
    """The smallest site on which every page and good value above is one: its mission is there from 1900 on."""
    factories.frozen_report("R-1", published_at=datetime(2024, 3, 1, tzinfo=UTC))
    return factories.mission(
        "FP-001",
        instrument=factories.instrument("FP", issued_on=factories.date(1900, 1, 1)),
        areas=[factories.area("A1")],
        opened=True,
    )


def address(path, *parameters, language="en"):
    """The address of a page; a lone surrogate in a value stands for the byte that is no UTF-8."""
    query = urlencode([(name, value.encode(errors="surrogateescape")) for name, value in parameters])
    return f"/{language}/{path}?{query}"
