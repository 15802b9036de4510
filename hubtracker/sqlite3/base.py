"""Django's SQLite backend with a time limit for statements, which SQLite lacks."""

from time import monotonic

from django.db.backends.sqlite3 import base
from django.db.utils import DatabaseErrorWrapper
from django.utils.functional import cached_property

OPERATIONS = 1_000_000  # of SQLite's virtual machine; they take some hundredths of a second


class Timed(DatabaseErrorWrapper):
    """Record the start time of every SQLite call, for the timeout."""

    wrapper: "DatabaseWrapper"

    def __enter__(self):
        self.wrapper.began = monotonic()


class DatabaseWrapper(base.DatabaseWrapper):
    """Interrupt a call after `patience` seconds, if that is set. Reading a whole result takes many calls."""

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
        return self.patience is not None and monotonic() - self.began > self.patience

    def is_usable(self) -> bool:
        # Django calls this only after an error. The next request then opens a new connection.
        return False
