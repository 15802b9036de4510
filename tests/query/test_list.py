"""The list of missions: rows, chips, pages, sort links, form and folded runs."""

from datetime import date

import pytest

from missions.status import Status
from missions.templatetags import hub
from tests import factories
from tests.cache import forget
from tests.public.dom import listed, parameters, parse, total
from tests.public.parameters import address

pytestmark = pytest.mark.usefixtures("db")
# Code, instrument, provenance, kind; FP-C to FP-E and EX-G, EX-H are runs without a text.
ROWS = [
    ("FP-A", "FP", "editorial-split", "policy"),
    ("FP-B", "FP", "editorial-split", "project"),
    ("FP-C", "FP", "unpublished", "policy"),
    ("FP-D", "FP", "unpublished", "policy"),
    ("FP-E", "FP", "unpublished", "policy"),
    ("FP-F", "FP", "not-obtained", "other"),
    ("EX-G", "EX", "not-obtained", "policy"),
    ("EX-H", "EX", "not-obtained", "other"),
    ("EX-I", "EX", "official", "policy"),
]
POLICIES, MISSIONS = "3 policies whose text is not published", "2 missions whose text was not obtained"


@pytest.fixture(scope="module", autouse=True)
def missions(module_noon):
    instruments = {code: factories.instrument(code, position=place) for place, code in enumerate(("FP", "EX"))}
    here, everywhere = factories.area("KS"), factories.area("ALL", zone="hub-wide")
    factories.theme("T2")
    for number, (code, instrument, provenance, kind) in enumerate(ROWS, start=1):
        factories.mission(
            code,
            number=number,
            instrument=instruments[instrument],
            provenance=provenance,
            kind=kind,
            status=Status.PAUSED if code in ("FP-A", "FP-B") else None,
            areas={"FP-A": [here], "FP-B": [here, everywhere]}.get(code, ()),
            due=date(2025, 1, 1) if code == "FP-A" else None,
        )


def fetch(client, *pairs):
    return client.get(address("missions/", *pairs))


def as_parameters(pairs, without=None):
    result = {}
    for name, value in pairs:
        if (name, value) != without:
            result.setdefault(name, []).append(value)
    return result


def table(response):
    return parse(response).one(id="results").all("table")[0]


def test_each_chosen_value_has_a_link_that_removes_it_alone(client):
    chosen = [("q", "mission"), ("status", "paused"), ("status", "completed"), ("changed_after", "2023-01-01")]
    others = [("as_of", "2024-06-01"), ("sort", "-due")]
    page = parse(fetch(client, *chosen, *others, ("page", "1"), ("nonsense", "x"), ("theme", "")))

    chips = page.one("ul", aria_label="Chosen filters").all("a")
    assert [chip.one("strong").text for chip in chips] == ["mission", "Paused", "Completed", "1 Jan 2023"]
    assert [parameters(chip["href"]) for chip in chips] == [as_parameters(chosen + others, pair) for pair in chosen]
    assert parse(fetch(client, *others)).all("ul", aria_label="Chosen filters") == []


def test_page_links_keep_the_query(client):
    query = [("status", "unreported"), ("status", "completed"), ("as_of", "2024-06-01"), ("sort", "-code")]
    query.append(("per_page", "3"))
    response = fetch(client, *query, ("page", "2"), ("nonsense", "x"), ("q", ""))

    assert listed(response) == ["FP-C", "EX-I", "EX-H"]
    pager = parse(response).one("nav", aria_label="Pages")
    numbers = [("Previous", "1"), ("1", "1"), ("2", "2"), ("3", "3"), ("Next", "3")]
    expected = [(text, {**as_parameters(query), "page": [page]}) for text, page in numbers]
    assert [(link.text, parameters(link["href"])) for link in pager.all("a")] == expected
    assert pager.one(aria_current="page").text == "2"


def test_a_page_has_25_rows_unless_the_query_says_up_to_100(client):
    for number in range(92):
        factories.mission(f"M-{number:02}", instrument=factories.instrument("M", position=9))
    pages = {size: listed(fetch(client, ("per_page", size))) for size in ("", "3", "100")}
    assert {size: len(page) for size, page in pages.items()} == {"": 25, "3": 3, "100": 100}
    assert listed(fetch(client, ("per_page", "100"), ("page", "2"))) == ["M-91"]
    assert [fetch(client, ("page", page)).status_code for page in ("5", "6", "9" * 30)] == [200, 404, 404]


def test_a_column_header_sorts_and_a_second_click_reverses(client):
    others = [("theme", "T1"), ("as_of", "2024-06-01"), ("per_page", "2")]
    orders = ["code", "title", "status", "changed", "owner", "due"]
    for sort, direction, reverse in [
        ("", None, ""),
        ("due", "ascending", "-due"),
        ("-changed", "descending", "changed"),
    ]:
        headers = table(fetch(client, *others, ("page", "2"), ("sort", sort))).all("thead")[0].all("th")
        expected = [(None, {**as_parameters(others), "sort": [order]}) for order in orders]
        if sort:
            expected[orders.index(sort.strip("-"))] = (direction, {**as_parameters(others), "sort": [reverse]})
        found = [(header.get("aria-sort"), parameters(header.one("a")["href"])) for header in headers]
        assert found == expected


def test_a_chosen_area_points_to_hub_wide_areas_that_are_not_chosen(client):
    def hints(*areas):
        page = parse(fetch(client, ("as_of", "2024-06-01"), *(("area", area) for area in areas)))
        found = [link["href"] for link in page.one("main").all("a") if not link.inside(id="results")]
        return [parameters(link) for link in found if "/en/missions/" in link and "area=" in link]

    assert hints("KS") == [{"area": ["ALL"], "as_of": ["2024-06-01"]}]
    assert (hints("ALL"), hints()) == ([], [])


def test_sending_the_form_again_asks_the_same(client):
    query = [("q", "mission"), ("status", "paused"), ("as_of", "2024-06-01"), ("known_at", "2024-06-30")]
    query += [("due_before", "2025-01-01"), ("theme", "T1"), ("owner", "O1"), ("sort", "-due"), ("per_page", "5")]
    form = parse(fetch(client, *query)).one("form", id="query")
    fields = [field for field in form.all("input") if field.get("type") != "checkbox" or "checked" in field.attributes]
    assert sorted((field["name"], field["value"]) for field in fields if field.get("value")) == sorted(query)
    assert (form["method"], form["action"]) == ("get", "/en/missions/")


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {POLICIES: ["FP-C", "FP-D", "FP-E"], MISSIONS: ["EX-G", "EX-H"]}),
        ("?instrument=FP&kind=policy", {POLICIES: ["FP-C", "FP-D", "FP-E"]}),
        ("?per_page=4", {POLICIES.replace("3", "2"): ["FP-C", "FP-D"]}),  # as much of a run as the page has
        *((f"?{query}", {}) for query in ("sort=code", "sort=-programme", "sort=status", "q=mission")),
    ],
)
def test_runs_without_a_text_are_folded_in_programme_order_and_remain_rows(client, query, expected):
    response = client.get(f"/en/missions/{query}")
    folds = {
        fold.one("summary").text.split(" · ")[0]: [row["data-code"] for row in fold.walk() if row.get("data-code")]
        for fold in table(response).all("details")
    }
    assert folds == expected
    assert len(listed(response)) == min(total(response), 4 if "per_page" in query else 25)


def test_a_page_does_not_depend_on_the_pages_drawn_before(client):
    alone = {}
    for page in ("/en/missions/", "/zh-hans/missions/", "/en/missions/?q=fp", "/en/missions/?as_of=2024-06-29"):
        hub._drawn.cache_clear()
        forget()
        alone[page] = client.get(page).content
    forget()
    assert {page: client.get(page).content for page in alone} == alone
