"""Word: paragraphs and tables by style."""

import io
import re
from collections.abc import Iterable
from typing import IO, Any

from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext_lazy as _
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.shared import Mm

from ..bilingual import EDITIONS, TAGS, Words, translated, untranslated
from .completion import CompletionReport
from .document import Column, Section, Table, edition, publication, rings, scope, sections, subtitle
from .links import CODES, pieces, to_missions
from .word import ID, add, blank, paragraph, picture, run, save

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
WIDTH, PICTURE = Mm(170), Mm(80)
# A table of no more rows stays on one page.
SHORT = 10
# The cells of a table of no more columns have room for both languages side by side.
FEW = 3
# A row with a longer text may break: it could be longer than a page.
LONG = 1000
FIELD = re.compile("(PAGE|NUMPAGES)")


def write(report: CompletionReport, file: IO[bytes]) -> None:
    document = blank(report)
    writer = Writer(document, report)
    writer.frame()
    end = document.element.body.sectPr
    document.element.body.remove(end)
    chapters = sections(report)
    writer.front(chapters)
    for section in chapters:
        writer.section(section)
    document.element.body.append(end)
    save(document, file)


class Writer:
    def __init__(self, document: Document, report: CompletionReport):
        self.document, self.report, self.edition = document, report, report.language
        self.body = document.element.body
        self.links: dict[str, str] = {}
        self.address = to_missions(report)

    def frame(self) -> None:
        page = self.document.sections[0]
        titles = zip(self.report.title, subtitle(self.report), strict=True)
        self.say(page.header.paragraphs[0]._p, Words(*map(" · ".join, titles)))
        for footer in (page.footer, page.first_page_footer):
            self.foot(footer.paragraphs[0]._p)

    def foot(self, line: Any) -> None:
        """Write the footer in one language: two do not fit."""
        drawn_from = {"revision": self.report.revision, "head": self.report.ledger_head[:12]}
        words = translated(
            _("%(edition)s · revision %(revision)s · ledger head %(head)s…"),
            edition=edition(self.report.frozen),
            **drawn_from,
        )
        self.say(line, untranslated(getattr(words, EDITIONS[self.edition][0])))
        add(add(line, "r"), "tab")
        number = translated(_("Page %(page)s of %(pages)s"), page="PAGE", pages="NUMPAGES")
        for place, (tag, text) in enumerate(number.drawn(self.edition)):
            style = "Translation" if place else ""
            for part in FIELD.split(f"\u2002{text}" if place else text):
                if FIELD.fullmatch(part):
                    run(add(line, "fldSimple", instr=part), "1", tag, style)
                elif part:
                    run(line, part, tag, style)

    def front(self, chapters: Iterable[Section]) -> None:
        self.say(paragraph(self.body, "Title"), self.report.title, second="TitleTranslation")
        self.say(paragraph(self.body, "Subtitle"), subtitle(self.report), second="TitleTranslation")
        facts = (*publication(self.report.frozen), *scope(self.report), *self.report.statement)
        columns = (Column(translated(_("Item")), 36), Column(translated(_("Content")), 64))
        self.table(Table("statement", translated(_("About this report")), columns, facts, len(facts)))
        for place, language in enumerate(EDITIONS[self.edition]):
            self.contents(chapters, language, "Translation" if place else "")

    def contents(self, chapters: Iterable[Section], language: str, style: str) -> None:
        line = paragraph(self.body, "Contents")
        for section in chapters:
            if len(line) > 1:
                run(line, " · ", TAGS[language], style)
            link = add(line, "hyperlink", anchor=section.name, history="1")
            run(link, getattr(section.title, language), TAGS[language], style)

    def section(self, section: Section) -> None:
        heading = paragraph(self.body, "Heading1")
        number = str(len(self.body))
        add(heading, "bookmarkStart", id=number, name=section.name)
        self.say(heading, section.title, second="TitleTranslation")
        add(heading, "bookmarkEnd", id=number)
        for text in section.text:
            self.say(paragraph(self.body, "Normal"), text, beneath=True)
        if section.name == "reported":
            self.arcs()
        for table in section.tables:
            if table.title != section.title:
                self.say(paragraph(self.body, "Heading2"), table.title)
            self.table(table)

    def arcs(self) -> None:
        drawn = rings(self.report)
        if not drawn:
            return
        line = self.document.add_paragraph(style="Picture")
        content = io.BytesIO(picture([arc for arc, _title, _words in drawn]))
        shown = line.add_run().add_picture(content, width=PICTURE)._inline.docPr
        shown.set("title", translated(_("Official figures compared with public evidence")).joined(self.edition, " · "))
        parts = [(arc, Words(*map(" · ".join, zip(title, words, strict=True)))) for arc, title, words in drawn]
        shown.set("descr", "\n".join(f"{arc.number} {words.joined(self.edition)}" for arc, words in parts))
        legend = paragraph(self.body, "Caption")
        for place, (arc, words) in enumerate(parts):
            run(legend, f"{arc.number} ", TAGS["en"], f"Arc{arc.colour}", breaks=place > 0)
            self.say(legend, words, beneath=True)

    def table(self, table: Table) -> None:
        made = add(self.body, "tbl")
        widths = [str(round(WIDTH.twips * column.share / 100)) for column in table.columns]
        properties = add(made, "tblPr")
        add(properties, "tblStyle", val="ReportTable")
        add(properties, "tblW", w=str(WIDTH.twips), type="dxa")
        add(properties, "tblLayout", type="fixed")
        look = {"firstRow": "1", "lastRow": "0", "firstColumn": "1", "lastColumn": "0", "noHBand": "1", "noVBand": "1"}
        add(properties, "tblLook", val="06A0", **look)
        add(properties, "tblCaption", val=table.title.joined(self.edition, " · "))
        grid = add(made, "tblGrid")
        for width in widths:
            add(grid, "gridCol", w=width)
        kinds = ["TableNumber" if column.is_number else "TableText" for column in table.columns]
        self.row(made, [column.label for column in table.columns], widths, [f"{kind}Heading" for kind in kinds])
        add(made[-1][0], "tblHeader")
        for place, row in enumerate(table.rows, 1):
            stays = place < table.count <= SHORT
            self.row(made, row, widths, kinds, code=CODES.get(table.name), stays=stays)

    def row(
        self, table: Any, cells: Any, widths: Any, styles: Any, code: int | None = None, stays: bool = False
    ) -> None:
        made = add(table, "tr")
        properties = add(made, "trPr")
        if max(len(text) for words in cells for text in words) < LONG:
            add(properties, "cantSplit")
        for place, (words, width, style) in enumerate(zip(cells, widths, styles, strict=True)):
            cell = add(made, "tc")
            add(add(cell, "tcPr"), "tcW", w=width, type="dxa")
            line = paragraph(cell, style)
            if stays:
                add(line[0], "keepNext")
            self.say(line, words, beneath=len(cells) > FEW, is_coded=place == code)

    def say(
        self,
        parent: Any,
        words: Words,
        *,
        second: str = "Translation",
        beneath: bool = False,
        is_coded: bool = False,
    ) -> None:
        for place, (tag, text) in enumerate(words.drawn(self.edition)):
            if place and not beneath:
                run(parent, "\u2002", tag)
            breaks = bool(place and beneath)
            style = second if place else ""
            first = self.address(words.en.partition(" ")[0]) if is_coded else ""
            for part, address in pieces(text, first) if not place else [(text, "")]:
                holder = self.link(parent, address) if address else parent
                run(holder, part, tag, "Hyperlink" if address else style, breaks)
                breaks = False

    def link(self, parent: Any, address: str) -> Any:
        """Add a link; python-docx would search all relationships each time."""
        if address not in self.links:
            self.links[address] = f"link{len(self.links) + 1}"
            self.document.part.rels.add_relationship(
                RELATIONSHIP_TYPE.HYPERLINK, iri_to_uri(address), self.links[address], is_external=True
            )
        link = add(parent, "hyperlink", history="1")
        link.set(ID, self.links[address])
        return link
