"""What an official types into the form of a report, and the buttons that send it."""

from django.core.files.uploadedfile import SimpleUploadedFile

from tests import factories

BEGUN = {
    "status": "in_progress",
    "effective_on": "2024-03-01",
    "basis": "owner",
    "headline_en": "Work began",
    "headline_zh": "工程开工",
    "note": "The letter follows.",
}
SUBMIT, SAVE, PUBLISH = {"_submit": "Submit"}, {"_save": "Save as draft"}, {"_publish": "Publish"}


def pdf(name="letter.pdf"):
    return SimpleUploadedFile(name, factories.PDF)


def of_evidence(number, **fields):
    return {f"evidence-{number}-{name}": value for name, value in fields.items()}
