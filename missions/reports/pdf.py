"""PDF/UA-1 and PDF/A-3b, with the CSV attached."""

import io
import json
import re
import shutil
import subprocess  # nosec B404 # for this program alone, see below
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from math import inf
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any
from unicodedata import normalize

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ..bilingual import EDITIONS, Words, listed, translated, untranslated
from ..slots import NoFreeSlot, slot
from ..status import FURTHEST_FIRST, Status
from . import csv
from .build import CompletionReport, Fact
from .document import alternative, foot, publication, scope, subtitle
from .drawing import Drawing, Span
from .fonts import GETA, arcs_svg, supported_characters
from .report import ReportTooLong
from .totals import Group

MEDIA_TYPE = "application/pdf"
TYPESET = Path(__file__).with_name("typeset.py")
# 5,000 missions in both languages with titles of 290 and 150 characters take 2.8 GB of address space and 19 seconds.
# Longer ones are refused.
MOST_MEMORY = 3 * 1024**3
MOST_SECONDS = 60
MOST_SECONDS_ON_A_BUSY_MACHINE = 90  # and 20 for a slot: nginx waits for 120

# At most this many missions are named for a missing character.
MOST_CODES = 10

PATIENCE = 20  # seconds that a reader waits for a slot
# All processes together make two PDFs at a time. A server process has four threads: readers' PDFs hold three at most,
# and one answers pages.
pdf_slot = partial(slot, "pdf", most=2, wait=inf)
reader_threads = BoundedSemaphore(3)

HAN = re.compile("[\u2e80-\u2fdf\u3005-\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
LATIN = re.compile("[a-z]{2}")


@contextmanager
def reader_pdf_slot() -> Iterator[None]:
    """Hold a slot for a public request. Raises NoFreeSlot."""
    if not reader_threads.acquire(blocking=False):
        raise NoFreeSlot
    try:
        with pdf_slot(wait=PATIENCE):
            yield
    finally:
        reader_threads.release()


def write(report: CompletionReport, file: IO[bytes]) -> None:
    """Write the PDF. Raises ReportTooLong over limits of memory or time.

    The caller holds a slot.
    """
    records = io.BytesIO()
    csv.write(report, records)
    timestamp = report.advanced_at.replace(microsecond=0).isoformat()
    job = {"data": layout_data(report), "csv": records.getvalue().decode(), "timestamp": timestamp}
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


def layout_data(report: CompletionReport) -> dict[str, Any]:
    texts = Texts()
    drawing = Drawing(report, texts)
    data = drawing.parts()
    for section in data["sections"]:
        for table in section["tables"]:
            for row in table["rows"]:
                row["cells"] = [cell for cell, _column in row["cells"]]
            table["counts"] = [list(ordered(counts)) for counts in table["counts"]]
    rings = [(arc.paint, title, numbers) for arc, title, numbers in data["arcs"]]
    shown = [status for status, _number in ordered(report.whole.statuses)]
    return data | {
        "languages": EDITIONS[report.language],
        "document": described(report),
        "figures": drawing.facts(figures(report.whole)),
        "arcs": rings,
        "picture": {"svg": arcs_svg(arc for arc, *_texts in data["arcs"]), "alt": alternative(report)},
        "solid": drawing.text(translated(_("Documented"))),
        "outlined": drawing.text(translated(_("Reported by officials"))),
        "statuses": [(status, status.row.fill, status.row.light) for status in Status],
        "legend": [(status, drawing.text(translated(status.label))) for status in shown],
        "footer": drawing.text(foot(report, 16)),
        "page": drawing.text(translated(_("Page %(page)s of %(pages)s"), page="{page}", pages="{pages}")),
        "lacking": [drawing.text(words) for words in texts.lacked()],
    }


class Texts:
    """Writes texts for the layout, and records characters the font lacks."""

    def __init__(self) -> None:
        self.characters = supported_characters()
        self.lacking: dict[str, dict[str, None]] = {}

    def __call__(self, spans: list[Span], code: str) -> list[tuple[str, list[tuple[str, str]]]]:
        drawn = []
        for tag, parts in spans:
            parts = [(self.drawable(part, code), address) for part, address in parts]
            drawn.append((language("".join(part for part, _address in parts), tag[:2]), parts))
        return drawn

    def drawable(self, text: str, code: str) -> str:
        text = re.sub(r"[\t\r\n]+", " ", text)
        if self.characters.issuperset(map(ord, text)):
            return text
        text = normalize("NFC", text)
        for character in text:
            if ord(character) not in self.characters:
                self.lacking.setdefault(character, {})[code] = None
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


def language(text: str, default: str) -> str:
    """Return the language of the text's script, or the default."""
    has_han, has_latin = bool(HAN.search(text)), bool(LATIN.search(text))
    if has_han == has_latin:
        return default
    return "zh" if has_han else "en"


def described(report: CompletionReport) -> dict[str, Any]:
    language = report.language
    filters, others = (
        [f"{fact.label.joined(language)}: {fact.value.joined(language)}" for fact in facts]
        for facts in (scope(report), (*publication(report.frozen), *report.statement))
    )
    return {
        "title": f"{report.title.joined(language)} · {subtitle(report).joined(language)}",
        "author": translated(_("Hub Tracker")).joined(language),
        "description": "; ".join(filters),
        "keywords": others,
        "csv": report.filename("csv"),
        "attached": translated(_("The records of this report as CSV")).joined(language),
    }


def figures(whole: Group) -> tuple[Fact, ...]:
    return (
        Fact(translated(_("Missions")), untranslated(whole.records)),
        Fact(translated(Status.COMPLETED.label), untranslated(whole.completed)),
        Fact(translated(_("Completion rate")), untranslated(whole.percent)),
        Fact(translated(_("Documented")), untranslated(whole.documented)),
    )


def ordered(counts: Mapping[str, int]) -> Iterator[tuple[Status, int]]:
    return ((status, counts[status]) for status in FURTHEST_FIRST if counts.get(status))
