"""Links in documents: codes lead to missions, addresses to themselves."""

import re
from collections.abc import Callable

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ..bilingual import EDITIONS, PATHS
from .completion import CompletionReport

# Table → the column that begins with a mission's code.
CODES = {"missions": 0, "movements": 1, "changes": 1, "evidence": 0}
# Trailing punctuation is not part of an address.
WEB = re.compile(r"https?://(?:\([^\s()]*\)|[^\s()<>\"\u3000-\u303f\uff00-\uffef])+(?<![.,:;!?'])")


def pieces(text: str, first: str = "") -> list[tuple[str, str]]:
    made, rest = [], 0
    if first:
        word, space, text = text.partition(" ")
        made, text = [(word, first)], space + text
    for found in WEB.finditer(text):
        made += [(text[rest : found.start()], ""), (found[0], found[0])]
        rest = found.end()
    return [(piece, address) for piece, address in (*made, (text[rest:], "")) if piece]


def to_missions(report: CompletionReport) -> Callable[[str], str]:
    with override(PATHS[EDITIONS[report.language][0]]):
        missions = settings.SITE_URL + reverse("missions")
    known = f"&known_at={report.known_at}" if report.known_at else ""
    return lambda code: f"{missions}{code}/?as_of={report.as_of}{known}"
