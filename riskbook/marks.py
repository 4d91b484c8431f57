"""A Book in; which return it is out: unit, round, issue and form, by whatever marks have survived."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from riskbook.directory import Directory
from riskbook.findings import Finding
from riskbook.forms import LABELS, MARKS, RISKS, SHEETS
from riskbook.grid import Cell, Grid
from riskbook.kinds import spelt
from riskbook.places import Place, number
from riskbook.read import Book
from riskbook.rules import books
from riskbook.tables import DEEPEST_HEADER, find_header, shown
from riskbook.text import folded, words_only


@dataclass(frozen=True, slots=True)
class Marks:
    """What a workbook says it is, as text by mark, and the labelled cells on Start by key.

    ``spots`` are the (row, column) beside every label, filled or not.
    """

    said: Mapping[str, str]
    cells: Mapping[str, Cell]
    spots: Mapping[str, tuple[int, int]]
    start: str
    findings: tuple[Finding, ...]


def read(book: Book, directory: Directory) -> Marks:
    """Gather every mark; where two disagree, the one that people can see stands, and that is a question."""
    cells, spots, start = _labelled(book)
    gathered: dict[str, list[tuple[str, str]]] = {mark: [] for mark in MARKS}
    for mark, text, where in _all(book, cells, directory):
        if text and mark in gathered:
            gathered[mark].append((text, where))
    findings = []
    for mark, told in gathered.items():
        other = next(((text, where) for text, where in told if folded(text) != folded(told[0][0])), None)
        if other:
            facts = {"what": LABELS.get(mark, mark), "one": told[0][0], "first": told[0][1]}
            facts |= {"other": other[0], "second": other[1]}
            findings.append(books.MARKS_DISAGREE.finding(Place(book.name), facts))
    said = {mark: told[0][0] for mark, told in gathered.items() if told}
    return Marks(said, cells, spots, start, tuple(findings))


def sheet(book: Book, name: str) -> Grid | None:
    """The sheet that people type in under one of its names, whatever its case and spacing."""
    names = map(folded, (name, *SHEETS[name]))
    return next((grid for known in names for grid in book.grids if folded(grid.name) == known), None)


def listed(book: Book, name: str) -> tuple[str, ...]:
    """A list that a form was issued with, as the steps of an axis, from its hidden ones; nothing where it has none."""
    lists = book.grid("Lists")
    rows = lists.rows if lists else {}
    at = next((at for at, cell in rows.get(1, {}).items() if cell.value == name), 0)
    found: list[str] = []
    while cell := rows.get(len(found) + 2, {}).get(at):
        found.append(shown(cell))
    return tuple(found)


def wanted(name: str) -> bool:
    """Whether a sheet is looked at: one of a return, its hidden lists for the scope, or one called much like Risks."""
    return folded(name) in _READ | {"lists"} or (not is_ours(name) and any(like in words_only(name) for like in _LIKE))


def is_ours(name: str) -> bool:
    """Whether a sheet is one that the form has, to read or to type in."""
    return folded(name) in {*map(folded, SHEETS), "directorate risks", "how to score", "lists"}


_READ = {folded(known) for given, also in SHEETS.items() for known in (given, *also)}
_LIKE = tuple(words_only(known) for given in ("Risks", "Actions") for known in (given, *SHEETS[given]))


def _labelled(book: Book) -> tuple[dict[str, Cell], dict[str, tuple[int, int]], str]:
    """The facts to the right of Start's labels, where they stand, and the sheet; an old form has them over Risks."""
    keys = {folded(label): key for key, label in LABELS.items()}
    found: dict[str, Cell] = {}
    spots: dict[str, tuple[int, int]] = {}
    start = ""
    for name in ("Start", "Risks"):
        grid = sheet(book, name)
        rows = grid.rows if grid else {}
        header = find_header(grid, RISKS) if grid and name == "Risks" else None
        over = [row for number, row in rows.items() if number < (header or DEEPEST_HEADER)]
        for label in (label for row in over for _, label in sorted(row.items())):
            key, fact = keys.get(folded(shown(label))), rows[label.row].get(label.column + 1)
            if grid and key and key not in found:
                spots[key] = (label.row, label.column + 1)
                if fact:
                    found[key] = fact
                    start = start or grid.name
    return found, spots, start


def _all(book: Book, cells: Mapping[str, Cell], directory: Directory) -> Iterator[tuple[str, str, str]]:
    """Every mark there is: (which, what it says, where it stands), those that people see first."""
    for mark in MARKS:
        if mark in cells:
            yield mark, shown(cells[mark]), f"“{LABELS[mark]}” on Start"
    for mark, name in MARKS.items():
        if cell := _named(book, name):
            yield mark, shown(cell), f"the name {name}"
    for mark in MARKS:
        if f"riskbook {mark}" in book.properties:
            yield mark, spelt(book.properties[f"riskbook {mark}"]), "the document properties"
    risks = sheet(book, "Risks")
    for cell in risks.cells if risks else ():
        heading = re.fullmatch(r"(.+) · (\d{4}-\d\d \w+)", shown(cell)) if cell.row <= 3 else None
        if heading:
            codes = [unit.code for unit in directory.units if folded(unit.name) == folded(heading[1])]
            # Of two units with one name the heading does not say which.
            yield "unit", codes[0] if len(codes) == 1 else "", "the heading of Risks"
            yield "round", heading[2], "the heading of Risks"


def _named(book: Book, name: str) -> Cell | None:
    """The cell that a defined name points at; where a program has dropped the names, the one that it heads on Lists."""
    found = re.fullmatch(r"'?(.+?)'?!\$?([A-Z]+)\$?(\d+)", book.names.get(name, "").lstrip("="))
    if found is None:
        lists = book.grid("Lists")
        rows = lists.rows if lists else {}
        return next((rows.get(2, {}).get(at) for at, cell in rows.get(1, {}).items() if cell.value == name), None)
    grid = book.grid(found[1].replace("''", "'"))
    return grid.rows.get(int(found[3]), {}).get(number(found[2])) if grid else None
