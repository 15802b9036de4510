"""What every file states about itself, whatever records it holds."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from ..filters import MissionFilter
from ..models import Head


@dataclass(frozen=True)
class Report:
    """What a file states, and its records. Nothing in it depends on when it was made."""

    query: str
    as_of: date
    known_at: date | None
    revision: int
    advanced_at: datetime
    ledger_head: str
    records: Sequence[Any]

    @property
    def filename(self) -> str:
        """The name without its ending: day, revision and query tell two reports apart."""
        query_hash = hashlib.sha256(self.query.encode()).hexdigest()[:8]
        return f"hubtracker_{self.as_of}_r{self.revision}_{query_hash}"


def report_of(query: MissionFilter, records: QuerySet) -> Report:
    """The report of these records, which the valid query asks for."""
    head, read = _read(records)
    return Report(
        query=query.canonical_query,
        as_of=query.form.on,
        known_at=query.form.known,
        revision=head.revision,
        advanced_at=head.advanced_at,
        ledger_head=head.hash,
        records=read,
    )


def _read(records):
    """The head and the records of one and the same revision: read anew where something was written in between."""
    head = Head.objects.get()
    while True:
        read = list(records.all())
        before, head = head, Head.objects.get()
        if head.revision == before.revision:
            return head, read
