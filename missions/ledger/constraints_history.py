"""Writes to the field history that the database refuses; `refusals.py` has what a rule is."""

from collections.abc import Iterator

from django.apps import apps
from simple_history.models import HistoricalChanges

from ..accounts.models import User
from .constraints import Rule, exists, no_replace
from .constraints_accounts import USER

MODELS = [model for model in apps.get_app_config("missions").get_models() if issubclass(model, HistoricalChanges)]
TABLES = [model._meta.db_table for model in MODELS]

# What `User.erase` makes of a person's columns.
ERASED = {"username": "'erased:' || OLD.id", "name": "''", "email": "''"}


def is_no_erasure(model) -> str:
    columns = [field.column for field in model._meta.concrete_fields]
    wrong = [
        f"NEW.{column} <> {ERASED[column]}" if column in ERASED else f"NEW.{column} IS DISTINCT FROM OLD.{column}"
        for column in columns
    ]
    return f"{' OR '.join(wrong)} OR NOT {exists(USER, 'other.id = OLD.id AND other.erased_at IS NOT NULL')}"


def rules_of(model) -> Iterator[Rule]:
    table, key = model._meta.db_table, model._meta.pk.column
    name = table.removeprefix("missions_")
    may_be_erased = model is User.history.model
    refused_when = is_no_erasure(model) if may_be_erased else "1 = 1"
    yield Rule(f"{name}_no_update", table, "UPDATE", refused_when, "a version in the field history never changes")
    yield Rule(f"{name}_no_delete", table, "DELETE", "1 = 1", "a version in the field history stays")
    yield no_replace(name, table, f"other.{key} = NEW.{key}", "a version with this id")


RULES = [rule for model in MODELS for rule in rules_of(model)]
