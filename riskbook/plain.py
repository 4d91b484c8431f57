"""A part's bytes in; its rows or its texts out, where it is written as plainly as most programs write them.

A pattern takes in a cell at once, where a walk is called at each of its tags: it takes a third of the time. It speaks
only for parts that expat finds well-formed and that hold nothing else than it knows; a walk reads all others.
"""

import re
from collections.abc import Collection, Iterator
from xml.parsers import expat

from riskbook.package import MAIN, Attributes, Ends, Starts, unescape, walk_chunks
from riskbook.safe import MIB

LARGEST = 16 * MIB
"""Parts above this are walked through: a pattern has all of the part at hand, as bytes and as text."""

Stored = tuple[str, str, str, str, str | None, str | None, str]
"""A cell as it is written: its column, row, style and type; its formula, its entities not yet resolved, and its value,
each None where it has none; then nothing. Or a row: its attributes, after nothing of all that."""


def rows(data: bytes, part: str, starts: Starts, ends: Ends, skip: Collection[str] = ()) -> str | None:
    """The rows of a worksheet, to be given to ``cells``; None where they are not plain. All else is walked through."""
    return _inside(data, part, "sheetData", _ROWS, starts, ends, skip)


def texts(data: bytes, part: str) -> str | None:
    """The shared texts, to be given to ``strings``; None where they are not plain: of several runs, say."""
    return _inside(data, part, "sst", _TEXTS, {}, {}, ())


def cells(written: str, whole: bool = True) -> Iterator[Stored]:
    """The rows and the cells of a worksheet, in the order in which they are written.

    Where it need not be ``whole``, rows are left out, and cells that are told to be empty in the shortest way.
    """
    pattern = _CELL_OR_ROW if whole else _FILLED
    # What the pattern finds is at hand for one row at a time.
    for piece in written.split("</row>"):
        for letters, digits, style, kind, formula, calculation, holder, value, row in pattern.findall(piece):
            stored = None
            if holder:
                stored = text(value) if "&" in value else value
                # The text of a cell of its own is escaped as shared texts are.
                stored = stored if holder == "v" else unescape(stored)
            yield letters, digits, style or "0", kind or "n", calculation if formula else None, stored, row


def strings(written: str) -> list[str]:
    """The shared texts in their order, but for what ``unescape`` does."""
    found: list[str] = _STRING.findall(written)
    return list(map(text, found)) if "&" in written else found


def text(written: str) -> str:
    """A text of XML with its entities resolved."""
    if "&" not in written:
        return written
    if "&#" in written:
        return _ENTITY.sub(_resolved, written)
    for name, sign in _NAMED.items():
        written = written.replace(f"&{name};", sign)
    return written


def attributes(written: str) -> dict[str, str]:
    """The attributes of a tag."""
    return {name: text(value) for name, value in _ATTRIBUTE.findall(written)}


def _inside(
    data: bytes,
    part: str,
    name: str,
    filling: re.Pattern[str],
    starts: Starts,
    ends: Ends,
    skip: Collection[str],
) -> str | None:
    """What stands in an element, where that is plain; the part without it is walked through."""
    if (cut := _cut(data, name, filling)) is None:
        return None
    around, written = cut
    met: list[Attributes] = []
    walk_chunks([around], part, MAIN, {**starts, name: met.append}, ends, skip)
    # The element must be the part's own: by its namespace, and not where it would be passed over.
    return written if len(met) == 1 else None


def _cut(data: bytes, name: str, filling: re.Pattern[str]) -> tuple[bytes, str] | None:
    """Cut an element's content out of a part that is plain UTF-8, where it is wholly of one pattern.

    The element remains, as an empty one.
    """
    if len(data) > LARGEST or not _BEGINNING.match(data) or not _well_formed(data):
        return None
    opening = re.search(rf"<{name}{_ATTRIBUTES}(?<!/)>".encode(), data)
    end = data.rfind(f"</{name}>".encode())
    if opening is None or end < 0:
        return None
    inside = data[opening.end() : end].decode()
    # A row may declare a namespace of its own; a carriage return is read as a line feed.
    if "xmlns" in inside or "\r" in inside or not filling.fullmatch(inside):
        return None
    return data[: opening.end()] + data[end:], inside


def _well_formed(data: bytes) -> bool:
    """Whether a part is well-formed, and made of nothing but elements: a tag in a comment is none."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = _refuse
    parser.CommentHandler = parser.StartCdataSectionHandler = _refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, _OtherwiseError):
        return False
    return True


class _OtherwiseError(Exception):
    """A part holds something else than elements."""


def _refuse(*_: object) -> None:
    raise _OtherwiseError


def _resolved(found: re.Match[str]) -> str:
    named, hexadecimal, decimal = found.groups()
    return _NAMED[named] if named else chr(int(hexadecimal, 16) if hexadecimal else int(decimal))


_BEGINNING = re.compile(
    rb"""(?:\xef\xbb\xbf)?(?:<\?xml version="1.0"(?: encoding="utf-8")?(?: standalone="(?:yes|no)")? ?\?>)?\s*<[a-z]""",
    re.IGNORECASE,
)
_ATTRIBUTES = """(?:[^<>"']|"[^"]*")*"""
_ATTRIBUTE = re.compile(r"""([^\s=]+)="([^"]*)\"""")
_FORMULA = f"<f{_ATTRIBUTES}(?:/>|>([^<]*)</f>)"
_VALUE = '<(v|is><t(?: xml:space="preserve")?)(?:>([^<]*)</(?:v|t></is)>| ?/>)'
_AT = '<c r="([A-Z]{1,3})([0-9]{1,7})"(?: s="([0-9]+)")?(?: t="([A-Za-z]+)")?'
_HOLDING = f">({_FORMULA})?(?:{_VALUE})?</c>"
_CELL = f"{_AT}(?: ?/>|{_HOLDING})"
_ROWS = re.compile(f'(?>{_CELL}|<row r="[0-9]+"{_ATTRIBUTES}>|</row>)*+')
_CELL_OR_ROW = re.compile(f"{_CELL}|<row({_ATTRIBUTES})>")
_FILLED = re.compile(f"{_AT}{_HOLDING}()")
_STRING = re.compile('<si><t(?: xml:space="preserve")?>([^<]*)</t></si>')
_TEXTS = re.compile('(?><si><t(?: xml:space="preserve")?>[^<]*</t></si>)*+')
_ENTITY = re.compile("&(?:([a-z]+)|#x([0-9A-Fa-f]+)|#([0-9]+));")
_NAMED = {"quot": '"', "lt": "<", "gt": ">", "apos": "'", "amp": "&"}
"""The ampersand is the last: "&amp;lt;" is the text "&lt;"."""
