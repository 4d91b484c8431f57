"""Colours as workbooks give them in; RRGGBB, and how well one is read on another, out."""

import colorsys
import re
from collections.abc import Sequence
from functools import lru_cache

from riskbook.package import Attributes

BLACK, WHITE = "000000", "FFFFFF"


def resolved(colour: Attributes, theme: Sequence[str]) -> str:
    """A colour by its value, its place in the theme or its old number; nothing for an automatic one."""
    if "rgb" in colour and re.fullmatch("([0-9A-Fa-f]{2})?[0-9A-Fa-f]{6}", colour["rgb"]):
        plain = colour["rgb"][-6:].upper()
    elif (at := _number(colour.get("theme"))) is not None and at < len(theme):
        plain = theme[at]
    elif (at := _number(colour.get("indexed"))) is not None and at < 64:
        from openpyxl.styles.colors import COLOR_INDEX

        plain = COLOR_INDEX[at][-6:]
    else:
        return WHITE if colour.get("indexed") == "65" else ""
    return _tinted(plain, colour.get("tint", "0")) if re.fullmatch("[0-9A-F]{6}", plain) else ""


@lru_cache(maxsize=1 << 12)
def contrast(one: str, other: str) -> float:
    """How well one colour is read on another, from 1 to 21 (WCAG 2.1)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _number(text: str | None) -> int | None:
    return int(text) if text is not None and re.fullmatch("[0-9]{1,3}", text) else None


def _tinted(colour: str, tint: str) -> str:
    """A colour made lighter, or darker where the tint is below nought (ECMA-376, 18.8.19)."""
    if not re.fullmatch(r"-?[01](\.[0-9]+)?", tint) or not (by := float(tint)):
        return colour
    hue, light, saturation = colorsys.rgb_to_hls(*(int(colour[at : at + 2], 16) / 255 for at in (0, 2, 4)))
    light = light * (1 + by) if by < 0 else light * (1 - by) + by
    made = colorsys.hls_to_rgb(hue, min(max(light, 0), 1), saturation)
    return "".join(f"{round(channel * 255):02X}" for channel in made)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
