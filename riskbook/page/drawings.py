"""A heat map or a chart in, its drawing out of table cells: each with its number, and its letter beside its colour."""

from collections.abc import Sequence
from dataclasses import replace

from riskbook.excel import looks
from riskbook.excel.heatmap import fenced
from riskbook.excel.looks import Look
from riskbook.matrix import Score
from riskbook.page.markup import LAYOUT, TABLE, cell, one_line, pixels, row, tag, words
from riskbook.report import words as said
from riskbook.report.blocks import Chart, ChartKind, Document, HeatMap, Series

_FIRST = "5px 6px 5px 0"
_COUNTED = f"font-size:{pixels(Look(size=12))}px;font-weight:bold"


def heat_map(heat: HeatMap) -> str:
    """The matrix in its colours, worst impact on top, and over it the steps of likelihood, to be read first."""
    share = f"{80 // len(heat.matrix.likelihood)}%"
    small = looks.SMALL if heat.small else looks.BODY
    axis = cell(words(said.IMPACT_BY_LIKELIHOOD), replace(looks.NOTE, size=small), "th", _FIRST, scope="col")
    steps = replace(looks.LIKELIHOOD, size=small, down="bottom")
    heads = [
        cell(words(str(step)), steps, "th", "3px 2px", scope="col", width=share) for step in heat.matrix.likelihood
    ]
    body = []
    for level in heat.matrix.impact[::-1]:
        label = words(str(level)).replace(" ", "&nbsp;", 1)
        impact = cell(label, replace(looks.IMPACT, size=small), "th", _FIRST, scope="row")
        body.append(row(impact, *(_square(heat, Score(level.value, step.value)) for step in heat.matrix.likelihood)))
    about = "Risks in each cell of the matrix, impact down and likelihood across; the letter is the band."
    return tag("table", row(axis, *heads), *body, **TABLE, width="100%", summary=about)


def _square(heat: HeatMap, score: Score) -> str:
    band = heat.matrix.band(score)
    number, count, letter, more = said.square(heat.square(score), heat)
    look = replace(fenced(heat, score, looks.square(band)), across="center", down="vcenter")
    counted = tag("span", count, style=_COUNTED) if count else ""
    parts = (number, words(letter), counted) if number else (counted, words(letter))
    first = " ".join(filter(None, parts))
    return cell(f"{first}<br>{words(more)}" if more else first, look, padding="5px 2px", height="36")


def chart(given: Chart, document: Document, room: int) -> str:
    """Bars of table cells, as long as their numbers, each with its number in it and the letter of its band."""
    drawn = said.drawn(given, document)
    most = max((sum(number for _, number in numbers) for _, numbers in drawn), default=0)
    rows = [
        row(
            cell(words(label), looks.PARA, "th", "3px 8px 3px 0", scope="row", width="20%"),
            cell(_bar(numbers, most, given, room), looks.PARA, padding="3px 0", width="80%"),
        )
        for label, numbers in drawn
    ]
    legend = [] if given.kind is ChartKind.COLUMN else [_legend(given)]
    return tag("table", *legend, *rows, **TABLE, width="100%", summary=one_line(given.about))


def _bar(numbers: Sequence[tuple[Series, int | float]], most: float, chart: Chart, room: int) -> str:
    """A bar: its parts in per cent of it, and it of the longest; in pixels too, for programs that know no more."""
    parts = [(series, number) for series, number in numbers if number > 0]
    whole = sum(number for _, number in parts)
    if not whole:
        return "0"
    cells = []
    for series, number in parts:
        text = f"{said.plain(number)} {series.band.letter if series.band else ''}".strip()
        share = f"{max(1, round(100 * number / whole))}%"
        cells.append(cell(words(text), _part(series, chart), padding="3px 1px", width=share))
    long = max(1, round(100 * whole / most))
    return tag("table", row(*cells), **LAYOUT, width=f"{long * room // 125}", style=f"width:{long}%")


def _part(series: Series, chart: Chart) -> Look:
    if series.band:
        return replace(looks.square(series.band), across="center", bold=looks.is_dark(series.band))
    if chart.kind is ChartKind.COLUMN:
        return Look(size=looks.SMALL, ink=looks.WHITE, fill=looks.ACCENT, across="center")
    return looks.boxed(Look(size=looks.SMALL, across="center"), looks.Edge(looks.THIN, looks.QUIET))


def _legend(chart: Chart) -> str:
    """What the letters and fills of the bars are."""
    names = [cell(words(str(one.band or one.header)), _part(one, chart), padding="2px 6px") for one in chart.series]
    table = tag("table", row(*names), **LAYOUT)
    blank = cell("&nbsp;", looks.PARA, padding="0", width="20%")
    return row(blank, cell(table, looks.PARA, padding="0 0 4px 0", width="80%"))
