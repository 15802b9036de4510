"""What the pages on security say: which tests show it, and how much of the standard that is."""

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

TOP = Path(__file__).parent.parent.parent
PAGES = ["docs/asvs.md", "docs/threat-model.md"]
NAMED = re.compile(r"`((?:\w+/)*test_\w+\.py)(?:::(\w+))?`")
LINKED = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([\w-]+))?\)")
ROW = re.compile(r"\| (V\d+\.\d+\.\d+) \| [^|]+ \| ([^|]+) \| ([^|]+) \|")
STATES = ("met", "not applicable", "open")
# How many requirements of level 1 each chapter of ASVS 5.0.0 has; 16 and 17 have none.
LEVEL_1 = {1: 8, 2: 4, 3: 8, 4: 2, 5: 4, 6: 13, 7: 6, 8: 4, 9: 4, 10: 5, 11: 3, 12: 3, 13: 1, 14: 2, 15: 3}


def unknown(text):
    """What the text calls a test and is none."""
    for path, function in NAMED.findall(text):
        file = TOP / "tests" / path
        tests = (
            [each.name for each in ast.parse(file.read_text()).body if hasattr(each, "name")] if file.exists() else []
        )
        if not tests or (function and function not in tests):
            yield f"{path}::{function}" if function else path


def rows(text):
    """(number, state, what shows it) of each requirement. Fails for a line of the table that is no such row."""
    for line in text.splitlines():
        if line.startswith("| V"):
            row = ROW.fullmatch(line)
            assert row, line
            yield row.groups()


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_is_named_exists(page):
    text = (TOP / page).read_text()

    assert len(NAMED.findall(text)) > 20
    assert list(unknown(text)) == []


def test_a_test_that_does_not_exist_would_be_found():
    text = "`structure/test_security_pages.py` `structure/test_none.py` `structure/test_code.py::test_none`"

    assert list(unknown(text)) == ["structure/test_none.py", "structure/test_code.py::test_none"]


@pytest.mark.parametrize("page", [*PAGES, "SECURITY.md"])
def test_every_page_that_is_linked_exists_with_its_heading(page):
    text, folder = (TOP / page).read_text(), (TOP / page).parent

    for path, anchor in LINKED.findall(text):
        linked = (folder / path) if path else TOP / page
        assert linked.is_file(), path
        headings = re.findall(r"^#+ (.+)$", linked.read_text(), re.MULTILINE)
        assert not anchor or anchor in [heading.lower().replace(" ", "-") for heading in headings], (path, anchor)


def test_every_requirement_has_one_row_one_state_and_what_shows_it():
    found = list(rows((TOP / "docs/asvs.md").read_text()))

    numbers = [number for number, _state, _shown in found]
    assert Counter(int(number[1:].partition(".")[0]) for number in set(numbers)) == LEVEL_1
    assert [number for number, times in Counter(numbers).items() if times > 1] == []
    assert [number for number, state, _shown in found if state not in STATES] == []
    assert [number for number, state, shown in found if state == "met" and len(shown.strip()) < 8] == []


def test_the_page_counts_its_rows_as_they_are():
    text = (TOP / "docs/asvs.md").read_text()
    counts = Counter(state for _number, state, _shown in rows(text))

    said = f"**{counts.total()} requirements: " + ", ".join(f"{counts[state]} {state}" for state in STATES) + ".**"

    assert said in text
