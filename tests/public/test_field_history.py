"""What changed in the public fields of a record, on its page: when, which field, from what to what, and never who."""

from datetime import UTC, datetime

import pytest
import time_machine

from missions.models import Instrument, Mission, Organisation
from missions.models.history import PUBLIC, shown_fields
from tests import build
from tests.public.dom import parse, written_code

pytestmark = pytest.mark.usefixtures("noon")

SECRET = "Li Na, who wrote it"


def edit(record, day, **fields):
    """Saves the record at eight in the morning, Shanghai, of a day in June 2024."""
    record = type(record).objects.get(pk=record.pk)
    vars(record).update(fields)
    with time_machine.travel(datetime(2024, 6, day, 0, tzinfo=UTC), tick=False):
        record.save()


def told(client, record, language="en", **query):
    """The rows of the section as texts; None where the page has no section."""
    page = parse(client.get(record.get_absolute_url().replace("/en/", f"/{language}/"), query))
    tables = page.all("table", class_="field-changes")
    if not tables:
        assert page.all(id="field-history") == []
        return None
    lines = tables[0].one("tbody").all("tr")
    return [[cell.text for cell in line.walk() if cell.tag in ("td", "th")] for line in lines]


@pytest.fixture
def mission(noon):
    with time_machine.travel(datetime(2024, 5, 1, tzinfo=UTC), tick=False):
        return build.mission("M-1", title_en="Old title", kind="policy")


def test_a_mission_tells_what_changed_and_not_who_did(client, mission):
    edit(mission, 3, kind="project", clause="Clause 3", clause_zh="第三条", _history_user=build.user(SECRET))
    Mission.objects.get().areas.add(build.area("A1"))

    assert told(client, mission) == [
        ["30 Jun 2024", "Areas", "–", "A1 Area A1"],
        ["3 Jun 2024", "Kind", "Policy", "Project"],
        ["3 Jun 2024", "Clause (English)", "–", "Clause 3"],
        ["3 Jun 2024", "Clause (Chinese)", "–", "第三条"],
    ]
    assert mission.history.filter(history_user__username=SECRET).exists()
    assert SECRET not in client.get(mission.get_absolute_url()).content.decode()


def test_creation_and_what_came_before_the_opening_are_not_told(client, noon):
    mission = build.mission("M-1", opened=False, title_en="Draft title")
    edit(mission, 1, title_en="Secret draft")
    edit(mission, 2, title_en="Published title")
    with time_machine.travel(datetime(2024, 6, 3, tzinfo=UTC), tick=False):
        build.opening(mission)

    assert told(client, mission) is None

    edit(mission, 4, title_en="Corrected title")

    assert told(client, mission) == [["4 Jun 2024", "Title (English)", "Published title", "Corrected title"]]


def test_an_instruments_preparation_is_not_told(client, noon):
    instrument = build.instrument("M24", title_en="Secret name")
    edit(instrument, 1, title_en="Published name")
    first = build.mission(opened=False, instrument=instrument)
    second = build.mission(opened=False, instrument=instrument)
    for day, mission in ((2, first), (5, second)):
        with time_machine.travel(datetime(2024, 6, day, tzinfo=UTC), tick=False):
            build.opening(mission)
    edit(instrument, 3, official_total=24, second_person="everything", notes_zh="备注", position=7)

    assert told(client, instrument) == [
        ["3 Jun 2024", "Official number of missions", "–", "24"],
        ["3 Jun 2024", "Notes (Chinese)", "–", "备注"],
        ["3 Jun 2024", "Second person", "For due dates", "For everything"],
    ]


@pytest.mark.parametrize(
    ("make", "fields", "row"),
    [
        (build.theme, {"name_en": "New", "position": 9}, ["Name (English)", "Theme T1", "New"]),
        (build.area, {"zone": "northern belt", "position": 9}, ["Zone", "Core", "Northern belt"]),
        (build.area, {"province_or_city_zh": "江苏省"}, ["Province or city (Chinese)", "–", "江苏省"]),
        (build.organisation, {"level": "bank", "position": 9}, ["Level", "Agency", "Bank"]),
    ],
)
def test_the_other_pages_tell_their_public_fields_alone(client, make, fields, row):
    record = make()
    assert told(client, record) is None
    edit(record, 3, **fields)

    assert told(client, record) == [["3 Jun 2024", *row]]


def test_an_organisation_tells_where_it_stood(client):
    organisation = build.organisation("O1")
    edit(organisation, 3, parent_id=build.organisation("O2").pk, source_id=build.source("s1").pk)

    assert told(client, organisation) == [
        ["3 Jun 2024", "Organisation above", "–", "O2 Organisation O2"],
        ["3 Jun 2024", "Source", "–", "s1 Source s1"],
    ]
    assert told(client, organisation, language="zh-hans")[0] == ["2024年6月3日", "上级单位", "–", "O2 单位O2"]


def test_what_was_not_known_by_then_is_not_told(client, mission):
    edit(mission, 3, title_en="Then")
    edit(mission, 10, title_en="Later")

    assert told(client, mission, known_at="2024-06-02") is None
    assert [row[3] for row in told(client, mission, known_at="2024-06-03")] == ["Then"]
    assert [row[3] for row in told(client, mission)] == ["Later", "Then"]


def test_a_hostile_title_stays_text(client, mission):
    edit(mission, 3, title_en="<script>alert(1)</script>")
    page = client.get(mission.get_absolute_url())

    assert told(client, mission)[0][3] == "<script>alert(1)</script>"
    assert written_code(parse(page)) == []
    assert parse(page).all("td", data_label="New")[0].one("div")["lang"] == "en"


def test_a_long_history_is_folded(client, mission):
    for day in range(1, 7):
        edit(mission, day, title_en=f"Title {day}")
        details = parse(client.get(mission.get_absolute_url())).one("details", class_="history")
        assert ("open" in details.attributes) == (day <= 5)


def test_an_address_that_was_taken_away_is_not_named_again(client):
    instrument = build.instrument("FP", citation="https://hijacked.example/")
    build.mission(instrument=instrument)
    instrument.citation, instrument.official_total = "", 104
    instrument.save()

    page = client.get(instrument.get_absolute_url()).content.decode()

    assert "hijacked.example" not in page
    assert "Official number of missions" in page


def test_every_public_field_is_one_that_the_history_keeps():
    for model, names in PUBLIC.items():
        assert [field.name for field in shown_fields(model.history.model, names)] == sorted(
            names, key=[field.name for field in shown_fields(model.history.model)].index
        )
    assert not {"position"}.intersection(*map(set, [PUBLIC[Instrument], PUBLIC[Organisation]]))
    assert "number" not in PUBLIC[Mission]
