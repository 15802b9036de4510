"""Where published figures contradict each other: found by rules from the figures alone, shown and not resolved."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .figures import Measure, ReportedFigure, with_totals
from .mission import fold
from .register import Instrument

Figures = tuple[ReportedFigure, ...]

REMARK = re.compile(r"\s*[(（][^()（）]*[)）]")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
WORD = re.compile(r"[^\W\d_]{4,}")
# Within a week one report repeats another; later it may tell of something new.
FEW_DAYS = timedelta(days=7)
# Numbers with fewer digits agree by chance.
TELLING_DIGITS = 3


@dataclass(frozen=True)
class Contradiction:
    """Statements that do not agree, what they are about, and one sentence that says how they differ.

    `official` holds the instruments whose official number of missions is one more statement.
    """

    subject: str
    sentence: str | Promise
    figures: Figures
    official: tuple[Instrument, ...] = ()


def contradictions(figures: Iterable[ReportedFigure]) -> list[Contradiction]:
    """What these figures contradict each other in, those on completion first."""
    said = tuple(figures)
    rules = (different_totals, different_words, different_values, different_values_in_a_year, different_things)
    return [found for rule in rules for found in rule(said)]


def different_totals(figures: Figures) -> Iterator[Contradiction]:
    """Of the same instruments: among the reports, or between these and the official number of missions."""
    totals = [figure for figure in figures if is_total(figure)]
    for instruments, said in grouped(totals, lambda figure: figure.covered).items():
        numbers = [instrument.official_total for instrument in instruments]
        official = instruments if None not in numbers else ()
        if len({figure.value for figure in said}.union([sum(numbers)] if official else [])) > 1:
            yield Contradiction(titles(instruments), _("The total differs."), said, official)


def different_words(figures: Figures) -> Iterator[Contradiction]:
    """The same number of the same total within a few days, in one report by another word than in the other."""
    totals = dict(with_totals(figures))
    sentence = _("The same number of the same total, in different words.")
    for said in clashing(totals, lambda figure: (figure.covered, figure.value, totals[figure]), is_in_other_words):
        yield Contradiction(titles(said[0].covered), sentence, said)


def different_values(figures: Figures) -> Iterator[Contradiction]:
    """Of one indicator on one day."""
    said_of = [figure for figure in figures if not is_total(figure)]
    sentence = _("Different values of one indicator, recorded for the same day.")
    for said in clashing(said_of, lambda figure: (*indicator(figure), figure.as_of), has_another_value):
        yield Contradiction(shortest_name(said), sentence, said)


def different_values_in_a_year(figures: Figures) -> Iterator[Contradiction]:
    """Of one indicator in one year, where one of the statements names the year."""
    said_of = [figure for figure in figures if not figure.is_of_completion]
    sentence = _("Different values of one indicator, recorded for the same year.")
    for said in clashing(said_of, of_the_year, has_another_value_for_the_year):
        yield Contradiction(shortest_name(said), sentence, said)


def different_things(figures: Figures) -> Iterator[Contradiction]:
    """The same number within a few days, said of what the names call by other words."""
    telling = [figure for figure in figures if not figure.is_of_completion and digits(figure) >= TELLING_DIGITS]
    sentence = _("The same number, said of different things.")
    for said in clashing(telling, lambda figure: (figure.value, *indicator(figure)[1:]), is_of_another_thing):
        yield Contradiction(said[0].amount, sentence, said)


def is_in_other_words(one: ReportedFigure, other: ReportedFigure) -> bool:
    return one.measure != other.measure and abs(one.as_of - other.as_of) <= FEW_DAYS


def has_another_value(one: ReportedFigure, other: ReportedFigure) -> bool:
    """One source may well give two values: what it says in brackets then tells them apart."""
    return one.value != other.value and one.source_id != other.source_id


def has_another_value_for_the_year(one: ReportedFigure, other: ReportedFigure) -> bool:
    is_same_day = (name(one), one.as_of) == (name(other), other.as_of)
    return has_another_value(one, other) and not is_same_day and bool(YEAR.search(f"{name(one)} {name(other)}"))


def is_of_another_thing(one: ReportedFigure, other: ReportedFigure) -> bool:
    is_repeated = one.source_id != other.source_id and abs(one.as_of - other.as_of) <= FEW_DAYS
    words, others = set(WORD.findall(name(one))), set(WORD.findall(name(other)))
    return is_repeated and name(one) != name(other) and not words.isdisjoint(others)


def name(figure: ReportedFigure) -> str:
    """What the figure counts, for comparison: without remarks in brackets, case and space."""
    return " ".join(fold(REMARK.sub("", figure.indicator_en)).split())


def indicator(figure: ReportedFigure) -> tuple:
    """What makes two figures say the same thing: a measure of the same instruments, or else a name, place and unit."""
    if figure.is_of_completion:
        return figure.measure, figure.covered
    return name(figure), figure.instrument_id, fold(figure.unit)


def of_the_year(figure: ReportedFigure) -> tuple:
    """The indicator without the year that its name gives, and that year, or else the year of its day."""
    said, *rest = indicator(figure)
    years = YEAR.findall(said)
    return " ".join(YEAR.sub("", said).split()), *rest, int(years[0]) if len(years) == 1 else figure.as_of.year


def is_total(figure: ReportedFigure) -> bool:
    return figure.is_of_completion and figure.measure == Measure.TOTAL


def digits(figure: ReportedFigure) -> int:
    return len(figure.value.normalize().as_tuple().digits)


def grouped(figures: Iterable[ReportedFigure], key: Callable) -> dict[tuple, Figures]:
    groups = defaultdict(list)
    for figure in figures:
        groups[key(figure)].append(figure)
    return {what: tuple(group) for what, group in groups.items()}


def clashing(figures: Iterable[ReportedFigure], key: Callable, clash: Callable) -> Iterator[Figures]:
    """Of each group with the same `key`, the figures that clash with another one of it."""
    for group in grouped(figures, key).values():
        if found := tuple(one for one in group if any(clash(one, other) for other in group)):
            yield found


def shortest_name(figures: Figures) -> str:
    """What the figures count, for the reader."""
    return min((REMARK.sub("", figure.indicator).strip() for figure in figures), key=len)


def titles(instruments: Iterable[Instrument]) -> str:
    return " + ".join(instrument.title for instrument in instruments)
