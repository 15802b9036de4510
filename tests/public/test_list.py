"""The list: its fixed shape, chips, pages, sort order and hints."""

from datetime import date

import pytest

from missions.status import Status
from tests import build
from tests.public.dom import listed, parameters, parse, total
from tests.public.parameters import address

pytestmark = pytest.mark.usefixtures("noon")


def asked(client, *pairs, language="en"):
    response = client.get(address("missions/", *pairs, language=language))
    assert response.status_code == 200
    return response


def links(page, **where):
    """Text → parameters, for the links of a part of the page."""
    return {link.text: parameters(link["href"]) for link in page.one(**where).all("a")}


def test_the_results_say_how_many_there_are_and_each_row_what_it_is(client):
    build.mission("FP-1", status=Status.IN_PROGRESS)
    build.mission("FP-2")

    results = parse(asked(client)).one("section", id="results")

    assert results["data-total"] == "2"
    rows = [(row["data-code"], row["data-status"]) for row in results.all("tr") if row.get("data-code")]
    assert rows == [("FP-1", "in_progress"), ("FP-2", "unreported")]


def test_an_empty_list_says_so_and_has_no_rows(client):
    response = asked(client, ("q", "nothing has this"))

    assert (total(response), listed(response)) == (0, [])
    assert parse(response).all("table", class_="missions") == []
    assert len(parse(response).one(id="results").all(class_="empty")) == 1


def test_each_chosen_value_is_a_chip_that_removes_it_alone(client):
    build.mission("FP-1", status=Status.PAUSED, on=date(2024, 1, 1))
    chosen = [("q", "mission"), ("status", "paused"), ("status", "completed"), ("changed_after", "2023-01-01")]
    kept = [("as_of", "2024-06-01"), ("sort", "-due")]

    page = parse(asked(client, *chosen, *kept, ("page", "1"), ("nonsense", "x"), ("theme", "")))

    chips = page.one(class_="chips").all("li")
    assert [(chip.one("strong").text, parameters(chip.one("a")["href"])) for chip in chips] == [
        (word, rest(chosen + kept, without))
        for word, without in [
            ("mission", ("q", "mission")),
            (Status.PAUSED.label, ("status", "paused")),
            (Status.COMPLETED.label, ("status", "completed")),
            ("1 Jan 2023", ("changed_after", "2023-01-01")),
        ]
    ]


def rest(pairs, without):
    result = {}
    for name, value in pairs:
        if (name, value) != without:
            result.setdefault(name, []).append(value)
    return result


def test_without_a_choice_there_are_no_chips_though_a_day_is_asked_about(client):
    build.mission()

    assert parse(asked(client, ("as_of", "2024-06-01"), ("sort", "due"))).all(class_="chips") == []


def test_a_page_has_25_rows_and_at_most_100(client):
    for number in range(101):
        build.mission(f"M-{number:04}")

    assert len(listed(asked(client))) == 25
    assert listed(asked(client, ("per_page", "100"), ("page", "2"))) == ["M-0100"]
    assert len(listed(asked(client, ("per_page", "100")))) == 100
    assert client.get(address("missions/", ("per_page", "101"))).status_code == 400


def test_page_links_keep_the_query_and_leave_the_rest_out(client):
    for number in range(5):
        build.mission(f"M-{number}", status=Status.PAUSED)
    query = [("status", "paused"), ("status", "completed"), ("as_of", "2024-06-01"), ("sort", "-code")]
    query.append(("per_page", "2"))
    kept = rest(query, None)

    response = asked(client, *query, ("page", "2"), ("nonsense", "x"), ("q", ""))

    assert listed(response) == ["M-2", "M-1"]
    pager = parse(response).one("nav", class_="pager")
    assert {link.text: parameters(link["href"]) for link in pager.all("a")} == {
        "Previous": {**kept, "page": ["1"]},
        "1": {**kept, "page": ["1"]},
        "2": {**kept, "page": ["2"]},
        "3": {**kept, "page": ["3"]},
        "Next": {**kept, "page": ["3"]},
    }
    assert pager.one(aria_current="page").text == "2"


def test_a_page_past_the_end_is_not_found_but_the_first_always_is(client):
    build.mission()

    assert client.get(address("missions/", ("page", "2"))).status_code == 404
    assert client.get(address("missions/", ("page", "9" * 30))).status_code == 404
    assert client.get(address("missions/", ("page", "1"), ("q", "nothing has this"))).status_code == 200
    assert client.get(address("missions/", ("page", "2"), ("q", "nothing has this"))).status_code == 404


def sort_links(response):
    headers = parse(response).one("table", class_="missions").all("th")
    return {
        header["class"]: (header.get("aria-sort"), parameters(header.one("a")["href"]).pop("sort")[0])
        for header in headers
    }


def test_a_column_is_sorted_by_its_header_and_turned_round_by_a_second_click(client):
    build.mission(due=date(2025, 1, 1))
    unsorted = {
        "code": (None, "code"),
        "title": (None, "title"),
        "status": (None, "status"),
        "status_since": (None, "changed"),
        "owner": (None, "owner"),
        "due": (None, "due"),
    }

    assert sort_links(asked(client)) == unsorted
    assert sort_links(asked(client, ("sort", "code"))) == {**unsorted, "code": ("ascending", "-code")}
    assert sort_links(asked(client, ("sort", "due"))) == {**unsorted, "due": ("ascending", "-due")}
    assert sort_links(asked(client, ("sort", "-changed"))) == {**unsorted, "status_since": ("descending", "changed")}


def test_sorting_keeps_the_query_and_goes_back_to_the_first_page(client):
    for number in range(3):
        build.mission(f"M-{number}")
    query = [("theme", "T1"), ("as_of", "2024-06-01"), ("per_page", "2")]

    page = parse(asked(client, *query, ("page", "2"), ("sort", "code")))

    header = page.one("th", class_="due")
    assert parameters(header.one("a")["href"]) == {**rest(query, None), "sort": ["due"]}


def test_an_area_finds_what_names_it_and_points_to_what_holds_everywhere(client):
    here, everywhere = build.area("KS"), build.area("ALL", zone="hub-wide")
    build.mission("M-1", areas=[here])
    build.mission("M-2", areas=[everywhere])
    build.mission("M-3", areas=[here, everywhere])
    build.mission("M-4")

    response = asked(client, ("area", "KS"), ("as_of", "2024-06-01"))

    assert listed(response) == ["M-1", "M-3"]
    hint = parse(response).one(class_="hint")
    assert parameters(hint.one("a")["href"]) == {"area": ["ALL"], "as_of": ["2024-06-01"]}
    assert "Area ALL" in hint.text
    assert parse(asked(client, ("area", "ALL"))).all(class_="hint") == []
    assert parse(asked(client)).all(class_="hint") == []


def test_an_owner_finds_what_those_below_it_lead_too_and_involves_what_they_support(client):
    top = build.organisation("TOP")
    middle = build.organisation("MID", parent=top)
    low = build.organisation("LOW", parent=middle)
    other = build.organisation("OTHER")
    build.mission("M-1", lead_owner=top)
    build.mission("M-2", lead_owner=low)
    build.mission("M-3", lead_owner=other, supporting=[low])
    build.mission("M-4", lead_owner=other, supporting=[top])
    build.mission("M-5", lead_owner=other)

    assert listed(asked(client, ("owner", "TOP"))) == ["M-1", "M-2"]
    assert listed(asked(client, ("owner", "MID"))) == ["M-2"]
    assert listed(asked(client, ("involves", "TOP"))) == ["M-1", "M-2", "M-3", "M-4"]
    assert listed(asked(client, ("involves", "LOW"))) == ["M-2", "M-3"]
    assert listed(asked(client, ("owner", "MID"), ("owner", "OTHER"))) == ["M-2", "M-3", "M-4", "M-5"]


def test_the_form_holds_what_was_asked_so_that_sending_it_again_changes_nothing(client):
    build.mission(status=Status.PAUSED)
    query = [("q", "mission"), ("status", "paused"), ("as_of", "2024-06-01"), ("known_at", "2024-06-30")]
    query += [("due_before", "2025-01-01"), ("theme", "T1"), ("owner", "O1"), ("sort", "-due"), ("per_page", "5")]

    form = parse(asked(client, *query)).one("form", class_="query")

    sent = [(field["name"], field.get("value")) for field in form.all("input") if is_sent(field)]
    assert sorted(pair for pair in sent if pair[1]) == sorted(query)
    assert (form["method"], form["action"]) == ("get", "/en/missions/")


def is_sent(field):
    return field.get("type") != "checkbox" or "checked" in field.attributes


def test_a_choice_that_finds_nothing_is_left_out_unless_it_is_chosen(client):
    build.mission(status=Status.PAUSED)
    build.theme("T2")

    page = parse(asked(client, ("theme", "T2")))

    choices = {(box["name"], box["value"]) for box in page.all("input", type="checkbox")}
    assert {value for name, value in choices if name == "theme"} == {"T1", "T2"}
    assert {value for name, value in choices if name == "status"} == set()
    page = parse(asked(client))
    choices = {(box["name"], box["value"]) for box in page.all("input", type="checkbox")}
    assert {value for name, value in choices if name in ("theme", "status")} == {"T1", "paused"}


def test_an_owners_page_shows_its_own_missions_beside_those_of_organisations_below(client):
    top = build.organisation("TOP")
    low = build.organisation("LOW", parent=build.organisation("MID", parent=top))
    build.mission("M-1", lead_owner=top, status=Status.PAUSED)
    build.mission("M-2", lead_owner=low, status=Status.PAUSED, on=date(2024, 1, 1))
    build.mission("M-3", supporting=[top])

    response = client.get("/en/owners/TOP/")

    assert listed(response) == ["M-1", "M-2"]
    table = parse(response).one("table", class_="tally")
    own, below = zip(
        *[[int(cell.text) for cell in row.all("td")] for row in table.all("tr") if row.all("td")], strict=True
    )
    assert own == (0, 0, 0, 1, 0, 0, 1)
    assert below == (0, 0, 0, 2, 0, 0, 2)
