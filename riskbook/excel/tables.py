"""A table in, its drawing out: group bands, headers, rows as tall as their words, a total set apart."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from riskbook.excel import cells, looks, widths
from riskbook.excel.laid import Laid, Marked, Put, needed
from riskbook.excel.looks import Edge, Look
from riskbook.report.blocks import BLANK, Cell, Now, Ref, Table, Text, ToFill, Trend

_BAND = 18.0
_LINES_ON_SCREEN = 5
_ROOM_FOR_A_PEN = 2


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
    """Where a field stands: its column and width, centred or set in."""

    number: int
    width: int
    centred: bool
    indent: int

    def place(self, look: Look, down: str) -> Look:
        """A look as cells of this column have it."""
        return looks.set_in(look, "center" if self.centred else "left", down, self.indent)


def lay(table: Table, at: int, pixels: Sequence[int], manner: Manner = ON_PAPER) -> Laid:
    """Draw a table that has rows; its first field stands in column ``at`` of a sheet whose widths are ``pixels``."""
    bands = _bands(table, at)
    top = 1 if bands else 0
    columns = [
        _Column(at + offset, pixels[at + offset], field.centred, indent)
        for offset, (field, indent) in enumerate(zip(table.fields, indents(table), strict=True))
    ]
    headers = tuple(column.place(looks.HEADER, "bottom") for column in columns)
    empty = tuple(column.place(looks.EMPTY, "top") for column in columns) if manner.large else ()
    body = [_row(table, index, top + 1 + index, columns, manner) for index in range(len(table.all_rows))]
    return Laid(
        (*[_BAND] * top, _header_height(table, columns), *(_height(row, pixels, manner) for row in body)),
        (*bands, *(put for row in body for put in row)),
        (Marked(top, at, len(body), table, headers, empty),),
    )


def indents(table: Table) -> tuple[int, ...]:
    """How far the words of each field are set in: in a filled column and beside it, where they would touch the fill."""
    filled = [any(isinstance(row[i], Now) for row in table.all_rows) for i in range(len(table.fields))]
    beside = [False, *filled[:-1]]
    return tuple(int((a or b) and not f.centred) for a, b, f in zip(filled, beside, table.fields, strict=True))


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


def _row(table: Table, index: int, row: int, columns: Sequence[_Column], manner: Manner) -> list[Put]:
    down = "vcenter" if manner.middle else "top"
    total = index == len(table.rows)
    edges = rules(table, index)
    puts = []
    for cell, column in zip(table.all_rows[index], columns, strict=True):
        if cell is BLANK and manner.large and edges == _PLAIN:
            continue
        look = column.place(ruled(cells.look(cell), edges, total), down)
        look = replace(look, indent=0) if total else look
        puts.append(_put(cell, row, column.number, look, column.width - look.indent * widths.INDENT))
    return puts


def _put(cell: Cell, row: int, column: int, look: Look, pixels: int) -> Put:
    value = cells.value(cell, pixels)
    match cell:
        case Text(to=to) | Ref(to=to):
            return Put(row, column, value, look, to=to)
        case ToFill():
            return Put(row, column, value, look, fill=cell)
        case Trend():
            return Put(row, column, value, look, trend=cell)
        case _:
            return Put(row, column, value, look)


_PLAIN = (None, None)
Edges = tuple[Edge | None, Edge | None]
"""The rules above and below a row."""


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


def _height(row: Sequence[Put], pixels: Sequence[int], manner: Manner) -> float:
    tall = max((needed(put.value, put.look, pixels[put.column]) for put in row), default=widths.height(1, looks.BODY))
    if to_write_in := [put.fill.lines for put in row if put.fill]:
        tall = max(tall, widths.height(max(to_write_in))) + _ROOM_FOR_A_PEN
    return min(max(tall, manner.least), manner.tallest)
