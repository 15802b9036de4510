"""Every query parameter, alone and in pairs, good and bad: 200, 400 or 404 as the contract says, never 500."""

from itertools import combinations

import pytest

from tests.public.dom import parse
from tests.public.parameters import (
    BAD,
    BAD_IN_REPORT,
    CODES,
    GOOD,
    READS,
    TODAY,
    address,
    build_one_mission,
    values,
)

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = pytest.mark.no_cover


@pytest.fixture(autouse=True)
def mission(noon):
    return build_one_mission()


def status(client, *where):
    response = client.get(address(*where))
    response.getvalue()  # closes the file of a report
    return response.status_code


def values_of(path, good=True):
    """(parameter, value) for each parameter that the page reads: all on the list, on the others some of each."""
    step = 1 if path == "missions/" else 5
    return [(name, value) for name in READS[path] for value in values(path, good=good)[name][::step]]


@pytest.mark.both_databases
@pytest.mark.parametrize("path", READS)
def test_every_good_value_alone_is_read(client, path):
    asked = values_of(path)
    # Before it was recorded today the mission was not known, and its pages say so.
    is_of_one = path.startswith("missions/FP-001/")
    gone = [pair for pair in asked if is_of_one and pair[0] == "known_at" and pair[1] != TODAY]

    assert {pair: status(client, path, pair) for pair in asked} == dict.fromkeys(asked, 200) | dict.fromkeys(gone, 404)


@pytest.mark.parametrize("path", READS)
def test_every_bad_value_alone_is_refused(client, path):
    asked = values_of(path, good=False)

    assert {pair: status(client, path, pair) for pair in asked} == dict.fromkeys(asked, 400)


@pytest.mark.parametrize("path", READS)
def test_what_a_page_does_not_know_is_ignored_whatever_it_says(client, path):
    unknown = {**{name: values[0] for name, values in BAD_IN_REPORT.items()}, "nonsense": "\0", "": "x", "Q": "\udcff"}

    assert status(client, path, *[(name, value) for name, value in unknown.items() if name not in READS[path]]) == 200


@pytest.mark.parametrize("path", READS)
def test_an_empty_value_counts_as_absent(client, path):
    empty = ["", " ", "\u3000", "\t\n"]

    assert status(client, path, *[(name, value) for name in READS[path] for value in empty]) == 200


@pytest.mark.parametrize("path", ["missions/", "themes/T1/", "changes/", "report/completion.csv"])
def test_a_parameter_of_one_value_is_read_when_said_twice_and_refused_with_two_values(client, path):
    single = {"page": ["1", "2"]} | {
        n: values(path, good=True)[n] for n in READS[path] if n not in (*CODES, "page", "entry")
    }

    same = {name: status(client, path, (name, values[0]), (name, values[0])) for name, values in single.items()}
    assert same == dict.fromkeys(single, 200)
    two = {name: status(client, path, (name, values[0]), (name, values[1])) for name, values in single.items()}
    assert two == dict.fromkeys(single, 400)


@pytest.mark.parametrize("path", ["missions/", "report/completion.csv"])
def test_repeated_codes_are_read_together_unless_one_is_unknown(client, path):
    good = [(name, value) for name, values in CODES.items() for value in values]

    assert status(client, path, *good, *good) == 200
    one_bad = {name: status(client, path, *good, (name, "none of these")) for name in CODES}
    assert one_bad == dict.fromkeys(CODES, 400)


@pytest.mark.parametrize("path", ["missions/", "themes/T1/", "report/completion.csv"])
def test_very_many_parameters_are_read_or_refused(client, path):
    assert status(client, path, *[("owner", "O1")] * 1000) == 200
    assert status(client, path, *[("owner", "O1")] * 1001) == 400


def named(page):
    return [field.one("code").text for field in page.all(class_="field")]


def hidden(page):
    return [(field["name"], field["value"]) for field in page.all("input", type="hidden")]


ONE_BAD = {name: values[0] for name, values in BAD.items()}
ONE_GOOD = {name: values[0] for name, values in GOOD.items()}


def test_all_bad_parameters_together_are_refused_by_name(client):
    response = client.get(address("missions/", *ONE_BAD.items()))

    assert (response.status_code, sorted(named(parse(response)))) == (400, sorted(ONE_BAD))


@pytest.mark.parametrize("first", GOOD)
def test_two_parameters_together_are_read_or_refused_by_name_and_the_good_one_is_kept(client, first):
    found, expected = {}, {}
    for name, second in combinations(GOOD, 2):
        if name != first:
            continue
        for one, other in [(ONE_GOOD, ONE_GOOD), (ONE_GOOD, ONE_BAD), (ONE_BAD, ONE_GOOD)]:
            asked = ((first, one[first]), (second, other[second]))
            response = client.get(address("missions/", *asked))
            bad = [n for n, value in asked if value == ONE_BAD[n]]
            expected[asked] = (400, sorted(bad), [pair for pair in asked if pair[0] not in bad]) if bad else 200
            page = parse(response)
            refused = (400, sorted(named(page)), hidden(page))
            found[asked] = refused if response.status_code == 400 else response.status_code

    assert found == expected
