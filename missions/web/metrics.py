"""Counters of requests for `/metrics`.

In Prometheus multiprocess mode, `gunicorn.conf.py` names the folder of the counters.
"""

import os

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.multiprocess import MultiProcessCollector

REQUESTS = Counter("hub_requests", "Requests by route and class of status.", ["route", "status"], registry=None)
DURATION = Histogram(
    "hub_request_duration_seconds",
    "How long requests took, by route, without the time to send the answer.",
    ["route"],
    buckets=(0.01, 0.05, 0.25, 1, 5),
    registry=None,
)
CACHED, NONE = "kept", "none"


def count(request, answer, seconds):
    route = route_of(request, answer.status_code)
    REQUESTS.labels(route, f"{answer.status_code // 100}xx").inc()
    DURATION.labels(route).observe(seconds)


def route_of(request, status):
    """Return the view's name: a bounded set of label values."""
    if request.resolver_match:
        return request.resolver_match.view_name
    return CACHED if status in (200, 304) else NONE


def counted() -> CollectorRegistry:
    registry = CollectorRegistry()
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        MultiProcessCollector(registry)
    else:
        registry.register(REQUESTS)
        registry.register(DURATION)
    return registry
