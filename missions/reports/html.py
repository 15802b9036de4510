"""HTML: one self-contained file."""

import base64
import hashlib
import re
from itertools import zip_longest
from pathlib import Path
from typing import IO, Any

from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from ..bilingual import EDITIONS, PATHS, TAGS, translated
from ..figures.bars import Segment, stacked
from ..status import style
from .build import CompletionReport
from .document import subtitle
from .drawing import Drawing, Span

MEDIA_TYPE = "text/html; charset=utf-8"
STYLE = Path(__file__).with_name("report.css")


def write(report: CompletionReport, file: IO[bytes]) -> None:
    leading = EDITIONS[report.language][0]

    def text(spans: list[Span], _code: str) -> SafeString:
        (tag, first), *others = [(tag, join(parts)) for tag, parts in spans]
        if tag == TAGS[leading] and not others:
            return first
        second = format_html_join("", ' <span lang="{}" class="second">{}</span>', others)
        return format_html('<span lang="{}">{}</span>{}', tag, first, second)

    drawing = Drawing(report, text)
    context = drawing.parts() | {
        "language": TAGS[leading],
        "style": style(".bar .%s { fill: var(--%s); }") + STYLE.read_text(),
        "head": f"{report.title.joined(report.language)} · {subtitle(report).joined(report.language)}",
        "contents": translated(_("On this page")).joined(report.language),
    }
    for section in context["sections"]:
        for table in section["tables"]:
            table["rows"] = list(zip_longest(table["rows"], bars(table)))
    with override(PATHS[leading]):
        file.write(render_to_string("public/report.html", context).encode())


def join(parts: list[tuple[str, str]]) -> SafeString:
    links = ((format_html('<a href="{}">{}</a>', address, part) if address else part,) for part, address in parts)
    return format_html_join("", "{}", links)


def bars(table: dict[str, Any]) -> list[tuple[Segment, ...]]:
    if table["name"] == "status":
        return []
    longest = max((sum(counts.values()) for counts in table["counts"]), default=0)
    return [stacked(counts, longest) for counts in table["counts"]]


def own_style(html: bytes) -> str:
    """Return the CSP source for the report's own style element."""
    found = re.search(rb"<style>(.*?)</style>", html, re.DOTALL)
    digest = hashlib.sha256(found[1] if found else b"").digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"
