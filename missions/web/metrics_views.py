"""`/metrics` in the format of Prometheus."""

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
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.metrics_core import GaugeMetricFamily
from prometheus_client.registry import Collector

from ..models import FrozenReport, Head, Reminder, State, StatusChange, Step
from .health import OK, results
from .metrics import counted
from .page_cache import program, snapshot


@require_safe
@never_cache
def metrics(request):
    if not settings.HUB_METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.HUB_METRICS_TOKEN}"):
        return HttpResponse(status=401, headers={"WWW-Authenticate": "Bearer"})
    registry = counted()
    registry.register(Site())
    return HttpResponse(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)


class Site(Collector):
    def collect(self):
        checked = results()
        checks = GaugeMetricFamily("hub_check", "1 where this check of /readyz says ok, else 0.", labels=["check"])
        for name, result in checked.items():
            checks.add_metric([name], result == OK)
        yield checks
        build = GaugeMetricFamily("hub_build_info", "The program that answers.", labels=["version", "program"])
        build.add_metric([version(), program()[:12]], 1)
        yield build
        free = shutil.disk_usage(settings.HUB_DATA_DIR).free
        yield GaugeMetricFamily("hub_data_free_bytes", "What is free where HUB_DATA_DIR lies.", free)
        if checked["migrations"] == OK:
            with snapshot():
                yield from gauges()


@cache
def version():
    return tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text())["project"]["version"]


def gauges():
    head = Head.objects.get()
    newest = StatusChange.objects.filter(pk=head.entry).aggregate(at=Max("recorded_at"))["at"]
    waiting = waiting_for_review()
    mailed = Reminder.objects.aggregate(at=Max("sent_at"))["at"]
    values = {
        ("hub_revision", "Revision of the data."): head.revision,
        ("hub_ledger_entries", "Entries of the ledger, which has no gaps."): head.entry,
        ("hub_newest_entry_timestamp_seconds", "When the newest entry was recorded."): newest,
        ("hub_submissions_waiting", "Submissions that wait for review."): waiting["count"],
        ("hub_oldest_waiting_timestamp_seconds", "Since when the oldest of them waits."): waiting["oldest"],
        ("hub_frozen_reports", "Published reports."): FrozenReport.objects.count(),
        ("hub_lockouts", "Names and addresses for which sign-in is closed."): lockouts(),
        ("hub_last_reminder_timestamp_seconds", "When the last reminder was mailed."): mailed,
    }
    for (name, documentation), value in values.items():
        if value is not None:
            yield GaugeMetricFamily(name, documentation, value.timestamp() if hasattr(value, "timestamp") else value)


def waiting_for_review():
    submitted = Step.objects.filter(state=State.SUBMITTED, submission__state=State.SUBMITTED)
    each = submitted.values("submission").annotate(since=Max("at"))
    return each.aggregate(count=Count("submission"), oldest=Min("since"))


def lockouts():
    since = timezone.now() - settings.AXES_COOLOFF_TIME
    attempts = AccessAttempt.objects.filter(attempt_time__gt=since).values(*settings.AXES_LOCKOUT_PARAMETERS[0])
    wrong = attempts.annotate(failures=Sum("failures_since_start"))
    return wrong.filter(failures__gte=settings.AXES_FAILURE_LIMIT).count()
