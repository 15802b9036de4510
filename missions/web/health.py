"""`/healthz` and `/readyz`."""

import shutil
import tempfile
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
LEAST_FREE = 100 * 1024 * 1024


@require_safe
def healthz(request):
    return JsonResponse({"process": OK})


@require_safe
def readyz(request):
    results = check_all()
    return JsonResponse(results, status=200 if set(results.values()) == {OK} else 503)


def check_all() -> dict[str, str]:
    """Return the result of each check, without hosts, folders or values."""
    results: dict[str, str] = {}
    for check in (check_storage, check_database, check_migrations, check_triggers, check_ledger_head):
        name = check.__name__.removeprefix("check_")
        if results.get("database", OK) != OK:
            # Each check would wait for it as long as the first did.
            results[name] = "not checked: the database does not answer"
            continue
        try:
            results[name] = check() or OK
        except (Error, ObjectDoesNotExist) as error:
            results[name] = f"failed: {type(error).__name__}"
        except OSError as error:
            results[name] = f"failed: {error.strerror}"
    return results


def check_storage() -> str | None:
    evidence = Path(default_storage.path(""))
    for folder in (settings.HUB_DATA_DIR, evidence if evidence.exists() else settings.HUB_DATA_DIR):
        with tempfile.TemporaryFile(dir=folder):
            pass
        if shutil.disk_usage(folder).free < LEAST_FREE:
            return "less than 100 MB are free: make room"
    return None


def check_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def check_migrations() -> str | None:
    if explain_unsupported_database(connection):
        return "the database is of another release than this program"
    executor = MigrationExecutor(connection)
    is_behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return "migrations are missing: run manage.py migrate" if is_behind else None


def check_triggers() -> str | None:
    if missing := triggers.missing(connection):
        return f"missing: {', '.join(missing)}: run manage.py migrate"
    names = ", ".join(f"{name} on {table}" for table, name in triggers.unexpected(connection))
    return f"not of this site: {names}: run manage.py verify_ledger" if names else None


def check_ledger_head() -> str | None:
    head, newest = Head.objects.get(), StatusChange.objects.order_by("-pk").first()
    is_newest = (head.entry, head.hash) == ((newest.pk, newest.hash) if newest else (0, GENESIS))
    return None if is_newest else "the head is not the newest entry: run manage.py verify_ledger"
