"""A line of the table: what was measured, against what, and whether it keeps its limit."""

import time
from dataclasses import dataclass
from statistics import median

ROUNDS = 5


@dataclass(frozen=True)
class Line:
    """One comparison. A limit is one of the ratio, or of the figure itself where it stands alone."""

    what: str
    ours: float
    unit: str
    against: str = ""
    theirs: float | None = None
    least: float | None = None
    most: float | None = None
    note: str = ""

    @property
    def ratio(self):
        """Ours by theirs, or None."""
        return None if self.theirs is None else self.ours / self.theirs

    @property
    def limit(self):
        """The limit in words, or nothing where there is none."""
        bounds = (("at least", self.least), ("at most", self.most))
        unit = "×" if self.against else self.unit
        return " and ".join(f"{word} {bound:,g} {unit}" for word, bound in bounds if bound is not None)

    @property
    def is_kept(self):
        """Whether the limit is kept; a line without one keeps it."""
        value = self.ratio if self.against else self.ours
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    @property
    def verdict(self):
        if not self.limit:
            return "–"
        return "kept" if self.is_kept else "NOT KEPT"


def medians(*jobs, rounds=ROUNDS):
    """The median of what each job returns, in the order given. The jobs take turns: a slow minute falls on all."""
    results = [[job() for job in jobs] for _round in range(rounds)]
    return [median(each) for each in zip(*results, strict=True)]


def seconds(job):
    """How long the job takes this time."""
    start = time.perf_counter()
    job()
    return time.perf_counter() - start
