"""The overview: what changed, what is due, the programme's name; and pages without a record."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from missions.models import Programme
from missions.status import Status
from tests import factories
from tests.public.dom import listed, parameters, parse
from tests.public.officials import completion_figure
from tests.public.parameters import PAGES
from tests.public.reading import dates, links, page_of, section, statuses

pytestmark = pytest.mark.usefixtures("noon")


def test_the_newest_figure_of_one_instrument_proposes_its_day(client):
    def proposed(*days):
        found = links(page_of(client, "", *days).one("main"))
        return [parameters(link)["as_of"] for link in found if link.startswith("?")]

    factories.mission("FP-1")
    factories.mission("EX-1", instrument=factories.instrument("EX"))
    completion_figure(110, 121, "FP", "EX", on=date(2024, 5, 1))
    assert proposed() == []
    completion_figure(90, 104, on=date(2024, 3, 1), source="s2")
    completion_figure(100, 104, source="s3")
    assert (proposed(), proposed(("as_of", "2024-03-02"))) == ([["2024-03-02"]], [])


def latest(client, *days):
    items = section(page_of(client, "", *days), "latest").all("li")
    return [(link.split("/")[3], dates(item), statuses(item)) for item in items for link in links(item)]


def test_the_latest_changes_leave_confirmations_and_corrected_entries_out(client):
    first, second = factories.mission("M-1", due=date(2024, 6, 1)), factories.mission("M-2")
    factories.report(first, Status.IN_PROGRESS, on=date(2024, 2, 1))
    factories.report(first, Status.IN_PROGRESS, on=date(2024, 4, 1))
    wrong = factories.report(second, Status.COMPLETED, on=date(2024, 3, 1))
    factories.deadline(first, date(2024, 12, 31), on=date(2024, 5, 1))
    with time_machine.travel(datetime(2024, 6, 30, 5, tzinfo=UTC), tick=False):
        factories.correct(wrong, status=Status.PAUSED)

    began = ("M-1", ["1 Feb 2024"], ["unreported", "in_progress"])
    moved = ("M-1", ["1 May 2024", "1 Jun 2024", "31 Dec 2024"], [])
    assert latest(client) == [("M-2", ["30 Jun 2024"], ["completed", "paused"]), moved, began]
    # A correction of a later day is listed under the day on which it takes effect.
    assert latest(client, ("as_of", "2024-04-01")) == [("M-2", ["1 Mar 2024"], ["completed", "paused"]), began]
    assert latest(client, ("known_at", "2024-06-29")) == []


def test_the_next_deadlines_come_first_and_all_are_one_click_away(client):
    for number in range(10):
        factories.mission(f"M-{number}", due=date(2024, 12, 31 - number))
    factories.mission("DONE", due=date(2024, 1, 1), status=Status.COMPLETED)
    part = section(page_of(client), "ahead")
    shown = [link.split("/")[3] for link in links(part.one("ol"))]
    assert shown == [f"M-{number}" for number in range(9, 1, -1)]
    (everything,) = [link["href"] for link in part.all("a") if link.text.startswith("10 missions")]
    assert listed(client.get(everything)) == [f"M-{number}" for number in range(9, -1, -1)]


def test_a_moved_date_is_named_and_those_past_their_first_date_are_one_click_away(client):
    factories.deadline(factories.mission("M-1", due=date(2024, 6, 1)), date(2024, 12, 31), on=date(2024, 5, 1))
    factories.mission("M-2", due=date(2024, 6, 1))
    part = section(page_of(client), "ahead")
    assert [dates(item) for item in part.one("ol").all("li")] == [["1 Jun 2024"], ["31 Dec 2024", "1 Jun 2024"]]
    (past,) = [link for link in links(part) if "past_first" in link]
    assert sorted(listed(client.get(past))) == ["M-1", "M-2"]


def test_the_programme_is_named_and_described(client):
    assert client.get("/api/v1/").json()["programme"] is None
    texts = {"name": ("Willow Harbour", "柳港"), "short_name": ("Willow", "柳"), "about": ("Two quays.", "两座码头。")}
    programme = Programme(key="willow")
    for name, (english, chinese) in texts.items():
        vars(programme).update({f"{name}_en": english, f"{name}_zh": chinese})
    programme.save()
    for path in ("", "about/"):
        for place, language in enumerate(("en", "zh-hans")):
            text = page_of(client, path, language=language).one("main").text
            assert [texts[name][place] in text for name in ("name", "about")] == [True, True]
    expected = {name: {"en": english, "zh": chinese} for name, (english, chinese) in texts.items()}
    assert client.get("/api/v1/").json()["programme"] == expected


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_an_empty_site_shows_every_page_without_a_chart_or_a_programmes_name(client, language):
    pages = [path for path in PAGES if path.count("/") < 2]
    answers = {path: client.get(f"/{language}/{path}") for path in pages}
    assert {path: answer.status_code for path, answer in answers.items()} == dict.fromkeys(pages, 200)
    trees = {path: parse(answer).one("main") for path, answer in answers.items()}
    assert [path for path, tree in trees.items() if tree.all("figure") or "虹桥" in tree.text] == []
    numbers = [tile.one("strong").text for tile in section(trees[""], "by-status").one("ul").all("li")]
    assert (len(pages) > 8, numbers) == (True, ["0"] * 6)
