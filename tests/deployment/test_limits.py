"""How much one address may ask for, and how large it may be: an office of fifty is served, whoever floods is not."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.deployment.site import json_of

pytestmark = pytest.mark.no_cover


def all_at_once(site, asked, address):
    """The answers to these (method, path), a hundred at a time."""
    with ThreadPoolExecutor(100) as several:
        return [*several.map(lambda one: site.ask(one[1], method=one[0], address=address), asked)]


def test_an_office_of_fifty_behind_one_address_signs_in_and_searches_at_once(site):
    one = [("GET", "/en/"), ("GET", "/accounts/login/"), ("POST", "/accounts/login/")]
    searches = [("GET", "/en/missions/?q=rail")] * 20
    answers = all_at_once(site, [*one * 50, *searches], "127.0.4.1")

    # Without its token a form is refused by the program, and so has passed.
    assert [a.status for a in answers] == [200, 200, 403] * 50 + [200] * 20


@pytest.mark.parametrize(
    ("method", "path", "passes"),
    [("POST", "/accounts/login/", 403), ("POST", "/accounts/password/reset/", 403)],
)
def test_whoever_floods_is_told_to_wait_and_others_are_not(site, method, path, passes):
    flooding = "127.0.4.2"
    answers = all_at_once(site, [(method, path)] * 90, flooding)
    refused = next(a for a in answers if a.status == 429)

    assert {a.status for a in answers} == {passes, 429}
    assert refused.headers["retry-after"] == "10"
    assert refused.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>Too many requests</h1>" in refused.text
    assert "<h1>请求过于频繁</h1>" in refused.text
    assert site.ask(path, method=method, address="127.0.4.3").status == passes
    assert site.ask("/en/", address=flooding).status == 200


def test_a_program_that_floods_gets_a_problem_to_read(site):
    answers = all_at_once(site, [("GET", "/api/v1/missions?q=rail")] * 90, "127.0.4.4")
    refused = next(a for a in answers if a.status == 429)

    assert {a.status for a in answers} == {200, 429}
    assert refused.headers["content-type"] == "application/problem+json"
    assert (json_of(refused)["status"], json_of(refused)["title"]["zh"]) == (429, "请求过于频繁")


THREE_MEGABYTES = b"x" * 3 * 1024 * 1024


def test_only_the_back_office_takes_more_than_a_page_of_text(site):
    refused = site.ask("/accounts/login/", method="POST", body=THREE_MEGABYTES)
    passed = site.ask("/admin/", method="POST", body=THREE_MEGABYTES)

    assert (refused.status, "<h1>Too large</h1>" in refused.text) == (413, True)
    assert passed.status == 403  # by the program: no token
