"""The parts of an .xlsb in; what it says around its cells, and its sheets spelt out for calamine, out.

MS-XLSB 2.3 and 2.4 have the numbers and layouts of the records.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from riskbook.borrowed import Around, address, calls_out, fetches_pages
from riskbook.package import core, main_part, properties, relations, serving
from riskbook.pinned import pinned
from riskbook.safe import Package, Reason, Unreadable


def around(package: Package, wanted: Callable[[str], bool]) -> Around:
    """Everything but the cells; the parts around them are those of an .xlsx, some of them made of records.

    Raises:
        Unreadable: a part is damaged, or passes a limit.
    """
    top = relations(package, "")
    main = main_part(top)
    links = relations(package, main)
    content = _content(package, main)
    worksheets = {part.lower() for part in serving(links, "worksheet")}
    read = [(name, links[id_].target) for name, id_ in _sheets(content) if wanted(name) and id_ in links]
    leads = pinned(package, links, read, partial(_reached, package), partial(_commented, package))
    return Around(
        mended=lambda part, content: _spelt_out(content) if part in worksheets else content,
        properties={k: v for part in serving(top, "customproperties") for k, v in properties(package, part).items()},
        core={k: v for part in serving(top, "coreproperties") for k, v in core(package, part).items()},
        pinned=replace(leads, connections=leads.connections or fetches_pages(content)),
        calling={name: tuple(_calling(package, part)) for name, part in read if part.lower() in worksheets},
    )


def _content(package: Package, part: str) -> bytes:
    return b"".join(package.chunks(part))


def _sheets(content: bytes) -> Iterator[tuple[str, str]]:
    """The sheets that the workbook's part lists, each with the relationship that leads to its own."""
    for _, kind, body in _records(content):
        if kind == _SHEET:
            id_, rest = _text(body[8:])
            yield _text(rest)[0], id_


def _reached(package: Package, part: str) -> Iterator[str]:
    """Where an external link leads to: a workbook or an OLE source by its relationship, a DDE server as it is named."""
    yield from (link.target for link in relations(package, part).values() if link.outside)
    for _, kind, body in _records(_content(package, part)):
        if kind == _LINK and body[:2] == _DDE:
            server, rest = _text(body[2:])
            yield f"{server}|{_text(rest)[0]}"


def _commented(package: Package, part: str) -> Iterator[str]:
    for _, kind, body in _records(_content(package, part)):
        if kind == _COMMENT:
            yield address(_number(body, 4), _number(body, 12))


def _calling(package: Package, part: str) -> Iterator[str]:
    """The cells whose formulas reach out of the workbook."""
    row = 0
    for _, kind, body in _records(_content(package, part)):
        if kind == _ROW:
            row = _number(body, 0)
        elif kind in _FORMULAS and calls_out(body):
            yield address(row, _number(body, 0))
        elif kind in _SHARED_FORMULAS and calls_out(body):
            yield address(_number(body, 0), _number(body, 8))


def _spelt_out(content: bytes) -> bytes:
    """A sheet of an .xlsb in which every cell says its column, and an error value is a text.

    Some programs leave the column out where it is the next one; calamine passes over such cells.
    """
    out, column = bytearray(), -1
    for whole, kind, body in _records(content):
        if kind == _ROW:
            column = -1
        elif kind in _CELLS:
            column = _number(body, 0)
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
            raise Unreadable(Reason.DAMAGED, "one of its parts breaks off")
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


def _number(body: bytes, place: int) -> int:
    return int.from_bytes(body[place : place + 4], "little")


def _text(body: bytes) -> tuple[str, bytes]:
    """A text with its length before it, and what stands after it; a text that is none is an empty one."""
    length = _number(body, 0)
    end = 4 + 2 * (0 if length == _NO_TEXT else length)
    return body[4:end].decode("utf-16-le", "replace"), body[end:]


# Records by MS-XLSB 2.3.1. Of a sheet: the cells, and those whose column is the next one, in the same order.
_ROW = 0
_CELLS = (*range(1, 12), 62)
_NEXT_CELLS = range(12, 19)
_ERRORS = (3, 11)
_TEXT = 6
_FORMULAS = range(8, 12)
_SHARED_FORMULAS = (426, 427)
_SHEET = 156
_LINK, _DDE = 360, b"\x01\x00"
_COMMENT = 635
_NO_TEXT = 0xFFFFFFFF
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
