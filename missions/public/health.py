"""Whether the process answers (`/healthz`), and whether the site is fit to serve (`/readyz`)."""

from django.core.exceptions import ObjectDoesNotExist
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import JsonResponse

from ..models import Head, StatusChange, triggers
from ..models.ledger import GENESIS


def healthz(request):
    return JsonResponse({"process": "ok"})


def readyz(request):
    """200 where every check says "ok", else 503; each check by its name."""
    results = {name: _result(check) for name, check in CHECKS.items()}
    return JsonResponse(results, status=200 if set(results.values()) == {"ok"} else 503)


def _result(check) -> str:
    try:
        return next(check(), "ok")
    except (Error, ObjectDoesNotExist) as error:
        return f"failed: {type(error).__name__}"


def _database():
    connection.ensure_connection()
    yield from ()


def _migrations():
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield "migrations are missing: run manage.py migrate"


def _triggers():
    if missing := triggers.missing(connection):
        yield f"missing: {', '.join(missing)}: run manage.py migrate"


def _ledger_head():
    head, newest = Head.objects.get(), StatusChange.objects.order_by("-pk").first()
    if (head.entry, head.hash) != ((newest.pk, newest.hash) if newest else (0, GENESIS)):
        yield "the head is not the newest entry: run manage.py verify_ledger"


# Each yields what is wrong, if anything.
CHECKS = {"database": _database, "migrations": _migrations, "triggers": _triggers, "ledger_head": _ledger_head}
