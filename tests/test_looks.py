"""Colours: text can be read, bands can be told apart by the colour-blind and in grey, and one place spells them."""

import re
from itertools import combinations
from pathlib import Path

import pytest
from mockup import AMBER, BANDS, GREEN, RED

import riskbook
from riskbook.excel import looks
from riskbook.excel.looks import lightness, luminance

FILLS = [*(band.fill for band in BANDS), looks.WHITE]
# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear light.
SIGHT = {
    "normal": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
}


def lab(colour: str, sight: str) -> tuple[float, float, float]:
    """CIE L*a*b* (D65) of a colour as somebody sees it."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    light = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    r, g, b = (min(1, max(0, sum(m * c for m, c in zip(row, light, strict=True)))) for row in SIGHT[sight])
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883
    fx, fy, fz = (t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z))
    return (116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz))


def difference(one: str, other: str, sight: str) -> float:
    """CIE76 difference of two colours."""
    return sum((a - b) ** 2 for a, b in zip(lab(one, sight), lab(other, sight), strict=True)) ** 0.5


@pytest.mark.parametrize(
    ("ink", "fill"),
    [
        (looks.INK, looks.WHITE),
        (looks.QUIET, looks.WHITE),
        (looks.ACCENT, looks.WHITE),
        (looks.WHITE, looks.ACCENT),
        (looks.ACCENT, looks.TINT),
        (looks.INK, looks.TO_FILL),
        (looks.INK, looks.MISSING),
        *((band.ink, band.fill) for band in BANDS),
    ],
)
def test_text_has_a_contrast_of_four_and_a_half(ink: str, fill: str) -> None:
    """WCAG 2.1, level AA, for text of any size."""
    assert contrast(ink, fill) >= 4.5


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(("one", "other"), list(combinations(FILLS, 2)))
def test_fills_can_be_told_apart(one: str, other: str, sight: str) -> None:
    """By everybody, and "not scored" from the bands."""
    assert round(difference(one, other, sight)) >= 12


@pytest.mark.parametrize(("one", "other"), list(combinations(FILLS, 2)))
def test_fills_are_different_greys(one: str, other: str) -> None:
    """On a printer without colour."""
    assert round(abs(lightness(one) - lightness(other))) >= 10


def test_darker_is_worse() -> None:
    """The order of bands survives without hue."""
    worst_first = sorted(BANDS, key=lambda band: band.rank, reverse=True)
    assert worst_first == [RED, AMBER, GREEN] == sorted(BANDS, key=lambda band: lightness(band.fill))


def test_contrast_is_that_of_the_standard() -> None:
    """Black on white is 21, a colour on itself 1."""
    assert contrast("000000", "FFFFFF") == pytest.approx(21)
    assert contrast("A3201D", "A3201D") == 1


def test_only_the_worst_band_is_bold() -> None:
    """Its ink is light on dark."""
    assert [looks.now(band).bold for band in (RED, AMBER, GREEN)] == [True, False, False]


def test_no_other_module_spells_a_colour() -> None:
    """A colour has one place: the looks of reports, or those of forms."""
    package = Path(riskbook.__file__).parent
    modules = [path for folder in ("excel", "page", "report") for path in (package / folder).rglob("*.py")]
    spelt = [p.name for p in modules if re.search(r"""["']#?[0-9A-Fa-f]{6}["']""", p.read_text(encoding="utf-8"))]
    assert "looks.py" in spelt
    assert all(name.endswith("looks.py") for name in spelt)


def contrast(ink: str, fill: str) -> float:
    """The contrast of two colours, from 1 to 21 (WCAG 2.1)."""
    darker, lighter = sorted((luminance(ink), luminance(fill)))
    return (lighter + 0.05) / (darker + 0.05)
