"""What a page has by the hundred and Python draws: rows, choices and squares say and link what the records do."""

from datetime import date

import pytest
from django.http import HttpResponse, QueryDict
from django.utils.translation import override

from missions.models import Mission
from missions.public.wall import grouped
from missions.status import Deadline, Status
from missions.tables import MissionTable, deadline_badge, status_badge
from missions.templatetags.hub import as_squares
from tests import build
from tests.public.dom import parse

pytestmark = pytest.mark.usefixtures("noon")

NASTY = "<script>alert('x')</script> & \"quoted\""
DAY = "as_of=2024-06-01&known_at=2024-06-02"


def table(cls=MissionTable, query=""):
    found = Mission.objects.for_listing().search(QueryDict(query).get("q", ""))
    return cls(found.order_by("code").rows(), query=QueryDict(query), day=QueryDict(DAY))


def tree(markup):
    return parse(HttpResponse(markup))


@pytest.fixture
def missions(db):
    owner = build.organisation("O.1-a", name_en=NASTY, name_zh=f"单位{NASTY}")
    return [
        build.mission("M_1.a-b", title_en=NASTY, title_zh=f"任务{NASTY}", lead_owner=owner, due=date(2024, 6, 20)),
        build.mission("M-2", status=Status.COMPLETED, lead_owner=owner),
    ]


@pytest.mark.parametrize("query", ["", "q=m", "q=任务"])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_row_holds_what_the_library_would_put_into_its_cells(missions, language, query):
    with override(language):
        drawn = tree(table(query=query).drawn_rows()).all("tr")
        cells = [
            [(column.name, tree(str(cell)).text) for column, cell in row.items()] for row in table(query=query).rows
        ]

    assert [[(cell["class"], cell.text) for cell in row.all("td")] for row in drawn] == cells
    assert [[name for name, _cell in row] for row in cells] == [
        ["code", "title", "status", "status_since", "owner", "due"]
    ] * 2


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_row_leads_to_its_mission_and_its_owner_on_the_day_asked_about(missions, language):
    with override(language):
        rows = tree(table().drawn_rows()).all("tr")
        addresses = {
            mission.code: [mission.get_absolute_url()] * 2 + [mission.lead_owner.get_absolute_url()]
            for mission in missions
        }

    assert {row["data-code"]: [link["href"] for link in row.all("a")] for row in rows} == {
        code: [f"{address}?{DAY}" for address in those] for code, those in addresses.items()
    }


def test_what_a_renderer_forgets_to_escape_becomes_no_markup(missions):
    class Careless(MissionTable):
        def render_title(self, record):
            return record.title

    titles = [cell.text for cell in tree(table(Careless).drawn_rows()).all("td", class_="title")]

    assert titles == [mission.title_en for mission in Mission.objects.for_listing()]
    assert NASTY in titles


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_square_leads_to_its_mission_on_the_day_asked_about(missions, language):
    with override(language):
        wall = as_squares(grouped(Mission.objects.as_of().rows(), "theme"), f"?{DAY}")
        addresses = {mission.get_absolute_url() for mission in missions}

    assert {square["href"] for square in tree(wall).one("ul").all("a")} == {f"{address}?{DAY}" for address in addresses}


def test_a_choice_says_its_name_and_count_and_becomes_no_markup(client, missions):
    page = parse(client.get("/en/missions/", {"owner": "O.1-a"}))

    (choice,) = page.one(id="facet-owner").all("label")
    box = choice.one("input")
    assert {name: box[name] for name in box.attributes} == {
        "type": "checkbox", "name": "owner", "value": "O.1-a", "id": "owner-O.1-a", "checked": None,
    }  # fmt: skip
    assert [part.text for part in choice.all("span")] == [NASTY, "2"]
    (choice,) = page.one(id="facet-theme").all("label")
    assert "checked" not in choice.one("input").attributes


@pytest.mark.parametrize(("badge", "words"), [(status_badge, Status), (deadline_badge, Deadline)])
def test_a_badge_says_its_word_in_the_language_of_each_reader(badge, words):
    for language in ("en", "zh-hans", "en"):
        with override(language):
            assert [tree(badge(word.value)).text for word in words] == [str(word.label) for word in words]
            assert [badge(word) for word in words] == [badge(word.value) for word in words]
