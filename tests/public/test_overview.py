"""The overview: what changed, what is due, the programme's name; and pages without a record."""

from datetime import date

import pytest

from missions.models import Programme
from missions.status import Status
from tests import factories
from tests.public.dom import listed, parse
from tests.public.parameters import PAGES
from tests.public.reading import links, page_of, section

pytestmark = pytest.mark.usefixtures("noon")


def test_the_next_deadlines_come_first_and_all_are_one_click_away(client):
    for number in range(10):
        factories.mission(f"M-{number}", due=date(2024, 12, 31 - number))
    factories.mission("DONE", due=date(2024, 1, 1), status=Status.COMPLETED)
    part = section(page_of(client), "ahead")
    shown = [link.split("/")[3] for link in links(part.one("ol"))]
    assert shown == [f"M-{number}" for number in range(9, 1, -1)]
    (everything,) = [link["href"] for link in part.all("a") if link.text.startswith("10 missions")]
    assert listed(client.get(everything)) == [f"M-{number}" for number in range(9, -1, -1)]


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
