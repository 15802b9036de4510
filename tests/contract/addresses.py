"""Every public address: which parameters it reads, and how many queries it takes while nothing of it is cached."""

import re

from django.urls import URLPattern, get_resolver

from tests.public.parameters import CLOCKS, CODES, GOOD_IN_REPORT, READS

OFFICIALS = ("admin/", "accounts/")
FORMATS = ["html", "pdf", "docx", "xlsx", "csv", "json"]
LANGUAGES = ("en", "zh-hans")
COUNTED = [*CODES, "q", "due_after", "due_before", "changed_after", "changed_before", *CLOCKS]
PAGES = ["page", "per_page"]
DIMENSIONS = ["instruments", "themes", "areas", "organisations"]

# Those with a language, without it, and then the others.
IN_A_LANGUAGE = {
    **READS,
    **{key: list(GOOD_IN_REPORT) for key in [f"report/completion.{ending}" for ending in FORMATS]},
    "reports/R-1/report.json": [],
}
IN_NO_LANGUAGE = {
    "/badge/FP.svg": [*CLOCKS, "lang"],
    "/calendar.ics": [*COUNTED, "sort", *PAGES, "lang"],
    "/data/completion-report.schema.json": [],
    "/data/hubtracker.zip": [],
    "/data/ledger.jsonl": ["since_id"],
    "/robots.txt": [],
    "/sitemap.xml": ["p"],
    "/.well-known/security.txt": [],
    "/api/v1/": [],
    "/api/v1/openapi.json": [],
    "/api/v1/docs": ["lang"],
    "/api/v1/missions": [*COUNTED, "sort", *PAGES],
    "/api/v1/missions/FP-001": CLOCKS,
    "/api/v1/changes": [*COUNTED, "since", "until", "entry", *PAGES],
    "/api/v1/summary": [*COUNTED, "by"],
    **{key: [*CLOCKS, *PAGES] for key in ["/api/v1/figures", "/api/v1/reports"]},
    **{key: [*COUNTED, *PAGES] for key in [f"/api/v1/{name}" for name in DIMENSIONS]},
}
# Every address of which each reader gets the same answer → the parameters that it reads.
ADDRESSES = {f"/{code}/{path}": reads for code in LANGUAGES for path, reads in IN_A_LANGUAGE.items()} | IN_NO_LANGUAGE
# Not the same for everybody: what they answer to a reader who is not signed in.
OTHERS = {"/": 302, "/healthz": 200, "/readyz": 200, "/metrics": 404, "/api/v1/submissions": 405}
OTHERS |= {"/evidence/{file}/": 200, "/evidence/{hidden}/": 404, "/api/v1/submissions/{submission}": 401}
OTHERS |= {
    f"/en/{path}picture.png": 302
    for path in ["", "missions/FP-001/", "instruments/FP/", "owners/O1/", "themes/T1/", "areas/A1/"]
}


def is_page(address):
    return bool(re.fullmatch(r"/(en|zh-hans)/.*", address)) and address.endswith("/")


# Those of several pages; files and feeds accept the number of a page as well and are whole.
PAGED = [a for a, reads in ADDRESSES.items() if "page" in reads and (is_page(a) or a.startswith("/api/"))]


def is_document(address):
    """Whether it takes long to make."""
    return address.endswith((".pdf", ".docx", ".xlsx", ".zip", ".png"))


def public_routes(patterns=None, before="/"):
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        route = before + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLPattern):
            yield route
        elif not route.startswith(tuple(f"/{name}" for name in OFFICIALS)):
            yield from public_routes(pattern.url_patterns, route)
