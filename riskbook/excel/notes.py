"""A document in, the same document out with its long cells cut to whole sentences and held in full on a sheet Notes."""

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from riskbook.excel import cells, layout, looks, paper, widths
from riskbook.excel.tables import indents
from riskbook.report.blocks import (
    SCORES,
    SHEETS,
    Beside,
    Block,
    Cell,
    Count,
    Document,
    Field,
    Figure,
    Figures,
    Link,
    Paper,
    Ref,
    Retold,
    Sheet,
    Stack,
    Table,
    Text,
    Tone,
)
from riskbook.wording import Run

NOTES = "Notes"
TALLEST = 200.0
"""No cell of a report is taller, in points."""
_SHORTER = (TALLEST, 140.0, 106.0, 94.0, 82.0, 70.0, 58.0, 45.0)
"""The cells of a sheet that is to be one page are cut to the first of these with which it is one, or to the last."""
_WIDTHS = (86, 176, 190, 60, 744)
_FIELDS = (
    Field("Ref", centred=True),
    Field("Sheet"),
    Field("Column"),
    Field("Part", centred=True),
    Field("In full"),
)


@dataclass(frozen=True, slots=True)
class _Note:
    """A text that was cut: whose it is, where it stands, all of it."""

    ref: str
    sheet: str
    column: str
    whole: Text | Retold


@dataclass(frozen=True, slots=True)
class _Room:
    """What a cell holds: so many lines of so many pixels."""

    lines: int
    pixels: int

    def holds(self, words: str, bold: bool = False) -> bool:
        """Whether words fit. Most are not measured: so few that each character may have a line of its own do,

        and so many that each would have a pixel at the most do not.
        """
        return len(words) < self.lines or (
            len(words) <= self.lines * self.pixels
            and len(widths.wrap(words, self.pixels, looks.BODY, bold)) <= self.lines
        )


def continued(document: Document) -> Document:
    """A document with the long cells of its sheets cut, as ``cut`` does."""
    return replace(document, sheets=tuple(cut(document.sheets)))


def cut(sheets: Iterable[Sheet]) -> Iterator[Sheet]:
    """Cut the long cells of sheets for paper; Notes is there only if one was cut, and listed where sheets are.

    It stands before the sheet with the scores by round, which is last, or else at the end. Sheets to work in come
    through one at a time, and of those for paper nothing is kept here once they are given on.
    """
    notes: list[_Note] = []
    shorter: deque[Sheet] = deque()
    for sheet in sheets:
        if isinstance(sheet.use, Paper):
            shorter.append(_cut_sheet(sheet, sheet.use, notes))
        elif shorter:
            shorter.append(sheet)
        else:
            yield sheet
    if notes:
        last = any(table.name == SCORES for table in shorter[-1].tables())
        shorter.insert(len(shorter) - last, _sheet(notes))
        shorter[0] = _listing(shorter[0], [one.name for one in shorter])
    while shorter:
        yield shorter.popleft()


def _listing(first: Sheet, names: Sequence[str]) -> Sheet:
    """The first sheet, with all the others in its list of sheets, where it has one."""
    told = tuple((Count(n), Text(name, to=Link(name))) for n, name in enumerate(names[1:], 2))
    below = (replace(b, rows=told) if isinstance(b, Table) and b.name == SHEETS else b for b in first.below)
    return replace(first, below=tuple(below))


def prefix(words: str, fits: Callable[[str], bool]) -> int:
    """How many characters of words fit: in whole sentences, or whole words when not one sentence does, or letters."""
    for end in (r"[.!?][”’\"')\]]*(?=\s)|(?=\n)", r"(?=\s)", r"(?<=.)"):
        ends = [found.end() for found in re.finditer(end, words, re.DOTALL) if found.end()]
        if ends and fits(words[: ends[0]]):
            return _furthest(ends, words, fits)
    return 1


def _furthest(ends: list[int], words: str, fits: Callable[[str], bool]) -> int:
    """The last of the ends up to which words fit; the first one does."""
    low, high = 0, 1
    while high < len(ends) and fits(words[: ends[high]]):
        low, high = high, 2 * high
    high = min(high, len(ends)) - 1
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if fits(words[: ends[middle]]) else (low, middle - 1)
    return ends[low]


def _cut_sheet(sheet: Sheet, use: Paper, notes: list[_Note]) -> Sheet:
    """A sheet with its long cells cut; one that is to be one page has them cut as short as that takes."""
    cut, found = sheet, list[_Note]()
    for tallest in _SHORTER if use.one_page else _SHORTER[:1]:
        found = []
        cutting = _Cutting(sheet, widths.most_lines(tallest), found)
        cut = replace(sheet, blocks=tuple(_cut_block(block, cutting) for block in sheet.blocks))
        if use.one_page and paper.is_one_page(cut, layout.lay(cut)):
            break
    notes += found
    return cut


@dataclass(frozen=True, slots=True)
class _Cutting:
    """A sheet whose long cells are being cut to so many lines, and what is cut off them."""

    sheet: Sheet
    lines: int
    notes: list[_Note]


def _cut_block(block: Block, cutting: _Cutting) -> Block:
    match block:
        case Table():
            return _cut_table(block, 0, cutting)
        case Figures(figures):
            return Figures(tuple(_cut_figure(figure, cutting) for figure in figures))
        case Beside(stacks):
            return Beside(tuple(_cut_stack(stack, cutting) for stack in stacks))
        case _:
            return block


def _cut_figure(figure: Figure, cutting: _Cutting) -> Figure:
    """A figure with its long words cut; on Notes they stand under the name of its sheet."""
    sheet = cutting.sheet
    room = _Room(cutting.lines, widths.room(sum(sheet.widths[1:])))
    if not isinstance(figure.value, str):
        return figure
    cut = _cut(Text(figure.value, figure.tone), sheet.name, room)
    if not isinstance(cut, Text) or cut.words == figure.value:
        return figure
    cutting.notes.append(_Note(sheet.name, sheet.name, figure.label, Text(figure.value)))
    return replace(figure, value=cut.words)


def _cut_stack(stack: Stack, cutting: _Cutting) -> Stack:
    blocks = (_cut_table(b, stack.at, cutting) if isinstance(b, Table) else b for b in stack.blocks)
    return replace(stack, blocks=tuple(blocks))


def _cut_table(table: Table, at: int, cutting: _Cutting) -> Table:
    sheet = cutting.sheet
    rooms = [
        _Room(cutting.lines, widths.room(width, indent))
        for width, indent in zip(sheet.widths[at:], indents(table), strict=False)
    ]
    rows = (_cut_row(table, number, row, rooms, sheet.name, cutting.notes) for number, row in enumerate(table.rows, 1))
    return replace(table, rows=tuple(rows))


def _cut_row(
    table: Table, number: int, row: tuple[Cell, ...], rooms: list[_Room], sheet: str, notes: list[_Note]
) -> tuple[Cell, ...]:
    """The row with its long cells cut and its ref leading to Notes.

    The link is the ref's and not the long cell's own: LibreOffice sets a link in one line and cuts it.
    """
    ref = next((cell.words for cell in row if isinstance(cell, Ref)), f"Row {number}")
    cut = tuple(_cut(cell, ref, room) for cell, room in zip(row, rooms, strict=False))
    for whole, part, field in zip(row, cut, table.fields, strict=True):
        if isinstance(whole, Text | Retold) and whole != part:
            notes.append(_Note(ref, sheet, field.header, whole))
    return row if cut == row else tuple(_leading(cell, ref) for cell in cut)


def _cut(cell: Cell, ref: str, room: _Room) -> Cell:
    """As much of a cell as a report shows, in whole sentences, and where to read on."""
    if not isinstance(cell, Text | Retold):
        return cell
    bold = isinstance(cell, Retold) or cells.look(cell).bold
    if room.holds(cell.words, bold):
        return cell
    more = f" … (continued on {NOTES}, {ref})"
    end = prefix(cell.words, lambda words: room.holds(words.rstrip() + more, bold))
    if isinstance(cell, Retold):
        return Retold((*cell.part(0, end).tidied().runs, Run(more, False)))
    return replace(cell, words=cell.words[:end].rstrip() + more)


def _leading(cell: Cell, ref: str) -> Cell:
    if isinstance(cell, Ref) and cell.words == ref and not cell.to:
        return replace(cell, to=Link(NOTES, ref))
    return cell


def _sheet(notes: list[_Note]) -> Sheet:
    return Sheet(
        name=NOTES,
        title="Notes",
        lead="Words that were too long for their cells, in full. A ref leads back to its row.",
        blocks=(Table("notes", _FIELDS, tuple(row for note in notes for row in _rows(note)), empty="There are none."),),
        widths=_WIDTHS,
    )


def _rows(note: _Note) -> Iterator[tuple[Cell, ...]]:
    """A note in as many rows as it needs; its parts joined are the words that were written."""
    parts = _parts(note.whole)
    for number, part in enumerate(parts, 1):
        yield (
            Ref(note.ref, to=Link(note.sheet, note.ref)),
            Text(note.sheet),
            Text(note.column),
            Text(f"{number} of {len(parts)}" if len(parts) > 1 else "", Tone.QUIET),
            part,
        )


def _parts(whole: Text | Retold) -> list[Text | Retold]:
    """What was written in as many parts as cells must hold it, what is new still marked."""
    room, bold = _Room(widths.most_lines(widths.HIGHEST), widths.room(_WIDTHS[-1])), isinstance(whole, Retold)
    parts: list[Text | Retold] = []
    begin = 0
    while words := whole.words[begin:]:
        end = begin + (len(words) if room.holds(words, bold) else prefix(words, lambda some: room.holds(some, bold)))
        parts.append(whole.part(begin, end) if isinstance(whole, Retold) else Text(whole.words[begin:end]))
        begin = end
    return parts
