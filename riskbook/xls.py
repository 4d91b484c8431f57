"""The bytes of an Excel 97-2003 workbook in; a Book out.

xlrd reads the cells. What it does not tell without every cell's looks (which cells are formulas, what is hidden or
merged) is gathered from the records of the workbook's stream: MS-XLS 2.4 has their numbers and layouts.
"""

import hashlib
import io
import re
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import olefile
import xlrd

from riskbook import borrowed
from riskbook.days import Calendar
from riskbook.grid import Cell, Grid, Type
from riskbook.pinned import CONTROL, EMBEDDED, PIVOT, Pinned
from riskbook.read import Book
from riskbook.safe import Kind, Limits, Reason, Unreadable


def read(data: bytes, name: str, wanted: Callable[[str], bool], limits: Limits) -> Book:
    """Read a workbook; of its sheets, the ones whose names are wanted.

    Raises:
        Unreadable: it has no sheets, too many, or more in one than the limits allow; or it is locked in an odd way.
        Exception: it is damaged, and xlrd or olefile came upon something unexpected, whatever that was.
    """
    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        stream = compound.openstream("Workbook" if compound.exists("Workbook") else "Book").read()
        modified = compound.get_metadata().last_saved_time
        storages = {entry[0] for entry in compound.listdir(streams=True, storages=True)}
        macros = compound.exists("_VBA_PROJECT_CUR")
    said = _said(stream)
    with _opened(data) as book:
        names = book.sheet_names()
        if not names:
            raise Unreadable(Reason.NO_SHEETS, "it has no sheets")
        if len(names) > limits.sheets:
            raise Unreadable(Reason.TOO_LARGE, f"it has more than {limits.sheets} sheets")
        named = list(zip(names, said.sheets, strict=True))
        read = [(title, sheet) for title, sheet in named if wanted(title)]
        return Book(
            name=name,
            sha256=hashlib.sha256(data).hexdigest(),
            kind=Kind.XLS,
            sheets=tuple((title, sheet.state) for title, sheet in named),
            grids=tuple(_grid(book, title, sheet, limits) for title, sheet in read),
            names=_names(book),
            properties={},
            core={"modified": f"{modified:%Y-%m-%dT%H:%M:%SZ}"} if modified else {},
            pinned=Pinned(
                links=tuple(dict.fromkeys(said.links)),
                connections=said.connections,
                macros=macros,
                outward=tuple(dict.fromkeys(to for title, _ in read for to in _outward(book.sheet_by_name(title)))),
                comments={title: tuple(sheet.comments) for title, sheet in read if sheet.comments},
                carried=_carried(storages, said.controls),
            ),
        )


@dataclass(slots=True)
class _Sheet:
    """What the records of a worksheet say around its cells; rows and columns count from 1."""

    state: str
    formulas: set[tuple[int, int]] = field(default_factory=set)
    hidden_rows: set[int] = field(default_factory=set)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    calling: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    filtered: bool = False


@dataclass(slots=True)
class _Said:
    """What a workbook's stream says of its worksheets, in the order in which people see them, and reaches out to."""

    sheets: list[_Sheet]
    links: list[str] = field(default_factory=list)
    connections: bool = False
    controls: bool = False


def _said(stream: bytes) -> _Said:
    sheets: dict[int, _Sheet] = {}
    said = _Said([], connections=borrowed.fetches_pages(stream))
    here: _Sheet | None = None
    depth = 0
    for place, kind, body in _records(stream):
        if kind == _BEGINS:
            depth += 1
            if depth == 1:
                here = sheets.get(place)
        elif kind == _ENDS:
            depth -= 1
        elif kind == _SHEET:
            start, state, type_ = struct.unpack_from("<IBB", body)
            if type_ == _WORKSHEET:
                sheets[start] = _Sheet(_STATES[state & 3])
        elif kind in _FETCHING:
            said.connections = True
        elif kind == _OBJECT and body[4:5] in _CONTROLS:
            said.controls = True
        elif kind == _LINK:
            said.links += _link(body)
        elif here and depth == 1:
            _note(here, kind, body)
    said.sheets += sheets.values()
    return said


def _records(stream: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Where each record stands, its number and its body; zeros after the last are no record."""
    place = 0
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        yield place, kind, stream[place + 4 : place + 4 + length]
        place += 4 + length


def _note(sheet: _Sheet, kind: int, body: bytes) -> None:
    if kind == _FORMULA:
        row, column = struct.unpack_from("<HH", body)
        sheet.formulas.add((row + 1, column + 1))
        if borrowed.calls_out(body):
            sheet.calling.append(borrowed.address(row, column))
    elif kind == _SHARED_FORMULA and borrowed.calls_out(body):
        sheet.calling.append(borrowed.address(*struct.unpack_from("<HxxB", body)))
    elif kind == _COMMENT:
        sheet.comments.append(borrowed.address(*struct.unpack_from("<HH", body)))
    elif kind == _ROW and body[12] & 0x20:
        sheet.hidden_rows.add(struct.unpack_from("<H", body)[0] + 1)
    elif kind == _COLUMNS and body[8] & 1:
        first, last = struct.unpack_from("<HH", body)
        sheet.hidden_columns.append((first + 1, last + 1))
    elif kind == _MERGES:
        for first, last, left, right in struct.iter_unpack("<HHHH", body[2 : 2 + 8 * (len(body) // 8)]):
            sheet.merges.append((first + 1, left + 1, last + 1, right + 1))
    elif kind == _FILTERED:
        sheet.filtered = True


def _link(body: bytes) -> Iterator[str]:
    """Where formulas reach out to: a workbook's path, or a server and its topic (DDE, OLE); not this one, no functions.

    Drives and folders are marked by characters that nobody can read (MS-XLS 2.5.277).
    """
    if struct.unpack_from("<H", body, 2)[0] in _ITSELF:
        return
    text, _ = xlrd.biffh.unpack_unicode_update_pos(body, 2, lenlen=2)
    if text.startswith("\1"):
        drive = _DRIVE.sub(lambda found: "\\\\" if found[1] == "@" else f"{found[1]}:\\", text[1:])
        yield _UNSEEN.sub("", drive.replace("\3", "\\").replace("\4", "..\\"))
    else:
        yield _UNSEEN.sub("|", text)


def _carried(storages: set[str], controls: bool) -> tuple[str, ...]:
    """What the compound file has besides the workbook's stream, by the names that Excel gives it."""
    found = {
        EMBEDDED: any(name.startswith("MBD") for name in storages),
        CONTROL: controls or "Ctls" in storages,
        PIVOT: "_SX_DB_CUR" in storages,
    }
    return tuple(what for what, there in found.items() if there)


def _outward(sheet: xlrd.sheet.Sheet) -> Iterator[str]:
    """Where the links of a sheet's cells lead to, out of the workbook."""
    for link in sheet.hyperlink_list:
        target = link.url_or_path or link.type
        told = target.decode("latin-1") if isinstance(target, bytes) else target
        if link.type != "workbook" and not told.startswith("#"):
            yield told


def _opened(data: bytes) -> xlrd.Book:
    try:
        return xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), on_demand=True, ragged_rows=True)
    except xlrd.XLRDError as fault:
        if "encrypted" in str(fault):
            raise Unreadable(Reason.SEALED, "it is locked with a password, in a way that only Excel opens") from fault
        raise


def _names(book: xlrd.Book) -> dict[str, str]:
    """The defined names that point at one cell or area, spelled as in an .xlsx."""
    sheets = book.sheet_names()
    return {
        f"{sheets[one.scope]}!{one.name}" if 0 <= one.scope < len(sheets) else one.name: one.result.text
        for one in book.name_obj_list
        if not one.builtin and one.result and one.result.kind == _REFERENCE and len(one.result.value or ()) == 1
    }


def _grid(book: xlrd.Book, name: str, around: _Sheet, limits: Limits) -> Grid:
    sheet = book.sheet_by_name(name)
    return borrowed.grid(
        name,
        around.state,
        _cells(sheet, Calendar(bool(book.datemode)), around.formulas),
        limits,
        frozenset(around.hidden_rows),
        tuple(around.hidden_columns),
        tuple(around.merges),
        around.filtered,
        tuple(around.calling),
    )


def _cells(sheet: xlrd.sheet.Sheet, calendar: Calendar, formulas: set[tuple[int, int]]) -> Iterator[Cell]:
    for row in range(sheet.nrows):
        for column, (kind, given) in enumerate(zip(sheet.row_types(row), sheet.row_values(row), strict=True), 1):
            if kind in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK):
                continue
            place = (row + 1, column)
            if kind == xlrd.XL_CELL_ERROR:
                yield Cell(*place, Type.ERROR, xlrd.error_text_from_code[given], place in formulas)
                continue
            if kind == xlrd.XL_CELL_BOOLEAN:
                given = bool(given)
            elif kind == xlrd.XL_CELL_DATE:
                given = calendar.day(given) or given
            if cell := borrowed.cell(*place, given, place in formulas):
                yield cell


_BEGINS, _ENDS, _SHEET = 0x0809, 0x000A, 0x0085
_FORMULA, _ROW, _COLUMNS, _MERGES, _FILTERED = 0x0006, 0x0208, 0x007D, 0x00E5, 0x009E
_SHARED_FORMULA, _COMMENT, _LINK = 0x04BC, 0x001C, 0x01AE
_OBJECT, _CONTROLS = 0x005D, tuple(bytes([kind]) for kind in (0x07, *range(0x0B, 0x14)))
_FETCHING = (0x01AD, 0x0876)
_ITSELF = (0x0401, 0x3A01)
_DRIVE, _UNSEEN = re.compile("\1(.)"), re.compile("[\0-\x1f]+")
_WORKSHEET = 0
_STATES = ("visible", "hidden", "veryHidden", "hidden")
_REFERENCE = xlrd.formula.oREF
