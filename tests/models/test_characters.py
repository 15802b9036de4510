"""Which characters a text may have, and that the ledger takes none of the others."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from missions.models import Mission, Organisation, StatusChange
from missions.models.text import validate_characters
from tests import build
from tests.characters import REFUSED, refusal, text


@pytest.mark.parametrize(
    "character", [*REFUSED, "\0", "\x7f", "\u200e", "\u2029", "\u202a", "\u2069", "\ufdd0", "\ud800"]
)
def test_a_character_that_cannot_be_seen_is_refused_by_its_code_point(character):
    with pytest.raises(ValidationError) as caught:
        validate_characters(text(character))

    assert f" U+{ord(character):04X} " in caught.value.message
    assert caught.value.code == "refused_character"


@pytest.mark.parametrize(
    "character", ["\t", "\n", "\r", "\u00a0", "\u3000", "\u200c", "\u200d", "\ufeff", "\ue000", "𠮷", "é"]
)
def test_any_other_character_is_taken(character):
    validate_characters(text(character))


def test_the_refusal_is_in_the_readers_language():
    with translation.override("zh-hans"), pytest.raises(ValidationError) as caught:
        validate_characters(text("\x07"))

    assert caught.value.message == "第 2 个字符为 U+0007（控制字符），请删除。"


SPACES = "\x0b\x85\u2028"  # a headline is made one line before it is looked at, which makes a space of these


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("field", ["headline_en", "headline_zh", "title", "publisher", "url"])
@pytest.mark.parametrize("character", [character for character in REFUSED if character not in SPACES])
def test_the_ledger_refuses_it_at_its_field(field, character):
    mission, entries = build.mission(), StatusChange.objects.count
    before = entries()
    bad = {"url": f"https://example.org/{character}"}.get(field, text(character))
    fields = {field: bad} if field.startswith("headline") else {"evidence": [build.evidence(**{field: bad})]}

    with pytest.raises(ValidationError) as caught:
        build.report(mission, "paused", **fields)

    assert list(caught.value.message_dict) == [field]
    assert entries() == before


@pytest.mark.django_db
@pytest.mark.parametrize("character", SPACES)
def test_the_ledger_makes_a_space_of_a_line_break_of_any_kind_in_a_headline(character):
    assert build.report(build.mission(), "paused", headline_en=text(character)).headline_en == "a b"


@pytest.mark.parametrize("spaces", ["\t", "\n", "\r\n", "\t\n"])
def test_a_tab_or_line_break_in_a_single_line_becomes_a_space(spaces):
    organisation = Organisation(code="O1", name_en=f"A{spaces}B", name_zh="甲", level="agency")
    organisation.clean_fields()

    assert organisation.name_en == "A B"


@pytest.mark.django_db
def test_tabs_and_line_breaks_of_a_long_text_stay():
    mission = build.mission(description_en="one\ttwo\r\nthree", description_zh="一")
    mission.full_clean()

    assert mission.description_en == "one\ttwo\r\nthree"


@pytest.mark.django_db
def test_all_fields_with_something_wrong_are_named_at_once():
    mission = Mission(title_en="a\x07b", title_zh="字" * 301, number=0)
    with pytest.raises(ValidationError) as caught:
        mission.clean_fields(exclude={"instrument", "theme", "lead_owner", "code", "kind", "provenance", "search_text"})

    assert set(caught.value.message_dict) == {"title_en", "title_zh", "number"}


@pytest.mark.django_db
def test_a_record_that_has_one_already_is_shown(client):
    mission = build.mission("M-1", title_en="Old \u202e title", opened=True)

    assert client.get(f"/en/missions/{mission.code}/").status_code == 200
    assert refusal("\u202e") not in client.get("/en/missions/", {"q": "\u202e\x07"}).content.decode()
