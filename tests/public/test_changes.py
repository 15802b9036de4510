"""The page of changes: day by day, with what was true before, corrections and what they replaced."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.status import Basis, Status
from tests import build
from tests.public.crowd import crowd
from tests.public.dom import parameters, parse
from tests.public.parameters import BAD_DAYS, FUTURE, GOOD_DAYS

pytestmark = pytest.mark.usefixtures("noon")

MARCH = date(2024, 3, 2)


def page(client, query="", language="en"):
    response = client.get(f"/{language}/changes/?{query}")
    assert response.status_code == 200
    return parse(response)


def entries(tree):
    """Each entry of the page as (day, code, number), in its order."""
    days = tree.one(id="results").all("div", class_="day")
    found = [(day.one("time")["datetime"], day.all("li")) for day in days]
    return [(day, item["data-code"], int(item["data-entry"])) for day, items in found for item in items]


def numbers(client, query=""):
    return [number for _day, _code, number in entries(page(client, query))]


def entry(client, number, query=""):
    return page(client, query).one("li", data_entry=str(number))


@pytest.fixture
def mission(noon):
    return build.mission("FP-001", due=date(2024, 12, 31), title_en="A bridge", title_zh="桥")


def test_entries_stand_under_the_day_they_took_effect_the_newest_first_without_openings(client, mission):
    other = build.mission("FP-002")
    late = build.report(mission, Status.PAUSED, on=date(2024, 5, 1))
    early = build.report(mission, Status.IN_PROGRESS, on=date(2023, 5, 1))
    same_day = build.deadline(other, date(2025, 1, 1), on=date(2024, 5, 1))
    build.opening(build.mission("FP-003", opened=False))

    tree = page(client)

    assert entries(tree) == [
        ("2024-05-01", "FP-002", same_day.pk),
        ("2024-05-01", "FP-001", late.pk),
        ("2023-05-01", "FP-001", early.pk),
    ]
    assert [day.text for day in tree.one(id="results").all("h3")] == ["1 May 2024", "1 May 2023"]
    assert tree.one(id="results")["data-total"] == "3"
    chinese = page(client, language="zh-hans")
    assert entries(chinese) == entries(tree)
    assert [day.text for day in chinese.one(id="results").all("h3")] == ["2024年5月1日", "2023年5月1日"]


def test_an_entry_leads_to_itself_and_says_before_after_headline_basis_and_public_evidence(client, mission):
    words = {"headline_en": "Work began", "headline_zh": "已开工", "basis": Basis.OWNER}
    evidence = [build.evidence(title="Open"), build.evidence(title="Hidden", is_public=False)]
    report = build.report(mission, Status.IN_PROGRESS, on=MARCH, evidence=evidence, **words)
    bare = build.report(mission, Status.PAUSED, on=MARCH, evidence=[build.evidence(is_public=False)])

    shown = entry(client, report.pk)

    link = shown.one("p", class_="which").one("a")
    assert (link.text, link["href"]) == ("FP-001 A bridge", f"/en/missions/FP-001/#change-{report.pk}")
    assert shown.one(class_="what").text == "Not individually reported →became In progress"
    assert [badge["class"] for badge in shown.all(class_="status")] == [
        "status status-unreported",
        "status status-in_progress",
    ]
    assert shown.one(class_="headline").text == "Work began"
    assert shown.one(class_="recorded").text == "Owner's statement · 1 piece of public evidence"
    assert entry(client, bare.pk).one(class_="recorded").text == "Public document · no public evidence"
    chinese = page(client, language="zh-hans").one("li", data_entry=str(report.pk))
    assert chinese.one(class_="headline").text == "已开工"
    assert chinese.one("a").text == "FP-001 桥"


def test_what_was_before_is_what_all_that_is_known_says_and_not_what_the_entry_was_told(client, mission):
    report = build.report(mission, Status.COMPLETED, on=MARCH)
    assert report.previous == Status.UNREPORTED

    build.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 1))

    assert entry(client, report.pk).one(class_="what").text == "In progress →became Completed"


def test_a_report_of_the_status_in_force_is_marked_as_a_confirmation_and_is_no_change(client, mission):
    build.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 1))
    confirmation = build.report(mission, Status.IN_PROGRESS, on=MARCH)

    shown = entry(client, confirmation.pk)

    assert shown.one(class_="kind").text == "Confirmation"
    assert shown.one(class_="what").text == "In progress"


def test_a_new_due_date_stands_beside_the_old_one(client, mission):
    moved = build.deadline(mission, date(2025, 6, 30), on=MARCH)
    lifted = build.deadline(mission, None, on=date(2024, 4, 1))

    shown = entry(client, moved.pk)
    assert shown.one(class_="kind").text == "New due date"
    assert shown.one(class_="what").text == "due 31 Dec 2024 →became due 30 Jun 2025"
    assert shown.one(class_="headline").text == "New due date"
    assert entry(client, lifted.pk).one(class_="what").text == "due 30 Jun 2025 →became no due date"


@pytest.mark.both_databases
def test_a_correction_stands_under_the_day_it_was_recorded_in_the_sites_time_zone(client, mission):
    wrong = build.report(mission, Status.COMPLETED, on=MARCH)
    with time_machine.travel(datetime(2024, 6, 30, 16, 30, tzinfo=UTC), tick=False):
        right = build.correct(wrong, status=Status.PAUSED, effective_on=date(2024, 3, 5))

        assert entries(page(client)) == [("2024-07-01", "FP-001", right.pk), ("2024-03-02", "FP-001", wrong.pk)]
        assert numbers(client, "since=2024-07-01") == [right.pk]
        assert numbers(client, "until=2024-06-30") == [wrong.pk]


def test_a_correction_says_what_it_replaced_and_what_stands_now_with_a_link_to_each(client, mission):
    wrong = build.report(mission, Status.COMPLETED, on=MARCH)
    right = build.correct(wrong, status=Status.PAUSED, effective_on=date(2024, 3, 5))

    replaced, stands = entry(client, right.pk).all("dd")

    assert replaced.text == f"Completed · from 2 Mar 2024 · entry {wrong.pk}"
    assert stands.text == f"Paused · from 5 Mar 2024 · entry {right.pk}"
    assert [part.one("a")["href"] for part in (replaced, stands)] == [
        f"/en/missions/FP-001/#change-{number.pk}" for number in (wrong, right)
    ]
    assert (len(replaced.all("s")), len(stands.all("s"))) == (1, 0)


@pytest.mark.both_databases
def test_a_corrected_due_date_and_a_corrected_opening_say_so_too(client, mission):
    opening = mission.changes.get()
    moved = build.deadline(mission, date(2025, 6, 30), on=MARCH)
    lifted = build.correct(moved, due=None)
    reopened = build.correct(opening, due=date(2026, 1, 1))

    assert [part.text for part in entry(client, lifted.pk).all("dd")] == [
        f"due 30 Jun 2025 · from 2 Mar 2024 · entry {moved.pk}",
        f"no due date · from 2 Mar 2024 · entry {lifted.pk}",
    ]
    assert [part.text for part in entry(client, reopened.pk).all("dd")] == [
        f"Not individually reported · due 31 Dec 2024 · from 24 Feb 2021 · entry {opening.pk}",
        f"Not individually reported · due 1 Jan 2026 · from 24 Feb 2021 · entry {reopened.pk}",
    ]
    assert sorted(numbers(client)) == [moved.pk, lifted.pk, reopened.pk]


def test_a_corrected_entry_stays_under_its_own_day_struck_through_with_a_link_to_the_correction(client, mission):
    wrong = build.report(mission, Status.COMPLETED, on=MARCH)
    with time_machine.travel(datetime(2024, 7, 2, 4, tzinfo=UTC), tick=False):
        right = build.correct(wrong, status=Status.PAUSED)

        shown = entry(client, wrong.pk)
        assert shown.one(class_="correction").text == f"Corrected by entry {right.pk}; no longer holds:"
        assert shown.one(class_="correction").one("a")["href"] == f"/en/missions/FP-001/#change-{right.pk}"
        assert [struck.text for struck in shown.all("s")] == [shown.one(class_="what").text, "Now completed"]

        before = entry(client, wrong.pk, "known_at=2024-07-01")
        assert (before.all("s"), before.all(class_="correction")) == ([], [])
        assert numbers(client, "known_at=2024-07-01") == [wrong.pk]


def test_a_correction_that_was_itself_corrected_is_struck_through(client, mission):
    wrong = build.report(mission, Status.COMPLETED, on=MARCH)
    middle = build.correct(wrong, status=Status.PAUSED)
    last = build.correct(middle, status=Status.IN_PROGRESS)

    assert [len(part.all("s")) for part in entry(client, middle.pk).all("dd")] == [1, 1]
    assert [len(part.all("s")) for part in entry(client, last.pk).all("dd")] == [1, 0]


def test_an_entry_that_its_missions_page_does_not_show_on_that_day_is_named_without_a_link(client, mission):
    wrong = build.report(mission, Status.COMPLETED, on=MARCH)
    right = build.correct(wrong, effective_on=date(2024, 5, 1))

    shown = entry(client, wrong.pk, "as_of=2024-04-01").one(class_="correction")

    assert shown.text == f"Corrected by entry {right.pk}; no longer holds:"
    assert shown.all("a") == []


def test_the_corrections_alone_are_a_page_with_a_title_of_its_own(client, mission):
    wrong = build.report(mission, Status.COMPLETED, on=MARCH)
    right = build.correct(wrong, status=Status.PAUSED)
    link = next(link for link in page(client).all("a") if link.text == "All corrections")

    register = parse(client.get(link["href"]))

    assert register.one("h1").text == "Corrections"
    assert [number for _day, _code, number in entries(register)] == [right.pk]


@pytest.mark.both_databases
def test_both_days_of_the_period_count_and_the_last_is_the_day_asked_about_unless_named(client, mission):
    days = [date(2024, 3, 1), MARCH, date(2024, 3, 3), date(2024, 6, 30)]
    one, two, three, four = [build.report(mission, Status.PAUSED, on=day).pk for day in days]

    assert numbers(client) == [four, three, two, one]
    assert numbers(client, "since=2024-03-02&until=2024-03-03") == [three, two]
    assert numbers(client, "since=2024-03-02&until=2024-03-02") == [two]
    assert numbers(client, "until=2024-03-01") == [one]
    assert numbers(client, "as_of=2024-03-02") == [two, one]
    assert numbers(client, "as_of=2024-03-02&until=2024-06-30") == [two, one]
    assert numbers(client, "until=2100-12-31") == [four, three, two, one]
    assert "up to 2 Mar 2024" in page(client, "as_of=2024-03-02").one("h2").text
    assert "2 Mar 2024 to 3 Mar 2024" in page(client, "since=2024-03-02&until=2024-03-03").one("h2").text


@pytest.mark.parametrize("query", ["since=2024-03-03&until=2024-03-02", "since=2024-03-03&as_of=2024-03-02"])
def test_a_period_that_ends_before_it_begins_is_refused_where_it_begins(client, query):
    response = client.get(f"/en/changes/?{query}&instrument=none")
    assert response.status_code == 400
    build.mission(instrument=build.instrument("FP"))

    response = client.get(f"/en/changes/?{query}&instrument=FP")

    assert response.status_code == 400
    (field,) = parse(response).all(class_="field")
    assert field.one("code").text == "since"
    assert "2024-03-02" in field.one(class_="error-list").text
    kept = {given["name"]: given["value"] for given in parse(response).all("input", type="hidden")}
    assert kept == {**{n: v[0] for n, v in parameters(f"?{query}").items() if n != "since"}, "instrument": "FP"}


@pytest.mark.both_databases
def test_every_value_of_the_own_parameters_is_read_or_refused(client, mission):
    good = [("until", day) for day in GOOD_DAYS + FUTURE] + [("since", day) for day in GOOD_DAYS]
    good += [("entry", kind) for kind in ("report", "deadline", "correction", "", " ")] + [("per_page", "100")]
    bad = [(name, day) for name in ("since", "until") for day in BAD_DAYS if "\udcff" not in day]
    bad += [("since", day) for day in FUTURE]
    bad += [("entry", kind) for kind in ("opening", "Report", "report,deadline", "\0", "x" * 5000)]
    bad += [("per_page", "101"), ("page", "0")]

    answers = {pair: client.get("/en/changes/", {pair[0]: pair[1]}).status_code for pair in good + bad}

    assert answers == dict.fromkeys(good, 200) | dict.fromkeys(bad, 400)
    assert client.get("/en/changes/?since=2024-01-01&since=2024-01-02").status_code == 400
    assert client.get("/en/changes/?sort=nonsense&nonsense=1").status_code == 200


def test_the_filters_of_the_list_narrow_the_missions_as_they_stand_on_the_day_asked_about(client, mission):
    begun = build.report(mission, Status.IN_PROGRESS, on=date(2024, 1, 1))
    done = build.report(mission, Status.COMPLETED, on=MARCH)
    other = build.report(build.mission("EX-001", instrument=build.instrument("EX")), Status.PAUSED)

    assert numbers(client, "instrument=EX") == [other.pk]
    assert numbers(client, "status=completed") == [done.pk, begun.pk]
    assert numbers(client, "status=completed&as_of=2024-03-01") == []
    assert numbers(client, "status=in_progress&as_of=2024-03-01") == [begun.pk]
    assert numbers(client, "q=bridge&entry=report&entry=deadline") == [done.pk, begun.pk]


def test_what_is_chosen_shows_as_chips_each_of_which_takes_itself_away(client, mission):
    build.report(mission, Status.PAUSED)
    query = "instrument=FP&since=2024-01-01&entry=report&as_of=2024-06-01"

    chips = page(client, query).one("ul", class_="chips").all("a")

    assert [chip.text for chip in chips] == [
        "Instrument: Instrument FP ×remove",
        "Since: 1 Jan 2024 ×remove",
        "Entries: Report ×remove",
    ]
    kept = {"instrument": ["FP"], "since": ["2024-01-01"], "entry": ["report"], "as_of": ["2024-06-01"]}
    removed = ["instrument", "since", "entry"]
    assert [parameters(chip["href"]) for chip in chips] == [
        {name: value for name, value in kept.items() if name != gone} for gone in removed
    ]


def test_a_period_without_an_entry_says_what_to_do_and_leads_to_all(client, mission):
    build.report(mission, Status.PAUSED, on=MARCH)

    empty = page(client, "since=2024-04-01&as_of=2024-06-01").one(id="results").one(class_="empty")

    assert "choose another period" in empty.text
    assert empty.one("a")["href"] == "/en/changes/?as_of=2024-06-01"


def test_fifty_entries_make_a_page_and_one_past_the_last_is_not_found(client, mission):
    for number in range(51):
        build.report(mission, Status.PAUSED, on=MARCH - timedelta(days=number))

    first, second = page(client, "entry=report"), page(client, "entry=report&page=2")
    assert (len(entries(first)), len(entries(second))) == (50, 1)
    assert parameters(first.one("a", rel="next")["href"]) == {"entry": ["report"], "page": ["2"]}
    assert len(entries(page(client, "per_page=100"))) == 51
    assert client.get("/en/changes/?page=3").status_code == 404


def test_the_page_leads_to_its_file_and_its_feed_of_the_same_query(client, mission):
    build.report(mission, Status.PAUSED, on=MARCH)

    tree = page(client, "instrument=FP&as_of=2024-06-01&page=1&nonsense=1")

    links = {link.text: link["href"] for link in tree.one(class_="downloads").all("a")}
    assert links == {
        "CSV": "/en/changes.csv?as_of=2024-06-01&instrument=FP",
        "feed": "/en/changes.atom?instrument=FP",
    }
    (announced,) = [link for link in tree.all("link") if link.get("type") == "application/atom+xml"]
    assert announced["href"] == links["feed"]


@pytest.mark.parametrize("size", [1, 3, 100])
def test_the_number_of_queries_does_not_grow_with_the_entries(client, size):
    first = crowd(size)[0]
    for number in range(min(size, 20)):
        build.correct(build.report(first, Status.IN_PROGRESS, on=MARCH - timedelta(days=number)))
        build.deadline(first, date(2025, 1, 1 + number), on=MARCH)

    with CaptureQueriesContext(connection) as queries:
        page(client, "per_page=100&q=mission&area=A1&involves=O2")
    assert len(queries) == 16
