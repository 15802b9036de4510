"""On the way in: what is written of a file, under which name it arrives, and how much a request may bring."""

import hashlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from missions.files import LARGEST_REQUEST
from missions.models import EvidenceFile
from missions.models.content import LARGEST
from tests import build
from tests.files.samples import SAMPLES, pdf
from tests.files.uploading import BOUNDARY, body, send

KILOBYTE = 1024


@pytest.fixture(autouse=True)
def site(settings, tmp_path):
    settings.ROOT_URLCONF = "tests.files.uploading"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path


ARRIVES = {
    "letter.pdf": "letter.pdf",
    "进展.pdf": "进展.pdf",
    "letters..pdf": "letters..pdf",
    r"C:\letters\letter.pdf": "letter.pdf",
    "/etc/letter.pdf": "letter.pdf",
    "letter\u202efdp.pdf": "letterfdp.pdf",
    "let\x00ter\x1b.pdf": "letter.pdf",
    "a &quot;quoted&quot; one.pdf": 'a "quoted" one.pdf',
}


@pytest.mark.parametrize("sent", ARRIVES)
def test_a_name_arrives_without_path_and_without_what_cannot_be_seen(client, sent):
    arrived = send(client, (sent, pdf())).json()

    assert (arrived["name"], arrived["errors"]) == (ARRIVES[sent], {})


@pytest.mark.parametrize("sent", ["../../../etc/passwd.pdf", r"..\..\letter.pdf", "letters/../letter.pdf"])
def test_a_name_that_leads_out_of_its_folder_is_refused_at_the_field(client, sent):
    arrived = send(client, (sent, pdf())).json()

    message = "The name of this file leads to another folder (../): rename it."
    assert arrived["errors"] == {"file": [message]}


@pytest.mark.parametrize("sent", ["n" * 296 + ".pdf", "n." + "e" * 298])
def test_a_name_of_three_hundred_characters_is_refused_at_the_field(client, sent):
    arrived = send(client, (sent, pdf())).json()

    message = "The name of this file has more than the 150 characters that are taken: shorten it."
    assert arrived["errors"] == {"file": [message]}


@pytest.mark.parametrize("sent", [".", "..", "../", "", "/"])
def test_a_file_whose_name_is_a_folder_is_no_file(client, sent):
    assert send(client, (sent, pdf())).json() == {"errors": {"file": ["This field is required."]}}


def test_a_file_of_30_mb_is_written_as_far_as_it_could_be_taken_and_its_true_size_is_said(client):
    arrived = send(client, ("letter.pdf", b"%PDF-".ljust(30 * 1024 * KILOBYTE))).json()

    assert arrived["size"] == 30 * 1024 * KILOBYTE
    assert LARGEST < arrived["held"] <= LARGEST + 128 * KILOBYTE
    assert "30.0\xa0MB" in arrived["errors"]["file"][0]


def test_a_file_of_20_mb_arrives_whole(client):
    arrived = send(client, ("letter.pdf", pdf()[:-6].ljust(LARGEST - 6, b"\n") + b"%%EOF\n")).json()

    assert arrived == {"name": "letter.pdf", "size": LARGEST, "held": LARGEST, "errors": {}}


def test_ten_files_are_taken_and_an_eleventh_is_answered_with_the_page_that_says_so(client, tmp_path):
    ten = [(f"{number}.pdf", pdf()) for number in range(10)]

    assert send(client, *ten).status_code == 200
    refused = send(client, *ten, ("11.pdf", pdf()))
    assert refused.status_code == 413
    assert "at most ten files at once" in refused.content.decode()
    assert list(tmp_path.iterdir()) == []


def test_more_than_100_mb_are_answered_with_the_page_that_says_so_and_leave_nothing_behind(client, tmp_path):
    six = [(f"{number}.pdf", bytes(18 * 1024 * KILOBYTE)) for number in range(6)]
    assert 6 * 18 * 1024 * KILOBYTE > LARGEST_REQUEST

    refused = send(client, *six, **{"Accept-Language": "zh-hans"})

    assert (refused.status_code, refused["Content-Language"]) == (413, "zh-hans")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("length", [150, 400])
def test_an_upload_that_breaks_off_leaves_nothing_behind(client, tmp_path, length):
    sent = body(("letter.pdf", pdf()), ("other.pdf", pdf()))[:-length]
    client.generic("POST", "/upload/", sent, f"multipart/form-data; boundary={BOUNDARY}")

    assert list(tmp_path.iterdir()) == []


def test_a_form_that_brings_too_much_text_gets_the_same_page(client):
    refused = client.post("/upload/", {"headline": "n" * 1024 * KILOBYTE})

    assert refused.status_code == 413


@pytest.mark.django_db
@pytest.mark.parametrize("media_type", SAMPLES)
def test_a_file_is_stored_as_it_came_under_a_name_that_says_nothing(media_type):
    content, name = SAMPLES[media_type], f"进展 1.{media_type.label.lower()}"

    taken = build.evidence_file(name, content)

    kept = EvidenceFile.objects.get()
    path = Path(kept.content.path)
    assert kept == taken
    assert (kept.name, kept.media_type, kept.size) == (name, media_type, len(content))
    assert (path.read_bytes(), kept.sha256) == (content, hashlib.sha256(content).hexdigest())
    assert path.parent.parent == Path(default_storage.path(""))
    assert (path.suffix, path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == ("", 0o600, 0o700)


@pytest.mark.django_db
def test_a_file_taken_twice_is_two_files():
    by = build.nameless()

    first, second = build.evidence_file(by=by), build.evidence_file(by=by)

    assert (first.sha256, first.pk == second.pk) == (second.sha256, False)
    assert first.content.path != second.content.path
    assert second.uploaded_by == by


@pytest.mark.django_db
def test_what_the_field_refuses_is_not_taken_by_another_way_either():
    with pytest.raises(ValidationError, match="none of the types"):
        EvidenceFile.objects.take(SimpleUploadedFile("letter.pdf", b"<html>", "application/pdf"), by=build.nameless())

    assert not EvidenceFile.objects.exists()


@pytest.mark.django_db
def test_an_upload_from_the_disk_is_moved_and_not_copied(rf, settings, tmp_path):
    request = rf.post("/", {"file": SimpleUploadedFile("letter.pdf", pdf())})
    upload = request.FILES["file"]
    assert Path(upload.temporary_file_path()).parent == tmp_path

    taken = EvidenceFile.objects.take(upload, by=build.nameless())
    request.close()

    assert Path(taken.content.path).read_bytes() == pdf()
    assert list(tmp_path.iterdir()) == []
