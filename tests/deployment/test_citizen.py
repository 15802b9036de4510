"""The citizen's walk, through nginx: pages, files, data, and what there is not."""

import hashlib
import io
import zipfile
from base64 import b64encode

import pytest

from tests.deployment.site import json_of

pytestmark = pytest.mark.long


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/en/", "<h1"),
        ("/zh-hans/", "虹桥"),
        ("/en/missions/?status=in_progress&sort=-changed", 'data-status="in_progress"'),
        ("/en/missions/FP-078/", "FP-078"),
    ],
)
def test_a_citizen_reads_the_pages(site, path, said):
    answer = site.ask(path)

    assert answer.status == 200
    assert said in answer.text
    assert "set-cookie" not in answer.headers


def test_a_citizen_takes_a_report_as_pdf(site):
    answer = site.ask("/en/report/completion.pdf?instrument=FP")

    assert (answer.status, answer.headers["content-type"]) == (200, "application/pdf")
    assert answer.body.startswith(b"%PDF-")


def test_a_citizen_takes_the_data_set(site):
    answer = site.ask("/data/hubtracker.zip")

    assert answer.status == 200
    with zipfile.ZipFile(io.BytesIO(answer.body)) as archive:
        assert archive.testzip() is None
        assert "verify.py" in {name.rsplit("/")[-1] for name in archive.namelist()}


def test_a_file_comes_as_the_bytes_that_its_digest_is_of(site):
    answer = site.ask("/en/report/completion.csv", headers={"Accept-Encoding": "gzip, br"})
    digest = b64encode(hashlib.sha256(answer.body).digest()).decode()

    assert answer.headers["repr-digest"] == f"sha-256=:{digest}:"


def test_a_program_reads_the_api(site):
    answer = site.ask("/api/v1/missions?q=FP-078")

    assert answer.status == 200
    assert [mission["code"] for mission in json_of(answer)["items"]] == ["FP-078"]


def test_what_is_not_there_is_said_by_the_program(site):
    answer = site.ask("/en/missions/NONE/")

    assert answer.status == 404
    assert "<h1" in answer.text


def test_an_answer_that_somebody_has_is_not_sent_again(site):
    first = site.ask("/en/missions/")
    again = site.ask("/en/missions/", headers={"If-None-Match": first.headers["etag"]})

    assert (again.status, again.body) == (304, b"")
