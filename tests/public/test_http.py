"""What a public page answers besides its text: methods, cookies, headers."""

import pytest
from django.test import Client

from tests.public.dom import loaded, parse, written_code
from tests.public.parameters import READS, build_one_mission

CSP = "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
CARD = "/en/embed/FP/"  # other sites may frame it: test_embed has its headers
ADDRESSES = ["/", *(f"/en/{path}" for path in READS)]


@pytest.fixture(autouse=True)
def mission(noon):
    return build_one_mission()


@pytest.mark.parametrize(
    "address",
    [*(a for a in ADDRESSES if a != CARD), "/en/missions/?status=x", "/en/no/such/", "/healthz", "/readyz"],
)
def test_an_anonymous_reader_gets_no_cookie_and_the_headers_that_protect(client, address):
    response = client.get(address)
    response.getvalue()  # closes the file of a report

    assert not response.cookies
    assert "cookie" not in response.get("Vary", "").lower()
    assert response["Content-Security-Policy"] == CSP
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("address", ADDRESSES)
def test_head_answers_as_get_does_without_the_body(client, address):
    seen, asked = client.get(address), client.head(address)
    body = asked.getvalue()
    seen.getvalue()

    assert (asked.status_code, body) == (seen.status_code, b"")
    different = {name for name, value in seen.items() if asked.get(name) != value}
    assert different == {"X-Request-Id"}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
@pytest.mark.parametrize("address", ADDRESSES)
def test_nothing_can_be_sent_to_a_public_page(client, address, method):
    assert getattr(client, method)(address).status_code == 405


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_page_is_the_same_for_whoever_asks(address):
    """A cookie that some other site part has set changes nothing that a cache could hand to the next reader."""
    plain, with_cookie = Client(), Client()
    with_cookie.cookies["sessionid"] = "nonsense"
    bodies = []
    for each in (plain, with_cookie):
        response = each.get(address)
        bodies.append(response.getvalue())

    assert bodies[0] == bodies[1]


@pytest.mark.parametrize("path", ["", "missions/", "missions/FP-001/", "no/such/"])
def test_a_page_loads_nothing_from_elsewhere_and_has_no_code_or_style_in_itself(client, path):
    page = parse(client.get(f"/en/{path}"))

    assert [address for address in loaded(page) if not address.startswith("/static/")] == []
    assert written_code(page) == []
    attributes = {name for element in page.walk() for name in element.attributes}
    assert {name for name in attributes if name == "style" or name.startswith("on")} == set()
    assert page.all("style") == []


def test_a_page_asks_for_three_things_more_at_most(client):
    """The style, the mark, and one script."""
    page = parse(client.get("/en/missions/"))

    names = [address.rpartition("/")[2].partition(".")[0] for address in set(loaded(page))]
    assert sorted(names) == ["mark", "site", "site"]
