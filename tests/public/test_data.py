"""The page of open data: its dictionary is that of the files, and what it says of them is so."""

import csv
import io
import json
from datetime import date

import pytest
from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime

from missions.change_filters import ChangeFilter
from missions.filters import MissionFilter
from missions.models import Head
from missions.public.about import linked_data
from missions.reports import FORMATS
from missions.status import Status
from tests import build
from tests.public.dom import LINKED_DATA, parse
from tests.public.parameters import GOOD

pytestmark = pytest.mark.usefixtures("noon")


def page_of(client, language="en", query=""):
    return parse(client.get(f"/{language}/data/{query}"))


def listed(page, anchor):
    """The terms of each list in a section."""
    lists = page.one("section", aria_labelledby=anchor).all("dl")
    return [[term.text for term in each.all("dt")] for each in lists]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_the_dictionary_has_the_columns_of_the_files_in_their_order(client, language):
    build.report(build.mission(), Status.PAUSED)
    files = [client.get(f"/{language}/{path}") for path in ("report/completion.csv", "changes.csv")]
    headers = [next(csv.reader(io.StringIO(file.getvalue().decode("utf-8-sig")))) for file in files]
    headers.append([*json.loads(client.get(f"/{language}/report/completion.json").getvalue())["evidence"][0]])

    page = page_of(client, language)

    assert listed(page, "columns") == headers
    assert "" not in [line.text for line in page.one("section", aria_labelledby="columns").all("dd")]


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


@pytest.mark.parametrize("path", [*(f"report/completion.{ending}" for ending in FORMATS), "changes.csv"])
def test_files_state_what_the_page_says_they_state(client, path):
    build.mission()
    file = client.get(f"/en/{path}")
    file.getvalue()

    (said,) = listed(page_of(client), "properties")

    assert [name for name in file.headers if name.startswith("X-Hub-") or name == "Repr-Digest"] == said[:-1]


def test_what_can_be_downloaded_is_there_and_keeps_the_day(client):
    build.mission("FP-1")

    page = page_of(client, query="?as_of=2024-06-01")

    for link in page.one("section", aria_labelledby="files").all("a"):
        response = client.get(link["href"])
        response.getvalue()
        is_of_a_day = not (link.matches(class_="subscription") or link["href"].endswith(".schema.json"))
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
        assert (response.status_code, media_types[0]) == (200, media_types[1])


def test_it_is_described_in_the_language_of_the_page_and_on_an_empty_site_too(client):
    data = described(page_of(client, "zh-hans"))

    assert (data["name"], data["url"]) == ("枢纽任务跟踪 · 任务及其状态", f"{settings.SITE_URL}/zh-hans/data/")
    assert "temporalCoverage" not in data


def test_no_text_ends_the_block_that_describes_the_data():
    text = "</script><script>alert(1)</script> & “”"

    assert "<" not in linked_data({"name": text})
    assert json.loads(linked_data({"name": text})) == {"name": text}


def test_a_citation_names_revision_and_day(client):
    build.mission()
    head = Head.objects.get()

    cited = page_of(client, query="?as_of=2024-06-01").one(id="citation").text

    assert cited == (
        f"Hub Tracker, revision {head.revision} of {date_format(localtime(head.advanced_at))}, as of 1 Jun 2024. "
        f"{settings.SITE_URL}/en/data/?as_of=2024-06-01&known_at=2024-06-30. CC BY 4.0."
    )
