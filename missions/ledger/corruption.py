"""The message for a damaged SQLite file."""

import sqlite3

from django.conf import settings
from django.utils.translation import gettext as _


def explain_corruption(error: BaseException | None) -> str:
    """Explain a damaged SQLite file and what to do; "" for other errors."""
    while error:
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
            explanation = _(
                "The database %(file)s cannot be read: %(reason)s. Stop the site and restore the newest backup: see"
                " docs/operations.md#restore."
            )
            return explanation % {"file": settings.DATABASES["default"]["NAME"], "reason": error}
        error = error.__cause__ or error.__context__
    return ""
