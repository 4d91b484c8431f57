"""Values as another's library gives them in; cells, and the Grid of them within the limits, out."""

import math
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

from riskbook.grid import Cell, Grid, Type, Value
from riskbook.places import Place
from riskbook.safe import Limits, Reason, Unreadable

Given = str | int | float | date | time | timedelta
"""What libraries give; a bool is an int, a datetime a date."""


def cell(row: int, column: int, given: Given, formula: bool = False) -> Cell | None:
    """The cell that a value makes; None where it is empty. Rows and columns count from 1.

    A time of day, which no column asks for, is the part of a day that Excel stores.
    """
    if given == "" and not formula:
        return None
    return Cell(row, column, *_typed(given), formula)


def grid(
    name: str,
    state: str,
    cells: Iterable[Cell],
    limits: Limits,
    hidden_rows: frozenset[int] = frozenset(),
    hidden_columns: tuple[tuple[int, int], ...] = (),
    merges: tuple[tuple[int, int, int, int], ...] = (),
    filtered: bool = False,
) -> Grid:
    """The sheet that cells make; of its hidden rows, those that hold something.

    Raises:
        Unreadable: a text is longer, the merges are more, or the cells stand further apart, than the limits allow.
    """
    filled = tuple(cells)
    if len(merges) > limits.merges:
        raise Unreadable(Reason.TOO_LARGE, f"its sheet “{name}” has more than {limits.merges:,} merged areas")
    if any(isinstance(one.value, str) and len(one.value) > limits.text for one in filled):
        raise Unreadable(Reason.TEXT_TOO_LONG, f"a cell of its sheet “{name}” holds over {limits.text:,} characters")
    if filled:
        rows, columns = [one.row for one in filled], [one.column for one in filled]
        within(name, max(rows) - min(rows) + 1, max(columns) - min(columns) + 1, limits, max(rows), max(columns))
    hidden = hidden_rows & {one.row for one in filled}
    return Grid(name, state, filled, hidden, hidden_columns, merges, filtered)


def within(name: str, height: int, width: int, limits: Limits, row: int, column: int) -> None:
    """Make sure that a sheet's cells do not stand too far apart, before they are laid out in a table.

    Raises:
        Unreadable: they do; ``row`` and ``column`` are of the farthest.
    """
    if height * width > limits.area:
        far = Place("", "", row, column).cell
        raise Unreadable(Reason.TOO_LARGE, f"its sheet “{name}” is filled in far apart, as far down as cell {far}")


def _typed(given: Given) -> tuple[Type, Value]:
    match given:
        case str():
            return Type.TEXT, given
        case bool():
            return Type.FLAG, given
        case datetime():
            return Type.DAY, given if given.time() != time() else given.date()
        case date():
            return Type.DAY, given
        case time():
            return _number(timedelta(hours=given.hour, minutes=given.minute, seconds=given.second) / _DAY)
        case timedelta():
            return _number(given / _DAY)
        case _:
            return _number(given)


def _number(given: float) -> tuple[Type, Value]:
    """A number as our own reader types it: an int where it is whole and exact, an error where it is none."""
    if not math.isfinite(given):
        return Type.ERROR, str(given)
    return Type.NUMBER, int(given) if given == int(given) and abs(given) < 2**53 else float(given)


_DAY = timedelta(days=1)
