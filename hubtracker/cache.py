from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connection, transaction


class Cache(DatabaseCache):
    """Django's cache swallows write errors; allauth would then count a failed write as an attempt. Raise instead."""

    @transaction.atomic
    def add(self, *args: Any, **kwargs: Any) -> bool:
        # An error of COMMIT is raised in the surrounding transaction; no ROLLBACK resets `errors_occurred`.
        added = super().add(*args, **kwargs)
        # An existing entry is not one of these errors.
        if not added and connection.errors_occurred:
            raise OperationalError("The cache cannot be written to.")
        return added
