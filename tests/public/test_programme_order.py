"""Programme order: the default of list, pages, files and API, on both databases."""

import csv
import io

import pytest

from missions.filters import LongList
from missions.index import indexes
from missions.models import Instrument, Mission
from missions.models.days import today
from tests import build
from tests.public.dom import listed, parameters, parse
from tests.public.oracle import Answer
from tests.public.queries import LAST
from tests.public.test_query_oracle import asked
from tests.public.world import World

pytestmark = pytest.mark.both_databases


@pytest.fixture
def world(noon):
    """A world of one test: others here build missions with codes and numbers of their own."""
    return World(4)


def csv_codes(response):
    return [row["code"] for row in csv.DictReader(io.StringIO(response.getvalue().decode("utf-8-sig"), newline=""))]


def in_every_form(client):
    """The codes that the list, both files and the API have without a sort."""
    yield listed(client.get("/en/missions/?per_page=100"))
    yield csv_codes(client.get("/en/report/completion.csv"))
    report = client.get("/en/report/completion.json")
    yield [row["code"] for row in report.json()["missions"]]
    yield [item["code"] for item in client.get("/api/v1/missions?per_page=1000").json()["items"]]


def test_without_a_sort_all_forms_are_in_programme_order(client, world):
    expected = Answer(world, {}, language="en", today=LAST).codes

    assert len(expected) > 20
    assert expected != sorted(expected)
    assert list(in_every_form(client)) == [expected] * 4


def test_the_pages_of_the_list_follow_each_other_in_programme_order(client, world):
    expected = Answer(world, {}, language="en", today=LAST).codes
    pages = [listed(client.get(f"/en/missions/?per_page=7&page={number}")) for number in (1, 2, 3)]

    assert pages == [expected[:7], expected[7:14], expected[14:21]]


def test_a_long_list_by_status_or_owner_has_its_ties_by_code(world):
    for sort in ("status", "owner", "-status", "-owner", "code", "programme"):
        query = {"sort": [sort]}
        expected = Answer(world, query, language="en", today=LAST).codes
        found = asked(query, "en")
        assert found.is_valid()
        assert found.in_sets() != []
        assert [row.code for row in LongList(found)[3:9]] == expected[3:9]


def test_an_official_list_beside_ours_is_sorted_by_number_then_code(client, noon):
    for code, number, provenance in (("A-2", 2, "official"), ("B-1", 1, "official"), ("C-2", 2, "editorial-split")):
        build.mission(code, number=number, provenance=provenance)
    build.mission("A-1", number=1)

    assert list(in_every_form(client)) == [["A-1", "B-1", "A-2", "C-2"]] * 4
    assert listed(client.get("/en/missions/?sort=-programme")) == ["A-2", "C-2", "A-1", "B-1"]


def test_the_default_order_is_no_part_of_the_query(client, noon):
    build.mission("M-1")
    addresses = [f"/en/report/completion.csv{query}" for query in ("", "?sort=programme", "?sort=code")]
    default, programme, code = (client.get(address) for address in addresses)

    day = f"as_of={today().isoformat()}"
    assert default["X-Hub-Query"] == programme["X-Hub-Query"] == f"{day}&lang=en"
    assert default["Content-Disposition"] == programme["Content-Disposition"]
    assert code["X-Hub-Query"] == f"{day}&lang=en&sort=code"
    assert client.get("/api/v1/missions?sort=programme")["X-Hub-Query"] == day


def test_the_index_follows_no_register_with_another_order(noon):
    first, second = build.mission("M-1", number=1), build.mission("M-2", number=2)
    build.instrument("A")
    other = build.mission("A-1", instrument=build.instrument("A"))

    def codes():
        index = indexes.now()
        return [row.code for row in index.rows(index.public(today(), None), today(), None)]

    assert codes() == ["A-1", "M-1", "M-2"]
    Instrument.objects.filter(pk=other.instrument_id).update(position=9)
    assert codes() == ["M-1", "M-2", "A-1"]
    Mission.objects.filter(pk=first.pk).update(number=second.number + 1)
    assert codes() == ["M-2", "M-1", "A-1"]


def test_another_order_has_a_link_back_to_programme_order(client, noon):
    build.mission("M-1")

    page = parse(client.get("/en/missions/?theme=T1&sort=-code&as_of=2024-06-01"))

    link = page.one("p", class_="order").one("a")
    assert (link.text, parameters(link["href"])) == ("Programme order", {"theme": ["T1"], "as_of": ["2024-06-01"]})
    assert parse(client.get("/en/missions/")).all("p", class_="order") == []
    assert parse(client.get("/en/missions/?sort=programme")).all("p", class_="order") == []
