"""Instruments, themes, areas and owners: their bars and numbers, and the page of each."""

from datetime import date

import pytest
import time_machine

from missions.models import Measure, ReportedFigure
from missions.status import Status
from tests import build
from tests.public.dom import listed, parameters, parse, total
from tests.public.parameters import address

pytestmark = pytest.mark.usefixtures("noon")

INDEXES = ["instruments", "themes", "areas", "owners"]
DAYS = [("as_of", "2024-03-02"), ("known_at", "2024-06-01")]


def page_of(client, path, *pairs, language="en"):
    return parse(client.get(address(path, *pairs, language=language)))


def table_rows(page):
    return [row for row in page.one("table", class_="dimensions").all("tr") if row.all("td", class_="number")]


def test_owners_stand_by_level_and_who_leads_nothing_is_folded_away(client):
    top = build.organisation("TOP", level="national", position=1)
    low = build.organisation("LOW", level="district", parent=top, position=2)
    bank = build.organisation("BANK", level="bank", parent=top, position=0)
    build.organisation("ALONE", level="bank", position=3)
    build.mission(lead_owner=bank, supporting=[top])
    build.mission(lead_owner=low, supporting=[build.organisation("HELPS", position=4)])
    build.mission(lead_owner=low, opened=False, supporting=[build.organisation("ALONE")])

    page = page_of(client, "owners/")

    groups = [group.text for group in page.all("th", scope="rowgroup")]
    assert groups == ["District", "Bank"]
    codes = [row.one(class_="code").text for row in table_rows(page)[:-1]]
    assert codes == ["LOW", "BANK"]
    folded = page.one("details", class_="without")
    assert folded.one("summary").text == "3 without a mission on this day"
    assert [item.text for item in folded.all("li")] == [
        "Organisation TOP leads or supports, with those below 2",
        "Organisation ALONE",
        "Organisation HELPS leads or supports, with those below 1",
    ]


def test_what_an_owner_leads_with_those_below_stands_under_its_name(client):
    top = build.organisation("TOP")
    build.mission(lead_owner=top)
    build.mission(lead_owner=build.organisation("LOW", parent=top))

    low_row, top_row = table_rows(page_of(client, "owners/"))[:2]

    assert [link.text for link in top_row.all("a")] == ["Organisation TOP", "2"]
    assert [cell.text for cell in top_row.all("td", class_="number")] == ["1", "1", "0", "0", "0", "0", "0"]
    assert [link.text for link in low_row.all("a")] == ["Organisation LOW", "1", "1"]


def test_themes_stand_in_the_order_of_the_register(client):
    for position, code in enumerate(("T1", "T9", "T2")):
        build.mission(theme=build.theme(code, position=position))

    page = page_of(client, "themes/")
    assert [row.one(class_="code").text for row in table_rows(page)[:-1]] == ["T1", "T9", "T2"]
    assert page.all("th", scope="rowgroup") == []


def test_the_wall_is_grouped_as_the_page_is(client):
    build.mission("M-1", lead_owner=build.organisation("O2"), theme=build.theme("T2"))

    for path, name in {"themes/": "Theme T2", "owners/": "Organisation O2"}.items():
        walls = page_of(client, path).one(id="wall")
        assert [heading.one("a").text for heading in walls.all("h3")] == [name]
    assert page_of(client, "areas/").all(id="wall") == []


@pytest.mark.parametrize("path", INDEXES)
def test_a_day_before_all_missions_says_so_and_names_the_records_all_the_same(client, path):
    build.mission(areas=[build.area("A1")])

    page = page_of(client, f"{path}/", ("as_of", "2001-01-01"))

    assert [message.text for message in page.all(class_="empty")] == [
        "No mission is listed here on this day. Choose a later one."
    ]
    assert page.all("table") == []
    folded = page.one("details", class_="without")
    assert "open" in folded.attributes
    assert len(folded.all("li")) == 1


@pytest.mark.parametrize("path", ["instruments/FP/", "themes/T1/", "areas/A1/", "owners/O1/"])
def test_a_record_says_in_both_languages_what_it_is_and_where_its_feed_and_picture_are(client, path):
    build.mission(areas=[build.area("A1")], status=Status.COMPLETED)
    build.mission(areas=[build.area("A1")])
    record = {"FP": build.instrument, "T1": build.theme, "A1": build.area, "O1": build.organisation}[path.split("/")[1]]

    for language, other in (("en", "zh-Hans"), ("zh-hans", "en")):
        page = page_of(client, path, *DAYS, language=language)
        (english, chinese) = (getattr(record(), name, None) for name in ("name_en", "name_zh"))
        titles = [english or record().title_en, chinese or record().title_zh]
        heading, beneath = titles if language == "en" else titles[::-1]
        assert page.one("h1").text == heading
        assert (page.one(class_="other").text, page.one(class_="other")["lang"]) == (beneath, other)
        feed = page.one("link", type="application/atom+xml")["href"]
        singular = path.split("/")[0].removesuffix("s")
        assert feed == f"/{language}/changes.atom?{singular}={path.split('/')[1]}"
        picture = page.one("meta", property="og:image")["content"]
        assert f"/{language}/{path}picture.png?as_of=2024-03-02&known_at=2024-06-01" in picture


def test_the_description_counts_completed_of_all_but_the_withdrawn_on_the_day(client):
    for status in (Status.COMPLETED, Status.PAUSED, Status.WITHDRAWN):
        build.mission(status=status, on=date(2024, 3, 1))

    def description(day, language="en"):
        return page_of(client, "themes/T1/", ("as_of", day), language=language).one("meta", name="description")

    said = description("2024-03-02")["content"]
    assert said == "On 2 Mar 2024, 1 of 2 missions were recorded as completed."
    assert description("2024-02-01")["content"] == "On 1 Feb 2024, 0 of 3 missions were recorded as completed."
    assert description("2001-01-01")["content"] == "On 1 Jan 2001 no mission was listed here."
    assert description("2024-03-02", "zh-hans")["content"] == "截至2024年3月2日，2 项任务中有 1 项记录为已完成。"


def figure(value, of, day, *instruments, measure=Measure.COMPLETED):
    said = {"as_of": day, "source": build.source(f"s{day}"), "unit": "missions"}
    for kind, number in ((Measure.TOTAL, of), (measure, value)):
        names = {"indicator_en": f"{kind} {instruments}", "indicator_zh": kind}
        ReportedFigure.objects.create(**said, **names, measure=kind, value=number).covers.set(instruments)


def test_an_instrument_has_reported_beside_documented_jointly_and_alone(client):
    first, second = build.instrument("FP"), build.instrument("EX")
    build.mission(instrument=first, status=Status.COMPLETED)
    build.mission(instrument=first)
    build.mission(instrument=second)
    figure(2, 3, date(2024, 3, 1), first, second, measure=Measure.IN_PLACE)
    figure(1, 2, date(2024, 3, 2), first)

    rows = page_of(client, "instruments/FP/").one("table", class_="reconciliation").one("tbody").all("tr")
    numbers = [[[strong.text for strong in cell.all("strong")] for cell in row.all("td")] for row in rows]
    assert numbers == [[["2 of 3"], ["1 of 3"]], [["1 of 2"], ["1 of 2"]]]
    assert [[link.text for link in row.one("th").all("a")] for row in rows] == [["Instrument EX"], []]
    assert page_of(client, "instruments/FP/").one("meta", name="description")["content"] == (
        "Documented as completed on 30 Jun 2024: 1 of 2 missions. Officials reported on 2 Mar 2024: 1 of 2 “completed”."
    )
    assert page_of(client, "instruments/EX/").one("meta", name="description")["content"] == (
        "Documented as completed on 30 Jun 2024: 0 of 1 missions. "
        "Officials published no figure for this document alone."
    )
    assert page_of(client, "instruments/FP/", ("as_of", "2001-01-01")).all("table") == []


def test_the_latest_changes_are_those_of_the_missions_listed(client):
    mission = build.mission("M-1", due=date(2024, 6, 1))
    wrong = build.report(mission, Status.NOT_STARTED, on=date(2024, 1, 1))
    with time_machine.travel("2024-06-30T05:00Z", tick=False):
        build.correct(wrong, status=Status.PAUSED)
    for month in range(2, 6):
        build.report(mission, Status.IN_PROGRESS, on=date(2024, month, 1))
    build.deadline(mission, date(2024, 12, 1), on=date(2024, 5, 2))
    build.mission("M-2", theme=build.theme("T2"), status=Status.PAUSED, on=date(2024, 6, 2))

    page = page_of(client, "themes/T1/", ("as_of", "2024-06-30"), ("sort", "-due"))

    section = page.one("section", aria_labelledby="latest")
    assert [(item.one("time").text, item.one(class_="move").text) for item in section.all("li")] == [
        ("30 Jun 2024", "Correction: Not started → became Paused"),
        ("2 May 2024", "New due date: 1 Jun 2024 → 1 Dec 2024"),
        ("1 May 2024", "Confirmation: In progress"),
        ("1 Apr 2024", "Confirmation: In progress"),
        ("1 Mar 2024", "Confirmation: In progress"),
    ]
    links = section.one(class_="more").all("a")
    assert [link["href"].partition("?")[0] for link in links] == ["/en/changes/", "/en/changes.atom"]
    assert [parameters(link["href"]) for link in links] == [
        {"as_of": ["2024-06-30"], "theme": ["T1"]},
        {"theme": ["T1"]},
    ]


def test_a_day_before_any_report_has_no_changes_and_a_day_before_the_missions_no_counts(client):
    build.mission(status=Status.PAUSED)

    page = page_of(client, "themes/T1/", ("as_of", "2023-01-01"))
    section = page.one("section", aria_labelledby="latest")
    assert section.one(class_="empty").text == "Nothing was reported by this day."
    page = page_of(client, "themes/T1/", ("as_of", "2001-01-01"))
    assert (page.all("table"), page.all(class_="bar"), page.one(id="results")["data-total"]) == ([], [], "0")


def test_an_owner_has_a_bar_of_its_own_and_one_with_those_below(client):
    top = build.organisation("TOP")
    build.mission(lead_owner=top, status=Status.PAUSED)
    build.mission(lead_owner=build.organisation("LOW", parent=top), status=Status.PAUSED)

    bars = page_of(client, "owners/TOP/").all("svg", class_="bar")

    widths = [[float(part["width"].rstrip("%")) for part in bar.all("rect")] for bar in bars]
    assert widths == [[50], [100]]
    assert [bar.one("desc").text for bar in bars] == ["Paused: 1", "Paused: 2"]
    assert len(page_of(client, "owners/LOW/").all("svg", class_="bar")) == 1


def test_an_owner_that_leads_nothing_shows_what_it_supports_and_nothing_hidden(client):
    helper = build.organisation("HELP")
    build.mission("HID-1", opened=False, supporting=[helper])
    for number in range(11):
        build.mission(f"M-{number:02}", supporting=[helper])

    response = client.get("/en/owners/HELP/")
    page = parse(response)

    assert (total(response), page.one(id="results").text) == (0, "This organisation leads no mission on this day.")
    section = page.one("section", aria_labelledby="supported")
    assert section.one("h2").text == "11 missions that it supports"
    assert [item.one(class_="code").text for item in section.all("li")] == [f"M-{number:02}" for number in range(10)]
    everything = section.all("a")[-1]["href"]
    assert len(listed(client.get(everything))) == 11
    assert "HID-1" not in response.content.decode()


def test_an_owner_shows_the_day_of_the_newest_entry_about_what_it_leads_itself(client):
    top = build.organisation("TOP")
    mission = build.mission("M-1", lead_owner=top)
    build.mission("M-2", lead_owner=build.organisation("LOW", parent=top), status=Status.PAUSED)

    def newest():
        facts = page_of(client, "owners/TOP/").one("dl").all("div")
        return {fact.one("dt").text: fact.one("dd").text for fact in facts}["Newest entry about a mission it leads"]

    assert newest() == "none since the opening"
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 2, 1))
    assert newest() == "1 Feb 2024 M-1"


def test_the_list_of_a_record_is_sorted_and_paged_in_place(client):
    for _number in range(3):
        build.mission()

    page = page_of(client, "themes/T1/", ("per_page", "2"))

    box = page.one(class_="listed")
    assert (box["hx-target:inherited"], box["hx-push-url:inherited"]) == ("body", "true")
    assert page.one("nav", class_="pager").inside(class_="listed")
    assert page.one("table", class_="missions").inside(class_="listed")


def test_the_notes_on_an_instrument_are_in_the_readers_language_where_they_are_known_in_it(client):
    build.mission(instrument=build.instrument("FP", notes="Numbers are ours.", notes_zh="编号由本站编制。"))
    build.mission(instrument=build.instrument("EX", notes="No text found."))

    def notes(code, language):
        shown = page_of(client, f"instruments/{code}/", language=language).one("dl", class_="facts").all("dd")[-1]
        return shown.text, shown["lang"]

    assert notes("FP", "en") == ("Numbers are ours.", "en")
    assert notes("FP", "zh-hans") == ("编号由本站编制。", "zh-Hans")
    assert notes("EX", "zh-hans") == ("No text found.", "en")
