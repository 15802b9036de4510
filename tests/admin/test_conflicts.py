"""Two people edit one record: the second to save sees what it was, theirs and yours, and loses nothing."""

from datetime import date

import pytest
from django.test import Client

from missions.models import Mission, Role
from tests import factories
from tests.admin.pages import SAVE, SUBMIT, differences, edit, errors, filled_in, of_evidence

TEXT = "Line one\r\n  “quoted” <b>&amp; 100%</b>\r\n\r\n虹桥 ｆｕｌｌ 𠮷"


def address(record):
    return f"/admin/missions/{record._meta.model_name}/{record.pk}/change/"


@pytest.fixture
def record(coordinator):
    texts = {"title_en": "Title", "description_en": "What it is", "description_zh": "说明", "clause": "Clause 1"}
    return factories.mission("M-1", kind="policy", areas=[factories.area("A1"), factories.area("A2")], **texts)


@pytest.fixture
def theirs(record, client):
    """Opens the form, and saves these fields in another's name before it is sent; returns the open form's fields."""
    li = factories.user("li", Role.COORDINATOR)

    def save(areas=None, **fields):
        sent = filled_in(client.get(address(record)))
        other = Mission.objects.get(pk=record.pk)
        vars(other).update(fields)
        if areas is not None:
            other.skip_history_when_saving = True
            other.areas.set(areas)
            del other.skip_history_when_saving
        other._history_user = li
        other.save()
        return sent

    return save


def test_a_field_that_both_changed_is_shown_three_ways_and_nothing_is_saved(client, record, theirs):
    answer = client.post(address(record), {**theirs(title_en="Theirs"), "title_en": "Yours"})

    assert Mission.objects.get().title_en == "Theirs"
    assert "li" in errors(answer)["__all__"][0]
    assert differences(answer) == {"title_en": {"What": "Title", "Theirs": "Theirs", "Yours": "Yours"}}
    again = {**filled_in(answer)}
    assert again["title_en"] == "Yours"

    theirs(title_en="Theirs once more")  # the second attempt is checked too
    answer = client.post(address(record), again)
    assert differences(answer) == {"title_en": {"What": "Theirs", "Theirs": "Theirs once more", "Yours": "Yours"}}
    assert client.post(address(record), filled_in(answer)).status_code == 302
    assert Mission.objects.get().title_en == "Yours"


def test_changes_of_other_fields_are_merged_without_losing_a_character(client, record, theirs):
    sent = theirs(clause="Clause 2", kind="project", areas=[factories.area("A3")])
    yours = {"description_en": TEXT, "kind": "other", "areas": [factories.area("A1").pk]}
    answer = client.post(address(record), {**sent, **yours})

    assert differences(answer) == {
        "kind": {"What": "Policy", "Theirs": "Project", "Yours": "Other"},
        "description_en": {"What": "What it is", "Yours": " ".join(TEXT.split())},
        "clause": {"What": "Clause 1", "Theirs": "Clause 2"},
        "areas": {"What": "A1 Area A1 A2 Area A2", "Theirs": "A3 Area A3", "Yours": "A1 Area A1"},
    }
    again = {**filled_in(answer), "theirs": ["kind", "areas"]}
    assert client.post(address(record), again).status_code == 302
    record.refresh_from_db()
    assert (record.kind, record.clause, record.description_en) == ("project", "Clause 2", TEXT.replace("\r\n", "\n"))
    assert list(record.areas.all()) == [factories.area("A3")]


def test_the_same_change_by_both_is_no_conflict_and_no_change_makes_no_version(client, record, theirs):
    versions = record.history.count()
    assert (edit(client, address(record)).status_code, record.history.count()) == (302, versions)

    sent = {**theirs(title_en="The same", description_en="One\nTwo"), "title_en": "The same", "clause": "Clause 2"}
    assert client.post(address(record), {**sent, "description_en": "One\r\nTwo"}).status_code == 302
    assert Mission.objects.values_list("title_en", "clause").get() == ("The same", "Clause 2")


@pytest.mark.parametrize("version", [None, "x", "9" * 30])
def test_a_form_without_a_valid_version_is_shown_again_and_not_saved(client, record, version):
    version = version or factories.mission("M-2").history.first().pk  # of another record
    sent = {**filled_in(client.get(address(record))), "title_en": "Yours", "version": version}
    answer = client.post(address(record), sent)

    assert Mission.objects.get(pk=record.pk).title_en == "Title"
    assert differences(answer) == {"title_en": {"What": "not known", "Theirs": "Title", "Yours": "Yours"}}
    assert client.post(address(record), filled_in(answer)).status_code == 302


# --- submissions ------------------------------------------------------------------------------------------------------


@pytest.fixture
def submission(editor, mission):
    cited = [
        {"title": "Notice", "published_on": date(2024, 3, 2), "event_on": date(2024, 3, 1)},
        {"title": "Letter", "publisher": "", "url": "", "is_public": False},
    ]
    return factories.submission(mission, by=editor, evidence=[factories.submitted_evidence(**each) for each in cited])


@pytest.fixture
def colleague(mission):
    """The browser of an editor of the same office."""
    client = Client()
    client.force_login(factories.user("li", Role.EDITOR, organisation=mission.lead_owner))
    return client


def titles(submission):
    return [item.title for item in submission.evidence.all()]


@pytest.mark.parametrize(
    ("take", "expected"),
    [({}, ["Notice", "Letter", "Yours", "Theirs"]), ({"theirs": ["evidence"]}, ["Notice", "Theirs"])],
)
def test_a_draft_that_both_changed_is_shown_and_nothing_of_it_is_lost(client, colleague, submission, take, expected):
    page = submission.get_absolute_url()
    typed = {**filled_in(client.get(page)), **of_evidence(2, title="Yours"), "headline_en": "Yours"}
    theirs = {**of_evidence(1, DELETE="on"), **of_evidence(2, title="Theirs"), **SAVE}
    edit(colleague, page, note="Theirs", **theirs)
    answer = client.post(page, {**typed, **SUBMIT})
    found = differences(answer)
    evidence = found.pop("evidence")

    assert found == {
        "headline_en": {"What": "Work has begun", "Yours": "Yours"},
        "note": {"What": "–", "Theirs": "Theirs"},
    }
    words = ("Letter" in evidence["What"], "Theirs" in evidence["Theirs"], "Yours" in evidence["Yours"])
    assert (words, titles(submission)) == ((True, True, True), ["Notice", "Theirs"])
    client.post(page, {**filled_in(answer), **take, **SUBMIT})
    submission.refresh_from_db()
    assert (submission.headline_en, submission.note, submission.state) == ("Yours", "Theirs", "submitted")
    assert titles(submission) == expected
