"""The words of a search: whatever texts and words hold, both databases find what a plain look into the texts finds."""

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.models import Mission
from tests import build
from tests.public.oracle import fold

# no_cover: many runs of the same lines, which other tests cover: tracing them would only cost time.
pytestmark = [pytest.mark.django_db, pytest.mark.both_databases, pytest.mark.no_cover]

# What means something to LIKE or to SQL, what has two cases, several forms or several code points, what lies beyond
# the first 65,536 or at their edges.
NASTY = [
    *"%_\\'\"?$;-\n\t ",
    "\u3000",
    *"虹桥医院aAßﬁＱ％İıſ",
    "e\u0301",
    "é",
    "\u0301",
    "👩\u200d🚀",
    "𠮷",
    "\ud7ff",
    "\ufffd",
    "\U0010ffff",
]
# PostgreSQL stores no null character; half of a surrogate pair is no text in UTF-8.
characters = st.sampled_from(NASTY) | st.characters(exclude_categories=["Cs"], exclude_characters="\0")
texts = st.lists(characters, max_size=12).map("".join)


@st.composite
def searches(draw):
    """The texts of two missions and words, most of them cut out of the texts."""
    given_texts = draw(st.lists(st.tuples(texts, texts), min_size=2, max_size=2))
    whole = " ".join(text for pair in given_texts for text in pair) or "-"
    starts = st.integers(0, len(whole) - 1)
    cut = st.tuples(starts, st.integers(1, 5)).map(lambda at: whole[at[0] : at[0] + at[1]])
    return given_texts, " ".join(draw(st.lists(cut | texts, max_size=3)))


def set_index(is_used):
    """Makes PostgreSQL use its index, which it would not for two rows, or read the table."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('enable_seqscan', %s, true)", ["off" if is_used else "on"])


@pytest.mark.parametrize("index_is_used", [True, False])
def test_a_search_finds_the_missions_whose_texts_have_each_word(index_is_used):
    missions = [build.mission("M-1"), build.mission("M-2")]
    set_index(index_is_used)

    @settings(derandomize=True, max_examples=150, deadline=None, database=None)
    @given(searches())
    def search(drawn):
        given_texts, words = drawn
        for mission, (title, description) in zip(missions, given_texts, strict=True):
            mission.title_en, mission.title_zh = title or "-", "题"
            mission.description_en, mission.description_zh = description or "-", "文"
            mission.save()
        folded = {
            mission.code: [fold(text) for text in (mission.code, title or "-", "题", description or "-", "文")]
            for mission, (title, description) in zip(missions, given_texts, strict=True)
        }
        expected = [
            code
            for code, there in folded.items()
            if all(any(word in text for text in there) for word in fold(words).split())
        ]
        assert sorted(Mission.objects.search(words).values_list("code", flat=True)) == expected

    search()


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("虹桥x", [["虹", "桥"], ["桥", "x"]]),
        ("a𠮷👩", [["a", "𠮷"], ["𠮷", "👩"]]),
        ("e\u0301!", [["e", "\u0301"], ["\u0301", "!"]]),
        ("a", None),
        ("", None),
    ],
)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no such function")
def test_the_index_holds_each_pair_of_neighbouring_characters_as_a_number(text, pairs):
    with connection.cursor() as cursor:
        cursor.execute("SELECT hub_bigrams(%s)", [text])
        [found] = cursor.fetchone()

    assert found == (pairs and [ord(one) << 21 | ord(following) for one, following in pairs])
