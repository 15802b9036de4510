"""Missions as the rows of a page: values in place of records, which take longer to make than all else to draw."""

import re
from datetime import date
from typing import NamedTuple

from ..bilingual import Bilingual


class Columns(NamedTuple):
    """What is read of a mission `as_of` a day."""

    code: str
    number: int
    kind: str
    provenance: str
    instrument_position: int
    instrument_code: str
    title_en: str
    title_zh: str
    description_en: str
    description_zh: str
    status_asof: str
    since_asof: date
    due_asof: date | None
    due_first_asof: date | None
    due_moves_asof: int
    deadline_asof: str
    theme_position: int
    theme_code: str
    theme_name_en: str
    theme_name_zh: str
    lead_owner_position: int
    lead_owner_code: str
    lead_owner_name_en: str
    lead_owner_name_zh: str


class Row(Columns):
    """A mission `as_of` a day, for a list or the wall; its texts are those of the reader's language."""

    __slots__ = ()

    title = Bilingual("title")
    title_other = Bilingual("title", other=True)
    description = Bilingual("description")
    description_other = Bilingual("description", other=True)
    owner = Bilingual("lead_owner_name")

    @property
    def programme_place(self) -> tuple[int, str, int, str]:
        """Sort key of the programme order."""
        return self.instrument_position, self.instrument_code, self.number, self.code


PATHS = [re.sub("^(instrument|theme|lead_owner)_", r"\1__", field) for field in Columns._fields]
