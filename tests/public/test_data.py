"""The page of open data: its dictionary is that of the files, and what it says of them is so."""

import csv
import io
import json
import zipfile
from datetime import date

import pytest
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from missions.change_filters import ChangeFilter
from missions.filters import MissionFilter
from missions.models import Evidence, Head
from missions.public.about import linked_data
from missions.reports import FORMATS
from missions.revision import moment
from missions.status import Status
from tests import build
from tests.public.dom import LINKED_DATA, parse
from tests.public.parameters import GOOD

pytestmark = pytest.mark.usefixtures("noon")


def raw(listing):
    """The lines of a listing as they are."""
    return "".join(listing.children)


def page_of(client, language="en", query=""):
    return parse(client.get(f"/{language}/data/{query}"))


def listed(page, anchor):
    """The terms of each list in a section."""
    lists = page.one("section", aria_labelledby=anchor).all("dl")
    return [[term.text for term in each.all("dt")] for each in lists]


def header_of(content):
    return next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_dictionary_has_the_columns_of_the_files_in_their_order(client, language):
    build.report(build.mission(), Status.PAUSED)
    files = [client.get(f"/{language}/{path}") for path in ("report/completion.csv", "changes.csv")]
    headers = [header_of(file.getvalue()) for file in files]
    headers.append([*json.loads(client.get(f"/{language}/report/completion.json").getvalue())["evidence"][0]])

    page = page_of(client, language)

    assert listed(page, "columns")[:3] == headers
    assert "" not in [line.text for line in page.one("section", aria_labelledby="columns").all("dd")]


def test_the_dictionary_has_the_fields_of_the_ledger_and_of_its_evidence(client):
    mission = build.mission()
    build.report(mission, Status.IN_PROGRESS, evidence=[Evidence(title="Letter", is_public=False)])
    moved = build.deadline(mission, date(2030, 1, 1), on=date(2024, 1, 1), reported_by=mission.lead_owner)
    build.report(mission, Status.COMPLETED)
    entries = [json.loads(line) for line in client.get("/data/ledger.jsonl").getvalue().splitlines()]

    line, evidence = listed(page_of(client), "columns")[3:5]

    if_given = {"decided_by", "reported_by"}
    assert {*entries[moved.pk - 1]} == {*line}
    assert {frozenset(each) for each in entries if each["id"] != moved.pk} == {frozenset(line) - if_given}
    (hidden,), (shown,) = entries[-3]["evidence"], entries[-1]["evidence"]
    assert {*hidden} == {"sha256"}
    assert {*evidence} == {*shown, *hidden, "file"}  # an attached file is named where there is one


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_dictionary_has_the_tables_of_the_data_set_with_all_their_columns(client, language):
    build.mission()
    with zipfile.ZipFile(io.BytesIO(client.get("/data/hubtracker.zip").getvalue())) as archive:
        headers = {name: header_of(archive.read(name)) for name in archive.namelist() if name.endswith(".csv")}

    parts = page_of(client, language).one("section", aria_labelledby="columns").all("details")
    tables = {part.one("summary").all("code")[0].text: part for part in parts if part.one("summary").all("code")}

    assert {name: [term.text for term in table.all("dt")] for name, table in tables.items()} == headers


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_two_lines_of_shell_keep_a_copy_and_one_compares_it(client, language):
    keep, compare = page_of(client, language).one("section", aria_labelledby="copy").all("pre")

    assert raw(compare) == "head -c $(($(wc -c < ledger.jsonl))) hubtracker/ledger.jsonl | cmp - ledger.jsonl"
    lines = raw(keep).split("\n")

    assert lines == [
        "touch ledger.jsonl",
        f'curl -fsS "{settings.SITE_URL}/data/ledger.jsonl?since_id=$(($(wc -l < ledger.jsonl)))" -o new.jsonl '
        "&& cat new.jsonl >> ledger.jsonl",
    ]


def test_what_the_two_lines_ask_for_is_what_a_copy_lacks(client):
    mission = build.mission()
    build.report(mission, Status.PAUSED)
    copy = client.get("/data/ledger.jsonl?since_id=0").getvalue()
    build.report(mission, Status.COMPLETED)

    new = client.get(f"/data/ledger.jsonl?since_id={copy.count(b'\n')}").getvalue()

    assert new.count(b"\n") == 1
    assert copy + new == client.get("/data/ledger.jsonl").getvalue()


def test_the_commands_that_verify_name_the_archive_and_a_file_in_it(client):
    build.mission()

    commands = raw(page_of(client).one("section", aria_labelledby="verify").one("pre")).split("\n")

    assert commands[0] == f'curl -fsSO "{settings.SITE_URL}/data/hubtracker.zip"'
    with zipfile.ZipFile(io.BytesIO(client.get("/data/hubtracker.zip").getvalue())) as archive:
        assert commands[-1].removeprefix("python3 ") in archive.namelist()
        assert len(archive.read("verify.py").splitlines()) <= 120  # as the page says


def test_what_a_section_links_to_is_there(client):
    build.mission()

    for link in page_of(client).one("main").all("a"):
        address, _hash, anchor = link["href"].partition("#")
        if anchor:
            assert parse(client.get(address or "/en/data/")).one(id=anchor)


def test_every_parameter_is_explained_with_its_codes(client):
    build.mission(areas=[build.area("A1")])

    page = page_of(client)

    missions, changes, reports = listed(page, "query")
    assert sorted(missions) == sorted(GOOD)
    assert changes == [name for name in ChangeFilter.base_filters if name not in MissionFilter.base_filters]
    assert reports == ["lang", "since", "until"]
    values = {line.one("dt").text: [item.one("code").text for item in line.all("li")] for line in page.all("div")
              if line.inside(class_="terms") and line.all("details")}  # fmt: skip
    coded = ("instrument", "status", "deadline", "theme", "area", "owner", "involves", "kind", "provenance")
    assert {name: values[name] for name in coded} == {name: GOOD[name] for name in coded}
    assert sorted(values["sort"]) == sorted(GOOD["sort"])
    assert values["entry"] == ["report", "deadline", "correction"]


@pytest.mark.parametrize(
    "address",
    [
        *(f"/en/report/completion.{ending}" for ending in FORMATS),
        *("/en/changes.csv", "/data/hubtracker.zip", "/data/ledger.jsonl"),
    ],
)
def test_files_state_what_the_page_says_they_state(client, address):
    build.mission()
    file = client.get(address)
    file.getvalue()

    (said,) = listed(page_of(client), "properties")

    always = [name for name in said[:-1] if name != "X-Hub-Note"]
    assert [name for name in file.headers if name.startswith("X-Hub-") or name == "Repr-Digest"] == always


def test_what_can_be_downloaded_is_there_and_keeps_the_day(client):
    build.mission("FP-1")

    page = page_of(client, query="?as_of=2024-06-01")

    for link in page.one("section", aria_labelledby="files").all("a"):
        if link["href"].startswith("#"):
            continue
        response = client.get(link["href"])
        response.getvalue()
        names_no_day = link.matches(class_="subscription") or link.matches(class_="other-day")
        is_of_a_day = not (names_no_day or link["href"].endswith(".schema.json"))
        assert (response.status_code, "as_of=2024-06-01" in link["href"]) == (200, is_of_a_day)
        assert response["Content-Type"].startswith(link.get("type") or ("image/svg+xml", "text/html"))


def test_only_public_instruments_have_a_badge(client):
    build.mission("FP-1")
    build.mission("HID-1", instrument=build.instrument("HID", issued_on=None), opened=False)

    files = page_of(client).one("section", aria_labelledby="files")

    assert [link["href"] for link in files.all("a") if "/badge/" in link["href"]] == ["/badge/FP.svg?lang=en"]


def described(page):
    return json.loads("".join(page.one("script", type=LINKED_DATA).children))


def test_the_data_set_is_described_for_search_engines(client):
    build.mission(instrument=build.instrument("FP", date(2021, 2, 24)))
    build.mission(instrument=build.instrument("EX", date(2024, 3, 1)))
    build.mission(instrument=build.instrument("HID", date(1999, 1, 1)), opened=False)
    head = Head.objects.get()

    data = described(page_of(client))

    files = data.pop("distribution")
    assert data == {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": "Hub Tracker · Missions and their status",
        "description": page_of(client).one("meta", name="description")["content"],
        "url": f"{settings.SITE_URL}/en/data/",
        "inLanguage": ["en", "zh-Hans"],
        "license": page_of(client).one("a", rel="license")["href"],
        "isAccessibleForFree": True,
        "version": str(head.revision),
        "dateModified": head.advanced_at.isoformat(),
        "temporalCoverage": "2021-02-24/..",
    }
    assert len(data["description"]) >= 50  # the least that search engines take
    for file in files:
        response = client.get(file["contentUrl"].removeprefix(settings.SITE_URL))
        response.getvalue()
        media_types = [each.split(";")[0] for each in (response["Content-Type"], file["encodingFormat"])]
        # Browsers show JSON, and would keep what has a type of its own.
        served = {"application/vnd.oai.openapi+json": "application/json"}.get(media_types[1], media_types[1])
        assert (response.status_code, media_types[0]) == (200, served)
    formats = {file["contentUrl"].removeprefix(settings.SITE_URL): file["encodingFormat"] for file in files}
    assert {address: formats[address] for address in ("/data/hubtracker.zip", "/data/ledger.jsonl")} == {
        "/data/hubtracker.zip": "application/zip",
        "/data/ledger.jsonl": "application/x-ndjson",
    }


def test_it_is_described_in_the_language_of_the_page_and_on_an_empty_site_too(client):
    data = described(page_of(client, "zh-hans"))

    assert (data["name"], data["url"]) == ("枢纽任务跟踪 · 任务及其状态", f"{settings.SITE_URL}/zh-hans/data/")
    assert "temporalCoverage" not in data


def test_no_text_ends_the_block_that_describes_the_data():
    text = "</script><script>alert(1)</script> & “”"

    assert "<" not in linked_data({"name": text})
    assert json.loads(linked_data({"name": text})) == {"name": text}


@pytest.mark.both_databases
def test_the_moment_of_the_revision_is_the_head_s_on_either_database(client):
    build.mission()
    head = Head.objects.get()

    assert moment() == (head.revision, head.advanced_at, head.register, head.entry, head.hash)
    assert described(page_of(client))["dateModified"] == head.advanced_at.isoformat()


def test_a_citation_names_revision_and_day(client):
    build.mission()
    head = Head.objects.get()

    cited = page_of(client, query="?as_of=2024-06-01").one(id="citation").text

    assert cited == (
        f"Hub Tracker, revision {head.revision} of {date_format(localtime(head.advanced_at))}, as of 1 Jun 2024. "
        f"{settings.SITE_URL}/en/data/?as_of=2024-06-01&known_at=2024-06-30. CC BY 4.0."
    )
