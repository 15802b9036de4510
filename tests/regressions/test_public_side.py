"""Faults of comparable trackers that no other test covers."""

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.utils.http import urlencode
from django.utils.translation import override

from missions.status import Deadline, Status
from tests import factories
from tests.public.dom import parse
from tests.public.oracle import CHOICES
from tests.public.parameters import address

pytestmark = pytest.mark.usefixtures("noon")
TOP = Path(__file__).parent.parent.parent


def report(client, *query, language="en"):
    body = client.get(address("report/completion.csv", *query, language=language)).getvalue()
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_no_field_stores_a_computed_value():
    computed = {"percent", "progress", "rate", "deadline", "overdue", "completed", "total", "count"}
    fields = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("missions").get_models()
        for field in model._meta.get_fields()
        if not computed.isdisjoint(field.name.split("_"))
    }

    # A quoted total of an office, and the count of a report that never changes.
    assert fields == {"Instrument.official_total", "HistoricalInstrument.official_total", "FrozenReport.count"}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_a_status_has_one_label_everywhere(client, language):
    with override(language):
        words = {status.value: str(status.label) for status in Status}
        due_soon = str(Deadline.DUE_SOON.label)
    for status in Status:
        factories.mission(f"M-{status}", status=None if status == Status.UNREPORTED else status, due=date(2024, 7, 1))
    suffix = {"en": "en", "zh-hans": "zh"}[language]

    def status_of(element):
        return element.all(class_="status")[-1].text

    overview, page = (parse(client.get(f"/{language}/{path}")) for path in ("", "missions/"))
    head = parse(client.get(f"/{language}/themes/")).one("table", class_="dimensions").all("th", scope="col")
    rows = [row for row in page.one(id="results").all("tr") if row.get("data-code")]
    labels = [label for label in page.all("label") if label.all("input", name="status")]
    found = {
        "legend": [status_of(tile) for tile in overview.one(class_="tiles").all("li")],
        "table": [cell.text for cell in head][-6:],
        "list": [{row["data-status"]: status_of(row) for row in rows}[status] for status in words],
        "filter": [label.all("span")[0].text for label in labels],
        "file": [{r["status"]: r[f"status_{suffix}"] for r in report(client, language=language)}[s] for s in words],
    }
    for status, word in words.items():
        chips = parse(client.get(f"/{language}/missions/?status={status}&deadline=due_soon")).one(class_="chips")
        assert {word, due_soon} <= {chip.text for chip in chips.all("strong")}
        assert word in parse(client.get(f"/{language}/missions/M-{status}/")).one("main").text
    assert found == {key: [*words.values()] for key in found}
    assert report(client, language=language)[0][f"deadline_{suffix}"] == due_soon


def test_withdrawn_missions_are_not_in_the_denominator_of_a_rate(client):
    factories.mission("M-1", status=Status.COMPLETED)
    factories.mission("M-2")
    factories.mission("M-3", status=Status.WITHDRAWN)
    factories.mission("EX-1", instrument=factories.instrument("EX"), status=Status.WITHDRAWN)

    page = parse(client.get("/en/"))
    rows = page.one("table", class_="reconciliation").one("tbody").all("tr")
    assert [row.all("td")[-1].one(class_="figure").text for row in rows] == ["0 of 0", "1 of 2"]


def test_the_longest_query_fits_into_a_request_line():
    # gunicorn's default is 4,094 bytes, nginx reads 8 KB.
    files = {"instrument": "instruments", "theme": "themes", "area": "areas", "owner": "owners", "involves": "owners"}
    codes = dict(CHOICES)
    for name, file in files.items():
        with (TOP / f"missions/data/hongqiao/{file}.csv").open(encoding="utf-8-sig") as lines:
            codes[name] = [row["code"] for row in csv.DictReader(lines)]
    days = ("as_of", "known_at", "due_after", "due_before", "changed_after", "changed_before", "since", "until")
    query = [(name, code) for name, values in codes.items() for code in values] + [(day, "2024-03-02") for day in days]
    query += [("lang", "both"), ("sort", "-changed"), ("q", "桥" * 200)]

    assert len(f"GET /zh-hans/report/completion.csv?{urlencode(query)} HTTP/1.1") < 4094
