"""A document in, the bytes of its workbook out: every block drawn, every link, chart and sparkline led to its cells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby, islice
from typing import Any

from riskbook.excel import charts, layout, looks, notes, paper, prompts, tables
from riskbook.excel.book import Book, Page, WriteError, over
from riskbook.excel.charts import Column
from riskbook.excel.laid import Laid, Marked, Put, Puts, under
from riskbook.kinds import FIRST_DAY, LAST_DAY
from riskbook.places import Place
from riskbook.report.blocks import SCORES, Chart, Document, Link, Paper, Ref, Screen, Sheet, ToFill, Trend

_TALLEST_BAR = 44
"""Points that a sparkline's bar has for the highest number of the matrix, whatever the height of its row."""


@dataclass(slots=True)
class _Places:
    """Where everything stands: tables that have rows by name, rows by sheet and ref; the names of all tables.

    Of the scores their rows are kept, for sparklines draw on them.
    """

    tables: dict[str, tuple[str, Marked]] = field(default_factory=dict)
    rows: dict[tuple[str, str], str] = field(default_factory=dict)
    sheets: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)

    def add(self, sheet: Sheet, drawing: Laid) -> None:
        """Take in where the tables and the rows of a sheet stand."""
        self.sheets.add(sheet.name)
        self.names |= {table.name for table in sheet.tables()}
        for marked in drawing.tables:
            self.tables[marked.table.name] = (sheet.name, marked if marked.table.name == SCORES else marked.kept())
            for index, row in enumerate(marked.table.rows, marked.row + 1):
                for ref in islice((cell.words for cell in row if isinstance(cell, Ref)), 1):
                    self.rows.setdefault((sheet.name, ref), Place("", "", index + 1, marked.column + 1).cell)


def report(document: Document, sheets: Iterable[Sheet] | None = None) -> bytes:
    """Write a report; the same document makes the same bytes.

    Sheet by sheet: of a drawing, only what leads to other sheets waits until all of them stand. ``sheets`` are those of
    a document that has none of its own, one at a time: what stands on one is not kept while the next is drawn.

    Raises:
        WriteError: a workbook cannot hold something; the message names its sheet and cell.
        ValueError: a sheet is too wide for paper, or a block asks for what its sheet cannot do.
    """
    book = Book(document.title, document.subject, document.organisation, document.created, document.language)
    places = _Places()

    def begin(sheet: Sheet) -> _Begun:
        printed, whole = _lay(sheet)
        places.add(sheet, whole)
        return _begun(book, document, sheet, printed, whole)

    begun = list(map(begin, notes.cut(document.sheets if sheets is None else sheets)))
    for one in begun:
        one.finish(book, places)
    return book.close()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sheet of a document, ready to be written into a workbook. All sheets of one must be, in whatever order."""

    document: Document
    sheet: Sheet
    printed: Laid
    whole: Laid
    places: _Places

    def write(self, book: Book) -> Page:
        """Write the sheet as the next one of a workbook."""
        begun = _begun(book, self.document, self.sheet, self.printed, self.whole)
        begun.finish(book, self.places)
        return begun.page


def drawn(document: Document) -> tuple[Drawn, ...]:
    """The sheets of a document, and Notes where it has cells that are too long for paper.

    Raises:
        ValueError: as ``report``.
    """
    document = notes.continued(document)
    laid = [_lay(sheet) for sheet in document.sheets]
    places = _Places()
    for sheet, (_, whole) in zip(document.sheets, laid, strict=True):
        places.add(sheet, whole)
    return tuple(Drawn(document, sheet, *both, places) for sheet, both in zip(document.sheets, laid, strict=True))


def _lay(sheet: Sheet) -> tuple[Laid, Laid]:
    """A sheet's drawing: what is printed of it, and the whole."""
    printed = layout.lay(sheet)
    return printed, under([printed, layout.lay_below(sheet)])


@dataclass(frozen=True, slots=True)
class _Begun:
    """A sheet with its values and heights written, and what waits until all sheets stand."""

    page: Page
    title: str
    lead: str
    widths: tuple[int, ...]
    use: Paper | Screen
    waiting: Laid

    def finish(self, book: Book, places: _Places) -> None:
        """Write links, sparklines and charts, say what cells to be filled in take, and mark the tables."""
        for put in self.waiting.puts:
            if isinstance(put.value, str) and put.to and put.value:
                target = _target(self.page, put, put.to, places)
                self.page.link(put.row, put.column, put.value, put.look, put.to.sheet, target)
            if put.trend:
                _trend(self.page, put, put.trend, self.waiting.heights[put.row], places)
        _guide(self.page, self.waiting, places)
        for marked in self.waiting.tables:
            self._mark(marked)
        for row, column, chart in self.waiting.charts:
            _chart(book, self.page, row, column, chart, places)

    def _mark(self, marked: Marked) -> None:
        table = marked.table
        cells = (marked.row, marked.column, marked.row + marked.rows, marked.column + len(table.fields) - 1)
        headers = [(field.header, look) for field, look in zip(table.fields, marked.looks, strict=True)]
        about = table.about or f"{self.title}. {self.lead}"
        on_screen = isinstance(self.use, Screen)
        self.page.table(cells, f"tbl_{table.name}", headers, self.title, about, filtered=on_screen)
        for column, look in enumerate(marked.empty, marked.column):
            self.page.widths(self.widths[column : column + 1], look, first=column)
        if marked.large:
            first = Place("", "", marked.row + 2, marked.column + 1).cell
            body = (marked.row + 1, *cells[1:])
            self.page.conditional(body, f'{first}=""', looks.EMPTY_RULE)
        if isinstance(self.use, Screen):
            self.page.freeze(marked.row + 1, self.use.frozen)


def _begun(book: Book, document: Document, sheet: Sheet, printed: Laid, whole: Laid) -> _Begun:
    page = book.page(sheet.name)
    later = sum(marked.rows for marked in printed.tables if marked.large)
    page.paper(paper.set_up(document, sheet, printed, len(printed.heights) + later - 1))
    page.widths(sheet.widths)
    heights, waiting = list(whole.heights), list[Put]()

    def write(puts: Iterable[Put]) -> bool:
        """Write cells; say whether one of them waits."""
        before = len(waiting)
        for put in puts:
            _put(page, put)
            if put.to or put.trend or put.fill:
                waiting.append(put)
        return len(waiting) > before

    write(whole.puts)
    for marked in whole.tables:
        if marked.large:
            for height, puts in tables.rows(marked.table, marked.column, len(heights), sheet.widths, tables.ON_SCREEN):
                if not write(puts):
                    page.settle(len(heights))
                heights.append(height)
    for row, height in enumerate(heights):
        page.height(row, height)
    kept = tuple(marked.kept() for marked in whole.tables)
    rest = Laid(tuple(heights), Puts.of(*waiting), kept, whole.charts)
    return _Begun(page, sheet.title, sheet.lead, sheet.widths, sheet.use, rest)


def _put(page: Page, put: Put) -> None:
    """Write a value, but for words that lead somewhere."""
    row, column, look = put.row, put.column, put.look
    if put.across > 1:
        page.merge((row, column, row, column + put.across - 1), look)
    match put.value:
        case str(words):
            if not (put.to and words):
                page.text(row, column, words, look)
        case tuple(runs):
            page.runs(row, column, runs, look)
        case date() as day:
            page.day(row, column, day, look)
        case number:
            page.number(row, column, number, look)


def _guide(page: Page, laid: Laid, places: _Places) -> None:
    """Say what the cells to be filled in take: once for all that stand under each other and take the same."""
    cells = sorted(((put.column, put.row, put.fill) for put in laid.puts if put.fill), key=lambda cell: cell[:2])
    told = [
        (column, row - at, row, _taken(page, row, column, fill, places)) for at, (column, row, fill) in enumerate(cells)
    ]
    for (column, _, taken), run in groupby(told, key=lambda one: (one[0], one[1], one[3])):
        rows = [row for _, _, row, _ in run]
        if taken:
            page.validation((rows[0], column, rows[-1], column), taken)


def _taken(page: Page, row: int, column: int, fill: ToFill, places: _Places) -> Mapping[str, Any]:
    """What a cell to be filled in takes, and the prompt beside it; nothing where it takes anything without one."""
    told: dict[str, Any] = {}
    if fill.listed:
        _known(page, row, column, fill.listed, places)
    if fill.choices:
        told = {"validate": "list", "source": list(fill.choices)}
    elif fill.listed in places.tables:
        marked = places.tables[fill.listed][1]
        listed = _column(places, fill.listed, marked.table.fields[0].header)
        told = {"validate": "list", "source": f"={over(listed.sheet, listed.cells)}"}
    elif fill.day:
        told = {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}
    if told:
        told |= {"error_title": prompts.TITLE, "error_message": prompts.ONE_DAY if fill.day else prompts.FROM_LIST}
        told |= {"error_type": "warning", "error_message": prompts.NOT_LISTED} if fill.loose else {}
    if fill.prompt:
        told = {"validate": "any"} | told | {"input_title": fill.title, "input_message": fill.prompt}
    return told


def _target(page: Page, put: Put, link: Link, places: _Places) -> str:
    """The cell that a link leads to: its ref's row, or the top of a sheet that does not have it."""
    if link.sheet not in places.sheets:
        raise WriteError(f"{page.place(put.row, put.column)}: a link to “{link.sheet}”, and there is no such sheet.")
    return places.rows.get((link.sheet, link.ref), "A1")


def _trend(page: Page, put: Put, trend: Trend, height: float, places: _Places) -> None:
    """Draw a ref's scores, on one scale of points for all rows; a ref without scores has none."""
    _known(page, put.row, put.column, SCORES, places)
    if SCORES not in places.tables:
        return
    sheet, marked = places.tables[SCORES]
    for row, cells in enumerate(marked.table.rows, marked.row + 1):
        if isinstance(cells[0], Ref) and cells[0].words == trend.ref:
            drawn = (row, marked.column + 1, row, marked.column + len(cells) - 1)
            colours = {"series_color": f"#{looks.PALE}", "last_point": True, "last_color": f"#{looks.ACCENT}"}
            scale = {"type": "column", "min": 0, "max": round(trend.top * height / _TALLEST_BAR, 2)}
            page.sparkline(put.row, put.column, sheet, drawn, {**scale, **colours})


def _chart(book: Book, page: Page, row: int, column: int, chart: Chart, places: _Places) -> None:
    """Draw a chart; of a table without rows there is none."""
    _known(page, row, column, chart.table, places)
    if chart.table in places.tables:
        made = book.chart(charts.kind(chart))
        values = {series.header: _column(places, chart.table, series.header) for series in chart.series}
        charts.draw(made, chart, _column(places, chart.table, chart.labels), values)
        page.chart(row, column, made, chart.about)


def _known(page: Page, row: int, column: int, table: str, places: _Places) -> None:
    if table not in places.names:
        raise WriteError(f"{page.place(row, column)}: draws on the table “{table}”, and there is no such table.")


def _column(places: _Places, name: str, header: str) -> Column:
    sheet, marked = places.tables[name]
    column = marked.column + marked.table.column(header)
    cells = (marked.row + 1, column, marked.row + marked.rows - bool(marked.table.total), column)
    return Column(sheet, cells, (marked.row, column))
