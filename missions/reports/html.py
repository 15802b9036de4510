"""HTML: one self-contained file."""

import base64
import hashlib
import re
from collections.abc import Callable, Iterable
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..bilingual import EDITIONS, PATHS, TAGS, Words, translated
from ..figures.bars import Segment, stacked
from ..status import style
from .completion import CompletionReport, Fact
from .document import Section, Table, publication, rings, scope, sections, subtitle
from .links import CODES, pieces, to_missions
from .totals import Total

MEDIA_TYPE = "text/html; charset=utf-8"
STYLE = Path(__file__).with_name("report.css")


def write(report: CompletionReport, file: IO[bytes]) -> None:
    drawn = Drawing(report)
    context = {
        "language": TAGS[drawn.leading],
        "style": style(".bar .%s { fill: var(--%s); }") + STYLE.read_text(),
        "title": drawn.words(report.title),
        "head": f"{report.title.joined(report.language)} · {subtitle(report).joined(report.language)}",
        "subtitle": drawn.words(subtitle(report)),
        "publication": drawn.facts(publication(report.frozen), drawn.linked),
        "scope": drawn.facts(scope(report)),
        "statement": drawn.facts(report.statement),
        "sections": [drawn.section(section, report) for section in sections(report)],
        "contents": translated(_("On this page")).joined(report.language),
        "arcs": [(arc, drawn.words(title), drawn.words(words)) for arc, title, words in rings(report)],
    }
    with override(PATHS[drawn.leading]):
        file.write(render_to_string("public/report.html", context).encode())


def own_style(html: bytes) -> str:
    """Return the CSP source for the report's own style element."""
    found = re.search(rb"<style>(.*?)</style>", html, re.DOTALL)
    digest = hashlib.sha256(found[1] if found else b"").digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def drawn_beside(table: Table, totals: Iterable[Total]) -> list[tuple[Segment, ...]]:
    groups = next((total.groups for total in totals if total.dimension == table.name != "status"), ())
    longest = max((group.records for group in groups), default=0)
    return [stacked(group.statuses, longest) for group in groups]


class Drawing:
    def __init__(self, report: CompletionReport):
        self.edition = report.language
        self.leading = EDITIONS[report.language][0]
        self.address = to_missions(report)

    def words(self, words: Words) -> SafeString:
        return self._marked(words.drawn(self.edition))

    def _marked(self, texts: list[tuple[str, Any]]) -> SafeString:
        (tag, first), *others = texts
        if tag == TAGS[self.leading] and not others:
            return conditional_escape(first)
        second = format_html_join("", ' <span lang="{}" class="second">{}</span>', others)
        return format_html('<span lang="{}">{}</span>{}', tag, first, second)

    def linked(self, words: Words, is_coded: bool = False) -> SafeString:
        first = self.address(words.en.partition(" ")[0]) if is_coded else ""
        return self._marked([(tag, self._linked(text, first)) for tag, text in words.drawn(self.edition)])

    @staticmethod
    def _linked(text, first):
        parts = ((format_html('<a href="{}">{}</a>', to, part) if to else part,) for part, to in pieces(text, first))
        return format_html_join("", "{}", parts)

    def facts(
        self, facts: Iterable[Fact], draw: Callable[[Words], SafeString] | None = None
    ) -> list[tuple[SafeString, SafeString]]:
        draw = draw or self.words
        return [(self.words(fact.label), draw(fact.value)) for fact in facts]

    def section(self, section: Section, report: CompletionReport) -> dict[str, Any]:
        return {
            "name": section.name,
            "title": self.words(section.title),
            "text": [self.linked(text) for text in section.text],
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
        code = CODES.get(table.name)
        return [
            (self.linked(cell, place == code), column.label.joined(self.edition), column.is_number)
            for place, (cell, column) in enumerate(zip(row, table.columns, strict=True))
        ]
