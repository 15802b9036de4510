"""Fold runs of missions without a text into one line, on pages in programme order."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import attrgetter

from django.utils.translation import gettext_lazy as _

from ..register.listing import Row
from ..register.mission import Kind, Provenance

# A single row would only be hidden by a line as long.
SHORTEST = 2
SENTENCES = {
    (Provenance.UNPUBLISHED, True): _("%(number)d policies whose text is not published"),
    (Provenance.UNPUBLISHED, False): _("%(number)d missions whose text is not published"),
    (Provenance.NOT_OBTAINED, True): _("%(number)d policies whose text was not obtained"),
    (Provenance.NOT_OBTAINED, False): _("%(number)d missions whose text was not obtained"),
}


def split_runs(rows: Iterable[Row], *, folds: bool) -> Iterator[tuple[str, list[Row]]]:
    """Split rows into runs of one instrument and provenance, each with its summary; "" if it is not folded."""
    for (_instrument, provenance), run in groupby(rows, attrgetter("instrument_code", "provenance")):
        records = list(run)
        are_policies = all(record.kind == Kind.POLICY for record in records)
        sentence = SENTENCES.get((Provenance(provenance), are_policies))
        is_folded = folds and sentence and len(records) >= SHORTEST
        yield (str(sentence) % {"number": len(records)} if is_folded else ""), records
