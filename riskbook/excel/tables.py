"""A table in, its drawing out: group bands, headers, rows as tall as their words, a total set apart."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby

from riskbook.excel import cells, looks, widths
from riskbook.excel.laid import Laid, Marked, Put, Puts, Value, needed
from riskbook.excel.looks import Edge, Look
from riskbook.report.blocks import BLANK, Cell, Now, Ref, Table, Text, ToFill, Trend

_BAND = 18.0
_LINES_ON_SCREEN = 5
_ROOM_FOR_A_PEN = 2


Edges = tuple[Edge | None, Edge | None]
"""The rules above and below a row."""
_PLAIN: Edges = (None, None)


@dataclass(frozen=True, slots=True)
class Manner:
    """How tables are drawn on a sheet: no row taller or shorter than so many points, short cells between the rules.

    Where they are ``large``, empty cells are not written: their columns say how they look.
    """

    tallest: float = widths.HIGHEST
    least: float = 0.0
    middle: bool = False
    large: bool = False


ON_PAPER = Manner()
ON_SCREEN = Manner(tallest=widths.height(_LINES_ON_SCREEN), large=True)
IN_STACKS = Manner(least=27.0, middle=True)


@dataclass(frozen=True, slots=True)
class _Column:
    """How a field stands: the width of its column, centred or set in."""

    width: int
    centred: bool
    indent: int

    def place(self, look: Look, down: str) -> Look:
        """A look as cells of this column have it."""
        return looks.set_in(look, "center" if self.centred else "left", down, self.indent)


def lay(table: Table, at: int, pixels: Sequence[int], manner: Manner = ON_PAPER) -> Laid:
    """Draw a table that has rows; its first field stands in column ``at`` of a sheet whose widths are ``pixels``.

    Of a large one only what stands over its rows: they are drawn as they are written, by ``rows``.
    """
    bands = _bands(table, at)
    top = 1 if bands else 0
    columns = _columns(table, at, pixels)
    headers = tuple(column.place(looks.HEADER, "bottom") for column in columns)
    empty = tuple(column.place(looks.EMPTY, "top") for column in columns) if manner.large else ()
    body = [] if manner.large else list(rows(table, at, top + 1, pixels, manner))
    return Laid(
        (*[_BAND] * top, _header_height(table, columns), *(height for height, _ in body)),
        Puts.of(*bands, *(put for _, puts in body for put in puts)),
        (Marked(top, at, len(table.all_rows), table, headers, empty),),
    )


def rows(table: Table, at: int, first: int, pixels: Sequence[int], manner: Manner) -> Iterator[tuple[float, list[Put]]]:
    """Draw the rows of a table, of which the first is row ``first`` of the sheet: how tall each is, and its cells."""
    columns = _columns(table, at, pixels)

    def draw(place: int, cell: Cell, edges: Edges, total: bool) -> tuple[Value, Look, float]:
        column = columns[place]
        look = column.place(ruled(cells.look(cell), edges, total), "vcenter" if manner.middle else "top")
        look = replace(look, indent=0) if total else look
        value = cells.value(cell, column.width - look.indent * widths.INDENT)
        return value, look, needed(value, look, column.width)

    # In a register most cells say what another one of their column says.
    drawn = lru_cache(maxsize=1 << 14)(draw)
    for index, row in enumerate(table.all_rows):
        total, edges = index == len(table.rows), rules(table, index)
        puts, tall = [], 0.0
        for place, cell in enumerate(row):
            if cell is BLANK and manner.large and edges == _PLAIN:
                continue
            value, look, height = drawn(place, cell, edges, total)
            puts.append(_put(cell, first + index, at + place, value, look))
            tall = max(tall, height)
        yield _height(tall, puts, manner), puts


def indents(table: Table) -> tuple[int, ...]:
    """How far the words of each field are set in: in a filled column and beside it, where they would touch the fill."""
    filled = {column for row in table.all_rows for column, cell in enumerate(row) if isinstance(cell, Now)}
    return tuple(
        int(not filled.isdisjoint((column, column - 1)) and not field.centred)
        for column, field in enumerate(table.fields)
    )


def _bands(table: Table, at: int) -> tuple[Put, ...]:
    """The group bands over the headers, light and dark by turns: the name in the first cell, the fill on all."""
    puts: list[Put] = []
    if any(field.group for field in table.fields):
        for turn, (group, fields) in enumerate(groupby(table.fields, key=lambda field: field.group)):
            for index, _ in enumerate(fields):
                if group:
                    puts.append(Put(0, at, group if index == 0 else "", looks.GROUP[turn % 2]))
                at += 1
    return tuple(puts)


def _header_height(table: Table, columns: Sequence[_Column]) -> float:
    """17 points for a line, 15 for every other."""
    size, bold = looks.HEADER.size, looks.HEADER.bold
    lines = (
        len(widths.wrap(field.header, widths.tight(column.width), size, bold))
        for field, column in zip(table.fields, columns, strict=True)
    )
    return 2 + 15 * max(lines)


def _columns(table: Table, at: int, pixels: Sequence[int]) -> list[_Column]:
    return [
        _Column(pixels[at + offset], field.centred, indent)
        for offset, (field, indent) in enumerate(zip(table.fields, indents(table), strict=True))
    ]


def _put(cell: Cell, row: int, column: int, value: Value, look: Look) -> Put:
    match cell:
        case Text(to=to) | Ref(to=to):
            return Put(row, column, value, look, to=to)
        case ToFill():
            return Put(row, column, value, look, fill=cell)
        case Trend():
            return Put(row, column, value, look, trend=cell)
        case _:
            return Put(row, column, value, look)


def rules(table: Table, index: int) -> Edges:
    """The rules of a row: an accent where a group begins, ink over a total.

    Borders of neighbours compete, so the row above says the same below.
    """
    return _rule_over(table, index), _rule_over(table, index + 1)


def ruled(look: Look, edges: Edges, total: bool) -> Look:
    """A cell's look with the rules of its row; that of a total is bold."""
    above, below = edges
    if total:
        return replace(look, bold=True, ink=looks.INK, top=above, bottom=None)
    return replace(look, top=above or look.top, bottom=below or look.bottom) if above or below else look


def _rule_over(table: Table, index: int) -> Edge | None:
    if index == len(table.rows) and table.total:
        return looks.SUMMED
    if table.ruled_by and 0 < index < len(table.rows):
        column = table.column(table.ruled_by)
        if _words(table.rows[index][column]) != _words(table.rows[index - 1][column]):
            return looks.RULED
    return None


def _words(cell: Cell) -> str:
    return str(getattr(cell, "words", cell))


def _height(tall: float, row: Sequence[Put], manner: Manner) -> float:
    """A row's height: its tallest cell's, with room for a pen, as its manner has it."""
    tall = tall or widths.height(1, looks.BODY)
    if to_write_in := [put.fill.lines for put in row if put.fill]:
        tall = max(tall, widths.height(max(to_write_in))) + _ROOM_FOR_A_PEN
    return min(max(tall, manner.least), manner.tallest)
