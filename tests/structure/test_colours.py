"""Text can be read in every theme: the tokens of the style sheets keep the contrast of WCAG 2.2, 1.4.3."""

import re
from pathlib import Path

import pytest

from missions.status import Status

ASSETS = Path(__file__).parents[2] / "missions" / "assets"
# Red, green and blue weighted as in the definition of relative luminance.
WEIGHTS = (0.2126, 0.7152, 0.0722)


def tokens(sheet):
    """Return the colours in the first `:root` of a style sheet."""
    rule = re.search(r":root \{(.*?)\}", sheet, re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", rule))


def themes():
    light, dark = (ASSETS / "theme.css").read_text().split("@media screen and (prefers-color-scheme: dark)", 1)
    on_paper = (ASSETS / "zz-print.css").read_text().partition("@media print")[2]
    light_tokens = tokens(light) | {str(status): status.row.light for status in Status}
    dark_tokens = tokens(dark) | {str(status): status.row.dark for status in Status}
    return {"light": light_tokens, "dark": light_tokens | dark_tokens, "paper": light_tokens | tokens(on_paper)}


def luminance(colour):
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return sum(weight * part for weight, part in zip(WEIGHTS, linear, strict=True))


def contrast(one, other):
    low, high = sorted(luminance(colour) for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", ["light", "dark", "paper"])
def test_text_has_enough_contrast_on_every_ground(theme):
    colours = themes()[theme]
    pairs = [(name, ground) for name in (*Status, "ink", "muted", "accent", "bad") for ground in ("ground", "raised")]
    pairs += [("on-accent", "accent"), ("band-ink", "band"), ("ink", "hit")]

    ratios = {pair: contrast(*(colours[name] for name in pair)) for pair in pairs}

    assert {pair: ratio for pair, ratio in ratios.items() if ratio < 4.5} == {}
