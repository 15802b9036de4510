"""Who may read an evidence file, where it is linked, and how it is sent."""

import base64
import hashlib
import uuid
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from missions.models import EvidenceFile, Role, User
from missions.status import Status
from tests import factories
from tests.files.samples import SAMPLES, pdf, png, xlsx
from tests.public.dom import parse
from tests.workflow.steps import official

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def files(module_db):
    """Files by name: of public and internal evidence and of drafts about two missions, and one that is not cited."""
    own, foreign = factories.organisation("O1", parent=factories.organisation("TOP")), factories.organisation("O2")
    mission, other = factories.mission("M-1", lead_owner=own), factories.mission("M-2", lead_owner=foreign)
    editor = official(Role.EDITOR, own, "editor")
    names = ["public", "corrected", "internal", "foreign internal", "draft", "foreign draft", "own", "in both"]
    files = {name: factories.evidence_file(f"{name}.pdf", by=editor if name == "own" else None) for name in names}

    def cite(*names, is_public=True):
        return [factories.evidence(file=files[name], is_public=is_public) for name in names]

    factories.report(mission, Status.IN_PROGRESS, evidence=[*cite("public"), *cite("internal", is_public=False)])
    factories.correct(factories.report(mission, Status.PAUSED, evidence=cite("corrected")), status=Status.IN_PROGRESS)
    factories.report(other, Status.PAUSED, evidence=cite("foreign internal", "in both", is_public=False))
    factories.report(other, Status.PAUSED, evidence=cite("in both"))
    for about, name in ((mission, "draft"), (other, "foreign draft")):
        factories.submission(about, evidence=[factories.submitted_evidence(file=files[name])])
    official(username="no role")
    official(Role.EDITOR, own.parent, "editor above")
    official(Role.EDITOR, foreign, "foreign editor")
    for role in (Role.AUDITOR, Role.COORDINATOR, Role.ADMINISTRATOR):
        official(role, username=role.value)
    factories.user("inactive", is_active=False)
    return files


PUBLIC = {"public", "corrected", "in both"}
INTERNAL = {"internal", "foreign internal", "draft", "foreign draft"}
READS = {
    "anonymous": PUBLIC,
    "no role": PUBLIC,
    "editor": PUBLIC | {"internal", "draft", "own"},
    "editor above": PUBLIC | {"internal", "draft"},
    "foreign editor": PUBLIC | {"foreign internal", "foreign draft"},
    "auditor": PUBLIC | INTERNAL,
    "coordinator": PUBLIC | INTERNAL,
    "administrator": PUBLIC | INTERNAL,
    "inactive": PUBLIC,
}


def signed_in(username):
    client = Client(headers={"X-Request-Id": "one-and-the-same"})
    if username != "anonymous":
        client.force_login(User.objects.get(username=username))
    return client


def fetch(client, file, **headers):
    """The response and its bytes; closes the file."""
    answer = client.get(file.get_absolute_url(), headers=headers)
    return answer, answer.getvalue()


@pytest.mark.parametrize("username", READS)
def test_file_is_sent_to_those_who_may_read_it(files, username):
    client = signed_in(username)
    answers = {name: fetch(client, file) for name, file in files.items()}
    user = User.objects.filter(username=username).first() or AnonymousUser()

    assert {name for name, (_answer, body) in answers.items() if body == factories.PDF} == READS[username]
    hidden = {name: answer for name, (answer, _body) in answers.items() if name not in READS[username]}
    assert {answer.status_code for answer in hidden.values()} <= {404}
    assert {Path(file.name).stem for file in EvidenceFile.objects.visible_to(user)} == READS[username]


@pytest.mark.parametrize("username", ["anonymous", "no role", "foreign editor"])
def test_hidden_file_is_answered_like_a_missing_one(files, username):
    client = signed_in(username)
    hidden, missing = (client.get(f"/evidence/{pk}/") for pk in (files["draft"].pk, uuid.uuid4()))

    assert (hidden.status_code, hidden.headers) == (404, missing.headers)
    assert [client.get(f"/evidence/{path}/").status_code for path in ("1", "../db.sqlite3", "%00")] == [404] * 3
    assert "draft.pdf" not in hidden.content.decode()


def test_internal_file_needs_the_second_factor_and_a_public_one_does_not(files, settings):
    settings.HUB_REQUIRE_MFA = True
    client = signed_in("coordinator")

    assert client.get(files["internal"].get_absolute_url())["Location"].startswith("/accounts/2fa/")
    assert fetch(client, files["public"])[1] == factories.PDF


def test_caching_follows_who_may_read(files, django_assert_num_queries):
    client = signed_in("coordinator")
    with django_assert_num_queries(1):  # no session is read for a public file
        public, _body = fetch(client, files["public"])
    internal, _body = fetch(client, files["internal"])

    assert (public.get("Cache-Control"), public["Vary"]) == (None, "Accept-Language")
    assert ("no-store" in internal["Cache-Control"], "Cookie" in internal["Vary"]) == (True, True)


def public_file(name, content):
    file = factories.evidence_file(name, content)
    factories.report(factories.mission(), Status.IN_PROGRESS, evidence=[factories.evidence(file=file)])
    return file


@pytest.mark.parametrize("media_type", SAMPLES)
def test_file_is_an_attachment_that_runs_nothing(client, media_type):
    content, name = SAMPLES[media_type], f"letter.{media_type.label.lower()}"
    answer, body = fetch(client, public_file(name, content), **{"Accept-Encoding": "gzip, br"})
    expected = {
        "Content-Type": media_type.value,
        "Content-Length": str(len(content)),
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
        "X-Frame-Options": "DENY",
        "Repr-Digest": f"sha-256=:{base64.b64encode(hashlib.sha256(content).digest()).decode()}:",
        "Content-Encoding": None,
    }

    assert (body, {header: answer.get(header) for header in expected}) == (content, expected)


def test_a_lost_file_is_not_found(client, db):
    file = public_file("plan.png", png())

    Path(file.content.path).unlink()
    assert client.get(file.get_absolute_url()).status_code == 404


def test_file_is_linked_with_type_and_size_where_its_reader_may_open_it(client):
    table = factories.evidence_file("数据 <1>.xlsx", xlsx())
    document = factories.evidence_file("letter.pdf", pdf().replace(b"%%EOF", b"% " * 700_000 + b"\n%%EOF"))
    evidence = [factories.evidence(file=table), factories.evidence(file=document, is_public=False)]
    entry = factories.report(factories.mission("M-9"), Status.IN_PROGRESS, evidence=evidence)

    def links(address):
        page = parse(client.get(address))
        return {(a["href"], a.text) for a in page.all("a") if a["href"].startswith("/evidence/")}, page.text

    table_link, document_link = (table.get_absolute_url(), table.name), (document.get_absolute_url(), document.name)
    found, text = links("/en/missions/M-9/")
    assert (found, "(XLSX, " in text) == ({table_link}, True)
    client.force_login(factories.user("chief", Role.COORDINATOR))
    for page in ("change", "correct"):
        found, text = links(f"/admin/missions/statuschange/{entry.pk}/{page}/")
        assert (found, "(PDF, 1.3" in text) == ({table_link, document_link}, True)
