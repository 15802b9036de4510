"""With JavaScript the results change in place: heard, in the history, and with everything on the page following."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import follow

pytestmark = [pytest.mark.browser, pytest.mark.no_cover]

ALL = "/en/missions/?as_of=2025-12-31&per_page=5"
COMPLETED = "/en/missions/?as_of=2025-12-31&status=completed&per_page=5"


@pytest.fixture
def page(open_page):
    page = open_page(ALL)
    page.evaluate("window.isTheSame = true")
    return page


def choose(page, choice):
    """Checks a box; returns how many missions it says that there are."""
    label = page.locator("label", has=page.locator(choice))
    records = label.locator(".count").inner_text()
    label.click()
    expect(page.locator("#results")).to_have_attribute("data-total", records)
    return records


def asked_in_place(page):
    """The queries that the page is going to ask without being left, as a list that grows."""
    asked = []
    page.on("request", lambda r: r.resource_type == "fetch" and asked.append(r.url.partition("?")[2]))
    return asked


def is_at(page, address):
    return page.url.endswith(address)


def test_the_new_number_of_missions_is_announced(page):
    # The same element with new words: a screen reader reads those out, and not an element that is new itself.
    page.evaluate("window.announcer = document.querySelector('[role=status]')")
    records = choose(page, "#status-completed")

    expect(page.locator("[role=status]")).to_contain_text(f"{records} missions")
    assert page.evaluate("announcer === document.querySelector('[role=status]')")
    assert page.locator("[role=status]").count() == 1


def test_address_title_language_and_files_follow(page):
    choose(page, "#status-completed")

    expect(page).to_have_title("Missions · Hub Tracker")
    assert is_at(page, COMPLETED)
    assert page.evaluate("isTheSame")
    links = {name: page.locator(selector).get_attribute("href") for name, selector in {
        "language": "a.language", "file": ".downloads [type='text/csv']", "sort": "#sort-title",
        "figures": ".menu a >> text=Figures", "back to today": ".band a",
    }.items()}  # fmt: skip
    assert links == {
        "language": "/zh-hans/missions/?as_of=2025-12-31&per_page=5&status=completed",
        "file": "/en/report/completion.csv?as_of=2025-12-31&status=completed",
        "sort": "?as_of=2025-12-31&per_page=5&status=completed&sort=title",
        "figures": "/en/figures/?as_of=2025-12-31",
        "back to today": "/en/missions/?per_page=5&status=completed",
    }


def test_back_and_forward_show_what_was_shown(page):
    results, box = page.locator("#results"), page.locator("#status-completed")
    total = results.get_attribute("data-total")
    records = choose(page, "#status-completed")
    page.go_back()

    expect(results).to_have_attribute("data-total", total)
    expect(box).not_to_be_checked()
    assert is_at(page, ALL)

    page.go_forward()

    expect(results).to_have_attribute("data-total", records)
    expect(box).to_be_checked()
    assert is_at(page, COMPLETED)

    page.locator("#results td.title a").first.click()
    expect(page.locator(".standing")).to_be_visible()
    page.go_back()

    expect(results).to_have_attribute("data-total", records)
    expect(box).to_be_checked()


def test_what_is_shown_already_is_no_second_step_back(page):
    choose(page, "#status-completed")
    page.locator("#id_q").press("Enter")
    expect(page.locator("#id_q")).to_be_focused()
    with page.expect_response("**/missions/?*"):
        page.get_by_role("button", name="Show").click()
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.go_back()

    expect(page.locator("#status-completed")).not_to_be_checked()
    assert is_at(page, ALL)


def test_words_are_searched_for_once_typed_and_typing_goes_on(page):
    words = page.locator("#id_q")
    with page.expect_response("**q=rail&**"):
        words.press_sequentially("rail")
    # The answer comes while somebody types on.
    words.press_sequentially("way")

    expect(page.locator(".chips")).to_contain_text("railway")
    expect(words).to_be_focused()
    expect(words).to_have_value("railway")
    assert page.evaluate("isTheSame")


def test_a_word_typed_with_pauses_is_one_step_to_go_back(page):
    words = page.locator("#id_q")
    for part in ("ra", "il"):
        with page.expect_response("**q=ra**"):
            words.press_sequentially(part)
    expect(page.locator(".chips")).to_contain_text("rail")

    page.go_back()
    expect(page.locator(".chips")).to_have_count(0)
    assert is_at(page, ALL)


def test_without_an_answer_the_page_is_loaded_like_any_other(page):
    page.route("**/missions/?*page=2*", lambda route: route.abort(), times=1)
    follow(page.locator(".pager [rel=next]"))

    expect(page.locator(".pager [aria-current]")).to_have_text("2")
    assert not page.evaluate("window.isTheSame")


def test_a_page_that_is_not_there_begins_at_its_text(page):
    page.route("**/missions/?*", lambda route: route.continue_(url=route.request.url.replace("page=2", "page=99")))
    page.locator(".pager [rel=next]").click()

    expect(page.locator("h1")).to_have_text("This list has fewer pages")
    expect(page.locator("main")).to_be_focused()


def test_what_opens_another_tab_takes_no_focus_from_who_types_on(page):
    page.locator(".pager [rel=next]").click(modifiers=["ControlOrMeta"])
    words = page.locator("#id_q")
    words.focus()
    words.press_sequentially("rail")

    expect(page.locator(".chips")).to_contain_text("rail")
    expect(words).to_be_focused()


def test_a_day_half_typed_and_folded_away_shows_itself(page):
    days = page.locator("#facet-days")
    days.locator("summary").click()
    page.locator("#id_due_after").press_sequentially("0302")
    days.locator("summary").click()
    expect(page.locator("#id_due_after")).to_be_hidden()
    page.locator(".query [type=submit]").click()

    expect(page.locator("#id_due_after")).to_be_visible()


def test_pinyin_is_not_searched_for_before_it_is_chinese(page):
    asked = asked_in_place(page)
    page.clock.install()
    page.locator("#id_q").focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "hongqiao", "selectionStart": 8, "selectionEnd": 8})
    page.clock.run_for(5000)
    keyboard.send("Input.insertText", {"text": "虹桥"})
    page.clock.run_for(5000)

    expect(page.locator(".chips")).to_contain_text("虹桥")
    assert asked == ["q=%E8%99%B9%E6%A1%A5&as_of=2025-12-31&per_page=5"]
