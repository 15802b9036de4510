"""The log: one line of JSON a request, with an id that the answer has too, and never a secret."""

import json
import logging
import os
import re
import subprocess
import sys
from pathlib import Path
from unittest.mock import patch

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from hubtracker.logs import formatter, without_secrets
from missions.accounts.invitations import link
from missions.public import health
from tests import build
from tests.accounts.signing import sign_in
from tests.public.dom import parse

TOP = Path(__file__).parents[2]
REVIEWED = "A word to whoever reviews this"


def only(lines):
    (line,) = lines
    return line


def test_a_request_leaves_one_line_with_what_is_named_and_no_more(client, db, lines):
    answer = client.get("/en/missions/?q=port", headers={"X-Request-Id": "0123-abcd-EFGH", "User-Agent": "a browser"})

    line = only(lines())
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("time"))
    assert line.pop("milliseconds") >= 0
    assert line == {
        "event": "request",
        "level": "info",
        "logger": "missions.logs",
        "request_id": "0123-abcd-EFGH",
        "method": "GET",
        "path": "/en/missions/",
        "query": "q=port",
        "route": "missions",
        "status": 200,
        "bytes": len(answer.content),
        "user": None,
        "token": None,
    }
    assert answer["X-Request-Id"] == "0123-abcd-EFGH"


@pytest.mark.parametrize("given", ["", "seven-7", "x" * 65, "with space", "новый-номер", 'a"quote"b', "under_score"])
def test_an_id_that_is_none_is_not_taken_over(client, given, lines):
    answer = client.get("/healthz", headers={"X-Request-Id": given})

    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-Id"])
    assert only(lines())["request_id"] == answer["X-Request-Id"]


def test_an_answer_that_is_kept_has_the_id_of_each_request_and_keeps_none(client, db, lines):
    made = client.get("/en/about/")
    kept = client.get("/en/about/")
    known = client.get("/en/about/", headers={"If-None-Match": made["ETag"]})

    assert [answer.status_code for answer in (made, kept, known)] == [200, 200, 304]
    assert kept.content == made.content
    ids = [answer["X-Request-Id"] for answer in (made, kept, known)]
    assert len(set(ids)) == 3
    assert [(line["request_id"], line["route"]) for line in lines()] == [
        (ids[0], "about"),
        (ids[1], None),
        (ids[2], None),
    ]


def test_whoever_is_signed_in_is_a_number_and_nobody_on_a_public_page(db, lines):
    official = build.user("wang.fang")
    client = Client()
    client.force_login(official)

    client.get("/admin/")
    client.get("/en/")

    assert [(line["path"], line["user"]) for line in lines()] == [("/admin/", official.pk), ("/en/", None)]
    assert "wang.fang" not in json.dumps(lines())


def test_a_sign_in_is_that_of_whoever_signed_in_and_says_no_name_and_no_password(client, db, lines):
    official = build.user("wang.fang")

    sign_in(client, "wang.fang", "not the password, but near it")
    sign_in(client, "wang.fang")

    assert [line["user"] for line in lines() if line["event"] == "request"] == [None, official.pk]
    said = json.dumps(lines())
    assert "near it" not in said
    assert "wang.fang" not in said
    assert build.PASSWORD not in said


def test_a_lock_out_is_said_without_the_name_that_was_typed(client, db, lines):
    for _attempt in range(5):
        sign_in(client, "a password typed as a name", "guess")

    said = [line["event"] for line in lines() if line["logger"].startswith("axes")]
    assert said[-1] == "AXES: Locking out somebody after repeated login failures."
    assert "typed as a name" not in json.dumps(lines())


def test_a_program_is_known_by_the_number_of_its_token(client, db, lines):
    token, secret = build.token()

    sent = client.post("/api/v1/submissions", {}, "application/json", headers={"Authorization": f"Bearer {secret}"})

    assert sent.status_code == 422

    assert only(lines())["token"] == token.pk
    assert secret not in json.dumps(lines())


@pytest.mark.parametrize("change", ["{}", "{}no/such/page/", "/en{}"])
def test_a_link_that_opens_an_account_is_not_written_down(client, db, lines, change):
    address = "/accounts/" + link(build.user()).partition("/accounts/")[2]
    key = address.rpartition("/key/")[2].strip("/")

    client.get(change.format(address))
    client.get(change.format(address).rstrip("/"))

    assert {line["path"].partition("/key/")[2][:3] for line in lines()} == {"..."}
    assert key not in json.dumps(lines())
    assert key.partition("-")[2] not in json.dumps(lines())


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/accounts/oidc/sso/login/callback/?state=abcdef&code=a-secret-code", ""),
        ("/admin/missions/user/?q=wang.fang", ""),
        ("/en/missions/?q=wang.fang@example.org", "q=..."),
    ],
)
def test_queries_are_written_down_of_public_pages_alone(client, db, lines, address, query):
    client.get(address)

    assert [line["query"] for line in lines() if line["event"] == "request"] == [query]
    assert "wang.fang" not in json.dumps(lines())
    assert "a-secret-code" not in json.dumps(lines())


def test_what_is_sent_is_not_written_down(client, db, lines):
    coordinator = build.user()
    client.force_login(coordinator)
    build.submission(note=REVIEWED)

    client.post("/admin/missions/submission/add/", {"note": REVIEWED, "headline_en": "A headline of a draft"})

    assert [line["method"] for line in lines() if line["event"] == "request"] == ["POST"]
    assert REVIEWED not in json.dumps(lines())
    assert "of a draft" not in json.dumps(lines())


@pytest.fixture
def broken(client):
    """A client that gets an answer, and the address of a page that fails with a secret in its hands."""

    def fail():
        password = build.PASSWORD
        try:
            raise KeyError("note")
        except KeyError as error:
            raise ValueError(f"the row is refused\nDETAIL: Failing row contains ({password})") from error

    client.raise_request_exception = False
    with patch.object(health, "results", fail):
        yield client, "/readyz"


def test_a_failure_is_one_error_with_its_frames_and_the_number_that_the_page_shows(broken, lines):
    client, address = broken

    page = client.get(address)

    error, request = lines()
    assert (error["level"], error["logger"], error["event"]) == (
        "error",
        "django.request",
        "Internal Server Error: /readyz",
    )
    assert [(each["kind"], each["says"]) for each in error["exception"]] == [
        ("ValueError", "the row is refused"),
        ("KeyError", "'note'"),
    ]
    assert error["exception"][0]["at"][-1].rpartition(" ")[2] == "fail"
    assert (request["status"], page.status_code) == (500, 500)
    assert error["request_id"] == request["request_id"] == page["X-Request-Id"]
    assert {code.text for code in parse(page).all("code")} == {page["X-Request-Id"]}


def test_a_failure_tells_no_variable_and_no_further_line(broken, lines):
    client, address = broken

    client.get(address)

    assert build.PASSWORD not in json.dumps(lines())


def test_the_page_of_a_failure_asks_nothing_of_the_database(broken):
    """No `db` fixture here: a query would fail."""
    client, address = broken

    assert client.get(address).status_code == 500


def test_what_libraries_attach_to_a_record_stays_out():
    record = logging.makeLogRecord({"name": "django.request", "msg": "said", "request": "a whole request"})

    line = json.loads(formatter().format(record))

    line.pop("request_id", None)  # of the last request, if there was one
    assert sorted(line) == ["event", "level", "logger", "time"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('{"path": "/accounts/password/reset/key/1-abc-0f/"}', '{"path": "/accounts/password/reset/key/.../"}'),
        ('{"event": "/callback/?code=abc&state=x"}', '{"event": "/callback/?code=...&state=x"}'),
        ('{"event": "Bearer hub_0123456789abcdefghij"}', '{"event": "Bearer ..."}'),
        ('{"event": "Key (email)=(a.b+c@example.org)"}', '{"event": "Key (email)=(...)"}'),
        ('{"event": "\\nwang@example.org"}', '{"event": "..."}'),
        ('{"event": "\\"wang@example.org\\""}', '{"event": "\\"...\\""}'),
        ('{"event": "postgres://hub:secret@db/hub"}', '{"event": "postgres://hub:.../hub"}'),
        ('{"query": "q=wang%40example.org&page=1"}', '{"query": "q=...&page=1"}'),
        ('{"query": "next=%2Fen%2F%3Fq%3Dwang%40example.org"}', '{"query": "next=..."}'),
        ('{"event": "\\nhub_0123456789abcdefghij"}', '{"event": "\\n..."}'),
        ('{"event": "To: a@example.org\\nb@example.org"}', '{"event": "To: ..."}'),
        (json.dumps({"path": "é" + 62 * "a" + "@b.c"}), '{"path": "..."}'),
        (json.dumps({"path": "x\\" + 63 * "a" + "@b.c"}), '{"path": "..."}'),
        ('{"event": "a hub_tracker, a key/1, code 7"}', '{"event": "a hub_tracker, a key/1, code 7"}'),
    ],
)
def test_what_looks_like_a_secret_is_struck_out_and_json_stays_json(text, left):
    assert without_secrets(None, "", text) == left
    json.loads(left)


SIGNS_AND_ESCAPES = ["é", "王", "\\", "\n", '"', "/", "%", "@x", "%40x", "/key/", "code=", "hub_", "wang@example.org"]


@given(st.lists(st.sampled_from(SIGNS_AND_ESCAPES) | st.integers(56, 64).map("a".__mul__)).map("".join))
def test_whatever_is_said_json_stays_json(text):
    assert list(json.loads(without_secrets(None, "", json.dumps({"event": text})))) == ["event"]


def test_half_an_address_at_the_end_of_what_a_failure_says_is_none_of_the_log(lines):
    try:
        raise ValueError("x" * 190 + " wang.fang@example.org was refused")
    except ValueError:
        logging.getLogger("missions").exception("refused")

    assert only(lines())["exception"][0]["says"] == "x" * 190 + " ... was r"


def test_gunicorn_says_in_the_same_form_what_it_has_to_say(tmp_path):
    command = [sys.executable, "-m", "gunicorn", "hubtracker.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket"]
    wrong = {**os.environ, "HUB_DATA_DIR": str(tmp_path), "HUB_DEBUG": "perhaps"}

    stopped = subprocess.run(command, cwd=TOP, env=wrong, capture_output=True, text=True, check=False, timeout=60)

    plain = [line for line in stopped.stderr.splitlines() if not line.startswith("{")]
    said = [json.loads(line) for line in stopped.stderr.splitlines() if line not in plain]
    failed = next(line for line in said if "exception" in line)
    assert plain == [failed["exception"][0]["says"]]  # once more, by itself
    assert {line["logger"] for line in said} == {"gunicorn.error"}
    assert (failed["level"], failed["exception"][0]["kind"]) == ("error", "ImproperlyConfigured")


def test_what_ends_a_thread_is_one_line_in_the_same_form(tmp_path):
    code = "from threading import Thread; Thread(target=lambda: {}['wang@example.org']).start()"
    command = [sys.executable, "manage.py", "shell", "--no-imports", "-c", code]

    ended = subprocess.run(
        command, cwd=TOP, env={**os.environ, "HUB_DATA_DIR": str(tmp_path)}, capture_output=True, text=True, check=True
    )

    line = json.loads(ended.stderr)
    assert (line["level"], line["event"], line["exception"][0]["says"]) == ("error", "A thread failed.", "...'")
