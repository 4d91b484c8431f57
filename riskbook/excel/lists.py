"""Settings, columns and rules in; the hidden sheet Lists, to which the form's names lead, out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from riskbook.excel import form_looks, live
from riskbook.excel.book import Page, address
from riskbook.forms import IMPACT, LIKELIHOOD, MARKS, TO_READ, Column
from riskbook.kinds import Choice, Flag, Step
from riskbook.matrix import Level, Matrix, Score
from riskbook.model import Scope
from riskbook.report import ready
from riskbook.report.form import directorate_risks, parent_words
from riskbook.rules import posts
from riskbook.settings import Context

SHEET = "Lists"


class Grid(NamedTuple):
    """A grid of the matrix, a cell for every two spellings."""

    name: str
    rows: tuple[tuple[str | int, ...], ...]


def write(
    page: Page,
    scope: Scope,
    columns: Iterable[Column],
    words: Mapping[str, str],
    context: Context,
    to_read: Sequence[str] = (),
) -> dict[str, str]:
    """Write the sheet; its names come back. ``to_read`` are the sheets that an interview pack has to read besides."""
    lists = _lists(scope, columns, words, context)
    lists |= {TO_READ: to_read} if to_read else {}
    named = {}
    for column, (name, values) in enumerate(lists.items()):
        page.text(0, column, name, form_looks.TABLE_HEAD)
        for row, value in enumerate(values, 1):
            _write(page, row, column, value)
        whole = address((1, column, max(1, len(values)), column))
        named[name] = f"={SHEET}!{whole if len(values) > 1 else whole.partition(':')[0]}"
    below = 3 + max(len(values) for values in lists.values())
    for grid in grids(context.settings.matrix):
        page.text(below, 0, grid.name, form_looks.TABLE_HEAD)
        for row, values in enumerate(grid.rows, below + 1):
            for column, value in enumerate(values):
                _write(page, row, column, value)
        named[grid.name] = f"={SHEET}!{address((below + 1, 0, below + len(grid.rows), len(grid.rows[0]) - 1))}"
        below += len(grid.rows) + 2
    page.protect({})
    page.hide()
    return named


def grids(matrix: Matrix) -> tuple[Grid, ...]:
    """Band, number and rank of every pair of spellings; a question mark where there is no step."""
    return (
        Grid("rb_grid", _grid(matrix, lambda score: matrix.band(score).name)),
        Grid("rb_scores", _grid(matrix, matrix.number)),
        Grid("rb_ranks", _grid(matrix, matrix.rank)),
    )


def scope_words(scope: Scope) -> str:
    """The refs that a form was issued for, and whether new rows belong to it."""
    return " and ".join(part for part in (", ".join(scope.refs), "new rows" if scope.takes_new else "") if part)


def _lists(
    scope: Scope, columns: Iterable[Column], words: Mapping[str, str], context: Context
) -> dict[str, Sequence[str | int]]:
    """What each name leads to, where that is one column."""
    settings, matrix = context.settings, context.settings.matrix
    known: dict[str, Sequence[str | int]] = {}
    for column in columns:
        if isinstance(column.kind, Step):
            known[column.kind.name] = [str(level) for level in column.kind.levels(matrix)]
        if isinstance(column.kind, Choice):
            known[column.kind.name] = column.kind.options(settings)
        if isinstance(column.kind, Flag):
            known[column.kind.name] = ("Yes", "No")
    return known | {
        "rb_parents": [parent_words(entry) for entry in directorate_risks(context)],
        live.SPELT["impact"]: _spelt(IMPACT.levels(matrix)),
        live.SPELT["likelihood"]: _spelt(LIKELIHOOD.levels(matrix)),
        "rb_full": [band.name for band in matrix.bands if band.rank >= settings.lines.full_from.rank],
        "rb_top": [settings.lines.top.name],
        "rb_bottom": [settings.lines.bottom.name],
        "rb_tolerance": [settings.appetite.tolerance],
        "rb_groups": settings.lists.owner_groups,
        "rb_directors": [one.post or one.name for one in posts.assistant_directors(context)],
        "rb_posts": sorted(set(posts.names(context.directory, context.on))),
        MARKS["scope"]: [scope_words(scope)],
        **{name: [said] for name, said in words.items()},
    }


def _spelt(levels: Sequence[Level]) -> list[str]:
    return [f"{spelling}{live.MARK}" for spelling, _ in ready.spellings(levels)]


def _grid(matrix: Matrix, told: Callable[[Score], str | int]) -> tuple[tuple[str | int, ...], ...]:
    across = [step for _, step in ready.spellings(matrix.likelihood)]
    down = [step for _, step in ready.spellings(matrix.impact)]
    return tuple(tuple(told(Score(i, j)) if i and j else "?" for j in across) for i in down)


def _write(page: Page, row: int, column: int, value: str | int) -> None:
    if isinstance(value, str):
        page.text(row, column, value, form_looks.PLAIN)
    else:
        page.number(row, column, value, form_looks.PLAIN)
