"""The bytes of an .xlsb or .ods in; a Book out, through calamine.

calamine shows error values, and formulas that were never calculated, as empty cells. Of these, and of what else it
would lose without a word, as much as can be told is written out for it first, in ways that it reads.
"""

import hashlib
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    SheetMetadata,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from riskbook import borrowed
from riskbook.grid import Cell, Grid, Type
from riskbook.package import Attributes, Property, core, properties, relations, serving, walk
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
    around = _binary(package) if kind is Kind.XLSB else _document(package)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(package.zipped_anew(around.mended))) as book:
            sheets = book.sheets_metadata
            if not sheets:
                raise Unreadable(Reason.NO_SHEETS, "it has no sheets")
            if len(sheets) > limits.sheets:
                raise Unreadable(Reason.TOO_LARGE, f"it has more than {limits.sheets} sheets")
            worksheets = [sheet for sheet in sheets if sheet.typ == SheetTypeEnum.WorkSheet and wanted(sheet.name)]
            grids = tuple(_grid(book.get_sheet_by_name(sheet.name), sheet, limits) for sheet in worksheets)
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
        links=around.links,
        macros=around.macros,
        connections=False,
        notes=(),
    )


@dataclass(frozen=True, slots=True)
class _Around:
    """What a package says around its sheets, and how a part of it is written out for calamine."""

    mended: Callable[[str, bytes], bytes]
    properties: Mapping[str, Property]
    core: Mapping[str, str]
    macros: bool
    links: tuple[str, ...] = ()


def _binary(package: Package) -> _Around:
    """An .xlsb: the parts around its sheets are those of an .xlsx."""
    top = relations(package, "")
    main = next(iter(serving(top, "officedocument")), "")
    links = relations(package, main)
    worksheets = {part.lower() for part in serving(links, "worksheet")}
    outside = [one for part in serving(links, "externallink") for one in relations(package, part).values()]
    return _Around(
        mended=lambda part, content: _spelt_out(content) if part in worksheets else content,
        properties={k: v for part in serving(top, "customproperties") for k, v in properties(package, part).items()},
        core={k: v for part in serving(top, "coreproperties") for k, v in core(package, part).items()},
        macros=bool(serving(links, "vbaproject", "xlmacrosheet", "xlintlmacrosheet")),
        links=tuple(one.target for one in outside if one.outside),
    )


def _spelt_out(content: bytes) -> bytes:
    """A sheet of an .xlsb in which every cell says its column, and an error value is a text.

    Some programs leave the column out where it is the next one; calamine passes over such cells.
    """
    out, column = bytearray(), -1
    for whole, kind, body in _records(content):
        if kind == _ROW:
            column = -1
        elif kind in _CELLS:
            column = int.from_bytes(body[:4], "little")
        elif kind in _NEXT_CELLS:
            column += 1
            kind, body = kind - _NEXT_CELLS[0] + _CELLS[0], column.to_bytes(4, "little") + body
            whole = _record(kind, body)
        out += _record(_TEXT, body[:8] + _wide(_error(body[8:9]))) if kind in _ERRORS else whole
    return bytes(out)


def _error(code: bytes) -> str:
    return _ERROR_TEXTS.get(int.from_bytes(code), "#UNKNOWN!")


def _records(content: bytes) -> Iterator[tuple[bytes, int, bytes]]:
    """The records of a binary part: each as it stands, its number, and its body."""
    place = 0
    while place < len(content):
        kind, start = _counted(content, place, 2)
        length, start = _counted(content, start, 4)
        end = start + length
        if end > len(content):
            raise Unreadable(Reason.DAMAGED, "one of its sheets breaks off")
        yield content[place:end], kind, content[start:end]
        place = end


def _counted(content: bytes, place: int, longest: int) -> tuple[int, int]:
    """A number of so many bytes at most, seven bits in each, the eighth off in the last; and where it ends."""
    number = 0
    for at, byte in enumerate(content[place : place + longest]):
        number |= (byte & 0x7F) << 7 * at
        if not byte & 0x80:
            return number, place + at + 1
    return number, place + longest


def _record(kind: int, body: bytes) -> bytes:
    """A record of a kind below 128, as ``_records`` reads it."""
    length, number = bytearray(), len(body)
    while number > 0x7F:
        length.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes((kind, *length, number)) + body


def _wide(text: str) -> bytes:
    return len(text).to_bytes(4, "little") + text.encode("utf-16-le")


def _document(package: Package) -> _Around:
    """An .ods: what stands around its sheets is in meta.xml, and that it is locked in its manifest."""
    if b"encryption-data" in b"".join(package.chunks(_MANIFEST) if _MANIFEST in package else ()):
        raise Unreadable(Reason.SEALED, "it is locked with a password, in a way that only LibreOffice opens")
    told: dict[str, str] = {}
    given: dict[str, Property] = {}
    name = ""

    def begin(attributes: Attributes) -> None:
        nonlocal name
        name = next((text for key, text in attributes.items() if key.endswith(" name")), "")

    ends: dict[str, Callable[[str], None]] = {
        "date": lambda text: told.update(modified=f"{text[:19]}Z"),
        "title": lambda text: told.update(title=text),
        "creator": lambda text: told.update(lastModifiedBy=text),
        "user-defined": lambda text: given.update({name: text}),
    }
    if "meta.xml" in package:
        walk(package, "meta.xml", _META, {"user-defined": begin}, ends)
    return _Around(
        mended=lambda part, content: _closed_up(content) if part == "content.xml" else content,
        properties=given,
        core=told,
        macros="Basic/script-lc.xml" in package,
    )


def _closed_up(content: bytes) -> bytes:
    """The content of an .ods without what calamine stumbles over.

    It stops at space between rows and cells, drops tabs and line breaks, takes days with a zone for texts, and an error
    value for an empty text though it is shown as one.
    """
    for what, instead in _MENDS:
        content = what.sub(instead, content)
    return content


def _grid(sheet: CalamineSheet, about: SheetMetadata, limits: Limits) -> Grid:
    top, left = sheet.start or (0, 0)
    borrowed.within(about.name, sheet.height, sheet.width, limits, top + sheet.height, left + sheet.width)
    return borrowed.grid(about.name, _state(about), _cells(sheet, top, left), limits)


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


# Records of an .xlsb's sheet, by MS-XLSB 2.3.1: the cells, and those whose column is the next one, in the same order.
_ROW = 0
_CELLS = (*range(1, 12), 62)
_NEXT_CELLS = range(12, 19)
_ERRORS = (3, 11)
_TEXT = 6
_ERROR_TEXTS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
    0x2B: "#GETTING_DATA",
}
_SHOWN_ERROR = re.compile(r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A|GETTING_DATA|UNKNOWN!)|Err:\d{3}", re.ASCII)

_MANIFEST = "META-INF/manifest.xml"
_META = ("urn:oasis:names:tc:opendocument:xmlns:meta:1.0", "http://purl.org/dc/elements/1.1/")
_MENDS = (
    (re.compile(rb"(?<=>)\s+(?=</?table:)"), b""),
    (re.compile(rb"<text:tab\b[^>]*/>"), b"\t"),
    (re.compile(rb"<text:line-break\b[^>]*/>"), b"\n"),
    (re.compile(rb'(?<= office:date-value=")([^"Z]*)Z(?=")'), rb"\1"),
    (re.compile(rb' office:string-value=""(?=[^>]* calcext:value-type="error")'), b""),
)
