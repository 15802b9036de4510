"""Charts of small programmes: numbers, scale and edges."""

import re

from missions.status import Status
from tests import factories
from tests.public.officials import completion_figure
from tests.public.reading import described, links, page_of, section


def test_arcs_state_the_numbers_and_none_runs_past_its_end(client, noon):
    for number in range(4):
        factories.mission(instrument=factories.instrument("FP"), status=Status.COMPLETED if number < 2 else None)
    factories.mission(instrument=factories.instrument("EX", title_en="<EX>", position=9))
    completion_figure(110, 104)
    completion_figure(111, 105, "FP", "EX", source="s2")  # a joint figure has no arc

    picture = page_of(client).one("svg", aria_labelledby="arcs-title")
    assert re.findall(r"\d+ of \d+|<EX>", described(picture)[1]) == ["2 of 4", "110 of 104", "<EX>", "0 of 1"]
    (track, solid, outline), (_track, _solid) = [[path["d"] for path in arc.all("path")] for arc in picture.all("g")]
    assert (outline == track, solid == track, " 0 0 1 200.00 " in solid) == (True, False, True)  # half way: the top


def test_the_wall_goes_from_completed_to_not_begun_in_the_programmes_order(client, noon, monkeypatch):
    factories.mission("Z", theme=factories.theme("A", position=2))
    missions = [(2, "M-2", "completed"), (4, "M-1", None), (1, "M-3", "completed"), (3, "a", "paused")]
    for number, code, status in missions:
        factories.mission(code, number=9000 + number, theme=factories.theme("B", position=1), status=status)
    wall = section(page_of(client), "wall")
    codes = [link["href"].split("/")[3] for link in wall.all("a") if "/missions/" in link["href"]]
    assert codes == ["M-3", "M-2", "a", "M-1", "Z"]
    assert [heading["id"] for heading in wall.all("h3")] == ["group-B", "group-A"]
    monkeypatch.setattr("missions.public.wall.MOST", 4)
    too_many = section(page_of(client, "", ("known_at", "2024-06-30")), "wall")
    assert links(too_many)[0].startswith("/en/missions/?")
