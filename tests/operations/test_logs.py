"""The log: one line of JSON a request, with an id that the answer has too, and never a secret."""

import json
import logging
import os
import re
import subprocess
import sys

import pytest

from missions.models import Role
from tests import factories
from tests.accounts.signing import sign_in
from tests.log_capture import find_secrets
from tests.public.dom import parse
from tests.sites import TOP


def requests(lines):
    return [line for line in lines() if line["event"] == "request"]


def test_request_leaves_one_line_with_these_fields(client, db, lines):
    answer = client.get("/en/missions/?q=port", headers={"X-Request-Id": "0123-abcd-EFGH", "User-Agent": "a browser"})

    (line,) = lines()
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", line.pop("time"))
    assert line.pop("milliseconds") >= 0
    del line["logger"]
    assert line == {
        "event": "request", "level": "info", "request_id": "0123-abcd-EFGH", "method": "GET", "path": "/en/missions/",
        "query": "q=port", "route": "missions", "status": 200, "bytes": len(answer.content), "user": None,
        "token": None,
    }  # fmt: skip
    assert answer["X-Request-Id"] == "0123-abcd-EFGH"


@pytest.mark.parametrize("sent", ["", "seven-7", "x" * 65, "with space", "новый-номер", 'a"quote"b', "under_score"])
def test_unsuitable_request_id_is_replaced(client, sent, lines):
    answer = client.get("/healthz", headers={"X-Request-Id": sent})

    assert re.fullmatch("[0-9a-f]{32}", answer["X-Request-Id"])
    assert [line["request_id"] for line in lines()] == [answer["X-Request-Id"]]


def test_cached_answers_have_an_id_of_their_own_request(client, db, lines):
    rendered, cached = client.get("/en/about/"), client.get("/en/about/")
    not_modified = client.get("/en/about/", headers={"If-None-Match": rendered["ETag"]})
    answers = [rendered, cached, not_modified]

    assert [answer.status_code for answer in answers] == [200, 200, 304]
    assert len({answer["X-Request-Id"] for answer in answers}) == 3
    assert [line["request_id"] for line in lines()] == [answer["X-Request-Id"] for answer in answers]


def test_officials_and_tokens_are_logged_by_number(client, db, lines):
    official, (token, secret) = factories.user("wang.fang"), factories.token()
    sign_in(client, "wang.fang", "almost the password")
    sign_in(client, "wang.fang")
    client.get("/admin/")
    client.get("/en/")
    client.post("/api/v1/submissions", {}, "application/json", headers={"Authorization": f"Bearer {secret}"})

    assert [(line["user"], line["token"]) for line in requests(lines)] == [
        (None, None), (official.pk, None), (official.pk, None), (None, None), (None, token.pk)
    ]  # fmt: skip
    for word in ("almost", "wang.fang", factories.PASSWORD, secret):
        assert word not in json.dumps(lines())


def test_lock_out_is_logged_without_the_typed_name(client, db, lines):
    for _ in range(5):
        sign_in(client, "a password typed as a name", "guess")

    assert [line["level"] for line in lines() if line["logger"].startswith("axes")][-1] == "warning"
    assert "typed as a name" not in json.dumps(lines())


@pytest.mark.parametrize("change", ["{}", "{}none/", "/en{}"])
def test_key_of_a_link_is_not_logged(client, db, lines, change):
    factories.user("administrator", Role.ADMINISTRATOR)
    sign_in(client, "administrator")
    page = client.post(f"/admin/missions/user/{factories.nameless().pk}/invite/", follow=True)
    (key,) = re.findall(r"/password/reset/key/(\S+)/", str(next(iter(page.context["messages"]))))
    for address in (f"/accounts/password/reset/key/{key}/", f"/accounts/password/reset/key/{key}"):
        client.get(change.format(address))

    paths = [line["path"] for line in requests(lines) if "/key/" in line["path"]]
    assert [path.partition("/key/")[2][:3] for path in paths] == ["..."] * 2
    assert (key in json.dumps(lines()), key.partition("-")[2] in json.dumps(lines())) == (False, False)


@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/accounts/oidc/sso/login/callback/?state=abcdef&code=a-secret-code", ""),
        ("/admin/missions/user/?q=wang.fang", ""),
        ("/en/missions/?q=wang.fang@example.org", "q=..."),
    ],
)
def test_queries_are_logged_of_public_pages_alone(client, db, lines, address, query):
    client.get(address)

    assert [line["query"] for line in requests(lines)] == [query]
    assert {word for word in ("wang.fang", "a-secret-code") if word in json.dumps(lines())} == set()


def test_failure_is_logged_with_its_causes_and_the_id_that_the_page_shows(client, db, lines, monkeypatch):
    def fail(*args, **kwargs):
        try:
            raise KeyError("note")
        except KeyError as error:
            secret = factories.PASSWORD
            raise ValueError(f"the row is refused\nDETAIL: Failing row contains ({secret})") from error

    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr("django.db.backends.utils.CursorWrapper.execute", fail)
        page = client.get("/en/missions/")
    error, request = lines()

    assert (page.status_code, request["status"], error["level"]) == (500, 500, "error")
    causes = [(cause["kind"], cause["says"]) for cause in error["exception"]]
    assert causes == [("ValueError", "the row is refused"), ("KeyError", "'note'")]
    assert error["exception"][0]["at"][-1].endswith(" fail")
    assert error["request_id"] == request["request_id"] == page["X-Request-Id"]
    assert [code.text for code in parse(page).all("code")].count(page["X-Request-Id"]) >= 1
    assert factories.PASSWORD not in json.dumps(lines())


REDACTED = {
    "/accounts/password/reset/key/1-abc-0f/": "/accounts/password/reset/key/.../",
    "/callback/?code=abc&state=x": "/callback/?code=...&state=x",
    "Bearer hub_0123456789abcdefghij": "Bearer ...",
    "Key (email)=(a.b+c@example.org)": "Key (email)=(...)",
    "\nwang@example.org": "...",
    '"wang@example.org"': '"..."',
    "postgres://hub:secret@db/hub": "postgres://hub:.../hub",
    "next=%2Fen%2F%3Fq%3Dwang%40example.org": "next=...",
    "To: a@example.org\nb@example.org": "To: ...",
    "é" + 62 * "a" + "@b.c": "...",
    "a hub_tracker, a key/1, code 7": "a hub_tracker, a key/1, code 7",
}


@pytest.mark.parametrize("text", REDACTED)
def test_what_looks_like_a_secret_is_removed_from_any_event(lines, text):
    logging.getLogger("missions").warning("%s", text)

    assert [line["event"] for line in lines()] == [REDACTED[text]]


def test_records_of_libraries_and_cut_messages_leak_nothing(lines):
    try:
        raise ValueError("x" * 190 + " wang.fang@example.org was refused")
    except ValueError:
        logging.getLogger("django.request").exception("failed", extra={"request": "a whole request"})
    (line,) = lines()

    assert "request" not in line
    assert line["exception"][0]["says"] == "x" * 190 + " ... was r"


def test_logged_secret_would_fail_the_run_of_the_tests(db):
    """tests/log_capture.py searches the log of all tests at the end."""
    token, note = factories.token()[1], factories.submission(note="Between us: 尚未开工").note
    logged = [json.dumps({"event": f"about {secret}"}) for secret in (factories.PASSWORD, token, note, "a@example.org")]

    assert {line.partition(": ")[2] for line in find_secrets("\n".join([*logged, '{"event": "harmless"}']))} == {
        *logged
    }


THREAD = "from threading import Thread; Thread(target=lambda: {}['wang@example.org']).start()"


@pytest.mark.long
@pytest.mark.parametrize(
    ("kind", "command", "debug"),
    [
        ("ImproperlyConfigured", ["-m", "gunicorn", "hubtracker.wsgi", "--no-control-socket"], "perhaps"),
        ("KeyError", ["manage.py", "shell", "--no-imports", "-c", THREAD], ""),
    ],
)
def test_failures_outside_a_request_are_lines_of_json_too(tmp_path, kind, command, debug):
    environment = {**os.environ, "HUB_DATA_DIR": str(tmp_path), "HUB_DEBUG": debug}
    ended = subprocess.run([sys.executable, *command], cwd=TOP, env=environment, stderr=subprocess.PIPE, check=False)
    parsed = [json.loads(line) for line in ended.stderr.splitlines() if line.startswith(b"{")]

    kinds = [line["exception"][0]["kind"] for line in parsed if "exception" in line]
    assert (kinds, b"wang@" in ended.stderr) == ([kind], False)
