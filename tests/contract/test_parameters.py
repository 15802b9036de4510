"""Every value of every query parameter: 200, 400 or 404 as the contract says, never 500."""

import csv

import pytest
from django.utils.http import urlencode

from tests.exchange.folders import HONGQIAO
from tests.public.dom import parse
from tests.public.oracle import CHOICES
from tests.public.parameters import CODES, READS, TODAY, address, build_one_mission, values

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = pytest.mark.no_cover
# The whole list of values for these; on every other page the first of each, which test_contract has.
LIST = pytest.param("missions/", marks=pytest.mark.both_databases)
IN_FULL = ["missions/", "changes/", "report/completion.csv"]


@pytest.fixture(scope="module", autouse=True)
def mission(module_noon):
    return build_one_mission()


def status(client, *where):
    response = client.get(address(*where))
    response.getvalue()  # closes the file of a report
    return response.status_code


@pytest.mark.parametrize("path", [LIST, *(path for path in READS if path != "missions/" and "json" not in path)])
def test_every_good_value_is_accepted(client, path):
    step = 1 if path == "missions/" else 5
    pairs = [(name, value) for name in READS[path] for value in values(path, good=True)[name][::step]]
    # Before it was recorded today the mission was not known, and its pages say so.
    is_of_one = path.startswith("missions/FP-001/")
    gone = [pair for pair in pairs if is_of_one and pair[0] == "known_at" and pair[1] != TODAY]

    found = {pair: status(client, path, pair) for pair in pairs}
    assert found == dict.fromkeys(pairs, 200) | dict.fromkeys(gone, 404)


@pytest.mark.parametrize("path", IN_FULL)
def test_every_bad_value_is_refused(client, path):
    pairs = [(name, value) for name in READS[path] for value in values(path, good=False)[name]]

    assert {pair: status(client, path, pair) for pair in pairs} == dict.fromkeys(pairs, 400)


@pytest.mark.parametrize("path", READS)
def test_an_empty_value_counts_as_absent(client, path):
    assert (
        status(client, path, *[(name, value) for name in READS[path] for value in ("", " ", "\u3000", "\t\n")]) == 200
    )


@pytest.mark.parametrize("path", [*IN_FULL, "themes/T1/"])
def test_a_parameter_of_one_value_is_refused_with_two(client, path):
    single = {name: values(path, good=True)[name] for name in READS[path] if name not in (*CODES, "page", "entry")}
    single["page"] = ["1", "2"]

    same = {name: status(client, path, (name, each[0]), (name, each[0])) for name, each in single.items()}
    two = {name: status(client, path, (name, each[0]), (name, each[1])) for name, each in single.items()}
    assert (same, two) == (dict.fromkeys(single, 200), dict.fromkeys(single, 400))


def test_a_thousand_parameters_are_read_and_more_are_refused(client):
    for path in ("missions/", "themes/T1/", "report/completion.csv"):
        found = [status(client, path, *[("owner", "O1")] * number) for number in (1000, 1001)]
        assert (path, found) == (path, [200, 400])


def test_the_form_leads_back_to_its_page_and_marks_each_field(client):
    query = [("status", "paused"), ("status", "completed"), ("sort", "no"), ("as_of", "x"), ("zz", "1"), ("q", "<b>")]
    form = parse(client.get(address("missions/", *query))).one("form", class_="bad-query")

    assert (form["method"], form["action"]) == ("get", "/en/missions/")
    assert sorted((field["name"], field["value"]) for field in form.all("input", type="hidden")) == sorted(
        [*query[:2], query[-1]]
    )
    marked = [field for field in form.walk() if field.get("aria-invalid")]
    assert [field["name"] for field in marked if "autofocus" in field.attributes] == [marked[0]["name"]]
    errors = {element["id"] for element in form.all("ul")}
    assert {field["aria-describedby"] for field in marked} == errors


@pytest.mark.parametrize(
    "same",
    [
        "status=paused&instrument=FP&status=completed",
        "status=paused&status=completed&status=paused&instrument=FP",
        "q=&status=paused&status=completed&instrument=FP&zz=%FF&as_of=%20",
    ],
)
def test_order_repetition_and_empty_values_make_the_same_answer(client, same):
    plain = client.get("/en/missions/?instrument=FP&status=paused&status=completed")
    answer = client.get(f"/en/missions/?{same}")

    assert (answer["ETag"], answer.content) == (plain["ETag"], plain.content)


def test_the_longest_query_fits_into_a_request_line():
    # gunicorn's default is 4,094 bytes, nginx reads 8 KB.
    files = {"instrument": "instruments", "theme": "themes", "area": "areas", "owner": "owners", "involves": "owners"}
    codes = dict(CHOICES)
    for name, file in files.items():
        with (HONGQIAO / f"{file}.csv").open(encoding="utf-8-sig") as lines:
            codes[name] = [row["code"] for row in csv.DictReader(lines)]
    days = ("as_of", "known_at", "due_after", "due_before", "changed_after", "changed_before", "since", "until")
    query = [(name, code) for name, values in codes.items() for code in values] + [(day, "2024-03-02") for day in days]
    query += [("lang", "both"), ("sort", "-changed"), ("q", "桥" * 200)]

    assert len(f"GET /zh-hans/report/completion.csv?{urlencode(query)} HTTP/1.1") < 4094
