"""Where the texts of a document lead: a code to its mission, an address of the web to itself."""

import re
from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ..bilingual import EDITIONS, PATHS
from .completion import CompletionReport

# Table → the column whose first word is the code of the mission that the row is about.
CODES = {"missions": 0, "movements": 1, "changes": 1, "evidence": 0}
# An address ends before a mark of the sentence around it.
WEB = re.compile(r"https?://(?:\([^\s()]*\)|[^\s()<>\"\u3000-\u303f\uff00-\uffef])+(?<![.,:;!?'])")


def pieces(text: str, first: str = "") -> list[tuple[str, str]]:
    """The text in pieces, each with the address that it leads to, or "". The first word leads to `first`, if given."""
    made, rest = [], 0
    if first:
        word, space, text = text.partition(" ")
        made, text = [(word, first)], space + text
    for found in WEB.finditer(text):
        made += [(text[rest : found.start()], ""), (found[0], found[0])]
        rest = found.end()
    return [(piece, address) for piece, address in (*made, (text[rest:], "")) if piece]


def to_missions(report: CompletionReport) -> Callable[[str], str]:
    """What makes a code into the address of its mission's page on the report's days, in its leading language."""
    with override(PATHS[EDITIONS[report.language][0]]):
        missions = settings.SITE_URL + reverse("missions")
    known = f"&known_at={report.known_at}" if report.known_at else ""
    return lambda code: f"{missions}{code}/?as_of={report.as_of}{known}"
