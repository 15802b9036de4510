"""Lists of more missions than are kept in memory."""

import csv
import io

import pytest

from tests.public.crowd import crowd
from tests.public.dom import listed
from tests.public.reading import links, page_of, section

pytestmark = [pytest.mark.long, pytest.mark.both_databases]
PAGE = range(1, 7)


def test_pages_of_a_long_list_follow_each_other_in_every_order(client, noon):
    crowd(501)
    for sort in ("programme", "-code", "status", "-owner", "due", "-changed", "title"):
        file = client.get(f"/en/report/completion.csv?sort={sort}").getvalue().decode("utf-8-sig")
        pages = [listed(client.get(f"/en/missions/?per_page=100&sort={sort}&page={number}")) for number in PAGE]
        codes = [code for page in pages for code in page]
        assert codes == [row["code"] for row in csv.DictReader(io.StringIO(file))], sort
        assert len(set(codes)) == 501
    assert links(section(page_of(client), "wall"))[0] == "/en/missions/"  # too many to draw
