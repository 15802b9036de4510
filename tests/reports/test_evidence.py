"""Private evidence is in a report by its SHA-256 alone, in every format; accounts and descriptions are in none."""

import pytest

from missions.models import Evidence, Mission
from tests import factories
from tests.reports.example import PRIVATE
from tests.reports.reading import ENDINGS, all_text, fetched, plain
from tests.reports.test_hostile_texts import editions

HIDDEN = ["Zettel", "密件", "Geheimrat", "verborgen", "akte", "kassiber", "1987", "1986"]
HIDDEN += ["verwalterin", "Beschreibung", "说明文字"]


@editions
@pytest.mark.parametrize("ending", ENDINGS)
def test_private_evidence_is_in_a_file_by_its_digest_alone(client, example, ending, edition):
    factories.report(Mission.objects.get(code="M-3"), "in_progress", by=factories.user("verwalterin"))
    Mission.objects.update(description_en="Beschreibung", description_zh="说明文字")
    private = Evidence.objects.filter(is_public=False).last()
    public = Evidence.objects.filter(title="Letter").last()
    text = plain(all_text(ending, fetched(client, ending, ("lang", edition))[1]))

    assert private.title == PRIVATE["title"]
    assert [word for word in [*HIDDEN, private.file.sha256, f"{private.file.pk}"] if word in text] == []
    is_cited = [plain(words) in text for words in (private.fingerprint, public.file.sha256, public.title, "letter.pdf")]
    assert is_cited == [ending != "csv"] * 4
