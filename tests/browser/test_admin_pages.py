"""Every kind of back-office page: no accessibility finding, nothing that sticks out, nothing that the CSP stops."""

import pytest

from tests.browser.barriers import findings
from tests.browser.conftest import follow
from tests.browser.officials import as_official

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

LOOKS = {"en": (375, "light"), "zh-hans": (1280, "dark")}
PAGES = [
    "",
    "audit/",
    "missions/mission/",
    "missions/mission/add/",
    "missions/mission/2/change/",
    "missions/mission/2/history/",
    "missions/mission/2/report/",
    "missions/mission/2/deadline/",
    "missions/mission/report-many/?mission=2,3",
    "missions/submission/",
    "missions/statuschange/",
    "missions/statuschange/150/change/",
    "missions/statuschange/150/correct/",
    "missions/organisation/",
    "missions/organisation/1/change/",
    "missions/reportedfigure/1/change/",
    "missions/frozenreport/",
    "missions/frozenreport/add/",
    "missions/frozenreport/2/change/",
    "board/",
    "missions/import/",
    "missions/import/add/",
    "missions/reminder/",
    "missions/reminder/1/change/",
]
ACCOUNTS = [
    "missions/user/",
    "missions/user/add/",
    "missions/user/1/change/",
    "missions/user/1/history/",
    "missions/user/1/erase/",
    "missions/token/",
    "missions/token/add/",
]


def all_findings(page, site, paths, width):
    for path in paths:
        assert page.goto(f"{site.url}/admin/{path}").status == 200, path
        yield from ((path, *finding) for finding in findings(page))
        if (sticks_out := page.evaluate("document.documentElement.scrollWidth")) != width:
            yield path, "sticks out", sticks_out


@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize(("role", "paths"), [("coordinator", PAGES), ("administrator", ACCOUNTS)])
def test_axe_finds_nothing_and_nothing_sticks_out(open_page, site, language, role, paths):
    width, scheme = LOOKS[language]
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = as_official(open_page, site, f"axe-{role}-{language}", role, language=language, **look)

    assert list(all_findings(page, site, paths, width)) == []
    assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", LOOKS)
def test_a_submission_is_as_accessible_with_mistakes_in_it_under_review_and_published(open_page, site, language):
    width, scheme = LOOKS[language]
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = as_official(open_page, site, f"axe-coordinator-{language}", "coordinator", language=language, **look)
    page.goto(f"{site.url}/admin/missions/mission/5/report/")
    found = {}
    for step, sent in {
        "with mistakes": {"effective_on": "2099-01-01"},
        "under review": {"effective_on": "2026-01-01", "headline_en": "Half is done", "headline_zh": "已过半"},
    }.items():
        page.locator("[name=status][value=in_progress]").check()
        page.locator("[name=basis][value=owner]").check()
        for name, value in sent.items():
            page.locator(f"[name={name}]").fill(value)
        follow(page.locator("[name=_submit]"))
        if step == "under review":
            follow(page.locator(".hub-task").first.get_by_role("listitem").get_by_role("link").first)
        found[step] = findings(page)
    follow(page.locator("[name=_publish]"))
    page.goto(f"{site.url}/admin/missions/submission/?state__exact=published")
    follow(page.locator("#result_list a[href*='/change/']").first)
    found["published"] = findings(page)

    assert found == {"with mistakes": [], "under review": [], "published": []}


@pytest.mark.parametrize("language", LOOKS)
def test_a_report_is_as_accessible_in_its_preview_and_refused(open_page, site, language):
    width, scheme = LOOKS[language]
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = as_official(open_page, site, f"axe-coordinator-{language}", "coordinator", language=language, **look)
    page.goto(f"{site.url}/admin/missions/frozenreport/add/")
    page.locator("[name=query]").fill(f"{site.url}/en/missions/?status=completed")
    found = {}
    for step, button in {"preview": "look", "refused": "publish"}.items():
        follow(page.locator(f".submit-row [name=_{button}]"))
        found[step] = findings(page)
        assert page.evaluate("document.documentElement.scrollWidth") == width

    assert found == {"preview": [], "refused": []}


@pytest.mark.parametrize("language", LOOKS)
def test_a_token_is_as_accessible_refused_shown_once_in_force_and_revoked(open_page, site, language):
    width, scheme = LOOKS[language]
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    as_official(open_page, site, f"axe-holder-{language}", "editor", organisation="SHTC", language=language)
    page = as_official(open_page, site, f"axe-administrator-{language}", "administrator", language=language, **look)
    page.goto(f"{site.url}/admin/missions/token/add/")
    found = {}

    def look_at(step):
        found[step] = findings(page), page.evaluate("document.documentElement.scrollWidth")

    follow(page.locator(".submit-row [type=submit]"))
    look_at("refused")
    page.locator("[name=name]").fill("Office system " * 7)
    page.locator("[name=membership] option", has_text=f"axe-holder-{language}").evaluate("o => o.selected = true")
    follow(page.locator(".submit-row [type=submit]"))
    assert page.locator(".hub-secret").inner_text().startswith("hub_")
    look_at("shown once")
    follow(page.locator("#content a.button"))
    follow(page.locator("#result_list .field-system a").first)
    look_at("in force")
    follow(page.locator(".submit-row [type=submit]"))
    look_at("revoked")

    assert found == dict.fromkeys(("refused", "shown once", "in force", "revoked"), ([], width))
