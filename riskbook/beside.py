"""The register as it stands and as riskbook wrote it in; a question for what people put beside its tables, out."""

from collections import Counter
from collections.abc import Iterator

from riskbook import store
from riskbook.findings import Finding
from riskbook.forms import Column
from riskbook.grid import Cell, Grid
from riskbook.kinds import listed
from riskbook.places import Place
from riskbook.read import Book
from riskbook.rules import registers
from riskbook.settings import Settings
from riskbook.tables import read, shown

NAMED = 5
"""So many cells of a column are named, and the others counted."""


def tables(stands: Book, wrote: Book, settings: Settings) -> list[Finding]:
    """A question for every sheet that is not riskbook's, every column beside a table, and every sheet with comments.

    riskbook writes the register anew, and what is in none of its tables has no place there.
    """
    findings = []
    ours = {name for name, _ in wrote.sheets}
    for name, _ in stands.sheets:
        if name not in ours:
            findings.append(_finding(stands, Place(stands.name, name), "the whole sheet"))
    for grid in stands.grids:
        written = wrote.grid(grid.name)
        if written and grid.name in store.SHEETS:
            columns = store.SHEETS[grid.name]
            findings += _cells(
                stands, grid, _more(_outside(grid, columns, settings), _outside(written, columns, settings))
            )
    for name, cells in stands.pinned.comments.items():
        if name in ours:
            what = f"a comment on {_some(list(cells))}"
            findings.append(_finding(stands, Place(stands.name, name), what))
    return findings


def _outside(grid: Grid, columns: tuple[Column, ...], settings: Settings) -> list[Cell]:
    """The cells over a table and to the sides of it."""
    table, _ = read(grid, "", "", columns, settings, errors=frozenset())
    if table is None:
        return list(grid.cells)
    known = set(table.columns.values())
    return [cell for cell in grid.cells if cell.row < table.header or cell.column not in known]


def _more(now: list[Cell], was: list[Cell]) -> Iterator[Cell]:
    """The cells that were not written there, wherever rows that were put in have moved the others."""
    left = Counter(shown(cell) for cell in was)
    for cell in now:
        left[shown(cell)] -= 1
        if shown(cell) and left[shown(cell)] < 0:
            yield cell


def _cells(book: Book, grid: Grid, cells: Iterator[Cell]) -> Iterator[Finding]:
    """A finding for each column."""
    columns: dict[int, list[Cell]] = {}
    for cell in cells:
        columns.setdefault(cell.column, []).append(cell)
    for column, found in sorted(columns.items()):
        place = Place(book.name, grid.name, found[0].row, column)
        where = [Place("", "", cell.row, cell.column).cell for cell in found]
        yield _finding(book, place, f"“{shown(found[0])}” in {where[0]}" if len(where) == 1 else _some(where))


def _finding(book: Book, place: Place, what: str) -> Finding:
    facts = {"what": what, "sheet": place.sheet, "copy": book.sha256[:12]}
    return registers.BESIDE.finding(place, facts, value=what)


def _some(cells: list[str]) -> str:
    more = [f"{len(cells) - NAMED} more"] if len(cells) > NAMED else []
    return listed([*cells[:NAMED], *more], "and")
