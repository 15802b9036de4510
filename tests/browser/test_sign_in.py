"""Signing in with a real browser: for the first time, with a code, with a passkey."""

import time
from itertools import count

import pytest

from tests.browser.conftest import follow
from tests.browser.signing import choose_a_password, give_code, plug_in_an_authenticator, set_up_an_app, sign_in
from tests.factories import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

NEW = "three arcs over the river"
WANTED = "/admin/missions/source/?language=en"
MAKE = """
from tests import factories
user = factories.user({username!r}, "coordinator", must_change_password=True)
user.language = {language!r}
user.save()
"""
numbers = count(1)
HEADINGS = {
    "en": ["Sign in", "Change the password", "Second factor"],
    "zh-hans": ["登录", "修改密码", "双重验证"],
}


def enter(open_page, site, language="en", locale="en-GB"):
    """Return a new coordinator's page, up to the second factor, and the user name."""
    username = f"newcomer-{next(numbers)}"
    site.run_code(MAKE.format(username=username, language=language))
    page = open_page(WANTED, locale=locale)
    headings = [page.locator("h1").inner_text()]
    sign_in(page, username, PASSWORD)
    headings.append(page.locator("h1").inner_text())
    choose_a_password(page, PASSWORD, NEW)
    assert [*headings, page.locator("h1").inner_text()] == HEADINGS[language]
    return page, username


def sign_out(page, site):
    follow(page.locator("#logout-form button"))
    page.goto(site.url + WANTED)


@pytest.mark.parametrize(("language", "locale"), [("en", "en-GB"), ("zh-hans", "zh-CN")])
def test_the_first_sign_in_leads_over_a_new_password_and_a_code_to_the_page_wanted(open_page, site, language, locale):
    page, username = enter(open_page, site, language, locale)
    secret = set_up_an_app(page)
    page.wait_for_url(site.url + WANTED)

    sign_out(page, site)
    sign_in(page, username, NEW)
    give_code(page, secret, at=time.time() + 30)  # each code counts once
    page.wait_for_url(site.url + WANTED)
    assert page.locator("#result_list").count() == 1


def test_a_passkey_is_the_second_factor_and_then_signs_in_alone(open_page, site):
    page, username = enter(open_page, site)
    devtools = plug_in_an_authenticator(page)
    follow(page.locator("a[href$='/webauthn/add/']"))
    page.locator("#add_passkey").click()
    page.wait_for_url("**/recovery-codes/")
    follow(page.locator("#content a.default"))
    page.wait_for_url(site.url + WANTED)
    for with_password in (True, False):
        sign_out(page, site)
        if with_password:
            sign_in(page, username, NEW)
        page.locator("#use_passkey" if with_password else "#passkey_login").click()
        page.wait_for_url(site.url + WANTED)
    devtools.send("WebAuthn.disable")

    page = open_page(WANTED)
    devtools = plug_in_an_authenticator(page)  # one that knows no passkey
    page.locator("#passkey_login").click()
    page.locator("#passkey-failed").wait_for()
    devtools.send("WebAuthn.disable")
