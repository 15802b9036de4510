"""Records that go ill with others, with what is stored, or with the ledger: every problem is told, none is written."""

from datetime import timedelta

import pytest

from missions.exchange.programme import load_programme
from missions.models import Instrument, Mission
from missions.models.days import today
from tests import build
from tests.exchange.folders import append, change, refused, written

pytestmark = pytest.mark.django_db

IN_PREPARATION = "The instrument of NEXT-1 is in preparation: give it a day of issue, or leave the event out."


@pytest.mark.both_databases
def test_all_problems_of_all_files_are_told_in_the_order_of_the_files(folder):
    change(folder, "events.csv", "WP-2", date="yesterday", source_key="rumour")
    change(folder, "missions.csv", "WP-3", theme="QUAYS", number="1", provenance="official")
    change(folder, "missions.csv", "WP-1", kind="dream", areas="WEST;EAST")
    change(folder, "sources.csv", "plan", published_on="2024")
    (folder / "areas.csv").unlink()

    assert refused(folder) == [
        "sources.csv, line 2, column published_on: "
        "“2024” is not a day between 1900 and 2100: write it like 2024-03-02.",
        "areas.csv: The file is missing: add it, with its first line at least.",
        "missions.csv, line 2, column kind: “dream” is not one of: policy, platform, project, other.",
        "missions.csv, line 5, column number: Number 1 of WP is WP-1: give each mission a number of its own.",
        "missions.csv, line 5, column theme: There is no “QUAYS” in themes.csv.",
        "events.csv, line 4, column date: “yesterday” is not a day between 1900 and 2100: write it like 2024-03-02.",
        "events.csv, line 4, column source_key: There is no “rumour” in sources.csv.",
    ]


@pytest.mark.parametrize(
    ("file", "line", "row", "column", "code"),
    [
        ("sources.csv", 6, "plan,Another,Paper,,,en", "key", "plan"),
        ("areas.csv", 5, "ALL,Another,另,,core", "code", "ALL"),
        ("themes.csv", 4, "QUAY,Another,另", "code", "QUAY"),
        ("instruments.csv", 4, "WP,Another,另,City,市,2024-03-01,,,", "code", "WP"),
        ("owners.csv", 5, "PORT,Another,另,bank,,plan", "code", "PORT"),
        ("missions.csv", 9, "WP-1,WP,9,other,Another,另,,,QUAY,CITY,,,,,official,", "code", "WP-1"),
    ],
)
def test_a_code_stands_once_in_its_file(folder, file, line, row, column, code):
    append(folder, file, row)

    assert refused(folder) == [
        f"{file}, line {line}, column {column}: “{code}” stands on line 2 already: remove one, or correct it."
    ]


def test_a_figure_stands_once_in_its_file(folder):
    append(folder, "reported_figures.csv", "2024-12-31,hub,Cargo 2024,货物,4,million tonnes,paper_2025,,")

    assert refused(folder) == [
        "reported_figures.csv, line 6: This record stands on line 2 already: remove one, or correct it."
    ]


def test_an_event_stands_once_in_its_file(folder):
    append(folder, "events.csv", "WP-2,2023-11-20,in_progress,Soundings  in the basin,测深,paper_2024")

    assert refused(folder) == ["events.csv, line 7: This record stands on line 4 already: remove one, or correct it."]


def test_a_number_that_a_mission_made_here_has_is_taken(folder):
    load_programme(folder)
    build.mission("HERE-1", instrument=Instrument.objects.get(code="WP"), number=5, provenance="official")
    append(folder, "missions.csv", "WP-5,WP,5,other,A fifth,第五,,,QUAY,CITY,,,,,official,")

    assert refused(folder) == [
        "missions.csv, line 9, column number: Number 5 of WP is HERE-1: give each mission a number of its own."
    ]


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("here", "in_the_file"),
    [("editorial-split", "official"), ("official", "editorial-split"), ("official", "unpublished")],
)
def test_the_officials_numbers_and_ours_are_two_numberings(folder, here, in_the_file):
    load_programme(folder)
    build.mission("HERE-1", instrument=Instrument.objects.get(code="WP"), number=5, provenance=here)
    append(folder, "missions.csv", f"WP-5,WP,5,other,A fifth,第五,,,QUAY,CITY,,,,,{in_the_file},")

    assert written(load_programme(folder)) == (1, 0, 1)
    assert sorted(Mission.objects.filter(instrument__code="WP", number=5).values_list("code", "provenance")) == [
        ("HERE-1", here),
        ("WP-5", in_the_file),
    ]


def test_ours_are_one_numbering_whatever_is_said_of_their_texts(folder):
    load_programme(folder)
    build.mission("HERE-1", instrument=Instrument.objects.get(code="WP"), number=5, provenance="unpublished")
    append(folder, "missions.csv", "WP-5,WP,5,other,A fifth,第五,,,QUAY,CITY,,,,,editorial-split,")

    assert refused(folder) == [
        "missions.csv, line 9, column number: Number 5 of WP is HERE-1: give each mission a number of its own."
    ]


def test_instrument_and_number_of_a_mission_never_change(folder):
    load_programme(folder)
    change(folder, "missions.csv", "WG-2", instrument="WP", number="5")

    assert refused(folder, force=True) == [
        "missions.csv, line 8, column instrument: This never changes: it is “WG” here and “WP” in the file.",
        "missions.csv, line 8, column number: This never changes: it is “2” here and “5” in the file.",
    ]


@pytest.mark.parametrize(("filled", "empty"), [("en", "zh"), ("zh", "en")])
def test_a_description_stands_in_both_languages_or_in_neither(folder, filled, empty):
    change(folder, "missions.csv", "WP-3", **{f"description_{filled}": "Text."})

    assert refused(folder) == [
        f"missions.csv, line 5, column description_{empty}: Fill in the description in both languages, or in neither."
    ]


def test_an_organisation_does_not_stand_below_itself(folder):
    change(folder, "owners.csv", "BANK", parent_code="BANK")

    assert refused(folder) == ["owners.csv, line 4, column parent_code: An organisation cannot stand below itself."]


def test_organisations_do_not_form_a_ring(folder):
    append(folder, "owners.csv", "PIER,Pier office,栈桥处,agency,PORT,plan", "SHED,Shed office,仓库处,agency,PIER,plan")
    change(folder, "owners.csv", "CITY", parent_code="PIER")

    assert refused(folder) == [
        f"owners.csv, line {line}, column parent_code: An organisation cannot stand below itself." for line in (2, 3, 5)
    ]


def test_an_event_does_not_lie_in_the_future(folder):
    tomorrow = today() + timedelta(days=1)
    append(
        folder, "events.csv", f"WP-3,{today()},in_progress,Today,今天,plan", f"WP-3,{tomorrow},paused,Later,以后,plan"
    )

    assert refused(folder) == [
        "events.csv, line 8, column date: The day lies in the future: enter the event once it has happened."
    ]


@pytest.mark.parametrize("issued_on", ["", "2099-01-01"])
def test_a_mission_of_an_instrument_in_preparation_has_no_events(folder, issued_on):
    append(folder, "instruments.csv", f"NEXT,Next plan,下一规划,City,柳港市,{issued_on},,,")
    append(folder, "missions.csv", "NEXT-1,NEXT,1,policy,To come,待公布,,,QUAY,CITY,,ALL,,,official,plan")
    append(folder, "events.csv", "NEXT-1,2025-07-01,in_progress,Too early,太早,plan")

    assert refused(folder) == [f"events.csv, line 7, column mission_code: {IN_PREPARATION}"]


def test_the_ledgers_refusals_are_told_at_the_events(folder):
    append(
        folder,
        "events.csv",
        "WP-3,2025-07-01,unreported,Nothing yet,暂无,plan",
        "WP-4,2025-07-01,withdrawn,Given up,放弃,plan",
        "WP-4,2025-08-01,completed,Done after all,终于完成,plan",
    )

    assert refused(folder) == [
        "events.csv, line 7, column new_status: Only a correction can lead back to “Not individually reported”.",
        "events.csv, line 9, column new_status: “Completed” (1 Aug 2025) may not follow “Withdrawn” (1 Jul 2025).",
    ]


def test_an_instrument_whose_day_of_issue_was_taken_away_here_opens_no_mission(folder):
    load_programme(folder)
    instrument = Instrument.objects.get(code="WG")
    instrument.issued_on = None
    instrument.save()
    append(folder, "missions.csv", "WG-3,WG,3,other,A third,第三,,,QUAY,CITY,,,,,official,")

    assert load_programme(folder).entries == 0
    assert Mission.objects.get(code="WG-3").status is None

    append(folder, "events.csv", "WG-3,2025-07-01,in_progress,Begun,开始,plan")

    (problem,) = refused(folder)
    assert problem.startswith("events.csv, line 7, column date: Nothing can take effect before the mission's opening")
