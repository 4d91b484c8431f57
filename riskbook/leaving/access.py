"""A View in; what keeps people from reading the workbook, out: rules L3.

The list is the Government Analysis Function's for spreadsheets, and WCAG 2.1 for colours.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from riskbook.findings import Finding
from riskbook.leaving.colours import BLACK, WHITE, contrast
from riskbook.leaving.sheets import Cell, Drawn, Range, Seen, Table
from riskbook.leaving.styles import Look
from riskbook.leaving.unseen import FAINT, spelt, together
from riskbook.leaving.view import View
from riskbook.places import letters
from riskbook.rules import leaving

At = tuple[int, int]


def access(view: View) -> Iterator[Finding]:
    """What a screen reader, a keyboard, weak eyes or a grey printout would stumble over."""
    shown = [sheet for sheet in view.sheets if sheet.state == "visible"]
    yield from _properties(view)
    yield from _sheets(shown, view)
    yield from _cursor(view)
    for sheet in shown:
        if re.fullmatch(_SAYS_NOTHING, sheet.name, re.IGNORECASE):
            yield leaving.TAB.finding(view.place(sheet.name), {"sheet": sheet.name})
        yield from _drawings(sheet, view)
        if sheet.purpose == "worksheet" and sheet.cells:
            yield from _worksheet(sheet, view)


LEAST = 4.5
"""The least contrast of text on its fill (WCAG 2.1, 1.4.3)."""
_SAYS_NOTHING = r"(work)?(sheet|tabelle|feuil|blatt|hoja|page|tab)\s*\d*|copy( of .*)?|.* \(\d+\)|new|untitled|data|\d+"
_LIST_ROWS, _LIST_COLUMNS = 6, 3
"""So many filled rows and columns in a block are a list that should be a table."""
_LONG = 40
"""Rows of a table that do not fit a screen or a page."""
_UNCOLOURED = 1.2
"""A fill whose contrast to white is less says nothing by its colour."""


def _properties(view: View) -> Iterator[Finding]:
    if not view.core.get("title", "").strip():
        yield leaving.UNTITLED.finding(view.place(), {})
    for key, what in (("creator", "author"), ("subject", "subject"), ("language", "language")):
        if not view.core.get(key, "").strip():
            yield leaving.UNTOLD.finding(view.place(), {"what": what})


def _sheets(shown: list[Seen], view: View) -> Iterator[Finding]:
    """The first sheet leads to the beginning of all the others, or of none: what leads to a cell is no list."""
    if len(shown) < 3:
        return
    locations = [link.location.rpartition("!") for link in shown[0].links if not link.target]
    begun = (sheet for sheet, _, cell in locations if cell.replace("$", "") == "A1")
    led_to = {sheet.strip("'").replace("''", "'").lower() for sheet in begun}
    missing = [sheet for sheet in shown[1:] if sheet.name.lower() not in led_to]
    if len(missing) > (len(shown) - 1) / 2:
        yield leaving.NO_LIST.finding(view.place(shown[0].name), {"count": len(shown)})
    else:
        for sheet in missing:
            yield leaving.NOT_LISTED.finding(view.place(shown[0].name), {"sheet": sheet.name})


def _cursor(view: View) -> Iterator[Finding]:
    """The first sheet is open, its beginning in sight and the cursor there, or where the part that moves begins."""
    first = view.sheets[0]
    open_ = view.sheets[view.active] if view.active < len(view.sheets) else first
    if open_ is not first:
        yield leaving.CURSOR.finding(view.place(open_.name), {"where": f"the sheet “{open_.name}”"})
    elif (first.cursor.split(":")[0] != "A1" and not first.frozen) or first.top != "A1":
        where = first.cursor if first.cursor != "A1" else first.top
        yield leaving.CURSOR.finding(view.place(first.name), {"where": f"{first.name}!{where}"})


def _drawings(sheet: Seen, view: View) -> Iterator[Finding]:
    for one in sheet.drawn:
        if one.kind == "picture":
            yield leaving.PICTURE.finding(view.place(sheet.name, one.row, one.column), {})
        if not one.about:
            yield leaving.NO_ALT_TEXT.finding(view.place(sheet.name, one.row, one.column), {"what": _named(one)})


def _named(one: Drawn) -> str:
    where = f" at {letters(one.column)}{one.row}" if one.row else ""
    return f"The {one.kind}{where}"


def _worksheet(sheet: Seen, view: View) -> Iterator[Finding]:
    if (1, 1) not in sheet.cells:
        yield leaving.NO_TITLE.finding(view.place(sheet.name, 1, 1), {})
    for table in sheet.tables:
        yield from _table(table, sheet, view)
    yield from _unmarked(sheet, view)
    yield from _colours(sheet, view)


def _table(table: Table, sheet: Seen, view: View) -> Iterator[Finding]:
    """One header row of unlike headings, no merged cells, nothing blank inside, told in words, headings held."""
    top, left, bottom, right = table.cells
    for merge in sheet.merges:
        if not (merge[2] < top or merge[0] > bottom or merge[3] < left or merge[1] > right):
            yield leaving.MERGED.finding(view.place(sheet.name, *merge[:2]), {"cells": spelt(merge)})
    yield from _headers(table, sheet, view)
    yield from _blanks(table, sheet, view)
    if not table.about:
        yield leaving.TABLE_UNTOLD.finding(view.place(sheet.name, top, left), {"table": table.name})
    repeated = any(name.name == "_xlnm.Print_Titles" and name.sheet == sheet.name for name in view.names)
    if bottom - top > _LONG and not (sheet.frozen or repeated):
        facts = {"table": table.name, "rows": bottom - top}
        yield leaving.NOT_HELD.finding(view.place(sheet.name, top, left), facts)


def _headers(table: Table, sheet: Seen, view: View) -> Iterator[Finding]:
    top, left, _, right = table.cells
    if not table.has_header:
        yield leaving.NO_HEADER.finding(view.place(sheet.name, top, left), {"table": table.name, "what": "no heading"})
        return
    for column in range(left, right + 1):
        cell = sheet.cells.get((top, column))
        words = cell.text.strip() if cell else ""
        if not words or re.fullmatch(r"(Column|Spalte|Colonne)\s?\d+", words):
            what = f"the heading “{words}”" if words else "no heading"
            yield leaving.NO_HEADER.finding(view.place(sheet.name, top, column), {"table": table.name, "what": what})


def _blanks(table: Table, sheet: Seen, view: View) -> Iterator[Finding]:
    """Rows and columns with nothing in them; a table with one empty row is one that waits, and tinted cells too."""
    top, left, bottom, right = table.cells
    filled = [at for at in sheet.cells if top < at[0] <= bottom and left <= at[1] <= right]
    waiting = {at for at, style in sheet.filled.items() if view.styles.of(style).fill}
    rows = {row for row, _ in filled} | {row for row, column in waiting if left <= column <= right}
    blank = [row for row in range(top + 1, bottom + 1) if row not in rows]
    inner = [row for row in blank if rows and row < max(rows)]
    for row in inner[:5]:
        facts = {"what": f"Row {row}", "table": table.name}
        yield leaving.BLANK_IN_TABLE.finding(view.place(sheet.name, row, left), facts)
    for column in range(left, right + 1):
        if (top, column) not in sheet.cells and not any(at[1] == column for at in filled):
            facts = {"what": f"Column {letters(column)}", "table": table.name}
            yield leaving.BLANK_IN_TABLE.finding(view.place(sheet.name, top, column), facts)


def _unmarked(sheet: Seen, view: View) -> Iterator[Finding]:
    """A block of rows and columns on a sheet without a table. A filter marks one too; a locked sheet is a form's."""
    if sheet.tables or sheet.filters or sheet.protected:
        return
    by_row: dict[int, int] = defaultdict(int)
    coloured: dict[int, int] = defaultdict(int)
    for (row, _), cell in sheet.cells.items():
        by_row[row] += 1
        coloured[row] += contrast(view.styles.of(cell.style).fill or WHITE, WHITE) >= _UNCOLOURED
    # Rows of coloured cells are a drawing, as of a matrix.
    wide = sorted(row for row, count in by_row.items() if count - coloured[row] >= _LIST_COLUMNS)
    first, size = 0, 0
    for row in wide:
        first, size = (first, size + 1) if size and row == first + size else (row, 1)
        if size == _LIST_ROWS:
            last = row
            while last + 1 in by_row:
                last += 1
            place = view.place(sheet.name, first, min(column for at, column in sheet.cells if at == first))
            yield leaving.NO_TABLE.finding(place, {"rows": last - first + 1})
            return


def _colours(sheet: Seen, view: View) -> Iterator[Finding]:
    """Text that is weak on its fill, and fills that say something by their colour alone."""
    weak: dict[tuple[str, str], list[At]] = defaultdict(list)
    of_look: dict[tuple[int, tuple[str, ...]], list[tuple[str, str]]] = {}
    for at, cell in sheet.cells.items():
        look = cell.style, cell.inks
        if look not in of_look:
            pairs = _pairs(cell, view.styles.of(cell.style))
            of_look[look] = [pair for pair in pairs if FAINT <= contrast(*pair) < LEAST]
        for pair in of_look[look] if cell.text.strip() else ():
            weak[pair].append(at)
    for (ink, fill), cells in weak.items():
        facts = {"ink": ink, "fill": fill, "contrast": contrast(ink, fill)}
        yield from together(leaving.CONTRAST, sheet, view, cells, **facts)
    for where, number in dict.fromkeys(sheet.changes):
        change = view.styles.changes[number] if number < len(view.styles.changes) else Look()
        if change.ink and change.fill and change.plain and contrast(change.ink, change.fill) < LEAST:
            facts = {"ink": change.ink, "fill": change.fill, "contrast": contrast(change.ink, change.fill)}
            yield leaving.CONTRAST.finding(view.place(sheet.name), {"cells": where[:40], **facts})
    yield from _alone(sheet, view)


def _pairs(cell: Cell, look: Look) -> list[tuple[str, str]]:
    inks = cell.inks or (look.ink or BLACK,)
    return [(ink, look.fill or WHITE) for ink in inks] if look.plain else []


def _alone(sheet: Seen, view: View) -> Iterator[Finding]:
    """Empty cells of a table, or of a block of them, in two colours or more: what they say they say in colour.

    Not one whose row has words in the same colour: those say it, as the first column of a corrections copy does.
    """
    if not sheet.filled:
        return
    worded = {(at[0], view.styles.of(cell.style).fill) for at, cell in sheet.cells.items() if cell.text.strip()}
    tables = [table.cells for table in sheet.tables] or [(1, 1, 1 << 20, 1 << 14)]
    by_column: dict[tuple[Range, int], dict[str, list[At]]] = defaultdict(lambda: defaultdict(list))
    for at, style in sheet.filled.items():
        fill = view.styles.of(style).fill
        if (
            fill
            and contrast(fill, WHITE) >= _UNCOLOURED
            and (at[0], fill) not in worded
            and not _merged_away(at, sheet)
        ):
            for table in tables:
                if table[0] < at[0] <= table[2] and table[1] <= at[1] <= table[3]:
                    by_column[table, at[1]][fill].append(at)
    found: dict[str, list[At]] = defaultdict(list)
    for fills in by_column.values():
        if len(fills) > 1:
            for fill, cells in fills.items():
                found[fill] += cells
    for fill, cells in found.items():
        yield from together(leaving.COLOUR_ALONE, sheet, view, cells, fill=fill)


def _merged_away(at: At, sheet: Seen) -> bool:
    """Whether a cell is part of a merged one, whose words stand in its first."""
    return any(m[0] <= at[0] <= m[2] and m[1] <= at[1] <= m[3] for m in sheet.merges)
