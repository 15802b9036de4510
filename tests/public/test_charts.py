"""Charts of small programmes: numbers, scale and edges."""

import re
from datetime import date, timedelta

import pytest

from missions.models import ProgrammeDay
from missions.status import Status
from tests import factories
from tests.public.dom import parameters, total
from tests.public.officials import completion_figure
from tests.public.reading import cells, described, links, page_of, section


def test_arcs_state_the_numbers_and_none_runs_past_its_end(client, noon):
    for number in range(4):
        factories.mission(instrument=factories.instrument("FP"), status=Status.COMPLETED if number < 2 else None)
    factories.mission(instrument=factories.instrument("EX", title_en="<EX>", position=9))
    completion_figure(110, 104)
    completion_figure(111, 105, "FP", "EX", source="s2")  # a joint figure has no arc

    picture = page_of(client).one("svg", aria_labelledby="arcs-title")
    assert re.findall(r"\d+ of \d+|<EX>", described(picture)[1]) == ["2 of 4", "110 of 104", "<EX>", "0 of 1"]
    (track, solid, outline), (_track, _solid) = [[path["d"] for path in arc.all("path")] for arc in picture.all("g")]
    assert (outline == track, solid == track, " 0 0 1 200.00 " in solid) == (True, False, True)  # half way: the top


@pytest.mark.parametrize(
    ("last", "rows"),
    [
        (date(2024, 7, 1), [["July 2024", "0", "1", "0"]]),
        (date(2026, 5, 31), [["May 2026", "0", "0", "1"]]),
        (date(2026, 6, 1), [["2026", "0", "0", "1"]]),
        (date(2100, 12, 31), [["2100–2100", "0", "0", "1"]]),
    ],
)
def test_the_calendar_is_by_month_year_or_decade(client, noon, last, rows):
    factories.mission(due=last)
    factories.mission(due=date(2024, 1, 1), status=Status.COMPLETED)
    table = section(page_of(client), "ahead").one("figure").one("table")
    assert cells(table) == rows
    assert total(client.get(table.one("a")["href"])) == 1


def test_many_steps_are_a_row_a_month_with_the_missions_that_changed(client, noon):
    start = date(2023, 11, 1)
    for number in range(61):
        instrument = factories.instrument("FP", issued_on=date(2023, 1, 1))
        mission = factories.mission(f"M-{number}", instrument=instrument)
        factories.report(mission, Status.COMPLETED, on=start + timedelta(number))
    rows = cells(section(page_of(client), "progress"))
    assert [(row[0], row[1], row[2]) for row in rows] == [
        ("1 Jan 2023", "Not individually reported 61 missions", "0"),
        ("30 Nov 2023", "Completed 30 missions", "30"),
        ("31 Dec 2023", "Completed 31 missions", "61"),
    ]


def test_days_of_the_programme_are_listed_with_source_up_to_the_day(client, noon):
    factories.mission(status=Status.COMPLETED)
    for on, label in ((date(2023, 8, 16), "Measures"), (date(2021, 2, 24), "Plan"), (date(2024, 3, 2), "Press")):
        ProgrammeDay.objects.create(date=on, source=factories.source("s2"), label_en=label, label_zh=f"日子{label}")
    for path in ("", "instruments/FP/"):
        (days,) = section(page_of(client, path, ("as_of", "2024-03-01")), "progress").all("ol")
        assert [item.text for item in days.all("li")] == [
            "24 Feb 2021 Plan Source s2 · Publisher",
            "16 Aug 2023 Measures Source s2 · Publisher",
        ]
        linked = [parameters(item.all("a")[0]["href"])["as_of"] for item in days.all("li")]
        assert linked == [["2021-02-24"], ["2023-08-16"]]
        assert "日子Press" in page_of(client, path, language="zh-hans").text


def test_the_wall_goes_from_completed_to_not_begun_in_the_programmes_order(client, noon, monkeypatch):
    factories.mission("Z", theme=factories.theme("A", position=2))
    missions = [(2, "M-2", "completed"), (4, "M-1", None), (1, "M-3", "completed"), (3, "a", "paused")]
    for number, code, status in missions:
        factories.mission(code, number=9000 + number, theme=factories.theme("B", position=1), status=status)
    wall = section(page_of(client), "wall")
    codes = [link["href"].split("/")[3] for link in wall.all("a") if "/missions/" in link["href"]]
    assert codes == ["M-3", "M-2", "a", "M-1", "Z"]
    assert [heading["id"] for heading in wall.all("h3")] == ["group-B", "group-A"]
    monkeypatch.setattr("missions.public.wall.MOST", 4)
    too_many = section(page_of(client, "", ("known_at", "2024-06-30")), "wall")
    assert links(too_many)[0].startswith("/en/missions/?")
