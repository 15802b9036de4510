"""Frozen reports: their list, their pages, and their files with the bytes and headers of the day of publication."""

from datetime import UTC, date, datetime

import pytest

from missions.status import Status
from tests import factories
from tests.public.dom import parameters, parse

pytestmark = pytest.mark.usefixtures("noon")
LIST = "/en/reports/"


def shown(client, address=LIST):
    return parse(client.get(address)).one("main")


def listed(client, query="", language="en"):
    return [title.text for title in shown(client, f"/{language}/reports/{query}").all("h2")]


def test_the_newest_is_first_and_editions_lead_to_each_other_with_the_reason(client):
    first = factories.frozen_report("first", as_of=date(2024, 3, 2), count=1)
    factories.frozen_report("second")
    factories.frozen_report("third", supersedes=first)

    assert listed(client) == ["Report third", "Report second", "Report first"]
    assert listed(client, language="zh-hans") == ["报告third", "报告second", "报告first"]
    for slug, other in (("first", "third"), ("third", "first")):
        page = shown(client, f"{LIST}{slug}/")
        (link,) = page.all("a", href=f"{LIST}{other}/")
        assert ("A sum was wrong" in page.text, link.text) == (True, f"Report {other}")
    assert "A sum was wrong" not in shown(client, f"{LIST}second/").text


@pytest.mark.both_databases
def test_a_report_is_known_from_the_day_of_its_publication_in_shanghai(client):
    # Midnight in Shanghai, where 16:00 UTC begins the next day.
    early = factories.frozen_report("early", published_at=datetime(2024, 6, 1, 15, 59, 59, tzinfo=UTC))
    factories.frozen_report("late", published_at=datetime(2024, 6, 1, 16, tzinfo=UTC), supersedes=early)

    lists = {day: listed(client, f"?known_at=2024-{day}") for day in ("06-02", "06-01", "05-31")}
    assert lists == {"06-02": ["Report late", "Report early"], "06-01": ["Report early"], "05-31": []}
    texts = [shown(client, f"{LIST}early/?known_at=2024-06-0{day}").text for day in (1, 2)]
    assert ["Report late" in text for text in texts] == [False, True]


def test_the_page_of_a_report_states_what_was_published(client):
    query = "as_of=2024-06-30&known_at=2024-06-29&lang=both&status=paused"
    moment = datetime(2024, 6, 29, 16, 30, tzinfo=UTC)
    report = factories.frozen_report("R-1", query=query, known_at=date(2024, 6, 29), published_at=moment)
    page = shown(client, f"{LIST}R-1/")

    facts = [row.one("dd").text for row in page.one("dl").all("div")]
    assert facts[:4] == ["30 Jun 2024", "29 Jun 2024", "30 Jun 2024", "3"]
    assert (facts[4].split(" ")[0], facts[6:]) == (query, ["0" * 64, report.seal])
    links = [link["href"] for link in page.all("a") if "status" in parameters(link["href"])]
    assert [client.get(link).status_code for link in links] == [200] * len(links)
    assert "1 of 3" in page.text
    files = [(row.one("a")["href"], row.one("code").text) for row in page.one("table").one("tbody").all("tr")]
    digests = dict(report.files.values_list("name", "sha256"))
    assert sorted(files) == sorted((f"{LIST}R-1/{name}", digest) for name, digest in digests.items())


def test_every_file_of_a_report_has_the_headers_of_its_publication_and_no_other_address(client):
    """Their bytes are checked by tests/reports/test_frozen.py, their digests by tests/contract/test_contract.py."""
    report = factories.frozen_report("R-1")
    factories.frozen_report("R-2", files={"other.json": factories.FILES["report.json"]})
    factories.mission("M-1", status=Status.PAUSED)  # later, and so without a part in it

    for file in report.files.all():
        place = "inline" if file.name.endswith("html") else "attachment"
        expected = {
            "Content-Length": str(file.size),
            "Content-Disposition": f'{place}; filename="{file.name}"',
            "X-Hub-Query": "as_of=2024-06-30&lang=both",
            "X-Hub-As-Of": "2024-06-30",
            "X-Hub-Count": "3",
            "X-Hub-Revision": "7",
            "X-Hub-Ledger-Head": "0" * 64,
        }
        for language in ("en", "zh-hans"):
            response = client.get(f"/{language}/reports/R-1/{file.name}", headers={"Accept-Encoding": "gzip"})
            assert (response.getvalue(), response.get("Content-Encoding")) == (bytes(file.content), None)
            assert {name: response[name] for name in expected} == expected
        assert client.get(f"{LIST}R-2/{file.name}").status_code == 404
