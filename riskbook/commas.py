"""The bytes of a CSV file in, a Book of one grid out; and how text stands in a CSV so that no program calculates it."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable
from pathlib import PurePath

from riskbook.borrowed import cell, grid
from riskbook.pinned import Pinned
from riskbook.read import Book
from riskbook.safe import LIMITS, Kind, Limits, Reason, Unreadable, inspect

Reader = Callable[[bytes, str, Callable[[str], bool]], Book]


def or_csv(reader: Reader) -> Reader:
    """A reader that reads CSV files too: those that are called so and hold nothing but text."""

    def either(data: bytes, name: str, wanted: Callable[[str], bool]) -> Book:
        is_csv = PurePath(name).suffix.lower() == SUFFIX and inspect(data) is Kind.NOT_WORKBOOK
        return read(data, name, wanted) if is_csv else reader(data, name, wanted)

    return either


def read(data: bytes, name: str, wanted: Callable[[str], bool] = lambda _: True, limits: Limits = LIMITS) -> Book:
    """Read a CSV file as Excel would lay it out: one sheet, called what the file is called, all of it text.

    Raises:
        Unreadable: it is larger than the limits, is no text, or its columns cannot be made out for certain.
    """
    inspect(data, limits)
    text, notes = _decoded(data)
    rows, delimiter = _rows(text)
    if delimiter != ",":
        notes.append(f"The columns of this CSV file are parted by {_CALLED[delimiter]}.")
    marked = sum(unguarded(text) != text for row in rows for text in row)
    if marked:
        notes.append(f"{marked} of its cells begin with an apostrophe that marks text; it is not read as part of it.")
    sheet = PurePath(name).stem[:_SHEET]
    typed = ((n, at, unguarded(value)) for n, row in enumerate(rows, 1) for at, value in enumerate(row, 1))
    cells = (one for n, at, value in typed if (one := cell(n, at, value)))
    return Book(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        kind=Kind.CSV,
        sheets=((sheet, "visible"),),
        grids=(grid(sheet, "visible", cells, limits),) if wanted(sheet) else (),
        names={},
        properties={},
        core={},
        pinned=Pinned(),
        notes=tuple(notes),
    )


def guarded(text: str) -> str:
    """Text as it stands in a CSV: with ' before what a program might take for a formula (OWASP, "CSV Injection").

    Text that has such a ' of its own is given another, so that ``unguarded`` gives every text back.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """Text as it was before it was guarded."""
    return text[1:] if text.startswith("'") and _FORMULA.match(text) else text


SUFFIX = ".csv"
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_SHEET = 31
"""Characters that Excel gives the name of a sheet."""
_CALLED = {",": "commas", ";": "semicolons", "\t": "tabs"}


def _decoded(data: bytes) -> tuple[str, list[str]]:
    """The text, and a note where it was read other than as UTF-8."""
    if b"\0" in data:
        raise Unreadable(Reason.NOT_A_WORKBOOK, "it is not text, as a CSV file is")
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError:
        pass
    try:
        return data.decode("cp1252"), [
            "The text of this file was read as Windows-1252, and not as UTF-8: look at £ signs and accents."
        ]
    except UnicodeDecodeError as error:
        detail = "its text is neither UTF-8 nor Windows-1252; save it as “CSV UTF-8”"
        raise Unreadable(Reason.DAMAGED, detail) from error


def _rows(text: str) -> tuple[list[list[str]], str]:
    """The rows, and what parts their columns: what the file says, or what parts them evenly and nothing else does."""
    stated = re.match(r"sep=([,;\t])\r?\n", text)
    delimiters = [stated[1]] if stated else [*_CALLED]
    parted = {one: _parted(text[stated.end() if stated else 0 :], one) for one in delimiters}
    tables = [one for one, rows in parted.items() if _share(rows) > HALF]
    found = [one for one in tables if _share(parted[one]) == 1] or tables
    if len(found) != 1:
        several = " or ".join(_CALLED[one] for one in found)
        why = f"its columns may be parted by {several}" if found else "no columns can be made out in it"
        raise Unreadable(Reason.DAMAGED, f"{why}; open it in Excel and save it as .xlsx")
    return parted[found[0]], found[0]


def _parted(text: str, delimiter: str) -> list[list[str]]:
    """The rows as one delimiter parts them; none where quotation marks do not pair up."""
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        return []


HALF = 0.5
"""More than this share of rows must have as many columns before they are taken for a table."""


def _share(rows: list[list[str]]) -> float:
    """The share of rows that have the commonest number of columns; none where that is one column."""
    widths = Counter(len(row) for row in rows if row)
    ((width, count),) = widths.most_common(1) or [(0, 0)]
    return count / widths.total() if width > 1 else 0
