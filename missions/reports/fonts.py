"""Fonts of the PDF, and the arcs as SVG."""

import functools
from collections.abc import Iterable
from pathlib import Path

import typst
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from fontTools.ttLib import TTFont

from ..figures.arcs import Arc

# No system fonts: the output is the same on every machine.
FONTS = typst.Fonts(include_system_fonts=False, font_paths=[settings.HUB_PDF_FONT_DIR])
FAMILY = "Noto Sans SC"
if FAMILY not in FONTS.families():
    raise ImproperlyConfigured(
        f"HUB_PDF_FONT_DIR is {settings.HUB_PDF_FONT_DIR}, which lacks {FAMILY}: put its regular and bold files there."
    )
# Replaces what the fonts lack.
GETA = "〓"


@functools.cache
def supported_characters() -> frozenset[int]:
    common: set[int] | None = None
    for path in Path(settings.HUB_PDF_FONT_DIR).glob("*.[to]tf"):
        with TTFont(path, lazy=True) as font:
            has = set(font.getBestCmap())
        common = has if common is None else common & has
    return frozenset(common or ())


def arcs_svg(rings: Iterable[Arc]) -> str:
    return render_to_string("figures/arcs.svg", {"arcs": rings, "line": 2.5})
