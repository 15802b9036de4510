"""PDF/UA-1 and PDF/A-3b, with the CSV attached."""

import io
import json
import re
import shutil
import subprocess  # nosec B404 # for this program alone, see below
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import batched
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from unicodedata import normalize

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..bilingual import EDITIONS, Words, listed, translated, untranslated
from ..status import FURTHEST_FIRST, Status
from . import csv
from .completion import CompletionReport, Fact
from .document import Column, Section, Table, edition, publication, rings, scope, sections, subtitle
from .fonts import GETA, arcs_svg, supported_characters
from .links import CODES, pieces, to_missions
from .report import ReportTooLong
from .totals import Group

MEDIA_TYPE = "application/pdf"
TYPESET = Path(__file__).with_name("typeset.py")
# 5,000 missions in both languages with titles of 290 and 150 characters take 2.8 GB of address space and 19 seconds.
# Longer ones are refused.
MOST_MEMORY = 3 * 1024**3
MOST_SECONDS = 60
MOST_SECONDS_ON_A_BUSY_MACHINE = 90  # and 20 for a slot: nginx waits for 120

# A cell with more characters than this times its width may break across pages.
LONG = 20
# A longer code is wider than its column.
LONG_CODE = 8
# At most this many missions are named for a missing character.
MOST_CODES = 10

HAN = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LATIN = re.compile("[a-z]{2}")
# Longer words may break after these characters.
UNBROKEN = re.compile(r"[^\s\u2e80-\uffff]{21,}")
MARKS = re.compile(r"(?<=[/.\-_?&=#])(?=[^/.\-_?&=#])")
PIECE = re.compile(r"[^/.\-_?&=#\u200b]{21,}")
BREAK = "\u200b"


def write(report: CompletionReport, file: IO[bytes]) -> None:
    """Write the PDF. Raises ReportTooLong over limits of memory or time.

    The caller holds a slot, see `pdf_slots`.
    """
    records = io.BytesIO()
    csv.write(report, records)
    timestamp = report.advanced_at.replace(microsecond=0).isoformat()
    job = {"data": shown(report), "csv": records.getvalue().decode(), "timestamp": timestamp}
    limits = [str(MOST_MEMORY), str(MOST_SECONDS)]
    command = [sys.executable, "-I", str(TYPESET), *limits, str(settings.HUB_PDF_FONT_DIR)]
    with TemporaryFile() as pdf:
        try:
            done = subprocess.run(  # noqa: S603 # nosec B603 # nothing of the report is part of the command
                command,
                input=json.dumps(job).encode(),
                stdout=pdf,
                stderr=subprocess.PIPE,
                timeout=MOST_SECONDS_ON_A_BUSY_MACHINE,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise too_large() from None
        if done.returncode < 0:  # A signal ended it: it had no more memory or time.
            raise too_large()
        if done.returncode:
            raise RuntimeError(done.stderr.decode().strip().rpartition("\n")[2])
        pdf.seek(0)
        shutil.copyfileobj(pdf, file)


def too_large() -> ReportTooLong:
    message = _("The PDF of this report takes too much memory or time: narrow the query, or take it as Excel or CSV.")
    return ReportTooLong(translated(message))


def shown(report: CompletionReport) -> dict[str, Any]:
    texts = Texts(report)
    chapters = [chapter(report, section, texts) for section in sections(report)]
    return {
        "languages": EDITIONS[report.language],
        "document": described(report),
        "title": texts(report.title),
        "subtitle": texts(subtitle(report)),
        "publication": facts(publication(report.frozen), texts),
        "scope": facts(scope(report), texts),
        "statement": facts(report.statement, texts),
        "figures": facts(figures(report.whole), texts),
        "sections": chapters,
        "arcs": pictured(report, texts),
        "statuses": [(status, status.row.fill, status.row.light) for status in Status],
        "legend": [
            (status, texts(translated(status.label))) for status in FURTHEST_FIRST if report.whole.statuses[status]
        ],
        "footer": texts(foot(report)),
        "page": texts(translated(_("Page %(page)s of %(pages)s"), page="{page}", pages="{pages}")),
        "lacking": [texts(words) for words in texts.lacked()],
    }


class Texts:
    """Converts texts for the layout, and records characters the font lacks."""

    def __init__(self, report: CompletionReport):
        self.edition = report.language
        self.address = to_missions(report)
        self.characters = supported_characters()
        self.lacking: dict[str, dict[str, None]] = {}

    def __call__(self, words: Words, where: str = "", link: str = "") -> list[tuple[str, list[Any]]]:
        drawn = []
        for tag, text in words.drawn(self.edition):
            text = self.drawable(text, where)
            drawn.append((language(text, tag[:2]), parts(text, link)))
        return drawn

    def drawable(self, text: str, where: str) -> str:
        text = re.sub(r"[\t\r\n]+", " ", text)
        if self.characters.issuperset(map(ord, text)):
            return text
        text = normalize("NFC", text)
        for character in text:
            if ord(character) not in self.characters:
                self.lacking.setdefault(character, {})[where] = None
        return "".join(character if ord(character) in self.characters else GETA for character in text)

    def lacked(self) -> Iterator[Words]:
        """Return notes on characters missing in the font, with their missions."""
        if not self.lacking:
            return
        found = []
        for character, places in sorted(self.lacking.items()):
            codes = [code for code in places if code]
            more = ["…"] if len(codes) > MOST_CODES else []
            at = f" ({', '.join(codes[:MOST_CODES] + more)})" if codes else ""
            found.append(untranslated(f"U+{ord(character):04X}{at}"))
        yield translated(_("Characters that the font lacks are shown as 〓: %(found)s."), found=listed(found))


def language(text: str, items: str) -> str:
    """Return the language of the text's script, or the default."""
    has_han, has_latin = bool(HAN.search(text)), bool(LATIN.search(text))
    if has_han == has_latin:
        return items
    return "zh" if has_han else "en"


def parts(text: str, link: str = "") -> list[Any]:
    return [(linked(piece, to == link), to) if to else broken(piece) for piece, to in pieces(text, link)]


def linked(text: str, is_code: bool) -> str:
    if not is_code:
        return chopped(text)
    return text if len(text) <= LONG_CODE else in_fours(text)


def broken(text: str) -> str:
    """Insert break opportunities in words too long for a line."""
    return UNBROKEN.sub(lambda run: chopped(MARKS.sub(BREAK, run[0])), text)


def chopped(text: str) -> str:
    return PIECE.sub(lambda piece: in_fours(piece[0]), text)


def in_fours(run: str) -> str:
    return BREAK.join("".join(four) for four in batched(run, 4))


def described(report: CompletionReport) -> dict[str, Any]:
    language = report.language
    stated = (*scope(report), *publication(report.frozen), *report.statement)
    lines = [f"{fact.label.joined(language)}: {fact.value.joined(language)}" for fact in stated]
    return {
        "title": f"{report.title.joined(language)} · {subtitle(report).joined(language)}",
        "author": translated(_("Hub Tracker")).joined(language),
        "description": "; ".join(lines[: len(scope(report))]),
        "keywords": lines[len(scope(report)) :],
        "csv": report.filename("csv"),
        "attached": translated(_("The records of this report as CSV")).joined(language),
    }


def facts(items: Iterable[Fact], texts: Texts) -> list[tuple[Any, Any]]:
    return [(texts(fact.label), texts(fact.value)) for fact in items]


def figures(whole: Group) -> tuple[Fact, ...]:
    return (
        Fact(translated(_("Missions")), untranslated(whole.records)),
        Fact(translated(Status.COMPLETED.label), untranslated(whole.completed)),
        Fact(translated(_("Completion rate")), untranslated(whole.percent)),
        Fact(translated(_("Documented")), untranslated(whole.documented)),
    )


def foot(report: CompletionReport) -> Words:
    head = {"revision": report.revision, "head": report.ledger_head[:16]}
    return translated(
        _("%(edition)s · revision %(revision)s · ledger head %(head)s…"), edition=edition(report.frozen), **head
    )


def pictured(report: CompletionReport, texts: Texts) -> dict[str, Any]:
    drawn = rings(report)
    items = [f"{title.joined(report.language)}: {words.joined(report.language)}" for _arc, title, words in drawn]
    return {
        "svg": arcs_svg([arc for arc, _title, _words in drawn]) if drawn else "",
        "alt": ". ".join(items),
        "rings": [(arc.paint, texts(title), texts(words)) for arc, title, words in drawn],
        "solid": texts(translated(_("Documented"))),
        "outlined": texts(translated(_("Reported by officials"))),
    }


def chapter(report: CompletionReport, section: Section, texts: Texts) -> dict[str, Any]:
    return {
        "name": section.name,
        "title": texts(section.title),
        "text": [texts(words) for words in section.text],
        "tables": [table(report, section, each, texts) for each in section.tables],
    }


def table(report: CompletionReport, section: Section, shown: Table, texts: Texts) -> dict[str, Any]:
    place = CODES.get(shown.name)
    return {
        "name": shown.name,
        "title": [] if shown.title == section.title else texts(shown.title),
        "columns": [(texts(column.label), column.share, column.is_number) for column in shown.columns],
        "rows": [row(cells, shown.columns, place, texts) for cells in shown.rows],
        "bars": bars(report, shown.name),
    }


def row(
    cells: tuple[Words, ...], columns: tuple[Column, ...], place: int | None, texts: Texts
) -> tuple[bool, list[Any]]:
    code = "" if place is None else cells[place].en.partition(" ")[0]
    drawn = [texts(words, code, texts.address(code) if number == place else "") for number, words in enumerate(cells)]
    fits = all(
        len(words.joined(texts.edition)) < LONG * column.share for words, column in zip(cells, columns, strict=True)
    )
    return fits, drawn


def bars(report: CompletionReport, name: str) -> list[list[tuple[str, int]]]:
    if name == "status":
        rows = [Counter({status.value: report.whole.statuses[status]}) for status in Status]
    else:
        rows = [group.statuses for total in report.totals if total.dimension == name for group in total.groups]
    return [[(status, row[status]) for status in FURTHEST_FIRST if row[status]] for row in rows]
