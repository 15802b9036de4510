"""Check constraints: without any trigger, the database still refuses each of these changes of a valid row."""

import re
from datetime import UTC, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction

from missions.models import Contradiction, Delivery, Programme, ProgrammeDay, ReportedFigure, Role, Topic
from missions.reminders.models import Reminder
from tests import factories
from tests.ledger.raw_sql import example, sql
from tests.ledger.tampering import triggers_disabled

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]

MOMENT = "'2024-01-01 00:00:00+00:00'"
EARLY, LATE = "'1899-12-31'", "'2101-01-01'"
ADDRESSES = ["'ftp://example.org/'", "'javascript:alert(1)'", "'http:/x'"]

# Table → kind or id of the rows → what they may not be set to.
REFUSED = {
    "statuschange": {
        "kind = 'report'": [
            "kind = 'rumour'", "status = 'done'", "status = 'unreported'", "basis = 'hearsay'", "previous = NULL",
            "previous = 'done'", "corrects_id = 1", "sets_status = false", "sets_due = true", "due = '2025-01-01'",
            "decided_by = 'Office'", "headline_en = ''", "headline_zh = ''", f"effective_on = {EARLY}",
        ],
        "kind = 'opening'": ["previous = 'paused'", "status = 'paused'", "sets_due = false", "sets_status = false"],
        "kind = 'deadline'": [
            "status = 'completed'", "sets_status = true", f"due = {EARLY}", f"due = {LATE}", "headline_zh = ''",
        ],
        "kind = 'correction'": ["corrects_id = NULL", "sets_status = false"],
    },
    "evidence": {"": ["title = ''", *(f"url = {url}" for url in ADDRESSES)]},
    "head": {"": ["id = 2"]},
    "mission": {
        "code = 'M-1'": [
            "title_en = ''", "title_zh = ''", "description_en = 'One language'", "description_zh = '说'",
            "kind = 'wish'", "provenance = 'heard'", "status = 'done'", "status = NULL", "status_since = NULL",
        ]
    },
    "instrument": {
        "": [
            "title_en = ''", "title_zh = ''", "issuer_en = ''", "issuer_zh = ''", "second_person = 'three'",
            f"issued_on = {EARLY}", f"issued_on = {LATE}",
        ]
    },
    "theme": {"": ["name_en = ''", "name_zh = ''"]},
    "area": {"": ["name_en = ''", "name_zh = ''", "zone = 'moon'", "parent_id = id"]},
    "organisation": {"": ["name_en = ''", "name_zh = ''", "level = 'galactic'", "parent_id = id"]},
    "source": {"": [*(f"url = {url}" for url in ADDRESSES), "form = 'rumour'"]},
    "reportedfigure": {"": ["indicator_en = ''", "indicator_zh = ''", "measure = 'guess'"]},
    "programme": {"": [f"{name}_{lang} = ''" for name in ("name", "short_name", "about") for lang in ("en", "zh")]},
    "programmeday": {"": ["label_en = ''", "label_zh = ''"]},
    "contradiction": {"": ["text_en = ''", "text_zh = ''"]},
    "user": {
        "erased_at IS NOT NULL": ["language = 'fr'", "name = 'X'", "email = 'x@example.org'", "is_active = true"],
    },
    "membership": {
        "role = 'coordinator'": ["role = 'king'", "role = 'editor'"],
        "role = 'editor'": ["organisation_id = NULL", "role = 'auditor'"],
    },
    "evidencefile": {"": ["media_type = 'image/svg+xml'"]},
    "submission": {
        "": [
            "kind = 'rumour'", "state = 'lost'", "status = 'done'", "basis = 'hearsay'", "state = 'published'",
            "entry_id = 2", "kind = 'correction'", "corrects_id = 2",
        ]
    },
    "step": {"": ["state = 'lost'", "state = 'draft'", "state = 'returned'"]},
    "frozenreport": {
        "slug = 'first'": ["title_en = ''", "title_zh = ''", "reason_en = 'Why'", "reason_zh = '缘由'"],
        "slug = 'second'": ["supersedes_id = id", "supersedes_id = NULL", "reason_en = ''", "reason_zh = ''"],
    },
    "import": {
        "state = 'waiting'": ["kind = 'rumour'", "state = 'done'", "state = 'dropped'", f"decided_at = {MOMENT}"],
        "state = 'done'": ["state = 'lost'", "decided_at = NULL"],
    },
    "token": {
        "": [
            "scope = 'publish'", "role = 'coordinator'", "role = 'auditor'", "organisation_id = NULL", "name = ''",
            "digest = ''", f"digest = '{'f' * 63}'", f"revoked_at = {MOMENT}", "revoked_by_id = user_id",
        ]
    },
    "delivery": {"": ["digest = ''", f"digest = '{'f' * 63}'"]},
    "notice": {
        "topic = 'due'": ["topic = 'birthday'", "due = NULL", "entry_id = 2", "step_id = 1", "topic = 'stale'"],
        "topic = 'stale'": ["entry_id = NULL", f"due = {LATE}", "step_id = 1", "topic = 'overdue'"],
        "topic = 'returned'": ["step_id = NULL", f"due = {LATE}", "entry_id = 2", "stage = 1", "topic = 'due'"],
    },
}  # fmt: skip
# The stored status periods are made from the ledger alone, and checked against it by `verify_ledger`.
NOT_TRIED = {"period_has_days", "period_status_known"}


@pytest.fixture(scope="module")
def world(module_db):
    """At least one valid row of each table, and no trigger."""
    at = example()
    factories.area(), factories.source()
    figure = {"as_of": "2024-01-01", "indicator_en": "Done", "indicator_zh": "完成", "value": 1, "unit": "1"}
    ReportedFigure.objects.create(source=factories.source(), **figure)
    names = ("name_en", "name_zh", "short_name_en", "short_name_zh", "about_en", "about_zh")
    Programme.objects.create(key="x", **dict.fromkeys(names, "x"))
    ProgrammeDay.objects.create(date="2024-01-01", label_en="One", label_zh="一", source=factories.source())
    Contradiction.objects.create(key="x", text_en="One", text_zh="一")
    factories.nameless().erase(by=factories.membership(Role.ADMINISTRATOR).user)
    token, _secret = factories.token()
    Delivery.objects.create(submission=at.step.submission, token=token, digest="f" * 64)
    reminder = Reminder.objects.create(user=at.step.by, day=datetime(2024, 1, 1, tzinfo=UTC).date())
    reminder.notices.create(mission=at.full, topic=Topic.DUE, due="2024-01-01")
    reminder.notices.create(mission=at.opened, topic=Topic.STALE, entry=at.report)
    reminder.notices.create(mission=at.full, topic=Topic.RETURNED, step=at.step)
    factories.membership(Role.EDITOR)
    with triggers_disabled():
        yield at


def violated(table, change, rows):
    """The name of the constraint that refuses the change; None where it passes."""
    try:
        with transaction.atomic():
            sql(f"UPDATE missions_{table} SET {change}" + (f" WHERE {rows}" if rows else ""))
            transaction.set_rollback(True)
    except IntegrityError as error:
        return re.search(r"(?:CHECK constraint failed: |check constraint \")(\w+)", str(error))[1]
    return None


def test_no_change_passes_that_breaks_a_constraint_and_every_constraint_is_tried(world):
    tried = [
        (table, change, rows) for table, by_rows in REFUSED.items() for rows in by_rows for change in by_rows[rows]
    ]
    found = {each: violated(*each) for each in tried}

    assert [each for each, name in found.items() if name is None] == []
    every = {
        constraint.name
        for model in apps.get_app_config("missions").get_models()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }
    assert set(found.values()) == every - NOT_TRIED


def test_every_text_is_in_both_languages_but_the_headline_of_a_submission():
    tried = {(table, change.split(" = ")[0]) for table, rows in REFUSED.items() for row in rows for change in rows[row]}
    pairs = {
        (model._meta.model_name, field.name[:-2] + language)
        for model in apps.get_app_config("missions").get_models()
        for field in model._meta.concrete_fields
        for language in ("en", "zh")
        if field.name.endswith("_en") and not model.__name__.startswith("Historical")
    }

    assert pairs - tried == {("submission", "headline_en"), ("submission", "headline_zh")}


def test_a_change_that_breaks_none_passes(world):
    rows = {(table, rows) for table, by_rows in REFUSED.items() for rows in by_rows}

    assert {each: violated(each[0], "id = id", each[1]) for each in rows} == dict.fromkeys(rows)
