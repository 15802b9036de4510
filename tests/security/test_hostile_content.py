"""Texts, links, file names and addresses that somebody enters to reach whoever reads them, or the server itself."""

import re
import socket
import threading
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse

from missions.models import EvidenceFile, Import, Role, Submission
from tests import build
from tests.admin.pages import filled_in
from tests.admin.reporting import BEGUN, SUBMIT, of_evidence
from tests.admin.routes import address, records_of, routes
from tests.public.dom import parse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]

# --- texts of others --------------------------------------------------------------------------------------------------

BAD = "\"><hub-attack onload=alert(1)>'</script><script>alert(1)</script>{{ 7|add:7 }}${7}"


def test_no_text_that_anybody_enters_becomes_part_of_a_page(client):
    """Names, titles, headlines, notes, file names: on every page of the back office and of the public."""
    texts = {name: f"{name} {BAD}" for name in ("title_en", "title_zh")}
    owner = build.organisation("OWN", name_en=BAD, name_zh=BAD)
    own = records_of(owner)
    own["user"].name = BAD
    own["user"].save()
    for field, value in texts.items():
        setattr(own["mission"], field, value)
    own["mission"].save()
    file = EvidenceFile.objects.take(SimpleUploadedFile("a<hub-attack>.pdf", build.PDF), by=build.nameless())
    said = {"headline_en": BAD, "headline_zh": BAD}
    build.report(own["mission"], "completed", evidence=[build.evidence(title=BAD, publisher=BAD, file=file)], **said)
    own["draft"].note = own["draft"].headline_en = BAD
    own["draft"].save()
    head = build.user("head", Role.COORDINATOR, Role.ADMINISTRATOR)
    head.name = BAD
    head.save()
    client.force_login(head)
    pages = {address(f"{route}#draft" if "submission/<" in route else route, own) for route in routes("admin/")}
    mission = own["mission"]
    pages |= {"/en/" + path for path in ("", "missions/", "changes/", "owners/", "owners/OWN/", "embed/FP/")}
    pages |= {mission.get_absolute_url(), "/en/report/completion.html", f"/en/missions/?q={BAD[2:32]}"}

    shown = 0
    for page in sorted(pages):
        answer = client.get(page)
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            tree = parse(HttpResponse(answer.getvalue()))
            shown += "<hub-attack onload=alert(1)>" in tree.text
            assert tree.all("hub-attack") == [], page
            assert [each for each in tree.walk() if {name for name in each.attributes if name.startswith("on")}] == []
            assert [each for each in tree.all("script") if "alert" in each.text] == []
        answer.close()
    assert shown > 15


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", " javascript:alert(1)", "vbscript:x", "//x"]
)
def test_no_link_is_taken_that_is_a_program(client, mission, editor, url):
    page = f"/admin/missions/mission/{mission.pk}/report/"
    form = filled_in(client.get(page))
    answer = client.post(page, {**form, **BEGUN, **of_evidence(0, title="Notice", url=url), **SUBMIT})

    assert answer.status_code == 200
    assert f'href="{url.strip()}' not in answer.content.decode()
    assert not Submission.objects.exclude(state="draft").exists()
    with pytest.raises(ValidationError):
        build.report(mission, "in_progress", evidence=[build.evidence(url=url)])


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name", ["a\r\nX-Hub-Attack: 1.csv", "a&#13;&#10;X-Hub-Attack: 1.csv", 'a"; filename=b.exe;".csv']
)
def test_no_file_name_writes_a_header(client, name):
    client.force_login(build.user("head", Role.COORDINATOR))
    register = client.get("/admin/missions/import/register.csv").getvalue()
    body = b"--b\r\nContent-Disposition: form-data; name=\"file\"; filename*=UTF-8''%s\r\n\r\n%s\r\n--b--\r\n"
    quoted = "".join(f"%{byte:02x}" for byte in name.encode()).encode()
    client.generic("POST", "/admin/missions/import/add/", body % (quoted, register), "multipart/form-data; boundary=b")

    kept = Import.objects.get()
    answer = client.get(f"/admin/missions/import/{kept.pk}/file/")

    assert answer.getvalue() == register
    assert answer.get("X-Hub-Attack") is None
    assert "\n" not in kept.name
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert "filename=b.exe" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", answer["Content-Disposition"])


@contextmanager
def listening():
    """(address of a server on this machine, whoever has connected to it)"""
    callers = []

    def take():
        while True:
            try:
                connection, caller = server.accept()
            except OSError:
                return
            callers.append(caller)
            connection.close()

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=take, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/", callers


def test_no_address_that_is_cited_is_ever_asked_for(client, mission, editor):
    """It may be one inside the office's network, which the server reaches and the author does not."""
    with listening() as (url, callers):
        page = f"/admin/missions/mission/{mission.pk}/report/"
        form = filled_in(client.get(page))
        client.post(page, {**form, **BEGUN, **of_evidence(0, title="Notice", url=url), **SUBMIT})
        Submission.objects.get().publish(by=build.user("head", Role.COORDINATOR))
        shown = {path: client.get(path).getvalue() for path in (
            "/en/missions/M-1/", "/en/changes.atom", "/api/v1/missions/M-1", "/en/report/completion.pdf",
            "/en/report/completion.docx", "/data/hubtracker.zip", "/en/missions/M-1/picture.png")}  # fmt: skip
        assert url.encode() in shown["/en/missions/M-1/"]
        assert callers == []
        with socket.create_connection(("127.0.0.1", urlsplit(url).port)) as own:
            own.recv(1)  # returns once the caller is known
        assert len(callers) == 1
