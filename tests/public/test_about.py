"""The page that says what the words mean: read off the code and the records, so that it cannot say otherwise."""

import hashlib
from datetime import date

import pytest
from django.test import override_settings
from django.utils.translation import override

from missions.models import EntryKind, Provenance
from missions.models.mission import PROVENANCE_SENTENCES
from missions.status import MOVES, Basis, Deadline, Status
from tests import build
from tests.models.leftovers import TRACES, browser, found
from tests.public.dom import parameters, parse, total

pytestmark = pytest.mark.usefixtures("noon")
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


def about(client, language="en", query=""):
    return parse(client.get(f"/{language}/about/{query}"))


def section(page, anchor):
    return page.one("section", aria_labelledby=anchor)


def terms(element):
    """Term → the element that explains it."""
    return {row.one("dt").text: row.one("dd") for row in element.all("div") if row.inside(class_="terms")}


@LANGUAGES
def test_every_status_is_explained_with_what_may_follow_it(client, language):
    said = terms(section(about(client, language), "statuses"))

    with override(language):
        expected = {status.label: [after.label for after in Status if after in MOVES[status]] for status in Status}
    assert {word: [item.text for item in dd.all("li")] for word, dd in said.items()} == expected
    assert {word: len(dd.all("svg")) for word, dd in said.items()} == {word: len(s) for word, s in expected.items()}


@LANGUAGES
@pytest.mark.parametrize(("anchor", "words"), [("deadlines", [*Deadline]), ("entries", [*EntryKind, *Basis])])
def test_every_deadline_state_kind_and_basis_is_explained(client, language, anchor, words):
    said = terms(section(about(client, language), anchor))

    with override(language):
        assert list(said) == [str(word.label) for word in words]
    assert "" not in [dd.text for dd in said.values()]


def test_the_rule_of_deadlines_names_the_days_that_are_counted(client):
    said = terms(section(about(client), "deadlines"))

    assert [said[word].text for word in ("Not yet due", "Due soon")] == [
        "Open, with more than 30 days left.",
        "Open, with 30 days or fewer left, up to and including the due date.",
    ]


@LANGUAGES
def test_provenance_is_counted_on_the_day_asked_about_and_leads_to_the_records(client, language):
    build.mission("FP-1", provenance=Provenance.OFFICIAL)
    build.mission("FP-2", provenance=Provenance.UNPUBLISHED)
    build.mission("EX-1", provenance=Provenance.UNPUBLISHED, instrument=build.instrument("EX", date(2024, 5, 1)))
    hidden = build.instrument("HID", issued_on=None, title_en="Zzyzx", title_zh="Zzyzx")
    build.mission("HID-1", instrument=hidden, opened=False, provenance=Provenance.UNPUBLISHED)

    for query, counts in (("", [1, 0, 2, 0]), ("?as_of=2024-04-30", [1, 0, 1, 0])):
        page = about(client, language, query)
        said = terms(section(page, "provenance"))
        with override(language):
            sentences = {str(kind.label): str(PROVENANCE_SENTENCES[kind]) for kind in Provenance}
        assert {word: dd.text[: len(sentences[word])] for word, dd in said.items()} == sentences
        links = [dd.one("a")["href"] for dd in said.values()]
        assert [total(client.get(link)) for link in links] == counts
        assert "Zzyzx" not in page.text
    assert parameters(links[2]) == {"as_of": ["2024-04-30"], "provenance": ["unpublished"]}


def test_instruments_are_described_by_their_records(client):
    build.mission("A-1", instrument=build.instrument("A", citation="https://example.org/a", notes="As we read it."))

    said = section(about(client), "provenance")

    assert [heading.text for heading in said.all("h3")] == ["Instrument A"]
    assert [link["href"] for link in said.all("a", rel="nofollow")] == ["https://example.org/a"]
    assert said.all(lang="en")[0].text == "As we read it."


@LANGUAGES
def test_the_reader_can_compute_the_head_from_what_the_page_shows(client, language):
    mission = build.mission(title_en="“Quoted” <b>", title_zh="“引”")
    secret = build.evidence(title="Zzyzx", is_public=False)
    build.report(mission, Status.COMPLETED, evidence=[build.evidence(title="A & B <c>"), secret])

    page = about(client, language)

    line = page.one("pre", id="line").children[0]
    assert hashlib.sha256(line.encode()).hexdigest() == page.one("footer").one("code").text
    assert "Zzyzx" not in page.text


def test_a_site_without_any_entry_says_the_rest(client):
    page = about(client)

    assert page.all("pre") == []
    assert len(section(page, "clocks").all("a")) == 1


def test_examples_of_past_days_lead_to_pages(client):
    build.mission()

    links = [link["href"] for link in section(about(client), "clocks").all("a")]

    assert links == ["/en/?as_of=2023-07-01", "/en/?as_of=2024-06-30&known_at=2024-06-30"]
    assert [client.get(link).status_code for link in links] == [200, 200]


def test_corrections_are_one_click_away(client):
    build.correct(build.report(build.mission("M-1"), Status.PAUSED), status=Status.IN_PROGRESS)

    link = section(about(client), "corrections").one("a")["href"]

    assert "M-1" in parse(client.get(link)).one("main").text
    assert parameters(link) == {"entry": ["correction"]}


@pytest.mark.parametrize("anchor", ["verify", "accessibility", "contact"])
def test_what_every_footer_links_to_is_there(client, anchor):
    page = about(client)

    assert page.one("h2", id=anchor).text == page.one("nav", class_="contents").one("a", href=f"#{anchor}").text
    assert page.one("footer").one("a", href=f"/en/about/#{anchor}")


def test_an_address_that_mail_comes_from_is_where_the_operator_is_reached(client):
    with override_settings(DEFAULT_FROM_EMAIL="hub@example.org"):
        said = section(about(client), "contact")
    assert (said.one("a")["href"], said.one("a").text) == ("mailto:hub@example.org", "hub@example.org")


@pytest.mark.parametrize("address", ["noreply@example.org", "no-reply@example.org"])
def test_an_address_that_nobody_reads_is_not_given_out(client, address):
    with override_settings(DEFAULT_FROM_EMAIL=address):
        said = section(about(client), "contact")
    assert said.all("a") == []
    assert "has published no address here" in said.text


@LANGUAGES
@pytest.mark.parametrize("path", ["about", "data"])
def test_nothing_on_the_page_knows_a_programme(client, path, language):
    text = client.get(f"/{language}/{path}/").content.decode()

    assert [word for word in ("Hongqiao", "虹桥", "FP-", "M24") if word in text] == []


@LANGUAGES
def test_a_reader_leaves_nothing_behind_as_the_page_says(client, language):
    build.mission("M-1", status="in_progress")
    reader = browser()
    page = about(reader, language)
    pages = ("", "missions/?q=M", "missions/M-1/", "changes/", "reports/", "no-such-page/")
    answers = [reader.get(f"/{language}/{address}", follow=True).status_code for address in pages]

    assert len(section(page, "privacy").all("p")) == 3
    assert answers == [200, 200, 200, 200, 200, 404]
    assert found(TRACES[:2]) == set()
    assert reader.cookies == {}
