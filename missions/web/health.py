"""`/healthz` and `/readyz`."""

import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.files.storage import default_storage
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse
from django.views.decorators.http import require_safe

from ..ledger import triggers
from ..ledger.entries import GENESIS
from ..models import Head, StatusChange
from ..ops.releases import explain_unsupported_database

OK = "ok"
# Each check would wait for it as long as the first did.
AWAY = "not checked: the database does not answer"
LEAST_FREE = 100 * 1024 * 1024


@require_safe
def healthz(request):
    return JsonResponse({"process": OK})


@require_safe
def readyz(request):
    state = results()
    return JsonResponse(state, status=200 if set(state.values()) == {OK} else 503)


def results() -> dict[str, str]:
    """Return the result of each check, without hosts, folders or values."""
    state: dict[str, str] = {}
    for name, check in CHECKS.items():
        state[name] = _result(check) if state.get("database", OK) == OK else AWAY
    return state


def _result(check: Callable[[], Iterator[str]]) -> str:
    try:
        return next(check(), OK)
    except (Error, ObjectDoesNotExist) as error:
        return f"failed: {type(error).__name__}"
    except OSError as error:
        return f"failed: {error.strerror}"


def _storage():
    evidence = Path(default_storage.path(""))
    for folder in (settings.HUB_DATA_DIR, evidence if evidence.exists() else settings.HUB_DATA_DIR):
        with tempfile.TemporaryFile(dir=folder):
            pass
        if shutil.disk_usage(folder).free < LEAST_FREE:
            yield "less than 100 MB are free: make room"


def _database():
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    yield from ()


def _migrations():
    if explain_unsupported_database(connection):
        yield "the database is of another release than this program"
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield "migrations are missing: run manage.py migrate"


def _triggers():
    if missing := triggers.missing(connection):
        yield f"missing: {', '.join(missing)}: run manage.py migrate"
    if foreign := triggers.unexpected(connection):
        names = ", ".join(f"{name} on {table}" for table, name in foreign)
        yield f"not of this site: {names}: run manage.py verify_ledger"


def _ledger_head():
    head, newest = Head.objects.get(), StatusChange.objects.order_by("-pk").first()
    if (head.entry, head.hash) != ((newest.pk, newest.hash) if newest else (0, GENESIS)):
        yield "the head is not the newest entry: run manage.py verify_ledger"


# Each yields what is wrong, if anything.
CHECKS: dict[str, Callable[[], Iterator[str]]] = {
    "storage": _storage,
    "database": _database,
    "migrations": _migrations,
    "triggers": _triggers,
    "ledger_head": _ledger_head,
}
