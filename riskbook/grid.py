"""One worksheet's part in; a Grid of its filled cells out, with what Excel hides."""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property, lru_cache
from typing import NamedTuple, Protocol, TypeVar

from riskbook import plain
from riskbook.days import CALENDAR, Calendar, day_of
from riskbook.package import MAIN, Attributes, Ends, Starts, flag, linked, relations, unescape, walk, walk_chunks
from riskbook.places import Place, number
from riskbook.safe import Limits, Package, Reason, Unreadable

ROWS, COLUMNS = 1_048_576, 16_384

Value = str | int | float | bool | date | datetime | None


class Type(StrEnum):
    """What a cell holds: EMPTY is a formula whose value was never stored."""

    TEXT = "text"
    NUMBER = "number"
    DAY = "day"
    FLAG = "flag"
    ERROR = "error"
    EMPTY = "empty"


class Cell(NamedTuple):
    """A filled cell; row and column count from 1.

    NUMBER is an int where it is whole and exact (below 2**53), else a float; DAY a datetime where it has a time, else
    a date; ERROR the error shown ("#REF!"), or a stored number, flag or day that is none ("NaN", "1e999").
    """

    row: int
    column: int
    type: Type
    value: Value
    formula: bool = False


@dataclass(frozen=True)
class Grid:
    """A worksheet: its filled cells by row and column, and what Excel hides.

    ``state`` is "visible", "hidden" or "veryHidden". ``hidden_rows`` are those that hold something. ``hidden_columns``
    are (first, last), ``merges`` (first row, first column, last row, last column). ``filtered``: a filter is on.
    """

    name: str
    state: str
    cells: tuple[Cell, ...] = ()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    merges: tuple[tuple[int, int, int, int], ...] = ()
    filtered: bool = False
    calling: tuple[str, ...] = ()

    @cached_property
    def rows(self) -> Mapping[int, Mapping[int, Cell]]:
        """The cells by row, then by column."""
        rows: dict[int, dict[int, Cell]] = {}
        for cell in self.cells:
            rows.setdefault(cell.row, {})[cell.column] = cell
        return rows


_LITERAL = re.compile(r'"(#?)[^"]*"')
_CALLS = re.compile(r"(?<!')\b\w+\||\b(?:(?:WEBSERVICE|RTD|CALL|IMAGE)\s*\(|HYPERLINK\s*\((?!\s*#))", re.IGNORECASE)
"""In a formula without its texts: another program's data (DDE), a page of the web, a link that leads out of it."""
_NAMES = (b"WEBSERVICE", b"RTD", b"CALL", b"IMAGE", b"HYPERLINK")


def _may_call(formulas: str) -> bool:
    """Whether formulas are worth a closer look: a form has hundreds of long ones that are not."""
    # As bytes: the capitals of a text that is not all ASCII are looked up one by one.
    said = formulas.encode(errors="surrogatepass").upper()
    piped = formulas.count("|") > formulas.count('"|') + formulas.count("&quot;|")
    return piped or (any(name in said for name in _NAMES) and bool(_CALLS.search(formulas)))


def calls_out(formula: str) -> bool:
    """Whether a formula reaches out of its workbook by itself: for data, to a page of the web, or as a link."""
    return _may_call(formula) and bool(_CALLS.search(_LITERAL.sub(r"\1", formula)))


@dataclass(frozen=True, slots=True)
class Shared:
    """What sheets share: their texts by number, the styles that show days, and the calendar of serial numbers."""

    texts: Mapping[str, str] = field(default_factory=dict)
    day_styles: frozenset[str] = frozenset()
    calendar: Calendar = CALENDAR


def grid(package: Package, part: str, name: str, state: str, shared: Shared) -> tuple[Grid, tuple[str, ...]]:
    """Read a worksheet in one pass; with it come notes on cells that are given twice.

    Raises:
        Unreadable: the part is damaged, points outside the grid or to texts that are not there, or passes a limit.
    """
    sheet = scanned(package, part, lambda: _Sheet(name, shared, package.limits))
    if sheet.tables:
        links = relations(package, part)
        for table in sheet.tables:
            walk(package, linked(table, links).target, MAIN, sheet.criteria(), {}, skip=("extLst",))
    return sheet.grid(state), sheet.notes()


class Scan(Protocol):
    """What gathers a worksheet on its way: elements of a walk, or rows as ``plain`` has them."""

    def starts(self) -> Starts: ...
    def ends(self) -> Ends: ...
    def take(self, written: str) -> None: ...


S = TypeVar("S", bound=Scan)


def scanned(package: Package, part: str, begin: Callable[[], S]) -> S:
    """Go once through a worksheet: through plain rows by pattern, and in a walk through all else.

    Raises:
        Unreadable: as ``walk``, and what the scan raises.
    """
    data = package.whole(part, plain.LARGEST)
    scan = _plain(data, part, begin()) if data else None
    if scan is None:
        scan = begin()
        walk_chunks([data] if data else package.chunks(part), part, MAIN, scan.starts(), scan.ends(), _PASSED_OVER)
    return scan


def _plain(data: bytes, part: str, scan: S) -> S | None:
    """The scan of a worksheet whose rows are read by pattern; None where they are not written plainly."""
    written = plain.rows(data, part, scan.starts(), scan.ends(), _PASSED_OVER)
    if written is None:
        return None
    scan.take(written)
    return scan


_PASSED_OVER = ("extLst", "customSheetViews", "rPh")


class _Sheet:
    """A worksheet on its way. Cells that only have a format may be millions: they cost little."""

    def __init__(self, name: str, shared: Shared, limits: Limits) -> None:
        self._name = name
        self._shared = shared
        self._texts = shared.texts
        self._limits = limits
        self._cells: dict[int, Cell] = {}
        self._twice: list[str] = []
        self._hidden_rows: set[int] = set()
        self._hidden_columns: list[tuple[int, int]] = []
        self._merges: list[tuple[int, int, int, int]] = []
        self._filtered = False
        self._row = "0"
        self._row_hidden: str | None = None
        self._cell: Attributes = {}
        self._formula = False
        self._calling: list[str] = []
        self._stored: str | None = None
        self.tables: list[Attributes] = []

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        return {
            "row": self._start_row,
            "c": self._start_cell,
            "f": self._start_formula,
            "is": self._start_inline,
            "col": self._start_columns,
            "mergeCell": self._start_merge,
            "sheetPr": self._start_sheet,
            "tablePart": self.tables.append,
        } | self.criteria()

    def ends(self) -> dict[str, Callable[[str], None]]:
        return {"v": self._end_value, "t": self._end_run, "c": self._end_cell, "f": self._end_formula}

    def criteria(self) -> dict[str, Callable[[Attributes], None]]:
        """The elements by which a filter, of the sheet or of a table in it, says what it lets through."""
        names = ("filters", "top10", "customFilters", "dynamicFilter", "colorFilter", "iconFilter")
        return dict.fromkeys(names, self._start_criterion)

    def grid(self, state: str) -> Grid:
        order = sorted(self._cells)
        self._check_area(order)
        return Grid(
            self._name,
            state,
            tuple(map(self._cells.__getitem__, order)),
            frozenset(self._hidden_rows),
            tuple(self._hidden_columns),
            tuple(self._merges),
            self._filtered,
            tuple(dict.fromkeys(self._calling)),
        )

    def notes(self) -> tuple[str, ...]:
        if not self._twice:
            return ()
        some = ", ".join(self._twice[:5]) + (f" and {len(self._twice) - 5} more" if len(self._twice) > 5 else "")
        return (f"{self._name}!{some}: given twice with different values; the later is read, as Excel shows.",)

    def take(self, written: str) -> None:
        """Take in rows and cells as ``plain`` tells them."""
        may_call = "<f" in written and _may_call(written)
        for letters, digits, style, kind, formula, stored, row in plain.cells(written, whole="hidden" in written):
            if row:
                self._row_hidden = plain.attributes(row).get("hidden") if "hidden" in row else None
            elif formula is not None or stored is not None:
                place = letters + digits
                if formula and may_call:
                    self._look_at(plain.text(formula), place)
                self._add(place, int(digits), column_number(letters), kind, style, stored, formula is not None)

    def _start_row(self, attributes: Attributes) -> None:
        self._row = attributes["r"] if "r" in attributes else str(self._ordinal(self._row) + 1)
        self._row_hidden = attributes.get("hidden")
        self._cell = {}

    def _start_cell(self, attributes: Attributes) -> None:
        if self._stored is not None or self._formula:
            raise self._damaged("a value that stands in no cell")
        if "r" not in attributes:
            attributes["r"] = self._next()
        self._cell = attributes

    def _next(self) -> str:
        """The address after the last cell's, for a cell that gives none."""
        if not self._cell:
            return f"A{self._row}"
        row, column = self._position(self._cell["r"])
        return Place("", "", row, column + 1).cell

    def _start_formula(self, _: Attributes) -> None:
        self._formula = True

    def _end_formula(self, text: str) -> None:
        self._look_at(text, self._cell.get("r", ""))

    def _start_inline(self, _: Attributes) -> None:
        self._stored = ""

    def _end_run(self, text: str) -> None:
        self._stored = (self._stored or "") + unescape(text)

    def _end_value(self, text: str) -> None:
        self._stored = text

    def _end_cell(self, _: str) -> None:
        if self._stored is None and not self._formula:
            return
        cell, stored, formula = self._cell, self._stored, self._formula
        self._formula, self._stored = False, None
        place = cell.get("r", "")
        row, column = position(place) or (0, 0)
        self._add(place, row, column, cell.get("t", "n"), cell.get("s", "0"), stored, formula)

    def _look_at(self, formula: str, reference: str) -> None:
        if calls_out(formula):
            self._calling.append(reference)

    def _add(self, place: str, row: int, column: int, kind: str, style: str, stored: str | None, formula: bool) -> None:
        type_, value = self._typed(kind, style, stored)
        if (value is None or value == "") and not formula:
            return
        if not (1 <= row <= ROWS and column <= COLUMNS):
            raise self._outside(place)
        cell, at = Cell(row, column, type_, value, formula), row * COLUMNS + column - 1
        if at in self._cells and self._cells[at] != cell:
            self._twice.append(place)
        self._cells[at] = cell
        if self._row_hidden and flag(self._row_hidden):
            self._hidden_rows.add(row)

    def _typed(self, kind: str, style: str, stored: str | None) -> tuple[Type, Value]:
        """What the cell holds. A formula without a stored value is EMPTY, but one that gives no text is TEXT."""
        if stored is None:
            return Type.EMPTY, None
        if kind == "s":
            text = self._texts.get(stored)
            return Type.TEXT, self._short(self._otherwise_shared(stored) if text is None else text)
        if kind in ("str", "inlineStr"):
            return Type.TEXT, self._short(unescape(stored) if kind == "str" else stored)
        if not stored:
            return Type.EMPTY, None
        if kind == "n":
            return self._number(stored, style)
        if kind == "b":
            return (Type.FLAG, flag(stored)) if stored.lower() in ("0", "1", "false", "true") else (Type.ERROR, stored)
        if kind == "d":
            day = day_of(stored)
            return (Type.DAY, day) if day else (Type.ERROR, stored)
        if kind == "e":
            return Type.ERROR, stored
        raise self._damaged(f"a cell of a type that Excel does not have ({kind[:20]})")

    def _number(self, stored: str, style: str) -> tuple[Type, Value]:
        """A number, or the day that it shows as; what Python alone would take for a number ("1_000", "nan") is none."""
        try:
            number = float(stored)
        except ValueError:
            return Type.ERROR, stored
        if not math.isfinite(number) or "_" in stored or not stored.isascii():
            return Type.ERROR, stored
        if style in self._shared.day_styles:
            day = self._shared.calendar.day(number)
            if day is not None:
                return Type.DAY, day
        return Type.NUMBER, int(number) if number.is_integer() and abs(number) < 2**53 else number

    def _otherwise_shared(self, stored: str) -> str:
        """A shared text by a number that is not spelt as programs spell it, "07"."""
        number = stored.strip()
        exact = number.isascii() and number.isdigit() and len(number) < 10
        text = self._texts.get(str(int(number))) if exact else None
        if text is None:
            raise self._damaged(f"text number {number[:20] or 'nothing'}, which there is not")
        return text

    def _short(self, text: str) -> str:
        if len(text) > self._limits.text:
            detail = f"a cell of its sheet “{self._name}” holds {len(text):,} characters"
            raise Unreadable(Reason.TEXT_TOO_LONG, detail)
        return text

    def _position(self, reference: str) -> tuple[int, int]:
        if (found := position(reference)) is None:
            raise self._outside(reference)
        return found

    def _ordinal(self, text: str) -> int:
        if not _ORDINAL.fullmatch(text):
            raise self._damaged(f"row or column {text[:20] or 'nothing'}, which no sheet has")
        return int(text)

    def _start_columns(self, attributes: Attributes) -> None:
        if flag(attributes.get("hidden")):
            first, last = (self._ordinal(attributes.get(end, "")) for end in ("min", "max"))
            self._hidden_columns.append((first, last))

    def _start_merge(self, attributes: Attributes) -> None:
        if len(self._merges) == self._limits.merges:
            detail = f"its sheet “{self._name}” has more than {self._limits.merges:,} merged areas"
            raise Unreadable(Reason.TOO_LARGE, detail)
        first, _, last = attributes.get("ref", "").partition(":")
        self._merges.append((*self._position(first), *self._position(last or first)))

    def _start_sheet(self, attributes: Attributes) -> None:
        self._filtered |= flag(attributes.get("filterMode"))

    def _start_criterion(self, _: Attributes) -> None:
        self._filtered = True

    def _check_area(self, order: list[int]) -> None:
        """Refuse cells too far apart: whatever lays them out in a table would run out of memory."""
        if not order:
            return
        columns = [place % COLUMNS for place in order]
        height, width = order[-1] // COLUMNS - order[0] // COLUMNS + 1, max(columns) - min(columns) + 1
        if height * width > self._limits.area:
            far = Place("", "", order[-1] // COLUMNS, order[-1] % COLUMNS + 1).cell
            detail = f"its sheet “{self._name}” is filled in far apart, as far down as cell {far}"
            raise Unreadable(Reason.TOO_LARGE, detail)

    def _outside(self, reference: str) -> Unreadable:
        return self._damaged(f"cell {reference[:20] or 'nothing'}, which no sheet has")

    def _damaged(self, what: str) -> Unreadable:
        return Unreadable(Reason.DAMAGED, f"its sheet “{self._name}” speaks of {what}")


@lru_cache(maxsize=1 << 14)
def position(reference: str) -> tuple[int, int] | None:
    """The row and column of a cell by its address; None for one that no sheet has. Sheets have most of them alike."""
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    row, column = int(found[2]), column_number(found[1])
    return (row, column) if 1 <= row <= ROWS and column <= COLUMNS else None


@lru_cache(maxsize=COLUMNS)
def column_number(spelt: str) -> int:
    """The number of a column, or one past the last for letters that name none: "A" is 1."""
    return number(spelt) if _LETTERS.fullmatch(spelt) else COLUMNS + 1


_LETTERS = re.compile("[A-Z]{1,3}")
_REFERENCE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_ORDINAL = re.compile("[0-9]{1,9}")
