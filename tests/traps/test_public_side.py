"""Traps that comparable trackers fell into, on the side that the public sees; numbered as in their list."""

import csv
import io
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import override

from missions.filters import MissionFilter
from missions.public.urls import urlpatterns
from missions.status import Deadline, Status
from tests import build
from tests.public.dom import listed, parse, total
from tests.public.oracle import CHOICES
from tests.public.parameters import address
from tests.reports.frozen import published

pytestmark = pytest.mark.usefixtures("noon")

SECRET = "Zzyzx"
TOP = Path(__file__).parent.parent.parent


def report(client, *query, language="en"):
    body = client.get(address("report/completion.csv", *query, language=language)).getvalue()
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def hide_a_mission():
    """One that is not public, beside one that is and shares all its links."""
    titles = dict.fromkeys(("title_en", "title_zh", "description_en", "description_zh"), SECRET)
    build.mission("FP-001", areas=[build.area("A1")])
    return build.mission("FP-002", areas=[build.area("A1")], opened=False, **titles)


def test_trap_1_what_is_not_published_is_served_by_no_address_of_the_public_site(client):
    hide_a_mission()
    frozen = published()
    arguments = {
        "mission": ["FP-001"],
        "instrument": ["FP"],
        "theme": ["T1"],
        "area": ["A1"],
        "owner": ["O1"],
        "report": ["csv"],
        "embed": ["FP"],
        "frozen-report": [frozen.slug],
        "frozen-file": [frozen.slug, frozen.files.get(name__endswith=".json").name],
    }

    names = [page.name for page in urlpatterns] + ["calendar", "robots", "security-txt", "sitemap"]
    # The name of a picture or feed begins with that of the page that it belongs to.
    belongs_to = {name: name if name in arguments else name.partition("-")[0] for name in names}
    addresses = {name: reverse(name, args=arguments.get(belongs_to[name], [])) for name in names}
    addresses["badge"] = reverse("badge", args=["FP"])
    texts = {name: client.get(address).getvalue().decode(errors="replace") for name, address in addresses.items()}

    assert [name for name, text in texts.items() if SECRET in text or "FP-002" in text] == []
    assert [
        name for name in ("missions", "theme", "area", "owner", "report", "frozen-file") if "FP-001" not in texts[name]
    ] == []


def test_trap_2_a_search_in_an_empty_set_finds_nothing_rather_than_everything(client):
    hide_a_mission()
    before = ("as_of", "2001-01-01")

    for query in [("q", ""), ("q", SECRET), ("q", "FP"), ("status", "unreported"), ("area", "A1"), ("involves", "O1")]:
        assert total(client.get(address("missions/", before, query))) == 0
        assert report(client, before, query) == []


def test_trap_7_nothing_that_can_be_computed_is_typed():
    computed = ("percent", "progress", "rate", "deadline", "overdue", "completed", "total", "count", "progress")
    fields = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config("missions").get_models()
        for field in model._meta.get_fields()
        if any(word in field.name.split("_") for word in computed)
    }

    # What an office published of itself, which is quoted and no count of ours; and what a report stated once for all.
    assert fields == {"Instrument.official_total", "HistoricalInstrument.official_total", "FrozenReport.count"}


def test_trap_8_a_record_in_several_areas_with_several_owners_counts_once(client):
    areas = [build.area(f"A{n}") for n in range(3)]
    top = build.organisation("TOP")
    below = build.organisation("LOW", parent=top)
    build.mission("M-1", areas=areas, lead_owner=below, supporting=[top, build.organisation("O2")])
    build.mission("M-2", areas=areas[:1])

    query = [("area", f"A{n}") for n in range(3)] + [("involves", code) for code in ("TOP", "LOW", "O1")]
    assert listed(client.get(address("missions/", *query))) == ["M-1", "M-2"]
    assert total(client.get(address("missions/", *query))) == 2
    assert [record["code"] for record in report(client, *query)] == ["M-1", "M-2"]
    for dimension in ("instruments/", "themes/", "owners/"):
        rows = parse(client.get(f"/en/{dimension}")).one("table", class_="dimensions").one("tbody").all("tr")
        assert sum(int(row.all("td", class_="number")[0].text) for row in rows if row.all("td")) == 2


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/Los_Angeles", "Pacific/Kiritimati"])
@pytest.mark.parametrize("hour", [0, 15, 16])
def test_trap_9_a_day_is_the_same_day_everywhere_whatever_the_hour_and_the_zone(client, settings, hour, zone):
    settings.TIME_ZONE = zone
    with time_machine.travel(datetime(2024, 7, 10, hour, 30, tzinfo=UTC), tick=False):
        build.mission("M-1", due=date(2024, 12, 31), status=Status.PAUSED, on=date(2024, 3, 2))

        (record,) = report(client)
        assert (record["status_since"], record["due"]) == ("2024-03-02", "2024-12-31")
        page = parse(client.get("/en/missions/"))
        assert (page.one("td", class_="status_since").text, page.one("td", class_="due").text[:11]) == (
            "2 Mar 2024",
            "31 Dec 2024",
        )
        page = parse(client.get("/zh-hans/missions/M-1/"))
        assert page.one("ol", class_="timeline").all("time")[0]["datetime"] == "2024-03-02"
        assert page.one("ol", class_="timeline").all("time")[0].text == "2024年3月2日"
        assert [record["status"] for record in report(client, ("as_of", "2024-03-02"))] == ["paused"]
        assert [record["status"] for record in report(client, ("as_of", "2024-03-01"))] == ["unreported"]
        assert listed(client.get("/en/missions/?changed_after=2024-03-02&changed_before=2024-03-02")) == ["M-1"]
        assert listed(client.get("/en/missions/?due_before=2024-12-30")) == []


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_trap_10_a_status_has_one_word_everywhere(client, language):
    with override(language):
        words = {status.value: str(status.label) for status in Status}
    for status in Status:
        build.mission(f"M-{status}", status=None if status == Status.UNREPORTED else status)

    overview, page = (parse(client.get(f"/{language}/{path}")) for path in ("", "missions/"))
    legend = [tile.one(class_="status").text for tile in overview.one(class_="tiles").all("li")]
    head = parse(client.get(f"/{language}/themes/")).one("table", class_="dimensions").all("th", scope="col")
    rows = [row for row in page.one(id="results").all("tr") if row.get("data-code")]
    suffix = {"en": "en", "zh-hans": "zh"}[language]
    chips = [parse(client.get(f"/{language}/missions/?status={status}")).one(class_="chips") for status in words]
    singles = [parse(client.get(f"/{language}/missions/M-{status}/")).one(class_="standing") for status in words]
    labels = [label for label in page.all("label") if label.all("input", name="status")]

    assert legend == list(words.values())
    assert [cell.text for cell in head][-6:] == list(words.values())
    assert {row["data-status"]: row.one("span", class_="status").text for row in rows} == words
    assert {label.one("input")["value"]: label.all("span")[0].text for label in labels} == words
    assert {record["status"]: record[f"status_{suffix}"] for record in report(client, language=language)} == words
    assert [chip.one("strong").text for chip in chips] == list(words.values())
    assert [single.one(class_="status").text for single in singles] == list(words.values())


def test_trap_10_a_deadline_state_has_one_word_everywhere(client):
    build.mission("M-1", due=date(2024, 7, 1))

    for language, suffix in (("en", "en"), ("zh-hans", "zh")):
        with override(language):
            word = str(Deadline.DUE_SOON.label)
        page = parse(client.get(f"/{language}/missions/?deadline=due_soon"))
        assert page.one(id="results").one(class_="deadline").text == word
        assert page.one(class_="chips").one("strong").text == word
        assert report(client, language=language)[0][f"deadline_{suffix}"] == word


def test_trap_11_excel_reads_the_chinese_and_the_first_header(client):
    build.mission("M-1", title_zh="建设国际枢纽")

    body = client.get("/zh-hans/report/completion.csv").getvalue()

    assert body[:8] == b"\xef\xbb\xbfcode,"
    assert body[3:].decode().count("\ufeff") == 0
    assert "建设国际枢纽" in body.decode("utf-8-sig")


def test_trap_12_no_cell_of_a_file_runs_as_a_formula(client):
    for number, lead in enumerate("=+-@\t\r"):
        build.mission(f"M-{number}", title_en=f"{lead}1+1", title_zh=f"{lead}1+1")

    cells = {record["title_en"] for record in report(client)} | {record["title_zh"] for record in report(client)}

    assert cells == {f"'{lead}1+1" for lead in "=+-@\t\r"}


def test_trap_17_a_rate_states_its_denominator_which_leaves_the_withdrawn_out(client):
    build.mission("M-1", status=Status.COMPLETED)
    build.mission("M-2")
    build.mission("M-3", status=Status.WITHDRAWN)
    build.mission("EX-1", instrument=build.instrument("EX"), status=Status.WITHDRAWN)

    page = parse(client.get("/en/"))

    rows = page.one("table", class_="reconciliation").one("tbody").all("tr")
    assert [row.all("td")[-1].one(class_="figure").text for row in rows] == ["0 of 0", "1 of 2"]
    assert page.one(class_="rule").text == "Completion rate = completed ÷ (all − withdrawn)."


def test_trap_18_the_export_is_what_stands_on_the_screen(client):
    for number, status in enumerate([Status.PAUSED, Status.COMPLETED, Status.PAUSED, None]):
        build.mission(f"M-{number}", status=status, theme=build.theme(f"T{number % 2}"), due=date(2025, 1, 10 - number))
    query = [("status", "paused"), ("status", "completed"), ("theme", "T0"), ("sort", "due"), ("as_of", "2024-06-01")]

    page = client.get(address("missions/", *query, ("per_page", "1"), ("page", "2"), ("nonsense", "x")))

    link = parse(page).one(class_="downloads").one("a", type="text/csv")["href"]
    exported = client.get(link)
    records = list(csv.DictReader(io.StringIO(exported.getvalue().decode("utf-8-sig"), newline="")))
    assert [record["code"] for record in records] == ["M-2", "M-0"]
    assert exported["X-Hub-Count"] == str(total(page)) == "2"
    assert "nonsense" not in link


def test_trap_18_no_query_grows_into_an_address_that_a_server_refuses():
    """gunicorn reads a request line of 4,094 bytes, nginx one of 8 KB: everything chosen and the longest words fit."""
    data = TOP / "missions" / "data" / "hongqiao"
    files = {"instrument": "instruments", "theme": "themes", "area": "areas", "owner": "owners", "involves": "owners"}
    codes = dict(CHOICES)
    for name, file in files.items():
        with (data / f"{file}.csv").open(encoding="utf-8-sig") as lines:
            codes[name] = [row["code"] for row in csv.DictReader(lines)]
    assert set(codes) == set(MissionFilter.FACETS)

    query = [(name, code) for name, values in codes.items() for code in values]
    days = ("as_of", "known_at", "due_after", "due_before", "changed_after", "changed_before", "since", "until")
    query += [(name, "2024-03-02") for name in days] + [("lang", "both"), ("sort", "-changed"), ("q", "桥" * 200)]

    line = f"GET /zh-hans/report/completion.csv?{urlencode(query)} HTTP/1.1"
    assert len(line) < 4094


def test_trap_19_every_total_leads_to_its_records(client):
    build.mission("M-1", status=Status.COMPLETED)
    build.mission("M-2", status=Status.COMPLETED)
    build.mission("M-3", status=Status.PAUSED)

    page = parse(client.get("/en/?as_of=2024-06-01"))

    row = page.one("table", class_="reconciliation").one("tbody").one("tr").all("td")[-1]
    assert row.one(class_="figure").text == "2 of 3"
    assert [listed(client.get(link["href"])) for link in row.all("a")] == [["M-1", "M-2"], ["M-3"]]
    tiles = page.one(class_="tiles").all("a")
    assert [(tile.one(class_="figure").text, total(client.get(tile["href"]))) for tile in tiles] == [("1", 1), ("2", 2)]
    answer = client.get("/en/report/completion.csv")
    assert answer["X-Hub-Count"] == str(answer.getvalue().count(b"\r\n") - 1) == "3"


def test_trap_22_a_new_due_date_leaves_who_was_overdue_before(client):
    mission = build.mission("M-1", due=date(2023, 12, 31))
    build.deadline(mission, date(2025, 12, 31), on=date(2024, 2, 1))

    assert listed(client.get("/en/missions/?deadline=overdue&as_of=2024-01-31")) == ["M-1"]
    assert listed(client.get("/en/missions/?deadline=overdue&as_of=2024-02-01")) == []
    assert [record["due"] for record in report(client, ("as_of", "2024-01-31"))] == ["2023-12-31"]
    assert [record["due"] for record in report(client, ("as_of", "2024-02-01"))] == ["2025-12-31"]


def test_trap_23_the_list_is_filtered_by_a_form_without_script_and_loads_one_page_of_records(client):
    for number in range(30):
        build.mission(f"M-{number:02}", status=Status.PAUSED if number % 2 else None)

    page = parse(client.get("/en/missions/"))

    form = page.one("form", class_="query")
    assert (form["method"], form["action"], len(form.all("button", type="submit"))) == ("get", "/en/missions/", 1)
    box = next(box for box in form.all("input", type="checkbox") if box["value"] == "paused")
    assert total(client.get(form["action"], {box["name"]: box["value"]})) == 15
    rows = [row for row in page.all("tr") if row.get("data-code")]
    assert [row["data-code"] for row in rows] == [f"M-{number:02}" for number in range(25)]
