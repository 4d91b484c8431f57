"""Calls in, a workbook's parts out: XlsxWriter's own workbook and sheet, without the work that riskbook has no use for.

Private names of XlsxWriter stand in this module and nowhere else; a test holds every part of a workbook to what
XlsxWriter itself makes of the same calls.
"""

import io
from collections.abc import Mapping
from typing import Any

import xlsxwriter
from xlsxwriter import worksheet
from xlsxwriter.packager import Packager
from xlsxwriter.utility import xl_rowcol_to_cell_fast

Parts = Mapping[str, io.StringIO | io.BytesIO]
"""The parts of a workbook by their names, in the order in which they are packed."""


class Worksheet(worksheet.Worksheet):  # type: ignore[misc]
    """A sheet whose cells are named by numbers, and whose formulas need no prefix: riskbook uses no such function."""

    write_string = worksheet.Worksheet._write_string
    write_number = worksheet.Worksheet._write_number
    write_datetime = worksheet.Worksheet._write_datetime
    write_blank = worksheet.Worksheet._write_blank
    write_formula = worksheet.Worksheet._write_formula

    def _prepare_formula(self, formula: str, expand_future_functions: bool = False) -> str:
        """Spare thirty searches of every formula for functions that need a prefix."""
        del expand_future_functions
        return formula.removeprefix("=")

    def _write_cell(self, row: int, col: int, cell: Any) -> None:
        """Spell the commonest cells at once, which have a format and nothing to escape."""
        if not cell.format:
            super()._write_cell(row, col, cell)
            return
        begun = f'<c r="{xl_rowcol_to_cell_fast(row, col)}" s="{cell.format._get_xf_index()}"'
        match cell:
            case worksheet.CellStringTuple():
                self.fh.write(f'{begun} t="s"><v>{cell.string}</v></c>')
            case worksheet.CellBlankTuple():
                self.fh.write(f"{begun}/>")
            case worksheet.CellNumberTuple() | worksheet.CellDatetimeTuple():
                self.fh.write(f"{begun}><v>{cell.number:.16G}</v></c>")
            case _:
                super()._write_cell(row, col, cell)


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
