"""The pages about method and open data say what the code and the files do."""

import csv
import hashlib
import io
import json
import zipfile
from datetime import date

import pytest
from django.conf import settings

from missions.models import Head
from missions.status import Status
from tests import factories
from tests.public.dom import LINKED_DATA
from tests.public.parameters import GOOD
from tests.public.reading import page_of, section

pytestmark = pytest.mark.usefixtures("noon")
LANGUAGES = pytest.mark.parametrize("language", ["en", "zh-hans"])


def terms(element):
    """Term → the element that explains it."""
    return {row.one("dt").text: row.one("dd") for row in element.all("div") if row.parent.tag == "dl"}


@LANGUAGES
def test_the_head_can_be_computed_from_the_line_on_the_page(client, language):
    mission = factories.mission(title_en="“Quoted” <b>", title_zh="“引”")
    secret = factories.evidence(title="Zzyzx", is_public=False)
    factories.report(mission, Status.COMPLETED, evidence=[factories.evidence(title="A & B <c>"), secret])
    page = page_of(client, "about/", language=language)
    line = page.one("pre").children[0]
    assert hashlib.sha256(line.encode()).hexdigest() == page.one("footer").one("code").text == Head.objects.get().hash
    assert "Zzyzx" not in page.text


def header_of(content):
    return next(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


@LANGUAGES
def test_the_dictionary_has_the_columns_of_all_files_in_their_order(client, language):
    factories.report(factories.mission(), Status.PAUSED)
    files = [client.get(f"/{language}/{path}") for path in ("report/completion.csv", "changes.csv")]
    headers = [header_of(file.getvalue()) for file in files]
    headers.append([*client.get(f"/{language}/report/completion.json").json()["evidence"][0]])
    with zipfile.ZipFile(io.BytesIO(client.get("/data/hubtracker.zip").getvalue())) as archive:
        tables = {name: header_of(archive.read(name)) for name in archive.namelist() if name.endswith(".csv")}
    entry = json.loads(client.get("/data/ledger.jsonl").getvalue().splitlines()[-1])

    part = section(page_of(client, "data/", language=language), "columns")
    columns = [[*terms(each)] for each in part.all("details")]
    assert columns[:3] == headers
    assert {*entry} <= {*columns[3]}
    assert {*entry["evidence"][0]} <= {*columns[4]}
    names = [code[0].text for each in part.all("details") if (code := each.one("summary").all("code"))]
    assert dict(zip(names, columns[5:], strict=True)) == tables
    assert [dd for each in part.all("details") for dd in terms(each).values() if not dd.text] == []


def test_every_parameter_is_explained_with_its_codes(client):
    factories.mission(areas=[factories.area("A1")])
    part = section(page_of(client, "data/"), "query")
    lists = [terms(each) for each in part.all("dl")]
    assert [sorted(each) for each in lists] == [sorted(GOOD), ["entry", "since", "until"], ["lang", "since", "until"]]
    codes = {name: [item.one("code").text for item in dd.all("li")] for each in lists for name, dd in each.items()}
    coded = ("instrument", "status", "deadline", "theme", "area", "owner", "involves", "kind", "provenance")
    assert {name: codes[name] for name in coded} == {name: GOOD[name] for name in coded}
    assert sorted(codes["sort"]) == sorted(GOOD["sort"])
    assert (codes["entry"], codes["lang"]) == (["report", "deadline", "correction"], ["en", "zh", "both"])


def test_the_data_set_is_described_for_search_engines_and_cited(client):
    factories.mission(instrument=factories.instrument("FP", date(2021, 2, 24)))
    factories.mission(instrument=factories.instrument("HID", date(1999, 1, 1)), opened=False)
    head, page = Head.objects.get(), page_of(client, "data/", ("as_of", "2024-06-01"))
    data = json.loads("".join(page.one("script", type=LINKED_DATA).children))
    facts = {"@type": "Dataset", "url": f"{settings.SITE_URL}/en/data/", "version": str(head.revision)}
    facts |= {"dateModified": head.advanced_at.isoformat(), "temporalCoverage": "2021-02-24/.."}
    assert facts.items() <= data.items()
    for file in data["distribution"]:
        assert client.get(file["contentUrl"].removeprefix(settings.SITE_URL)).status_code == 200
    cited = page.one(id="citation").text
    address = f"{settings.SITE_URL}/en/data/?as_of=2024-06-01&known_at=2024-06-30"
    assert (str(head.revision) in cited, address in cited) == (True, True)
