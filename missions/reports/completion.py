"""The completion report: a query of the list on a day, frozen into what every format draws."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from ..filters import ReportFilter
from ..models import Head, Mission


@dataclass(frozen=True)
class CompletionReport:
    """What a file states, and its rows. Nothing in it depends on when it was made."""

    query: str
    as_of: date
    known_at: date | None
    revision: int
    advanced_at: datetime
    ledger_head: str
    missions: Sequence[Mission]

    @property
    def filename(self) -> str:
        """The name without its ending: day, revision and query tell two reports apart."""
        query_hash = hashlib.sha256(self.query.encode()).hexdigest()[:8]
        return f"hubtracker_{self.as_of}_r{self.revision}_{query_hash}"


def completion_report(query: ReportFilter) -> CompletionReport:
    """The report that a valid query asks for."""
    head, missions = _read(query)
    return CompletionReport(
        query=query.canonical_query,
        as_of=query.form.on,
        known_at=query.form.known,
        revision=head.revision,
        advanced_at=head.advanced_at,
        ledger_head=head.hash,
        missions=missions,
    )


def _read(query):
    """The head and the missions of one and the same revision: read anew where something was written in between."""
    head = Head.objects.get()
    while True:
        missions = list(query.qs.prefetch_related("supporting_owners", "areas"))
        before, head = head, Head.objects.get()
        if head.revision == before.revision:
            return head, missions
