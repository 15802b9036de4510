"""The cache, in which attempts are counted."""

from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connection


class Cache(DatabaseCache):
    """Django's keeps to itself that it could not write, which whoever counts attempts takes for one too many."""

    def add(self, *args: Any, **kwargs: Any) -> bool:
        added = super().add(*args, **kwargs)
        # An entry that is there already is none of these errors.
        if not added and connection.errors_occurred:
            raise OperationalError("The cache cannot be written to.")
        return added
