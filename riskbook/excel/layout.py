"""A sheet in, its drawing out: title, lead line, and its blocks down the page with the white space between them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from riskbook.excel import heatmap, looks, paper, tables, widths
from riskbook.excel.laid import Laid, Put, Puts, beside, needed, roomy, under
from riskbook.excel.looks import Look
from riskbook.excel.tables import Manner
from riskbook.report.blocks import (
    BLANK,
    Beside,
    Block,
    Chart,
    Figure,
    Figures,
    Heading,
    HeatMap,
    Link,
    NewPage,
    Opening,
    Paper,
    Para,
    Screen,
    Sheet,
    Stack,
    Table,
    Tone,
)

_TITLE, _LEAD, _HEADING = 26.0, 18.0, 28.0
_GAP, _GAP_OVER_BAND = 8.0, 6.0
_CLOSER = (25.0, 23.0, 21.0, 19.0)
"""Points of the short rows, by turns, of a sheet that would not be one page."""
_OPENING_LINE, _OPENING_PAD, _PARA_PAD = 15.5, 12, 6
_STARTED = Heading("")
"""What stands over the blocks of a stack: whatever it is, it has made the white space."""
_PARAS = {Tone.PLAIN: looks.PARA, Tone.QUIET: looks.NOTE, Tone.STRONG: looks.STRONG_PARA}


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where blocks stand: their first column, how many columns paragraphs run over, the sheet's widths.

    ``short`` is the height of the short rows of tables and maps that stand side by side.
    """

    at: int
    wide: int
    pixels: Sequence[int]
    manner: Manner
    short: float = tables.IN_STACKS.least

    def room(self, skipped: int = 0) -> int:
        """The pixels that words may run over, after the first ``skipped`` columns."""
        return sum(self.pixels[self.at + skipped : self.at + self.wide])


def lay(sheet: Sheet) -> Laid:
    """Draw the part of a sheet that is printed; one that is to be one page comes closer together where it must."""
    laid = _lay(sheet, _frame(sheet))
    if isinstance(sheet.use, Paper) and sheet.use.one_page:
        for short in _CLOSER:
            if paper.is_one_page(sheet, laid):
                break
            laid = _lay(sheet, replace(_frame(sheet), short=short))
    return laid


def lay_below(sheet: Sheet) -> Laid:
    """Draw the part of a sheet that stands under the printed page."""
    return under(_flow(sheet.below, _frame(sheet)))


def _lay(sheet: Sheet, frame: _Frame) -> Laid:
    heads = Puts.of(Put(0, 0, sheet.title, looks.TITLE), Put(1, 0, sheet.lead, looks.LEAD))
    return under([Laid((_TITLE, _LEAD), heads), *_flow(sheet.blocks, frame)])


def _frame(sheet: Sheet) -> _Frame:
    manner = tables.ON_SCREEN if isinstance(sheet.use, Screen) else tables.ON_PAPER
    return _Frame(0, len(sheet.widths), sheet.widths, manner)


def _flow(blocks: Sequence[Block], frame: _Frame, first: Block | None = None) -> list[Laid]:
    """Draw blocks to stand under each other, with white space between them; ``first`` is what stands above them."""
    parts: list[Laid] = []
    for before, block in zip((first, *blocks), blocks, strict=False):
        gap = _gap(before, block)
        parts += [Laid((gap,))] if gap else []
        parts.append(roomy(_block(block, frame)))
    return parts


def _gap(before: Block | None, block: Block) -> float:
    """The height of the row before a block; headings, paragraphs and sentences bring their own white space."""
    sentence = isinstance(block, Table) and not block.rows
    if sentence or isinstance(before, Heading) or isinstance(block, Heading | NewPage | Beside | Para | Opening):
        return 0
    return _GAP_OVER_BAND if isinstance(block, Table) and any(f.group for f in block.fields) else _GAP


def _block(block: Block, frame: _Frame) -> Laid:
    match block:
        case Heading(words):
            return Laid((_HEADING,), Puts.of(Put(0, frame.at, words, looks.HEADING)))
        case Para(words, tone, to):
            return _para(words, looks.link(_PARAS[tone]) if to else _PARAS[tone], frame, to)
        case Opening(words):
            return _opening(words, frame)
        case Figures(figures):
            return under([_figure(figure, frame) for figure in figures])
        case Table():
            return _table(block, frame)
        case HeatMap():
            return heatmap.lay(block, frame.at, frame.pixels, frame.short)
        case Chart(size=(width, height)):
            closer = (width, round(height * frame.short / tables.IN_STACKS.least))
            return Laid(charts=((0, frame.at, replace(block, size=closer)),))
        case NewPage():
            return Laid(breaks=(0,))
        case Beside(stacks):
            manner = replace(tables.IN_STACKS, least=frame.short)
            shared = replace(frame, manner=manner) if len(stacks) > 1 else frame
            return beside([_stack(stack, shared) for stack in stacks])


def _stack(stack: Stack, frame: _Frame) -> Laid:
    """Draw the blocks of a stack; a chart at its end stands over the rows that its neighbours need."""
    inner = replace(frame, at=frame.at + stack.at, wide=stack.wide)
    *above, last = stack.blocks
    gap = _gap(above[-1], last) if above else 0
    return under([*_flow(above, inner, first=_STARTED), Laid((gap,) if gap else ()), _block(last, inner)])


def _para(words: str, look: Look, frame: _Frame, to: Link | None = None) -> Laid:
    """A paragraph, in more than one row where no row is as tall."""
    return under(
        [
            Laid(
                (needed(part, look, frame.room()) + _PARA_PAD,),
                Puts.of(Put(0, frame.at, part, look, to, across=frame.wide)),
            )
            for part in _parts(words, look, frame.room())
        ]
    )


def _parts(words: str, look: Look, pixels: int) -> Iterator[str]:
    """Words in the parts that rows must hold them in."""
    most = widths.most_lines(widths.HIGHEST - _PARA_PAD, look.size)
    lines = widths.wrap(words, widths.room(pixels), look.size, look.bold)
    for start in range(0, len(lines) - most, most):
        end = 0
        for line in lines[start : start + most]:
            end = words.index(line, end) + len(line)
        yield words[:end]
        words = words[end:].lstrip()
    yield words


def _opening(words: str, frame: _Frame) -> Laid:
    lines = len(widths.wrap(words, widths.room(frame.room()), looks.OPENING.size))
    put = Put(0, frame.at, words, looks.OPENING, across=frame.wide)
    return Laid((lines * _OPENING_LINE + _OPENING_PAD,), Puts.of(put))


def _figure(figure: Figure, frame: _Frame) -> Laid:
    """A label, and its words over the other columns."""
    look = looks.toned(looks.CELL, figure.tone)
    look = replace(look, number=looks.DATE) if isinstance(figure.value, date) else look
    value = Put(0, frame.at + 1, figure.value, look, across=frame.wide - 1)
    label = Put(0, frame.at, figure.label, looks.LABEL)
    tall = max(
        needed(figure.label, looks.LABEL, frame.pixels[frame.at]), needed(figure.value, look, frame.room(skipped=1))
    )
    return Laid((tall,), Puts.of(label, value))


def _table(table: Table, frame: _Frame) -> Laid:
    """A table, or the sentence that stands for one without rows; on screen its headers stand ready for the first."""
    if table.rows:
        return tables.lay(table, frame.at, frame.pixels, frame.manner)
    sentence = _para(table.empty, looks.PARA, frame)
    if frame.manner is not tables.ON_SCREEN:
        return sentence
    ready = replace(table, rows=((BLANK,) * len(table.fields),), total=())
    return under([sentence, tables.lay(ready, frame.at, frame.pixels, frame.manner)])
