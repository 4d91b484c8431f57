"""A sheet's part in; what stands on it and how it would be seen, out."""

import html
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from riskbook import plain
from riskbook.grid import COLUMNS, ROWS, column_number, position, scanned
from riskbook.leaving.colours import resolved
from riskbook.leaving.styles import DRAWN
from riskbook.package import MAIN, Attributes, Relation, flag, linked, relations, serving, unescape, walk
from riskbook.safe import Package, Reason, Unreadable

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 1."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text that cells share; ``inks`` are the colours of its runs, where they have colours of their own."""

    words: str
    inks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell with something in it, or a formula: what it shows, as stored; ``number`` where it is one."""

    text: str
    style: int
    number: float | None = None
    formula: str = ""
    inks: tuple[str, ...] = ()


@dataclass(slots=True)
class Cells:
    """Cells by row and column, from 1. They are kept by row, because a register has some hundred thousand."""

    _rows: dict[int, dict[int, Cell]] = field(default_factory=dict)

    def __setitem__(self, at: tuple[int, int], cell: Cell) -> None:
        self._rows.setdefault(at[0], {})[at[1]] = cell

    def __contains__(self, at: tuple[int, int]) -> bool:
        return at[1] in self._rows.get(at[0], ())

    def __iter__(self) -> Iterator[tuple[int, int]]:
        return ((row, column) for row, cells in self._rows.items() for column in cells)

    def __len__(self) -> int:
        return sum(map(len, self._rows.values()))

    def get(self, at: tuple[int, int]) -> Cell | None:
        """The cell there, if there is one."""
        return self._rows[at[0]].get(at[1]) if at[0] in self._rows else None

    def items(self) -> Iterator[tuple[tuple[int, int], Cell]]:
        """Every cell, with where it stands."""
        return (((row, column), cell) for row, cells in self._rows.items() for column, cell in cells.items())


@dataclass(frozen=True, slots=True)
class Table:
    """A marked table: its name, its cells, the headings that it declares, and its alternative text."""

    name: str
    cells: Range
    headers: tuple[str, ...]
    about: str
    has_header: bool = True


@dataclass(frozen=True, slots=True)
class Drawn:
    """Something that lies over cells: "chart", "picture" or "shape"; at which cell, and its alternative text."""

    kind: str
    row: int
    column: int
    about: str


@dataclass(frozen=True, slots=True)
class Hyperlink:
    """A cell that leads somewhere: outside to ``target``, or in this workbook to ``location``."""

    row: int
    column: int
    target: str
    location: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A sheet, looked over. ``filled`` are empty cells with a style, by row and column from 1."""

    name: str
    state: str
    purpose: str
    cells: Cells = field(default_factory=Cells)
    filled: Mapping[tuple[int, int], int] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: tuple[tuple[int, int], ...] = ()
    filtered: bool = False
    filters: tuple[Range, ...] = ()
    merges: tuple[Range, ...] = ()
    links: tuple[Hyperlink, ...] = ()
    tables: tuple[Table, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    noted: tuple[tuple[int, int], ...] = ()
    changes: tuple[tuple[str, int], ...] = ()
    cursor: str = "A1"
    top: str = "A1"
    frozen: bool = False
    protected: bool = False
    beside: tuple[str, ...] = ()


def seen(
    package: Package, link: Relation, name: str, state: str, shared: Sequence[Text], colours: Sequence[str]
) -> Seen:
    """Look a sheet over.

    Raises:
        Unreadable: a part of it is missing or damaged, or points outside the grid.
    """
    part = link.target
    if link.purpose != "worksheet":
        links = relations(package, part)
        drawn = [one for drawing in serving(links, "drawing") for one in _drawn(package, drawing)]
        beside = tuple(dict.fromkeys(in_xml(b"".join(package.chunks(part)))))
        return Seen(name, state, link.purpose, drawn=tuple(drawn), beside=beside)
    scan = scanned(package, part, lambda: _Scan(name, shared))
    links = relations(package, part)
    read = [_table(package, linked(one, links).target) for one in scan.tables]
    drawn = [one for drawing in serving(links, "drawing") for one in _drawn(package, drawing)]
    noted = [at for notes in serving(links, "comments", "threadedcomment") for at in _noted(package, notes)]
    return Seen(
        name=name,
        state=state,
        purpose=link.purpose,
        cells=scan.cells,
        filled=scan.filled,
        hidden_rows=frozenset(scan.hidden_rows),
        hidden_columns=tuple(scan.hidden_columns),
        filtered=scan.filtered or any(filtered for _, filtered in read),
        filters=tuple(scan.filters),
        merges=tuple(scan.merges),
        links=tuple(_hyperlink(one, links) for one in scan.links),
        tables=tuple(table for table, _ in read if table),
        drawn=tuple(drawn),
        noted=tuple(dict.fromkeys(noted)),
        changes=tuple(scan.changes),
        cursor=scan.cursor,
        top=scan.top,
        frozen=scan.frozen,
        protected=scan.protected,
        beside=tuple(dict.fromkeys(_beside(package, part))),
    )


def texts(package: Package, part: str) -> list[Text]:
    """The texts that cells share, each with the colours of its runs.

    Raises:
        Unreadable: the part is missing or damaged.
    """
    found: list[Text] = []
    runs: list[str] = []
    inks: list[str] = []
    ink = ""

    def start(_: Attributes) -> None:
        nonlocal ink
        ink = ""

    def colour(attributes: Attributes) -> None:
        nonlocal ink
        ink = resolved(attributes, ())

    def run(text: str) -> None:
        runs.append(unescape(text))
        if ink and text.strip():
            inks.append(ink)

    def end(_: str) -> None:
        found.append(Text("".join(runs), tuple(dict.fromkeys(inks))))
        runs.clear()
        inks.clear()

    walk(package, part, MAIN, {"si": start, "r": start, "color": colour}, {"t": run, "si": end}, ("rPh", "extLst"))
    return found


def area(reference: str) -> Range | None:
    """A range as Excel writes it, the dollars left out; None where it names none that a sheet has."""
    first, _, last = reference.replace("$", "").partition(":")
    begin, end = position(first), position(last or first)
    return (*begin, *end) if begin and end else None


def in_xml(data: bytes) -> Iterator[str]:
    """The texts and the values of attributes in XML, well-formed or not."""
    xml = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8", "replace")
    for found in _IN_XML.finditer(xml):
        words = html.unescape(found[found.lastindex or 0]).strip()
        if _SAYS.search(words):
            yield words


_IN_XML = re.compile(r">([^<>]+)<|=\"([^\"]*)\"|='([^']*)'|<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_SAYS = re.compile(r"[^\W_]")
_END_OF_CELLS = re.compile(rb"</(?:\w+:)?sheetData>|<(?:\w+:)?sheetData */>")
_NUMBER = re.compile(r"[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_DRAWINGS = (
    "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing",
    "http://purl.oclc.org/ooxml/drawingml/spreadsheetDrawing",
    *DRAWN,
    "http://schemas.microsoft.com/office/drawing/2017/decorative",
)
_TABLES = (*MAIN, "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main")
_NOTES = (*MAIN, "http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments")
_CRITERIA = ("filters", "top10", "customFilters", "dynamicFilter", "colorFilter", "iconFilter")
_NARROW = 0.5
"""A column narrower than this, in characters, is as good as hidden."""
_MOST_FILLED = 200_000
"""So many empty cells with a style are looked at on a sheet, and no more: a format filled down may be millions."""


class _Scan:
    """A worksheet on its way."""

    def __init__(self, name: str, shared: Sequence[Text]) -> None:
        self._name = name
        self._made = _making(name, shared)
        self.cells = Cells()
        self.filled: dict[tuple[int, int], int] = {}
        self.hidden_rows: set[int] = set()
        self.hidden_columns: list[tuple[int, int]] = []
        self.filtered = self.frozen = self.protected = False
        self.filters: list[Range] = []
        self.merges: list[Range] = []
        self.links: list[Attributes] = []
        self.tables: list[Attributes] = []
        self.changes: list[tuple[str, int]] = []
        self.cursor = self.top = "A1"
        self._row = 0
        self._row_spelt = ""
        self._column = 0
        self._cell: Attributes = {}
        self._stored: str | None = None
        self._formula: str | None = None
        self._range = ""

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        return {
            "sheetView": self._start_view,
            "pane": self._start_pane,
            "selection": self._start_selection,
            "sheetPr": self._start_sheet,
            "sheetProtection": self._start_protection,
            "col": self._start_columns,
            "row": self._start_row,
            "c": self._start_cell,
            "f": self._start_formula,
            "is": self._start_inline,
            "mergeCell": self._start_merge,
            "autoFilter": self._start_filter,
            "hyperlink": self.links.append,
            "tablePart": self.tables.append,
            "conditionalFormatting": self._start_changes,
            "cfRule": self._start_change,
            **dict.fromkeys(_CRITERIA, self._start_criterion),
        }

    def ends(self) -> dict[str, Callable[[str], None]]:
        return {"f": self._end_formula, "v": self._end_value, "t": self._end_run, "c": self._end_cell}

    def _start_view(self, view: Attributes) -> None:
        self.top = view.get("topLeftCell", self.top)

    def _start_pane(self, pane: Attributes) -> None:
        self.frozen = pane.get("state") in ("frozen", "frozenSplit")
        self.top = "A1" if self.frozen else self.top

    def _start_selection(self, selection: Attributes) -> None:
        self.cursor = selection.get("activeCell", self.cursor)

    def _start_sheet(self, sheet: Attributes) -> None:
        self.filtered |= flag(sheet.get("filterMode"))

    def _start_protection(self, protection: Attributes) -> None:
        self.protected = flag(protection.get("sheet"))

    def take(self, written: str) -> None:
        """Take in rows and cells as ``plain`` tells them."""
        for letters, digits, style, kind, formula, stored, row in plain.cells(written):
            if row:
                self._start_row(plain.attributes(row))
                continue
            at = int(digits), column_number(letters)
            if not (1 <= at[0] <= ROWS and at[1] <= COLUMNS):
                raise self._outside()
            self._add(at, kind, style, stored, None if formula is None else plain.text(formula))

    def _start_columns(self, columns: Attributes) -> None:
        first, last = (_whole(columns.get(end, "")) for end in ("min", "max"))
        narrow = _NUMBER.fullmatch(columns.get("width", "")) and float(columns["width"]) < _NARROW
        if flag(columns.get("hidden")) or narrow:
            self.hidden_columns.append((first, min(last, COLUMNS)))

    def _start_row(self, row: Attributes) -> None:
        self._row = _whole(row["r"]) if "r" in row else self._row + 1
        self._row_spelt = row["r"] if "r" in row and 1 <= self._row <= ROWS else ""
        self._column = 0
        low = row.get("ht") is not None and _NUMBER.fullmatch(row["ht"]) and float(row["ht"]) < 1
        if flag(row.get("hidden")) or (low and flag(row.get("customHeight"))):
            self.hidden_rows.add(self._row)

    def _start_cell(self, cell: Attributes) -> None:
        self._cell = cell
        self._stored = self._formula = None
        if "r" not in cell:
            self._column += 1
        elif column := self._in_row(cell["r"]):
            self._column = column
        elif at := position(cell["r"]):
            self._row, self._column = at
            self._row_spelt = ""
        else:
            raise self._outside()

    def _outside(self) -> Unreadable:
        return Unreadable(Reason.DAMAGED, f"its sheet “{self._name}” speaks of a cell that no sheet has")

    def _in_row(self, address: str) -> int:
        """The column of an address that is in the row begun last, as nearly all are; 0 of any other."""
        column = column_number(address.removesuffix(self._row_spelt)) if self._row_spelt else 0
        return column if column <= COLUMNS else 0

    def _start_formula(self, _: Attributes) -> None:
        self._formula = ""

    def _start_inline(self, _: Attributes) -> None:
        self._stored = ""

    def _end_formula(self, text: str) -> None:
        self._formula = text

    def _end_value(self, text: str) -> None:
        self._stored = text

    def _end_run(self, text: str) -> None:
        self._stored = (self._stored or "") + unescape(text)

    def _end_cell(self, _: str) -> None:
        cell, at = self._cell, (self._row, self._column)
        self._add(at, cell.get("t", "n"), cell.get("s", "0"), self._stored, self._formula)

    def _add(self, at: tuple[int, int], kind: str, style: str, value: str | None, formula: str | None) -> None:
        cell = self._made(kind, style, value, formula)
        if isinstance(cell, Cell):
            self.cells[at] = cell
        elif cell and (value is not None or len(self.filled) < _MOST_FILLED):
            self.filled[at] = cell

    def _start_merge(self, merge: Attributes) -> None:
        if found := area(merge.get("ref", "")):
            self.merges.append(found)

    def _start_filter(self, filter_: Attributes) -> None:
        if found := area(filter_.get("ref", "")):
            self.filters.append(found)

    def _start_criterion(self, _: Attributes) -> None:
        self.filtered = True

    def _start_changes(self, formatting: Attributes) -> None:
        self._range = formatting.get("sqref", "")

    def _start_change(self, rule: Attributes) -> None:
        if "dxfId" in rule:
            self.changes.append((self._range, _whole(rule["dxfId"])))


Made = Callable[[str, str, str | None, str | None], Cell | int]


def _making(name: str, shared: Sequence[Text]) -> Made:
    """What makes the cells of a sheet: most say what others say, and are made once.

    It is given a cell's type, its style, what is stored in it and its formula; of one that is empty it tells the style.
    """

    def shared_text(stored: str) -> Text:
        at = _whole(stored.strip() or "x")
        if at >= len(shared):
            raise Unreadable(Reason.DAMAGED, f"its sheet “{name}” speaks of a text that there is not")
        return shared[at]

    def made(kind: str, style: str, value: str | None, formula: str | None) -> Cell | int:
        stored = value or ""
        inks: tuple[str, ...] = ()
        number = None
        if value is None and formula is None:
            return _whole(style)
        if kind == "s":
            text, inks = shared_text(stored).words, shared_text(stored).inks
        elif kind == "n":
            text = stored
            number = float(stored) if _NUMBER.fullmatch(stored) else None
        else:
            text = unescape(stored) if kind == "str" else stored
        return Cell(text, _whole(style), number, formula or "", inks) if text or formula else _whole(style)

    return lru_cache(maxsize=1 << 14)(made)


def _table(package: Package, part: str) -> tuple[Table | None, bool]:
    """A table, and whether a filter is on in it."""
    said: Attributes = {}
    headers: list[str] = []
    filtered: list[Attributes] = []
    starts: dict[str, Callable[[Attributes], None]] = {
        "table": said.update,
        "tableColumn": lambda column: headers.append(unescape(column.get("name", ""))),
        **dict.fromkeys(_CRITERIA, filtered.append),
    }
    walk(package, part, _TABLES, starts, {})
    cells = area(said.get("ref", ""))
    if cells is None:
        return None, bool(filtered)
    about = said.get("altTextSummary") or said.get("altText") or ""
    name = said.get("displayName") or said.get("name") or "A table"
    return Table(name, cells, tuple(headers), about, said.get("headerRowCount", "1") != "0"), bool(filtered)


def _drawn(package: Package, part: str) -> list[Drawn]:
    """What lies over the cells of a sheet; of a group the first that is said of it."""
    found: list[Drawn] = []
    at: list[int] = []
    kind = about = ""

    def anchor(_: Attributes) -> None:
        nonlocal kind, about
        at.clear()
        kind = about = ""

    def of(name: str) -> Callable[[Attributes], None]:
        def start(_: Attributes) -> None:
            nonlocal kind
            kind = kind or name

        return start

    def told(attributes: Attributes) -> None:
        nonlocal about
        about = about or attributes.get("descr", "").strip() or attributes.get("title", "").strip()

    def decorative(attributes: Attributes) -> None:
        nonlocal about
        about = about or ("(for decoration)" if flag(attributes.get("val")) else "")

    def end(_: str) -> None:
        row, column = (*at, 0, 0)[:2]
        found.append(Drawn(kind or "shape", row, column, about))

    def corner(text: str) -> None:
        if len(at) < 2:
            at.append(_whole(text.strip() or "0") + 1)

    starts: dict[str, Callable[[Attributes], None]] = {
        **dict.fromkeys(_ANCHORS, anchor),
        "graphicFrame": of("chart"),
        "pic": of("picture"),
        "cNvPr": told,
        "decorative": decorative,
    }
    ends: dict[str, Callable[[str], None]] = {**dict.fromkeys(_ANCHORS, end), "row": corner, "col": corner}
    walk(package, part, _DRAWINGS, starts, ends)
    # A column stands before its row in an anchor.
    return [Drawn(one.kind, one.column, one.row, one.about) for one in found]


_ANCHORS = ("twoCellAnchor", "oneCellAnchor", "absoluteAnchor")


def _noted(package: Package, part: str) -> list[tuple[int, int]]:
    """The cells that comments or notes are about."""
    found: list[tuple[int, int]] = []

    def start(comment: Attributes) -> None:
        found.append(position(comment.get("ref", "")) or (0, 0))

    walk(package, part, _NOTES, {"comment": start, "threadedComment": start}, {})
    return found


def _hyperlink(link: Attributes, links: Mapping[str, Relation]) -> Hyperlink:
    first = area(link.get("ref", "").split(" ")[0]) or (0, 0, 0, 0)
    outside = any(name.endswith(" id") for name in link)
    target = linked(link, links).target if outside else ""
    return Hyperlink(first[0], first[1], target, link.get("location", ""))


def _beside(package: Package, part: str) -> Iterator[str]:
    """The words of a sheet that stand in none of its cells: prompts, lists, heads and feet, extensions."""
    data = b"".join(package.chunks(part))
    at = len(data)
    while (at := data.rfind(b"sheetData", 0, at)) > 0:
        if found := _END_OF_CELLS.match(data, data.rfind(b"<", 0, at)):
            return in_xml(data[found.end() :])
    return in_xml(data)


@lru_cache(maxsize=1 << 14)
def _whole(text: str) -> int:
    """A whole number as an attribute has it.

    Raises:
        Unreadable: it is none.
    """
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Unreadable(Reason.DAMAGED, f"it has “{text[:20]}” where a whole number belongs")
    return int(text)
