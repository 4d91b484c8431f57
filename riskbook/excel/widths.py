"""Words and a column's pixels in, the lines that they fill and the points that a row needs for them out.

Excel does not set row heights when it opens a file, and fonts differ between machines, so the package carries Arial's
advance widths (per 1,000 em; Liberation Sans has the same) and supposes a little more than they say.
"""

import math
import unicodedata
from collections.abc import Sequence
from functools import lru_cache

HIGHEST = 409.0
"""No row of a workbook is taller, in points."""
LINE = 1.26
"""Points of row height that a line takes, per point of type."""
PAD = 6.0
"""Points of row height besides the lines."""
INDENT = 9
"""Pixels that a step of indent takes."""
_MARGIN = 9
_TIGHT_MARGIN = 5

_REGULAR, _BOLD = 1.02, 1.08
_SHORT = 40
"""Words of so many characters are tried on one line first, with a pixel to spare: most cells are shorter."""

_BY_WIDTH = {
    188: "′",
    191: "'",
    222: "ijlįĵĺļłſ‘’‚‛",
    260: "|¦",
    278: " !,./:;I[\\]ft\xa0·ÌÍÎÏìíîïĨĩĪīĬĭĮİıţŧț",
    292: "ľ",
    333: "()-`r¡¨²³´¸¹ŕŗř‐‑“”„‹›",
    334: "{}ŀ",
    350: "•",
    354: "″▪▫",
    355: '"',
    365: "º",
    370: "ª",
    375: "ť",
    389: "*",
    400: "°",
    444: "ĳ",
    469: "^",
    494: "◊",
    500: "JcksvxyzçýÿćĉċčĴķĸśŝşšŷźżžș↑↓",
    537: "¶",
    549: "±÷≠≤≥",
    552: "¯",
    556: "#$0123456789?L_abdeghnopqu¢£¤¥§«»àáâãäåèéêëðñòóôõöùúûüþāăąđēĕėęěĝğġģĥħĹĻĽĿŁńņňŋōŏőũūŭůűų–†‡€",
    576: "µ",
    584: "+<=>~¬×−",
    604: "ŉ■□○●",
    611: "FTZ¿ßøŢŤŦŹŻŽȚ",
    615: "ď",
    667: "&ABEKPSVXYÀÁÂÃÄÅÈÉÊËÝÞĀĂĄĒĔĖĘĚĶŚŜŞŠŶŸȘ",
    722: "CDHNRUwÇÐÑÙÚÛÜĆĈĊČĎĐĤĦŃŅŇŊŔŖŘŨŪŬŮŰŲŵ",
    735: "Ĳ",
    737: "©®",
    778: "GOQÒÓÔÕÖØĜĞĠĢŌŎŐ",
    833: "Mm",
    834: "¼½¾",
    889: "%æ",
    944: "WœŴ",
    990: "▲►▼◄",
    1000: "ÆŒ—―…‰™←→↔",
    1015: "@",
}
_WIDTHS = {character: width for width, characters in _BY_WIDTH.items() for character in characters}


def room(pixels: int, indent: int = 0) -> int:
    """The pixels of a column that its words may fill."""
    return max(1, pixels - _MARGIN - INDENT * indent)


def tight(pixels: int) -> int:
    """The pixels of a column to its very margins: for short words of riskbook's own, set in lines by hand."""
    return max(1, pixels - _TIGHT_MARGIN)


def wide(words: str, size: float, bold: bool = False) -> float:
    """How many pixels words take on one line, in a type of ``size`` points."""
    return _em(words) / 1000 * size * 96 / 72 * (_BOLD if bold else _REGULAR)


def wrap(words: str, pixels: int, size: float, bold: bool = False) -> list[str]:
    """Break words into lines as a cell of ``pixels`` does: at spaces, and inside a word only when it fills a line.

    Joined by spaces (or by the line breaks that were there) the lines are the words again, but for broken words.
    """
    if len(words) <= _SHORT and "\n" not in words and words[:1] != " " and wide(words, size, bold) < pixels - 1:
        return [words]
    lines = []
    space = wide(" ", size, bold)
    for paragraph in words.replace("\r\n", "\n").split("\n"):
        line, used = "", 0.0
        for word in paragraph.split(" "):
            own = wide(word, size, bold)
            if line and used + space + own <= pixels:
                line, used = f"{line} {word}", used + space + own
            else:
                *whole, rest = [word] if own <= pixels else _pieces(word, pixels, size, bold)
                lines += [line, *whole] if line else whole
                line, used = rest, own if rest == word else wide(rest, size, bold)
        lines.append(line)
    return lines


def join(items: Sequence[str], pixels: int, size: float) -> list[str]:
    """Set items in lines with commas between them, broken between items and never inside one."""
    return [" ".join(line) for line in parted(items, pixels, size)]


def parted(items: Sequence[str], pixels: int, size: float) -> list[list[str]]:
    """The lines of ``join``, item by item."""
    lines: list[list[str]] = []
    used, space = 0.0, wide(" ", size)
    for index, item in enumerate(items):
        text = item if index == len(items) - 1 else f"{item},"
        own = wide(text, size)
        if lines and used + space + own <= pixels:
            lines[-1].append(text)
            used += space + own
        else:
            lines.append([text])
            used = own
    return lines


@lru_cache(maxsize=1 << 10)
def height(lines: int, size: float = 10) -> float:
    """The points that a row needs for so many lines."""
    return min(HIGHEST, round(lines * size * LINE + PAD, 2))


def most_lines(points: float, size: float = 10) -> int:
    """How many lines fit a row of so many points."""
    return math.floor((points - PAD) / (size * LINE))


def _pieces(word: str, pixels: int, size: float, bold: bool) -> list[str]:
    """A word in the lines that it fills when it begins one."""
    pieces = [""]
    for character in word:
        if pieces[-1] and wide(pieces[-1] + character, size, bold) > pixels:
            pieces.append("")
        pieces[-1] += character
    return pieces


@lru_cache(maxsize=1 << 14)
def _em(words: str) -> int:
    """Advance widths added up, per 1,000 em."""
    return sum(_WIDTHS[character] if character in _WIDTHS else _unknown(character) for character in words)


def _unknown(character: str) -> int:
    """A mark that stands on the letter before it has no width; a letter that Arial lacks is taken for a whole em."""
    return 0 if unicodedata.combining(character) else 1000
