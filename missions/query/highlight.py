"""Marking of search matches. Folded text differs in length from the text shown."""

import re
import unicodedata

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString

from ..register.mission import fold

# Hangul and Kirat Rai vowels and finals are letters that join the one before.
JOINING = re.compile("[\u1160-\u11ff\ud7b0-\ud7ff\U00016d67-\U00016d6a]")


def missing_words(words: list[str], *texts: str) -> list[str]:
    folded = "\n".join(map(fold, texts))
    return [word for word in words if word not in folded]


def mark(text: str, words: list[str]) -> SafeString:
    """Escape the text and mark each occurrence of the folded words."""
    if not any(word in fold(text) for word in words):
        return escape(text)
    pieces = split(text)
    shown, end = [], 0
    for first, after in find_places(pieces, words):
        shown.append(("".join(pieces[end:first]), "".join(pieces[first:after])))
        end = after
    return format_html_join("", "{}<mark>{}</mark>", shown) + escape("".join(pieces[end:]))


def excerpt(text: str, words: list[str], length: int) -> SafeString:
    pieces = split(text)
    first, after = find_places(pieces, words)[0]
    start = max(0, min(first - length // 4, len(pieces) - length))
    end = min(len(pieces), max(start + length, after))
    if start:
        start = next((place + 1 for place in range(start - 1, first) if pieces[place].isspace()), start)
    if end < len(pieces):
        end = next((place for place in range(end, after - 1, -1) if pieces[place].isspace()), end)
    shown = mark("".join(pieces[start:end]), words)
    return format_html("{}{}{}", "…" if start else "", shown, "…" if end < len(pieces) else "")


def split(text: str) -> list[str]:
    """Split text into pieces that fold independently: characters with combining marks."""
    pieces: list[str] = []
    for character in text:
        if pieces and joins_previous(character):
            pieces[-1] += character
        else:
            pieces.append(character)
    return pieces


def joins_previous(character: str) -> bool:
    if character < "\u0300":
        return False
    first = unicodedata.normalize("NFKD", character)[0]
    return unicodedata.category(first)[0] == "M" or bool(JOINING.match(first))


def find_places(pieces: list[str], words: list[str]) -> list[tuple[int, int]]:
    """Return matches as (first piece, end); adjacent ones are merged."""
    folded = [fold(piece) for piece in pieces]
    text = "".join(folded)
    place_of = [place for place, piece in enumerate(folded) for _character in piece]
    found: list[tuple[int, int]] = []
    for match in any_of(words).finditer(text):
        first, after = place_of[match.start(1)], place_of[match.end(1) - 1] + 1
        if found and first <= found[-1][1]:
            found[-1] = found[-1][0], max(after, found[-1][1])
        else:
            found.append((first, after))
    return found


def any_of(words: list[str]) -> re.Pattern:
    return re.compile(f"(?=({'|'.join(map(re.escape, sorted(words, key=len, reverse=True)))}))")
