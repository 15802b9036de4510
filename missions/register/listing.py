"""Rows of missions as tuples, because model instances take longer than drawing."""

import collections
from typing import Any

from ..bilingual import Bilingual
from ..columns import PLAIN_LISTED

# What a query of missions `as_of` a date reads for a row.
PATHS = (
    *("code", "number", "kind", "provenance", "instrument__position", "instrument__code"),
    *("title_en", "title_zh", "description_en", "description_zh"),
    *("status_asof", "since_asof", "due_asof", "due_first_asof", "due_moves_asof", "deadline_asof"),
    *("theme__position", "theme__code", "theme__name_en", "theme__name_zh"),
    *("lead_owner__position", "lead_owner__code", "lead_owner__name_en", "lead_owner__name_zh"),
    *(column.name for column in PLAIN_LISTED),
)
namedtuple: Any = collections.namedtuple  # mypy knows it only with a literal list
Values: Any = namedtuple("Values", [path.replace("__", "_") for path in PATHS])


class MissionRow(Values):
    """A mission `as_of` a date, for a list or the wall; its texts are those of the reader's language."""

    __slots__ = ()

    title = Bilingual("title")
    title_other = Bilingual("title", other=True)
    description = Bilingual("description")
    description_other = Bilingual("description", other=True)
    owner = Bilingual("lead_owner_name")

    @property
    def plain(self) -> list[tuple[str, Any]]:
        """The plain columns of the list: name and value."""
        return [(column.name, getattr(self, column.name)) for column in PLAIN_LISTED]

    @property
    def programme_place(self) -> tuple[int, str, int, str]:
        return self.instrument_position, self.instrument_code, self.number, self.code
