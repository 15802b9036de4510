"""Evidence files on their way in: which are accepted, under which name, and how much a request may bring."""

import hashlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage

from missions.models import EvidenceFile, Role
from tests import factories
from tests.admin.pages import filled_in
from tests.files.samples import EXCEL, SAMPLES, archive, compound, content_types, docx, jpeg, pdf, png, xlsx

pytestmark = pytest.mark.django_db
MEGABYTE = 1024 * 1024
MACROS = content_types("application/vnd.ms-word.document.macroEnabled.main+xml")


@pytest.fixture(scope="module")
def author(module_db):
    return factories.nameless()


# --- what a file is ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("media_type", SAMPLES)
def test_accepted_file_is_stored_unchanged_for_the_owner_of_the_site_alone(author, media_type):
    content, name = SAMPLES[media_type], f"进展 1.{media_type.label}"
    first, second = (factories.evidence_file(name, content, by=author) for _ in range(2))
    path = Path(first.content.path)

    stored = (first.name, first.media_type, first.size, first.sha256, first.uploaded_by)
    assert stored == (name, media_type, len(content), hashlib.sha256(content).hexdigest(), author)
    assert (path.read_bytes(), path.suffix, path.parent.parent) == (content, "", Path(default_storage.path("")))
    assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert first.content.path != second.content.path


def test_file_of_20_megabytes_and_photograph_with_data_behind_it_are_accepted(author):
    large = pdf()[:-6].ljust(20 * MEGABYTE - 6, b"\n") + b"%%EOF\n"

    assert factories.evidence_file("letter.pdf", large, by=author).size == 20 * MEGABYTE
    assert factories.evidence_file("site.JPEG", jpeg(after=b"SEFT" * 100), by=author).media_type == "image/jpeg"


REFUSED = {
    "empty": ("letter.pdf", b"", "empty"),
    "one byte too large": ("letter.pdf", pdf().ljust(20 * MEGABYTE + 1, b"\n"), "too_large"),
    "SVG": ("plan.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "no_type"),
    "SVG named PNG": ("plan.png", b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "no_type"),
    "HTML named PDF": ("letter.pdf", b"<!doctype html><script>alert(1)</script>", "no_type"),
    "HTML before a PDF": ("letter.pdf", b"<script>alert(1)</script>\n" + pdf(), "no_type"),
    "ZIP named DOCX": ("letters.docx", archive({"letter.pdf": pdf()}), "no_type"),
    "Word before 2007": ("letter.doc", compound("WordDocument"), "old_format"),
    "with a password": ("letter.docx", compound("EncryptedPackage"), "protected"),
    "PDF named PDF.EXE": ("letter.pdf.exe", pdf(), "other_ending"),
    "Excel named DOCX": ("table.docx", xlsx(), "other_ending"),
    "macro": ("letter.docm", docx(MACROS, **{"word/vbaProject.bin": b"\xd0\xcf"}), "macro"),
    "macro named DOCX": ("letter.docx", docx(MACROS), "macro"),
    "macro sheet": ("table.xlsx", docx(content_types(EXCEL), **{"xl/macrosheets/sheet1.xml": "<x/>"}), "macro"),
    "ActiveX": ("letter.docx", docx(**{"word/activeX/activeX1.xml": "<x/>"}), "object"),
    "OLE object": ("letter.docx", docx(**{"word/embeddings/oleObject1.bin": b"\xd0\xcf"}), "object"),
    "half a PDF": ("letter.pdf", pdf()[:300], "damaged"),
    "half a PNG": ("plan.png", png()[:-20], "damaged"),
    "half a JPEG": ("site.jpg", jpeg()[:12], "damaged"),
    "half a DOCX": ("letter.docx", docx()[:-100], "damaged"),
    "huge part": ("letter.docx", docx(" " * 100 * MEGABYTE), "damaged"),
    "PDF and ZIP in one": ("letter.pdf", pdf() + archive({"run.js": "1"}) + b"%%EOF", "two_types"),
    "long name": ("a" * 147 + ".pdf", pdf(), "long_name"),
    "name with a reversed direction": ("letter\u202efdp.pdf", pdf(), "unseen_characters"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_file_is_refused_by_its_content_and_name(author, kind):
    name, content, code = REFUSED[kind]
    with pytest.raises(ValidationError) as refused:
        factories.evidence_file(name, content, by=author)

    assert ([error.code for error in refused.value.error_list], EvidenceFile.objects.count()) == ([code], 0)


# --- the form ---------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(module_db):
    mission = factories.mission("M-1")
    return mission, factories.user("editor", Role.EDITOR, organisation=mission.lead_owner)


@pytest.fixture
def send(client, world, settings, tmp_path):
    """Posts the report form with files (name as sent, content) for `field`; keeps it as a draft."""
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    mission, editor = world
    client.force_login(editor)
    page = f"/admin/missions/mission/{mission.pk}/report/"
    head = '--b\r\nContent-Disposition: form-data; name="{}"'
    fields = {**filled_in(client.get(page)), "_save": "Save"}
    texts = [f"{head.format(name)}\r\n\r\n{value}\r\n".encode() for name, value in fields.items()]

    def send(*files, field="evidence-0-upload", cut=0):
        typed = '; filename="{}"\r\nContent-Type: text/html\r\n\r\n'
        parts = [(head.format(field) + typed.format(name)).encode() + content + b"\r\n" for name, content in files]
        body = b"".join([*texts, *parts, b"--b--\r\n"])
        return client.generic("POST", page, body[: len(body) - cut], "multipart/form-data; boundary=b")

    yield send
    assert list(tmp_path.iterdir()) == []  # no temporary file survives its request


ARRIVES = {
    "letter.pdf": "letter.pdf",
    r"C:\letters\letter.pdf": "letter.pdf",
    "letter\u202efdp.pdf": "letterfdp.pdf",
    "let\x00ter\x1b.pdf": "letter.pdf",
    "../../../etc/passwd.pdf": None,
    r"..\..\letter.pdf": None,
}


@pytest.mark.parametrize("name", ARRIVES)
def test_name_arrives_without_path_and_invisible_characters_or_not_at_all(send, name):
    send((name, pdf()))

    expected = [(ARRIVES[name], "application/pdf")] if ARRIVES[name] else []
    assert list(EvidenceFile.objects.values_list("name", "media_type")) == expected


def test_file_that_is_too_large_is_an_error_of_its_field(send):
    answer = send(("letter.pdf", b"%PDF-".ljust(30 * MEGABYTE)))

    assert answer.status_code == 200
    assert "30.0\xa0MB" in answer.content.decode()
    assert not EvidenceFile.objects.exists()


TOO_MUCH = {
    "10 files": ([pdf()] * 10, 302),
    "11 files": ([pdf()] * 11, 413),
    "more than 100 MB": ([bytes(18 * MEGABYTE)] * 6, 413),
}


@pytest.mark.parametrize("kind", TOO_MUCH)
def test_request_has_at_most_ten_files_and_100_megabytes(send, kind):
    files, status = TOO_MUCH[kind]
    answer = send(*[(f"{number}.pdf", content) for number, content in enumerate(files)], field="other")

    assert answer.status_code == status


@pytest.mark.parametrize("cut", [150, 400])
def test_interrupted_upload_is_no_failure_of_ours(send, cut):
    assert send(("letter.pdf", pdf()), ("other.pdf", pdf()), cut=cut).status_code < 500
