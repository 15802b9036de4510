"""What a system of an office sends, and what it is told where that is wrong."""

from missions.models import Delivery, Submission, SubmittedEvidence

ADDRESS = "/api/v1/submissions"
SAID = {
    "mission": "FP-001",
    "status": "in_progress",
    "effective_on": "2024-03-01",
    "basis": "owner",
    "headline_zh": "工程开工",
}
NOTICE = {"title": "Notice", "url": "https://example.org/notice", "published_on": "2024-03-02"}


def wrong(response):
    """Field → what is wrong in English; that the Chinese is another text is looked at here."""
    assert response["Content-Type"] == "application/problem+json"
    errors = response.json()["errors"]
    assert [error for error in errors if not error["zh"] or error["zh"] == error["en"]] == []
    return {error.get("field", error.get("header")): error["en"] for error in errors}


def nothing_is_there():
    return not Submission.objects.exists() and not SubmittedEvidence.objects.exists() and not Delivery.objects.exists()
