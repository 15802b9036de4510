"""Counts that add up, and lead to the very records they count."""

import pytest

from tests.public.dom import parse, total
from tests.public.oracle import with_those_above
from tests.public.parameters import address
from tests.public.world import AREAS

DAYS = ["2021-03-01", "2023-06-30", "2024-06-30"]


def number(cell):
    return int(cell.text)


def rows(page):
    """Of a dimension's page: (address of the record, its total, its counts by status)."""
    for row in page.one("table", class_="dimensions").all("tr"):
        if names := row.all("th", scope="row"):
            whole, *by_status = [number(cell) for cell in row.all("td", class_="number")]
            if links := names[0].all("a"):  # The last row counts the whole.
                yield links[0]["href"], whole, by_status


def tally(page):
    """Of the table of statuses: (address of the records or None, count) for each row."""
    for row in page.one("table", class_="tally").one("tbody").all("tr"):
        links = row.all("a")
        yield links[0]["href"] if links else None, number(row.all("td")[-1])


@pytest.mark.parametrize("day", DAYS)
def test_instruments_themes_and_lead_owners_each_add_up_to_the_whole(client, world, day):
    whole = total(client.get(address("missions/", ("as_of", day))))
    assert whole > 0

    for dimension in ("instruments", "themes", "owners"):
        counted = list(rows(parse(client.get(address(f"{dimension}/", ("as_of", day))))))
        assert sum(n for _link, n, _by_status in counted) == whole
        assert [sum(by_status) for _link, _n, by_status in counted] == [n for _link, n, _by_status in counted]


def test_areas_overlap_and_their_page_says_so(client, world):
    page = parse(client.get("/en/areas/"))

    named = [set().union(*(with_those_above(code, AREAS) for code in plain.areas)) for plain in world.plain]
    assert sum(n for _link, n, _by_status in rows(page)) == sum(map(len, named))
    assert len(page.all(class_="note")) == 1
    assert parse(client.get("/en/themes/")).all(class_="note") == []


def test_each_row_of_a_dimension_leads_to_as_many_records(client, world):
    found = {}
    expected = {}
    for dimension in ("instruments", "themes", "areas"):
        for link, n, by_status in rows(parse(client.get(address(f"{dimension}/", ("as_of", "2023-06-30"))))):
            page = parse(client.get(link))
            expected[link] = (n, by_status)
            found[link] = (int(page.one(id="results")["data-total"]), [count for _link, count in tally(page)])

    assert found == expected


@pytest.mark.parametrize("path", ["instruments/FP/", "themes/T1/", "areas/KS/"])
def test_each_count_by_status_leads_to_exactly_its_records(client, world, path):
    page = parse(client.get(address(path, ("as_of", "2024-03-02"), ("known_at", "2024-03-02"))))
    counts = list(tally(page))

    assert [bool(link) for link, _n in counts] == [bool(n) for _link, n in counts]
    assert [total(client.get(link)) for link, _n in counts if link] == [n for _link, n in counts if n]


def test_a_count_beside_a_choice_is_what_choosing_it_gives(client, world):
    query = [("as_of", "2024-03-02"), ("theme", "T1"), ("theme", "t-2")]
    page = parse(client.get(address("missions/", *query)))

    found, expected = {}, {}
    for label in page.one("form", class_="query").all("label"):
        if counts := label.all(class_="count"):
            box = label.one("input")
            chosen = (box["name"], box["value"])
            others = [pair for pair in query if pair[0] != chosen[0]]
            expected[chosen] = number(counts[0])
            found[chosen] = total(client.get(address("missions/", *others, chosen)))
    assert len(found) > 30
    assert found == expected
