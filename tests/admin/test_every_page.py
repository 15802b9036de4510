"""What holds for every page of the back office."""

import pytest

from missions.models import Role, User
from tests import build
from tests.admin.routes import address, records_of, routes
from tests.public.dom import parse

SAYS_NOTHING = "/admin/password_change/done/"  # a fixed text, which Django lets browsers keep
INLINE = ("style", "onclick", "onload", "onsubmit", "onchange")


@pytest.fixture
def pages(sign_in, client):
    """By its address, the answer of every page that somebody can open who may do everything."""
    sign_in(Role.COORDINATOR, Role.ADMINISTRATOR)
    records, unopened = records_of(build.organisation()), build.mission(opened=False)
    addresses = [address(route, records) for route in routes("admin/")]
    addresses += [records["draft"].get_absolute_url()]
    addresses += [f"/admin/missions/mission/{unopened.pk}/{page}/" for page in ("change", "open")]

    def opened(language):
        User.objects.update(language=language)
        answers = {address: client.get(address) for address in addresses}
        html = "text/html; charset=utf-8"
        return {where: r for where, r in answers.items() if (r.status_code, r.headers["Content-Type"]) == (200, html)}

    return opened


def inline_code(page):
    scripts = [script for script in page.all("script") if not script.get("src")]
    attributes = [(e.tag, name) for e in page.walk() for name in INLINE if name in e.attributes]
    return [*scripts, *page.all("style"), *attributes]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_page_is_in_the_readers_language_strict_about_code_and_kept_by_no_cache(pages, language):
    answers = pages(language)

    assert len(answers) > 45
    for where, answer in answers.items():
        page = parse(answer)
        assert page.one("html")["lang"] == language, where
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'self';"), where
        assert inline_code(page) == [], where
        if where != SAYS_NOTHING:
            assert "no-store" in answer.headers["Cache-Control"], where


def test_a_filter_in_chinese_says_all_and_not_total(pages):
    filters = parse(pages("zh-hans")["/admin/missions/mission/"]).one(id="changelist-filter")

    assert {choices.all("li")[0].text for choices in filters.all("ul")} == {"全部"}
