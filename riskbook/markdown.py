"""Sheets of a report in, Markdown out, for committee papers: pipe tables that GitHub and Pandoc both read."""

import re
from collections.abc import Iterator, Sequence

from riskbook.matrix import Score
from riskbook.report import words as said
from riskbook.report.blocks import (
    Beside,
    Block,
    Cell,
    Chart,
    Document,
    Field,
    Figures,
    Heading,
    HeatMap,
    Moved,
    NewPage,
    Opening,
    Para,
    Sheet,
    Spot,
    Table,
    Tone,
)
from riskbook.text import printable


def report(document: Document, *sheets: Sheet) -> bytes:
    """Write sheets of a report, all of its own where none is given; the same sheets make the same bytes.

    What stands under a sheet's printed page leads to other sheets, and is left out.

    Raises:
        KeyError: a chart is of a table that the document does not have.
    """
    parts = [_bold(_line(document.banner))]
    for number, sheet in enumerate(sheets or document.sheets):
        above = "#" if number == 0 else "##"
        parts += [f"{above} {_line(sheet.title)}", _para(sheet.lead)]
        parts += _blocks(sheet.blocks, sheet.widths, document, f"{above}#")
    parts.append(_para(document.footer))
    return ("\n\n".join(filter(None, parts)) + "\n").encode()


def escaped(text: str) -> str:
    """Text of which neither GitHub nor Pandoc makes anything else, wherever in a line it stands."""
    return _MARKUP.sub(r"\\\g<0>", text)


_MARKUP = re.compile(
    r"[\\`*_{}\[\]<>#|~$^]"  # code, emphasis, attributes, links, tags, headings, tables, strikes, sums
    r"|(?<![^\W_])@"  # a citation of Pandoc's
    r"|&(?=#?\w+;)"  # an entity
    r"|:(?=//)|(?<=www)\.(?=\w)"  # an address that GitHub would make a link
    r"|:(?=[\w+-]+:)"  # a face of GitHub's
    r"|-(?=-)|(?<=-)-",  # a dash of Pandoc's
    re.IGNORECASE,
)
_LIST = re.compile(r"^(\(?(?:\d+|[a-z]|[ivxlcdm]+))([.)])(?=\s|$)", re.IGNORECASE)
_BLOCK = re.compile(r"^[-+=](?=[\s=-]|$)|^:|(?<=^table):", re.IGNORECASE)
_WORDS_OF_ABOVE = "In bold: above the appetite, beyond the thick line."


def _lines(text: str) -> list[str]:
    lines = (" ".join(line.split()) for line in printable(text)[0].splitlines())
    return [escaped(line) for line in lines if line]


def _line(text: str) -> str:
    """Words on one line, as a heading or a cell has them."""
    return " / ".join(_lines(text))


def _bold(line: str) -> str:
    return f"**{line}**" if line else ""


def _para(text: str) -> str:
    """Words of which no line begins a list or anything else; a line break is one."""
    return "\\\n".join(_BLOCK.sub(r"\\\g<0>", _LIST.sub(r"\1\\\2", line)) for line in _lines(text))


def _blocks(blocks: Sequence[Block], grid: Sequence[int], document: Document, above: str) -> Iterator[str]:
    """Blocks under each other, what stands side by side too."""
    for block in blocks:
        match block:
            case Heading(words):
                yield f"{above} {_line(words)}"
            case Opening(words):
                yield _para(words)
            case Para(words, tone):
                yield _bold(_line(words)) if tone is Tone.STRONG else _para(words)
            case Figures(figures):
                yield "\n".join(f"- {_bold(_line(one.label))}: {_line(said.plain(one.value))}" for one in figures)
            case HeatMap():
                yield from _heat_map(block)
            case Chart(about=words, spot=Spot()):
                yield _para(words)
            case Chart():
                yield _chart(block, document)
            case Table(rows=()):
                yield _para(block.empty)
            case Table():
                yield _table(block, grid, document)
            case Beside(stacks):
                for stack in stacks:
                    yield from _blocks(stack.blocks, grid[stack.at :], document, above)
            case NewPage():
                continue


def _table(table: Table, grid: Sequence[int], document: Document) -> str:
    rows = [[_cell(cell, document) for cell in row] for row in table.rows]
    rows += [[_bold(_cell(cell, document)) for cell in table.total]] if table.total else []
    return _piped(table.fields, rows, grid)


def _cell(cell: Cell, document: Document) -> str:
    if isinstance(cell, Moved) and cell.detail:
        return f"{_line(cell.words)}, {_line(cell.detail)}"
    return _line(said.cell(cell, document))


def _heat_map(heat: HeatMap) -> Iterator[str]:
    """The matrix, worst impact on top; what is above the appetite is in bold, and a line says so."""
    fields = [Field(said.IMPACT_BY_LIKELIHOOD), *(Field(str(step), centred=True) for step in heat.matrix.likelihood)]
    rows = [
        [_line(str(level)), *(_square(heat, Score(level.value, step.value)) for step in heat.matrix.likelihood)]
        for level in heat.matrix.impact[::-1]
    ]
    yield _piped(fields, rows, ())
    if heat.above:
        yield _WORDS_OF_ABOVE


def _square(heat: HeatMap, score: Score) -> str:
    number, count, letter, more = said.square(heat.square(score), heat)
    rating = f"{number} {letter}:" if number and count else f"{number} {letter}" if number else ""
    words = _line(" ".join(filter(None, (rating, count, "" if number else letter, more))))
    return _bold(words) if score in heat.above else words


def _chart(chart: Chart, document: Document) -> str:
    """The figures that it is drawn on."""
    fields = [Field(chart.labels), *(Field(one.header, centred=True) for one in chart.series)]
    rows = [
        [_line(label), *(_line(said.plain(number)) for _, number in numbers)]
        for label, numbers in said.drawn(chart, document)
    ]
    return _piped(fields, rows, ())


def _piped(fields: Sequence[Field], rows: Sequence[Sequence[str]], grid: Sequence[int]) -> str:
    """A pipe table; Pandoc makes columns as wide as their dashes are many."""
    wide = [max(_LEAST, width // _DASH) for width in [*grid, *[100] * len(fields)][: len(fields)]]
    rules = [
        f":{'-' * (dashes - 1)}{':' if field.centred else '-'}" for field, dashes in zip(fields, wide, strict=True)
    ]
    heads = [_line(field.header) for field in fields]
    return "\n".join(f"| {' | '.join(row)} |" for row in (heads, rules, *rows))


_DASH, _LEAST = 8, 3
"""Pixels of a sheet's column for one dash, and the fewest dashes."""
