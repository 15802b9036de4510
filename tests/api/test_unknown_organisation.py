import json
from uuid import uuid4

import pytest

from missions.models import Role, Submission
from tests import factories


@pytest.mark.parametrize("kind", ["report", "deadline"])
def test_an_unknown_reporting_organisation_is_an_error_of_its_field(db, client, kind):
    _token, secret = factories.token(factories.membership(Role.COORDINATOR))
    body = {
        "mission": factories.mission("M-1").code,
        "kind": kind,
        "reported_by": "NOBODY",
        "effective_on": "2024-01-01",
        "basis": "document",
        "headline_en": "Begun",
        "headline_zh": "开工",
        "submit": False,
        **({"status": "in_progress"} if kind == "report" else {"due": "2026-01-01", "decided_by": "Office"}),
    }
    headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": str(uuid4())}

    answer = client.post("/api/v1/submissions", json.dumps(body), content_type="application/json", headers=headers)

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == ["reported_by"]
    assert not Submission.objects.exists()
