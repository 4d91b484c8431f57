"""A grid and the columns that are asked in; its rows out, with a finding for every cell that did not fit."""

import contextlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from rapidfuzz import fuzz, process

from riskbook.findings import Finding, Rule
from riskbook.forms import Column, by_key
from riskbook.grid import Cell, Grid, Type, Value
from riskbook.kinds import Reading, Text, Unfit, said, spelt
from riskbook.model import Source
from riskbook.places import Place, letters
from riskbook.rules import cells
from riskbook.settings import Settings
from riskbook.text import fitting, is_whole, length, printable, short, tidy, words_only

DEEPEST_HEADER = 40
"""A header row further down than this is not looked for."""
NEARLY = 86
"""How alike (0 to 100) an unknown heading must be to be suggested."""
ERRORS = frozenset(
    (
        *("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#FIELD!"),
        *("#BLOCKED!", "#CONNECT!", "#UNKNOWN!", "#BUSY!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!", "#GETTING_DATA"),
    )
)
"""Excel's errors as it spells them. Nobody can type one as a text: Excel makes it the error."""
_HEADINGS_AGAIN = 3
_ERROR, _EMPTY = Type.ERROR, Type.EMPTY
"""Looked up once: a cell is read in less time than it takes to find the members of an enum."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its filled cells and what they were read as, by key; the text of those that could not be read, by key;

    and the text of those that no column knows, by heading. In whatever order its columns stand, it is the same row.
    """

    source: Source
    cells: Mapping[str, Cell]
    values: Mapping[str, Any]
    unread: tuple[tuple[str, str], ...] = ()
    other: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """The rows under a header row; the column in which each key stands; cells whose formula was never calculated."""

    header: int
    columns: Mapping[str, int]
    rows: tuple[Row, ...]
    uncalculated: tuple[Place, ...] = ()


def read(
    grid: Grid,
    book: str,
    sha256: str,
    asked: tuple[Column, ...],
    settings: Settings,
    errors: frozenset[str] = ERRORS,
) -> tuple[Table | None, list[Finding]]:
    """Read the table of a sheet. None when no header row is found, or two columns answer to one heading.

    ``errors`` are texts that are taken for the error that they spell: in a register they are words like any other.
    """
    rows = grid.rows
    header = find_header(grid, asked)
    if header is None:
        return None, []
    names = _names(asked)
    called = _headings(grid, rows, header, names, _plain(asked))
    columns, clashes = _columns(called, asked, Place(book, grid.name, header))
    if clashes:
        return None, clashes
    sheet = Reader(book, sha256, grid.name, by_key(asked), columns, settings, errors)
    others = _others(rows, header, called, columns)
    under = {n: row for n, row in sorted(rows.items()) if n > header}
    again = [n for n, row in under.items() if _repeats(row, called, names)]
    kept = [row for n, cells_ in under.items() if n not in again and (row := sheet.row(n, cells_, others))]
    filled = {heading for row in kept for heading, _ in row.other}
    named = [finding for finding in sheet.unknown(others, header, kept) if finding.value in filled]
    repeated = [_repeated(Place(book, grid.name, n, min(rows[n])), rows[n]) for n in again]
    return Table(header, columns, tuple(kept), tuple(sheet.uncalculated)), [*named, *repeated, *sheet.findings]


def as_typed(grid: Grid, book: str, sha256: str, asked: tuple[Column, ...], settings: Settings) -> tuple[Row, ...]:
    """The rows of a sheet that cannot be read, to be given back: of two columns for one heading the first is ours.

    Without a header row every column is theirs; the formulas in it, which may be riskbook's own, say nothing then.
    """
    rows, header = grid.rows, find_header(grid, asked) or 0
    called = _headings(grid, rows, header, _names(asked), _plain(asked))
    columns, _ = _columns(called, asked, Place(book, grid.name, header))
    sheet = Reader(book, sha256, grid.name, by_key(asked), columns, settings)
    if not header:
        rows = {n: {at: cell for at, cell in row.items() if not cell.formula} for n, row in rows.items()}
    others = _others(rows, header, called, columns)
    kept = (sheet.row(n, cells_, others) for n, cells_ in sorted(rows.items()) if n > header)
    return tuple(row for row in kept if row)


def find_header(grid: Grid, asked: tuple[Column, ...]) -> int | None:
    """The row in which most headings stand: three at least, or all of fewer; the first of equals.

    Where headings are merged down into the next rows, the last of those.
    """
    rows, names, plain = grid.rows, _names(asked), _plain(asked)
    best, most, whole = None, min(3, len(asked)) - 1, sum(column.on_form for column in asked)
    below_merges = {row for top, *_ in grid.merges for row in range(top, top + 3)}
    for number in (number for number in rows if number <= DEEPEST_HEADER):
        if most >= whole:
            break
        if len(rows[number]) <= most and number not in below_merges:
            continue
        called = _headings(grid, rows, number, names, plain).values()
        found = len({names[name] for heading in called if (name := words_only(heading)) in names})
        if found > most:
            best, most = number, found
    down = [
        bottom
        for top, left, bottom, _ in grid.merges
        if top == best and bottom <= top + 2 and words_only(_text(rows, top, left)) in names
    ]
    return max(down, default=best)


def headings(grid: Grid, header: int) -> dict[int, tuple[str, ...]]:
    """Every heading of a header row in its parts: what is merged over it in up to two rows above, then its own text.

    What is merged over more than half of the columns is a banner and belongs to none.
    """
    return _parts(grid, grid.rows, header)


def shown(cell: Cell) -> str:
    """A cell as a person would read it out."""
    if cell.type is Type.EMPTY:
        return "(a formula that was never calculated)"
    if cell.type is Type.DAY:
        return said(cell.value)  # type: ignore[arg-type]
    return tidy(printable(spelt(cell.value))[0])  # type: ignore[arg-type]


def _says(cell: Cell) -> bool:
    """Whether a person would read anything out: most cells begin with a letter or a figure."""
    return not isinstance(cell.value, str) or cell.value[:1].isalnum() or bool(shown(cell))


@lru_cache(maxsize=64)
def _names(asked: tuple[Column, ...]) -> Mapping[str, str]:
    """Headings and aliases, as they are compared, and the key that each answers to."""
    return {words_only(name): column.key for column in asked for name in (*column.aliases, column.header)}


@lru_cache(maxsize=64)
def _plain(asked: tuple[Column, ...]) -> frozenset[str]:
    """The form's own headings, as they are compared."""
    return frozenset(words_only(column.header) for column in asked)


def _headings(
    grid: Grid,
    rows: Mapping[int, Mapping[int, Cell]],
    header: int,
    names: Mapping[str, str],
    plain: frozenset[str],
) -> dict[int, str]:
    """The heading of each column: its own text, after what is merged over it.

    One of the form's own headings stands for itself ("Impact now" under "Scores"), unless the two together say another.
    """
    found = {}
    for column, parts in _parts(grid, rows, header).items():
        if len(parts) == 1:
            found[column] = parts[0]
            continue
        wholes = [" ".join(parts[start:]) for start in range(len(parts))]
        known = [whole for whole in wholes[:-1] if words_only(whole) in names]
        found[column] = [*known, *[parts[-1]] * (words_only(parts[-1]) in plain), *wholes][0]
    return found


def _parts(grid: Grid, rows: Mapping[int, Mapping[int, Cell]], header: int) -> dict[int, tuple[str, ...]]:
    merged = _merged(grid, rows, header)
    own = {column: shown(cell) for column, cell in rows.get(header, {}).items()}
    own |= {
        left: _text(rows, top, left) for (row, column), (top, left) in merged.items() if (row, column) == (header, left)
    }
    own = {column: text for column, text in sorted(own.items()) if text}
    if not merged:
        return {column: (text,) for column, text in own.items()}
    over = {
        column: [merged[row, column] for row in (header - 2, header - 1) if (row, column) in merged] for column in own
    }
    width = Counter(corner for corners in over.values() for corner in set(corners))
    above = {
        column: [_text(rows, *corner) for corner in corners if width[corner] <= len(own) / 2]
        for column, corners in over.items()
    }
    return {
        column: (*dict.fromkeys(said for said in above[column] if said != text), text) for column, text in own.items()
    }


def _merged(grid: Grid, rows: Mapping[int, Mapping[int, Cell]], header: int) -> dict[tuple[int, int], tuple[int, int]]:
    """The corner of what is merged over each cell of a header row and of the two rows above it."""
    near = sorted(merge for merge in grid.merges if header - 2 <= merge[0] <= header)
    if not near:
        return {}
    last = max((max(row) for row in rows.values()), default=0)
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    for top, left, bottom, right in near:
        if (top, left) not in merged:
            area = ((row, n) for row in range(top, min(bottom, header) + 1) for n in range(left, min(right, last) + 1))
            merged |= dict.fromkeys(area, (top, left))
    return merged


def _text(rows: Mapping[int, Mapping[int, Cell]], row: int, column: int) -> str:
    return shown(rows[row][column]) if column in rows.get(row, {}) else ""


def _repeats(row: Mapping[int, Cell], called: Mapping[int, str], names: Mapping[str, str]) -> bool:
    """Whether a row says the headings over again, in these words or other ones for the same, and nothing else."""

    def key(text: str) -> str:
        return names.get(words_only(text), words_only(text))

    typed = ((column, cell) for column, cell in row.items() if not cell.formula)
    return all(key(shown(cell)) == key(called.get(column, "")) for column, cell in typed) and (
        sum(not cell.formula for cell in row.values()) >= _HEADINGS_AGAIN
    )


def _repeated(place: Place, row: Mapping[int, Cell]) -> Finding:
    typed = short(" | ".join(shown(cell) for _, cell in sorted(row.items())))
    facts = {"typed": typed, "read": "the headings once more, and not as a row"}
    return cells.READ_AS.finding(place, facts, value=typed)


def _others(
    rows: Mapping[int, Mapping[int, Cell]], header: int, headings: Mapping[int, str], columns: Mapping[str, int]
) -> dict[int, str]:
    """The columns that are not ours, with their headings; "column H" where something stands under none."""
    filled = {column for number, row in rows.items() if number > header for column in row}
    others = sorted({*filled, *headings} - set(columns.values()))
    return {column: headings.get(column, f"column {letters(column)}") for column in others}


def _columns(
    headings: Mapping[int, str], asked: tuple[Column, ...], place: Place
) -> tuple[dict[str, int], list[Finding]]:
    """In which column each key stands; a finding where two columns answer to one heading."""
    names, known = _names(asked), by_key(asked)
    columns: dict[str, int] = {}
    clashes = []
    for column, heading in headings.items():
        key = names.get(words_only(heading))
        if key is None:
            continue
        if key in columns:
            facts = {"one": headings[columns[key]], "other": heading, "heading": known[key].header}
            facts |= {"first": letters(columns[key]), "second": letters(column)}
            at = Place(place.book, place.sheet, place.row, column)
            clashes.append(cells.TWO_COLUMNS.finding(at, facts, field=known[key].header, key=key))
        columns.setdefault(key, column)
    return columns, clashes


@dataclass(slots=True)
class Reader:
    """Reads the rows of one sheet, and gathers what does not fit."""

    book: str
    sha256: str
    name: str
    asked: Mapping[str, Column]
    columns: Mapping[str, int]
    settings: Settings
    errors: frozenset[str] = ERRORS
    findings: list[Finding] = field(default_factory=list)
    uncalculated: list[Place] = field(default_factory=list)
    _readings: dict[tuple[str, type, Value], Reading] = field(default_factory=dict)
    """What was read of a column's cells: many say the same."""
    _passed_over: frozenset[str] = frozenset()
    """Texts that riskbook fills in itself, whatever a cell holds."""

    def __post_init__(self) -> None:
        passed = (key for key, column in self.asked.items() if column.ours and isinstance(column.kind, Text))
        self._passed_over = frozenset(passed)

    def row(self, number: int, row: Mapping[int, Cell], others: Mapping[int, str]) -> Row | None:
        """Read one row; None where nothing stands in it."""
        source = Source(self.book, self.sha256, self.name, number, self.columns)
        present = {
            key: cell for key, column in self.columns.items() if (cell := row.get(column)) is not None and _says(cell)
        }
        ref = next((self._ref(key, present[key]) for key in ("ref", "risk_ref") if key in present), "")
        values: dict[str, Any] = {}
        unread: dict[str, str] = {}
        for key, cell in present.items():
            if key in self._passed_over:
                continue
            try:
                values[key] = self._value(source, key, cell, ref)
            except Unfit as unfit:
                self._say(source, key, ref, shown(cell), unfit.rule, unfit.facts)
                unread[key] = fitting(shown(cell))
        theirs = {column: row[column] for column in sorted(row.keys() & others.keys()) if _says(row[column])}
        other = tuple((fitting(others[column]), fitting(shown(cell))) for column, cell in theirs.items())
        if not (present or other):
            return None
        self._look_over(source, ref, theirs, others)
        held = tuple((key, unread[key]) for key in self.asked if key in unread) if unread else ()
        return Row(source, present, values, held, other)

    def unknown(self, others: Mapping[int, str], header: int, rows: list[Row]) -> list[Finding]:
        """A note on each column that is not ours; a question where its heading is nearly one of ours that is empty."""
        filled = {key for row in rows for key in row.cells}
        missing = [column.header for key, column in self.asked.items() if key not in filled]
        findings = []
        for column, heading in others.items():
            near = process.extractOne(heading, missing, scorer=fuzz.ratio, processor=words_only, score_cutoff=NEARLY)
            rule = cells.MISSPELT if near else cells.UNKNOWN_COLUMN
            facts = {"heading": heading, "suggestion": near and near[0]}
            findings.append(rule.finding(Place(self.book, self.name, header, column), facts, value=heading))
        return findings

    def _ref(self, key: str, cell: Cell) -> str:
        """The ref that a row is known by: as it is read, so that an answer finds it again, or else as typed."""
        if cell.type not in (Type.ERROR, Type.EMPTY):
            with contextlib.suppress(Unfit):
                return str(self.asked[key].kind.read(cell.value, self.settings).value)  # type: ignore[arg-type]
        return fitting(shown(cell))

    def _look_over(self, source: Source, ref: str, theirs: Mapping[int, Cell], others: Mapping[int, str]) -> None:
        """Hold the cells of columns that are not ours against what any cell must be: calculated, and not too long."""
        for column, cell in theirs.items():
            place = replace(source.place(), column=column)
            if cell.type is Type.EMPTY:
                self.uncalculated.append(place)
            elif not is_whole(text := shown(cell)):
                facts = {"heading": others[column], "length": length(text)}
                about = {"field": fitting(others[column]), "value": fitting(text)}
                self.findings.append(cells.TOO_LONG.finding(place, facts, ref=ref, **about))

    def _value(self, source: Source, key: str, cell: Cell, ref: str) -> Any:
        """What a cell says.

        Raises:
            Unfit: it is an error value, was never calculated, or does not fit its column.
        """
        _, _, type_, value, _ = cell
        if type_ is _ERROR or value in self.errors:
            raise Unfit(cells.ERROR_VALUE)
        if type_ is _EMPTY:
            self.uncalculated.append(source.place(key))
            raise Unfit(cells.NEVER_CALCULATED)
        alike = key, type(value), value
        if (reading := self._readings.get(alike)) is None:
            kind = self.asked[key].kind
            reading = self._readings[alike] = kind.read(value, self.settings)  # type: ignore[arg-type]
        for rule, facts in reading.notes:
            self._say(source, key, ref, shown(cell), rule, facts)
        return reading.value

    def _say(self, source: Source, key: str, ref: str, typed: str, rule: Rule, facts: Mapping[str, object]) -> None:
        """Gather a finding at a cell. One finding for the whole file speaks of formulas that were never calculated."""
        if rule is cells.NEVER_CALCULATED:
            return
        column = self.asked[key]
        about = {"heading": column.header, "typed": typed, "help": column.help, **facts}
        self.findings.append(rule.finding(source.place(key), about, ref=ref, field=column.header, value=typed, key=key))
