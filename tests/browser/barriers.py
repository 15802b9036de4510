"""The public pages, and what axe or a reader of the layout finds wrong with them."""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN_AXE = "rules => axe.run(rules).then(found => found.violations.flatMap(v => v.nodes.map(n => [v.id, n.html])))"
LAYOUT = (Path(__file__).parent / "layout.js").read_text()


# Path after the language → status of the answer; a path from the top is told the language by `lang`. Lists are short:
# one row is made as the next is.
PAGES = {
    "": 200,
    "?as_of=2024-03-02": 200,
    "missions/?per_page=5": 200,
    "missions/?status=completed&theme=TRANS&area=KS&as_of=2024-12-31&sort=-due&per_page=5": 200,
    "missions/?q=虹桥&per_page=5&page=2": 200,
    "missions/?status=nonsense&as_of=2024-3-2": 400,
    "missions/FP-012/": 200,
    "missions/FP-049/?as_of=2024-03-02": 200,
    "missions/EX-17/": 200,
    "missions/FP-999/": 404,
    "instruments/": 200,
    "instruments/FP/?per_page=5": 200,
    "owners/": 200,
    "owners/SH/?per_page=5": 200,
    "themes/": 200,
    "themes/TRANS/?per_page=5": 200,
    "areas/": 200,
    "areas/KS/?per_page=5": 200,
    "changes/": 200,
    "changes/?entry=correction": 200,
    "figures/": 200,
    "figures/?as_of=2024-03-02": 200,
    "reports/": 200,
    "reports/2024-03-02-completion-2/": 200,
    "report/completion.html?instrument=M24&since=2023-01-01": 200,
    "data/": 200,
    "about/": 200,
    "embed/FP/": 200,
    "no/such/page/": 404,
    "/api/v1/docs": 200,
}


# The routes that answer with a file.
FILES = {"mission-atom", "changes-atom", "changes-csv", "frozen-file"}
STATUS = "performance.getEntriesByType('navigation')[0].responseStatus"


def findings(page):
    """Return (rule, element) for each of axe's findings."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    return [(rule, html) for rule, html in page.evaluate(RUN_AXE, RULES)]


def layout_faults(page):
    """Return content that overlaps, overflows or is cut off at the present width."""
    return page.evaluate(LAYOUT)


def open_public_page(open_page, language, path, **look):
    """Open the page without animations, which would change the contrast axe measures."""
    address = f"{path}?lang={language[:2]}" if path.startswith("/") else f"/{language}/{path}"
    page = open_page(address, reduced_motion="reduce", **look)
    assert page.evaluate(STATUS) == PAGES[path]
    return page


def barriers(page):
    """(look, barrier) for all that axe or a reader of the layout finds in each look of an open page.

    The looks follow each other in place: loading a page takes longer than changing how it looks. What folds away is
    seen first as it is and then unfolded.
    """
    found = []

    def look(name, *checks):
        found.extend((name, fault) for check in checks for fault in check(page))

    for width in (1280, 375):
        page.set_viewport_size({"width": width, "height": 900})
        if width == 375:
            look("375 folded", layout_faults)
            page.evaluate("document.querySelectorAll('details').forEach(part => part.open = true)")
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            look(f"{width} {scheme}", findings)
        look(f"{width}", layout_faults)
    page.set_viewport_size({"width": 320, "height": 900})
    look("320", layout_faults)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    for width in (640, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        look(f"{width} with text at 200 %", layout_faults)
    return found
