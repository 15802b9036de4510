"""Refuse databases of the first edition and of newer releases."""

from collections.abc import Iterable, Sequence

from django.core.checks import Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext as _

# Only the first edition has it. That edition was never released, so no migration leads on from it.
FIRST_EDITION = ("missions", "0002_head")


def explain_unsupported(migrations: Iterable[Sequence[str]]) -> str:
    """Return why a database with these migrations (app, name) is refused, or ""."""
    migrations = [tuple(migration) for migration in migrations]
    if FIRST_EDITION in migrations:
        return _(
            "The database is of the first edition, which this program cannot read. It was not changed. Name an empty "
            "folder in HUB_DATA_DIR, or an empty database in DATABASE_URL, and load the programme again."
        )
    loader = MigrationLoader(None)
    replaced = (key for migration in loader.replacements.values() for key in migration.replaces)
    known = {*loader.disk_migrations, *replaced}
    newer = sorted(".".join(each) for each in migrations if each[0] in loader.migrated_apps and each not in known)
    if not newer:
        return ""
    message = _(
        "The database is of a newer release than this program: it has %(names)s. Install the release that migrated "
        "it, or restore a backup from before: “manage.py restore FILE”."
    )
    return message % {"names": ", ".join(newer)}


def explain_unsupported_database(connection) -> str:
    return explain_unsupported(MigrationRecorder(connection).applied_migrations())


def check_release(*, databases=None, **kwargs):
    # A system check: `manage.py check --database default`.
    explanations = (explain_unsupported_database(connections[alias]) for alias in databases or [])
    return [Error(explanation, id="missions.E002") for explanation in explanations if explanation]
