"""Characters that cannot be seen are refused at their field by every form of the back office."""

import pytest

from missions.models import Submission
from tests import build
from tests.admin import test_reports, test_tokens
from tests.admin.pages import errors, filled_in
from tests.admin.records import contradiction, day, figure, programme
from tests.admin.reporting import BEGUN, SUBMIT
from tests.characters import REFUSED, SOME, refusal, text

FIELDS = ("headline_en", "headline_zh", "note")
CITED = ("title", "publisher", "url")
RECORDS = {
    "instrument": (
        build.instrument,
        ("title_en", "title_zh", "issuer_en", "issuer_zh", "citation", "notes", "notes_zh"),
    ),
    "theme": (build.theme, ("name_en", "name_zh")),
    "area": (build.area, ("name_en", "name_zh", "province_or_city", "province_or_city_zh")),
    "organisation": (build.organisation, ("name_en", "name_zh")),
    "source": (build.source, ("title", "publisher", "url", "language")),
    "reportedfigure": (figure, ("indicator_en", "indicator_zh", "unit", "unit_zh")),
    "programme": (programme, ("name_en", "short_name_zh", "about_en", "about_zh")),
    "programmeday": (day, ("label_en", "label_zh")),
    "contradiction": (contradiction, ("text_en", "text_zh")),
    "mission": (build.mission, ("title_en", "title_zh", "description_en", "description_zh", "clause", "clause_zh")),
}


def bad(field, character):
    return f"https://example.org/{character}" if field == "url" else text(character)


def edited(client, page, **answers):
    """The answer to the page's form, filled in as it comes but for these."""
    return client.post(page, {**filled_in(client.get(page)), **answers})


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("character", REFUSED)
def test_a_report_is_refused_at_its_field(client, page, coordinator, field, character):
    answer = edited(client, page, **{**BEGUN, field: text(character)}, **SUBMIT)

    assert errors(answer) == {field: [refusal(character)]}
    assert text(character) not in Submission.objects.values_list(field, flat=True)


@pytest.mark.parametrize("field", CITED)
@pytest.mark.parametrize("character", SOME)
def test_evidence_of_a_report_is_refused_at_its_field(client, page, coordinator, field, character):
    fields = {"evidence-0-title": "Notice", f"evidence-0-{field}": bad(field, character)}
    answer = edited(client, page, **{**BEGUN, **fields}, **SUBMIT)

    assert list(answer.context["form"].evidence.forms[0].errors) == [field]
    assert errors(answer) == {}
    assert character not in getattr(Submission.objects.get().evidence.get(), field)


def test_a_note_may_have_tabs_and_several_lines(client, page, coordinator):
    edited(client, page, **{**BEGUN, "note": "one\ttwo\r\nthree"}, **SUBMIT)

    assert Submission.objects.get().note == "one\ttwo\r\nthree"


@pytest.mark.parametrize(
    ("kind", "field"), [(kind, field) for kind, (_b, fields) in RECORDS.items() for field in fields]
)
@pytest.mark.parametrize("character", SOME)
def test_a_record_of_the_register_is_refused_at_its_field(client, coordinator, kind, field, character):
    record = RECORDS[kind][0]()
    answer = edited(client, f"/admin/missions/{kind}/{record.pk}/change/", **{field: bad(field, character)})
    record.refresh_from_db()

    assert list(answer.context["adminform"].form.errors) == [field]
    assert character not in getattr(record, field)


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("character", SOME)
def test_one_report_for_many_missions_is_refused_at_its_field(client, mission, coordinator, field, character):
    page = f"/admin/missions/mission/report-many/?mission={mission.pk}"
    answer = edited(client, page, **{**BEGUN, field: text(character)}, **SUBMIT)

    assert errors(answer) == {field: [refusal(character)]}


@pytest.mark.parametrize("character", SOME)
def test_the_reason_for_returning_a_submission_is_refused_at_its_field(client, mission, coordinator, character):
    submission = build.submission(mission)
    submission.submit(by=submission.author)
    answer = edited(client, submission.get_absolute_url(), reason=text(character), _return="Return")

    assert errors(answer) == {"reason": [refusal(character)]}


@pytest.mark.parametrize("character", SOME)
def test_a_translation_that_a_reviewer_adds_is_refused_at_its_field(client, mission, coordinator, character):
    submission = build.submission(mission, headline_en="")
    submission.submit(by=submission.author)
    answer = edited(client, submission.get_absolute_url(), headline_en=text(character), _publish="Publish")

    assert errors(answer) == {"headline_en": [refusal(character)]}


@pytest.mark.parametrize("field", ["title_en", "title_zh", "reason_en", "reason_zh"])
@pytest.mark.parametrize("character", SOME)
def test_the_title_or_reason_of_a_frozen_report_is_refused_at_its_field(client, mission, coordinator, field, character):
    answer = test_reports.look(client, **{field: text(character)})

    assert errors(answer) == {field: [refusal(character)]}


@pytest.mark.parametrize("character", SOME)
def test_the_name_of_an_account_is_refused_at_its_field(client, administrator, character):
    answer = edited(client, f"/admin/missions/user/{administrator.pk}/change/", name=text(character))

    assert dict(answer.context["adminform"].form.errors) == {"name": [refusal(character)]}


@pytest.mark.parametrize("character", SOME)
def test_the_name_of_a_token_is_refused_at_its_field(client, administrator, character):
    answer = test_tokens.issue(client, build.membership(), name=text(character))

    assert errors(answer) == {"name": [refusal(character)]}
