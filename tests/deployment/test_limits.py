"""How much one address may ask for, and how large it may be: an office of fifty is served, whoever floods is not."""

import json
import re
from concurrent.futures import ThreadPoolExecutor

import pytest

from missions.public.problems import unreadable
from tests.deployment.files import DEPLOY
from tests.deployment.site import json_of

pytestmark = pytest.mark.long


def all_at_once(site, asked, address):
    """The answers to these (method, path), a hundred at a time."""
    with ThreadPoolExecutor(100) as several:
        return [*several.map(lambda one: site.ask(one[1], method=one[0], address=address), asked)]


PEOPLE = """
from django.contrib.auth.hashers import make_password
from missions.models import User
password = make_password("a long enough password")
for number in range(50):
    User.objects.create(username=f"person{number}", password=password, must_change_password=False)
"""


def test_an_office_of_fifty_behind_one_address_signs_in_and_searches_at_once(site):
    site.manage("shell", "--no-imports", "-c", PEOPLE)
    address = "127.0.4.1"

    def sign_in(number):
        return site.sign_in(f"person{number}", "a long enough password", address=address).status

    with ThreadPoolExecutor(50) as office:
        signed_in = office.map(sign_in, range(50))
        searches = all_at_once(site, [("GET", "/en/missions/?q=rail")] * 20, address)

    assert [*signed_in] == [302] * 50
    assert [answer.status for answer in searches] == [200] * 20


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
    assert json_of(refused) == {
        "type": "about:blank",
        "status": 429,
        "title": "Too many requests / 请求过于频繁",
        "detail": "Wait ten seconds, then ask less often. / 请等待 10 秒，然后降低请求频率。",
        "errors": [],
    }


def test_whatever_leads_to_the_program_has_a_limit_for_those_who_ask_too():
    readers = (DEPLOY / "nginx/hubtracker.conf").read_text().partition("# For a monitor on this machine.")[0]
    leads = re.findall(r"location ([^{]+) \{([^}]*proxy_pass[^}]*)\}", readers)
    limited = [place for place, says in leads if re.search(r"limit_req zone=hub_(pages|programs|files) ", says)]

    assert limited == [place for place, _says in leads]
    assert len(limited) == 8


def test_of_a_link_that_was_mailed_an_office_sends_the_form_as_often_as_it_signs_in(site):
    answers = all_at_once(site, [("POST", "/accounts/password/reset/key/1-abc/")] * 50, "127.0.4.6")

    assert {answer.status for answer in answers} == {403}  # by the program: no token


THREE_MEGABYTES = b"x" * 3 * 1024 * 1024


def test_only_the_back_office_takes_more_than_a_page_of_text(site):
    refused = site.ask("/accounts/login/", method="POST", body=THREE_MEGABYTES)
    passed = site.ask("/admin/", method="POST", body=THREE_MEGABYTES)

    assert (refused.status, "<h1>Too large</h1>" in refused.text) == (413, True)
    assert passed.status == 403  # by the program: no token


def test_a_program_that_sends_too_much_gets_the_problem_that_the_site_has_for_it(site):
    refused = site.ask("/api/v1/submissions", method="POST", body=THREE_MEGABYTES)

    assert (refused.status, refused.headers["content-type"]) == (413, "application/problem+json")
    assert json_of(refused) == json.loads(unreadable(413).content)


@pytest.mark.parametrize("status", [413, 429, 502, 504])
def test_what_a_program_is_told_is_the_status_that_it_gets(status):
    said = json.loads((DEPLOY / f"nginx/refused/{status}.json").read_text())

    assert said.keys() == json.loads(unreadable(413).content).keys()
    assert said["status"] == status
