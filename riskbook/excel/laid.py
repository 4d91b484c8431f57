"""Blocks drawn on a grid of cells: rows and their heights, and what stands where. Drawings are put together here."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import zip_longest
from typing import NamedTuple

from riskbook.excel import widths
from riskbook.excel.looks import Look
from riskbook.report.blocks import Chart, Link, Table, ToFill, Trend

Runs = tuple[tuple[str, Look], ...]
Value = str | int | float | date | Runs
DEFAULT_HEIGHT = 12.75


class Put(NamedTuple):
    """A value in a cell (or over ``across`` cells made one), its look, and what the cell can do.

    A tuple, because a register has many thousand.
    """

    row: int
    column: int
    value: Value
    look: Look
    to: Link | None = None
    across: int = 1
    fill: ToFill | None = None
    trend: Trend | None = None


@dataclass(frozen=True, slots=True)
class Marked:
    """A table as it stands: the cell of its first header, how many rows there are under it, its headers' looks.

    ``empty`` are the looks that empty cells have by their columns, where they are not written one by one.
    """

    row: int
    column: int
    rows: int
    table: Table
    looks: tuple[Look, ...]
    empty: tuple[Look, ...] = ()

    @property
    def large(self) -> bool:
        """Whether its rows are drawn only as they are written."""
        return bool(self.empty)

    def kept(self) -> "Marked":
        """What is kept of it when it is written: all but its rows."""
        return replace(self, table=replace(self.table, rows=()))


@dataclass(frozen=True, slots=True)
class Puts:
    """The cells of drawings, in their order: how far down each drawing was put, and its own cells.

    They are moved as they are asked for: a report has too many to have all of them twice.
    """

    runs: tuple[tuple[int, tuple[Put, ...]], ...] = ()

    @classmethod
    def of(cls, *cells: Put) -> "Puts":
        """The cells of one drawing."""
        return cls(((0, cells),))

    def __iter__(self) -> Iterator[Put]:
        for rows, puts in self.runs:
            yield from (Put(put.row + rows, *put[1:]) for put in puts) if rows else puts

    def __add__(self, other: "Puts") -> "Puts":
        return Puts(self.runs + other.runs)

    def down(self, rows: int) -> "Puts":
        """The same cells, further down."""
        return Puts(tuple((above + rows, puts) for above, puts in self.runs))


@dataclass(frozen=True, slots=True)
class Laid:
    """A drawing: heights in points, cells, tables, charts (at a row and a column), rows that begin a page."""

    heights: tuple[float, ...] = ()
    puts: Puts = Puts()
    tables: tuple[Marked, ...] = ()
    charts: tuple[tuple[int, int, Chart], ...] = ()
    breaks: tuple[int, ...] = ()


def under(parts: Sequence[Laid]) -> Laid:
    """Put drawings under each other."""
    whole = Laid()
    for part in parts:
        whole = _over(whole, _down(part, len(whole.heights)), (*whole.heights, *part.heights))
    return whole


def beside(parts: Sequence[Laid]) -> Laid:
    """Put drawings side by side, in columns of their own: a row is as tall as the tallest needs."""
    whole = Laid()
    for part in parts:
        heights = tuple(max(pair) for pair in zip_longest(whole.heights, part.heights, fillvalue=0.0))
        whole = _over(whole, part, heights)
    return whole


def roomy(part: Laid) -> Laid:
    """Add rows until every chart stands over rows of its own drawing."""
    heights = part.heights
    for row, _, chart in part.charts:
        while sum(heights[row:]) < chart.size[1] * 0.75:
            heights = (*heights, DEFAULT_HEIGHT)
    return replace(part, heights=heights)


def needed(value: Value, look: Look, pixels: int) -> float:
    """The points of height that a value needs in a column of so many pixels; words in several looks as if all bold."""
    if isinstance(value, tuple):
        value, look = "".join(words for words, _ in value), replace(look, bold=True)
    if isinstance(value, str) and value and look.wrapped:
        lines = len(widths.wrap(value, widths.room(pixels, look.indent), look.size, look.bold))
        return widths.height(lines, look.size)
    return widths.height(1, look.size)


def _over(first: Laid, second: Laid, heights: tuple[float, ...]) -> Laid:
    return Laid(
        heights,
        first.puts + second.puts,
        first.tables + second.tables,
        first.charts + second.charts,
        first.breaks + second.breaks,
    )


def _down(part: Laid, rows: int) -> Laid:
    """The same drawing, further down; its own heights stay."""
    if rows == 0:
        return part
    return Laid(
        part.heights,
        part.puts.down(rows),
        tuple(replace(table, row=table.row + rows) for table in part.tables),
        tuple((row + rows, column, chart) for row, column, chart in part.charts),
        tuple(row + rows for row in part.breaks),
    )
