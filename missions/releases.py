"""Whether a database is of a newer release than this code, which then must not touch it."""

from collections.abc import Iterable, Sequence

from django.core.checks import Error
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils.translation import gettext_lazy as _

ADVICE = _("Install the release that migrated it, or restore a backup from before: “manage.py restore FILE”.")


def of_a_newer_release(migrations: Iterable[Sequence[str]]) -> list[str]:
    """Those of the migrations (app, name) that this code does not have, as app.name."""
    loader = MigrationLoader(None)
    replaced = (key for migration in loader.replacements.values() for key in migration.replaces)
    known = {*loader.disk_migrations, *replaced}
    return sorted(
        f"{app}.{name}" for app, name in migrations if app in loader.migrated_apps and (app, name) not in known
    )


def newer_than_the_code(connection) -> list[str]:
    """The migrations that this database has seen, and this code does not have, as app.name."""
    return of_a_newer_release(MigrationRecorder(connection).applied_migrations())


def check_release(*, databases=None, **kwargs):
    """A system check (`manage.py check --database default`): an error for a database that is ahead of the code."""
    return [
        Error(said(newer), hint=str(ADVICE), id="missions.E002")
        for alias in databases or []
        if (newer := newer_than_the_code(connections[alias]))
    ]


def said(newer: list[str]) -> str:
    return _("The database is of a newer release than this program: it has %(names)s.") % {"names": ", ".join(newer)}
