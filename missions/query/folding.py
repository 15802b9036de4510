"""Folding of missions without a text into one line."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from ..register.listing import MissionRow
from ..register.mission import Kind, Provenance

# A single row would be as long as the line that hides it.
SHORTEST = 2
SENTENCES = {
    (Provenance.UNPUBLISHED, True): _("%(number)d policies whose text is not published"),
    (Provenance.UNPUBLISHED, False): _("%(number)d missions whose text is not published"),
    (Provenance.NOT_OBTAINED, True): _("%(number)d policies whose text was not obtained"),
    (Provenance.NOT_OBTAINED, False): _("%(number)d missions whose text was not obtained"),
}


def split_runs(rows: Iterable[MissionRow], *, folds: bool) -> Iterator[tuple[str, list[MissionRow]]]:
    for (_instrument, provenance), run in groupby(rows, attrgetter("instrument_code", "provenance")):
        records = list(run)
        are_policies = all(record.kind == Kind.POLICY for record in records)
        sentence = SENTENCES.get((Provenance(provenance), are_policies))
        is_folded = folds and sentence and len(records) >= SHORTEST
        yield (str(sentence) % {"number": len(records)} if is_folded else ""), records
