"""Search of missions: both databases find what a naive search of the texts finds."""

import unicodedata

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.models import Mission
from tests import factories

pytestmark = pytest.mark.django_db

# Special characters of LIKE and SQL; characters with two cases, several forms or several code points; code points
# beyond U+FFFF or at the limits.
SPECIAL = [
    *"%_\\'\"?$;-\n\t ", "\u3000", *"虹桥医院aAßﬁＱ％İıſ", "e\u0301", "é", "\u0301", "👩\u200d🚀", "𠮷", "\ud7ff",
    "\ufffd", "\U0010ffff",
]  # fmt: skip
# PostgreSQL stores no null character; a lone surrogate is no text in UTF-8.
characters = st.sampled_from(SPECIAL) | st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.lists(characters, max_size=12).map("".join)


def fold(text):
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


@pytest.mark.both_databases
def test_search_finds_every_word_in_either_language_whatever_its_form():
    factories.mission("FP-001", title_en="Straße and ﬁnance", title_zh="虹桥　进口商品展示交易中心")
    factories.mission("FP-002", title_en="100% of_it", title_zh="别的", description_en="Metro", description_zh="地铁")
    expected = {
        "STRASSE finance": ["FP-001"],
        "虹桥　中心": ["FP-001"],
        "桥": ["FP-001"],
        "fp-002 metro 地铁": ["FP-002"],
        "0%": ["FP-002"],
        "f_i": ["FP-002"],
        "_0": [],
        "%": ["FP-002"],
        "finance metro": [],
        "": ["FP-001", "FP-002"],
    }

    assert {words: [mission.code for mission in Mission.objects.search(words)] for words in expected} == expected


@st.composite
def searches(draw):
    """The texts of two missions, and words most of which are cut out of the texts."""
    pairs = draw(st.lists(st.tuples(texts, texts), min_size=2, max_size=2))
    whole = " ".join(text for pair in pairs for text in pair) or "-"
    cut = st.tuples(st.integers(0, len(whole) - 1), st.integers(1, 5)).map(lambda at: whole[at[0] : at[0] + at[1]])
    return pairs, " ".join(draw(st.lists(cut | texts, max_size=3)))


@pytest.mark.both_databases
@pytest.mark.no_cover  # many runs of the same lines
@pytest.mark.parametrize("use_index", [True, False])
def test_search_agrees_with_a_naive_search(use_index):
    if connection.vendor == "postgresql":  # it would read the table of two rows
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('enable_seqscan', %s, true)", ["off" if use_index else "on"])
    elif use_index:
        return  # SQLite has no index for words
    missions = [factories.mission("M-1"), factories.mission("M-2")]

    @settings(derandomize=True, max_examples=60, deadline=None, database=None)
    @given(searches())
    def check(drawn):
        pairs, words = drawn
        expected = []
        for mission, (title, description) in zip(missions, pairs, strict=True):
            mission.title_en, mission.title_zh = title or "-", "题"
            mission.description_en, mission.description_zh = description or "-", "文"
            mission.save()
            folded = [fold(text) for text in (mission.code, title or "-", "题", description or "-", "文")]
            if all(any(word in text for text in folded) for word in fold(words).split()):
                expected.append(mission.code)
        assert sorted(Mission.objects.search(words).values_list("code", flat=True)) == expected

    check()
