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

# Table → kind or id of the rows → what they may not be set to, besides unknown choices and texts in one language.
REFUSED = {
    "statuschange": {
        "kind = 'report'": [
            "status = 'unreported'", "previous = NULL", "corrects_id = 1", "sets_status = false", "sets_due = true",
            "due = '2025-01-01'", "decided_by = 'Office'", f"effective_on = {EARLY}",
        ],
        "kind = 'opening'": ["previous = 'paused'", "status = 'paused'", "sets_due = false", "sets_status = false"],
        "kind = 'deadline'": ["status = 'completed'", "sets_status = true", f"due = {EARLY}", f"due = {LATE}"],
        "kind = 'correction'": ["corrects_id = NULL", "sets_status = false"],
    },
    "evidence": {"": ["title = ''", *(f"url = {url}" for url in ADDRESSES)]},
    "head": {"": ["id = 2"]},
    "mission": {"code = 'M-1'": ["status = NULL", "status_since = NULL"]},
    "statusperiod": {"": ["first_day = until"]},
    "instrument": {"": [f"issued_on = {EARLY}", f"issued_on = {LATE}"]},
    "area": {"": ["parent_id = id"]},
    "organisation": {"": ["parent_id = id"]},
    "source": {"": [f"url = {url}" for url in ADDRESSES]},
    "user": {"erased_at IS NOT NULL": ["name = 'X'", "email = 'x@example.org'", "is_active = true"]},
    "membership": {
        "role = 'coordinator'": ["role = 'editor'"], "role = 'editor'": ["organisation_id = NULL", "role = 'auditor'"],
    },
    "submission": {"": ["state = 'published'", "entry_id = 2", "kind = 'correction'", "corrects_id = 2"]},
    "step": {"": ["state = 'draft'", "state = 'returned'"]},
    "frozenreport": {"slug = 'second'": ["supersedes_id = id", "supersedes_id = NULL"], "slug = 'first'": []},
    "import": {
        "state = 'done'": ["decided_at = NULL"],
        "state = 'waiting'": ["state = 'done'", "state = 'dropped'", f"decided_at = {MOMENT}"],
    },
    "token": {
        "": [
            "role = 'coordinator'", "role = 'auditor'", "organisation_id = NULL", "name = ''", "digest = ''",
            f"digest = '{'f' * 63}'", f"revoked_at = {MOMENT}", "revoked_by_id = user_id",
        ]
    },
    "delivery": {"": ["digest = ''", f"digest = '{'f' * 63}'"]},
    "notice": {
        "topic = 'due'": ["due = NULL", "entry_id = 2", "step_id = 1", "topic = 'stale'"],
        "topic = 'stale'": ["entry_id = NULL", f"due = {LATE}", "step_id = 1", "topic = 'overdue'"],
        "topic = 'returned'": ["step_id = NULL", f"due = {LATE}", "entry_id = 2", "stage = 1", "topic = 'due'"],
    },
}  # fmt: skip
MODELS = [
    model for model in apps.get_app_config("missions").get_models() if not model.__name__.startswith("Historical")
]
# The publisher fills in the other language of a submission.
FREE = {"submission.headline_en", "submission.headline_zh"}


def refused():
    """Yield (table, change, rows) of every change that must be refused."""
    for table, by_rows in REFUSED.items():
        yield from ((table, change, rows) for rows, changes in by_rows.items() for change in changes)
    for model in MODELS:
        names = {field.name for field in model._meta.concrete_fields}
        for field in model._meta.concrete_fields:
            name, column = field.name, field.column
            if field.choices:
                change = f"{column} = 'unknown'"
            elif {name[:-2] + "en", name[:-2] + "zh"} <= names:  # given or not, but the same in both languages
                change = f"{column} = CASE WHEN {column} = '' THEN 'x' ELSE '' END"
            else:
                continue
            if f"{model._meta.model_name}.{name}" not in FREE:
                table = model._meta.model_name
                yield table, change, next(iter(REFUSED.get(table, [""])))


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
    found = {each: violated(*each) for each in refused()}

    assert [each for each, name in found.items() if name is None] == []
    assert set(found.values()) == {
        constraint.name
        for model in MODELS
        for constraint in model._meta.constraints
        if isinstance(constraint, models.CheckConstraint)
    }


def test_a_change_that_breaks_none_passes(world):
    rows = {(table, rows) for table, _change, rows in refused()}

    assert {each: violated(each[0], "id = id", each[1]) for each in rows} == dict.fromkeys(rows)
