"""Roles of the return form in, looks out: what is asked, what to look at again, what riskbook fills in."""

from dataclasses import replace

from riskbook.excel.looks import ACCENT, DATE, INK, MEDIUM, QUIET, RULE, THICK, THIN, TINT, WHITE, Edge, Look, boxed
from riskbook.matrix import Band

ASKED_INK, ASKED_FILL = "0B3C6F", "D6E6F7"
AGAIN_INK, AGAIN_FILL = "6B3A00", "FFE3A8"
OURS_INK, OURS_FILL, OURS_HEADING = "4A4A4A", "EEEEEE", "DADADA"
READY_INK = "0F3D1E"
LONG_DATE = "d mmmm yyyy"

_GRID = Edge(THIN, RULE)
_TO_TYPE = Edge(THIN, QUIET)

TITLE = Look(size=16, bold=True, ink=ACCENT, down="vcenter")
LEAD = Look(size=10, ink=QUIET, down="vcenter")
SENTENCE = Look(size=11, bold=True, down="vcenter")
GROUP = Look(bold=True, ink=WHITE, fill=ACCENT, down="vcenter")
GROUP_AGAIN = replace(GROUP, bold=False, ink="B9D2D5")
GROUP_START = replace(GROUP, left=Edge(MEDIUM, WHITE))
WHEN = Look(size=10, ink=QUIET, down="vcenter")
WHEN_OURS = replace(WHEN, ink=OURS_INK, fill=OURS_FILL)
HEADING = Look(bold=True, ink=ACCENT, fill=TINT, wrapped=True, right=Edge(THIN, WHITE), bottom=Edge(MEDIUM, ACCENT))
HEADING_OURS = replace(HEADING, ink=OURS_INK, fill=OURS_HEADING)
CELL = Look(wrapped=True, right=_GRID, bottom=_GRID)
DAY = replace(CELL, wrapped=False, across="center", number=DATE)
MONEY = replace(CELL, wrapped=False, across="right", number="#,##0")
OURS = replace(CELL, ink=OURS_INK, fill=OURS_FILL)
OURS_REF = replace(OURS, wrapped=False, bold=True)
OURS_DAY = replace(OURS, wrapped=False, across="center", number=DATE)
OURS_CENTRED = replace(OURS, across="center")
OURS_SCORE = replace(OURS_CENTRED, bold=True)

ASKED = Look(ink=ASKED_INK, fill=ASKED_FILL)
AGAIN = Look(ink=AGAIN_INK, fill=AGAIN_FILL)
READY = Look(bold=True, ink=READY_INK, fill=OURS_FILL)
KEY_ASKED = replace(ASKED, down="vcenter")
KEY_AGAIN = replace(AGAIN, down="vcenter")
KEY_OURS = Look(ink=OURS_INK, fill=OURS_FILL, down="vcenter")
FIX = replace(CELL, ink=AGAIN_INK, fill=AGAIN_FILL)

BODY = Look(size=11, down="vcenter")
BODY_STRONG = replace(BODY, bold=True)
LABEL = Look(size=11, bold=True, down="vcenter", bottom=_GRID)
FACT = Look(size=11, wrapped=True, down="vcenter", bottom=_GRID)
FACT_DAY = replace(FACT, wrapped=False, number=LONG_DATE)
FIGURE_LABEL = Look(size=11, down="vcenter", bottom=_GRID)
FIGURE = Look(size=11, bold=True, across="center", down="vcenter", bottom=_GRID)
FIGURE_YES = replace(FIGURE, number='"Yes";"Yes";"No"')
FIGURE_NOTE = Look(size=10, ink=QUIET, down="vcenter", bottom=_GRID)
SECTION = Look(size=11, bold=True, ink=WHITE, fill=ACCENT, down="vcenter")
LINK = Look(size=11, ink=ACCENT, underlined=True, down="vcenter")
HINT = Look(size=10, ink=QUIET, wrapped=True)
TYPED = Look(
    size=11, wrapped=True, down="vcenter", top=_TO_TYPE, right=_TO_TYPE, bottom=_TO_TYPE, left=_TO_TYPE, locked=False
)
TYPED_DAY = replace(TYPED, wrapped=False, number=LONG_DATE)

TABLE_HEAD = Look(bold=True, ink=ACCENT, fill=TINT, wrapped=True, down="bottom", bottom=Edge(MEDIUM, ACCENT))
TABLE_CELL = Look(wrapped=True, right=_GRID, bottom=_GRID)
TABLE_BOLD = replace(TABLE_CELL, bold=True)
TABLE_QUIET = replace(TABLE_CELL, ink=QUIET)
TABLE_DAY = replace(TABLE_CELL, wrapped=False, across="center", number=DATE)
TABLE_CENTRED = replace(TABLE_CELL, across="center")
TABLE_LINK = replace(TABLE_CELL, ink=ACCENT, underlined=True)
TABLE_THERE = replace(TABLE_CELL, number=DATE)
PUT_RIGHT = replace(TABLE_BOLD, ink=AGAIN_INK, fill=AGAIN_FILL)
PLEASE_ANSWER = replace(TABLE_BOLD, ink=ASKED_INK, fill=ASKED_FILL)
NOW = replace(TABLE_CELL, ink=OURS_INK, fill=OURS_FILL)
ANSWER = replace(TYPED, size=10, down="top", ink=ASKED_INK, fill=ASKED_FILL)


def banded(look: Look, band: Band) -> Look:
    """The same look, in the colours of a band."""
    return replace(look, bold=True, ink=band.ink, fill=band.fill)


def marked(look: Look) -> Look:
    """The same look, for a cell with something to put right or to answer."""
    return replace(look, bold=True, ink=AGAIN_INK, fill=AGAIN_FILL, left=Edge(THICK, AGAIN_INK))


def band(band: Band) -> Look:
    """The colours of a band alone."""
    return Look(bold=True, ink=band.ink, fill=band.fill)


SQUARE_HEAD = replace(TABLE_HEAD, across="center")
SQUARE_SIDE = replace(TABLE_BOLD, down="vcenter")
SQUARE_MEANS = replace(TABLE_QUIET, down="vcenter")
BESIDE = Look(down="vcenter", indent=1)
RUNNING = replace(TABLE_CELL, wrapped=False, right=None)
RUNNING_BOLD = replace(RUNNING, bold=True)
SUBHEADING = Look(size=12, bold=True, ink=ACCENT, down="bottom")
PLAIN = Look(ink=INK)


def square(band: Band) -> Look:
    """A square of the matrix."""
    return boxed(Look(bold=True, across="center", down="vcenter", ink=band.ink, fill=band.fill), Edge(THIN, WHITE))
