"""Who sees which submissions, and what the ledger gets of them."""

from datetime import date

import pytest

from missions.models import EntryRejected, Role, Submission, publish_all
from missions.status import Status
from tests import factories
from tests.workflow.steps import TYPED, in_state, official, stored

pytestmark = pytest.mark.django_db

CITED = ("title", "publisher", "published_on", "url", "event_on", "source", "file", "is_public")


def test_entry_repeats_the_submission_and_keeps_its_author():
    """Trap 14: an update approved by a reviewer changes its author."""
    author, publisher = factories.nameless(), factories.nameless()
    cited = [
        factories.submitted_evidence(
            published_on=date(2024, 3, 2), event_on=date(2024, 3, 1), source=factories.source(), is_public=True
        ),
        factories.submitted_evidence(
            title="Notice", publisher="", url="", file=factories.evidence_file(), is_public=False
        ),
    ]
    submission = factories.submission(by=author, status=Status.COMPLETED, note="For the reviewer", evidence=cited)
    submission.submit(by=author)

    entry = submission.publish(by=publisher)

    fields = [field for field in TYPED if field != "note"]
    assert [getattr(entry, field) for field in fields] == [getattr(submission, field) for field in fields]
    assert (entry.mission, entry.kind, entry.recorded_by) == (submission.mission, "report", author)
    assert [[getattr(item, name) for name in CITED] for item in entry.evidence.order_by("id")] == [
        [getattr(item, name) for name in CITED] for item in cited
    ]
    assert list(submission.steps.values_list("state", "by")) == [("submitted", author.pk), ("published", publisher.pk)]
    assert "For the reviewer" not in str(entry.public_line())


def test_all_are_published_or_none_with_the_errors_of_each():
    good, untranslated = in_state("submitted"), in_state("submitted", factories.submission(headline_zh=""))
    # Each is fine alone; the second may not follow the first.
    first, second = (
        in_state("submitted", factories.submission(good.mission, status=status, effective_on=day))
        for status, day in ((Status.WITHDRAWN, date(2024, 2, 1)), (Status.PAUSED, date(2024, 3, 1)))
    )
    for submissions, wrong in (
        ([good, untranslated, first, second], {1, 3}),
        ([good, in_state("draft"), Submission.objects.get(pk=good.pk)], {1, 2}),  # nor one twice
    ):
        with pytest.raises(EntryRejected) as error:
            publish_all(submissions, by=factories.nameless())
        assert (set(error.value.errors), stored(good)[0]["state"]) == (wrong, "submitted")
    assert [entry.submission for entry in publish_all([good, first], by=factories.nameless())] == [good, first]


def test_submissions_are_visible_to_the_editors_of_their_owner_and_to_their_author():
    above = factories.organisation("ABOVE")
    editor, foreign = official(Role.EDITOR, above), official(Role.EDITOR, factories.organisation("OTHER"))
    here = factories.submission(factories.mission(lead_owner=factories.organisation("OWN", parent=above)), by=foreign)
    there = factories.submission(factories.mission(lead_owner=factories.organisation("OTHER"), supporting=[above]))

    seen = [set(Submission.objects.visible_to(user)) for user in (editor, foreign, official())]

    assert seen == [{here}, {here, there}, set()]
