"""A sheet and its drawing in, its page set-up out: what is repeated, where pages end, and that nothing is too small.

Widths are those at which text of 10 points still prints at 8 in LibreOffice, whose columns are 5.9 % wider.
"""

from collections.abc import Sequence

from riskbook.excel import looks
from riskbook.excel.book import Print
from riskbook.excel.laid import Laid
from riskbook.report.blocks import Beside, Block, Chart, Document, HeatMap, Paper, Screen, Sheet

SMALLEST = 8
"""Points of the smallest text on paper."""
_WIDER = 1.0594
_SIDES, _ENDS = 0.6, 1.05
_LONG, _SHORT = 297 / 25.4, 210 / 25.4
_PIXELS, _POINTS = 96, 72
_SCREEN_SCALE = 80


def set_up(document: Document, sheet: Sheet, laid: Laid, last: int) -> Print:
    """Say how a sheet is printed; ``last`` is the last row on paper.

    Raises:
        ValueError: its columns are too wide to be read on paper, or it has a ``NewPage`` and no scale.
    """
    area = (0, 0, last, len(sheet.widths) - 1)
    if isinstance(sheet.use, Screen):
        return _over_pages(document, sheet, sheet.use, laid, area)
    return _fitted(document, sheet, sheet.use, laid, area)


def fits_one_page(sheet: Sheet, use: Paper, laid: Laid) -> bool:
    """Whether one page holds the sheet with its smallest text still large enough."""
    inches = (_LONG if use.portrait else _SHORT) - _ENDS
    return sum(laid.heights) * SMALLEST / _smallest(sheet) <= inches * _POINTS


def widest(size: float, portrait: bool) -> int:
    """The pixels that columns may add up to when the smallest text has ``size`` points."""
    inches = (_SHORT if portrait else _LONG) - _SIDES
    return int(inches * _PIXELS / (SMALLEST / size) / _WIDER)


def column_breaks(widths: Sequence[int], frozen: int, starts: Sequence[int]) -> tuple[int, ...]:
    """The columns before which a page ends, at the start of a group where there is one.

    The first ``frozen`` columns are repeated on every page.
    """
    room = widest(looks.BODY, portrait=False) - sum(widths[:frozen])
    breaks: list[int] = []
    begun = frozen
    for column in range(frozen, len(widths)):
        if column > begun and sum(widths[begun : column + 1]) > room:
            begun = max((start for start in starts if begun < start <= column), default=column)
            breaks.append(begun)
    return tuple(breaks)


def _fitted(document: Document, sheet: Sheet, use: Paper, laid: Laid, area: tuple[int, int, int, int]) -> Print:
    most = widest(_smallest(sheet), use.portrait)
    if sum(sheet.widths) > most:
        raise ValueError(f"{sheet.name}: columns add up to {sum(sheet.widths)} px; {most} px can be read on paper.")
    if laid.breaks and not use.scale:
        raise ValueError(f"{sheet.name}: a new page is heeded only on a sheet that is printed at a scale.")
    one = use.one_page and fits_one_page(sheet, use, laid)
    repeated = len(laid.tables) == 1 and not use.scale and not one
    return Print(
        document.footer,
        document.banner,
        area,
        fit=None if use.scale else (1, 1 if one else 0),
        scale=use.scale or 100,
        portrait=use.portrait,
        repeat_rows=_headers(laid) if repeated else None,
        row_breaks=laid.breaks,
    )


def _over_pages(document: Document, sheet: Sheet, use: Screen, laid: Laid, area: tuple[int, int, int, int]) -> Print:
    """Print a wide table in parts; its title goes over every page, for a repeated column would cut it off."""
    fields = laid.tables[0].table.fields
    headers = _headers(laid)
    starts = [i for i in range(1, len(fields)) if fields[i].group and fields[i].group != fields[i - 1].group]
    return Print(
        document.footer,
        document.banner,
        (headers[0], *area[1:]),
        head=sheet.title,
        fit=None,
        scale=_SCREEN_SCALE,
        repeat_rows=headers,
        repeat_columns=(0, use.frozen - 1) if use.frozen else None,
        column_breaks=column_breaks(sheet.widths, use.frozen, starts),
    )


def _headers(laid: Laid) -> tuple[int, int]:
    """The rows of the first table's headers, with the bands above them."""
    table = laid.tables[0]
    return (table.row - bool(any(field.group for field in table.table.fields)), table.row)


def _smallest(sheet: Sheet) -> float:
    """The points of the smallest text on a sheet: heat maps and charts have some that is smaller than a table's."""
    return looks.SMALL if any(isinstance(block, HeatMap | Chart) for block in _all(sheet.blocks)) else looks.BODY


def _all(blocks: Sequence[Block]) -> list[object]:
    found: list[object] = []
    for block in blocks:
        found += [inner for stack in block.stacks for inner in stack.blocks] if isinstance(block, Beside) else [block]
    return found
