"""For tests/public/test_about.py."""

from tests.officials.leftovers import TRACES, browser, found

__all__ = ["TRACES", "browser", "found"]
