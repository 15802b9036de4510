"""Accessibility of a page: findings of axe, and content that overlaps, overflows or is cut off."""

from pathlib import Path

from axe_playwright_python.base import AXE_SCRIPT

RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
RUN_AXE = "rules => axe.run(rules).then(found => found.violations.flatMap(v => v.nodes.map(n => [v.id, n.html])))"
LAYOUT = (Path(__file__).parent / "layout.js").read_text()


def findings(page):
    """Return (rule, element) for each of axe's findings."""
    if page.evaluate("typeof axe") == "undefined":
        page.evaluate(AXE_SCRIPT)
    return [(rule, html) for rule, html in page.evaluate(RUN_AXE, RULES)]


def layout_faults(page):
    """Return content that overlaps, overflows or is cut off at the present width."""
    return page.evaluate(LAYOUT)
