"""Values and looks in, a workbook's bytes out: the one module that speaks to XlsxWriter.

XlsxWriter drops what it does not like and says so by a return code or a warning. Here both are errors, with the sheet
and the cell. Rows and columns count from 0, as XlsxWriter's do; errors name cells as Excel does.
"""

import re
import sys
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from functools import partial
from typing import Any

from xlsxwriter.exceptions import XlsxWriterException

from riskbook.excel import looks, writer
from riskbook.excel.finish import finish
from riskbook.excel.looks import Edge, Look
from riskbook.places import Place, letters
from riskbook.text import CELL, length, short

_STAND_IN = "\ue000riskbook text "
_PROPERTY = {
    "size": "font_size",
    "ink": "font_color",
    "fill": "bg_color",
    "across": "align",
    "down": "valign",
    "wrapped": "text_wrap",
    "number": "num_format",
    "underlined": "underline",
}

Options = Mapping[str, Any]
"""Options in XlsxWriter's words, for what riskbook's other modules say better themselves."""
Where = str | Place
"""What an error names."""
Range = tuple[int, int, int, int]
"""First row, first column, last row, last column."""


class WriteError(Exception):
    """Something that a workbook cannot hold, with its place."""


@dataclass(frozen=True, slots=True)
class Print:
    """How a sheet is printed on A4: fitted to pages across and down (0: as many as it takes), or at ``scale`` per cent.

    ``margins`` are left, right, top and bottom in inches. Ranges of rows and columns are (first, last); breaks stand
    before the rows and columns that they name. ``head`` stands at the left over every page, ``banner`` in the middle.
    """

    footer: str
    banner: str
    area: Range
    head: str = ""
    fit: tuple[int, int] | None = (1, 0)
    scale: int = 100
    portrait: bool = False
    repeat_rows: tuple[int, int] | None = None
    repeat_columns: tuple[int, int] | None = None
    row_breaks: tuple[int, ...] = ()
    column_breaks: tuple[int, ...] = ()
    across_first: bool = False


class Book:
    """A workbook in the making.

    ``created`` stands for the clock: the same calls with the same date make the same bytes.
    """

    def __init__(self, title: str, subject: str, author: str, created: date, language: str = "en-GB") -> None:
        font = {"font_name": looks.FONT, "font_size": looks.BODY}
        own = {"default_format_properties": font, "default_row_height": 17, "default_column_width": 64}
        never = dict.fromkeys(("strings_to_formulas", "strings_to_urls", "strings_to_numbers"), False)
        self._book = writer.Workbook({**own, **never})
        self._language = language
        self._formats: dict[tuple[Look, bool], Any] = {}
        self._texts: dict[str, str] = {}
        self._fitted: list[int] = []
        self._pages: list[Page] = []
        about = {"title": title, "subject": subject, "author": author}
        for key, words in about.items():
            self.clean(words, key)
        moment = datetime(created.year, created.month, created.day)  # noqa: DTZ001 (a file's date has no zone here)
        self._book.set_properties({**about, "created": moment})

    def page(self, name: str) -> "Page":
        """Add a sheet."""
        page = Page(self, self.do(name, self._book.add_worksheet, name), name)
        self._pages.append(page)
        return page

    def name(self, name: str, formula: str) -> None:
        """Define a name for a place or a constant ("=Lists!$A$1:$A$5")."""
        self.do(name, self._book.define_name, name, formula)

    def property(self, name: str, value: str | int | bool) -> None:
        """Write a custom property of the document."""
        self.do(name, self._book.set_custom_property, name, value)

    def close(self) -> bytes:
        """Give the workbook's bytes; nothing can be added after that."""
        fitted = [number for number, page in enumerate(self._pages, 1) if page.fitted]
        return finish(partial(self.do, "the workbook", self._book.pack), self._language, fitted, self._texts)

    def format(self, look: Look, quoted: bool = False) -> Any:
        """XlsxWriter's format for a look; ``quoted`` keeps Excel from reading text as a formula when it is edited."""
        made = self._formats.get((look, quoted))
        if made is None:
            properties = _properties(look) | ({"quote_prefix": True} if quoted else {})
            made = self._formats[look, quoted] = self._book.add_format(properties)
        return made

    def chart(self, options: Options) -> Any:
        """A new XlsxWriter chart."""
        return self._book.add_chart(options)

    def text(self, words: str) -> str:
        """The words as XlsxWriter may have them, which for a few is a stand-in until the end.

        XlsxWriter takes a text from ``<r>`` to ``</r>`` for XML of its own.
        """
        if words.startswith(_STAND_IN) or (words.startswith("<r>") and words.endswith("</r>")):
            stand_in = f"{_STAND_IN}{len(self._texts)}"
            self._texts[stand_in] = words
            return stand_in
        return words

    def clean(self, words: str, where: Where) -> str:
        """Words that stand outside cells, where control characters cannot be spelt."""
        if found := re.search("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]", words):
            raise WriteError(f"{where}: a character that cannot stand here (U+{ord(found[0]):04X}).")
        return words

    def do(self, where: Where, action: Callable[..., Any], *given: Any, **named: Any) -> Any:
        """Call XlsxWriter, and let it drop nothing in silence."""
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                answer = action(*given, **named)
            except (Warning, XlsxWriterException, ValueError) as trouble:
                raise WriteError(f"{where}: {trouble}") from trouble
        return checked(answer, where)


class Page:
    """A sheet in the making. ``fitted`` lets programs fit its rows again as somebody types."""

    def __init__(self, book: Book, sheet: Any, name: str) -> None:
        self.name = name
        self.fitted = False
        self._book = book
        self._sheet = sheet
        self._tables: list[Range] = []
        self._merged: list[Range] = []
        sheet.hide_gridlines(2)

    def text(self, row: int, column: int, words: str, look: Look) -> None:
        """Write text, always as text, unaltered."""
        if not words:
            self.blank(row, column, look)
            return
        self._held(row, column, words)
        form = self._book.format(look, _quoted(words))
        self._written(row, column, self._sheet.write_string(row, column, self._book.text(words), form))

    def link(self, row: int, column: int, words: str, look: Look, sheet: str, cell: str = "A1") -> None:
        """Write text that leads to another place in the workbook."""
        self._held(row, column, words)
        form = self._book.format(look, _quoted(words))
        target = "internal:'{}'!{}".format(sheet.replace("'", "''"), cell)
        where, shown = self.place(row, column), self._book.text(words)
        self._book.do(where, self._sheet.write_url, row, column, target, form, shown)

    def number(self, row: int, column: int, value: float, look: Look) -> None:
        """Write a finite number."""
        if not abs(value) <= sys.float_info.max:
            raise WriteError(f"{self.place(row, column)}: {value} is not a number that a cell can hold.")
        self._written(row, column, self._sheet.write_number(row, column, value, self._book.format(look)))

    def day(self, row: int, column: int, day: date, look: Look) -> None:
        """Write a date, which Excel knows from 1900 on."""
        if day.year < 1900:
            where = self.place(row, column)
            raise WriteError(f"{where}: {day.isoformat()} is before 1900, and Excel has no such dates.")
        self._written(row, column, self._sheet.write_datetime(row, column, day, self._book.format(look)))

    def blank(self, row: int, column: int, look: Look) -> None:
        """Give an empty cell its look."""
        self._written(row, column, self._sheet.write_blank(row, column, None, self._book.format(look)))

    def runs(self, row: int, column: int, runs: Sequence[tuple[str, Look]], look: Look) -> None:
        """Write words in several types, unaltered: two runs or more, none of them empty."""
        whole = "".join(words for words, _ in runs)
        self._held(row, column, whole)
        form = self._book.format(look, _quoted(whole))
        parts = [part for words, own in runs for part in (self._book.format(own), words)]
        self._book.do(self.place(row, column), self._sheet.write_rich_string, row, column, *parts, form)

    def formula(self, row: int, column: int, formula: str, value: str | float, look: Look) -> None:
        """Write a formula with the value that it has now."""
        form = self._book.format(look)
        self._written(row, column, self._sheet.write_formula(row, column, formula, form, value))

    def merge(self, cells: Range, look: Look) -> None:
        """Make several cells one, before the first of them is written."""
        self._apart(cells, self._tables)
        self._merged.append(cells)
        self._book.do(self.place(*cells[:2]), self._sheet.merge_range, *cells, "", self._book.format(look))

    def widths(self, pixels: Sequence[int], look: Look | None = None, first: int = 0) -> None:
        """Set the widths of the columns from ``first`` on, and the look of their empty cells."""
        form = self._book.format(look) if look else None
        for column, width in enumerate(pixels, first):
            self._written(0, column, self._sheet.set_column_pixels(column, column, width, form))

    def height(self, row: int, points: float) -> None:
        """Set a row's height."""
        self._written(row, 0, self._sheet.set_row(row, points))

    def settle(self, row: int) -> None:
        """Say that no more is written into a row."""
        self._sheet.settle(row)

    def table(
        self,
        cells: Range,
        name: str,
        headers: Sequence[tuple[str, Look]],
        title: str,
        about: str,
        filtered: bool = False,
    ) -> None:
        """Mark cells as a table, without a style of its own, and write its headers."""
        where = self.place(*cells[:2])
        self._apart(cells, [*self._tables, *self._merged])
        self._tables.append(cells)
        said = {"title": self._book.clean(title, where), "description": self._book.clean(about, where)}
        columns = [
            {"header": self._book.clean(words, where), "header_format": self._book.format(look)}
            for words, look in headers
        ]
        plain = {"style": None, "banded_rows": False, "autofilter": filtered}
        self._book.do(where, self._sheet.add_table, *cells, {"name": name, "columns": columns, **plain, **said})

    def validation(self, cells: Range, options: Options) -> None:
        """Say what may be typed into cells; a list of words cannot hold a comma, which parts them."""
        where = self.place(*cells[:2])
        source = options.get("source")
        if isinstance(source, list) and any("," in str(word) for word in source):
            raise WriteError(f"{where}: a word with a comma in it cannot be in a list of choices.")
        self._book.do(where, self._sheet.data_validation, *cells, dict(options))

    def conditional(self, cells: Range, formula: str, look: Look, stop: bool = True) -> None:
        """Give cells another look while a formula is true."""
        options = {"type": "formula", "criteria": formula, "format": self._book.format(look), "stop_if_true": stop}
        self._book.do(self.place(*cells[:2]), self._sheet.conditional_format, *cells, options)

    def sparkline(self, row: int, column: int, sheet: str, cells: Range, options: Options) -> None:
        """Draw the numbers of a row that stands elsewhere."""
        drawn = {"range": over(sheet, cells), **options}
        self._book.do(self.place(row, column), self._sheet.add_sparkline, row, column, drawn)

    def chart(self, row: int, column: int, chart: Any, about: str) -> None:
        """Put a chart of ``Book.chart`` over cells, with its alternative text; it moves and grows with them."""
        where = self.place(row, column)
        options = {"object_position": 1, "description": self._book.clean(about, where)}
        self._book.do(where, self._sheet.insert_chart, row, column, chart, options)

    def freeze(self, row: int, column: int) -> None:
        """Hold still what stands above a row and left of a column."""
        self._sheet.freeze_panes(row, column)

    def filter(self, cells: Range) -> None:
        """Offer a filter over cells that are not a table."""
        self._book.do(self.place(*cells[:2]), self._sheet.autofilter, *cells)

    def protect(self, options: Options) -> None:
        """Lock the cells whose look is locked; there is no password."""
        self._book.do(self.name, self._sheet.protect, "", dict(options))

    def hide(self) -> None:
        """Hide the sheet."""
        self._sheet.hide()

    def paper(self, how: Print) -> None:
        """Set the page up. Head and foot keep their size when the sheet is scaled."""
        sheet, do = self._sheet, self._book.do
        sheet.set_paper(9)
        if how.portrait:
            sheet.center_horizontally()
        else:
            sheet.set_landscape()
        sheet.set_margins(left=0.3, right=0.3, top=0.45, bottom=0.6)
        own = {"scale_with_doc": False, "align_with_margins": True}
        do(
            self.name,
            sheet.set_footer,
            f"&L{_type(8)}{_said(how.footer, _LINE)}&R{_type(8)}Page &P of &N",
            {"margin": 0.3, **own},
        )
        over = [
            f"&{side}{_type(10, 'Bold')}{_said(words, most)}"
            for side, words, most in (("L", how.head, _LINE), ("C", how.banner, _BANNER))
            if words
        ]
        if over:
            do(self.name, sheet.set_header, "".join(over), {"margin": 0.2, **own})
        do(self.name, sheet.print_area, *how.area)
        if how.fit:
            do(self.name, sheet.fit_to_pages, *how.fit)
        else:
            do(self.name, sheet.set_print_scale, how.scale)
        if how.repeat_rows:
            do(self.name, sheet.repeat_rows, *how.repeat_rows)
        if how.repeat_columns:
            do(self.name, sheet.repeat_columns, *how.repeat_columns)
        if how.across_first:
            sheet.print_across()
        do(self.name, sheet.set_h_pagebreaks, list(how.row_breaks))
        do(self.name, sheet.set_v_pagebreaks, list(how.column_breaks))

    def place(self, row: int, column: int) -> Place:
        """A cell of this sheet."""
        return Place("", self.name, row + 1, column + 1)

    def _apart(self, cells: Range, others: Iterable[Range]) -> None:
        """Refuse a table that lies over another one, or over cells made one: Excel would call the workbook damaged."""
        top, left, bottom, right = cells
        for other in others:
            if top <= other[2] and other[0] <= bottom and left <= other[3] and other[1] <= right:
                raise WriteError(f"{self.place(top, left)}: lies over {address(other)}, and one of them is a table.")

    def _held(self, row: int, column: int, words: str) -> None:
        """Refuse words that no cell holds."""
        if length(words) > CELL:
            where = self.place(row, column)
            raise WriteError(f"{where}: a text of {len(words):,} characters; a cell holds {CELL:,}.")
        if not words.isascii() and (found := re.search("[\ud800-\udfff\ufffe\uffff]", words)):
            where = self.place(row, column)
            raise WriteError(f"{where}: a character that no workbook holds (U+{ord(found[0]):04X}).")

    def _written(self, row: int, column: int, answer: int) -> None:
        """Refuse a code of XlsxWriter's, which says that something was dropped; a place is made only for an error."""
        if answer:
            checked(answer, self.place(row, column))


def address(cells: Range) -> str:
    """A range as formulas spell it, fixed: $A$1:$B$2."""
    top, left, bottom, right = cells
    return f"${letters(left + 1)}${top + 1}:${letters(right + 1)}${bottom + 1}"


def over(sheet: str, cells: Range) -> str:
    """A range of a sheet as formulas on another one spell it."""
    named = sheet.replace("'", "''")
    return f"'{named}'!{address(cells)}"


def checked(answer: Any, where: Where) -> Any:
    """Let XlsxWriter's answer through, unless it is a code that says that something was dropped."""
    if isinstance(answer, int) and answer != 0:
        raise WriteError(f"{where}: XlsxWriter does not write this (code {answer}).")
    return answer


def _quoted(words: str) -> bool:
    """Whether Excel would read text as a formula when somebody edits its cell."""
    return words.startswith(("=", "+", "-", "@", "\t", "\r"))


def _type(size: int, style: str = "Regular") -> str:
    """The code for a type in a head or a foot; the size first, or a figure after it would be read as part of it."""
    return f'&{size}&"{looks.FONT},{style}"'


def _said(words: str, most: int) -> str:
    """Words for a head or a foot, where an ampersand begins a code; cut, where they are longer than Excel takes."""
    return short(words, max(1, most - words.count("&"))).replace("&", "&&")


_LINE, _BANNER = 180, 20
"""Characters of a foot or a head, and of a banner: with their codes they are at most the 255 that Excel takes."""


def _properties(look: Look) -> dict[str, Any]:
    """A look in XlsxWriter's words."""
    properties: dict[str, Any] = {}
    for field in (field for field in fields(look) if field.init):
        value = getattr(look, field.name)
        if isinstance(value, Edge):
            properties |= {field.name: value.weight, f"{field.name}_color": f"#{value.colour}"}
        elif field.name in ("ink", "fill") and value:
            properties[_PROPERTY[field.name]] = f"#{value}"
        elif value or field.name == "locked":
            properties[_PROPERTY.get(field.name, field.name)] = value
    return properties
