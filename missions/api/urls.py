from typing import Any

from django.urls import path

from ..parameters import reads
from . import documentation
from .core import QUERY, api

# isort: off
# Operations register on import, and openapi.json lists them in this order.
from . import resources, submissions, totals  # noqa: F401

patterns: list[Any] = api.urls[0]
queries: dict[str, Any] = {
    operation.view_func.__name__: (operation.openapi_extra or {}).get(QUERY)
    for view in api.default_router.path_operations.values()
    for operation in view.operations
}
for pattern in patterns:
    if query := queries.get(pattern.name):
        reads(query.parameters())(pattern.callback)

urlpatterns = [
    path("openapi.json", documentation.openapi, name="openapi"),
    path("docs", documentation.docs, name="docs"),
    *patterns,
]
