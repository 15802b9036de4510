"""SQLite as Django has it, with a limit on the time that a statement may take: SQLite itself has none."""

from time import monotonic

from django.db.backends.sqlite3 import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

OPERATIONS = 1_000_000  # of SQLite's own machine: some hundredths of a second


class Timed(DatabaseErrorWrapper):
    """Around each call of SQLite, be it to run a statement or to fetch more of its rows: notes when it began."""

    wrapper: "DatabaseWrapper"

    def __enter__(self):
        self.wrapper.began = monotonic()


class DatabaseWrapper(base.DatabaseWrapper):
    """A call may take `patience` seconds; without it, as long as it needs. To read all of a file takes many calls."""

    patience: float | None = None
    began = 0.0

    @cached_property
    def wrap_database_errors(self):
        return Timed(self)

    def get_new_connection(self, conn_params):
        connection = super().get_new_connection(conn_params)
        connection.set_progress_handler(self.is_late, OPERATIONS)
        return connection

    def is_late(self) -> bool:
        """Whether to give the call up; SQLite asks every so many operations."""
        return self.patience is not None and monotonic() - self.began > self.patience

    def is_usable(self) -> bool:
        """Asked for after an error alone: the next request opens the database anew."""
        return False
