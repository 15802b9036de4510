"""The data set of the real programme."""

import pytest

from tests.dataset.descriptions import errors
from tests.dataset.unpacking import head_line, rows, unpacked, verified

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("hongqiao")]


def test_it_is_confirmed(client, tmp_path):
    assert verified(unpacked(client, tmp_path)) == (head_line(), 0)


def test_it_is_what_its_description_says(client, tmp_path):
    assert errors(unpacked(client, tmp_path)) == []


def test_all_of_it_is_there(client, tmp_path):
    folder = unpacked(client, tmp_path)

    tables = ("missions", "instruments", "themes", "areas", "organisations", "sources", "figures", "evidence")
    assert [len(rows(folder, name)) for name in tables] == [145, 3, 9, 19, 53, 168, 107, 177]
    assert [len(rows(folder, name)) for name in ("programme", "timeline", "contradictions")] == [1, 7, 12]
    assert {row["code"]: row["parent"] for row in rows(folder, "areas")}["KS"] == "SZ"
    assert (folder / "ledger.jsonl").read_bytes().count(b"\n") == 322
