"""Colours that can be read, and that colour-blind readers can tell apart: the tokens of the style sheets."""

import math
import re
from itertools import combinations
from pathlib import Path

import pytest

ASSETS = Path(__file__).parents[2] / "missions" / "assets"

STATUSES = ("completed", "in_progress", "paused", "withdrawn", "not_started", "unreported")
# Grey on purpose: nothing is known, or nothing has begun. The shapes tell these two apart.
ONE_GREY = {"not_started", "unreported"}

LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3
LEAST_DIFFERENCE = 10  # in CIEDE2000; two colours side by side are seen to differ from about 2 on

# Full dichromacy, in linear RGB: Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color
# Vision Deficiency", IEEE Transactions on Visualization and Computer Graphics 15 (6), 2009, severity 1.0.
SIGHTS = {
    "all cones": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
# Linear sRGB to CIE XYZ, and the white of D65 (IEC 61966-2-1).
XYZ = ((0.4124564, 0.3575761, 0.1804375), (0.2126729, 0.7151522, 0.0721750), (0.0193339, 0.1191920, 0.9503041))
WHITE = (0.95047, 1.0, 1.08883)


def tokens(sheet):
    """The colours that the first `:root` of a style sheet or of a part of one names."""
    rule = re.search(r":root \{(.*?)\}", sheet, re.DOTALL)[1]
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})\b", rule))


def themes():
    theme = (ASSETS / "theme.css").read_text()
    light, dark = theme.split("@media screen and (prefers-color-scheme: dark)", 1)
    on_paper = (ASSETS / "zz-print.css").read_text().partition("@media print")[2]
    return {"light": tokens(light), "dark": tokens(light) | tokens(dark), "paper": tokens(light) | tokens(on_paper)}


THEMES = themes()


def linear(colour):
    """A colour such as #0c6b4a or #fff as linear red, green and blue from 0 to 1."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[start : start + 2], 16) / 255 for start in (0, 2, 4)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def contrast(one, other):
    """The ratio of WCAG 2.2 between two colours, from 1 to 21."""
    low, high = sorted(times(XYZ[1:2], linear(colour))[0] for colour in (one, other))
    return (high + 0.05) / (low + 0.05)


def seen(colour, sight):
    """What an eye makes of a colour, in CIELAB."""
    rgb = [min(1, max(0, part)) for part in times(SIGHTS[sight], linear(colour))]
    shares = [part / white for part, white in zip(times(XYZ, rgb), WHITE, strict=True)]
    x, y, z = (s ** (1 / 3) if s > (6 / 29) ** 3 else s * (29 / 6) ** 2 / 3 + 4 / 29 for s in shares)
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def difference(one, other):
    """CIEDE2000 between two colours in CIELAB (CIE 142-2001), all weights 1."""
    (l1, a1, b1), (l2, a2, b2) = one, other
    stretch = 1.5 - 0.5 * _chroma_weight((math.hypot(a1, b1) + math.hypot(a2, b2)) / 2)
    c1, c2 = math.hypot(a1 * stretch, b1), math.hypot(a2 * stretch, b2)
    h1, h2 = (math.degrees(math.atan2(b, a * stretch)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = (h2 - h1 + 180) % 360 - 180 if c1 * c2 else 0
    lightness, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    hue = h1 + turn / 2 if c1 * c2 else h1 + h2
    cosines = ((1, -30, -0.17), (2, 0, 0.24), (3, 6, 0.32), (4, -63, -0.20))
    spread = 1 + sum(weight * math.cos(math.radians(fold * hue + shift)) for fold, shift, weight in cosines)
    by_lightness = (l2 - l1) / (1 + 0.015 * (lightness - 50) ** 2 / math.sqrt(20 + (lightness - 50) ** 2))
    by_chroma = (c2 - c1) / (1 + 0.045 * chroma)
    by_hue = 2 * math.sqrt(c1 * c2) * math.sin(math.radians(turn / 2)) / (1 + 0.015 * chroma * spread)
    blue = math.radians(60 * math.exp(-(((hue % 360 - 275) / 25) ** 2)))
    rotation = -2 * _chroma_weight(chroma) * math.sin(blue) * by_chroma * by_hue
    return math.sqrt(by_lightness**2 + by_chroma**2 + by_hue**2 + rotation)


def _chroma_weight(chroma):
    return math.sqrt(chroma**7 / (chroma**7 + 25**7))


@pytest.mark.parametrize(
    ("one", "other", "published"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1, 2), (50, 0, 0), 2.3669),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((90.8027, -2.0831, 1.441), (91.1528, -1.6435, 0.0447), 1.4441),
    ],
)
def test_the_difference_of_two_colours_is_the_one_that_was_published(one, other, published):
    """Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula", Color Research & Application 30 (1), 2005."""
    assert difference(one, other) == pytest.approx(published, abs=0.00005)


@pytest.mark.parametrize("theme", THEMES)
def test_every_colour_that_carries_text_can_be_read_on_every_ground(theme):
    colours = THEMES[theme]

    pairs = [(name, ground) for name in (*STATUSES, "ink", "muted", "accent", "bad") for ground in ("ground", "raised")]
    pairs += [("on-accent", "accent"), ("band-ink", "band"), ("ink", "hit")]
    ratios = {pair: contrast(*(colours[name] for name in pair)) for pair in pairs}
    assert {pair: ratio for pair, ratio in ratios.items() if ratio < LEAST_CONTRAST} == {}


@pytest.mark.parametrize("sight", SIGHTS)
@pytest.mark.parametrize("theme", THEMES)
def test_no_two_statuses_look_alike_to_a_colour_blind_reader(theme, sight):
    shown = {status: seen(THEMES[theme][status], sight) for status in STATUSES}

    pairs = [pair for pair in combinations(STATUSES, 2) if set(pair) != ONE_GREY]
    differences = {pair: difference(*(shown[status] for status in pair)) for pair in pairs}
    assert {pair: found for pair, found in differences.items() if found < LEAST_DIFFERENCE} == {}
