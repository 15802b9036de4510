"""Nothing of an instrument in preparation, and no evidence that is not public, is seen by the public."""

from datetime import date

import pytest

from missions.models import Measure, Mission, ReportedFigure
from missions.status import Status
from tests import build
from tests.public.dom import listed, parse, total
from tests.public.parameters import CODES, READS, address

pytestmark = pytest.mark.usefixtures("noon")

SECRET = "Zzyzx"
# Of pictures, which are drawn and not written, test_pictures has what they are told.
PAGES = [path for path in READS if not path.endswith(".png")]
QUERIES = ["missions/?theme=T1", "missions/?as_of=2024-06-01", "report/completion.csv?lang=zh"]
OUTSIDE = ["/calendar.ics", "/sitemap.xml", "/badge/FP.svg"]
ADDRESSES = [f"/{language}/{path}" for language in ("en", "zh-hans") for path in PAGES + QUERIES] + OUTSIDE


@pytest.fixture(autouse=True)
def in_preparation(noon):
    """Beside a public mission: one of an instrument without a day of issue, and one that is not opened yet."""
    shared = {"theme": build.theme("T1"), "areas": [build.area("A1")], "lead_owner": build.organisation("O1")}
    first = date(2024, 3, 31)
    public = build.mission("FP-001", **shared, supporting=[build.organisation("O2")], due=first, status=Status.PAUSED)
    build.deadline(public, date(2024, 12, 31), on=date(2024, 3, 1))
    names = {"title_en": f"{SECRET} document", "title_zh": f"{SECRET}文件", "issuer_en": SECRET, "issuer_zh": SECRET}
    hidden = build.instrument("HID", issued_on=None, **names)
    titles = {"title_en": f"{SECRET} mission", "title_zh": f"{SECRET}任务"}
    titles |= {"description_en": SECRET, "description_zh": SECRET}
    build.mission("HID-1", **shared, instrument=hidden, opened=False, kind="project", provenance="official", **titles)
    build.mission("FP-002", **shared, supporting=[build.organisation("O2")], opened=False, **titles)
    assert Mission.objects.filter(title_en__contains=SECRET).count() == 2
    build.frozen_report("R-1")


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_instrument_in_preparation_and_its_missions_stand_on_no_page(client, address):
    response = client.get(address)
    text = response.getvalue().decode()

    assert response.status_code == 200
    assert [word for word in (SECRET, "HID", "FP-002") if word in text] == []


def test_they_are_in_no_count(client):
    response = client.get("/en/missions/")

    assert (total(response), listed(response)) == (1, ["FP-001"])
    labels = [label for label in parse(response).all("label") if label.all(class_="count")]
    counts = {label.one("input")["name"]: label.one(class_="count").text for label in labels}
    assert counts == dict.fromkeys(CODES, "1")
    for path in ("themes/T1/", "areas/A1/", "owners/O1/", "instruments/FP/"):
        assert listed(client.get(f"/en/{path}")) == ["FP-001"]
    for path in ("instruments/", "themes/", "areas/"):
        body = parse(client.get(f"/en/{path}")).one("table", class_="dimensions").one("tbody")
        assert [row.all("td", class_="number")[0].text for row in body.all("tr") if row.all("td")] == ["1"]


def test_they_are_not_found_under_their_own_address(client):
    for path in ("missions/HID-1/", "missions/FP-002/", "instruments/HID/"):
        assert client.get(f"/en/{path}").status_code == 404


@pytest.mark.parametrize("query", [("q", SECRET), ("q", "HID-1"), ("kind", "project"), ("provenance", "official")])
def test_a_search_that_only_they_would_answer_finds_nothing_and_never_everything(client, query):
    assert (total(client.get(address("missions/", query))), listed(client.get(address("missions/", query)))) == (0, [])
    response = client.get(address("report/completion.csv", query))
    assert (response["X-Hub-Count"], response.getvalue().count(b"\r\n")) == ("0", 1)


def test_a_site_without_any_public_record_shows_none_to_a_search(client, noon):
    """The permitted set is empty on a day before the first opening: what is found is nothing, not everything."""
    for query in [(), ("q", "mission"), ("q", SECRET), ("status", "paused"), ("owner", "O1"), ("area", "A1")]:
        asked = [("as_of", "2001-01-01"), *([query] if query else [])]
        assert total(client.get(address("missions/", *asked))) == 0


def test_a_joint_figure_that_covers_an_instrument_in_preparation_does_not_give_it_away(client):
    for measure in (Measure.TOTAL, Measure.COMPLETED):
        words = {"indicator_en": measure, "indicator_zh": measure, "unit": "missions"}
        said = {"as_of": date(2024, 3, 2), "value": 3, "measure": measure, "source": build.source("f")}
        figure = ReportedFigure.objects.create(**said, **words)
        figure.covers.set([build.instrument("FP"), build.instrument("HID")])

    assert SECRET not in client.get("/en/").content.decode()


def test_once_it_is_opened_it_is_public_from_its_day_on(client):
    build.opening(Mission.objects.get(code="FP-002"), on=date(2024, 6, 15))

    assert listed(client.get("/en/missions/")) == ["FP-001", "FP-002"]
    assert listed(client.get("/en/missions/?as_of=2024-06-15")) == ["FP-001", "FP-002"]
    assert listed(client.get("/en/missions/?as_of=2024-06-14")) == ["FP-001"]
    assert client.get("/en/missions/FP-002/?as_of=2024-06-14").status_code == 404
    assert client.get("/en/missions/FP-002/?as_of=2024-06-15").status_code == 200


def test_evidence_that_is_not_public_is_not_shown_and_documents_nothing(client):
    names = {"title": f"{SECRET} letter", "publisher": SECRET, "url": f"https://example.org/{SECRET}"}
    secret = build.evidence(**names, is_public=False)
    mission = build.mission("FP-003")
    build.report(mission, Status.COMPLETED, evidence=[secret, build.evidence(title="In the open")])
    only_secret = build.mission("FP-004")
    build.report(only_secret, Status.COMPLETED, evidence=[build.evidence(title=SECRET, is_public=False)])

    pages = ["missions/FP-003/", "missions/FP-004/", "missions/FP-003/changes.atom", "missions/FP-004/changes.atom"]
    addresses = [*ADDRESSES, *(f"/en/{path}" for path in pages)]
    texts = {address: client.get(address).getvalue().decode() for address in addresses}

    assert {address for address, text in texts.items() if SECRET in text} == set()
    assert "In the open" in texts["/en/missions/FP-003/"]
    documented = parse(client.get("/en/")).one("table", class_="reconciliation").all("tr")[1].all("td")[-1]
    assert documented.one(class_="figure").text == "1 of 3"
