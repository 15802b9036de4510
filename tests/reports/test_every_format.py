"""Every format beside the list page, for queries and days that nobody thought of: what must hold of a report."""

from datetime import date

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.public.dom import parse
from tests.public.oracle import Answer
from tests.public.parameters import address
from tests.public.queries import LAST, days, pairs, queries
from tests.reports.reading import ENDINGS, fetched, reading

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.both_databases, pytest.mark.no_cover]

bounded = settings(
    derandomize=True,
    max_examples=20,
    deadline=None,
    database=None,
    phases=[Phase.generate],  # to find a smaller query that fails would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@st.composite
def report_queries(draw):
    """A query of the list, with a language and often a base day and an end of the period."""
    query = {**draw(queries(most=2)), "lang": [draw(st.sampled_from(["en", "zh", "both"]))]}
    last = date.fromisoformat(query["as_of"][0]) if "as_of" in query else LAST
    if draw(st.booleans()):
        query["until"] = draw(days(LAST))
        last = date.fromisoformat(query["until"][0])
    if draw(st.booleans()):
        query["since"] = draw(days(LAST).filter(lambda value: date.fromisoformat(value[0]) <= last))
    return query


def on_the_list(client, query, language):
    """(code, status) of each mission on all pages of the list, and the number that the page states."""
    rows, page = [], 0
    while True:
        page += 1
        asked = (*pairs(query), ("page", str(page)), ("per_page", "20"))
        results = parse(client.get(address("missions/", *asked, language=language))).one(id="results")
        rows += [(row["data-code"], row["data-status"]) for row in results.all("tr") if row.get("data-code")]
        total = int(results["data-total"])
        if page * 20 >= total:
            return rows, total


def counted(rows, answer):
    """What totals must say of the rows of the list: records by dimension, code and status."""
    facts = {standing.plain.code: standing for standing in answer.there}
    totals = {dimension: {} for dimension in ("instrument", "theme", "owner", "status", "deadline")}
    for code, status in rows:
        of = facts[code]
        values = (of.plain.instrument, of.plain.theme, of.plain.lead, status, of.deadline)
        for groups, value in zip(totals.values(), values, strict=True):
            counts = groups.setdefault(value, {})
            counts[status] = counts.get(status, 0) + 1
    return totals


def test_every_format_has_the_rows_statuses_and_totals_of_the_list(client, world):
    found = []

    @bounded
    @given(query=report_queries())
    def check(query):
        (edition,) = query["lang"]
        language = "zh-hans" if edition == "zh" else "en"
        rows, total = on_the_list(client, query, language)
        expected = counted(rows, Answer(world, query, language=language, today=LAST))
        for ending in ENDINGS:
            response, body = fetched(client, ending, *pairs(query))
            read = reading(ending, body, edition)

            assert read.missions == rows, ending
            assert (read.totals, read.records) in ((expected, total), (None, None)), ending
            assert (read.totals is None) == (ending == "csv")
            assert response["X-Hub-Count"] == str(len(rows)) == str(total)
        found.append(total)

    check()
    assert len([total for total in found if total > 1]) > 5
