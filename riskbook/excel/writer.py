"""Calls in, a workbook's parts out: XlsxWriter's own workbook and sheet, without the work that riskbook has no use for.

Private names of XlsxWriter stand in this module and nowhere else; a test holds every part of a workbook to what
XlsxWriter itself makes of the same calls.
"""

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import xlsxwriter
from xlsxwriter import worksheet
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_rowcol_to_cell_fast

Parts = dict[str, io.StringIO | io.BytesIO]
"""The parts of a workbook by their names, in the order in which they are packed."""


class Worksheet(worksheet.Worksheet):  # type: ignore[misc]
    """A sheet whose cells are named by numbers, and whose formulas need no prefix: riskbook uses no such function."""

    write_number = worksheet.Worksheet._write_number
    write_datetime = worksheet.Worksheet._write_datetime
    write_blank = worksheet.Worksheet._write_blank
    write_formula = worksheet.Worksheet._write_formula

    def __init__(self) -> None:
        super().__init__()
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

    def _assemble_xml_file(self) -> None:
        """Make the sheet's part, and keep neither cells nor rows any more."""
        super()._assemble_xml_file()
        self.table.clear()
        self.row_info.clear()
        self.row_sizes.clear()

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Spare thirty searches of every formula for functions that need a prefix."""
        del expand_future_functions
        return formula.removeprefix("=")

    def _calculate_spans(self) -> None:
        """From which column to which the cells of sixteen rows stand."""
        spans: dict[int, tuple[int, int]] = {}
        for row, cells in self.table.items():
            if cells:
                first, last = spans.get(row // 16, (min(cells), 0))
                spans[row // 16] = min(first, *cells), max(last, *cells)
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


class _Nothing(dict[Any, Any]):
    """Keeps nothing: that tables do not lie over each other is seen to without a note for each of their cells."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Forget it."""


class Workbook(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook that hands its parts over as they are, to be mended and packed once."""

    worksheet_class = Worksheet

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(io.BytesIO(), {"in_memory": True, **options})
        self._packager = _Packager()

    def parts(self) -> Parts:
        """Close the workbook, and give its parts; a closed workbook stays in memory for a while, and keeps none."""
        self.close()
        parts = self._packager.parts
        del self._packager
        return parts

    def _get_packager(self) -> Packager:
        return self._packager


class _Packager(Packager):  # type: ignore[misc]
    """Keeps what XlsxWriter would pack."""

    parts: Parts

    def _create_package(self) -> list[Any]:
        self.parts = {name: part for part, name, _ in super()._create_package()}
        return []
