"""Two people edit one record: the second to save sees what it was, theirs and yours, and loses nothing."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from missions.admin.conflicts import By, three_way
from missions.models import Instrument, Mission, Role
from tests import build
from tests.admin.pages import differences, filled_in
from tests.public.dom import parse

TOP = Path(__file__).parent.parent.parent
TEXT = "Line one\r\n  “quoted” <b>&amp; 100%</b>\r\n\r\n虹桥 ｆｕｌｌ 𠮷"


def address(record):
    return f"/admin/missions/{record._meta.model_name}/{record.pk}/change/"


@pytest.fixture
def mission(coordinator):
    areas = [build.area("A1"), build.area("A2")]
    said = {"description_en": "What it is", "description_zh": "说明", "clause": "Clause 1"}
    return build.mission("M-1", title_en="Title", areas=areas, kind="policy", **said)


@pytest.fixture
def theirs(mission, client):
    """Opens the form, and lets Li Na save these fields before it is sent: returns what a browser would send."""
    li = build.user("li", Role.COORDINATOR)
    li.name = "Li Na"
    li.save()

    def saved(areas=None, **fields):
        sent = filled_in(client.get(address(mission)))
        other = Mission.objects.get(pk=mission.pk)
        vars(other).update(fields)
        if areas is not None:
            other.skip_history_when_saving = True
            other.areas.set(areas)
            del other.skip_history_when_saving
        other._history_user = li
        other.save()
        return sent

    return saved


def test_a_field_that_both_changed_is_shown_three_times_and_nothing_is_saved(client, mission, theirs):
    sent = {**theirs(title_en="Theirs"), "title_en": "Yours"}
    answer = client.post(address(mission), sent)
    mission.refresh_from_db()

    assert mission.title_en == "Theirs"
    assert (
        answer.context["adminform"].form.non_field_errors()[0].startswith("Nothing was saved: Li Na saved this record")
    )
    assert differences(answer) == {"title_en": {"What": "Title", "Theirs": "Theirs", "Yours": "Yours"}}
    assert filled_in(answer)["title_en"] == "Yours"


def test_what_only_they_changed_is_taken_and_what_only_you_changed_stays(client, mission, theirs):
    sent = theirs(clause="Clause 2", kind="project", areas=[build.area("A3")])
    answer = client.post(address(mission), {**sent, "description_en": TEXT})

    assert differences(answer) == {
        "kind": {"What": "Policy", "Theirs": "Project"},
        "description_en": {"What": "What it is", "Yours": " ".join(TEXT.split())},
        "clause": {"What": "Clause 1", "Theirs": "Clause 2"},
        "areas": {"What": "A1 Area A1 A2 Area A2", "Theirs": "A3 Area A3"},
    }

    again = filled_in(answer)
    assert (again["kind"], again["clause"], again["areas"]) == ("project", "Clause 2", [str(build.area("A3").pk)])

    assert client.post(address(mission), {**again, "description_en": TEXT}).status_code == 302
    mission.refresh_from_db()
    assert (mission.kind, mission.clause, mission.description_en) == ("project", "Clause 2", TEXT)
    assert list(mission.areas.all()) == [build.area("A3")]


def test_lists_and_choices_that_both_changed_can_be_taken_over(client, mission, theirs):
    sent = theirs(kind="project", areas=[build.area("A1"), build.area("A3")])
    answer = client.post(address(mission), {**sent, "kind": "other", "areas": [build.area("A2").pk]})

    assert differences(answer)["areas"]["Yours"] == "A2 Area A2"

    client.post(address(mission), {**filled_in(answer), "theirs": ["kind", "areas"]})
    mission.refresh_from_db()
    assert (mission.kind, sorted(area.code for area in mission.areas.all())) == ("project", ["A1", "A3"])


def test_no_character_is_lost_on_the_way(client, mission, theirs):
    answer = client.post(address(mission), {**theirs(description_en="Other"), "description_en": TEXT})
    stored = parse(answer).one("textarea", name="description_en")

    assert "".join(stored.children).removeprefix("\n").replace("\r\n", "\n") == TEXT.replace("\r\n", "\n")


def test_the_second_attempt_is_checked_again(client, mission, theirs):
    answer = client.post(address(mission), {**theirs(title_en="Theirs"), "title_en": "Yours"})
    theirs(title_en="Theirs once more")
    again = client.post(address(mission), filled_in(answer))

    assert differences(again) == {"title_en": {"What": "Theirs", "Theirs": "Theirs once more", "Yours": "Yours"}}
    assert client.post(address(mission), filled_in(again)).status_code == 302
    mission.refresh_from_db()
    assert mission.title_en == "Yours"


def test_the_same_change_by_both_is_no_conflict(client, mission, theirs):
    sent = {**theirs(title_en="The same", description_en="One\nTwo"), "title_en": "The same", "clause": "Clause 2"}
    assert client.post(address(mission), {**sent, "description_en": "One\r\nTwo"}).status_code == 302

    mission.refresh_from_db()
    assert (mission.title_en, mission.clause) == ("The same", "Clause 2")


@pytest.mark.parametrize("version", [{}, {"version": ""}, {"version": "x"}, {"version": "9" * 30}])
def test_a_form_without_a_version_is_shown_again_and_not_saved(client, mission, version):
    sent = filled_in(client.get(address(mission)))
    del sent["version"]
    answer = client.post(address(mission), {**sent, "title_en": "Yours", **version})
    mission.refresh_from_db()

    assert mission.title_en == "Title"
    assert differences(answer) == {"title_en": {"What": "not known", "Theirs": "Title", "Yours": "Yours"}}
    assert client.post(address(mission), {**sent, **version}).status_code == 200
    assert client.post(address(mission), filled_in(answer)).status_code == 302


def test_the_version_of_another_record_counts_as_none(client, mission):
    other = build.mission("M-2")
    sent = {**filled_in(client.get(address(mission))), "title_en": "Yours", "version": other.history.first().pk}

    assert differences(client.post(address(mission), sent))["title_en"]["What"] == "not known"


def test_a_wrong_value_is_shown_as_it_was_typed(client, mission, theirs):
    sent = {**theirs(title_en="Theirs"), "title_en": "x" * 301}
    answer = client.post(address(mission), sent)

    assert differences(answer)["title_en"]["Yours"] == "x" * 301
    assert filled_in(answer)["title_en"] == "x" * 301


def test_a_wrong_value_alone_keeps_the_version(client, mission, theirs):
    sent = filled_in(client.get(address(mission)))
    answer = client.post(address(mission), {**sent, "title_zh": ""})
    theirs(title_en="Theirs")
    again = client.post(address(mission), {**filled_in(answer), "title_zh": "好", "title_en": "Yours"})

    assert differences(again)["title_en"] == {"What": "Title", "Theirs": "Theirs", "Yours": "Yours"}


def test_a_tick_and_a_day_can_be_taken_over_too(client, coordinator):
    instrument = build.instrument("M24")
    sent = filled_in(client.get(address(instrument)))
    instrument.issued_on, instrument.second_person, instrument.official_total = "2024-03-02", "everything", 24
    instrument.save()
    answer = client.post(address(instrument), {**sent, "official_total": "25"})

    assert differences(answer) == {
        "issued_on": {"What": "24 Feb 2021", "Theirs": "2 Mar 2024"},
        "official_total": {"What": "–", "Theirs": "24", "Yours": "25"},
        "second_person": {"What": "For due dates", "Theirs": "For everything"},
    }

    client.post(address(instrument), {**filled_in(answer), "theirs": "official_total"})
    stored = Instrument.objects.get(code="M24")
    assert (str(stored.issued_on), stored.second_person, stored.official_total) == ("2024-03-02", "everything", 24)


def test_an_edit_that_changes_nothing_leaves_no_version(client, mission):
    versions = mission.history.count()
    assert client.post(address(mission), filled_in(client.get(address(mission)))).status_code == 302

    assert mission.history.count() == versions


@pytest.mark.parametrize(
    ("base", "theirs", "yours", "found"),
    [
        ("a", "a", "a", {}),
        ("a", "a", "b", {"field": By.YOU}),
        ("a", "b", "a", {"field": By.THEM}),
        ("a", "b", "b", {}),
        ("a", "b", "c", {"field": By.BOTH}),
        ("", "", "c", {"field": By.YOU}),
    ],
)
def test_three_texts_are_compared(base, theirs, yours, found):
    assert three_way({"field": base}, {"field": theirs}, {"field": yours}) == found


def test_a_row_that_only_one_of_the_three_has_is_compared_too():
    assert three_way({}, {}, {"evidence-1": "New"}) == {"evidence-1": By.YOU}
    assert three_way({}, {"evidence-1": "Theirs"}, {"evidence-1": "Yours"}) == {"evidence-1": By.BOTH}


@pytest.mark.both_databases
def test_of_many_who_save_at_once_one_is_taken_and_the_others_are_shown_it(own_database):
    mission, official = build.mission("M-1"), build.user("li")
    client = Client()
    client.force_login(official)
    form = json.dumps(filled_in(client.get(address(mission))))
    command = [sys.executable, "-m", "tests.admin.saver", official.username, address(mission), form]
    environment = {**own_database, "HUB_REQUIRE_MFA": "0"}
    pipes = {"stdout": subprocess.PIPE, "text": True, "cwd": TOP, "env": environment}
    savers = [subprocess.Popen(command, **pipes) for _ in range(2)]
    answers = {}
    for saver in savers:
        answers |= json.loads(saver.communicate()[0])
    mission.refresh_from_db()

    assert sorted(answers.values()) == [200] * 15 + [302]
    assert answers[mission.title_en] == 302
    assert mission.history.count() == 2
