"""One walk over a report for all documents: a format only says how a text is written."""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import override

from ..bilingual import EDITIONS, PATHS, Words
from .build import CompletionReport, Fact
from .document import Column, Section, Table, publication, rings, scope, sections, subtitle

# Trailing punctuation is not part of an address.
WEB = re.compile(r"https?://(?:\([^\s()]*\)|[^\s()<>\"\u3000-\u303f\uff00-\uffef])+(?<![.,:;!?'])")
# A row with a cell of more characters than this times its width may break across pages: it could be longer than one.
LONG = 20

# A text in one language: its tag, and its parts, each with the address that it leads to, or "".
Span = tuple[str, list[tuple[str, str]]]


class Drawing:
    """Draws the parts of a report; `write` gets the languages of a text, and the code of the mission that it is of."""

    def __init__(self, report: CompletionReport, write: Callable[[list[Span], str], Any]):
        self.report, self.write, self.edition = report, write, report.language
        self.sections = sections(report)
        with override(PATHS[EDITIONS[self.edition][0]]):
            self.missions = settings.SITE_URL + reverse("missions")
        known = f"&known_at={report.known_at}" if report.known_at else ""
        self.days = f"?as_of={report.as_of}{known}"

    def parts(self) -> dict[str, Any]:
        return {
            "title": self.text(self.report.title),
            "subtitle": self.text(subtitle(self.report)),
            "publication": self.facts(publication(self.report.frozen)),
            "scope": self.facts(scope(self.report)),
            "statement": self.facts(self.report.statement),
            "sections": [self.section(section) for section in self.sections],
            "arcs": [(arc, self.text(title), self.text(numbers)) for arc, title, numbers in rings(self.report)],
        }

    def text(self, words: Words) -> Any:
        return self.write([(tag, [(text, "")]) for tag, text in words.drawn(self.edition)], "")

    def linked(self, words: Words, code: str = "", mission: str = "") -> Any:
        """Draw a text whose web addresses are links; it may begin with a code that leads to `mission`."""
        return self.write([(tag, pieces(text, mission)) for tag, text in words.drawn(self.edition)], code)

    def facts(self, facts: Iterable[Fact]) -> list[tuple[Any, Any]]:
        return [(self.text(fact.label), self.linked(fact.value)) for fact in facts]

    def section(self, section: Section) -> dict[str, Any]:
        return {
            "name": section.name,
            "title": self.text(section.title),
            "text": [self.linked(words) for words in section.text],
            "tables": [self.table(table) | {"has_title": table.title != section.title} for table in section.tables],
        }

    def table(self, table: Table) -> dict[str, Any]:
        columns = [
            column._asdict() | {"label": self.text(column.label), "heading": column.label.joined(self.edition)}
            for column in table.columns
        ]
        return {
            "name": table.name,
            "title": self.text(table.title),
            "columns": columns,
            "rows": [self.row(table, row, columns) for row in table.rows],
            "counts": table.counts,
        }

    def row(self, table: Table, row: tuple[Words, ...], columns: list[dict[str, Any]]) -> dict[str, Any]:
        """Draw the cells of a row, each with its column."""
        code = "" if table.code is None else row[table.code].en.partition(" ")[0]
        mission = f"{self.missions}{code}/{self.days}"
        cells = [self.linked(words, code, mission if place == table.code else "") for place, words in enumerate(row)]
        return {"fits": all(map(self.fits, row, table.columns)), "cells": list(zip(cells, columns, strict=True))}

    def fits(self, words: Words, column: Column) -> bool:
        return len(words.joined(self.edition)) < LONG * column.share


def pieces(text: str, mission: str = "") -> list[tuple[str, str]]:
    found, rest = [], 0
    if mission:
        code, space, text = text.partition(" ")
        found, text = [(code, mission)], space + text
    for address in WEB.finditer(text):
        found += [(text[rest : address.start()], ""), (address[0], address[0])]
        rest = address.end()
    return [(piece, address) for piece, address in (*found, (text[rest:], "")) if piece]
