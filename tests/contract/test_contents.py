"""What is in the public answers: nothing unpublished, every status, no markup of others, nothing from elsewhere."""

import json
import re
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.utils.translation import override

from missions.models import Mission, Role, User
from missions.status import Status
from tests import factories
from tests.contract.addresses import ADDRESSES, LANGUAGES, is_document, is_page
from tests.contract.site import ATTACK, MARKERS, PREPARED, UNOPENED, fetch
from tests.public.dom import loaded, parse, total, written_code

LANG = {"en": "en", "zh-hans": "zh-Hans"}
OTHER = {"en": "zh-hans", "zh-hans": "en"}

# --- nothing unpublished (trap 1) -------------------------------------------------------------------------------------


def test_no_public_answer_has_anything_that_nobody_published(answers):
    texts = {address: answer.text for address, answer in answers.items()}

    assert [(address, word) for address, text in texts.items() for word in (*MARKERS, "FP-002") if word in text] == []
    # What is published is in each place that could have the rest.
    shown = ("/api/v1/changes", "/data/ledger.jsonl", "/data/hubtracker.zip", "/en/missions/FP-001/", "/en/changes.csv")
    assert [address for address in shown if "Halted" not in texts[address]] == []


def test_each_marker_is_in_the_database(site):
    rows = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows += [str(row) for row in cursor.fetchall()]

    assert [marker for marker in MARKERS if not any(marker in row for row in rows)] == []


QUERIES = [f"q={marker}" for marker in MARKERS] + ["kind=other", "q=FP-002", "as_of=2001-01-01", "known_at=2024-06-29"]
QUERIES += ["as_of=2001-01-01&q=FP", "as_of=2001-01-01&status=paused", "as_of=2001-01-01&area=A1"]


def test_a_query_that_only_hidden_records_answer_finds_nothing_rather_than_everything(client, site):
    """Trap 2, with days before the first opening, when nothing is public."""
    totals = {}
    for query in QUERIES:
        counts = [client.get(f"/api/v1/{name}?{query}").json()["total"] for name in ("missions", "changes")]
        counts += [total(client.get(f"/en/missions/?{query}")), total(client.get(f"/en/changes/?{query}"))]
        totals[query] = [*counts, int(fetch(client, f"/en/report/completion.csv?{query}").headers["X-Hub-Count"])]

    assert totals == {query: [0, 0, 0, 0, 0] for query in QUERIES}


def test_hidden_records_are_in_no_count(client, site, answers):
    public = Mission.objects.exclude(title_en__in=[UNOPENED, PREPARED]).count()
    items = {name: client.get(f"/api/v1/{name}").json()["items"] for name in ("instruments", "themes", "areas")}

    counted = {(name, item["code"]): item["missions"]["records"] for name, each in items.items() for item in each}
    assert counted == dict.fromkeys([("instruments", "FP"), ("themes", "T1"), ("areas", "A1")], public)


@pytest.mark.parametrize("path", [f"missions/{PREPARED}-1/", "missions/FP-002/", f"instruments/{PREPARED}/"])
def test_hidden_records_have_no_address(client, site, path):
    addresses = [f"/en/{path}", f"/api/v1/{path.rstrip('/')}", f"/en/{path}changes.atom"]
    addresses += [f"/badge/{PREPARED}.svg", f"/en/embed/{PREPARED}/"]

    assert {address: fetch(client, address).status for address in addresses} == dict.fromkeys(addresses, 404)
    assert fetch(client, f"/en/missions/?instrument={PREPARED}").status == 400  # as unknown as any code


def test_an_opened_mission_is_public_from_its_day_on(client, site):
    factories.opening(Mission.objects.get(code="FP-002"), on=factories.date(2024, 6, 15))

    found = {day: fetch(client, f"/en/missions/FP-002/?as_of=2024-06-{day}").status for day in (14, 15)}
    assert found == {14: 404, 15: 200}
    assert fetch(client, f"/api/v1/missions?q={UNOPENED}").body[:11] == b'{"total":1,'


def test_evidence_that_is_not_public_documents_nothing(client, site):
    done = factories.mission("D-1", instrument=factories.instrument("DOC"))
    factories.report(done, "completed", evidence=[factories.evidence(is_public=False)])

    (whole,) = [client.get("/api/v1/summary?instrument=DOC").json()["whole"]]
    assert (whole["completed"], whole["documented"]) == (1, 0)


def test_the_markers_are_searched_for_in_every_kind_of_file(answers):
    """Text of a PDF, an archive, a workbook or a document is read, not only its bytes."""
    files = [a for a in ADDRESSES if a.endswith((".pdf", ".docx", ".xlsx", ".zip", ".csv", ".json", ".html"))]

    lacking = [a for a in files if "FP-001" not in answers[a].text and "schema" not in a and "openapi" not in a]
    assert lacking == []


# --- every status -----------------------------------------------------------------------------------------------------

# The addresses, after the language, with the label of every status; and those with the code of every status.
LABELLED = [
    "", "missions/", "instruments/", "instruments/FP/", "owners/", "owners/O1/", "themes/", "themes/T1/", "areas/",
    "areas/A1/", "changes/", "changes.atom", "about/", "data/",
    *(f"report/completion.{ending}" for ending in ("html", "pdf", "docx", "xlsx")),
]  # fmt: skip
CODED = [
    "/en/changes.csv", "/en/report/completion.csv", "/en/report/completion.json", "/api/v1/missions", "/api/v1/summary",
    "/api/v1/changes", "/data/ledger.jsonl", "/data/hubtracker.zip", "/data/completion-report.schema.json",
    "/api/v1/openapi.json",
]  # fmt: skip


def compact(text):
    """Without white space: a PDF may break a label anywhere."""
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_and_format_that_shows_statuses_shows_every_label(answers, language):
    with override(language):
        labels = [compact(str(status.label)) for status in Status]
    pages = {path: compact(answers[f"/{language}/{path}"].text) for path in LABELLED}

    assert [(path, label) for path, text in pages.items() for label in labels if label not in text] == []


def test_every_file_for_programs_has_every_code(answers):
    assert [(a, status) for a in CODED for status in Status if status not in answers[a].text] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pages_of_a_mission_show_its_status(client, site, language):
    client.force_login(factories.user("official", Role.COORDINATOR))
    User.objects.update(language=language)
    missing = []
    for status in Status:
        mission = Mission.objects.get(code=f"S-{status}")
        factories.submission(mission, status=status)
        with override(language):
            label = compact(str(status.label))
        admin = "/admin/missions/"
        pages = [f"/{language}/missions/{mission.code}/", f"{admin}mission/?q={mission.code}", f"{admin}submission/"]
        pages += [f"{admin}statuschange/", f"{admin}mission/{mission.pk}/change/"]
        # A feed has no openings.
        pages += [f"{pages[0]}changes.atom"] if status != Status.UNREPORTED else []
        for page in pages:
            response = client.get(page)
            if response.status_code != 200 or label not in compact(response.text):
                missing.append((page, status.value, response.status_code))

    assert missing == []


# --- markup, programs, other hosts, languages -------------------------------------------------------------------------


def page(answer):
    return parse(HttpResponse(answer.body))


def test_a_page_loads_nothing_from_elsewhere_and_carries_no_script_or_style(answers):
    for address in filter(is_page, ADDRESSES):
        tree = page(answers[address])
        assert [source for source in loaded(tree) if not source.startswith(("/static/", "/badge/"))] == [], address
        assert (written_code(tree), tree.all("style")) == ([], []), address
        assert [each for each in tree.walk() if "style" in each.attributes] == [], address


def test_a_page_names_its_address_in_both_languages(answers):
    pages = [address for address in ADDRESSES if is_page(address) and "/embed/" not in address]
    for address in pages:
        _empty, language, path = address.split("/", 2)
        tree = page(answers[address])
        links = {link["hreflang"]: link["href"] for link in tree.all("link", rel="alternate") if link.get("hreflang")}
        in_each = {tag: f"{settings.SITE_URL}/{code}/{path}" for code, tag in LANG.items()}
        assert links == in_each | {"x-default": in_each["en"]}, address
        assert tree.one("link", rel="canonical")["href"] == f"{settings.SITE_URL}{address}"
        assert (tree.one("html")["lang"], answers[address].headers["Content-Language"]) == (LANG[language], language)
        assert tree.one("a", class_="language")["href"] == f"/{OTHER[language]}/{path}"


CHOSEN = "/en/missions/?theme=T1&area=A1&instrument=FP&owner=O1&q=hub-attack"


def test_no_text_becomes_markup_or_a_program(client, answers):
    shown = []
    for address, answer in {**answers, CHOSEN: fetch(client, CHOSEN)}.items():
        media_type = answer.headers["Content-Type"]
        if media_type.startswith("text/html"):
            tree = page(answer)
            elements = tree.all("hub-attack")
            elements += [each for each in tree.walk() if [name for name in each.attributes if name.startswith("on")]]
            elements += [script for script in tree.all("script") if "alert" in script.text and not script.get("type")]
            assert elements == [], address
            shown += [address] if ATTACK in tree.text else []
        elif "xml" in media_type and not is_document(address):
            tree = ElementTree.fromstring(answer.body)
            assert [each.tag for each in tree.iter() if "attack" in each.tag or "script" in each.tag] == [], address
            # A summary is HTML inside XML.
            assert [each for each in tree.iter() if "<hub-attack" in (each.text or "") and "ummary" in each.tag] == []
            shown += [address] if "hub-attack" in "".join(tree.itertext()) else []
    pages = {"", "missions/", "missions/FP-001/", "changes/", "owners/", "owners/O1/", "embed/FP/", "reports/"}
    pages |= {"reports/R-1/", "about/", "changes.atom", "report/completion.html"}
    assert {CHOSEN, *(f"/{code}/{path}" for code in LANG for path in pages)} - {*shown} == set()
    assert json.loads(answers["/api/v1/missions/FP-001"].body)["title"] == {"en": ATTACK, "zh": ATTACK}
