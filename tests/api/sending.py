"""What an office's system sends, and what a refusal names."""

from missions.models import Delivery, Submission, SubmittedEvidence

ADDRESS = "/api/v1/submissions"
SUBMISSION = {
    "mission": "FP-001",
    "status": "in_progress",
    "effective_on": "2024-03-01",
    "basis": "owner",
    "headline_zh": "工程开工",
}
NOTICE = {"title": "Notice", "url": "https://example.org/notice", "published_on": "2024-03-02"}


def wrong(response):
    """The fields or headers that are refused, each with a message in both languages."""
    assert response["Content-Type"] == "application/problem+json"
    errors = response.json()["errors"]
    assert [error for error in errors if not error["zh"] or error["zh"] == error["en"]] == []
    return [error.get("field", error.get("header")) for error in errors]


def nothing_is_there():
    return not Submission.objects.exists() and not SubmittedEvidence.objects.exists() and not Delivery.objects.exists()
