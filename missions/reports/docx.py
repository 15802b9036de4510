"""Word: a zip of the XML templates in `templates/reports/word`."""

import json
import re
import zipfile
from collections.abc import Iterable
from datetime import UTC
from pathlib import Path
from typing import IO, Any

import typst
from django.template.loader import render_to_string
from django.utils.encoding import iri_to_uri
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from ..bilingual import EDITIONS, TAGS, Words, translated, untranslated
from ..figures.arcs import Arc
from .build import CompletionReport
from .document import Column, Table, alternative, foot, publication, scope, subtitle
from .drawing import Drawing, Span
from .fonts import FONTS, arcs_svg

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PARTS = (
    "[Content_Types].xml", "_rels/.rels", "docProps/core.xml", "word/document.xml", "word/header1.xml",
    "word/footer1.xml", "word/footer2.xml", "word/styles.xml", "word/settings.xml", "word/fontTable.xml",
    "word/_rels/document.xml.rels",  # after the document, which collects the links
)  # fmt: skip
ARCS = Path(__file__).with_name("arcs.typ")
# Twentieths of a point.
WIDTH = 9638
# A table of no more rows stays on one page.
SHORT = 10
# The cells of a table of no more columns have room for both languages side by side.
FEW = 3
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
# The earliest moment that a zip can state: the time of writing would make other bytes.
EPOCH = (1980, 1, 1, 0, 0, 0)
# Quotation marks are as wide as Chinese characters.
EAST_ASIAN = mark_safe('<w:rFonts w:hint="eastAsia"/>')  # nosec B308 # a constant
BREAK = mark_safe("<w:br/>")  # nosec B308 # a constant
FIELD = re.compile("(PAGE|NUMPAGES)")
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# For some readers a line end inside a text would end its cell.
SPACES = re.compile("[\t\n\r\u2028\u2029]+")


def write(report: CompletionReport, file: IO[bytes]) -> None:
    context = document(report)
    with zipfile.ZipFile(file, "w") as parts:

        def add(name: str, content: str | bytes) -> None:
            parts.writestr(zipfile.ZipInfo(name, EPOCH), content, zipfile.ZIP_DEFLATED)

        for name in PARTS:
            add(name, render_to_string(f"reports/word/{name}", context))
        if context["arcs"]:
            add("word/media/image1.png", picture([arc for arc, *_texts in context["arcs"]]))


def document(report: CompletionReport) -> dict[str, Any]:
    links: dict[str, str] = {}
    drawing = Drawing(report, lambda spans, _code: Text(spans, links))
    data = drawing.parts()
    facts = (*publication(report.frozen), *scope(report), *report.statement)
    columns = (Column(translated(_("Item")), 36), Column(translated(_("Content")), 64))
    about = drawing.table(Table("about", translated(_("About this report")), columns, facts))
    for table in (about, *(table for section in data["sections"] for table in section["tables"])):
        table |= {"is_wide": len(table["columns"]) > FEW, "is_short": len(table["rows"]) <= SHORT}
        for column in table["columns"]:
            column["width"] = round(WIDTH * column["share"] / 100)
            column["style"] = "TableNumber" if column["is_number"] else "TableText"
    leading = EDITIONS[report.language][0]
    return data | {
        "report": report,
        "language": LANGUAGES[leading],
        "moment": f"{report.advanced_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "filename": report.filename("docx"),
        "links": links,
        "header": drawing.text(Words(*map(" · ".join, zip(report.title, subtitle(report), strict=True)))),
        # In one language: two do not fit.
        "footer": drawing.text(untranslated(getattr(foot(report, 12), leading))),
        "page": page_number(report.language),
        "about": about,
        "contents": contents(drawing),
        "picture": translated(_("Official figures compared with public evidence")).joined(report.language, " · "),
        "alternative": alternative(report),
    }


class Text:
    """A text as runs of Word, with its second language beside or below the first."""

    def __init__(self, spans: list[Span], links: dict[str, str]):
        self.spans, self.links = spans, links

    @property
    def plain(self) -> str:
        return " · ".join("".join(part for part, _address in parts) for _tag, parts in self.spans)

    @property
    def inline(self) -> SafeString:
        return self.runs("Translation")

    @property
    def heading(self) -> SafeString:
        return self.runs("TitleTranslation")

    @property
    def stacked(self) -> SafeString:
        return self.runs("Translation", is_below=True)

    def runs(self, style: str, is_below: bool = False) -> SafeString:
        (tag, parts), *others = self.spans
        runs = [self.linked(part, tag, address) if address else run(part, tag) for part, address in parts]
        for tag, parts in others:
            text = "".join(part for part, _address in parts)
            runs += [] if is_below else [run("\u2002", tag)]
            runs.append(run(text, tag, style, is_below))
        return joined(runs)

    def linked(self, text: str, tag: str, address: str) -> SafeString:
        name = self.links.setdefault(iri_to_uri(address), f"link{len(self.links) + 1}")
        link = '<w:hyperlink r:id="{}" w:history="1">{}</w:hyperlink>'
        return format_html(link, name, run(text, tag, "Hyperlink"))


def run(text: str, tag: str, style: str = "", is_below: bool = False) -> SafeString:
    is_chinese = tag == TAGS["zh"] and HAN.search(text)
    return format_html(
        '<w:r><w:rPr>{}{}<w:lang w:val="{}" w:eastAsia="zh-CN"/></w:rPr>{}<w:t xml:space="preserve">{}</w:t></w:r>',
        format_html('<w:rStyle w:val="{}"/>', style) if style else "",
        EAST_ASIAN if is_chinese else "",
        LANGUAGES["zh" if is_chinese else "en"],
        BREAK if is_below else "",
        SPACES.sub(" ", text),
    )


def page_number(language: str) -> SafeString:
    runs = []
    number = translated(_("Page %(page)s of %(pages)s"), page="PAGE", pages="NUMPAGES")
    for place, (tag, text) in enumerate(number.drawn(language)):
        style = "Translation" if place else ""
        for part in FIELD.split(f"\u2002{text}" if place else text):
            if FIELD.fullmatch(part):
                runs.append(format_html('<w:fldSimple w:instr="{}">{}</w:fldSimple>', part, run("1", tag, style)))
            elif part:
                runs.append(run(part, tag, style))
    return joined(runs)


def contents(drawing: Drawing) -> list[list[tuple[str, SafeString | str, SafeString]]]:
    """A line in each language with the name of each section, what is before its title, and its title."""
    lines = []
    for place, language in enumerate(EDITIONS[drawing.edition]):
        tag, style = TAGS[language], "Translation" if place else ""
        titles = [(section.name, run(getattr(section.title, language), tag, style)) for section in drawing.sections]
        between = run(" · ", tag, style)
        lines.append([(name, between if place else "", title) for place, (name, title) in enumerate(titles)])
    return lines


def picture(arcs: list[Arc]) -> bytes:
    data = {"arcs": arcs_svg(arcs), "numbers": [(float(arc.x), str(arc.number)) for arc in arcs]}
    inputs = {"data": json.dumps(data)}
    return typst.compile(ARCS.read_bytes(), format="png", ppi=220, font_paths=FONTS, sys_inputs=inputs)


def joined(runs: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((each,) for each in runs))
