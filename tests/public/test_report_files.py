"""The files of frozen reports, as they are sent: their bytes, and what their headers state."""

import base64
import hashlib
import re

import pytest

from missions.public.reports import FORMATS
from missions.status import Status
from tests import build
from tests.reports.frozen import files, published

pytestmark = pytest.mark.usefixtures("noon")


@pytest.fixture
def report(noon):
    build.mission("M-1", status=Status.PAUSED)
    build.mission("M-2")
    return published("status=paused&as_of=2024-06-30")


def sent(client, file, **headers):
    """(the answer, its bytes)"""
    response = client.get(file.get_absolute_url(), headers=headers)
    return response, response.getvalue()


def header_of_digest(content):
    return f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:"


@pytest.mark.both_databases
def test_each_file_is_sent_as_it_was_published_and_states_what_it_is(client, report):
    for file in report.files.all():
        response, body = sent(client, file)
        shown = "inline" if file.ending == "html" else "attachment"
        expected = {
            "Content-Type": FORMATS[file.ending].media_type,
            "Content-Length": str(file.size),
            "Content-Disposition": f'{shown}; filename="{file.name}"',
            "Repr-Digest": header_of_digest(bytes(file.content)),
            "X-Hub-Query": f"as_of=2024-06-30&lang={file.language}&status=paused",
            "Content-Language": {"en": "en", "zh": "zh-Hans", "both": "zh-Hans, en"}[file.language],
            "X-Hub-As-Of": "2024-06-30",
            "X-Hub-Count": "1",
            "X-Hub-Revision": str(report.revision),
            "X-Hub-Ledger-Head": report.ledger_head,
        }
        assert body == bytes(file.content), file.name
        assert {name: response[name] for name in expected} == expected
        assert not response.cookies


def test_the_headers_stay_when_the_data_move_on(client, report):
    client.defaults["HTTP_X_REQUEST_ID"] = "one-and-the-same"
    file = report.files.first()
    before = dict(sent(client, file)[0].items())

    build.mission("M-3", status=Status.PAUSED)

    assert dict(sent(client, file)[0].items()) == before


def test_the_bytes_are_the_same_in_either_language_and_however_a_browser_would_take_them(client, report):
    for name, content in files(report).items():
        for language in ("en", "zh-hans"):
            address = f"/{language}/reports/{report.slug}/{name}"
            response = client.get(address, headers={"Accept-Encoding": "gzip, br, zstd", "Accept-Language": "de"})
            assert (response.getvalue(), "Content-Encoding" in response) == (content, False)


def test_a_page_permits_the_style_that_it_carries_and_no_other(client, report):
    pages = [file for file in report.files.all() if file.ending == "html"]
    for file in pages:
        response, body = sent(client, file)
        (style,) = re.findall(rb"<style>(.*?)</style>", body, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style).digest()).decode()
        policy = dict(part.split(" ", 1) for part in response["Content-Security-Policy"].split("; "))
        assert policy["style-src"] == f"'sha256-{digest}'"
        assert (policy["default-src"], policy["object-src"], "script-src" in policy) == ("'self'", "'none'", False)
        assert b"<script" not in body
    assert len(pages) == 3


def test_every_other_file_has_the_policy_of_the_site(client, report):
    policy = client.get("/en/reports/")["Content-Security-Policy"]

    others = [file for file in report.files.all() if file.ending != "html"]
    assert {sent(client, file)[0]["Content-Security-Policy"] for file in others} == {policy}
    assert len(others) == 11


def test_head_answers_as_get_does_and_nothing_can_be_sent(client):
    client.defaults["HTTP_X_REQUEST_ID"] = "one-and-the-same"
    file = build.frozen_report("R-1").files.get(name="report.html")
    seen, asked = client.get(file.get_absolute_url()), client.head(file.get_absolute_url())
    bodies = seen.getvalue(), asked.getvalue()

    assert bodies == (bytes(file.content), b"")
    assert asked.headers == seen.headers
    answers = [getattr(client, method)(file.get_absolute_url()) for method in ("post", "put", "patch", "delete")]
    assert [answer.status_code for answer in answers] == [405, 405, 405, 405]


def test_a_file_of_one_report_is_not_there_below_another(client):
    build.frozen_report("R-1", files={"one.json": build.FILES["report.json"]})
    build.frozen_report("R-2", files={"two.json": build.FILES["report.json"]})

    paths = ("R-1/one.json", "R-2/two.json", "R-1/two.json", "R-2/one.json")
    answers = [client.get(f"/en/reports/{path}") for path in paths]
    for answer in answers:
        answer.getvalue()  # closes a file
    assert [answer.status_code for answer in answers] == [200, 200, 404, 404]
