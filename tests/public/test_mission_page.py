"""One mission: how it stands, its texts and facts, and where its page leads."""

import re
from datetime import date
from urllib.parse import quote, urlsplit

import pytest

from missions.models import Measure, ReportedFigure
from missions.status import Basis, Status
from tests import build
from tests.kept import forget
from tests.public.dom import parse, written_code

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def mission(noon):
    return build.mission("FP-001", due=date(2024, 12, 31))


def test_a_mission_is_not_found_on_a_day_before_its_opening(client, mission):
    assert client.get("/en/missions/FP-001/?as_of=2021-02-24").status_code == 200
    assert client.get("/en/missions/FP-001/?as_of=2021-02-23").status_code == 404
    assert client.get("/en/missions/FP-001/?known_at=2024-06-29").status_code == 404


def test_the_facts_stand_on_the_page_each_with_its_link(client):
    linked = {"supporting": [build.organisation("O2")], "areas": [build.area("A1")]}
    mission = build.mission("FP-003", **linked, clause="Part 1 (2)", provenance="unpublished")
    mission.sources.set([build.source("s1", published_on=date(2021, 2, 4))])

    page = parse(client.get("/en/missions/FP-003/"))

    facts = {fact.one("dt").text: fact.one("dd") for fact in page.one("dl", class_="facts").all("div")}
    linked = {name: [link["href"] for link in fact.all("a")] for name, fact in facts.items()}
    assert linked == {
        "Lead owner": ["/en/owners/O1/"],
        "Supporting owners": ["/en/owners/O2/"],
        "Areas": ["/en/areas/A1/"],
        "Theme": ["/en/themes/T1/"],
        "Kind": [],
        "Provenance": [],
    }
    sentence = facts["Provenance"].text
    assert sentence == "Announced as one of a set; its text was not published. Clause: Part 1 (2)"
    assert facts["Provenance"].one("span")["lang"] == "en"
    source = page.one("section", aria_labelledby="sources").one("li")
    assert source.text == "Source s1 · Publisher, 4 Feb 2021"
    assert (source.one("a")["href"], source.one("a")["hreflang"]) == ("https://example.org/s1", "en")


def test_a_clause_is_in_the_readers_language_where_it_is_known_in_it(client):
    build.mission("FP-003", clause="Part 1", clause_zh="第一部分")
    build.mission("FP-004", clause="Part 2")

    def clause(code, language):
        facts = parse(client.get(f"/{language}/missions/{code}/")).one("dl", class_="facts")
        (shown,) = [part for part in facts.all("span") if part["lang"]]
        return shown.text, shown["lang"]

    assert clause("FP-003", "en") == ("Part 1", "en")
    assert clause("FP-003", "zh-hans") == ("第一部分", "zh-Hans")
    assert clause("FP-004", "zh-hans") == ("Part 2", "en")


def standing(client, query="", code="FP-001"):
    return parse(client.get(f"/en/missions/{code}/{query}")).one(class_="standing")


def test_what_rests_on_joint_statements_alone_is_said_to_be_no_proof(client, mission):
    build.report(mission, Status.COMPLETED, on=date(2024, 3, 1), basis=Basis.COLLECTIVE)
    alone = standing(client)
    assert alone.one(class_="status").text == "Completed"
    assert alone.one(class_="note").text == (
        "Only joint statements cover this mission: they count several together and do not name this one. "
        "That is no proof that this one is done."
    )

    own = build.report(mission, Status.COMPLETED, on=date(2024, 4, 1))
    assert standing(client).all(class_="note") == []
    assert standing(client, "?as_of=2024-03-31").one(class_="note").text == alone.one(class_="note").text

    build.correct(own, basis=Basis.COLLECTIVE)
    assert standing(client).one(class_="note").text == alone.one(class_="note").text


def test_what_is_not_reported_is_not_said_to_be_done_whatever_officials_counted(client, mission):
    for measure, value in ((Measure.TOTAL, 1), (Measure.COMPLETED, 1)):
        said = {"as_of": date(2024, 3, 2), "value": value, "measure": measure, "source": build.source("f")}
        words = {"indicator_en": measure, "indicator_zh": measure, "unit": "missions"}
        ReportedFigure.objects.create(**said, **words).covers.set([mission.instrument])

    shown = standing(client)

    assert shown.one(class_="status").text == "Not individually reported"
    assert shown.one(class_="note").text == (
        "No source cited here says how far this mission is. "
        "A total that officials published for many missions is no proof that this one is done."
    )
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 3, 1))
    assert standing(client).all(class_="note") == []


def test_texts_stand_in_the_readers_language_with_the_other_beneath(client):
    build.mission("FP-002", description_en="What is promised.", description_zh="任务说明。")

    def texts(language):
        page = parse(client.get(f"/{language}/missions/FP-002/"))
        return [(text.text, text.get("lang")) for text in page.all("p", class_="text")]

    assert texts("en") == [("What is promised.", None), ("任务说明。", "zh-Hans")]
    assert texts("zh-hans") == [("任务说明。", None), ("What is promised.", "en")]
    build.mission("FP-003")
    assert parse(client.get("/en/missions/FP-003/")).all("p", class_="text") == []


def test_the_page_describes_itself_in_two_sentences_and_names_its_picture_and_feed(client, mission):
    long = {"description_en": "Build 3.5 km of it. Then rest.", "description_zh": "建成3.5公里。然后休息。"}
    build.mission("FP-002", status=Status.PAUSED, on=date(2024, 3, 1), title_en="Rail", title_zh="铁路", **long)
    query = "?as_of=2024-03-02"

    def meta(language, code="FP-002"):
        head = parse(client.get(f"/{language}/missions/{code}/{query}")).one("head")
        feed = head.one("link", rel="alternate", type="application/atom+xml")
        return (
            head.one("title").text,
            head.one("meta", name="description")["content"],
            urlsplit(head.one("meta", property="og:image")["content"])[2:4],
            feed["href"],
        )

    assert meta("en") == (
        "FP-002 Rail · Hub Tracker",
        "Paused since 1 Mar 2024; lead owner: Organisation O1. Build 3.5 km of it.",
        ("/en/missions/FP-002/picture.png", "as_of=2024-03-02"),
        "/en/missions/FP-002/changes.atom",
    )
    assert meta("zh-hans")[:2] == (
        "FP-002 铁路 · 枢纽任务跟踪",
        "暂停（自2024年3月1日起）；牵头单位：单位O1。建成3.5公里。",
    )
    assert meta("en", "FP-001")[1] == ("Not individually reported since 24 Feb 2021; lead owner: Organisation O1.")


def test_the_page_leads_to_the_public_missions_beside_it_in_its_instrument(client):
    for number, code in enumerate(["FP-C", "FP-A", "FP-X", "FP-B"], start=1):
        build.mission(code, number=number, opened=code != "FP-X")
    build.mission("M-A", number=1, instrument=build.instrument("M24"))

    def beside(code):
        links = parse(client.get(f"/en/missions/{code}/?as_of=2024-06-01")).all("a")
        return {link["rel"]: link["href"] for link in links if link.get("rel") in ("prev", "next")}

    at = "/?as_of=2024-06-01"
    assert beside("FP-C") == {"next": f"/en/missions/FP-A{at}"}
    assert beside("FP-A") == {"prev": f"/en/missions/FP-C{at}", "next": f"/en/missions/FP-B{at}"}
    assert beside("FP-B") == {"prev": f"/en/missions/FP-A{at}"}
    assert beside("M-A") == {}


def test_a_reader_can_follow_the_mission_and_write_to_the_site_about_it(client, mission, settings):
    def ways():
        links = parse(client.get("/en/missions/FP-001/?as_of=2024-06-01")).one(class_="ways").all("a")
        return {link.text: link["href"] for link in links}

    assert ways() == {"Feed of this mission": "/en/missions/FP-001/changes.atom"}
    settings.DEFAULT_FROM_EMAIL = "hub@example.org"
    forget()
    address = quote(f"{settings.SITE_URL}/en/missions/FP-001/?as_of=2024-06-01", safe="")
    assert ways()["Report a mistake"] == f"mailto:hub@example.org?subject={quote(str(mission))}&body={address}"


def test_no_half_width_punctuation_stands_beside_chinese(client):
    names = {"description_en": "Text.", "description_zh": "说明。", "clause": "第一条"}
    mission = build.mission("FP-002", due=date(2024, 12, 31), areas=[build.area("A1")], **names)
    mission.sources.set([build.source("s1", title="通知", publisher="单位", published_on=date(2021, 2, 4))])
    file = build.evidence_file("通知.pdf")
    cited = {"title": "通报", "publisher": "单位", "published_on": date(2024, 1, 2), "event_on": date(2023, 12, 1)}
    wrong = build.report(mission, Status.PAUSED, evidence=[build.evidence(**cited, file=file)])
    build.correct(wrong, status=Status.IN_PROGRESS)
    build.deadline(mission, None, on=date(2024, 2, 1))
    mission.title_zh = "改名"
    mission.save()

    text = parse(client.get("/zh-hans/missions/FP-002/?as_of=2024-06-30")).one("main").text

    assert "改名" in text
    assert re.findall("[\u4e00-\u9fff] ?[,;:!?()].?|[,;:!?()] ?[\u4e00-\u9fff]", text) == []


NASTY = "<script>alert('x')</script> & \"quoted\""


def test_text_with_markup_in_it_is_shown_as_text_on_every_page(client):
    names = {"name_en": NASTY, "name_zh": NASTY}
    titles = {"title_en": NASTY, "title_zh": NASTY}
    issuer = {"issuer_en": NASTY, "issuer_zh": NASTY, "notes": NASTY, "citation": NASTY}
    mission = build.mission(
        "FP-004",
        instrument=build.instrument("NST", **titles, **issuer),
        theme=build.theme("NST", **names),
        lead_owner=build.organisation("NST", **names, source=build.source("nst", title=NASTY, publisher=NASTY)),
        areas=[build.area("NST", **names, zone="hub-wide", province_or_city=NASTY), build.area("A1")],
        supporting=[build.organisation("NST")],
        **titles,
        description_en=NASTY,
        description_zh=NASTY,
        clause=NASTY,
        due=date(2024, 12, 31),
    )
    mission.sources.set([build.source("nst")])
    cited = build.evidence(title=NASTY, publisher=NASTY)
    build.report(mission, Status.PAUSED, evidence=[cited], headline_en=NASTY, headline_zh=NASTY)

    pages = ["", "missions/", "missions/?theme=NST&area=A1", "missions/FP-004/", "areas/A1/"]
    for dimension in ("instruments/", "themes/", "areas/", "owners/"):
        pages += [dimension, f"{dimension}NST/"]
    addresses = [f"/{language}/{path}" for language in ("en", "zh-hans") for path in pages]
    shown = {address: client.get(address) for address in addresses}

    assert [where for where, response in shown.items() if written_code(parse(response))] == []
    assert [where for where, response in shown.items() if NASTY not in parse(response).text] == []
