from typing import Any

from django.core.cache.backends.db import DatabaseCache
from django.db import OperationalError, connection, transaction


class Cache(DatabaseCache):
    """Django's cache swallows write errors; allauth would then count a failed write as one attempt too many."""

    @transaction.atomic
    def add(self, *args: Any, **kwargs: Any) -> bool:
        # In the transaction around it, an error of COMMIT is raised, and no ROLLBACK resets `errors_occurred`.
        added = super().add(*args, **kwargs)
        # An entry that is there already is none of these errors.
        if not added and connection.errors_occurred:
            raise OperationalError("The cache cannot be written to.")
        return added
