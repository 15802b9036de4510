"""The blank Word document and its styles."""

import io
import json
import re
import zipfile
from datetime import UTC
from pathlib import Path
from typing import IO, Any

import docx
import typst
from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml.parser import parse_xml

from ...bilingual import EDITIONS, TAGS
from ...figures.arcs import Arc
from ..completion import CompletionReport
from ..document import subtitle
from ..fonts import FONTS, arcs_svg

LOOK = Path(__file__).parent
ARCS = (LOOK / "arcs.typ").read_bytes()
# Parts of python-docx's template that stay.
ALLOWED_PARTS = (
    RELATIONSHIP_TYPE.OFFICE_DOCUMENT,
    RELATIONSHIP_TYPE.CORE_PROPERTIES,
    RELATIONSHIP_TYPE.STYLES,
    RELATIONSHIP_TYPE.SETTINGS,
)
AUTHOR = "Hub Tracker"
LANGUAGES = {"en": "en-GB", "zh": "zh-CN"}
# What a property of the file may hold, in characters.
LONGEST_PROPERTY = 255
# The earliest moment that a zip can state.
EPOCH = (1980, 1, 1, 0, 0, 0)
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
# For some readers a line end inside a text would end its cell.
SPACES = re.compile("[\t\n\r\u2028\u2029]+")
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
SPACE = "{http://www.w3.org/XML/1998/namespace}space"


def blank(report: CompletionReport) -> Document:
    document = docx.Document()
    package = document.part.package
    for relationships in (document.part.rels, package.rels):
        for name in [name for name, related in relationships.items() if related.reltype not in ALLOWED_PARTS]:
            relationships.pop(name)
    document.styles.element[:] = look("styles.xml")
    document.settings.element[:] = look("settings.xml")
    document.element.body[:] = [look("section.xml")]
    fonts = (LOOK / "fontTable.xml").read_bytes()
    fonts_part = Part(PackURI("/word/fontTable.xml"), CONTENT_TYPE.WML_FONT_TABLE, fonts, package)
    document.part.relate_to(fonts_part, RELATIONSHIP_TYPE.FONT_TABLE)
    leading = LANGUAGES[EDITIONS[report.language][0]]
    document.styles.element.find(f".//{W}lang").set(f"{W}val", leading)
    state(document.core_properties, report, leading)
    return document


def look(name: str) -> Any:
    return parse_xml((LOOK / name).read_bytes())


def state(properties: Any, report: CompletionReport, language: str) -> None:
    properties.title = report.title.joined(report.language, " · ")[:LONGEST_PROPERTY]
    properties.subject = subtitle(report).joined(report.language, " · ")[:LONGEST_PROPERTY]
    properties.keywords = report.query[:LONGEST_PROPERTY]
    properties.identifier = report.filename("docx")
    properties.language = language
    properties.author = properties.last_modified_by = AUTHOR
    properties.created = properties.modified = report.advanced_at.astimezone(UTC)
    properties.revision = 1
    properties.comments = ""


def save(document: Document, file: IO[bytes]) -> None:
    """Save without the time of writing, which the archive would contain."""
    stamped = io.BytesIO()
    document.save(stamped)
    with zipfile.ZipFile(stamped) as parts, zipfile.ZipFile(file, "w") as written:
        for part in parts.infolist():
            written.writestr(zipfile.ZipInfo(part.filename, EPOCH), parts.read(part), zipfile.ZIP_DEFLATED)


def add(parent: Any, tag: str, **attributes: str) -> Any:
    made = parent.makeelement(f"{W}{tag}", {f"{W}{name}": value for name, value in attributes.items()})
    parent.append(made)
    return made


def paragraph(parent: Any, style: str) -> Any:
    made = add(parent, "p")
    add(add(made, "pPr"), "pStyle", val=style)
    return made


def run(parent: Any, text: str, tag: str, style: str = "", breaks: bool = False) -> None:
    made = add(parent, "r")
    properties = add(made, "rPr")
    is_chinese = tag == TAGS["zh"] and HAN.search(text)
    if style:
        add(properties, "rStyle", val=style)
    if is_chinese:
        # Quotation marks and dashes are as wide as Chinese characters.
        add(properties, "rFonts", hint="eastAsia")
    add(properties, "lang", val=LANGUAGES["zh" if is_chinese else "en"], eastAsia=LANGUAGES["zh"])
    if breaks:
        add(made, "br")
    written = add(made, "t")
    written.set(SPACE, "preserve")
    written.text = SPACES.sub(" ", text)


def picture(drawn: list[Arc]) -> bytes:
    data = {"arcs": arcs_svg(drawn), "numbers": [(float(arc.x), str(arc.number)) for arc in drawn]}
    return typst.compile(ARCS, format="png", ppi=220, font_paths=FONTS, sys_inputs={"data": json.dumps(data)})
