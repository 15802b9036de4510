"""Signing in with a real browser: for the first time, with a code, with a passkey; in both languages."""

import json
import subprocess
import sys
import time
from itertools import count

import pytest

from tests.browser.barriers import findings
from tests.browser.conftest import TOP, follow
from tests.browser.signing import choose_a_password, give_code, plug_in_an_authenticator, set_up_an_app, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

FIRST, NEW = "the first password", "three arcs over the river"
WANTED = "/admin/missions/source/?language=en"
MAKE = """
import json
from missions.models import Membership, User
wanted = json.loads({wanted!r})
user = User(username=wanted["username"], language=wanted["language"])
user.set_password(wanted["password"])
user.must_change_password = True
user.save()
Membership.objects.create(user=user, role="coordinator")
"""
numbers = count(1)
LANGUAGES = {"en": "en-GB", "zh-hans": "zh-CN"}
HEADINGS = {
    "en": ["Sign in", "Change the password", "Second factor"],
    "zh-hans": ["登录", "修改密码", "双重验证"],
}


@pytest.fixture(params=LANGUAGES)
def language(request):
    return request.param


@pytest.fixture
def newcomer(site, language):
    """The user name of a coordinator who was given a password and has done nothing yet."""
    username = f"newcomer-{next(numbers)}"
    wanted = json.dumps({"username": username, "language": language, "password": FIRST})
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", MAKE.format(wanted=wanted)]
    subprocess.check_call(command, cwd=TOP, env=site.environment)
    return username


@pytest.fixture
def page(open_page, language):
    return open_page(WANTED, locale=LANGUAGES[language])


def heading(page):
    return page.locator("h1").inner_text()


def is_where_it_wanted(page, site):
    page.wait_for_url(site.url + WANTED)
    return page.locator("#result_list").count() == 1


def enter(page, username):
    """Signs in for the first time, up to the demand for a second factor."""
    headings = [heading(page)]
    sign_in(page, username, FIRST)
    headings.append(heading(page))
    choose_a_password(page, FIRST, NEW)
    return [*headings, heading(page)]


def test_the_first_sign_in_leads_over_a_new_password_and_a_code_to_the_page_that_was_wanted(
    page, site, newcomer, language
):
    assert enter(page, newcomer) == HEADINGS[language]

    secret = set_up_an_app(page)

    assert is_where_it_wanted(page, site)

    # The next time: the password, a code, and at once the page.
    follow(page.locator("#logout-form button"))
    page.goto(site.url + WANTED)
    sign_in(page, newcomer, NEW)
    # Each code counts once: so the next one, which a clock half a minute fast would show.
    give_code(page, secret, at=time.time() + 30)

    assert is_where_it_wanted(page, site)


def test_a_passkey_is_the_second_factor_and_then_signs_in_alone(page, site, newcomer, language):
    enter(page, newcomer)
    plug_in_an_authenticator(page)
    follow(page.locator("a[href$='/webauthn/add/']"))
    page.locator("#add_passkey").click()
    page.wait_for_url("**/recovery-codes/")
    follow(page.locator("#content a.default"))

    assert is_where_it_wanted(page, site)

    for with_password in (True, False):
        follow(page.locator("#logout-form button"))
        page.goto(site.url + WANTED)
        if with_password:
            sign_in(page, newcomer, NEW)
        page.locator("#use_passkey" if with_password else "#passkey_login").click()

        assert is_where_it_wanted(page, site)


def test_without_a_passkey_the_page_says_so_beside_the_button(page, site):
    devtools = plug_in_an_authenticator(page)
    assert not page.locator("#passkey-failed").is_visible()

    page.locator("#passkey_login").click()
    page.locator("#passkey-failed").wait_for()
    devtools.send("WebAuthn.disable")


def test_the_pages_fit_a_phone_and_have_no_barrier(open_page, site, newcomer, language):
    scheme = {"en": "light", "zh-hans": "dark"}[language]
    page = open_page(WANTED, locale=LANGUAGES[language], viewport={"width": 375, "height": 800}, color_scheme=scheme)
    found = [barriers(page)]
    sign_in(page, newcomer, "a wrong password")
    found.append(barriers(page))
    sign_in(page, newcomer, FIRST)
    found.append(barriers(page))
    choose_a_password(page, FIRST, NEW)
    signed_in = ("2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "sessions/", "personal-data/", "logout/")
    for address in (*signed_in, "password/reset/"):
        page.goto(f"{site.url}/accounts/{address}")
        found.append(barriers(page))

    assert found == [[]] * 10


def barriers(page):
    sticks_out = page.evaluate("document.documentElement.scrollWidth") > 375
    return [*findings(page), *(["sticks out"] if sticks_out else [])]
