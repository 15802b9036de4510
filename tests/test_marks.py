"""What a search found is marked in the text as it was written, whatever folding made of it."""

import html
import re
import sys
import time
import unicodedata

import pytest
from django.utils.html import escape
from django.utils.safestring import SafeString
from hypothesis import given, settings
from hypothesis import strategies as st

from missions.marks import excerpt, mark, melts, split
from missions.models.mission import fold

# What folding changes: ligatures, full width, letters that become two, accents apart, Hangul in parts; and markup.
ODD = "aA ＡＢｉ iİıßẞsﬁfǅéeE\u0301\u0323\u0345Σςσ㍿株式会社①1½虹桥，,각가\u11a8\u1100\u1161ｶﾞ<mark>&'\"\u0130\u1e9b"
texts = st.text(st.sampled_from(ODD) | st.characters(codec="utf-8"), max_size=40)


def words_of(query):
    return fold(query).split()


def marked(shown):
    """The pieces of a marked text that are in <mark>, as written."""
    return [html.unescape(piece) for piece in re.findall("<mark>(.*?)</mark>", shown, re.DOTALL)]


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("Hongqiao hub", "ＨＯＮＧＱＩＡＯ", "<mark>Hongqiao</mark> hub"),
        ("ＨＯＮＧＱＩＡＯ　ｈｕｂ", "hongqiao", "<mark>ＨＯＮＧＱＩＡＯ</mark>　ｈｕｂ"),
        ("虹桥国际开放枢纽，虹桥", "虹桥", "<mark>虹桥</mark>国际开放枢纽，<mark>虹桥</mark>"),
        ("Green ﬁnance", "fin", "Green <mark>ﬁn</mark>ance"),
        ("Green ﬁnance", "inance", "Green <mark>ﬁnance</mark>"),
        ("㍿虹桥", "会社", "<mark>㍿</mark>虹桥"),
        ("Hauptstraße 1", "STRASSE", "Haupt<mark>straße</mark> 1"),
        ("Cafe\u0301 1", "é", "Caf<mark>e\u0301</mark> 1"),
        ("Cafe\u0301 1", "caf", "<mark>Caf</mark>e\u0301 1"),
        ("İstanbul", "i\u0307s", "<mark>İs</mark>tanbul"),
        ("banana", "ana nan", "b<mark>anana</mark>"),
        ("aaaa", "aa", "<mark>aaaa</mark>"),
        ("Hongqiao", "hong qiao", "<mark>Hongqiao</mark>"),
        ("to a station", "to station statio", "<mark>to</mark> a <mark>station</mark>"),
        ("100 % and a_b", "% _", "100 <mark>%</mark> and a<mark>_</mark>b"),
        ("a.b (c)", ". (c)", "a<mark>.</mark>b <mark>(c)</mark>"),
        ("<b> & \"x\" 'y'", "b> amp lt", "&lt;<mark>b&gt;</mark> &amp; &quot;x&quot; &#x27;y&#x27;"),
        ("Hongqiao", "", "Hongqiao"),
        ("", "a", ""),
    ],
)
def test_each_place_is_marked_as_it_is_written(text, query, shown):
    assert mark(text, words_of(query)) == shown
    assert isinstance(mark(text, words_of(query)), SafeString)


@settings(max_examples=500)
@given(text=texts, words=st.lists(texts, max_size=4), taken=st.integers(0, 30))
def test_without_its_marks_a_marked_text_is_the_text_and_each_mark_holds_a_word(text, words, taken):
    words = words_of(" ".join([*words, text[taken : taken + 3]]))

    shown = mark(text, words)

    assert shown.replace("<mark>", "").replace("</mark>", "") == escape(text)
    assert [piece for piece in marked(shown) if not any(word in fold(piece) for word in words)] == []
    assert bool(marked(shown)) == any(word in fold(text) for word in words)


@settings(max_examples=500)
@given(text=texts, start=st.integers(0, 60), length=st.integers(1, 12), around=texts)
def test_an_excerpt_is_a_part_of_the_text_with_the_hit_in_it(text, start, length, around):
    words = words_of(text[start : start + 3])
    if not words:
        return
    text = f"{around} {text} {around}"

    shown = excerpt(text, words, length)

    assert marked(shown) != []
    plain = html.unescape(shown.replace("<mark>", "").replace("</mark>", "")).removeprefix("…").removesuffix("…")
    assert plain in text
    assert len(split(plain)) <= length + max(len(piece) for piece in marked(shown))


@given(text=texts)
def test_pieces_are_folded_each_by_itself_as_the_whole_is(text):
    assert "".join(split(text)) == text
    assert "".join(map(fold, split(text))) == fold(text)


def test_whatever_composes_with_the_character_before_it_melts_into_it():
    second = set()
    for number in range(sys.maxunicode + 1):
        parts = unicodedata.decomposition(chr(number)).split()
        if len(parts) == 2 and not parts[0].startswith("<"):
            second.add(chr(int(parts[1], 16)))

    assert len(second) > 50
    assert {character for character in second if not melts(character)} == set()
    # Hangul is composed by rule, and no table says so.
    assert [melts(part) for part in unicodedata.normalize("NFD", "각")] == [False, True, True]


@pytest.mark.parametrize(
    ("text", "query", "length", "shown"),
    [
        ("one two three four five six", "one", 12, "<mark>one</mark> two…"),
        ("one two three four five six", "six", 12, "…five <mark>six</mark>"),
        ("one two three four five six", "three", 16, "…two <mark>three</mark> four…"),
        ("one two three four five six", "three", 40, "one two <mark>three</mark> four five six"),
        ("one two three four five six", "two three four", 9, "…<mark>two</mark>…"),
        ("一二三四五六七八九十虹桥一二三四五六七八九十", "虹桥", 8, "…九十<mark>虹桥</mark>一二三四…"),
        ("x" * 40, "x" * 30, 8, f"<mark>{'x' * 40}</mark>"),
        (
            "aaaaaaae\u0301e\u0301e\u0301e\u0301xe\u0301e\u0301e\u0301e\u0301",
            "x",
            4,
            "…e\u0301<mark>x</mark>e\u0301e\u0301…",
        ),
        ("<<<<<<<<虹桥>>>>>>>>", "虹桥", 6, "…&lt;<mark>虹桥</mark>&gt;&gt;&gt;…"),
    ],
)
def test_an_excerpt_is_cut_between_words_or_between_characters(text, query, length, shown):
    assert excerpt(text, words_of(query), length) == shown


def test_two_hundred_characters_of_one_letter_words_are_marked_at_once():
    words = words_of(" ".join(chr(0x4E00 + n) for n in range(100)))
    text = "".join(chr(0x4E00 + 2 * n) for n in range(300))
    mark(text, words)  # compiles the pattern

    began = time.perf_counter()
    for _row in range(100):
        assert mark(text, words).count("<mark>") == 1
    assert time.perf_counter() - began < 1
