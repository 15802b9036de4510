"""What the preview of a return form shows of what was read."""

from datetime import date

import pytest
from django.http import HttpResponse
from django.template.loader import render_to_string

from missions.exchange.returns import read_return
from missions.exchange.workbooks import Grid
from missions.models import Role
from tests import build
from tests.exchange.returning import REPORTED, at, filled, form, grids
from tests.public.dom import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def missions(db):
    return [build.mission(f"M-{number}", title_en=f"Title <{number}>") for number in range(1, 7)]


@pytest.fixture
def editor(missions):
    return build.user("editor", Role.EDITOR, organisation=missions[0].lead_owner)


def shown(sheets, by, **context):
    html = render_to_string("admin/missions/_return_preview.html", {"found": read_return(sheets, by=by), **context})
    return parse(HttpResponse(html))


def words(element):
    return " ".join(element.text.split())


def test_it_counts_what_would_come_of_the_form(missions, editor):
    sheets = filled(grids(form()), M_1=REPORTED, M_2=REPORTED, M_3={**REPORTED, "new_status": "x"}, M_4=REPORTED)
    build.report(missions[3], "paused")
    page = shown(sheets, editor)

    assert [words(item) for item in page.one("ul", class_="hub-sums").all("li")] == [
        "2 to submit",
        "2 unchanged",
        "1 refused",
        "1 conflict",
    ]
    assert words(page.one("p", class_="hub-form-of")) == (
        "Stated in the form: organisation several organisations; made on 2024-06-30;"
        f" revision {read_return(sheets, by=editor).revision}; ledger entry 6."
    )
    assert [words(item) for item in page.one("details").all("li")] == ["M-5 Title <5>", "M-6 Title <6>"]


def test_each_reason_stands_beside_its_cell_and_its_mission(missions, editor):
    sheets = filled(
        grids(form()), M_1={**REPORTED, "new_status": "", "headline_zh": ""}, M_2={**REPORTED, "code": "<b>"}
    )
    rows = shown(sheets, editor).one("tbody").all("tr")

    assert [[words(cell) for cell in (row.one("th"), *row.all("td"))] for row in rows] == [
        [at(grids(form()), "M-1", "new_status"), "Choose the new status.", "M-1 Title <1>"],
        [at(grids(form()), "M-1", "headline_zh"), "State the reason, in one language at least.", "M-1 Title <1>"],
        [at(grids(form()), "M-2", "code"), "There is no mission “<b>” that you could report on.", "<b>"],
    ]


def test_what_is_here_stands_beside_what_the_form_says_and_can_be_overruled(missions, editor):
    cited = {"evidence_title": "Notice", "evidence_url": "https://example.org/a?b=1&c=2", "note": "Please"}
    sheets = filled(grids(form()), M_1=REPORTED, M_2={**REPORTED, **cited})
    entry = build.report(
        missions[0], "paused", on=date(2024, 2, 1), headline_en="Money ran out", by=build.user("secret")
    )
    waiting = build.submission(missions[1], by=editor, state="submitted", headline_en="Begun by half")
    page = shown(sheets, editor)
    first, second = page.all("div", class_="hub-difference")

    assert [box["value"] for box in page.all("input", type="checkbox", name="chosen")] == ["M-1", "M-2"]
    assert [box for box in page.all("input") if "checked" in box.attributes] == []
    here, form_says = (words(part) for part in first.all("dd"))
    assert here == f"Paused since 1 Feb 2024 entry {entry.pk} · Report · 1 Feb 2024 · Paused Money ran out"
    assert form_says == "In progress since 2 Mar 2024 · Owner's statement 已开工"
    here, form_says = (words(part) for part in second.all("dd"))
    assert here == (
        "Not individually reported since 24 Feb 2021 Waiting for review, by editor: Report · In progress · 1 Jan 2024"
        " Begun by half"
    )
    assert form_says == (
        "In progress since 2 Mar 2024 · Owner's statement 已开工 Evidence: Notice Note to the reviewer: Please"
    )
    addresses = [link["href"] for link in page.all("a")]
    assert addresses == [
        f"/admin/missions/statuschange/{entry.pk}/change/",
        waiting.get_absolute_url(),
        "https://example.org/a?b=1&c=2",
    ]


def test_what_would_be_submitted_stands_beside_the_status_of_today(missions, editor):
    said = {**REPORTED, "new_status": "completed", "basis": "document", "headline_en": "Done <i>"}
    cited = {"evidence_title": "Notice", "evidence_publisher": "Bureau", "evidence_url": "https://example.org/"}
    page = shown(filled(grids(form()), M_1={**said, **cited}), editor)
    (row,) = page.one("tbody").all("tr")

    assert [words(cell) for cell in (row.one("th"), *row.all("td"))] == [
        "M-1 Title <1>",
        "Not individually reported since 24 Feb 2021",
        "→ Completed since 2 Mar 2024 · Public document 已开工 Done <i> Evidence: Notice · Bureau",
    ]
    assert [heading.text for heading in page.all("h2")] == ["To be submitted"]


def test_what_was_chosen_stays_chosen(missions, editor):
    sheets = filled(grids(form()), M_1=REPORTED, M_2=REPORTED)
    for mission in missions[:2]:
        build.report(mission, "paused")
    page = shown(sheets, editor, chosen=["M-2", "M-3"])

    assert [(box["value"], "checked" in box.attributes) for box in page.all("input", name="chosen")] == [
        ("M-1", False),
        ("M-2", True),
    ]


def test_a_report_for_an_earlier_day_is_said_to_leave_the_present_status(missions, editor):
    for mission in missions[:3]:
        build.report(mission, "paused", on=date(2024, 3, 5))
    sheets = filled(grids(form()), M_1=REPORTED, M_2={**REPORTED, "effective_on": "2024-03-05"}, M_3=REPORTED)
    build.report(missions[2], "paused", on=date(2024, 3, 6))
    page = shown(sheets, editor)
    first, second = page.one("tbody").all("tr")
    said = "For an earlier day: the present status stays."

    assert [words(row.all("td")[1]) for row in (first, second)] == [
        f"In progress since 2 Mar 2024 · Owner's statement {said} 已开工",
        "→ In progress since 5 Mar 2024 · Owner's statement 已开工",
    ]
    assert [words(part).count(said) for part in page.one("div", class_="hub-difference").all("dd")] == [0, 1]


def test_the_organisation_of_a_form_for_one_is_named(missions, editor):
    page = shown(grids(form(owner=missions[0].lead_owner)), editor)

    assert words(page.one("p", class_="hub-form-of")).startswith(
        "Stated in the form: organisation 单位O1 Organisation O1; made on"
    )


def test_what_reports_nothing_is_named(missions, editor):
    sheets = filled(grids(form()), M_1={**REPORTED, "due": "2030-01-01"})
    assert shown(sheets, editor).all(class_="hub-unread") != []
    sheets[0].rows.append([None, "a remark"])
    page = shown([*sheets, Grid("甲<b>", [["x"]]), Grid("empty", [[None]])], editor)
    sheet, cells = page.all(class_="hub-unread")

    assert words(sheet) == "Sheets that were not read: 甲<b>"
    assert words(cells.one("summary")) == "Not read: 2 cells outside those to fill in"
    assert words(cells.all("p")[1]) == f"{at(grids(form()), 'M-1', 'due')} B{len(sheets[0].rows)}"
    assert shown(filled(grids(form()), M_1=REPORTED), editor).all(class_="hub-unread") == []
