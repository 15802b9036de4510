"""What an attacker tries first; sign-in, files and headers have tests of their own."""

import pytest
from django.test import Client

from missions.models import Role, Submission
from tests import factories
from tests.admin.pages import filled_in
from tests.admin.reporting import BEGUN, SUBMIT, of_evidence
from tests.cache import forget

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("without_second_factor")]
ELSEWHERE = "elsewhere.example"


@pytest.fixture
def without_second_factor(settings):
    settings.HUB_REQUIRE_MFA = False


@pytest.fixture
def mission(db):
    return factories.mission("M-1", status="not_started")


@pytest.fixture
def editor(client, mission):
    user = factories.user("editor", Role.EDITOR, organisation=mission.lead_owner)
    client.force_login(user)
    return user


@pytest.mark.parametrize("path", [f"//{ELSEWHERE}/en", f"//{ELSEWHERE}/%2e%2e/admin", f"/%5c{ELSEWHERE}/en"])
def test_added_slash_leads_to_no_other_site(client, path):
    assert not client.get(path).get("Location", "/").startswith(("//", "/\\", "http"))


UNTRUSTED = {
    **dict.fromkeys(["X-Forwarded-Host", "X-Forwarded-Server"], ELSEWHERE),
    **dict.fromkeys(["X-Forwarded-Prefix", "X-Original-URL", "X-Script-Name"], f"//{ELSEWHERE}"),
    "X-Forwarded-Proto": "http", "X-Rewrite-URL": "/admin/", "X-HTTP-Method-Override": "POST",
    "Forwarded": f"host={ELSEWHERE};proto=http", "Referer": f"https://{ELSEWHERE}/", "Range": "bytes=0-1",
    "Cookie": "sessionid=planted; django_language=zh-hans; messages=planted",
}  # fmt: skip


@pytest.mark.parametrize("path", ["/en/missions/M-1/", "/api/v1/missions"])
def test_headers_that_no_cache_looks_at_change_no_answer(mission, path):
    def fetch(**headers):
        answer = Client().get(path, headers=headers)
        return answer.status_code, answer.getvalue(), answer.get("ETag"), answer.get("Location")

    clean = fetch()
    assert ELSEWHERE.encode() not in clean[1]
    forget()
    assert (fetch(**UNTRUSTED), fetch()) == (clean, clean)


def test_file_of_another_organisation_cannot_be_cited(client, mission, editor):
    stranger = factories.user("stranger", Role.EDITOR, organisation=factories.organisation("FOREIGN"))
    theirs, own = factories.evidence_file("theirs.pdf", by=stranger), factories.evidence_file("own.pdf", by=editor)
    page = f"/admin/missions/mission/{mission.pk}/report/"
    form = filled_in(client.get(page))

    def cite(file):
        return client.post(page, {**form, **BEGUN, **of_evidence(0, title="Letter", file=str(file.pk)), **SUBMIT})

    refused, accepted = cite(theirs), cite(own)
    assert (refused.status_code, "theirs.pdf" in refused.content.decode()) == (200, False)
    assert (client.get(theirs.get_absolute_url()).status_code, accepted.status_code) == (404, 302)
    assert [submission.evidence.get().file for submission in Submission.objects.all()] == [own]
