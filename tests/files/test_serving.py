"""Who may read an evidence file, and how it is sent."""

import base64
import hashlib
import uuid
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from missions.models import EvidenceFile, Role, User
from missions.status import Status
from tests import build
from tests.files.samples import SAMPLES, png

pytestmark = pytest.mark.django_db

NOTHING = "default-src 'none'; frame-ancestors 'none'; sandbox"


@pytest.fixture
def files():
    """By name: files of two missions' public and other evidence and drafts, and one that is cited nowhere."""
    mission = build.mission("M-1", lead_owner=build.organisation("O1"))
    foreign = build.mission("M-2", lead_owner=build.organisation("O2"))
    editor = official("editor", Role.EDITOR, "O1")
    names = ["public", "corrected", "internal", "foreign internal", "draft", "foreign draft", "own", "in both"]
    files = {name: build.evidence_file(f"{name}.pdf", by=editor if name == "own" else None) for name in names}

    def cite(*names, is_public=True):
        return [build.evidence(file=files[name], is_public=is_public) for name in names]

    build.report(mission, Status.IN_PROGRESS, evidence=[*cite("public"), *cite("internal", is_public=False)])
    build.correct(build.report(mission, Status.PAUSED, evidence=cite("corrected")), status=Status.IN_PROGRESS)
    build.report(foreign, Status.PAUSED, evidence=[*cite("foreign internal", "in both", is_public=False)])
    build.report(foreign, Status.PAUSED, evidence=cite("in both"))
    for about, name in ((mission, "draft"), (foreign, "foreign draft")):
        build.submission(about, evidence=[build.submitted_evidence(file=files[name])])
    return files


def official(name, role, organisation=None):
    user = User.objects.create(username=name, must_change_password=False)
    held_for = build.organisation(organisation) if organisation else None
    user.memberships.create(role=role, organisation=held_for)
    return user


OPEN = {"public", "corrected", "in both"}
INTERNAL = {"internal", "foreign internal", "draft", "foreign draft"}
READS = {
    "anybody": OPEN,
    "an account without a role": OPEN,
    "the editor": OPEN | {"internal", "draft", "own"},
    "an editor above": OPEN | {"internal", "draft"},
    "a foreign editor": OPEN | {"foreign internal", "foreign draft"},
    "an auditor": OPEN | INTERNAL,
    "a coordinator": OPEN | INTERNAL,
    "an administrator": OPEN | INTERNAL,
    "a coordinator who left": OPEN,
}


def reader(who):
    if who == "an editor above":
        below = build.organisation("O1")
        below.parent = build.organisation("TOP")
        below.save()
    build_one = {
        "anybody": AnonymousUser,
        "an account without a role": lambda: User.objects.create(username="nobody", must_change_password=False),
        "the editor": lambda: User.objects.get(username="editor"),
        "an editor above": lambda: official("above", Role.EDITOR, "TOP"),
        "a foreign editor": lambda: official("foreign", Role.EDITOR, "O2"),
        "an auditor": lambda: official("auditor", Role.AUDITOR),
        "a coordinator": lambda: official("coordinator", Role.COORDINATOR),
        "an administrator": lambda: official("administrator", Role.ADMINISTRATOR),
        "a coordinator who left": lambda: official("left", Role.COORDINATOR),
    }
    return build_one[who]()


def signed_in(user):
    client = Client()
    if user.is_authenticated:
        client.force_login(user)
    return client


@pytest.mark.both_databases
@pytest.mark.parametrize("who", READS)
def test_each_reader_reads_what_that_reader_may_see_and_nothing_else(files, who):
    user = reader(who)
    client = signed_in(user)
    if who == "a coordinator who left":
        user.is_active = False
        user.save()

    answers = {name: client.get(file.get_absolute_url()) for name, file in files.items()}
    bodies = {name: answer.getvalue() for name, answer in answers.items()}

    assert {name for name, body in bodies.items() if body == build.PDF} == READS[who]
    assert {name for name, answer in answers.items() if answer.status_code == 404} == files.keys() - READS[who]
    assert {Path(file.name).stem for file in EvidenceFile.objects.visible_to(user)} == READS[who]


@pytest.mark.parametrize("who", ["anybody", "an account without a role", "a foreign editor"])
def test_a_file_that_is_not_for_this_reader_is_answered_as_one_that_does_not_exist(files, who):
    client = signed_in(reader(who))
    client.defaults["HTTP_X_REQUEST_ID"] = "one-and-the-same"

    hidden, missing = (client.get(f"/evidence/{pk}/") for pk in (files["draft"].pk, uuid.uuid4()))

    # The page names its own address, in the link to the other language.
    assert (hidden.status_code, hidden.headers) == (missing.status_code, missing.headers)
    assert files["draft"].name not in hidden.content.decode()


@pytest.mark.parametrize("path", ["1", "x", "../db.sqlite3", "00000000000000000000000000000000", "%00"])
def test_what_is_no_id_is_not_found(client, files, path):
    assert client.get(f"/evidence/{path}/").status_code == 404


def test_whoever_still_owes_a_second_factor_is_asked_for_it_before_an_internal_file(files, settings):
    settings.HUB_REQUIRE_MFA = True
    client = signed_in(reader("a coordinator"))

    internal, public = (client.get(files[name].get_absolute_url()) for name in ("internal", "public"))

    assert (internal.status_code, internal["Location"].startswith("/accounts/2fa/")) == (302, True)
    assert public.getvalue() == build.PDF


def test_a_public_file_is_sent_without_a_look_at_the_session(client, files, django_assert_num_queries):
    client.cookies["sessionid"] = "x" * 32

    with django_assert_num_queries(1):
        answer = client.get(files["public"].get_absolute_url())
    answer.getvalue()

    assert (answer.cookies, answer["Vary"]) == ({}, "Accept-Language")
    assert not answer.has_header("Cache-Control")


def test_an_internal_file_stays_in_no_cache(files):
    answer = signed_in(reader("a coordinator")).get(files["internal"].get_absolute_url())
    answer.getvalue()

    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert "Cookie" in answer["Vary"]


def public_file(name, content):
    file = build.evidence_file(name, content)
    build.report(build.mission(), Status.IN_PROGRESS, evidence=[build.evidence(file=file)])
    return file


@pytest.mark.parametrize("media_type", SAMPLES)
def test_a_file_is_sent_as_a_download_of_its_type_with_the_digest_of_its_bytes(client, media_type):
    content, name = SAMPLES[media_type], f"letter.{media_type.label.lower()}"
    file = public_file(name, content)

    answer = client.get(file.get_absolute_url(), headers={"Accept-Encoding": "gzip, br"})

    assert answer.getvalue() == content
    digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
    assert answer["Repr-Digest"] == f"sha-256=:{digest}:"
    assert answer["Content-Type"] == media_type.value
    assert answer["Content-Length"] == str(len(content))
    assert answer["Content-Disposition"] == f'attachment; filename="{name}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == NOTHING
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
    assert not answer.has_header("Content-Encoding")


NAMES = {
    "进展 1.png": "attachment; filename*=utf-8''%E8%BF%9B%E5%B1%95%201.png",
    'a "quoted" one.png': r'attachment; filename="a \"quoted\" one.png"',
    "semi;colon, comma.png": 'attachment; filename="semi;colon, comma.png"',
    "100% ok.png": 'attachment; filename="100% ok.png"',
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_told_to_the_browser_as_it_came(client, name):
    answer = client.get(public_file(name, png()).get_absolute_url())
    answer.getvalue()

    assert answer["Content-Disposition"] == NAMES[name]


def test_head_answers_as_get_does_without_the_bytes_and_nothing_can_be_sent(client):
    client.defaults["HTTP_X_REQUEST_ID"] = "one-and-the-same"
    address = public_file("plan.png", png()).get_absolute_url()
    seen, asked = client.get(address), client.head(address)
    bodies = seen.getvalue(), asked.getvalue()

    assert bodies == (png(), b"")
    assert asked.headers == seen.headers
    assert [getattr(client, method)(address).status_code for method in ("post", "put", "delete")] == [405, 405, 405]


def test_a_file_that_is_gone_from_the_disk_is_not_found(client):
    file = public_file("plan.png", png())
    Path(file.content.path).unlink()

    assert client.get(file.get_absolute_url()).status_code == 404
