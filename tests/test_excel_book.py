"""The writer that owns XlsxWriter: nothing dropped in silence, no text altered, the same bytes for the same calls."""

import io
import math
import re
import zipfile
from collections.abc import Callable
from datetime import date
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from riskbook.excel.book import Book, Page, Print, WriteError
from riskbook.excel.looks import CELL, HEADER, Look

LEGAL = st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff")


def book(title: str = "Risks") -> Book:
    """An empty workbook."""
    return Book(title, "Subject", "Brackenshire County Council", date(2026, 10, 9))


def written(write: Callable[[Book, Page], object]) -> bytes:
    """The bytes of a workbook with one sheet, after something was written to it."""
    making = book()
    write(making, making.page("Risks"))
    return making.close()


def part(data: bytes, name: str) -> str:
    """A part of a workbook."""
    return zipfile.ZipFile(io.BytesIO(data)).read(name).decode()


def opened(data: bytes) -> openpyxl.Workbook:
    """A workbook as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(data))


def stored(data: bytes) -> list[str]:
    """The texts of a sheet as ECMA-376 22.9.2.19 reads them, escapes and all."""
    space = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    shared = ["".join(item.itertext()) for item in ElementTree.fromstring(part(data, "xl/sharedStrings.xml"))]
    cells = ElementTree.fromstring(part(data, "xl/worksheets/sheet1.xml")).iter(f"{space}c")
    texts = (shared[int(cell.findtext(f"{space}v", ""))] for cell in cells)
    return [re.sub("_x([0-9a-fA-F]{4})_", lambda found: chr(int(found[1], 16)), text) for text in texts]


@given(st.lists(st.text(LEGAL, min_size=1), min_size=1))
@example(["=1+1", "+44 20", "-", "@x", "\tx", "\rx", "{=1}"])
@example(["<r>a & b</r>", "<r></r>", "<r><t>x</t></r>", "<r>\r_x0041_</r>", "\ue000riskbook text 0", "<r>"])
@example(["_x000D_", "a\r\nb", " x ", "\x00\x1f\x7f", "http://x", "#N/A", "TRUE", "001", "👩‍👩‍👧 ᚠ"])
def test_any_text_comes_back_as_it_was(texts: list[str]) -> None:
    """What people typed is theirs."""
    data = written(lambda _, page: [page.text(row, 0, text, CELL) for row, text in enumerate(texts)])
    assert stored(data) == texts
    assert "<f>" not in part(data, "xl/worksheets/sheet1.xml")


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="_"), min_size=1)))
@example(["=1+1", "<r>a & b</r>", "a\nb", " x ", "\t-"])
def test_openpyxl_reads_any_text_as_it_was(texts: list[str]) -> None:
    """Where it needs no escape: those openpyxl reads in a way of its own."""
    data = written(lambda _, page: [page.text(row, 0, text, CELL) for row, text in enumerate(texts)])
    rows = opened(data).worksheets[0].iter_rows(max_row=len(texts)) if texts else ()
    assert [(row[0].value, row[0].data_type) for row in rows] == [(text, "s") for text in texts]


def test_text_like_a_formula_is_kept_from_becoming_one() -> None:
    """Without the prefix, F2 and Enter in Excel makes "= Hello" an error."""
    texts = ["=x", "+x", "-x", "@x", "\tx", "\rx", "x="]
    data = written(lambda _, page: [page.text(row, 0, text, CELL) for row, text in enumerate(texts)])
    assert [row[0].quotePrefix for row in opened(data).worksheets[0].iter_rows()] == [True] * 6 + [False]


@pytest.mark.parametrize(
    "write",
    [
        lambda b, p: p.text(4, 5, "x" * 32_768, CELL),
        lambda b, p: p.text(4, 5, "😀" * 16_384, CELL),
        lambda b, p: p.text(4, 5, "x\ud800", CELL),
        lambda b, p: p.text(4, 5, "x\uffff", CELL),
        lambda b, p: p.number(4, 5, math.nan, CELL),
        lambda b, p: p.number(4, 5, -math.inf, CELL),
        lambda b, p: p.number(4, 5, 10**400, CELL),
        lambda b, p: p.day(4, 5, date(1899, 12, 31), CELL),
        lambda b, p: p.runs(4, 5, (("one", CELL),), CELL),
        lambda b, p: p.runs(4, 5, (("one", CELL), ("", CELL)), CELL),
        lambda b, p: p.validation((4, 5, 4, 5), {"validate": "list", "source": ["x" * 300]}),
        lambda b, p: p.validation((4, 5, 4, 5), {"validate": "list", "source": ["Yes, if", "No"]}),
        lambda b, p: p.validation((4, 5, 4, 5), {"validate": "lists"}),
        lambda b, p: p.table((4, 5, 5, 6), "tbl_a", [("A", HEADER), ("a", HEADER)], "", ""),
        lambda b, p: p.table((4, 5, 5, 6), "a name", [("A", HEADER), ("B", HEADER)], "", ""),
        lambda b, p: p.table((4, 5, 5, 5), "tbl_a", [("A\x01", HEADER)], "", ""),
        lambda b, p: p.link(4, 5, "x", CELL, "R" * 3_000),
        lambda b, p: p.sparkline(4, 5, "Risks", (0, 0, 0, 5), {"kind": "column"}),
    ],
)
def test_what_a_cell_cannot_hold_is_refused_by_its_name(write: Callable[[Book, Page], object]) -> None:
    """XlsxWriter drops it, cuts it or spoils the file."""
    with pytest.raises(WriteError, match=r"^Risks!F5: "):
        written(write)


@pytest.mark.parametrize(
    "write",
    [
        lambda b, p: p.text(1_048_576, 0, "x", CELL),
        lambda b, p: b.page("Risks"),
        lambda b, p: b.page("A:B"),
        lambda b, p: b.name("a name", "=Risks!$A$1"),
        lambda b, p: book("\x01"),
        lambda b, p: (p.merge((0, 0, 0, 2), CELL), p.table((0, 1, 1, 1), "tbl_a", [("A", HEADER)], "", "")),
    ],
)
def test_whatever_else_xlsxwriter_drops_is_an_error(write: Callable[[Book, Page], object]) -> None:
    """A warning or a code, never a file without it."""
    with pytest.raises(WriteError):
        written(write)


@pytest.mark.parametrize("words", ["A name of many words " * 20, "&" * 100, "SEND & Inclusion & more " * 15])
def test_a_foot_or_a_head_is_cut_where_excel_takes_no_more(words: str) -> None:
    """A unit may be called what it likes; an ampersand counts twice, because it is written so."""
    data = written(lambda _, page: page.paper(Print(words, "EXEMPT", (0, 0, 1, 1), head=words)))
    found = ElementTree.fromstring(part(data, "xl/worksheets/sheet1.xml"))
    for name in ("oddHeader", "oddFooter"):
        (told,) = [one.text or "" for one in found.iter() if one.tag.endswith(name)]
        assert len(told) <= 255
        assert words[:1].replace("&", "&&") in told
        assert told.endswith("Page &P of &N" if name == "oddFooter" else "EXEMPT")


def test_the_longest_text_fits() -> None:
    """To the last character, counted as Excel counts."""
    longest = "😀" * 16_383 + "x"
    data = written(lambda _, page: page.text(0, 0, longest, CELL))
    assert opened(data).worksheets[0]["A1"].value == longest


def test_the_same_calls_make_the_same_bytes() -> None:
    """There is no clock in a file."""
    first, second = (written(lambda _, page: page.text(0, 0, "x", CELL)) for _ in range(2))
    assert first == second


def test_a_workbook_says_what_it_is() -> None:
    """Title, subject, the organisation as author, language, the date that was given, and own properties."""
    data = written(lambda making, _: making.property("unit", "CIC"))
    about = opened(data).properties
    assert (about.title, about.subject, about.creator) == ("Risks", "Subject", "Brackenshire County Council")
    assert (about.language, about.created.date()) == ("en-GB", date(2026, 10, 9))
    assert opened(data).custom_doc_props["unit"].value == "CIC"


def test_the_default_is_arial_ten() -> None:
    """Seven pixels a digit, whatever the machine."""
    font = opened(written(lambda *_: None))._fonts[0]
    assert (font.name, font.size, font.scheme) == ("Arial", 10, None)


def test_a_formula_stands_with_its_value() -> None:
    """A reader that does not calculate sees what Excel will."""
    data = written(lambda _, page: page.formula(0, 0, '=IF(1=1,"Ready","")', "Ready", CELL))
    assert '<f>IF(1=1,"Ready","")</f><v>Ready</v>' in part(data, "xl/worksheets/sheet1.xml")


def test_a_form_has_all_that_guides_typing() -> None:
    """Names, a hidden sheet, a list, a rule, protection, a filter, held rows, locked cells."""

    def write(making: Book, page: Page) -> None:
        lists = making.page("Lists")
        lists.text(0, 0, "Open", CELL)
        lists.hide()
        making.name("rb_status", "=Lists!$A$1:$A$1")
        page.validation((5, 0, 999, 0), {"validate": "list", "source": "=rb_status", "input_message": "Choose."})
        page.conditional((5, 0, 999, 0), '=$A6="Open"', Look(bold=True, fill="FFF0CC"))
        page.text(5, 0, "Open", Look(locked=False))
        page.filter((4, 0, 999, 0))
        page.freeze(5, 1)
        page.protect({"sort": True})

    found = opened(written(write))
    sheet = found["Risks"]
    assert (found["Lists"].sheet_state, list(found.defined_names)) == ("hidden", ["rb_status"])
    assert sheet.data_validations.dataValidation[0].formula1 == "rb_status"
    assert [rule.formula for rules in sheet.conditional_formatting for rule in rules.rules] == [['$A6="Open"']]
    assert (sheet.protection.sheet, sheet["A6"].protection.locked) == (True, False)
    assert (sheet.auto_filter.ref, sheet.freeze_panes) == ("A5:A1000", "B6")


def test_rows_of_a_form_may_be_fitted_again() -> None:
    """A height that is custom stays too low as somebody types."""

    def write(fitted: bool) -> str:
        def rows(_: Book, page: Page) -> None:
            page.fitted = fitted
            page.text(0, 0, "x", CELL)
            page.height(0, 30)

        return part(written(rows), "xl/worksheets/sheet1.xml")

    assert ('customHeight="1"' in write(True), 'customHeight="1"' in write(False)) == (False, True)
    assert 'ht="30"' in write(True)


def test_head_and_foot_are_said_as_written() -> None:
    """An ampersand is not a code, a figure no size, and scaling the sheet leaves them alone."""
    data = written(lambda _, page: page.paper(Print("2026 R&D", "EXEMPT", (0, 0, 9, 3))))
    sheet = opened(data)["Risks"]
    assert sheet.oddFooter.left.text == "2026 R&&D"
    assert (sheet.oddFooter.left.size, sheet.oddHeader.center.text) == (8, "EXEMPT")
    assert (sheet.HeaderFooter.scaleWithDoc, sheet.HeaderFooter.alignWithMargins) == (False, None)


@pytest.mark.parametrize("first", ["table", "cells made one"])
def test_nothing_lies_over_a_table(first: str) -> None:
    """Excel would call the workbook damaged."""
    page = book().page("Risks")
    header = [("Ref", HEADER)]
    if first == "table":
        page.table((0, 0, 4, 0), "tbl_one", header, "One", "One")
        with pytest.raises(WriteError, match=r"^Risks!A4: lies over \$A\$1:\$A\$5"):
            page.merge((3, 0, 3, 2), CELL)
    else:
        page.merge((3, 0, 3, 2), CELL)
    with pytest.raises(WriteError, match=r"^Risks!A3: lies over "):
        page.table((2, 0, 6, 0), "tbl_two", header, "Two", "Two")
    page.table((8, 0, 9, 0), "tbl_three", header, "Three", "Three")
