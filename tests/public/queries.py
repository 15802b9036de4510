"""Strategies that draw valid queries: every parameter, repeated values, in any order."""

from datetime import date

from hypothesis import strategies as st

from tests.public.oracle import CHOICES
from tests.public.world import WORDS

ORDERS = ("programme", "code", "title", "status", "owner", "due", "changed")
SORTS = [sign + name for name in ORDERS for sign in ("", "-")]
PIECES = [*WORDS, "%", "_", "\\", "idge", "FI", "ss", "桥", "İ", "'", "<", "1", "-", "fp", "ｆｐ", "nothing has this"]
LAST = date(2024, 6, 30)


def days(last=date(2026, 1, 31)):
    near = [(2024, 3, 1), (2024, 3, 2), (2024, 3, 3), (2023, 12, 1), (2023, 11, 30), (2021, 2, 24)]
    drawn = st.one_of(st.sampled_from(near).map(lambda day: date(*day)), st.dates(date(2020, 12, 1), last))
    return drawn.map(lambda day: [day.isoformat()])


def codes(facet):
    return st.lists(st.sampled_from(CHOICES[facet]), min_size=1, max_size=3)


words = st.lists(st.sampled_from(PIECES), min_size=1, max_size=2)
PARAMETERS = {
    "q": st.tuples(st.sampled_from([" ", "\u3000", "\t"]), words).map(lambda pair: [pair[0].join(pair[1])]),
    **{facet: codes(facet) for facet in CHOICES},
    **{name: days() for name in ("due_after", "due_before", "changed_after", "changed_before")},
    **{name: days(LAST) for name in ("as_of", "known_at")},
    "sort": st.sampled_from(SORTS).map(lambda sort: [sort]),
}


@st.composite
def queries(draw, most=4):
    """A query as (name → values): up to `most` parameters, and often a sort order and what was known on a day."""
    names = draw(st.lists(st.sampled_from(list(PARAMETERS)), max_size=most, unique=True))
    names += [name for name in ("sort", "known_at") if name not in names and draw(st.booleans())]
    return {name: draw(PARAMETERS[name]) for name in names}


def pairs(query):
    """The query as (name, value) pairs, for `urlencode`."""
    return [(name, value) for name, values in query.items() for value in values]
