"""Values as another's library gives them in; cells, and the Grid of them within the limits, out."""

import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from riskbook.grid import Cell, Grid, Type, Value
from riskbook.package import Property
from riskbook.pinned import Pinned
from riskbook.places import Place
from riskbook.safe import Limits, Reason, Unreadable

Given = str | int | float | date | time | timedelta
"""What libraries give; a bool is an int, a datetime a date."""


@dataclass(frozen=True, slots=True)
class Around:
    """What a file says around its cells, and how a part of it is written out for the library that reads them.

    ``calling`` are the cells of each sheet whose formulas reach out of the workbook.
    """

    mended: Callable[[str, bytes], bytes]
    properties: Mapping[str, Property]
    core: Mapping[str, str]
    pinned: Pinned
    calling: Mapping[str, tuple[str, ...]]


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
    calling: tuple[str, ...] = (),
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
    return Grid(name, state, filled, hidden, hidden_columns, merges, filtered, calling)


def within(name: str, height: int, width: int, limits: Limits, row: int, column: int) -> None:
    """Make sure that a sheet's cells do not stand too far apart, before they are laid out in a table.

    Raises:
        Unreadable: they do; ``row`` and ``column`` are of the farthest.
    """
    if height * width > limits.area:
        far = Place("", "", row, column).cell
        raise Unreadable(Reason.TOO_LARGE, f"its sheet “{name}” is filled in far apart, as far down as cell {far}")


def address(row: int, column: int) -> str:
    """A cell as Excel writes it, of a row and a column that count from 0."""
    return Place("", "", row + 1, column + 1).cell


def calls_out(formula: bytes) -> bool:
    """Whether a formula, as it is stored in an .xls or .xlsb, reaches out by HYPERLINK, RTD or CALL.

    A link within the workbook begins with "#". It is told by the bytes that call a function, whatever stands around
    them; two rows of an area may look like that (rows 291 to 360), and are then taken for one.
    """
    return len(_CALLS.findall(formula)) > len(_WITHIN.findall(formula))


def fetches_pages(content: bytes) -> bool:
    """Whether the formulas of a workbook, in a stream or part of records, know a function that fetches from the web."""
    return any(name.encode(encoding) in content for name in _WEB for encoding in ("latin-1", "utf-16-le"))


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

_CALLS = re.compile(rb"[\x22\x42\x62][\x01-\x1e](?:\x67\x01|\x7b\x01|\x96\x00)", re.DOTALL)
"""A call with its number of arguments and the number of the function (MS-XLS 2.5.198.17, MS-XLSB 2.5.97.10)."""
_WITHIN = re.compile(rb"\x17..#", re.DOTALL)
"""A text that begins with "#", after its length."""
_WEB = ("_xlfn.WEBSERVICE", "_xlfn.IMAGE")
"""How Excel names functions that these kinds of workbook do not have."""
