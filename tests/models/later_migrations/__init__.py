"""The application's migrations and, after them, one that makes SQLite remake tables that have triggers."""

from missions import migrations

__path__ = [*migrations.__path__, *__path__]
