"""Calls in, a workbook's parts out: XlsxWriter's own workbook and sheet, without the work that riskbook has no use for.

Private names of XlsxWriter stand in this module and nowhere else; a test holds every part of a workbook to what
XlsxWriter itself makes of the same calls.
"""

import io
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter import worksheet
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_rowcol_to_cell_fast

Pack = Callable[[str, str | bytes], None]
"""Takes a part of a workbook: its name, and all of it."""


class Worksheet(worksheet.Worksheet):  # type: ignore[misc]
    """A sheet whose cells are named by numbers, and whose formulas need no prefix: riskbook uses no such function."""

    write_number = worksheet.Worksheet._write_number
    write_datetime = worksheet.Worksheet._write_datetime
    write_blank = worksheet.Worksheet._write_blank
    write_formula = worksheet.Worksheet._write_formula

    def __init__(self) -> None:
        super().__init__()
        self.fh: Any = None
        self.table_cells = _Nothing()
        self._string = lru_cache(maxsize=1 << 14)(worksheet.CellStringTuple)
        self._as_tall: dict[Any, int] = {}

    def write_string(self, row: int, col: int, string: str, cell_format: Any) -> int:
        """Write a text that is no longer than a cell holds; cells that say the same share what is kept of them."""
        if self._check_dimensions(row, col):
            return -1
        self.table[row][col] = self._string(self.str_table._get_shared_string_index(string), cell_format)
        return 0

    def set_row_pixels(self, row: int, height: Any = None, cell_format: Any = None, options: Any = None) -> int:
        """Set a row's height; rows that are as tall share what is kept of them."""
        answer: int = super().set_row_pixels(row, height, cell_format, options)
        if answer == 0 and not options:
            first = self._as_tall.setdefault((height, cell_format), row)
            self.row_info[row], self.row_sizes[row] = self.row_info[first], self.row_sizes[first]
        return answer

    def settle(self, row: int) -> None:
        """Keep a row in less room, because no more is written into it."""
        if row in self.table:
            self.table[row] = _Settled.of(self.table[row])

    def _assemble_xml_file(self) -> None:
        """Make the sheet's part, and keep neither cells nor rows any more, nor the part."""
        super()._assemble_xml_file()
        for kept in (self.table, self.row_info, self.row_sizes):
            kept.clear()
        self._string.cache_clear()
        self.fh = None

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Spare thirty searches of every formula for functions that need a prefix."""
        del expand_future_functions
        return formula.removeprefix("=")

    def _calculate_spans(self) -> None:
        """From which column to which the cells of sixteen rows stand."""
        spans: dict[int, tuple[int, int]] = {}
        for row, cells in self.table.items():
            columns = sorted(cells)
            if columns:
                first, last = spans.get(row // 16, (columns[0], columns[-1]))
                spans[row // 16] = min(first, columns[0]), max(last, columns[-1])
        self.row_spans = {block: f"{first + 1}:{last + 1}" for block, (first, last) in spans.items()}

    def _write_rows(self) -> None:
        """Spell the rows that have cells or a height, each at once, and look for no cell that is not there."""
        self._calculate_spans()
        for row in sorted({*self.row_info, *(row for row, cells in self.table.items() if cells)}):
            span, info = self.row_spans.get(row // 16), self.row_info.get(row)
            if cells := self.table.get(row):
                self._write_row(row, span, info)
                self._write_cells(row, cells)
                self._xml_end_tag("row")
            else:
                self._write_empty_row(row, span, info)

    def _write_cells(self, row: int, cells: Mapping[int, Any]) -> None:
        """Spell the commonest cells here, which have a format and nothing to escape."""
        spelt: list[str] = []
        for col, cell in sorted(cells.items()):
            if not cell.format or type(cell) not in _COMMON:
                self.fh.write("".join(spelt))
                spelt.clear()
                self._write_cell(row, col, cell)
                continue
            begun = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'
            match cell:
                case worksheet.CellStringTuple():
                    spelt.append(f'{begun} t="s"><v>{cell.string}</v></c>')
                case worksheet.CellBlankTuple():
                    spelt.append(f"{begun}/>")
                case _:
                    spelt.append(f"{begun}><v>{cell.number:.16G}</v></c>")
        self.fh.write("".join(spelt))


_COMMON = frozenset(
    (worksheet.CellStringTuple, worksheet.CellBlankTuple, worksheet.CellNumberTuple, worksheet.CellDatetimeTuple)
)


class _Settled(tuple[Any, ...]):
    """A row of cells by column in a third of a dict's room: where it begins, then for each column a cell or None.

    It answers what XlsxWriter asks of the dict.
    """

    __slots__ = ()

    @classmethod
    def of(cls, cells: Mapping[int, Any]) -> "_Settled":
        """A row that was a dict."""
        columns = range(min(cells, default=0), max(cells, default=-1) + 1)
        return cls((columns.start, *map(cells.get, columns)))

    def __iter__(self) -> Iterator[int]:
        """The columns that have a cell."""
        return (column for column, _ in self.items())

    def __contains__(self, column: object) -> bool:
        return column in list(self)

    def __bool__(self) -> bool:
        return len(self) > 1

    def __getitem__(self, column: Any) -> Any:
        return dict(self.items())[column]

    def items(self) -> Iterator[tuple[int, Any]]:
        """Its cells, each with its column."""
        first, *cells = super().__iter__()
        return ((column, cell) for column, cell in enumerate(cells, first) if cell is not None)


class _Nothing(dict[Any, Any]):
    """Keeps nothing: that tables do not lie over each other is seen to without a note for each of their cells."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forget it."""


class Workbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook that hands its parts over as they are, to be mended and packed once."""

    worksheet_class = Worksheet

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(io.BytesIO(), {"in_memory": True, **options})

    def pack(self, pack: Pack) -> None:
        """Close the workbook, and hand over each part as soon as it is made: no two are in memory at once."""
        self._pack = pack
        self.close()

    def _get_packager(self) -> Packager:
        return _Packager(self._pack)


class _Packager(Packager):  # type: ignore[misc]
    """Hands over what XlsxWriter would pack."""

    def __init__(self, pack: Pack) -> None:
        super().__init__()
        self._pack = pack

    def _filename(self, xml_filename: str) -> Any:
        """Begin another part, for which those before it are done."""
        self._hand_over()
        return super()._filename(xml_filename)

    def _create_package(self) -> list[Any]:
        super()._create_package()
        self._hand_over()
        return []

    def _hand_over(self) -> None:
        for part, name, _ in self.filenames:
            self._pack(name, part.getvalue())
        self.filenames.clear()
