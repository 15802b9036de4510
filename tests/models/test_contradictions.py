"""Figures that contradict each other are found by what they say alone; figures that may both hold are left alone."""

import csv
from datetime import date

import pytest
from django.utils.translation import override

from missions.models import ReportedFigure
from missions.models.contradictions import contradictions
from missions.models.figures import CHINESE_UNITS
from tests import build
from tests.exchange.folders import HONGQIAO

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

DAY = date(2024, 3, 2)


def figure(indicator, value, source="s1", on=DAY, covers=(), **fields):
    names = {"indicator_en": indicator, "indicator_zh": fields.pop("zh", f"指标{indicator}"), "unit": "items"}
    said = {"as_of": on, "value": value, "source": build.source(source)}
    made = ReportedFigure.objects.create(**{**names, **said, **fields})
    made.covers.set(covers)
    return made


def found():
    """(subject, sentence, values of the figures, codes of the instruments with an official number)."""
    figures = ReportedFigure.objects.prefetch_related("covers").order_by("as_of", "id")
    return [
        (
            contradiction.subject,
            str(contradiction.sentence),
            [float(figure.value) for figure in contradiction.figures],
            [instrument.code for instrument in contradiction.official],
        )
        for contradiction in contradictions(figures)
    ]


SAME_DAY = "Different values of one indicator, recorded for the same day."
SAME_YEAR = "Different values of one indicator, recorded for the same year."
OTHER_WORDS = "The same number of the same total, in different words."
OTHER_THINGS = "The same number, said of different things."
TOTALS = "The total differs."


def test_two_sources_give_one_indicator_two_values_on_one_day():
    figure("Policies in place (half-year  statement)", 26, zh="已落地政策（半年时）")
    figure("policies IN PLACE", 23, "s2", zh="已落地政策")
    figure("Policies in place", 23, "s3")

    assert found() == [("Policies in place", SAME_DAY, [26, 23, 23], [])]
    with override("zh-hans"):
        assert [subject for subject, *_rest in found()] == ["已落地政策"]


@pytest.mark.parametrize(
    "other",
    [
        {"value": 26},
        {"source": "s1", "indicator": "Policies in place (of the second round)"},
        {"on": date(2024, 3, 3)},
        {"unit": "percent"},
        {"indicator": "Policies published"},
        {"instrument": "EX"},
    ],
)
def test_another_day_unit_instrument_or_remark_of_the_same_source_contradicts_nothing(other):
    if "instrument" in other:
        other = {"instrument": build.instrument(other["instrument"])}
    figure("Policies in place", 26)
    figure(**{"indicator": "Policies in place", "value": 23, "source": "s2", **other})

    assert found() == []


def test_a_figure_of_the_year_stands_against_another_of_that_year():
    figure("Trade of the district (opinion, latest year)", "75.93", on=date(2024, 11, 7))
    figure("Trade of the district 2024", "85.64", "s2", on=date(2024, 12, 31))
    figure("Trade of the district 2023", "70", "s2", on=date(2023, 12, 31))
    figure("Headquarters drawn in", 400, on=date(2024, 1, 5))
    figure("Headquarters drawn in", 500, "s2", on=date(2024, 11, 5))

    assert found() == [("Trade of the district", SAME_YEAR, [75.93, 85.64], [])]


def test_one_number_of_one_total_is_called_completed_here_and_put_in_place_there():
    plan = [build.instrument("FP", official_total=104)]
    for day, source, measure in [(1, "s1", "in_place"), (2, "s2", "completed")]:
        figure("Tasks set", 104, source, date(2024, 3, day), plan, measure="total")
        figure(f"Tasks {measure}", 100, source, date(2024, 3, day), plan, measure=measure)
    # The same words; another number; a month later: progress, not a contradiction.
    for day, value, measure in [(3, 100, "completed"), (4, 101, "in_place"), (31, 100, "in_place")]:
        figure("Tasks set", 104, f"n{day}", date(2024, 3, day), plan, measure="total")
        figure(f"Tasks {measure}", value, f"n{day}", date(2024, 3, day), plan, measure=measure)

    assert found() == [("Instrument FP", OTHER_WORDS, [100, 100, 100], [])]


def test_reported_totals_stand_against_each_other_and_against_the_official_number():
    plan, measures = build.instrument("FP", official_total=104), build.instrument("M24", official_total=24)
    figure("Tasks set", 104, covers=[plan], measure="total")
    figure("Tasks of both", 128, covers=[plan, measures], measure="total")
    assert found() == []

    figure("Tasks of both, later", 130, "s2", date(2025, 3, 2), [plan, measures], measure="total")
    figure("Tasks sorted", 102, "s2", date(2021, 3, 3), [plan], measure="total")
    figure("Tasks of nothing", 9, "s2", measure="total")
    assert found() == [
        ("Instrument FP", TOTALS, [102, 104], ["FP"]),
        ("Instrument FP + Instrument M24", TOTALS, [128, 130], ["FP", "M24"]),
    ]

    measures.official_total = None
    measures.save()
    assert found()[1] == ("Instrument FP + Instrument M24", TOTALS, [128, 130], [])


def test_one_telling_number_is_said_of_different_things():
    figure("Headquarters of four kinds", 127)
    figure("Headquarters and centres (of multinationals)", 127, "s2", date(2024, 3, 9))
    # A day too late; the same source; the same name: agreement; no word in common; too round a number.
    figure("Headquarters by the end of March", 127, "s3", date(2024, 3, 17))
    figure("Projects in all", 304)
    figure("Projects of the year", 304)
    figure("Companies", 212)
    figure("companies (about)", 212, "s2")
    figure("Growth", "12.5")
    figure("Share", "12.5", "s2")
    figure("Places in all", 400)
    figure("Places of the year", 400, "s2")

    assert found() == [("127", OTHER_THINGS, [127, 127], [])]


def test_of_the_real_figures_the_rules_find_what_they_can():
    """Five of the eleven contradictions that the data's README lists; the others lie in no two comparable figures."""
    totals = {"FP": 104, "M24": 24, "EX": 17}
    instruments = {code: build.instrument(code, official_total=total) for code, total in totals.items()}
    with (HONGQIAO / "reported_figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            figure(
                row["indicator_en"],
                row["value"],
                row["source_key"],
                row["as_of"],
                [instruments[code] for code in row["covers"].split(";") if code],
                instrument=instruments.get(row["instrument"]),
                unit=row["unit"],
                measure=row["measure"],
            )

    assert found() == [
        ("Instrument FP", OTHER_WORDS, [100, 100], []),
        ("Policies in place out of 29", SAME_DAY, [26, 23], []),
        ("Imports and exports of the business district", SAME_YEAR, [75.93, 85.64], []),
        ("304", OTHER_THINGS, [304, 304], []),
        ("127", OTHER_THINGS, [127, 127], []),
    ]


def test_every_unit_of_the_real_figures_has_its_chinese():
    with (HONGQIAO / "reported_figures.csv").open(encoding="utf-8", newline="") as file:
        units = {row["unit"] for row in csv.DictReader(file)}

    assert sorted(units - set(CHINESE_UNITS)) == []
