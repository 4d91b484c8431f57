"""A grid of any layout in; where tables stand on it out: heading rows, the rows under them, and what is no row."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from riskbook import tables
from riskbook.grid import Cell, Grid, Type
from riskbook.tables import shown
from riskbook.text import folded

DEEPEST = 3
"""Over how many rows headings may stand."""
LEAST = 3
"""How many headings must be known before a row is taken for one of headings."""
ALIKE = 0.8
"""Which share of a row must say a heading again before it is taken for headings said again."""

Heading = tuple[str, ...]
"""What stands over a column, from the top: "Current", "Impact"."""
Known = Callable[[Heading], str]
"""What a heading answers to; nothing where it is not known."""
Rows = Mapping[int, Mapping[int, Cell]]
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Area:
    """Where a table stands. Spans are of a first and a last row; ``across`` is of columns, where others stand beside.

    ``columns`` are the headings by column; ``pass_over`` the rows inside that repeat them or head a section.
    """

    headings: Span
    rows: Span
    columns: Mapping[int, Heading]
    across: Span | None = None
    pass_over: tuple[int, ...] = ()


def areas(grid: Grid, known: Known) -> tuple[Area, ...]:
    """Every table of a sheet that has headings which are known, from the top."""
    rows = grid.rows
    found: list[Area] = []
    headers: list[Span] = []
    for span in _headers(grid, rows, known):
        if not any(_repeats(rows, span[1], before) for before in headers):
            headers.append(span)
    for n, span in enumerate(headers):
        columns = _read(grid, rows, span)
        under = (span[1] + 1, headers[n + 1][0] - 1 if n + 1 < len(headers) else max(rows))
        for part in _beside(rows, columns, under, known):
            across = (min(part), max(part)) if len(part) < len(columns) else None
            found.append(_filled(grid, rows, Area(span, under, part, across), known))
    return tuple(found)


def headings(grid: Grid, span: Span, across: Span | None = None) -> dict[int, Heading]:
    """The heading of each column: what stands over it in the heading rows, merged or not, and its own words."""
    found = _read(grid, grid.rows, span)
    return {c: parts for c, parts in found.items() if across is None or across[0] <= c <= across[1]}


def body(grid: Grid, area: Area) -> dict[int, dict[int, Cell]]:
    """The rows of a table in which somebody typed anything: their cells, by row and column."""
    first, last = area.rows
    return {
        n: cells
        for n, row in sorted(grid.rows.items())
        if first <= n <= last and n not in area.pass_over and typed(cells := _within(row, area.across))
    }


def together(grid: Grid, rows: Rows, ref: int | None, named: Sequence[int]) -> tuple[tuple[int, ...], ...]:
    """The rows that are one: a cell that is merged down over them says so.

    It is the cell of the ref, or of a title or event where the rows below it have neither a ref nor words of their own.
    """
    found: list[tuple[int, ...]] = []
    downs = {(top, column): bottom for top, left, bottom, right in grid.merges for column in _few(left, right)}
    for row in rows:
        if found and row <= found[-1][-1]:
            continue
        bottom = downs.get((row, ref), row) if ref else row
        for column in named if bottom == row else ():
            down = downs.get((row, column), row)
            inside = [n for n in rows if row < n <= down]
            if not any(own in rows[n] for n in inside for own in (ref, *named) if own and own != column):
                bottom = max(bottom, down)
        found.append(tuple(n for n in rows if row <= n <= bottom))
    return tuple(found)


def spread(
    grid: Grid, rows: dict[int, dict[int, Cell]], one: Iterable[tuple[int, ...]]
) -> list[tuple[Cell, list[int]]]:
    """Let a cell that is merged down over several risks stand in the row of each; which cells, and in which rows."""
    group = {row: number for number, members in enumerate(one) for row in members}
    given: list[tuple[Cell, list[int]]] = []
    for top, left, bottom, _ in sorted(grid.merges):
        cell = rows.get(top, {}).get(left)
        if cell is None or not shown(cell):
            continue
        covered = (n for n in range(top + 1, min(bottom, max(rows)) + 1) if n in rows)
        below = [n for n in covered if group[n] != group[top] and left not in rows[n]]
        if below:
            for row in below:
                rows[row][left] = cell._replace(row=row)
            given.append((cell, below))
    return given


def outside(grid: Grid, taken: Iterable[Area]) -> tuple[Span, ...]:
    """Spans of rows with something typed that stands in no table, and is no heading of one."""
    inside = [(area.headings[0], max(area.headings[1], area.rows[1]), area.across) for area in taken]
    left = [
        n
        for n, row in sorted(grid.rows.items())
        if typed({c: cell for c, cell in row.items() if not any(_covers(one, n, c) for one in inside)})
    ]
    spans: list[Span] = []
    for n in left:
        if spans and spans[-1][1] == n - 1:
            spans[-1] = (spans[-1][0], n)
        else:
            spans.append((n, n))
    return tuple(spans)


def typed(row: Mapping[int, Cell]) -> list[int]:
    """The columns in which a person typed something: no formula, and more than space."""
    return [column for column, cell in row.items() if not cell.formula and shown(cell)]


def _read(grid: Grid, rows: Rows, span: Span) -> dict[int, Heading]:
    first, last = span
    near = {n: rows[n] for n in range(min(first, last - DEEPEST + 1), last + 1) if n in rows}
    return tables.headings(_straightened(grid, near, first, last), last)


def _headers(grid: Grid, rows: Rows, known: Known) -> list[Span]:
    """Heading rows, first and last: of rows close to each other, those in which most headings are known."""
    own = {n: {key for cell in row.values() if (key := known((shown(cell),)))} for n, row in rows.items()}
    counted: list[tuple[int, int, int]] = []
    for last in rows:
        if sum(len(own.get(n, ())) for n in range(last - DEEPEST + 1, last + 1)) < LEAST:
            continue
        for first in range(last, max(last - DEEPEST, 0), -1):
            count = _count(_read(grid, rows, (first, last)), known)
            if count >= LEAST and first in rows:
                counted.append((-count, last, -first))
    kept: list[Span] = []
    for _, last, first in sorted(counted):
        if all(abs(last - other) >= DEEPEST for _, other in kept):
            kept.append((_highest(grid, rows, -first, last), last))
    return sorted(kept)


def _highest(grid: Grid, rows: Rows, first: int, last: int) -> int:
    """The topmost of the heading rows: words merged over some columns of the last, or down into it, are headings."""
    width = len(rows.get(last, {})) or 1
    tops = [
        top
        for top, left, bottom, right in grid.merges
        if last - DEEPEST < top < first
        and left in rows.get(top, {})
        and (bottom >= last or 0 < right - left < width / 2)
    ]
    return min([first, *tops])


def _straightened(grid: Grid, rows: Rows, first: int, last: int) -> Grid:
    """Heading rows in which words that stand over others, or over nothing, are merged as people read them."""
    merges = [m for m in grid.merges if last - DEEPEST < m[0] <= last]
    covered = {(r, c) for t, left, b, right in merges for r in range(t, min(b, last) + 1) for c in _few(left, right)}
    bottom = rows.get(last, {})
    for r in range(first, last):
        for column in (c for c in sorted(rows.get(r, {})) if (r, c) not in covered):
            below = [n for n in range(r + 1, last + 1) if column in rows.get(n, {}) or (n, column) in covered]
            right = column
            while right + 1 in bottom and right + 1 not in rows[r] and (r, right + 1) not in covered:
                right += 1
            merges.append((r, column, r, right) if below else (r, column, last, column))
    return Grid(
        grid.name, grid.state, tuple(cell for row in rows.values() for cell in row.values()), merges=tuple(merges)
    )


def _few(left: int, right: int) -> range:
    """Columns of a merged cell; one that reaches across the whole sheet covers no more than a table can have."""
    return range(left, min(right, left + 500) + 1)


def _repeats(rows: Rows, row: int, span: Span) -> bool:
    """Whether a row says again what stands in heading rows, in the same columns, nearly throughout."""
    own = {
        (column, folded(shown(cell))) for n in range(span[0], span[1] + 1) for column, cell in rows.get(n, {}).items()
    }
    filled = typed(rows[row])
    same = sum((column, folded(shown(rows[row][column]))) in own for column in filled)
    return len(filled) > 1 and same >= len(filled) * ALIKE


def _beside(rows: Rows, columns: Mapping[int, Heading], span: Span, known: Known) -> list[dict[int, Heading]]:
    """Headings of tables that stand beside each other, with an empty column between; of one table where it is one."""
    filled = {column for n, row in rows.items() if span[0] <= n <= span[1] for column in row}
    runs: list[dict[int, Heading]] = []
    for column in sorted(columns):
        gap = runs and any(c not in filled and c not in columns for c in range(max(runs[-1]) + 1, column))
        if not runs or gap:
            runs.append({})
        runs[-1][column] = columns[column]
    whole: list[dict[int, Heading]] = []
    for run in runs:
        if whole and min(_count(run, known), _count(whole[-1], known)) < LEAST:
            whole[-1] |= run
        else:
            whole.append(run)
    return whole


def _count(columns: Mapping[int, Heading], known: Known) -> int:
    return len({key for text in columns.values() if (key := known(text))})


def _filled(grid: Grid, rows: Rows, area: Area, known: Known) -> Area:
    """A table as far down as it reaches: what stands under it, after a gap, is no part of it unless it is like it."""
    last = area.headings[1]
    told = {n: typed(_within(row, area.across)) for n, row in rows.items() if area.rows[0] <= n <= area.rows[1]}
    again = {n for n in told if _repeats(rows, n, area.headings)}
    down = {
        n
        for top, left, bottom, _ in grid.merges
        if left in area.columns
        for n in range(top + 1, min(bottom, area.rows[1]) + 1)
    }
    alone = {n: filled[0] for n, filled in told.items() if len(filled) == 1 and n not in down}
    width = {(top, left): right - left + 1 for top, left, _, right in grid.merges if top in alone}
    banners = {
        n
        for n, column in alone.items()
        if width.get((n, column), 1) >= len(area.columns) / 2 or _heads(rows[n][column], area, known)
    }
    full = min(LEAST, len(area.columns))
    blocks = _blocks([n for n in sorted(told) if told[n]])
    like = [any(len(told[n]) >= full and n not in again for n in block) for block in blocks]
    end = max((block[-1] for n, block in enumerate(blocks) if n == 0 or like[n]), default=last + 1)
    passed = tuple(n for n in sorted(again | banners) if n <= end)
    return replace(area, rows=(last + 1, end), pass_over=passed)


def _heads(cell: Cell, area: Area, known: Known) -> bool:
    """Whether the only text of a row, on the left of the table, is no ref and no risk, so that it heads a section."""
    words, left = shown(cell), min(area.columns)
    is_ref = cell.type is not Type.TEXT or any(character.isdigit() for character in words)
    return cell.column == left and not is_ref and (known(area.columns[left]) in ("", "ref") or words.isupper())


def _blocks(numbers: Iterable[int]) -> list[list[int]]:
    blocks: list[list[int]] = []
    for n in numbers:
        if blocks and blocks[-1][-1] == n - 1:
            blocks[-1].append(n)
        else:
            blocks.append([n])
    return blocks


def _within(row: Mapping[int, Cell], across: Span | None) -> dict[int, Cell]:
    return {c: cell for c, cell in row.items() if across is None or across[0] <= c <= across[1]}


def _covers(area: tuple[int, int, Span | None], row: int, column: int) -> bool:
    first, last, across = area
    return first <= row <= last and (across is None or across[0] <= column <= across[1])
