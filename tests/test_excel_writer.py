"""What riskbook spares XlsxWriter: the workbook is the one that XlsxWriter itself makes of the same calls."""

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import mockup
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from riskbook import excel
from riskbook.excel import writer
from riskbook.excel.writer import Pack
from riskbook.report.form import blank, prefilled
from tests import samples_form


class PlainSheet(xlsxwriter.worksheet.Worksheet):  # type: ignore[misc]
    """XlsxWriter's sheet as it is, which keeps every row as it was."""

    def settle(self, row: int) -> None:
        """Keep it."""


class Plain(xlsxwriter.Workbook):  # type: ignore[misc]
    """XlsxWriter as it is; its parts are read from the file that it makes."""

    worksheet_class = PlainSheet

    def __init__(self, options: Mapping[str, Any]) -> None:
        self.out = io.BytesIO()
        super().__init__(self.out, {"in_memory": True, **options})

    def pack(self, pack: Pack) -> None:
        self.close()
        with zipfile.ZipFile(self.out) as made:
            for name in made.namelist():
                pack(name, made.read(name).decode())


def _blank() -> bytes:
    return excel.form(samples_form.context(), blank(samples_form.UNIT))


def _corrected() -> bytes:
    context = samples_form.context()
    return excel.form(context, replace(prefilled(context, samples_form.UNIT, 1), marks=()))


def _report() -> bytes:
    return excel.report(mockup.document())


@pytest.mark.parametrize("write", [_blank, _corrected, _report])
def test_xlsxwriter_makes_the_same_of_the_same_calls(
    write: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """To the byte: no formula needed a prefix, and every cell is spelt as XlsxWriter spells it."""
    ours = write()
    monkeypatch.setattr(writer, "Workbook", Plain)
    assert write() == ours


@given(st.dictionaries(st.integers(0, 60), st.integers(1, 9)))
def test_a_settled_row_answers_like_the_dict_that_it_was(cells: dict[int, int]) -> None:
    """XlsxWriter asks it what it asks a dict: for a chart's values, or where the row ends."""
    settled = writer._Settled.of(cells)
    assert dict(settled.items()) == cells
    assert [list(settled), bool(settled)] == [sorted(cells), bool(cells)]
    assert all((column in settled) is (column in cells) for column in range(62))
    assert all(settled[column] == cell for column, cell in cells.items())
