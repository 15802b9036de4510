"""A small programme with one of everything that a report shows; its numbers are easy to count by hand."""

from datetime import date

from missions.models import Measure, ReportedFigure
from missions.status import Basis, Status
from tests import factories

ATTACK = "=cmd|' /C calc'!A0"
PRIVATE = {
    "title": "Zettel 密件",
    "publisher": "Geheimrat",
    "url": "https://verborgen.example/akte",
    "published_on": date(1987, 6, 5),
    "event_on": date(1986, 5, 4),
}


def report_figure(instrument, completed, total, **fields):
    """Officials reported that so many missions of an instrument are completed."""
    for measure, value in ((Measure.TOTAL, total), (Measure.COMPLETED, completed)):
        words = {"indicator_en": measure, "indicator_zh": measure, "unit": "missions", "measure": measure}
        source = factories.source("f", published_on=date(2024, 3, 1))
        figure = ReportedFigure.objects.create(**words, value=value, source=source, as_of=date(2024, 3, 1))
        figure.covers.set([instrument])


def build_example():
    """Five missions: FP has M-1 to M-3 (9 of 10 reported as completed), EX has M-4 and M-5.

    | M-1 | completed 1 Apr 2024 with a document, after a correction; due date moved 1 May; private evidence, a file
    | M-2 | completed 1 Jun 2024 on the owner's word: not documented
    | M-3 | paused, overdue since 1 Jun 2024
    | M-4 | withdrawn
    | M-5 | completed on 1 Mar 2024, in progress again since 10 Jun
    """
    factories.programme()
    plan, excerpt = factories.instrument("FP", position=1), factories.instrument("EX", position=2)
    factories.organisation("O1", name_en="Office", name_zh="办公室")
    report_figure(plan, 9, 10)
    areas, supporting = (
        [factories.area("A1"), factories.area("A2")],
        [factories.organisation("O2"), factories.organisation("O3")],
    )
    titles = {
        "title_en": 'Build the "bridge", now',
        "title_zh": "建桥，马上",
        "clause": "Part 1",
        "clause_zh": "第一部分",
    }
    first = factories.mission(
        "M-1", instrument=plan, due=date(2024, 7, 1), areas=areas, supporting=supporting, **titles
    )
    cited = [
        factories.evidence(
            published_on=date(2024, 4, 1), event_on=date(2024, 3, 30), url="https://example.org/a_(b)?x=1&y=2"
        ),
        factories.evidence(
            **PRIVATE, is_public=False, file=factories.evidence_file("kassiber.pdf", factories.PDF + b"1")
        ),
        factories.evidence(title="Letter", url="", file=factories.evidence_file("letter.pdf")),
    ]
    entry = factories.report(first, Status.IN_PROGRESS, on=date(2024, 4, 1), evidence=cited)
    factories.correct(entry, status=Status.COMPLETED, evidence=cited)
    factories.deadline(first, date(2024, 8, 1), on=date(2024, 5, 1))
    second = factories.mission("M-2", instrument=plan, theme=factories.theme("T2"), title_en=ATTACK, title_zh=ATTACK)
    factories.report(second, Status.COMPLETED, on=date(2024, 6, 1), basis=Basis.OWNER)
    factories.mission("M-3", instrument=plan, due=date(2024, 5, 31), status=Status.PAUSED, on=date(2024, 1, 1))
    factories.mission("M-4", instrument=excerpt, status=Status.WITHDRAWN, on=date(2024, 1, 1))
    fifth = factories.mission(
        "M-5", instrument=excerpt, theme=factories.theme("T2"), status=Status.COMPLETED, on=date(2024, 3, 1)
    )
    factories.report(fifth, Status.IN_PROGRESS, on=date(2024, 6, 10))
    factories.deadline(fifth, date(2024, 6, 15), on=date(2024, 6, 11))
    factories.deadline(fifth, None, on=date(2024, 6, 12))
