"""Traps that comparable trackers fell into, on the public side; numbered as in their list.

Traps 1 and 2 are in tests/contract/test_contents.py.
"""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.utils.http import urlencode
from django.utils.translation import override

from missions.status import Deadline, Status
from tests import factories
from tests.public.dom import listed, parse, total
from tests.public.oracle import CHOICES
from tests.public.parameters import address

pytestmark = pytest.mark.usefixtures("noon")
TOP = Path(__file__).parent.parent.parent


def report(client, *query, language="en"):
    body = client.get(address("report/completion.csv", *query, language=language)).getvalue()
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def test_trap_7_nothing_that_can_be_computed_is_typed():
    computed = {"percent", "progress", "rate", "deadline", "overdue", "completed", "total", "count"}
    fields = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("missions").get_models()
        for field in model._meta.get_fields()
        if not computed.isdisjoint(field.name.split("_"))
    }

    # What an office published of itself, which is quoted and no count of ours; and what a report stated once for all.
    assert fields == {"Instrument.official_total", "HistoricalInstrument.official_total", "FrozenReport.count"}


def test_trap_8_a_record_in_several_areas_with_several_owners_counts_once(client):
    areas = [factories.area(f"A{n}") for n in range(3)]
    top = factories.organisation("TOP")
    below = factories.organisation("LOW", parent=top)
    factories.mission("M-1", areas=areas, lead_owner=below, supporting=[top, factories.organisation("O2")])
    factories.mission("M-2", areas=areas[:1])

    query = [("area", f"A{n}") for n in range(3)] + [("involves", code) for code in ("TOP", "LOW", "O1")]
    response = client.get(address("missions/", *query))
    assert (total(response), listed(response)) == (2, ["M-1", "M-2"])
    assert [record["code"] for record in report(client, *query)] == ["M-1", "M-2"]
    for dimension in ("instruments", "themes", "organisations"):
        items = client.get(f"/api/v1/{dimension}").json()["items"]
        assert sum(item["missions"]["records"] for item in items) == 2


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("hour", [0, 15, 16])
def test_trap_9_a_day_is_the_same_day_everywhere_whatever_the_hour_and_the_zone(client, settings, hour, zone):
    settings.TIME_ZONE = zone
    with time_machine.travel(datetime(2024, 7, 10, hour, 30, tzinfo=UTC), tick=False):
        factories.mission("M-1", due=date(2024, 12, 31), status=Status.PAUSED, on=date(2024, 3, 2))

        (record,) = report(client)
        assert (record["status_since"], record["due"]) == ("2024-03-02", "2024-12-31")
        row = next(row for row in parse(client.get("/en/missions/")).all("tr") if row.get("data-code"))
        assert ("2 Mar 2024" in row.text, "31 Dec 2024" in row.text) == (True, True)
        page = parse(client.get("/zh-hans/missions/M-1/"))
        assert ("2024-03-02", "2024年3月2日") in {(time["datetime"], time.text) for time in page.all("time")}
        days = {day: report(client, ("as_of", f"2024-03-0{day}"))[0]["status"] for day in (1, 2)}
        assert days == {1: "unreported", 2: "paused"}
        assert listed(client.get("/en/missions/?changed_after=2024-03-02&changed_before=2024-03-02")) == ["M-1"]
        assert total(client.get("/en/missions/?due_before=2024-12-30")) == 0


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_trap_10_a_status_has_one_word_everywhere(client, language):
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


def test_traps_11_and_12_excel_reads_chinese_and_the_first_header_and_runs_no_formula(client):
    leads = "=+-@\t\r"
    for number, lead in enumerate(leads):
        factories.mission(f"M-{number}", title_en=f"{lead}1+1", title_zh=f"{lead}国际枢纽")

    body = client.get("/zh-hans/report/completion.csv").getvalue()
    assert (body[:8], body[3:].decode().count("\ufeff")) == (b"\xef\xbb\xbfcode,", 0)
    assert [record["title_en"] for record in report(client)] == [f"'{lead}1+1" for lead in leads]
    assert [record["title_zh"] for record in report(client)] == [f"'{lead}国际枢纽" for lead in leads]


def test_trap_17_a_rate_states_its_denominator_which_leaves_the_withdrawn_out(client):
    factories.mission("M-1", status=Status.COMPLETED)
    factories.mission("M-2")
    factories.mission("M-3", status=Status.WITHDRAWN)
    factories.mission("EX-1", instrument=factories.instrument("EX"), status=Status.WITHDRAWN)

    page = parse(client.get("/en/"))
    rows = page.one("table", class_="reconciliation").one("tbody").all("tr")
    assert [row.all("td")[-1].one(class_="figure").text for row in rows] == ["0 of 0", "1 of 2"]
    assert "Completion rate = completed ÷ (all − withdrawn)." in page.text


def test_trap_18_the_export_is_what_is_on_the_screen(client):
    for number, status in enumerate([Status.PAUSED, Status.COMPLETED, Status.PAUSED, None]):
        factories.mission(
            f"M-{number}", status=status, theme=factories.theme(f"T{number % 2}"), due=date(2025, 1, 10 - number)
        )
    query = [("status", "paused"), ("status", "completed"), ("theme", "T0"), ("sort", "due"), ("as_of", "2024-06-01")]

    page = client.get(address("missions/", *query, ("per_page", "1"), ("page", "2"), ("nonsense", "x")))
    (link,) = [link["href"] for link in parse(page).all("a", type="text/csv") if "report/" in link["href"]]
    exported = client.get(link)
    records = csv.DictReader(io.StringIO(exported.getvalue().decode("utf-8-sig"), newline=""))

    assert [record["code"] for record in records] == ["M-2", "M-0"]
    assert (exported["X-Hub-Count"], total(page), "nonsense" in link) == ("2", 2, False)


def test_trap_18_no_query_grows_into_an_address_that_a_server_refuses():
    """gunicorn reads a request line of 4,094 bytes, nginx one of 8 KB: everything chosen and the longest words fit."""
    files = {"instrument": "instruments", "theme": "themes", "area": "areas", "owner": "owners", "involves": "owners"}
    codes = dict(CHOICES)
    for name, file in files.items():
        with (TOP / f"missions/data/hongqiao/{file}.csv").open(encoding="utf-8-sig") as lines:
            codes[name] = [row["code"] for row in csv.DictReader(lines)]
    days = ("as_of", "known_at", "due_after", "due_before", "changed_after", "changed_before", "since", "until")
    query = [(name, code) for name, values in codes.items() for code in values] + [(day, "2024-03-02") for day in days]
    query += [("lang", "both"), ("sort", "-changed"), ("q", "桥" * 200)]

    assert len(f"GET /zh-hans/report/completion.csv?{urlencode(query)} HTTP/1.1") < 4094


def test_trap_19_every_total_leads_to_its_records(client):
    for code, status in (("M-1", Status.COMPLETED), ("M-2", Status.COMPLETED), ("M-3", Status.PAUSED)):
        factories.mission(code, status=status)

    page = parse(client.get("/en/?as_of=2024-06-01"))
    row = page.one("table", class_="reconciliation").one("tbody").one("tr").all("td")[-1]
    tiles = page.one(class_="tiles").all("a")
    assert row.one(class_="figure").text == "2 of 3"
    assert [listed(client.get(link["href"])) for link in row.all("a")] == [["M-1", "M-2"], ["M-3"]]
    assert [(tile.one(class_="figure").text, total(client.get(tile["href"]))) for tile in tiles] == [("1", 1), ("2", 2)]


def test_trap_22_a_new_due_date_leaves_who_was_overdue_before(client):
    factories.deadline(factories.mission("M-1", due=date(2023, 12, 31)), date(2025, 12, 31), on=date(2024, 2, 1))

    days = {day: report(client, ("as_of", day))[0] for day in ("2024-01-31", "2024-02-01")}
    assert {day: (record["deadline"], record["due"]) for day, record in days.items()} == {
        "2024-01-31": ("overdue", "2023-12-31"),
        "2024-02-01": ("on_time", "2025-12-31"),
    }
    found = {day: total(client.get(f"/en/missions/?deadline=overdue&as_of={day}")) for day in days}
    assert found == {"2024-01-31": 1, "2024-02-01": 0}


def test_trap_23_the_list_is_filtered_by_a_form_without_script_and_loads_one_page_of_records(client):
    for number in range(30):
        factories.mission(f"M-{number:02}", status=Status.PAUSED if number % 2 else None)

    page = parse(client.get("/en/missions/"))
    (form,) = [form for form in page.all("form") if form.all("input", name="status")]
    box = next(box for box in form.all("input", type="checkbox") if box["value"] == "paused")
    assert (form["method"], form["action"], len(form.all("button", type="submit"))) == ("get", "/en/missions/", 1)
    assert total(client.get(form["action"], {box["name"]: box["value"]})) == 15
    assert [row["data-code"] for row in page.all("tr") if row.get("data-code")] == [f"M-{n:02}" for n in range(25)]
