"""What an attacker tries first; sign-in, files and headers have tests of their own."""

import pytest

from missions.models import Role, Submission
from tests import factories
from tests.admin.pages import BEGUN, SUBMIT, filled_in, of_evidence


@pytest.mark.parametrize(
    "path", ["//elsewhere.example/en", "//elsewhere.example/%2e%2e/admin", "/%5celsewhere.example/en"]
)
def test_added_slash_leads_to_no_other_site(client, db, path):
    assert not client.get(path).get("Location", "/").startswith(("//", "/\\", "http"))


def test_file_of_another_organisation_cannot_be_cited(client, db):
    mission = factories.mission("M-1", status="not_started")
    editor = factories.user("editor", Role.EDITOR, organisation=mission.lead_owner)
    stranger = factories.user("stranger", Role.EDITOR, organisation=factories.organisation("FOREIGN"))
    theirs, own = factories.evidence_file("theirs.pdf", by=stranger), factories.evidence_file("own.pdf", by=editor)
    client.force_login(editor)
    page = f"/admin/missions/mission/{mission.pk}/report/"
    form = {**filled_in(client.get(page)), **BEGUN, **SUBMIT}

    def cite(file):
        return client.post(page, {**form, **of_evidence(0, title="Letter", file=str(file.pk))})

    refused, accepted = cite(theirs), cite(own)
    assert (refused.status_code, "theirs.pdf" in refused.content.decode()) == (200, False)
    assert (client.get(theirs.get_absolute_url()).status_code, accepted.status_code) == (404, 302)
    assert [own] == [submission.evidence.get().file for submission in Submission.objects.all()]
