"""Every check constraint refuses a record that breaks it; the record beside it that does not is taken."""

import uuid
from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from missions.models import (
    Contradiction,
    Delivery,
    EntryKind,
    EvidenceFile,
    Import,
    ImportState,
    Measure,
    Membership,
    Programme,
    ProgrammeDay,
    ReportedFigure,
    Role,
    State,
    User,
)
from missions.models.reminders import Reminder, Topic
from missions.status import Status
from tests import build
from tests.models.forging import HEAD, another, completed, correction, insert, next_entry, opening, sql, stage

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

EARLY, LATE = date(1899, 12, 31), date(2101, 1, 1)
MOMENT = datetime(2024, 1, 1, tzinfo=UTC)


def entry(**changes):
    return lambda at: insert(next_entry(at.opened, **changes))


def deadline(**changes):
    same = {"kind": "deadline", "status": Status.UNREPORTED, "sets_status": False, "sets_due": True}
    return entry(**{**same, "due": date(2025, 1, 1), **changes})


def evidence(**changes):
    return lambda at: insert(build.evidence(change_id=next_entry(at.opened).id, **changes))


def mission(**changes):
    return lambda at: another(at.opened, **changes).save()


def erased(**said):
    """A write of an account that has no person any more, and says this."""
    at = datetime(2024, 1, 1, tzinfo=UTC)
    return lambda _: User.objects.create(**{"username": "x", "is_active": False, "erased_at": at, **said})


def figure(**changes):
    names = {"as_of": date(2024, 1, 1), "indicator_en": "Completed", "indicator_zh": "完成", "value": 1, "unit": "1"}
    return lambda _: ReportedFigure.objects.create(source=build.source(), **{**names, **changes})


def above_itself(area):
    area.parent = area
    area.save()


def programme(**changes):
    fields = ("name_en", "name_zh", "short_name_en", "short_name_zh", "about_en", "about_zh")
    return lambda _: Programme.objects.create(key="x", **{**dict.fromkeys(fields, "x"), **changes})


def membership(**changes):
    return lambda _: Membership.objects.create(user=build.user(), **changes)


def submission(**changes):
    return lambda at: build.submission(at.opened, **changes)


def step(**changes):
    return lambda at: at.step.submission.steps.create(by=at.step.by, **changes)


def frozen(**changes):
    return lambda _: build.frozen_report("another", **changes)


def superseding(**changes):
    return lambda at: build.frozen_report("another", supersedes=at.frozen, **changes)


def another_file(file, **changes):
    fields = {field.attname: field.value_from_object(file) for field in EvidenceFile._meta.concrete_fields}
    return EvidenceFile(**{**fields, "id": uuid.uuid4(), **changes})


def imported(**changes):
    fields = {"kind": "register", "name": "x.csv", "content": b"x", "sha256": "0" * 64}
    return lambda at: Import.objects.create(by=at.step.by, **{**fields, **changes})


def notice(**changes):
    return lambda at: Reminder.objects.create(user=at.step.by, day=LATE).notices.create(mission=at.full, **changes)


def token(**changes):
    """A copy of a token that is in force, in all but `changes`, its name and its digest."""
    plain = {"name": "Another", "digest": "f" * 64}
    return lambda _: copied(build.token()[0], **{**plain, **changes}).save()


def copied(record, **changes):
    fields = {field.attname: field.value_from_object(record) for field in record._meta.concrete_fields}
    return type(record)(**{**fields, "id": None, **changes})


def revoked(**changes):
    return lambda at: token(**{"revoked_at": MOMENT, "revoked_by_id": at.step.by_id, **changes})(at)


def delivery(digest="f" * 64):
    return lambda at: Delivery.objects.create(submission=at.step.submission, token=build.token()[0], digest=digest)


BREAK = {
    "change_kind_known": [entry(kind="rumour")],
    "change_status_known": [entry(status="done")],
    "change_basis_known": [entry(basis="hearsay")],
    "change_previous_unless_opening": [
        lambda at: insert(opening(at.unopened, previous=Status.PAUSED)),
        entry(previous=None),
        entry(previous="done"),
    ],
    "change_corrects_if_correction": [lambda at: insert(next_entry(at.opened, corrects=at.report))],
    "change_kind_says_what_it_sets": [
        entry(status=Status.UNREPORTED),
        entry(sets_status=False),
        lambda at: insert(opening(at.unopened, status=Status.PAUSED)),
        lambda at: insert(opening(at.unopened, sets_due=False)),
        lambda at: insert(opening(at.unopened, sets_status=False)),
        deadline(status=Status.PAUSED),
        deadline(sets_status=True),
    ],
    "change_due_if_it_sets_due": [entry(due=date(2025, 1, 1))],
    "change_decided_by_if_it_sets_due": [entry(decided_by="Municipal Government")],
    "area_not_above_itself": [lambda _: above_itself(build.area())],
    "source_form_known": [lambda _: build.source("another", form="rumour")],
    "programme_name_both_languages": [programme(name_zh="")],
    "programme_short_name_both_languages": [programme(short_name_en="")],
    "programme_about_both_languages": [programme(about_zh="")],
    "day_label_both_languages": [
        lambda _: ProgrammeDay.objects.create(date=EARLY, label_en="", label_zh="一", source=build.source())
    ],
    "contradiction_text_both_languages": [lambda _: Contradiction.objects.create(key="x", text_en="One", text_zh="")],
    "instrument_second_person_known": [lambda _: build.instrument("ANOTHER", second_person="three")],
    "change_headline_both_languages": [entry(headline_en=""), entry(headline_zh=""), deadline(headline_zh="")],
    "change_days_in_range": [entry(effective_on=EARLY), deadline(due=EARLY), deadline(due=LATE)],
    "evidence_has_title": [evidence(title="")],
    "evidence_url_is_web": [
        evidence(url="ftp://example.org/"),
        evidence(url="javascript:alert(1)"),
        evidence(url="http:/x"),
    ],
    "head_is_one_row": [lambda _: sql(f"UPDATE {HEAD} SET id = 2, revision = revision + 1")],
    "mission_title_both_languages": [mission(title_en=""), mission(title_zh="")],
    "mission_description_both_languages_or_none": [mission(description_en="Said"), mission(description_zh="说")],
    "mission_kind_known": [mission(kind="wish")],
    "mission_provenance_known": [mission(provenance="heard")],
    "mission_status_and_since_together": [mission(due=date(2025, 1, 1)), mission(status_since=date(2025, 1, 1))],
    "instrument_title_both_languages": [
        lambda _: build.instrument("X", title_en=""),
        lambda _: build.instrument("X", title_zh=""),
    ],
    "instrument_issuer_both_languages": [
        lambda _: build.instrument("X", issuer_en=""),
        lambda _: build.instrument("X", issuer_zh=""),
    ],
    "instrument_issued_on_in_range": [
        lambda _: build.instrument("X", issued_on=EARLY),
        lambda _: build.instrument("X", issued_on=LATE),
    ],
    "theme_name_both_languages": [lambda _: build.theme("X", name_en=""), lambda _: build.theme("X", name_zh="")],
    "area_name_both_languages": [lambda _: build.area("X", name_en=""), lambda _: build.area("X", name_zh="")],
    "area_zone_known": [lambda _: build.area("X", zone="moon")],
    "organisation_name_both_languages": [
        lambda _: build.organisation("X", name_en=""),
        lambda _: build.organisation("X", name_zh=""),
    ],
    "organisation_level_known": [lambda _: build.organisation("X", level="galactic")],
    "organisation_not_above_itself": [lambda _: build.organisation("X", id=77, parent_id=77)],
    "source_url_is_web": [lambda _: build.source("x", url="ftp://example.org/")],
    "figure_indicator_both_languages": [figure(indicator_en=""), figure(indicator_zh="")],
    "figure_measure_known": [figure(measure="guess")],
    "user_language_known": [lambda _: User.objects.create(username="x", language="fr")],
    "user_erased_is_nobody": [erased(name="X"), erased(email="x@example.org"), erased(is_active=True)],
    "file_media_type_known": [lambda at: insert(another_file(at.file, media_type="image/svg+xml"))],
    "submission_kind_known": [submission(kind="rumour")],
    "submission_state_known": [submission(state="lost")],
    "submission_status_known": [submission(status="done")],
    "submission_basis_known": [submission(basis="hearsay")],
    "submission_published_has_entry": [
        submission(state=State.PUBLISHED),
        lambda at: build.submission(at.full, entry=at.report),
    ],
    "submission_corrects_if_correction": [
        submission(kind=EntryKind.CORRECTION),
        lambda at: build.submission(at.full, corrects=at.report),
    ],
    "step_state_known": [step(state="lost"), step(state=State.DRAFT)],
    "step_return_has_reason": [step(state=State.RETURNED)],
    "frozen_report_title_both_languages": [frozen(title_en=""), frozen(title_zh="")],
    "frozen_report_supersedes_another": [
        lambda _: build.frozen_report(
            "another", id=99, supersedes_id=99, reason_en="Wrong", reason_zh="有误", seal="f" * 64
        )
    ],
    "frozen_report_supersedes_with_reason": [
        superseding(reason_en=""),
        superseding(reason_zh=""),
        superseding(reason_en="", reason_zh=""),
        frozen(reason_en="Why"),
        frozen(reason_zh="缘由"),
        frozen(reason_en="Why", reason_zh="缘由"),
    ],
    "membership_role_known": [membership(role="king")],
    "membership_editor_has_organisation": [
        membership(role=Role.EDITOR),
        lambda _: Membership.objects.create(user=build.user(), role=Role.AUDITOR, organisation=build.organisation()),
    ],
    "import_kind_known": [imported(kind="rumour")],
    "import_state_known": [imported(state="lost", decided_at=MOMENT)],
    "import_decided_at_unless_waiting": [
        imported(state=ImportState.DONE),
        imported(state=ImportState.DROPPED),
        imported(decided_at=MOMENT),
    ],
    "token_scope_known": [token(scope="publish")],
    "token_of_a_role_that_reports": [
        token(role=Role.COORDINATOR),
        token(organisation_id=None),
        token(role=Role.AUDITOR),
        token(role=Role.AUDITOR, organisation_id=None),
        token(role=Role.ADMINISTRATOR, organisation_id=None),
        token(role="king", organisation_id=None),
    ],
    "token_names_its_system": [token(name="")],
    "token_digest_is_sha256": [token(digest="f" * 63), token(digest="")],
    "token_revoked_by_somebody": [revoked(revoked_by_id=None), revoked(revoked_at=None)],
    "delivery_digest_is_sha256": [delivery("f" * 63), delivery("")],
    "notice_topic_known_and_about_one_thing": [
        notice(topic="birthday", due=LATE),
        notice(topic=Topic.DUE),
        notice(topic=Topic.OVERDUE),
        notice(topic=Topic.STALE),
        notice(topic=Topic.RETURNED),
        notice(topic=Topic.WAITING),
        lambda at: notice(topic=Topic.DUE, due=LATE, entry=at.report)(at),
        lambda at: notice(topic=Topic.DUE, due=LATE, step=at.step)(at),
        lambda at: notice(topic=Topic.STALE, entry=at.report, due=LATE)(at),
        lambda at: notice(topic=Topic.STALE, entry=at.report, step=at.step)(at),
        lambda at: notice(topic=Topic.RETURNED, step=at.step, due=LATE)(at),
        lambda at: notice(topic=Topic.RETURNED, step=at.step, entry=at.report)(at),
        lambda at: notice(topic=Topic.WAITING, step=at.step, stage=1)(at),
    ],
}
# A trigger refuses each row that could break it before the constraint has its turn.
BEHIND_A_TRIGGER = {"mission_status_known", "stretch_has_days", "stretch_status_known"}

ACCEPTED = [
    entry(),
    deadline(),
    deadline(due=None),
    lambda at: insert(opening(at.unopened)),
    lambda at: insert(correction(at.report, status=Status.PAUSED)),
    lambda at: completed(at),
    lambda at: completed(at, url="", source=build.source()),
    lambda at: completed(at, url="", file=at.file, is_public=False),
    mission(),
    figure(measure=Measure.COMPLETED),
    membership(role=Role.AUDITOR),
    lambda at: insert(another_file(at.file)),
    lambda _: build.evidence_file().delete(),
    submission(status="", basis="", headline_en="", headline_zh="", effective_on=None),
    lambda at: build.submission(at.full, state=State.PUBLISHED, entry=at.report),
    lambda at: build.submission(at.full, kind=EntryKind.CORRECTION, corrects=at.report),
    step(state=State.RETURNED, reason="The day is missing."),
    frozen(),
    superseding(),
    imported(),
    imported(state=ImportState.DROPPED, decided_at=MOMENT),
    token(),
    token(role=Role.COORDINATOR, organisation_id=None),
    revoked(),
    delivery(),
    notice(topic=Topic.DUE, due=LATE, stage=7),
    notice(topic=Topic.OVERDUE, due=LATE),
    lambda at: notice(topic=Topic.STALE, entry=at.report)(at),
    lambda at: notice(topic=Topic.RETURNED, step=at.step)(at),
    lambda at: notice(topic=Topic.WAITING, step=at.step)(at),
]


def check_constraints():
    models_here = apps.get_app_config("missions").get_models()
    return {c.name for model in models_here for c in model._meta.constraints if isinstance(c, models.CheckConstraint)}


def test_every_check_constraint_is_tried():
    assert check_constraints() == BREAK.keys() | BEHIND_A_TRIGGER


@pytest.mark.parametrize(("name", "write"), [(name, write) for name, writes in BREAK.items() for write in writes])
def test_the_database_refuses_a_record_that_breaks(name, write):
    at = stage()

    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        write(at)


@pytest.mark.parametrize("write", ACCEPTED)
def test_the_database_takes_a_record_that_breaks_none(write):
    write(stage())
