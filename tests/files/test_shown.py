"""Where a file is shown: as a link with its type and size, to those who may follow it."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from missions.models import Role
from missions.status import Status
from tests import build
from tests.files.samples import pdf, xlsx
from tests.public.dom import parse

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    """An entry with a public file, and one that is not."""
    table = build.evidence_file("数据 <1>.xlsx", xlsx())
    letter = build.evidence_file("letter.pdf", pdf().replace(b"%%EOF", b"% " * 700_000 + b"\n%%EOF"))
    evidence = [build.evidence(title="In the open", file=table), build.evidence(file=letter, is_public=False)]
    return build.report(build.mission("M-1"), Status.IN_PROGRESS, evidence=evidence)


def links(page):
    return {link["href"]: link.text for link in page.all("a") if link["href"].startswith("/evidence/")}


@pytest.mark.parametrize(("language", "words"), [("en", "(XLSX, 1.1 KB)"), ("zh-hans", "（XLSX，1.1 KB）")])
def test_the_public_page_shows_the_public_file_alone_with_type_and_size(client, entry, language, words):
    page = parse(client.get(f"/{language}/missions/M-1/"))

    shown = entry.evidence.get(is_public=True).file
    assert links(page) == {shown.get_absolute_url(): "数据 <1>.xlsx"}
    assert words in page.one("p", class_="evidence").text.replace("\xa0", " ")


def test_the_back_office_shows_both_on_the_entry_s_page_and_where_it_is_corrected(client, entry):
    client.force_login(build.user("coordinator", Role.COORDINATOR))
    files = {item.file.get_absolute_url(): item.file.name for item in entry.evidence.all()}

    for address in (
        f"/admin/missions/statuschange/{entry.pk}/change/",
        f"/admin/missions/statuschange/{entry.pk}/correct/",
    ):
        response = client.get(address)
        assert (response.status_code, links(parse(response))) == (200, files)
        assert "(PDF, 1.3\xa0MB)" in response.content.decode()


def test_as_many_queries_show_nine_files_as_one(client, entry):
    queries = []
    for _number in range(2):
        with CaptureQueriesContext(connection) as captured:
            client.get("/en/missions/M-1/")
        queries.append(len(captured))
        for number in range(1, 5):
            evidence = [build.evidence(file=build.evidence_file(f"{number}.pdf"))]
            build.report(entry.mission, Status.IN_PROGRESS, on=date(2024, 1, number), evidence=evidence)

    assert queries[0] == queries[1]
    assert len(links(parse(client.get("/en/missions/M-1/")))) == 9
