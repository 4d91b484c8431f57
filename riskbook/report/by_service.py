"""By service: how many risks every service and category has in each band, what moved there, what is overdue."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from riskbook.quarterly import Quarterly
from riskbook.report import cells, scores
from riskbook.report.blocks import (
    Block,
    Chart,
    ChartKind,
    Count,
    Heading,
    NewPage,
    Paper,
    Series,
    Sheet,
    Text,
    Tone,
)
from riskbook.report.columns import Column, table, widths
from riskbook.tally import Row

NAME = "By service"


def sheet(quarterly: Quarterly) -> Sheet:
    """List the counts of every service, with a bar for each, and on the next page those of every category."""
    tally = quarterly.tally
    return Sheet(
        name=NAME,
        title="Risks by service and by category",
        lead="Open risks. Projects and partnerships are counted once, on their own lines, and not again under the "
        "service that hosts them.",
        blocks=(
            *_counted("by_service", "Service", tally.services, quarterly),
            NewPage(),
            Heading("By category"),
            *_counted("by_category", "Category", tally.categories, quarterly),
        ),
        widths=widths(_columns(quarterly, "Service")),
        use=Paper(scale=_SCALE),
    )


def series(quarterly: Quarterly) -> tuple[Series, ...]:
    """What a chart of bands stacks: the worst band first, then what is not scored."""
    bands = reversed(quarterly.context.settings.matrix.bands)
    return (*(Series(band.name, band) for band in bands), Series(scores.UNSCORED))


_SCALE, _WIDE = 89, 1124
_NAME, _COUNT = 236, 82
_PAGE = 770
"""Pixels of a page's height at that scale, less a little."""
_ROW, _AROUND = 25, 200
_BAR, _LEGEND = 40, 60
_SHORTEST, _MARGIN = 200, 14


def _counted(name: str, kind: str, rows: Sequence[Row], quarterly: Quarterly) -> tuple[Block, ...]:
    """The table of counts, and the chart of them where there is room on the page; what counts nothing is left out."""
    kept = [row for row in rows if row.now.all or (row.last and row.last.all)]
    counted = table(
        name,
        _columns(quarterly, kind),
        kept,
        empty="There are no risks.",
        about=f"Risks in each band by {kind.lower()}, with what moved and the overdue actions.",
        total=quarterly.tally.total,
    )
    height = min(_LEGEND + _BAR * len(kept), _PAGE - _AROUND - _ROW * len(kept))
    if not kept or height < _SHORTEST:
        return (counted,)
    return (counted, Heading(f"Bands in each {kind.lower()}"), _chart(name, kind, kept, height, quarterly))


def _chart(name: str, kind: str, rows: Sequence[Row], height: int, quarterly: Quarterly) -> Chart:
    top = quarterly.tally.now.bands[0][0]
    first, last = (f"{row.name}, {row.now.of(top)} {top} of {row.now.all}" for row in (rows[0], rows[-1]))
    about = f"Stacked bars: risks in each band by {kind.lower()}. First {first}; last {last}."
    width = sum(widths(_columns(quarterly, kind))) - _MARGIN
    return Chart(ChartKind.STACKED_BAR, name, kind, series(quarterly), about, (width, height))


def _columns(quarterly: Quarterly, kind: str) -> tuple[Column[Row], ...]:
    """The name, a column for every band, and what changed since last round where there is one."""
    tally = quarterly.tally
    now, last = f"Rating in {cells.this_round(tally)}", cells.last_round(tally)
    top = tally.now.bands[0][0]
    was = _number(f"{top} in {last}", lambda row: row.last.of(top) if row.last else 0, f"Since {last}")
    moved = tuple(_number(word, count, f"Since {last}") for word, count in _MOVED.items())
    columns = (
        Column(kind, _NAME, lambda row: Text(row.name)),
        *(_band(band, now) for band, _ in tally.now.bands),
        _number(scores.UNSCORED, lambda row: row.now.unscored, now),
        Column("All risks", _COUNT, lambda row: Count(row.now.all, Tone.STRONG), now, centred=True),
        *([was] if tally.last else []),
        *(moved if last else ()),
        _number("Actions overdue", lambda row: row.overdue, "Actions"),
    )
    width = min(_COUNT, (_WIDE - _NAME) // (len(columns) - 1))
    return (columns[0], *(replace(column, width=width) for column in columns[1:]))


_MOVED: dict[str, Callable[[Row], int]] = {
    "Up": lambda row: row.up,
    "Down": lambda row: row.down,
    "New": lambda row: row.new,
}


def _band(name: str, group: str) -> Column[Row]:
    return _number(name, lambda row: row.now.of(name), group)


def _number(header: str, count: Callable[[Row], int], group: str) -> Column[Row]:
    return Column(header, _COUNT, lambda row: Count(count(row)), group, centred=True)
