"""CSV files: read only where somebody asks for it, laid out as Excel would, and nothing in them guessed."""

import contextlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.commas import guarded, or_csv, read, unguarded
from riskbook.matrix import Score
from riskbook.rules import books
from riskbook.safe import Kind, Limits, Reason, Unreadable
from tests import effort, makers

COUNCIL = "Ref;Risk title;Impact;Likelihood;Risk owner\r\n7;Café tills fail, often;4;3;Catering Lead\r\n"
"""A council's own export: parted by semicolons, with a comma and an accent in it."""


def cells(data: bytes, name: str = "theirs.csv") -> dict[str, str]:
    """What stands in each cell, by its address as Excel calls it."""
    (grid,) = read(data, name).grids
    return {f"{'ABCDEF'[cell.column - 1]}{cell.row}": str(cell.value) for cell in grid.cells}


def test_a_file_is_laid_out_as_excel_lays_it_out() -> None:
    """A row a record, whatever line breaks stand in it; blank lines are rows; the sheet is called what the file is."""
    data = b'Ref,Title\r\n\r\n1,"Two\r\nlines, and a ""word"""\r\n2,\r\n'
    assert cells(data) == {"A1": "Ref", "B1": "Title", "A3": "1", "B3": 'Two\r\nlines, and a "word"', "A4": "2"}
    book = read(data, "Our risks.csv")
    assert (book.kind, book.sheets, book.notes) == (Kind.CSV, (("Our risks", "visible"),), ())


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_columns_are_parted_by_what_parts_every_row(mark: str) -> None:
    """Anything but commas is said in a note."""
    data = f"Ref{mark}Risk{mark}Score\n1{mark}It floods{mark}12\n".encode()
    assert cells(data)["B2"] == "It floods"
    assert bool(read(data, "x.csv").notes) == (mark != ",")


def test_commas_in_words_part_nothing() -> None:
    """The semicolons part every row into as many columns, the commas do not."""
    assert cells(COUNCIL.encode())["B2"] == "Café tills fail, often"


def test_what_the_file_says_of_its_delimiter_counts() -> None:
    """Excel's own first line; it is no row."""
    assert cells(b"sep=;\r\na;b,c\r\nd;e,f\r\n") == {"A1": "a", "B1": "b,c", "A2": "d", "B2": "e,f"}


def test_text_of_windows_is_read_and_said() -> None:
    """UTF-8 with its mark or without is plain; Windows-1252 costs a note."""
    for encoding in ("utf-8", "utf-8-sig"):
        assert cells(COUNCIL.encode(encoding))["A1"] == "Ref"
        assert len(read(COUNCIL.encode(encoding), "x.csv").notes) == 1
    windows = read(COUNCIL.encode("cp1252"), "x.csv")
    assert cells(COUNCIL.encode("cp1252"))["B2"] == "Café tills fail, often"
    assert len(windows.notes) == 2


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xef\xbb\xbf",
        b"Only words, in one line.\nAnd some more\nand more\n",
        b"a,b;c\nd,e;f\n",
        b'a,b\n"c,d\n',
        b'a,b\n"c"d,e\n',
        b"a\0,b\nc,d\n",
        b"a,b\n\x81,\x8d\n",
        b"<html><body><table></table></body></html>",
    ],
)
def test_what_cannot_be_made_out_for_certain_is_refused(data: bytes) -> None:
    """No columns, two ways to part them, quotes that do not pair up, bytes that are no text."""
    with pytest.raises(Unreadable):
        read(data, "x.csv")


def test_bounds_hold_for_csv_files_too() -> None:
    """As for workbooks."""
    with pytest.raises(Unreadable) as trouble:
        read(b"a,b\nc,d\n", "x.csv", limits=Limits(file=4))
    assert trouble.value.reason is Reason.TOO_LARGE


@given(st.binary(max_size=200) | st.text(alphabet="ab,;\t\"\r\n'=+-@£", max_size=80).map(str.encode))
def test_no_bytes_are_a_traceback(data: bytes) -> None:
    """Whatever they are, they are read or refused."""
    with contextlib.suppress(Unreadable):
        assert len(read(data, "x.csv").grids) == 1


@given(st.text(alphabet="'=+-@\t\rab", max_size=6) | st.text())
def test_guarded_text_is_no_formula_and_comes_back(text: str) -> None:
    """Also where it had an apostrophe of its own."""
    assert guarded(text)[:1] not in tuple("=+-@\t\r")
    assert unguarded(guarded(text)) == text


def test_a_workbook_that_is_called_csv_is_a_workbook() -> None:
    """Its bytes count, and the reader that was there reads it."""
    told = []
    reader = or_csv(lambda data, name, wanted: told.append(name) or read(b"a,b\n", name))  # type: ignore[func-returns-value]
    reader(makers.workbook(), "really.csv", lambda _: True)
    reader(b"a,b\n", "text.txt", lambda _: True)
    assert told == ["really.csv", "text.txt"]
    assert reader(b"c,d\n", "text.CSV", lambda _: True).kind is Kind.CSV


def run(book: Path, *words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--book", str(book)], catch_exceptions=False)


@effort.in_ci("three merges: 3 s")
def test_a_csv_file_is_merged_only_once_it_was_adopted(tmp_path: Path) -> None:
    """Among the returns it is no workbook; with a mapping beside it, it is a return, traced to its own cells."""
    book = makers.small_book(tmp_path / "book", frd=makers.workbook())
    path = book / "2026-27-q2" / "returns" / "theirs.csv"
    path.write_bytes(COUNCIL.encode())
    merged = run(book, "merge")
    assert books.NOT_A_WORKBOOK.code in merged.output
    assert run(book, "adopt", path, "--unit", "CIC").exit_code == 1
    mapping = path.with_name("theirs.riskbook.toml")
    answered = mapping.read_text(encoding="utf-8").replace('"3" = ""', '"3" = 3').replace('"4" = ""', '"4" = 4')
    mapping.write_text(answered, encoding="utf-8")
    assert books.NOT_A_WORKBOOK.code not in run(book, "merge").output
    register = find(book).kept()
    assert register
    (entry,) = [entry for entry in register.entries if entry.unit == "CIC"]
    assert (entry.now.title, entry.now.owner) == ("Café tills fail, often", "Catering Lead")
    assert entry.rating == Score(4, 3)
    assert str(entry.now.source.place("impact")) == "theirs.csv › theirs!C2"
