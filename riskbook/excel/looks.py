"""Roles in, looks out: every colour, size and border of a workbook is spelt here and nowhere else.

Darker is worse, so that bands keep their order without hue; a band's own colours come with the band.
"""

from dataclasses import dataclass, field, fields, replace
from functools import lru_cache

from riskbook.matrix import Band
from riskbook.report.blocks import Tone

INK = "1B1F23"
QUIET = "565D64"
WHITE = "FFFFFF"
RULE = "C7CDD2"
ACCENT = "0B5A63"
TINT = "E6F0F1"
PALE = "9DB7BB"
TO_FILL = "FFF8E5"
MISSING = "FFF0CC"

FONT = "Arial"
BODY = 10
SMALL = 9
DATE = "d mmm yyyy"
SHARE = "0%"
POUNDS = "£#,##0"

THIN, MEDIUM, THICK = 1, 2, 5


@dataclass(frozen=True, slots=True)
class Edge:
    """A border: XlsxWriter's weight, and a colour."""

    weight: int
    colour: str


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks; ``None`` and nothing are the program's own.

    Its hash is made once: a register asks for that of a few looks in many thousand cells.
    """

    size: float = BODY
    bold: bool = False
    underlined: bool = False
    ink: str = INK
    fill: str = ""
    across: str = "left"
    down: str = "top"
    indent: int = 0
    wrapped: bool = False
    number: str = ""
    top: Edge | None = None
    right: Edge | None = None
    bottom: Edge | None = None
    left: Edge | None = None
    locked: bool = True
    hidden: bool = False
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_hash", hash(tuple(getattr(self, one.name) for one in fields(self) if one.compare)))

    def __hash__(self) -> int:
        return self._hash


TITLE = Look(size=16, bold=True, down="vcenter")
LEAD = Look(size=11, ink=QUIET, down="vcenter")
HEADING = Look(size=11, bold=True, ink=ACCENT, down="bottom")
OPENING = Look(size=12, wrapped=True, down="vcenter", top=Edge(MEDIUM, ACCENT))
PARA = Look(wrapped=True, down="vcenter")
NOTE = replace(PARA, ink=QUIET)
STRONG_PARA = replace(PARA, bold=True)
GROUP = (
    Look(bold=True, ink=WHITE, fill=ACCENT, down="vcenter", indent=1),
    Look(bold=True, ink=ACCENT, fill=TINT, down="vcenter", indent=1),
)
HEADER = Look(bold=True, wrapped=True, down="bottom", bottom=Edge(MEDIUM, ACCENT))
CELL = Look(wrapped=True, bottom=Edge(THIN, RULE))
EMPTY = replace(CELL, bottom=None)
"""Cells with nothing in them, by their column; the rule under each is drawn while it has nothing (``EMPTY_RULE``)."""
EMPTY_RULE = Look(ink="", bottom=Edge(THIN, RULE))
FRESH = replace(CELL, bold=True, ink=ACCENT)
"""Words that are new since last round."""
LABEL = replace(CELL, bold=True, ink=ACCENT)
ABSENT = replace(CELL, bold=True, fill=MISSING)
AXIS = Look(bold=True, down="vcenter")
IMPACT = Look(size=11, down="vcenter")
LIKELIHOOD = Look(size=11, across="center", wrapped=True)
APPETITE = Edge(THICK, INK)
RULED = Edge(THIN, ACCENT)
SUMMED = Edge(THIN, INK)
_BETWEEN = Edge(THIN, WHITE)


def boxed(look: Look, edge: Edge) -> Look:
    """The same look, with a border all round."""
    return replace(look, top=edge, right=edge, bottom=edge, left=edge)


FILL_IN = boxed(replace(CELL, fill=TO_FILL), Edge(THIN, RULE))
FILL_IN_DAY = replace(FILL_IN, number=DATE)


@lru_cache(maxsize=1 << 6)
def cell(tone: Tone, linked: bool = False, wrapped: bool = True, number: str = "") -> Look:
    """How a cell of a table looks; kept, because a register asks for a few of them in many thousand cells."""
    plain = toned(CELL, tone)
    return replace(link(plain) if linked else plain, wrapped=wrapped, number=number)


def toned(look: Look, tone: Tone) -> Look:
    """The same look, said quietly or strongly."""
    if tone is Tone.QUIET:
        return replace(look, ink=QUIET)
    return replace(look, bold=True) if tone is Tone.STRONG else look


@lru_cache(maxsize=1 << 10)
def set_in(look: Look, across: str, down: str, indent: int) -> Look:
    """The same look, aligned; kept as those of cells are."""
    return replace(look, across=across, down=down, indent=indent)


def link(look: Look) -> Look:
    """The same look, as a link."""
    return replace(look, ink=ACCENT, underlined=True)


@lru_cache(maxsize=1 << 6)
def now(band: Band) -> Look:
    """A rating that counts now: the band's fill, and bold for the worst, whose ink is light."""
    return replace(CELL, ink=band.ink, fill=band.fill, bold=is_dark(band), top=_BETWEEN, bottom=_BETWEEN)


@lru_cache(maxsize=1 << 6)
def then(band: Band) -> Look:
    """A rating of another time: quiet, with the band's fill as a thick left border."""
    return replace(CELL, ink=QUIET, left=Edge(THICK, band.fill))


def square(band: Band) -> Look:
    """A cell of the matrix."""
    return boxed(Look(size=SMALL, wrapped=True, ink=band.ink, fill=band.fill), _BETWEEN)


def is_dark(band: Band) -> bool:
    """Whether a band's fill is darker than its ink."""
    return lightness(band.fill) < lightness(band.ink)


def luminance(colour: str) -> float:
    """The relative luminance of a colour, from 0 to 1 (WCAG 2.1)."""
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def lightness(colour: str) -> float:
    """L* of a colour, from 0 to 100: what is left of it in greyscale print (CIE 1976)."""
    y = luminance(colour)
    return 116 * y ** (1 / 3) - 16 if y > (6 / 29) ** 3 else y * (29 / 3) ** 3


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
