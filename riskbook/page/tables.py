"""A table or a few facts in, a table of HTML out, in the looks of the workbook."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby

from riskbook.excel import cells as looked
from riskbook.excel import looks
from riskbook.excel.looks import Look
from riskbook.excel.tables import ruled, rules
from riskbook.page.markup import TABLE, cell, one_line, row, tag, words
from riskbook.report import words as said
from riskbook.report.blocks import Cell, Document, Figures, Missing, Now, Ref, Table, Text, ToFill


def figures(facts: Figures) -> str:
    """A line for each fact: its label, and what it is."""
    rows = [
        row(
            cell(words(one.label), looks.LABEL, "th", scope="row", width="22%"),
            cell(words(said.plain(one.value)), looks.toned(looks.CELL, one.tone)),
        )
        for one in facts.figures
    ]
    return tag("table", *rows, **TABLE, width="100%")


def table(given: Table, document: Document, grid: Sequence[int]) -> str:
    """Headers and rows; the first cell of a row heads it for those who hear it read."""
    flush = not any(isinstance(one[0], Now | Missing | ToFill) for one in given.rows)
    shares = _shares(grid, len(given.fields))
    heads = [
        cell(
            words(field.header), _set(looks.HEADER, field.centred), "th", _padding(at, flush), scope="col", width=share
        )
        for at, (field, share) in enumerate(zip(given.fields, shares, strict=True))
    ]
    body = [_row(given, index, flush, document) for index in range(len(given.all_rows))]
    return tag("table", _groups(given), row(*heads), *body, **TABLE, width="100%", summary=one_line(given.about))


def _row(table: Table, index: int, flush: bool, document: Document) -> str:
    cells = []
    edges, total = rules(table, index), index == len(table.rows)
    for at, (given, field) in enumerate(zip(table.all_rows[index], table.fields, strict=True)):
        look = _set(ruled(looked.look(_unlinked(given)), edges, total), field.centred)
        text = words(said.cell(given, document)) or "&nbsp;"
        head = {"scope": "row"} if at == 0 else {}
        cells.append(cell(text, look, "th" if head else "td", _padding(at, flush), **head))
    return row(*cells)


def _shares(grid: Sequence[int], fields: int) -> list[str]:
    """The widths of the first columns of a grid, in per cent of them together."""
    wide = [*grid, *[100] * fields][:fields]
    return [f"{max(1, round(100 * width / sum(wide)))}%" for width in wide]


def _groups(table: Table) -> str:
    """The bands over the headers, light and dark by turns; nothing where there is none."""
    if not any(field.group for field in table.fields):
        return ""
    bands = []
    for turn, (group, fields) in enumerate(groupby(table.fields, key=lambda field: field.group)):
        span = f"{len(tuple(fields))}"
        look = looks.GROUP[turn % 2] if group else looks.PARA
        bands.append(cell(words(group) or "&nbsp;", look, "th", scope="colgroup", colspan=span))
    return row(*bands)


def _unlinked(given: Cell) -> Cell:
    """A cell that leads nowhere: what it led to is in the workbook."""
    return replace(given, to=None) if isinstance(given, Text | Ref) else given


def _set(look: Look, centred: bool) -> Look:
    return replace(look, across="center" if centred else "left", indent=0)


def _padding(at: int, flush: bool) -> str:
    """The first column stands under its heading where it has no fill."""
    return "5px 6px 5px 0" if at == 0 and flush else "5px 6px"
