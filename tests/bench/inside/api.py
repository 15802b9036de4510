"""What a short and a long page of the API take, and how many queries."""

from itertools import count

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ..lines import Line, medians, seconds

# A page of 1,000 missions takes at most so many times what one of 25 takes. Half of the queries are the cache's: the
# revision, twice, within a transaction.
TIMES, QUERIES = 5, 8


def api():
    """The two pages beside each other, made anew each time, and the queries of each."""
    client, fresh = Client(SERVER_NAME=settings.ALLOWED_HOSTS[0]), count()

    def asked(rows):
        answer = client.get(f"/api/v1/missions?per_page={rows}&_n={next(fresh)}", secure=True)
        assert answer.content.count(b'"status_since"') == rows, answer  # to read it is the reader's time

    def queries(rows):
        with CaptureQueriesContext(connection) as captured:
            asked(rows)
        return len(captured)

    said = {rows: queries(rows) for rows in (25, 1000)}
    short, long = medians(lambda: seconds(lambda: asked(25)), lambda: seconds(lambda: asked(1000)))
    yield Line("API, a page of 1,000 missions", long, "s", "a page of 25", short, most=TIMES)
    for rows, number in said.items():
        yield Line(f"API, queries of a page of {rows:,}", number, "queries", most=QUERIES)
