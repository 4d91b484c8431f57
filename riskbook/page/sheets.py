"""Sheets in, a page out: titles, then blocks under each other; stacks side by side where there is room for them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from riskbook.excel import looks
from riskbook.excel.looks import Look
from riskbook.page import drawings, tables
from riskbook.page.frame import SHUT, WIDE, framed, opened, placed
from riskbook.page.markup import LAYOUT, cell, css, for_word, row, tag, words
from riskbook.report.blocks import (
    Beside,
    Block,
    Chart,
    Document,
    Figures,
    Heading,
    HeatMap,
    NewPage,
    Opening,
    Para,
    Sheet,
    Spot,
    Stack,
    Table,
    Tone,
)

_GAP = 20
_LARGER = 1.1
"""Pixels here for one of a sheet's: its 10 points are 13 pixels there and 14 here."""
_PARAS = {Tone.PLAIN: looks.PARA, Tone.QUIET: looks.NOTE, Tone.STRONG: looks.STRONG_PARA}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where blocks stand: the document of their tables, their columns on the sheet, their room, their heading's tag."""

    document: Document
    grid: tuple[int, ...]
    room: int
    heading: str


def report(document: Document, *sheets: Sheet) -> bytes:
    """Write sheets of a report, all of its own where none is given; the same sheets make the same bytes.

    What stands under a sheet's printed page leads to other sheets, and is left out.

    Raises:
        KeyError: a chart is of a table that the document does not have.
    """
    rows = [placed(_line("p", document.banner, looks.STRONG_PARA), across="center")] if document.banner else []
    for number, sheet in enumerate(sheets or document.sheets):
        rows += _sheet(sheet, document, first=number == 0)
    rows.append(placed(_line("p", document.footer, replace(looks.NOTE, size=looks.SMALL)), over=20))
    return framed(document.title, document.language, *rows).encode()


def _sheet(sheet: Sheet, document: Document, first: bool) -> Iterator[str]:
    title = looks.TITLE if first else replace(looks.TITLE, size=13)
    yield placed(_line("h1" if first else "h2", sheet.title, title), over=0 if first else 24, under=2)
    if sheet.lead:
        yield placed(_line("p", sheet.lead, looks.LEAD if first else looks.NOTE))
    yield from _rows(sheet.blocks, _Frame(document, sheet.widths, WIDE, "h2" if first else "h3"))


def _rows(blocks: Sequence[Block], frame: _Frame) -> Iterator[str]:
    """The rows of a page, or of a stack, one for each block."""
    for block in blocks:
        match block:
            case NewPage():
                continue
            case Heading(text):
                yield placed(_line(frame.heading, text, looks.HEADING), over=14, under=4)
            case Opening():
                yield tag("tr", _block(block, frame))
            case Beside(stacks):
                yield from (placed(_side_by_side(some, frame), under=0) for some in _fitting(stacks, frame))
            case _:
                yield placed(_block(block, frame))


def _line(name: str, text: str, look: Look) -> str:
    return tag(name, words(text), style=f"margin:0;{css(replace(look, across=''))}")


def _block(block: Block, frame: _Frame) -> str:
    match block:
        case Opening(text):
            return cell(words(text), looks.OPENING, padding="12px 0 6px 0")
        case Para(text, tone):
            return _line("p", text, _PARAS[tone])
        case Figures():
            return tables.figures(block)
        case HeatMap():
            return drawings.heat_map(block)
        case Chart(about=text, spot=Spot()):
            return _line("p", text, looks.PARA)
        case Chart():
            return drawings.chart(block, frame.document, frame.room)
        case Table(rows=()):
            return _line("p", block.empty, looks.PARA)
        case Table():
            return tables.table(block, frame.document, frame.grid)
        case _:
            return ""


def _fitting(stacks: Sequence[Stack], frame: _Frame) -> Iterator[tuple[tuple[Stack, int], ...]]:
    """Stacks with their widths, as many side by side as there is room for; one alone has all of it, unless small."""
    together: list[tuple[Stack, int]] = []
    for stack in stacks:
        wide = min(frame.room, round(sum(_grid(stack, frame)) * _LARGER))
        if together and sum(width + _GAP for _, width in together) + wide > frame.room:
            yield _spread(together, frame.room)
            together = []
        together.append((stack, wide))
    if together:
        yield _spread(together, frame.room)


def _spread(together: Sequence[tuple[Stack, int]], room: int) -> tuple[tuple[Stack, int], ...]:
    (stack, wide), *others = together
    return tuple(together) if others or wide < room / 2 else ((stack, room),)


def _grid(stack: Stack, frame: _Frame) -> tuple[int, ...]:
    return frame.grid[stack.at : stack.at + stack.wide]


def _side_by_side(stacks: Sequence[tuple[Stack, int]], frame: _Frame) -> str:
    """Tables that stand at the left as long as there is room, and under each other on a phone; cells for Outlook."""
    widths = [wide + _GAP for _, wide in stacks[:-1]] + [stacks[-1][1]]
    cells = [opened(sum(widths), widths[0])]
    cells += [f'</td><td width="{width}" valign="top">' for width in widths[1:]]
    parts = []
    for opening, width, (stack, wide) in zip(cells, widths, stacks, strict=True):
        inner = replace(frame, grid=_grid(stack, frame), room=wide)
        rows = tag("table", *_rows(stack.blocks, inner), **LAYOUT, width="100%")
        held = row(tag("td", rows, style=f"padding:0 {width - wide}px 0 0"))
        style = f"display:inline-table;vertical-align:top;max-width:{width}px"
        parts += [for_word(opening), tag("table", held, **LAYOUT, width="100%", style=style)]
    return "".join([*parts, for_word(SHUT)])
