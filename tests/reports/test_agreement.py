"""The report beside the list, in a programme with everything in it: the same records in the same order."""

import random
from datetime import date

from missions.models import Mission
from tests.public.dom import listed, total
from tests.public.oracle import CHOICES
from tests.public.parameters import address
from tests.public.queries import SORTS
from tests.reports.test_csv import BOM, FIRST, codes, fetched, records


def test_the_byte_order_mark_stands_once_and_the_first_header_is_code(client, world):
    _response, body = fetched(client)

    assert body.count(BOM) == 1
    assert body.startswith(BOM + b"code,")
    assert body.decode("utf-8-sig").split("\r\n")[0].split(",")[:10] == FIRST


def random_queries(number):
    """`number` queries of words, codes, a sort order and a day."""
    draw = random.Random(7)
    for _each in range(number):
        query = [
            ("as_of", date(2024, draw.randint(1, 6), draw.randint(1, 28)).isoformat()),
            ("sort", draw.choice(SORTS)),
        ]
        for facet in draw.sample([name for name in CHOICES if len(CHOICES[name]) > 2], 2):
            query += [(facet, value) for value in draw.sample(CHOICES[facet], 3)]
        yield query


def test_a_report_has_the_rows_of_the_list_in_the_lists_order(client, world):
    found, expected = [], []
    for query in random_queries(10):
        for language in ("en", "zh-hans"):
            page = client.get(address("missions/", *query, ("per_page", "100"), language=language))
            response, body = fetched(client, *query, language=language)
            expected.append((listed(page), total(page)))
            found.append((codes(body), int(response["X-Hub-Count"])))

    assert found == expected
    assert sum(count for _codes, count in found) > 20


def test_every_row_says_what_the_register_and_the_ledger_say(client, world):
    _response, body = fetched(client)

    standing = {mission.code: mission for mission in Mission.objects.for_listing()}
    for record in records(body):
        mission = standing[record["code"]]
        assert record["instrument"] == mission.instrument.code
        assert record["status"] == mission.status
        assert record["status_since"] == mission.status_since.isoformat()
        assert record["due"] == (mission.due.isoformat() if mission.due else "")
        assert record["owner"] == mission.lead_owner.code
        assert record["theme"] == mission.theme.code
    assert len(standing) == len(records(body)) == 32


def test_codes_and_labels_are_the_same_in_every_language(client, world):
    bodies = {
        fetched(client, *asked, language=path)[1] for path in ("en", "zh-hans") for asked in [[], [("lang", "both")]]
    }

    assert len(bodies) == 1


def test_the_language_asked_for_decides_the_order_of_titles_and_not_the_paths(client, world):
    by = {}
    for path in ("en", "zh-hans"):
        for lang in ("en", "zh", "both"):
            response, body = fetched(client, ("lang", lang), ("sort", "title"), language=path)
            by[path, lang] = (body, response["X-Hub-Query"], response["Content-Disposition"])

    for lang in ("en", "zh", "both"):
        assert by["en", lang] == by["zh-hans", lang]
    assert codes(by["en", "en"][0]) == listed(client.get("/en/missions/?sort=title&per_page=100"))
    assert codes(by["en", "zh"][0]) == listed(client.get("/zh-hans/missions/?sort=title&per_page=100"))
    assert codes(by["en", "zh"][0]) != codes(by["en", "en"][0])
    assert fetched(client, ("sort", "title"), language="zh-hans")[1] == by["en", "zh"][0]


def test_a_reader_who_takes_compressed_answers_gets_the_plain_bytes_too(client, world):
    plain, body = fetched(client)
    response = client.get("/en/report/completion.csv", headers={"Accept-Encoding": "gzip, br, zstd"})

    assert response.getvalue() == body
    assert "Content-Encoding" not in response
    assert response["Repr-Digest"] == plain["Repr-Digest"]


def test_the_stated_query_asked_again_gives_the_same_file(client, world):
    first, body = fetched(
        client, ("q", "桥"), ("owner", "SH"), ("sort", "-due"), ("since", "2024-01-01"), language="zh-hans"
    )

    again = client.get(f"/en/report/completion.csv?{first['X-Hub-Query']}")

    assert again.getvalue() == body
    assert (again["X-Hub-Query"], again["Content-Disposition"]) == (first["X-Hub-Query"], first["Content-Disposition"])
