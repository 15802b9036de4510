"""Every query parameter, alone and in pairs, good and bad: 200, 400 or 404 as the contract says, never 500."""

from itertools import combinations

import pytest

from tests.public.dom import parse
from tests.public.parameters import BAD, BAD_IN_REPORT, GOOD, GOOD_IN_REPORT, READS, address, build_one_mission

pytestmark = [pytest.mark.usefixtures("noon"), pytest.mark.both_databases]

# On every page the record is in preparation nowhere: known from the first day on.
PAGES = list(READS)


@pytest.fixture(autouse=True)
def mission(noon):
    return build_one_mission()


def status(client, *where):
    response = client.get(address(*where))
    response.close()
    return response.status_code


def good_and_bad(path):
    return (GOOD_IN_REPORT, BAD_IN_REPORT) if path.startswith("report/") else (GOOD, BAD)


@pytest.mark.parametrize("path", PAGES)
def test_every_good_value_alone_is_read(client, path):
    good, _bad = good_and_bad(path)
    asked = [(name, value) for name in READS[path] for value in good[name]]
    # Before anything was recorded the mission itself was not there, and its page says so.
    gone = {("as_of", "1899-12-31"), ("known_at", "2024-03-02"), ("known_at", "1900-01-01")}
    expected = {pair: 404 if path == "missions/FP-001/" and pair in gone else 200 for pair in asked}

    assert {pair: status(client, path, pair) for pair in asked} == expected


@pytest.mark.parametrize("path", PAGES)
def test_every_bad_value_alone_is_refused(client, path):
    _good, bad = good_and_bad(path)
    asked = [(name, value) for name in READS[path] for value in bad[name]]

    assert {pair: status(client, path, pair) for pair in asked} == dict.fromkeys(asked, 400)


@pytest.mark.parametrize("path", PAGES)
def test_a_parameter_that_a_page_does_not_know_is_ignored_whatever_it_says(client, path):
    unknown = {**{name: values[0] for name, values in BAD_IN_REPORT.items()}, "nonsense": "\0", "": "x", "Q": "\udcff"}
    asked = [(name, value) for name, value in unknown.items() if name not in READS[path]]

    assert {pair: status(client, path, pair) for pair in asked} == dict.fromkeys(asked, 200)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("empty", ["", " ", "\u3000", "\t"])
def test_an_empty_value_counts_as_absent(client, path, empty):
    assert status(client, path, *[(name, empty) for name in READS[path]]) == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_parameter_of_one_value_is_refused_with_two_and_read_when_they_are_the_same(client, path):
    good, _bad = good_and_bad(path)
    several = {"q": ["a", "b"], "page": ["1", "2"]} | {n: good[n] for n in READS[path] if n not in ("q", "page")}
    single = [name for name in READS[path] if name in several and not isinstance(several[name], str)]
    single = [n for n in single if n not in ("instrument", "status", "deadline", "theme", "area", "owner", "involves")]
    single = [n for n in single if n not in ("kind", "provenance")]
    twice = {n: status(client, path, (n, several[n][0]), (n, several[n][1])) for n in single}
    same = {n: status(client, path, (n, good[n][-1]), (n, good[n][-1])) for n in single}

    assert twice == dict.fromkeys(single, 400)
    assert same == dict.fromkeys(single, 200)


def named(page):
    return [field.one("code").text for field in page.all(class_="field")]


def hidden(page):
    return [(field["name"], field["value"]) for field in page.all("input", type="hidden")]


ONE_BAD = {name: values[0] for name, values in BAD.items()}
ONE_GOOD = {name: values[0] for name, values in GOOD.items()}


@pytest.mark.parametrize("first", GOOD)
def test_two_parameters_together_are_read_or_refused_by_name_and_the_good_one_is_kept(client, first):
    found, expected = {}, {}
    for name, second in combinations(GOOD, 2):
        if name != first:
            continue
        for one, other in [(ONE_GOOD, ONE_GOOD), (ONE_GOOD, ONE_BAD), (ONE_BAD, ONE_GOOD), (ONE_BAD, ONE_BAD)]:
            asked = ((first, one[first]), (second, other[second]))
            response = client.get(address("missions/", *asked))
            bad = [n for n, value in asked if value == ONE_BAD[n]]
            expected[asked] = (400, sorted(bad), [pair for pair in asked if pair[0] not in bad]) if bad else 200
            page = parse(response)
            refused = (400, sorted(named(page)), hidden(page))
            found[asked] = refused if response.status_code == 400 else response.status_code

    assert found == expected
