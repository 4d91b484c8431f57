"""A chart and the cells of its table in, XlsxWriter's options out: bands in their fills, plain, no clutter."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from riskbook.excel import looks
from riskbook.excel.book import Options, Range
from riskbook.matrix import Score
from riskbook.report.blocks import Chart, ChartKind, Series, Spot

_TYPES: Mapping[ChartKind, Options] = {
    ChartKind.STACKED_COLUMN: {"type": "column", "subtype": "stacked"},
    ChartKind.STACKED_BAR: {"type": "bar", "subtype": "stacked"},
    ChartKind.COLUMN: {"type": "column"},
    ChartKind.COLUMNS: {"type": "column"},
    ChartKind.MATRIX: {"type": "column", "subtype": "stacked"},
}
_GAPS = {
    ChartKind.STACKED_COLUMN: 40,
    ChartKind.STACKED_BAR: 45,
    ChartKind.COLUMN: 90,
    ChartKind.COLUMNS: 60,
    ChartKind.MATRIX: 0,
}
_LEGENDS = {
    ChartKind.STACKED_COLUMN: "top",
    ChartKind.STACKED_BAR: "bottom",
    ChartKind.COLUMN: "none",
    ChartKind.COLUMNS: "top",
    ChartKind.MATRIX: "none",
}
_IN_TIME = (looks.PALE, looks.ACCENT, looks.WHITE)
"""Fills of columns side by side: before, now, to come."""
_NO_NOUGHTS = "0;;;"
_NO_NOUGHTS_OR_ONES = "[>1]0;;;"
_NONE = {"none": True}


@dataclass(frozen=True, slots=True)
class Column:
    """Where a column of a table stands: its sheet, its cells without header and total, its header's cell."""

    sheet: str
    cells: Range
    header: tuple[int, int]


def kind(chart: Chart) -> Options:
    """What ``Book.chart`` is asked for."""
    return _TYPES[chart.kind]


def size(chart: Chart) -> float:
    """The points of a chart's words: columns side by side stand on sheets too wide for small type."""
    return looks.BODY if chart.kind is ChartKind.COLUMNS else looks.SMALL


def draw(made: Any, chart: Chart, labels: Column, values: Mapping[str, Column]) -> None:
    """Fill an XlsxWriter chart from the cells of its table; ``values`` are by header."""
    for number, series in enumerate(chart.series, 1):
        drawn = _series(chart, series, labels, values[series.header])
        made.add_series({**drawn, **_squares(chart.spot, number)} if chart.spot else drawn)
    font = {"name": looks.FONT, "size": size(chart), "color": _hash(looks.INK)}
    names = {"num_font": font, "line": {"color": _hash(looks.RULE)}, "major_tick_mark": "none"}
    scale = {"visible": False, "min": 0, "major_gridlines": {"visible": False}, "num_font": font}
    on_side = chart.kind is ChartKind.STACKED_BAR
    names |= {"visible": False} if chart.spot else {}
    scale |= {"max": len(chart.series)} if chart.spot else {}
    made.set_x_axis(scale if on_side else names)
    made.set_y_axis({**names, "reverse": True} if on_side else scale)
    legend = _LEGENDS[chart.kind]
    made.set_legend(_NONE if legend == "none" else {"position": legend, "font": font})
    made.set_title(_NONE)
    made.set_chartarea({"border": _NONE, "fill": _NONE})
    whole = {"layout": {"x": 0.01, "y": 0.01, "width": 0.98, "height": 0.98}} if chart.spot else {}
    made.set_plotarea({"border": _NONE, "fill": _NONE, **whole})
    made.set_size({"width": chart.size[0], "height": chart.size[1]})


def _series(chart: Chart, series: Series, labels: Column, values: Column) -> dict[str, Any]:
    fill, ink, edge = _colours(chart, series)
    unscored_column = series.band is None and chart.kind is ChartKind.STACKED_COLUMN
    label = {
        "value": True,
        "num_format": _NO_NOUGHTS_OR_ONES if unscored_column else _NO_NOUGHTS,
        "font": {
            "name": looks.FONT,
            "size": size(chart),
            "color": _hash(ink),
            "bold": series.band is not None and looks.is_dark(series.band),
        },
        "position": "outside_end" if chart.kind in (ChartKind.COLUMN, ChartKind.COLUMNS) else "center",
    }
    return {
        "name": [values.sheet, *values.header],
        "categories": [labels.sheet, *labels.cells],
        "values": [values.sheet, *values.cells],
        "fill": {"color": _hash(fill)},
        "border": {"color": _hash(edge), "width": 0.75},
        "gap": _GAPS[chart.kind],
        "data_labels": label,
    }


def _squares(spot: Spot, impact: int) -> dict[str, Any]:
    """A row of the matrix: each square in its band's fill; the one that is marked has its number, in a frame of ink."""
    scores = [Score(impact, level.value) for level in spot.matrix.likelihood]
    bands = {score: spot.matrix.band(score) for score in scores}
    points = [
        {
            "fill": {"color": _hash(bands[score].fill)},
            "border": {"color": _hash(looks.INK if score == spot.score else looks.WHITE), "width": 0.75},
        }
        for score in scores
    ]
    labels = [
        {"value": str(spot.matrix.number(score)), "font": {"color": _hash(bands[score].ink), "bold": True}}
        if score == spot.score
        else {"delete": True}
        for score in scores
    ]
    font = {"name": looks.FONT, "size": looks.SMALL}
    return {"points": points, "data_labels": {"value": True, "custom": labels, "position": "center", "font": font}}


def _colours(chart: Chart, series: Series) -> tuple[str, str, str]:
    """Fill, ink of the label and edge of a series."""
    if series.band:
        return series.band.fill, series.band.ink, looks.WHITE
    if chart.kind is ChartKind.COLUMNS:
        return _IN_TIME[chart.series.index(series)], looks.INK, looks.ACCENT
    if chart.kind is ChartKind.COLUMN:
        return looks.ACCENT, looks.INK, looks.WHITE
    return looks.WHITE, looks.INK, looks.QUIET


def _hash(colour: str) -> str:
    return f"#{colour}"
