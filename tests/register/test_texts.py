"""Texts of the register: characters, both languages, codes."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from missions.models import Area, Organisation
from tests import factories
from tests.characters import REFUSED

SPACES = "\x0b\x85\u2028"  # a headline gets a space in their place


def organisation(name):
    record = Organisation(code="O1", name_en=name, name_zh="甲", level="agency")
    record.clean_fields()
    return record


@pytest.mark.parametrize(
    "character",
    [*REFUSED, "\0", "\x7f", "\u200e", "\u2029", "\u202a", "\u2069", "\ufdd0", "\ud800"],
    ids=lambda character: f"{ord(character):X}",
)
def test_invisible_characters_are_rejected(character):
    with pytest.raises(ValidationError) as error:
        organisation(f"a{character}b")

    (code,) = {each.code for each in error.value.error_dict["name_en"]}
    assert (list(error.value.error_dict), code) == (["name_en"], "refused_character")


def test_other_unusual_characters_are_accepted_and_line_breaks_become_spaces():
    accepted = "\u00a0\u3000\u200c\u200d\ufeff\ue000𠮷é"

    assert organisation(f"a{accepted}b").name_en == f"a{accepted}b"
    assert [organisation(f"A{space}B").name_en for space in ("\t", "\n", "\r\n", "\t\n")] == ["A B"] * 4


@pytest.mark.django_db
def test_ledger_rejects_invisible_characters_by_field():
    mission = factories.mission()
    for field in ("headline_en", "headline_zh", "title", "publisher", "url"):
        is_headline = field.startswith("headline")
        for character in set(REFUSED) - set(SPACES if is_headline else ""):
            bad = {field: f"https://example.org/{character}"}
            fields = bad if is_headline else {"evidence": [factories.evidence(**bad)]}
            with pytest.raises(ValidationError) as error:
                factories.report(mission, "paused", **fields)
            assert list(error.value.message_dict) == [field]


@pytest.mark.django_db
def test_older_text_with_an_invisible_character_is_shown(client):
    with factories.any_character():
        mission = factories.mission(title_en="Old \u202e title")

    assert client.get(f"/en/missions/{mission.code}/").status_code == 200


@pytest.mark.django_db
def test_long_text_keeps_its_tabs_and_line_breaks():
    mission = factories.mission(description_en="one\ttwo\r\nthree", description_zh="一")
    mission.full_clean()

    assert mission.description_en == "one\ttwo\r\nthree"


@pytest.mark.parametrize("code", ["", " FP", "FP 1", "-1", "FP/1", "F\n", "虹桥", "a" * 21])
def test_bad_codes_are_rejected(code):
    with pytest.raises(ValidationError) as error:
        Organisation(code=code, name_en="A", name_zh="甲", level="agency").clean_fields()

    assert list(error.value.message_dict) == ["code"]


@pytest.mark.django_db
@pytest.mark.parametrize("duplicate", [{"code": "M-1"}, {"number": 7}])
def test_database_keeps_codes_and_numbers_unique(duplicate):
    factories.mission("M-1", number=7, opened=False)

    with pytest.raises(IntegrityError), transaction.atomic():
        factories.mission(**{"code": "M-2", "number": 8, **duplicate}, opened=False)


@pytest.mark.django_db
@pytest.mark.parametrize(("model", "make"), [(Organisation, factories.organisation), (Area, factories.area)])
def test_hierarchy_has_no_cycles(model, make):
    top = make("TOP")
    top.parent = make("BOTTOM", parent=make("MIDDLE", parent=top))

    with pytest.raises(ValidationError):
        top.clean()
    make("OTHER", parent=model.objects.get(code="BOTTOM")).clean()
