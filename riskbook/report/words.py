"""A cell or a chart in, what it says in words and numbers out: for writers that draw nothing and lead nowhere."""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from riskbook.report import cells
from riskbook.report.blocks import (
    NIL,
    SCORES,
    Cell,
    Chart,
    Count,
    Day,
    Document,
    HeatMap,
    Missing,
    Money,
    Moved,
    Now,
    Percent,
    Ref,
    Refs,
    Retold,
    Series,
    Square,
    Text,
    Then,
    ToFill,
    Trend,
)

IMPACT_BY_LIKELIHOOD = "Impact ↓  Likelihood →"
"""What stands where the two axes of a matrix meet."""


def cell(given: Cell, document: Document) -> str:
    """What a cell says, as the workbook shows it; a sparkline is its scores, oldest first."""
    match given:
        case Text(words) | Ref(words) | Missing(words):
            return words
        case Now() | Then() | Retold():
            return given.words
        case Moved(words, detail):
            return f"{words}\n{detail}" if detail else words
        case Refs(refs):
            return ", ".join(refs)
        case ToFill(value):
            return "" if value is None else plain(value)
        case Trend(ref):
            return _trend(ref, document)
        case Day(day):
            return plain(day)
        case Count(number):
            return plain(number)
        case Percent(share):
            return f"{_rounded(share * 100)}%"
        case Money(pounds):
            return f"£{_rounded(pounds)}"


def plain(value: str | int | float | date) -> str:
    """A value as a cell without a format shows it; a date as all dates are shown."""
    if isinstance(value, date):
        return cells.short(value)
    return f"{value:.15g}" if isinstance(value, float) else str(value)


def square(one: Square, heat: HeatMap) -> tuple[str, str, str, str]:
    """What stands in a cell of a matrix: its number on a large map, the count, the letter, then what was and refs."""
    letter = heat.matrix.band(one.score).letter
    count = str(one.now) if one.now or (one.was and not heat.small) else ""
    if heat.small:
        return "", count, letter, ""
    was = f"(was {one.was})" if count and one.was is not None else ""
    return str(heat.matrix.number(one.score)), count, letter, " ".join(filter(None, (was, ", ".join(one.refs))))


def drawn(chart: Chart, document: Document) -> tuple[tuple[str, tuple[tuple[Series, int | float], ...]], ...]:
    """The labels of a chart, and for each the numbers of its series."""
    table = document.table(chart.table)
    label, columns = table.column(chart.labels), [(one, table.column(one.header)) for one in chart.series]
    return tuple(
        (cell(row[label], document), tuple((one, _number(row[column])) for one, column in columns))
        for row in table.rows
    )


def _number(given: Cell) -> int | float:
    match given:
        case Count(number) | Percent(number) | Money(number):
            return number
        case _:
            return 0


def _trend(ref: str, document: Document) -> str:
    rows = [row for sheet in document.sheets for one in sheet.tables() if one.name == SCORES for row in one.rows]
    for first, *scores in rows:
        if cell(first, document) == ref:
            return ", ".join(cell(score, document) or NIL.words for score in scores)
    return NIL.words


def _rounded(number: float) -> str:
    """A number without its fraction, a half up as Excel has it; thousands parted."""
    whole = Decimal(f"{number:.15g}").quantize(Decimal(1), ROUND_HALF_UP)
    return f"{whole + 0:,}"
