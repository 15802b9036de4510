"""`/metrics` in the format of Prometheus.

Processes of gunicorn count requests together in a folder, which `gunicorn.conf.py` names.
"""

import os
import shutil
import tomllib
from functools import cache

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Max, Min, Sum
from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from ..models import FrozenReport, Head, Reminder, State, StatusChange, Step
from .health import OK, check_all
from .page_cache import program, snapshot

REQUESTS = Counter("hub_requests", "Requests by route and class of status.", ["route", "status"], registry=None)
DURATION = Histogram(
    "hub_request_duration_seconds",
    "How long requests took, by route, without the time to send the answer.",
    ["route"],
    buckets=(0.01, 0.05, 0.25, 1, 5),
    registry=None,
)


def count(request, answer, seconds):
    # The name of a view is one of a bounded set of values; a cached page has no view.
    without_view = "kept" if answer.status_code in (200, 304) else "none"
    route = request.resolver_match.view_name if request.resolver_match else without_view
    REQUESTS.labels(route, f"{answer.status_code // 100}xx").inc()
    DURATION.labels(route).observe(seconds)


@require_safe
@never_cache
def metrics(request):
    if not settings.HUB_METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.HUB_METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
        registry.register(DURATION)
    registry.register(SiteCollector())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class SiteCollector(Collector):
    def collect(self):
        results = check_all()
        checks = GaugeMetricFamily("hub_check", "1 where this check of /readyz says ok, else 0.", labels=["check"])
        for name, result in results.items():
            checks.add_metric([name], result == OK)
        yield checks
        build = GaugeMetricFamily("hub_build_info", "The program that answers.", labels=["version", "program"])
        build.add_metric([version(), program()[:12]], 1)
        yield build
        free = shutil.disk_usage(settings.HUB_DATA_DIR).free
        yield GaugeMetricFamily("hub_data_free_bytes", "What is free where HUB_DATA_DIR lies.", free)
        if results["migrations"] == OK:
            with snapshot():
                yield from gauges()


@cache
def version():
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def gauges():
    head = Head.objects.get()
    newest = StatusChange.objects.filter(pk=head.entry).aggregate(at=Max("recorded_at"))["at"]
    submitted = Step.objects.filter(state=State.SUBMITTED, submission__state=State.SUBMITTED)
    since = submitted.values("submission").annotate(since=Max("at"))
    waiting = since.aggregate(count=Count("submission"), oldest=Min("since"))
    mailed = Reminder.objects.aggregate(at=Max("sent_at"))["at"]
    values = {
        ("hub_revision", "Revision of the data."): head.revision,
        ("hub_ledger_entries", "Entries of the ledger, which has no gaps."): head.entry,
        ("hub_newest_entry_timestamp_seconds", "When the newest entry was recorded."): newest,
        ("hub_submissions_waiting", "Submissions that wait for review."): waiting["count"],
        ("hub_oldest_waiting_timestamp_seconds", "Since when the oldest of them waits."): waiting["oldest"],
        ("hub_frozen_reports", "Published reports."): FrozenReport.objects.count(),
        ("hub_lockouts", "Names and addresses for which sign-in is closed."): count_lockouts(),
        ("hub_last_reminder_timestamp_seconds", "When the last reminder was mailed."): mailed,
    }
    for (name, documentation), value in values.items():
        if value is not None:
            yield GaugeMetricFamily(name, documentation, value.timestamp() if hasattr(value, "timestamp") else value)


def count_lockouts():
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(attempt_time__gt=since).values(*settings.AXES_LOCKOUT_PARAMETERS[0])
    wrong = attempts.annotate(failures=Sum("failures_since_start"))
    return wrong.filter(failures__gte=settings.AXES_FAILURE_LIMIT).count()
