"""A table of somebody else's register and what a mapping says of it in; rows as our forms have them out."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz import process

from riskbook.adopt import layout
from riskbook.adopt.mapping import AXES, RATINGS, Table, plain
from riskbook.adopt.translation import Apart, Rated, Translated, axis_of
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, RISKS, Asked, Column, by_key
from riskbook.grid import Cell, Grid, Type
from riskbook.kinds import Kind, Step, Text, listed, said, spelt
from riskbook.places import Place, letters, number
from riskbook.read import Book
from riskbook.rules import adoption, cells
from riskbook.sentences import REF_TITLE, given
from riskbook.settings import Settings
from riskbook.tables import Reader, Row, shown
from riskbook.text import fitting, folded, short, words_only
from riskbook.toml import SettingsError

THEIR_REF = "Their ref"
"""The heading under which a ref of theirs is carried."""


@dataclass(frozen=True, slots=True)
class Where:
    """A table of a workbook: the file of its mapping and its name there, its grid, and its headings by column."""

    book: Book
    file: str
    name: str
    table: Table
    grid: Grid
    headings: Mapping[int, str]

    def column(self, theirs: str, key: str) -> int:
        """The column that a heading, or "column F", names.

        Raises:
            SettingsError: none has that heading, or several.
        """
        named = [c for c, heading in self.headings.items() if plain(heading) == plain(theirs)]
        named = named or [c for c, heading in self.headings.items() if words_only(heading) == words_only(theirs)]
        lettered = re.fullmatch(r"column ([A-Z]{1,3})", plain(theirs), re.IGNORECASE)
        if not named and lettered:
            return number(lettered[1])
        if len(named) == 1:
            return named[0]
        where = f"{self.file}, {self.name}.{key}"
        if named:
            spelt_ = listed([f"“column {letters(c)}”" for c in named])
            raise SettingsError(f"{where}: “{theirs}” is the heading of several columns; write {spelt_}.")
        near = process.extractOne(theirs, self.headings.values(), processor=folded, score_cutoff=60)
        meant = f"did you mean “{plain(near[0])}”?" if near else "name it as it stands there, or by its letter."
        raise SettingsError(f"{where}: the sheet {self.table.sheet} has no heading “{theirs}”; {meant}")

    def written(self, path: str) -> str:
        """Where in the mapping something stands, for people: "[risks.levels.impact]"."""
        kind, _, number = self.name.partition(" ")
        return f"[{kind}.{path}]{number and f' of [[{kind}]] number {number}'}"

    def place(self, row: int = 0, column: int = 0) -> Place:
        """A cell of it."""
        return Place(self.book.name, self.grid.name, row, column)


@dataclass(frozen=True, slots=True)
class Told:
    """A row of theirs as one of ours, without a ref yet.

    ``theirs`` is their ref, ``stated`` the cell of a score that they typed, ``actions`` the actions in the same row.
    """

    row: Row
    theirs: str = ""
    stated: Cell | None = None
    actions: tuple[Row, ...] = ()


@dataclass(slots=True)
class Read:
    """What a table says. ``doing`` are findings about the actions in risks' rows; ``blank`` rows are only numbered."""

    told: list[Told] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    doing: list[Finding] = field(default_factory=list)
    uncalculated: list[Place] = field(default_factory=list)
    blank: int = 0


def where(book: Book, file: str, name: str, table: Table) -> Where:
    """Find a table that a mapping names.

    Raises:
        SettingsError: the workbook has no such sheet.
    """
    grid = book.grid(table.sheet)
    if grid is None:
        sheets = listed([f"“{sheet}”" for sheet, _ in book.sheets], "and")
        raise SettingsError(f"{file}, {name}.sheet: the workbook has no sheet “{table.sheet}”; it has {sheets}.")
    headings = layout.headings(grid, table.headings, table.across)
    return Where(book, file, name, table, grid, {column: plain(" ".join(parts)) for column, parts in headings.items()})


def risks(at: Where, settings: Settings) -> Read:
    """Read a table of risks, and the actions in their rows.

    Raises:
        SettingsError: the mapping names a heading that is not there.
    """
    columns, asked = _asked(at, RISKS, settings)
    action = {key: at.column(theirs, f"action.{key}") for key, theirs in at.table.action.items()}
    doer = Reader(at.book.name, at.book.sha256, at.grid.name, by_key(ACTIONS), action, settings)
    rows = layout.body(at.grid, at.table.area)
    named = [columns[key] for key in ("title", "event") if key in columns]
    one = layout.together(at.grid, rows, columns.get("ref"), named)
    read = Read(findings=list(_spread(at, rows, one)))
    reader, others = _reader(at, asked, columns, rows, settings)
    read.findings += _unused(at, others, rows, action.values())
    numbered: list[int] = []
    for members in one:
        if all(set(layout.typed(rows[n])) <= {columns.get("ref", 0)} for n in members):
            numbered += members
            continue
        done = {n: row for n in members if (row := _action(doer, rows[n], action))}
        left = {n: _without(rows[n], action.values() if n in done else ()) for n in members}
        whole, joined = _joined(members, left)
        read.findings += _say_joined(at, members, joined)
        if row := reader.row(members[0], whole, others):
            read.told.append(_ours(at, row, asked, settings, tuple(done.values())))
    read.blank = len(numbered)
    if numbered:
        refs = [shown(cell) for n in numbered for cell in rows[n].values() if not cell.formula]
        facts = {"rows": spans(numbered), "refs": short(", ".join(refs))}
        read.findings.append(adoption.ONLY_NUMBERED.finding(at.place(numbered[0]), facts))
    read.findings += [*reader.findings, *_always(at, read.told, RISKS, settings)]
    read.doing = doer.findings
    read.uncalculated += [*reader.uncalculated, *doer.uncalculated]
    return read


def actions(at: Where, settings: Settings) -> Read:
    """Read a table of actions; which risk one is for stands there as they call it.

    Raises:
        SettingsError: the mapping names a heading that is not there.
    """
    columns, asked = _asked(at, ACTIONS, settings)
    rows = layout.body(at.grid, at.table.area)
    read = Read(findings=list(_spread(at, rows, [(n,) for n in rows])))
    reader, others = _reader(at, asked, columns, rows, settings)
    read.findings += _unused(at, others, rows, ())
    for n, filled in rows.items():
        if row := reader.row(n, filled, others):
            read.told.append(_ours(at, row, asked, settings))
    read.findings += [*reader.findings, *_always(at, read.told, ACTIONS, settings)]
    read.uncalculated += reader.uncalculated
    return read


def spans(numbers: Iterable[int]) -> str:
    """Row numbers for people: "row 3", "rows 3 and 7 to 9"."""
    found: list[list[int]] = []
    for n in sorted(numbers):
        if found and found[-1][-1] == n - 1:
            found[-1].append(n)
        else:
            found.append([n])
    told = listed([f"{one[0]} to {one[-1]}" if len(one) > 1 else str(one[0]) for one in found], "and")
    return f"rows {told}" if found[0] != found[-1] or len(found[0]) > 1 else f"row {told}"


_NOTHING = {"", "-", "none", "n/a", "na", "nil", "not applicable", "none identified", "none required"}
"""What people write where there is no action."""

Cells = Mapping[int, Cell]


def _asked(at: Where, ours: tuple[Column, ...], settings: Settings) -> tuple[dict[str, int], dict[str, Column]]:
    """In which column each key stands, and how it is read. A cell that says several things stands under the first."""
    known = by_key(ours)
    columns = {key: at.column(theirs, f"columns.{key}") for key, theirs in at.table.columns.items()}
    asked = {key: _translated(at, known[key]) for key in columns}
    for heading, keys in at.table.combined.items():
        key, kind = _combined(at, keys, known)
        columns[key] = at.column(heading, "combined")
        asked[key] = replace(known[key], kind=kind)
    return columns, asked


def _translated(at: Where, column: Column) -> Column:
    """Our column as it is read from theirs: their refs and scores are words, their steps and choices are translated."""
    if column.ours or column.key == "risk_ref":
        return replace(column, kind=Text(), asked=Asked.WISH)
    if isinstance(column.kind, Step):
        return replace(column, kind=_step(at, axis_of(column.key)))
    if column.key in at.table.choices:
        table = {folded(typed): value for typed, value in at.table.choices[column.key].items()}
        name = at.written(f"choices.{column.key}")
        return replace(column, kind=Translated(column.kind, table, at.file, name, "choice", own=True))
    return column


def _step(at: Where, axis: str) -> Translated:
    table = {folded(typed): value for typed, value in at.table.levels.get(axis, {}).items()}
    return Translated(AXES[axis], table, at.file, at.written(f"levels.{axis}"), "step")


def _combined(at: Where, keys: tuple[str, ...], known: Mapping[str, Column]) -> tuple[str, Kind]:
    """The column under which a cell that says several things is read, and how."""
    if keys == REF_TITLE:
        return "title", Apart(keys, known["title"])
    if "event" in keys:
        return "event", Apart(keys, known["event"])
    rating = next(rating for rating in RATINGS if set(rating) == set(keys))
    return rating[0], Rated(keys, {axis: _step(at, axis) for axis in AXES})


def _reader(
    at: Where, asked: Mapping[str, Column], columns: Mapping[str, int], rows: Mapping[int, Cells], settings: Settings
) -> tuple[Reader, dict[int, str]]:
    """What reads the rows, and the columns that are not read as one of ours, with their headings."""
    filled = {column for row in rows.values() for column in row}
    others = {c: at.headings.get(c, f"column {letters(c)}") for c in sorted(filled) if c not in columns.values()}
    return Reader(at.book.name, at.book.sha256, at.grid.name, asked, columns, settings), others


def _spread(at: Where, rows: dict[int, dict[int, Cell]], one: Sequence[tuple[int, ...]]) -> Iterator[Finding]:
    for cell, below in layout.spread(at.grid, rows, one):
        facts = {"typed": short(shown(cell)), "rows": spans(below)}
        yield adoption.SPREAD.finding(at.place(cell.row, cell.column), facts, value=shown(cell))


def _action(doer: Reader, row: Cells, action: Mapping[str, int]) -> Row | None:
    """The action in a risk's row, where there is one."""
    what = row.get(action.get("what", 0))
    if what is None or folded(shown(what)) in _NOTHING:
        return None
    mine = {column: row[column] for column in action.values() if column in row}
    return doer.row(what.row, mine, {})


def _without(row: Cells, columns: Iterable[int]) -> dict[int, Cell]:
    return {column: cell for column, cell in row.items() if column not in columns}


def _joined(members: Sequence[int], rows: Mapping[int, Cells]) -> tuple[dict[int, Cell], list[Cell]]:
    """The rows of one risk as one: texts with line breaks between; and the cells that were put together."""
    whole: dict[int, Cell] = {}
    joined: list[Cell] = []
    for column in sorted({column for n in members for column in rows[n]}):
        told = [rows[n][column] for n in members if column in rows[n] and shown(rows[n][column])]
        if len(told) == 1:
            whole[column] = told[0]._replace(row=members[0])
        elif told:
            text = "\n".join(map(shown, told))
            whole[column] = Cell(members[0], column, Type.TEXT, text, all(cell.formula for cell in told))
            joined += told
    return whole, joined


def _say_joined(at: Where, members: Sequence[int], joined: Sequence[Cell]) -> Iterator[Finding]:
    if joined:
        named = listed([Place("", "", cell.row, cell.column).cell for cell in joined], "and")
        yield adoption.JOINED.finding(at.place(members[0]), {"rows": spans(members).capitalize(), "cells": named})


def _ours(at: Where, row: Row, asked: Mapping[str, Column], settings: Settings, done: tuple[Row, ...] = ()) -> Told:
    """A row as one of ours: what was translated stands in it as we say it, and beside it as they do."""
    stated, evidence = row.cells.get("score"), []
    for key in row.values:
        kind, cell = asked[key].kind, row.cells[key]
        if isinstance(kind, Apart):
            row = given(row, key, row.values[key])
        elif isinstance(kind, Rated):
            steps, total = row.values[key]
            stated = Cell(cell.row, cell.column, Type.TEXT, total) if total else stated
            row = _with_steps(row, key, steps, settings)
            evidence.append(cell)
        elif isinstance(kind, Translated) and isinstance(kind.kind, Step):
            row = _with_steps(row, key, {key: row.values[key]}, settings)
            evidence += [] if _same(shown(cell), shown(row.cells[key])) else [cell]
        elif isinstance(kind, Translated):
            row = replace(row, cells={**row.cells, key: cell._replace(type=Type.TEXT, value=row.values[key])})
    unread = {key for key, _ in row.unread if isinstance(asked[key].kind, Rated | Translated)}
    unread = {key for key in unread if key not in at.table.choices}
    beside = evidence + ([row.cells["score"]] if "score" in row.cells else [])
    theirs = str(row.values.get("ref", ""))
    other = [(THEIR_REF, theirs)] if theirs else []
    other += [(at.headings.get(cell.column, f"column {letters(cell.column)}"), shown(cell)) for cell in beside]
    values = {key: value for key, value in row.values.items() if key not in ("ref", "score")}
    values |= {key: value for key, value in at.table.always.items() if key not in {**row.cells, **values}}
    cells_ = {key: cell for key, cell in row.cells.items() if key not in {"ref", "score", *unread}}
    columns = {**row.source.columns, **({"score": stated.column} if stated else {})}
    ours = replace(row, source=replace(row.source, columns=columns), cells=cells_, values=values)
    told = tuple((plain(heading), fitting(text)) for heading, text in (*other, *row.other))
    return Told(replace(ours, other=told), theirs, stated, done)


def _same(theirs: str, ours: str) -> bool:
    """Whether a step of theirs is ours, or its number or its word: "4", "Likely", "4 Likely"."""
    return folded(theirs) in {folded(ours), *map(folded, ours.split(" ", 1))}


def _with_steps(row: Row, key: str, steps: Mapping[str, int], settings: Settings) -> Row:
    """A row with ratings as our form shows them, in the cell of theirs."""
    cell = row.cells[key]
    told = {one: str(AXES[axis_of(one)].show(step, settings)) for one, step in steps.items()}
    shown_ = {one: cell._replace(type=Type.TEXT, value=text) for one, text in told.items()}
    columns = {**row.source.columns, **dict.fromkeys(steps, cell.column)}
    values = {one: value for one, value in row.values.items() if one != key} | dict(steps)
    return replace(row, source=replace(row.source, columns=columns), cells={**row.cells, **shown_}, values=values)


def _unused(at: Where, others: Mapping[int, str], rows: Mapping[int, Cells], taken: Iterable[int]) -> Iterator[Finding]:
    """A note on every column that is carried as it stands."""
    for column, heading in others.items():
        if column not in taken and any(column in layout.typed(row) for row in rows.values()):
            facts = {"heading": plain(heading)}
            yield cells.UNKNOWN_COLUMN.finding(at.place(at.table.headings[1], column), facts, value=plain(heading))


def _always(at: Where, told: Iterable[Told], ours: tuple[Column, ...], settings: Settings) -> Iterator[Finding]:
    known = by_key(ours)
    for key, value in at.table.always.items():
        count = sum(key in one.row.values and key not in one.row.cells for one in told)
        if count:
            shown_ = known[key].kind.show(value, settings)
            words = said(shown_) if isinstance(shown_, date) else spelt(shown_)
            facts = {"said": f"{known[key].header} is “{words}”", "count": count}
            yield adoption.ALWAYS.finding(at.place(at.table.headings[1]), facts, field=known[key].header, key=key)
