"""Filled-in copies of the long list for next year in; all that was said in them, each with its cell, out."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from riskbook import ingest
from riskbook.findings import Finding
from riskbook.forms import PROPOSED, Column, by_key
from riskbook.grid import Grid
from riskbook.kinds import Text
from riskbook.model import Entry, Register
from riskbook.places import Place
from riskbook.placing import is_new
from riskbook.read import Book
from riskbook.rounds import Round, financial_year
from riskbook.rules import proposals as rules
from riskbook.settings import Context
from riskbook.tables import Row, find_header, headings, read, shown
from riskbook.text import folded, words_only

SHEET = "Long list"
"""The sheet that is filled in."""
NOTHING = "–"
"""What stands on a list where the register has no words."""
NEW_ROWS = 10
"""So many blank rows stand under the list, for risks that nobody has told yet."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one cell of a copy says: about which risk (a new one by its title), under which heading, where.

    ``key`` is that of the long list's own columns, and "comment" for every other.
    """

    ref: str
    title: str
    key: str
    heading: str
    words: str
    place: Place

    @property
    def about(self) -> str:
        """What tells the risk from every other: its ref, or the title of a new one."""
        return self.ref or folded(self.title)


@dataclass(frozen=True, slots=True)
class Together:
    """All that was said in some copies, in the order of their names; ``copies`` are the names."""

    copies: tuple[str, ...] = ()
    said: tuple[Said, ...] = ()
    findings: tuple[Finding, ...] = ()

    def of(self, about: str, *keys: str) -> tuple[Said, ...]:
        """What was said of one risk under some columns."""
        return tuple(one for one in self.said if one.about == about and one.key in keys)


def coming(round_: Round) -> str:
    """The year whose risks a round proposes and confirms: the one after its own."""
    return financial_year(round_.year + 1)


def wanted(name: str) -> bool:
    """Whether a sheet of a copy is looked at."""
    return folded(name) == folded(SHEET)


def together(books: Iterable[Book], register: Register, context: Context) -> Together:
    """Put copies together. The order in which they are given does not matter, and nothing in them is lost."""
    once: dict[str, Book] = {}
    names: list[str] = []
    said: list[Said] = []
    findings: list[Finding] = []
    for book in sorted(books, key=lambda book: (len(book.name), book.name)):
        if once.setdefault(book.sha256, book) is not book:
            facts = {"other": once[book.sha256].name}
            findings.append(rules.SAME_COPY.finding(Place(book.name), facts))
    for book in sorted(once.values(), key=lambda book: (book.name, book.sha256)):
        told, found = _copy(book, register, context)
        findings += found
        if told is not None:
            names.append(book.name)
            said += told
    return Together(tuple(names), tuple(said), tuple(findings))


def another_year(book: Book, grid: Grid, context: Context) -> Finding | None:
    """That the title over a list names another year than the one to come."""
    year = coming(context.round)
    for cell in grid.cells:
        theirs = re.search(r"\b20\d{2}-\d{2}\b", shown(cell)) if cell.row == 1 else None
        if theirs and theirs[0] != year:
            place = Place(book.name, grid.name, cell.row, cell.column)
            return rules.ANOTHER_YEAR.finding(place, {"theirs": theirs[0], "year": year}, value=shown(cell))
    return None


def sheet_of(book: Book, name: str) -> Grid | None:
    """The sheet of a name."""
    return next((grid for grid in book.grids if folded(grid.name) == folded(name)), None)


def titles(entry: Entry) -> tuple[str, ...]:
    """What may stand under Risk for a risk of the register without anybody having changed it."""
    told = entry.now.title or entry.now.event or "No title"
    return told, f"{told} (exempt)"


def changed_words(row: Row, entry: Entry) -> Iterator[Finding]:
    """What somebody wrote over a risk's title or event on a list: it changes nothing, and is said."""
    known = {"title": titles(entry), "event": (entry.now.event or NOTHING,)}
    for key, words in known.items():
        typed = str(row.values.get(key, ""))
        if typed and _CONTINUED not in typed and folded(typed) not in map(folded, words):
            heading = by_key(PROPOSED)[key].header
            facts = {"ref": entry.ref, "typed": typed, "known": words[0], "heading": heading}
            about = {"ref": entry.ref, "field": heading, "value": typed, "key": key}
            yield rules.OTHER_WORDS.finding(row.source.place(key), facts, **about)


_CONTINUED = "(continued on "
"""What a cell ends in that is too long for paper."""
_OWN = by_key(PROPOSED)
_TOLD = ("proposal", "into", "owner")
_DO = "Send back the workbook that `riskbook propose` wrote, with its sheet filled in."


def _copy(book: Book, register: Register, context: Context) -> tuple[list[Said] | None, list[Finding]]:
    """What one copy says; None where it is no copy of this year's list."""
    findings = list(ingest.about(book))
    grid = sheet_of(book, SHEET)
    asked = _asked(grid) if grid else ()
    table, found = read(grid, book.name, book.sha256, asked, context.settings) if grid and asked else (None, [])
    findings += found
    if grid is None or table is None:
        missing = rules.NO_LIST.finding(Place(book.name), {"sheet": SHEET, "do": _DO})
        return None, findings if found else [*findings, missing]
    if wrong := another_year(book, grid, context):
        return None, [*findings, wrong]
    findings += ingest.uncalculated(book, table)
    said: list[Said] = []
    for row in table.rows:
        told, found = _row(row, asked, register)
        said += told
        findings += found
    if not said:
        place = Place(book.name, grid.name)
        findings.append(rules.NOTHING_SAID.finding(place, {"sheet": SHEET}))
    return said, findings


def _asked(grid: Grid) -> tuple[Column, ...]:
    """The list's own columns, and every other that stands on the sheet: a comment."""
    header = find_header(grid, PROPOSED)
    if header is None:
        return ()
    own = {words_only(column.header) for column in PROPOSED}
    theirs = dict.fromkeys(parts[-1] for parts in headings(grid, header).values() if words_only(parts[-1]) not in own)
    return (*PROPOSED, *(Column(f"comment {name}", name, Text()) for name in theirs))


def _row(row: Row, asked: tuple[Column, ...], register: Register) -> tuple[list[Said], list[Finding]]:
    """What a row says; nothing where only riskbook's own words stand in it."""
    ref = str(row.values.get("ref", ""))
    entry = register.by_ref.get(ref)
    new = is_new(ref)
    title = str(row.values.get("title", "")) if new or entry is None else titles(entry)[0]
    keys = [column.key for column in asked if column.key in _TOLD or column.key not in _OWN]
    said = [one for key in keys if (one := _said(row, key, asked, "" if new else ref, title))]
    said += [
        Said("" if new else ref, title, "comment", heading, words, row.source.place()) for heading, words in row.other
    ]
    if new:
        more = [_said(row, key, asked, "", title) for key in ("title", "event")]
        said = [one for one in more if one] + said
        missing = [rules.NO_TITLE.finding(row.source.place("title"), {}, key="title")] if said and not title else []
        return said, missing
    findings = list(changed_words(row, entry)) if entry else []
    said += [one for found in findings if (one := _said(row, found.key, asked, ref, title))]
    if said and (entry is None or not entry.open):
        facts = {"ref": ref, "round": register.round}
        findings.append(rules.UNKNOWN_REF.finding(row.source.place("ref"), facts, ref=ref, field="Ref", value=ref))
    return said, findings


def _said(row: Row, key: str, asked: tuple[Column, ...], ref: str, title: str) -> Said | None:
    """What stands in one cell, as it was typed where it cannot be read."""
    words = str(row.values.get(key, "")) or dict(row.unread).get(key, "")
    if not words:
        return None
    heading = by_key(asked)[key].header
    return Said(ref, title, key if key in _OWN else "comment", heading, words, row.source.place(key))
