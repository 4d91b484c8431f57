"""A document in, the same document out with its long cells cut to whole sentences and held in full on a sheet Notes."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from riskbook.excel import cells, looks, widths
from riskbook.excel.tables import indents
from riskbook.report.blocks import (
    SCORES,
    Beside,
    Block,
    Cell,
    Count,
    Document,
    Field,
    Link,
    Paper,
    Ref,
    Sheet,
    Stack,
    Table,
    Text,
)

NOTES = "Notes"
TALLEST = 200.0
"""No cell of a report is taller, in points."""
_WIDTHS = (86, 176, 190, 60, 744)
_FIELDS = (
    Field("Ref", centred=True),
    Field("Sheet"),
    Field("Column"),
    Field("Part", centred=True),
    Field("In full"),
)


@dataclass(frozen=True, slots=True)
class _Note:
    """A text that was cut: whose it is, where it stands, all of it."""

    ref: str
    sheet: str
    column: str
    words: str


@dataclass(frozen=True, slots=True)
class _Room:
    """What a cell holds: so many lines of so many pixels, bold or not."""

    lines: int
    pixels: int
    bold: bool

    def holds(self, words: str) -> bool:
        """Whether words fit."""
        return len(widths.wrap(words, self.pixels, looks.BODY, self.bold)) <= self.lines


def continued(document: Document) -> Document:
    """Cut the long cells of sheets for paper; without any the document comes back as it is.

    Notes stands before the sheet with the scores by round, which is last, or else at the end.
    """
    notes: list[_Note] = []
    sheets = [_cut_sheet(sheet, notes) if isinstance(sheet.use, Paper) else sheet for sheet in document.sheets]
    if not notes:
        return document
    last = bool(sheets) and any(table.name == SCORES for table in sheets[-1].tables())
    sheets.insert(len(sheets) - 1 if last else len(sheets), _sheet(notes))
    return replace(document, sheets=tuple(sheets))


def prefix(words: str, fits: Callable[[str], bool]) -> int:
    """How many characters of words fit: in whole sentences, or whole words when not one sentence does, or letters."""
    for end in (r"[.!?][”’\"')\]]*(?=\s)|(?=\n)", r"(?=\s)", r"(?<=.)"):
        ends = [found.end() for found in re.finditer(end, words, re.DOTALL) if found.end()]
        if ends and fits(words[: ends[0]]):
            return _furthest(ends, words, fits)
    return 1


def _furthest(ends: list[int], words: str, fits: Callable[[str], bool]) -> int:
    """The last of the ends up to which words fit; the first one does."""
    low, high = 0, len(ends) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(words[: ends[middle]]) else (low, middle - 1)
    return ends[low]


def _cut_sheet(sheet: Sheet, notes: list[_Note]) -> Sheet:
    blocks = tuple(_cut_block(block, sheet, 0, notes) for block in sheet.blocks)
    return replace(sheet, blocks=blocks)


def _cut_block(block: Block, sheet: Sheet, at: int, notes: list[_Note]) -> Block:
    if isinstance(block, Beside):
        return replace(block, stacks=tuple(_cut_stack(stack, sheet, notes) for stack in block.stacks))
    return _cut_table(block, sheet, at, notes) if isinstance(block, Table) else block
