"""No barrier: axe and the layout on ten pages in two themes, on two in Chinese; on every page in `make test-long`."""

from urllib.parse import urlsplit

import pytest
from django.urls import resolve

from missions.public.urls import urlpatterns
from tests.browser.barriers import FILES, PAGES, barriers, findings, layout_faults, open_public_page
from tests.browser.conftest import follow
from tests.browser.officials import as_official

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]
long = pytest.mark.long

TEN = ["", "missions/?status=completed&theme=TRANS&area=KS&as_of=2024-12-31&sort=-due&per_page=5", "missions/EX-17/",
       "owners/SH/?per_page=5", "changes/", "figures/", "reports/2024-03-02-completion-2/",
       "report/completion.html?instrument=M24&since=2023-01-01", "about/",
       "missions/?status=nonsense&as_of=2024-3-2"]  # fmt: skip
CHINESE = ["missions/?q=虹桥&per_page=5&page=2", "missions/FP-012/"]
LOOKS = {"en": (375, "light"), "zh-hans": (1280, "dark")}
ADMIN = {
    "coordinator": [
        "", "audit/", "board/", "missions/mission/", "missions/mission/add/", "missions/mission/2/change/",
        "missions/mission/2/history/", "missions/mission/2/report/", "missions/mission/2/deadline/",
        "missions/mission/report-many/?mission=2,3", "missions/submission/", "missions/statuschange/",
        "missions/statuschange/150/change/", "missions/statuschange/150/correct/", "missions/organisation/1/change/",
        "missions/reportedfigure/1/change/", "missions/frozenreport/", "missions/frozenreport/add/",
        "missions/frozenreport/2/change/", "missions/import/add/", "missions/reminder/1/change/",
    ],
    "administrator": [
        "missions/user/", "missions/user/add/", "missions/user/1/change/", "missions/user/1/history/",
        "missions/user/1/erase/", "missions/token/", "missions/token/add/",
    ],
    "account": ["2fa/", "2fa/totp/activate/", "2fa/webauthn/add/", "sessions/", "personal-data/", "logout/"],
}  # fmt: skip


@pytest.mark.parametrize("path", TEN)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_page_in_english_has_no_barrier(open_page, path, scheme):
    page = open_public_page(open_page, "en", path, color_scheme=scheme)

    assert findings(page) == []
    if scheme == "light":
        page.set_viewport_size({"width": 375, "height": 900})
        assert layout_faults(page) == []


@pytest.mark.parametrize("path", CHINESE)
def test_a_page_in_chinese_has_no_barrier(open_page, path):
    page = open_public_page(open_page, "zh-hans", path)

    assert (findings(page), layout_faults(page), page.locator("html").get_attribute("lang")) == ([], [], "zh-Hans")


@long
@pytest.mark.parametrize("language", LOOKS)
@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_no_barrier_at_any_width_and_size_of_text(open_page, path, language):
    assert barriers(open_public_page(open_page, language, path)) == []


def test_every_route_is_a_page_that_is_looked_at_or_a_file():
    paths = [urlsplit(path).path for path, status in PAGES.items() if status != 404 and not path.startswith("/")]
    pages = {resolve(f"/en/{path}").url_name for path in paths}

    assert (pages | FILES, pages & FILES) == ({route.name for route in urlpatterns if route.name}, set())
    assert [path for path in [*TEN, *CHINESE] if path not in PAGES] == []


def test_a_barrier_would_be_found(open_page):
    page = open_page("/en/about-nothing/")
    styles = {"h1": "position: absolute; top: 0", "footer": "width: 2000px"}
    styles["main p"] = "width: 3em; overflow: hidden; white-space: nowrap"
    for selector, style in styles.items():
        page.locator(selector).first.evaluate("(element, style) => { element.style.cssText = style; }", style)
    faults = " ".join(layout_faults(page))
    page.evaluate("document.querySelector('main').innerHTML = '<a href=/></a>'")

    assert [word for word in ("wide", "cut off", " / ") if word not in faults] == []
    assert "link-name" in {rule for rule, _html in findings(page)}


def look_at(page, site, paths, width, top="admin"):
    for path in paths:
        assert page.goto(f"{site.url}/{top}/{path}").status == 200, path
        yield from ((path, *finding) for finding in findings(page))
        if (found := page.evaluate("document.documentElement.scrollWidth")) != width:
            yield path, "sticks out", found


@pytest.mark.parametrize("language", ["en", pytest.param("zh-hans", marks=long)])
@pytest.mark.parametrize("role", ["coordinator", pytest.param("administrator", marks=long)])
def test_the_back_office_has_no_barrier(open_page, site, request, language, role):
    width, scheme = LOOKS[language]
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = as_official(open_page, site, f"axe-{role}-{language}", role, language=language, **look)
    is_long = request.node.get_closest_marker("long") is not None
    paths = ADMIN[role] if is_long else ["", "missions/mission/", "missions/mission/2/report/", "missions/import/add/"]

    assert list(look_at(page, site, paths, width)) == []
    assert list(look_at(page, site, ADMIN["account"] if is_long else ADMIN["account"][:1], width, "accounts")) == []


@long
@pytest.mark.parametrize("language", LOOKS)
def test_the_steps_of_a_submission_and_of_a_report_have_no_barrier(open_page, site, language):
    width, scheme = LOOKS[language]
    look = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme}
    page = as_official(open_page, site, f"axe-steps-{language}", "coordinator", language=language, **look)
    page.goto(f"{site.url}/admin/missions/mission/5/report/")
    found = []
    for sent in ({"effective_on": "2099-01-01"},
                 {"effective_on": "2026-01-01", "headline_en": "Half is done", "headline_zh": "已过半"}):  # fmt: skip
        page.locator("[name=status][value=in_progress]").check()
        page.locator("[name=basis][value=owner]").check()
        for name, value in sent.items():
            page.locator(f"[name={name}]").fill(value)
        follow(page.locator("[name=_submit]"))
        found += findings(page)
    follow(page.locator(".hub-task").first.get_by_role("listitem").get_by_role("link").first)
    found += findings(page)
    page.goto(f"{site.url}/admin/missions/frozenreport/add/")
    page.locator("[name=query]").fill(f"{site.url}/en/missions/?status=completed")
    for button in ("look", "publish"):
        follow(page.locator(f".submit-row [name=_{button}]"))
        found += findings(page)
    assert (found, page.evaluate("document.documentElement.scrollWidth")) == ([], width)
