"""The completion report as CSV: its bytes, its rows, its headers and its name."""

import base64
import csv
import hashlib
import io
import re
from datetime import date

import pytest
from django.utils.translation import gettext, override

from missions.public import downloads
from missions.status import Status
from tests import build
from tests.downloads import stated
from tests.public.parameters import address

BOM = b"\xef\xbb\xbf"
FIRST = ["code", "instrument", "status", "status_since", "deadline", "owner", "theme", "due", "title_en", "title_zh"]


def fetched(client, *query, language="en"):
    """(response, its bytes)"""
    response = client.get(address("report/completion.csv", *query, language=language))
    body = response.getvalue()
    assert response.status_code == 200, body
    return response, body


def records(body):
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline="")))


def codes(body):
    return [record["code"] for record in records(body)]


def test_a_small_report_has_exactly_these_bytes(client, noon):
    supporting = [build.organisation("O2"), build.organisation("O3")]
    areas = [build.area("A1"), build.area("A2")]
    fields = {"title_en": 'Build the "bridge", now', "title_zh": "建桥，马上", "clause": "Part 1"}
    fields["clause_zh"] = "第一部分"
    build.mission("M-1", areas=areas, supporting=supporting, due=date(2024, 7, 30), **fields)
    build.mission("M-2", title_en="Plain", title_zh="普通", status=Status.COMPLETED, kind="platform")

    _response, body = fetched(client)

    assert body == (
        BOM + b"code,instrument,status,status_since,deadline,owner,theme,due,title_en,title_zh,"
        b"status_en,status_zh,deadline_en,deadline_zh,owner_en,owner_zh,theme_en,theme_zh,supporting_owners,areas,"
        b"kind,kind_en,kind_zh,provenance,provenance_en,provenance_zh,clause,clause_zh,due_first,due_moves\r\n"
        + (
            'M-1,FP,unreported,2021-02-24,due_soon,O1,T1,2024-07-30,"Build the ""bridge"", now",建桥，马上,'
            "Not individually reported,未单独报告,Due soon,{due_soon},Organisation O1,单位O1,Theme T1,主题T1,O2;O3,"
            "A1;A2,"
            "policy,Policy,{policy},editorial-split,Our reading of the source,{editorial},Part 1,第一部分,"
            "2024-07-30,0\r\n"
            "M-2,FP,completed,2024-01-01,none,O1,T1,,Plain,普通,"
            "Completed,已完成,No deadline,{none},Organisation O1,单位O1,Theme T1,主题T1,,,"
            "platform,Platform,{platform},editorial-split,Our reading of the source,{editorial},,,,0\r\n"
        )
        .format(**chinese())
        .encode()
    )


def chinese():
    """Words that the vocabulary leaves to the translators."""
    words = {"due_soon": "Due soon", "none": "No deadline", "policy": "Policy", "platform": "Platform"}
    words["editorial"] = "Our reading of the source"
    with override("zh-hans"):
        return {name: gettext(word) for name, word in words.items()}


def test_an_empty_report_has_its_header_and_nothing_else(client, noon):
    response, body = fetched(client, ("q", "nothing has this"))

    assert body.startswith(BOM + b"code,instrument,")
    assert body.count(b"\r\n") == 1
    assert response["X-Hub-Count"] == "0"


LEADS = ["=", "+", "-", "@", "\t", "\r", "\n"]


@pytest.mark.parametrize("lead", LEADS)
def test_no_cell_runs_as_a_formula(client, noon, lead):
    attack = f"{lead}cmd|' /C calc'!A0"
    names = {"name_en": attack, "name_zh": attack}
    owner = build.organisation("O9", **names)
    theme = build.theme("T9", **names)
    build.mission("M-1", lead_owner=owner, theme=theme, clause=attack, title_en=attack, title_zh=attack)

    (record,) = records(fetched(client)[1])

    assert [value for value in record.values() if value.startswith(tuple(LEADS))] == []
    guarded = {name: value for name, value in record.items() if "calc" in value}
    columns = ("title_en", "title_zh", "owner_en", "owner_zh", "theme_en", "theme_zh", "clause")
    assert guarded == dict.fromkeys(columns, f"'{attack}")


def test_the_headers_state_what_the_report_is(client, noon):
    build.mission("M-1")

    response, body = fetched(client, ("status", "unreported"))

    query = "as_of=2024-06-30&lang=en&status=unreported"
    expected = stated(query, body, records=1)
    assert {header: response[header] for header in expected} == expected
    assert "Content-Encoding" not in response


def test_a_file_longer_than_memory_is_sent_whole(client, noon):
    """A mission's clause of 500 signs, often enough for the file to leave memory for the disk."""
    for number in range(3):
        build.mission(f"M-{number}", clause="长" * 500)
    with pytest.MonkeyPatch.context() as patch:
        spooled = downloads.tempfile.SpooledTemporaryFile
        patch.setattr(downloads.tempfile, "SpooledTemporaryFile", lambda max_size: spooled(max_size=100))
        response, body = fetched(client)

    assert len(records(body)) == 3
    assert response["Repr-Digest"] == f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"
    assert response["Content-Length"] == str(len(body))


def test_one_query_has_one_form_and_one_name_however_it_is_written(client, noon):
    build.mission("M-1", areas=[build.area("A1"), build.area("A2")])
    pairs = [("area", "A2"), ("area", "A1"), ("q", "a&b=c d"), ("status", "unreported"), ("sort", "programme")]
    forms = [
        pairs,
        pairs[::-1],
        [*pairs, *pairs],
        [*pairs, ("page", "7"), ("per_page", "3"), ("nonsense", "x"), ("theme", ""), ("known_at", " ")],
        [*pairs, ("as_of", "2024-06-30"), ("lang", "en")],
        pairs[:-1],
    ]

    answers = [fetched(client, *form)[0] for form in forms]

    expected = "area=A1&area=A2&as_of=2024-06-30&lang=en&q=a%26b%3Dc+d&status=unreported"
    assert {answer["X-Hub-Query"] for answer in answers} == {expected}
    assert len({answer["Content-Disposition"] for answer in answers}) == 1


@pytest.mark.parametrize(
    "other", [("status", "paused"), ("as_of", "2024-06-29"), ("known_at", "2024-06-30"), ("sort", "due")]
)
def test_another_query_has_another_name(client, noon, other):
    build.mission("M-1")
    name = fetched(client)[0]["Content-Disposition"]

    assert fetched(client, other)[0]["Content-Disposition"] != name
    assert re.fullmatch(r'attachment; filename="hubtracker_2024-06-30_r[0-9]+_[0-9a-f]{8}\.csv"', name)


def test_a_query_in_any_script_makes_headers_that_hold(client, noon):
    for words in ("桥\u3000虹", "😀" * 200, "a\r\nSet-Cookie: x=1", "é", '"'):
        response, _body = fetched(client, ("q", words))
        assert response["X-Hub-Query"].isascii()
        assert "\r" not in response["X-Hub-Query"]
        assert not response.cookies
