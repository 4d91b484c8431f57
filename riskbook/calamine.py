"""The bytes of an .xlsb or .ods in; a Book out, through calamine.

calamine shows error values, and formulas that were never calculated, as empty cells. Of these, and of what else it
would lose without a word, as much as can be told is written out for it first, in ways that it reads.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterator

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from riskbook import binary, borrowed, document
from riskbook.grid import Cell, Grid, Type
from riskbook.read import Book
from riskbook.safe import Kind, Limits, Package, Reason, Unreadable


def read(data: bytes, name: str, wanted: Callable[[str], bool], limits: Limits) -> Book:
    """Read a workbook; of its sheets, the ones whose names are wanted.

    Raises:
        Unreadable: it is damaged, locked, or larger than the limits.
        BaseException: calamine panicked, which is no Exception; it may also end the process without a word.
    """
    package = Package(data, limits)
    kind = package.kind
    around = (binary if kind is Kind.XLSB else document).around(package, wanted)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(package.zipped_anew(around.mended))) as book:
            sheets = book.sheets_metadata
            if not sheets:
                raise Unreadable(Reason.NO_SHEETS, "it has no sheets")
            if len(sheets) > limits.sheets:
                raise Unreadable(Reason.TOO_LARGE, f"it has more than {limits.sheets} sheets")
            worksheets = [sheet for sheet in sheets if sheet.typ == SheetTypeEnum.WorkSheet and wanted(sheet.name)]
            grids = tuple(
                _grid(book.get_sheet_by_name(sheet.name), sheet, limits, around.calling.get(sheet.name, ()))
                for sheet in worksheets
            )
    except CalamineError as fault:
        raise Unreadable(Reason.DAMAGED, f"it is damaged, or written in a way that .{kind} files are not") from fault
    return Book(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        kind=kind,
        sheets=tuple((sheet.name, _state(sheet)) for sheet in sheets),
        grids=grids,
        names={},
        properties=around.properties,
        core=around.core,
        pinned=around.pinned,
    )


def _grid(sheet: CalamineSheet, about: SheetMetadata, limits: Limits, calling: tuple[str, ...]) -> Grid:
    top, left = sheet.start or (0, 0)
    borrowed.within(about.name, sheet.height, sheet.width, limits, top + sheet.height, left + sheet.width)
    return borrowed.grid(about.name, _state(about), _cells(sheet, top, left), limits, calling=calling)


def _cells(sheet: CalamineSheet, top: int, left: int) -> Iterator[Cell]:
    for row, given in enumerate(sheet.to_python(), top + 1):
        for column, value in enumerate(given, left + 1):
            if isinstance(value, str) and _SHOWN_ERROR.fullmatch(value):
                yield Cell(row, column, Type.ERROR, value)
            elif cell := borrowed.cell(row, column, value):
                yield cell


def _state(sheet: SheetMetadata) -> str:
    if sheet.visible == SheetVisibleEnum.Visible:
        return "visible"
    return "hidden" if sheet.visible == SheetVisibleEnum.Hidden else "veryHidden"


_SHOWN_ERROR = re.compile(r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|UNKNOWN!)|Err:\d{3}", re.ASCII)
