"""Folding: a run of missions without a text is one line, in programme order, on the list and on the wall."""

import pytest

from missions.folding import SHORTEST
from missions.models.days import today
from missions.public.wall import wall
from missions.status import Status
from tests import build
from tests.public.dom import listed, parse, total
from tests.public.test_wall import drawn

pytestmark = pytest.mark.usefixtures("noon")

UNPUBLISHED, NOT_OBTAINED = "3 policies whose text is not published", "2 missions whose text was not obtained"


@pytest.fixture
def programme(db):
    """Two ours, a run of three, one alone, a run of two of another instrument, and one official."""
    fp, ex = build.instrument("FP", position=1), build.instrument("EX", position=2)
    rows = (
        ("A", fp, "editorial-split", "policy"),
        ("B", fp, "editorial-split", "project"),
        ("C", fp, "unpublished", "policy"),
        ("D", fp, "unpublished", "policy"),
        ("E", fp, "unpublished", "policy"),
        ("F", fp, "not-obtained", "other"),
        ("G", ex, "not-obtained", "policy"),
        ("H", ex, "not-obtained", "other"),
        ("I", ex, "official", "policy"),
    )
    for number, (code, instrument, provenance, kind) in enumerate(rows, start=1):
        build.mission(code, number=number, instrument=instrument, provenance=provenance, kind=kind)


def folded(response):
    """Line → the codes of the rows that it holds."""
    return folds(parse(response).one("table", class_="missions"), "tr", "data-code")


def folds(part, tag, name):
    return {
        details.one("summary").text: [each[name] for each in details.all(tag) if each.get(name)]
        for details in part.all("details")
    }


def test_runs_without_a_text_are_folded_and_stay_in_the_list(client, programme):
    response = client.get("/en/missions/")

    assert folded(response) == {f"{UNPUBLISHED} · show": ["C", "D", "E"], f"{NOT_OBTAINED} · show": ["G", "H"]}
    assert listed(response) == list("ABCDEFGHI")
    assert total(response) == 9
    statuses = [row["data-status"] for row in parse(response).one("table", class_="missions").all("tr", data_code="C")]
    assert statuses == ["unreported"]


def test_the_line_is_in_chinese_on_a_chinese_page(client, programme):
    assert list(folded(client.get("/zh-hans/missions/"))) == [
        "3 条政策文本未公布 · 展开",
        "2 项任务文本未能取得 · 展开",
    ]


def test_a_folded_table_is_closed_and_has_the_same_headers(client, programme):
    table = parse(client.get("/en/missions/")).one("table", class_="missions")
    inner = table.all("table")

    assert [each["aria-label"] for each in inner] == [UNPUBLISHED, NOT_OBTAINED]
    outer = [header.text for header in table.all("thead")[0].all("th")]
    assert [[header.text for header in each.all("th")] for each in inner] == [outer, outer]
    assert [cell["colspan"] for row in table.all("tr", class_="fold") for cell in row.all("td", colspan="6")] == [
        "6"
    ] * 2


@pytest.mark.parametrize("query", ["sort=code", "sort=-programme", "sort=status", "q=mission"])
def test_another_sort_or_words_fold_nothing(client, programme, query):
    response = client.get(f"/en/missions/?{query}")

    assert folded(response) == {}
    assert len(listed(response)) == 9
    assert parse(response).one(class_="wall").all("details") == []


def test_a_filter_folds_the_runs_that_it_leaves(client, programme):
    assert folded(client.get("/en/missions/?instrument=FP&kind=policy")) == {f"{UNPUBLISHED} · show": ["C", "D", "E"]}


def test_a_page_folds_what_it_has_of_a_run(client, programme):
    """Folded rows count in paging, and a single one is not folded."""
    pages = [client.get(f"/en/missions/?per_page=4&page={number}") for number in (1, 2, 3)]

    assert SHORTEST == 2
    assert [listed(page) for page in pages] == [list("ABCD"), list("EFGH"), ["I"]]
    assert [list(folded(page).values()) for page in pages] == [[["C", "D"]], [["G", "H"]], []]


def test_the_wall_folds_runs_into_one_line(programme):
    squares = drawn(wall("theme", today(), None)).one(class_="wall")

    codes = {line: [href.split("/")[3] for href in links] for line, links in folds(squares, "a", "href").items()}
    assert codes == {f"{UNPUBLISHED} · show": ["C", "D", "E"], f"{NOT_OBTAINED} · show": ["G", "H"]}
    assert [link["href"].split("/")[3] for link in squares.all("a")[1:]] == list("ABCDEFGHI")
    assert squares.one("h3").one(class_="count").text == "9"


def test_the_wall_folds_within_a_status(programme):
    build.report(build.Mission.objects.get(code="D"), Status.COMPLETED)

    squares = drawn(wall("theme", today(), None)).one(class_="wall")

    assert list(folds(squares, "a", "href")) == [
        "2 policies whose text is not published · show",
        f"{NOT_OBTAINED} · show",
    ]


def test_the_wall_of_the_list_folds_as_the_list_does(client, programme):
    assert len(parse(client.get("/en/missions/")).one(class_="wall").all("details")) == 2


def test_files_hold_every_row(client, programme):
    assert client.get("/en/report/completion.csv")["X-Hub-Count"] == "9"
    assert len(client.get("/en/report/completion.json").json()["missions"]) == 9
