"""Counts on pages, their charts and links, against the oracle of a random world."""

import re
from collections import Counter
from datetime import date

import pytest
from django.utils.http import urlencode

from missions.status import Status
from tests.public.dom import parameters, total
from tests.public.oracle import Answer, state_on
from tests.public.queries import LAST
from tests.public.reading import cells, described, links, page_of, section, statuses

DAYS = [("as_of", "2024-03-02"), ("known_at", "2024-05-20")]
QUERY = {name: [day] for name, day in DAYS}


def records(world):
    """The records on these two days."""
    return Answer(world, QUERY, language="en", today=LAST).there


@pytest.mark.parametrize(("path", "instruments"), [("", ["ex", "M-24", "FP"]), ("instruments/FP/", ["FP"])])
def test_completion_over_time_has_in_each_row_what_the_ledger_has_by_that_day(client, world, path, instruments):
    picture = section(page_of(client, path, *DAYS), "progress")
    rows = cells(picture)
    assert len(rows) > 5
    for row, time in zip(rows, picture.one("tbody").all("time"), strict=True):
        day = date.fromisoformat(time["datetime"])
        plain = [plain for plain in world.plain if plain.instrument in instruments]
        by_then = [each.status for one in plain if (each := state_on(one, day, date(2024, 5, 20)))]
        done, counted = by_then.count("completed"), len(by_then) - by_then.count("withdrawn")
        assert row[2:5] == [str(done), str(done), str(counted)], day
    _name, text = described(picture.one("svg", role="img"))
    assert re.findall(r"(\d+) of (\d+)", text) == [(rows[-1][2], rows[-1][4])]


@pytest.mark.parametrize("path", ["themes/", "owners/", "areas/", "instruments/"])
def test_a_bar_has_the_numbers_of_its_row_and_the_longest_fills_the_width(client, world, path):
    ends = []
    for row in page_of(client, path, *DAYS).one("table").all("tr"):
        for bar in row.all("svg", aria_hidden="true"):
            if titles := [title.text for title in bar.all("title")]:
                counts = [int(cell.text) for cell in row.all("td")[2:]]
                assert titles == [f"{s.label}: {n}" for s, n in zip(Status, counts, strict=True) if n]
                parts = [[float(part[name].rstrip("%")) for name in ("x", "width")] for part in bar.all("rect")]
                starts, widths = zip(*parts, strict=True)
                assert starts == pytest.approx([sum(widths[:n]) for n in range(len(widths))], abs=0.05)
                ends.append(starts[-1] + widths[-1])
    assert max(ends) == pytest.approx(100, abs=0.05)


def test_the_deadline_calendar_has_the_open_dates_of_the_day_and_links_to_their_records(client, world):
    chart = section(page_of(client, "", *DAYS), "ahead").one("figure")
    links = chart.one("table").all("a")
    opened = [r for r in records(world) if r.due and r.status not in ("completed", "withdrawn")]
    by_state = Counter(record.deadline for record in opened)
    found = Counter()
    for link in links:
        found[parameters(link["href"])["deadline"][0]] += int(link.text)
    assert found == by_state
    assert [total(client.get(link["href"])) for link in links] == [int(link.text) for link in links]
    _name, text = described(chart.one("svg", role="img"))
    assert re.findall(r"^\d+|(?<=\. )\d+", text) == [str(len(opened)), str(by_state["overdue"])]


def test_the_wall_has_each_mission_once_in_its_group_with_its_status_of_the_day(client, world):
    for path, field in (("", "theme"), ("owners/", "lead")):
        expected, shown = {}, {}
        for record in records(world):
            expected.setdefault(getattr(record.plain, field), set()).add((record.plain.code, record.status))
        for squares in section(page_of(client, path, *DAYS), "wall" if not path else "wall-title").all("ul"):
            label = squares.get("aria-labelledby") or ""
            if label.startswith("group-"):
                found = [(code_of(link), statuses(link)[-1]) for link in squares.all("a")]
                shown[label.removeprefix("group-")] = {*found}
                assert len(found) == len({*found})
                assert {link["href"].split("?")[1] for link in squares.all("a")} == {urlencode(DAYS)}
        assert shown == expected


def code_of(link):
    return link["href"].split("/")[3]


def by_status(found):
    counts = Counter(record.status for record in found)
    return [counts[status] for status in Status]


@pytest.mark.parametrize("facet", ["instrument", "theme", "area", "owner"])
def test_a_dimension_counts_each_record_of_the_day_and_each_number_leads_to_its_records(client, world, facet):
    there = records(world)
    page = page_of(client, f"{facet}s/", *DAYS)
    (table,) = page.all("table")
    for row in table.all("tr"):
        names = row.all("th", scope="row")
        if not names or not names[0].all("a"):
            continue
        code = code_of(names[0].all("a")[0])
        below = [record for record in there if code in record.values[facet]]
        own = [record for record in below if record.plain.lead == code] if facet == "owner" else below
        counts = [int(cell.text) for cell in row.all("td")[1:]]
        assert counts == [len(own), *by_status(own)], code
        assert [int(link.text) for link in names[0].all("a")[1:]] in ([], [len(below)])
        record = page_of(client, f"{facet}s/{code}/", *DAYS)
        assert record.one(id="results")["data-total"] == str(len(below))
        if not below:
            continue
        tally = section(record, "by-status").one("table")
        assert [int(row[-1]) for row in cells(tally)] == by_status(below), code
        assert_links_lead_to_as_many(client, tally)
    (foot,) = table.all("tfoot")
    assert [int(cell.text) for cell in foot.all("td")[1:]] == [len(there), *by_status(there)]
    assert_links_lead_to_as_many(client, table)


def assert_links_lead_to_as_many(client, part):
    counted = {link["href"]: int(link.text) for link in part.all("a") if link.text.isdigit()}
    assert counted
    assert {link: total(client.get(link)) for link in counted} == counted
    days = {name: [day] for name, day in DAYS}
    assert [link for link in links(part) if not days.items() <= parameters(link).items()] == []


def test_the_tiles_of_the_overview_lead_to_exactly_their_records(client, world):
    there = records(world)
    part = section(page_of(client, "", *DAYS), "by-status")
    tiles = part.one("ul").all("li")
    assert [int(tile.one("strong").text) for tile in tiles] == by_status(there)
    shares = [f"{100 * number / len(there):.1f}% of all" for number in by_status(there)]
    assert [tile.one("small").text for tile in tiles] == shares
    assert [total(client.get(link)) for link in links(part)] == [number for number in by_status(there) if number]
