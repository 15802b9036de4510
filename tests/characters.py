"""Characters that no text may have, with the names by which a refusal calls them."""

REFUSED = {
    "\x07": "U+0007 (control character)",
    "\x0b": "U+000B (control character)",
    "\x85": "U+0085 (control character)",
    "\u061c": "U+061C (ARABIC LETTER MARK)",
    "\u200f": "U+200F (RIGHT-TO-LEFT MARK)",
    "\u2028": "U+2028 (LINE SEPARATOR)",
    "\u202e": "U+202E (RIGHT-TO-LEFT OVERRIDE)",
    "\u2066": "U+2066 (LEFT-TO-RIGHT ISOLATE)",
    "\ufffe": "U+FFFE (noncharacter)",
    "\U0010ffff": "U+10FFFF (noncharacter)",
}
# One of each kind, for entry points that are slow to ask.
SOME = ("\x07", "\u202e", "\ufffe")


def refusal(character):
    return f"Character 2 is {REFUSED[character]}: remove it."


def text(character):
    return f"a{character}b"
