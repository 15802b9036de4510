"""Instruments, themes, areas and owners: order, hierarchy, and the page of each record."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from missions.status import Status
from tests import factories
from tests.public.dom import listed
from tests.public.reading import cells, dates, links, page_of, section

pytestmark = pytest.mark.usefixtures("noon")


def codes(page):
    """The records of a dimension in the order of its table."""
    rows = page.one("table").all("th", scope="row")
    return [row.all("a")[0]["href"].split("/")[3] for row in rows if row.all("a")]


def facts(page):
    (found, *_rest) = page.one("main").all("dl")
    return {fact.one("dt").text: fact.one("dd") for fact in found.all("div")}


def test_owners_are_by_level_and_those_that_lead_nothing_are_listed_apart(client):
    top = factories.organisation("TOP", level="national", position=1)
    low = factories.organisation("LOW", level="district", parent=top, position=2)
    bank = factories.organisation("BANK", level="bank", parent=top, position=0)
    factories.mission(lead_owner=bank, supporting=[top])
    factories.mission(lead_owner=low, supporting=[factories.organisation("HELPS", position=4)])
    alone = factories.organisation("ALONE", level="bank", position=3)
    factories.mission("HID-1", lead_owner=low, opened=False, supporting=[alone])

    page = page_of(client, "owners/")
    assert [group.text for group in page.all("th", scope="rowgroup")] == ["District", "Bank"]
    assert codes(page) == ["LOW", "BANK"]
    apart = [[link.text for link in item.all("a")] for item in page.one("main").all("details")[0].all("li")]
    assert apart == [["Organisation TOP", "2"], ["Organisation ALONE"], ["Organisation HELPS", "1"]]


def test_themes_are_in_the_order_of_the_register_and_areas_each_below_the_one_above(client):
    for position, code in enumerate(("T1", "T9", "T2")):
        factories.mission(theme=factories.theme(code, position=position))
    city = factories.area("SZ", zone="", position=2, province_or_city="Jiangsu", province_or_city_zh="江苏省")
    north = factories.area("KS", zone="northern belt", position=4, parent=city)
    factories.mission("M-1", areas=[north, factories.area("TC", position=3, parent=city)])
    factories.mission("M-2", areas=[factories.area("QP", position=1)])

    assert codes(page_of(client, "themes/")) == ["T1", "T9", "T2"]
    assert codes(page_of(client, "areas/")) == ["QP", "SZ", "TC", "KS"]
    known = facts(page_of(client, "areas/SZ/"))
    assert (known["Province or city"].text, links(known["Areas below"])) == (
        "Jiangsu",
        ["/en/areas/TC/", "/en/areas/KS/"],
    )
    assert "江苏省" in page_of(client, "areas/SZ/", language="zh-hans").one("main").text
    assert links(facts(page_of(client, "areas/KS/"))["Area above"]) == ["/en/areas/SZ/"]
    city.parent = north
    with pytest.raises(ValidationError) as rejected:
        city.full_clean()
    assert [*rejected.value.message_dict] == ["parent"]


def test_an_owner_has_its_own_missions_beside_those_below_and_those_it_supports(client):
    top = factories.organisation("TOP")
    low = factories.organisation("LOW", parent=factories.organisation("MID", parent=top))
    own = factories.mission("M-1", lead_owner=top)
    factories.report(factories.mission("M-2", lead_owner=low, due=date(2024, 6, 1)), Status.PAUSED)
    factories.mission("HID-1", opened=False, supporting=[top])
    for number in range(11):
        factories.mission(f"S-{number:02}", supporting=[top])

    page = page_of(client, "owners/TOP/")
    rows = cells(section(page, "by-status").one("table"))
    assert [row[1:] for row in rows] == [["1", "1"], *[["0", "0"]] * 2, ["0", "1"], *[["0", "0"]] * 2]
    assert listed(client.get("/en/owners/TOP/")) == ["M-1", "M-2"]
    supported = section(page, "supported")
    assert [link.split("/")[3] for link in links(supported)[:-1]] == [f"S-{number:02}" for number in range(10)]
    assert (len(listed(client.get(links(supported)[-1]))), "HID-1" in page.text) == (13, False)
    newest = "Newest entry about a mission it leads"
    assert dates(facts(page)[newest]) == []  # entries of those below are not its own
    factories.report(own, Status.IN_PROGRESS, on=date(2024, 2, 1))
    assert dates(facts(page_of(client, "owners/TOP/"))[newest]) == ["1 Feb 2024"]
