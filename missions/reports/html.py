"""Reports as HTML: one file that needs nothing else, to read, to print and to keep."""

import base64
import hashlib
import re
from collections.abc import Iterable
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join, urlize
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..charts.arcs import Arc, arcs
from ..charts.bars import Segment, stacked
from .completion import CompletionReport, Fact
from .document import Section, Table, scope, sections, subtitle
from .totals import Total
from .words import EDITIONS, PATHS, TAGS, Words, both

MEDIA_TYPE = "text/html; charset=utf-8"
STYLE = Path(__file__).with_name("report.css")
# Table → the column whose first word is a mission's code, and leads to its page.
CODES = {"missions": 0, "movements": 1, "changes": 1, "evidence": 0}


def write(report: CompletionReport, file: IO[bytes]) -> None:
    """Writes the report into the binary file `file`."""
    drawn = Drawing(report.language)
    context = {
        "language": TAGS[drawn.leading],
        "style": SafeString(STYLE.read_text()),
        "title": drawn.words(report.title),
        "head": f"{report.title.joined(report.language)} · {subtitle(report).joined(report.language)}",
        "subtitle": drawn.words(subtitle(report)),
        "scope": drawn.facts(scope(report)),
        "statement": drawn.facts(report.statement),
        "sections": [drawn.section(section, report) for section in sections(report)],
        "contents": both(_("On this page")).joined(report.language),
        "arcs": drawn.arcs(report),
    }
    with override(PATHS[drawn.leading]):
        file.write(render_to_string("missions/report.html", context).encode())


def own_style(html: bytes) -> str:
    """The source of style that permits the one style element of a report and no other, for a content policy."""
    found = re.search(rb"<style>(.*?)</style>", html, re.DOTALL)
    digest = hashlib.sha256(found[1] if found else b"").digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def drawn_beside(table: Table, totals: Iterable[Total]) -> list[tuple[Segment, ...]]:
    """A stacked bar for each row of a table that counts by status; the longest fills the width."""
    groups = next((total.groups for total in totals if total.dimension == table.name != "status"), ())
    longest = max((group.records for group in groups), default=0)
    return [stacked(group.statuses, longest) for group in groups]


class Drawing:
    """Draws the parts of a report in the languages of an edition."""

    def __init__(self, edition: str):
        self.edition = edition
        self.leading = EDITIONS[edition][0]

    def words(self, words: Words) -> SafeString:
        """The text, of two languages each marked as what it is."""
        return self._marked(words.drawn(self.edition))

    def _marked(self, texts: list[tuple[str, Any]]) -> SafeString:
        (tag, first), *others = texts
        if tag == TAGS[self.leading] and not others:
            return conditional_escape(first)
        second = format_html_join("", ' <span lang="{}" class="second">{}</span>', others)
        return format_html('<span lang="{}">{}</span>{}', tag, first, second)

    def linked(self, words: Words, leads_to_mission: bool) -> SafeString:
        """The text with its links: a code to the mission, an address to where it leads."""
        return self._marked([(tag, self._link(text, leads_to_mission)) for tag, text in words.drawn(self.edition)])

    def _link(self, text, leads_to_mission):
        if not leads_to_mission:
            return SafeString(urlize(text, nofollow=True, autoescape=True)) if "://" in text else text
        code, space, rest = text.partition(" ")
        with override(PATHS[self.leading]):
            address = settings.SITE_URL + reverse("mission", args=[code])
        return format_html('<a href="{}">{}</a>{}{}', address, code, space, rest)

    def facts(self, facts: Iterable[Fact]) -> list[tuple[SafeString, SafeString]]:
        return [(self.words(fact.label), self.words(fact.value)) for fact in facts]

    def section(self, section: Section, report: CompletionReport) -> dict[str, Any]:
        return {
            "name": section.name,
            "title": self.words(section.title),
            "text": [self.linked(text, False) for text in section.text],
            "tables": [self.table(table, report) for table in section.tables],
            "has_several": len(section.tables) > 1,
        }

    def table(self, table: Table, report: CompletionReport) -> dict[str, Any]:
        bars = drawn_beside(table, report.totals)
        return {
            "name": table.name,
            "title": self.words(table.title),
            "columns": [(self.words(column.label), column.is_number) for column in table.columns],
            "rows": list(zip_longest((self.row(table, row) for row in table.rows), bars)),
        }

    def row(self, table: Table, row: Iterable[Words]) -> list[tuple[SafeString, str, bool]]:
        """Each cell with the heading of its column, which stands beside it on a narrow screen."""
        code = CODES.get(table.name)
        return [
            (self.linked(cell, place == code), column.label.joined(self.edition), column.is_number)
            for place, (cell, column) in enumerate(zip(row, table.columns, strict=True))
        ]

    def arcs(self, report: CompletionReport) -> list[tuple[Arc, SafeString]]:
        """Each arc with its instrument and both numbers in words."""
        drawn = arcs(report.reconciliations)
        texts = [Words(*(self._said(arc, path) for path in PATHS.values())) for arc in drawn]
        return list(zip(drawn, map(self.words, texts), strict=True))

    @staticmethod
    def _said(arc, path):
        with override(path):
            return f"{arc.instrument.title} · {arc.words}"
