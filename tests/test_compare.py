"""What a merge would change: said in words and in JSON, and nothing written."""

import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from riskbook import compare
from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.model import BY_HAND, Change, Decision, Register
from tests import effort, makers
from tests.test_units import BOTH, context, sent

ROUND = "2026-27-q2"
AGAIN = """
    ref     | title              | owner           | impact | likelihood | status | close_reason
    FRD-001 | Calls are dropped  | Duty Manager    | 5      | 3          | Open   |
    FRD-002 | Notices come late  |                 | 2      | 1          | Closed | Mitigated
    NEW-1   | The hall is flooded |                | 2      | 2          | Open   |
"""


@pytest.fixture
def book(tmp_path: Path, register_alone: None) -> Path:
    """A small book, merged, in which a later return has come since."""
    book = makers.small_book(tmp_path / "book", frd=makers.workbook(), asm=asm())
    merge(book)
    later = makers.workbook(AGAIN, start=makers.started(filled_on=date(2026, 10, 3)))
    (book / ROUND / "returns" / "later.xlsx").write_bytes(later)
    (book / ROUND / "returns" / "asm.xlsx").unlink()
    return book


def asm() -> bytes:
    drawing = "ref | title | impact | likelihood\nASM-001 | Visits are late | 3 | 3"
    return makers.workbook(drawing, start=makers.started(unit="ASM"))


def merge(book: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["merge", "--book", str(book), *words], catch_exceptions=False)


def register(book: Path) -> Register:
    kept = find(book).kept()
    assert kept
    return kept


def files(book: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}


def test_what_would_change_is_told_field_by_field(book: Path):
    """New, changed, closed and missing, with the cell that says so."""
    told = json.loads(merge(book, "--dry-run", "--json").stdout)["changes"]
    said = {(one["ref"], one["what"], one["field"]): (one["was"], one["now"]) for one in told}
    assert said["FRD-001", "Changed", "Risk owner"] == ("", "Duty Manager")
    assert said["FRD-001", "Changed", "Impact now"] == ("4", "5")
    assert said["FRD-001", "Changed", "Rating"] == ("4×3", "5×3")
    assert said["FRD-002", "Closed", ""] == ("", "Mitigated")
    assert said["FRD-003", "New", ""] == ("", "The hall is flooded")
    assert said["ASM-001", "Missing", ""] == ("", "Visits are late")
    assert next(one["where"] for one in told if one["what"] == "New").startswith("later.xlsx › Risks!")


def test_a_dry_run_writes_nothing(book: Path):
    """No register, no copy, no letter; in words it says so too."""
    before = files(book)
    assert "FRD-003" in merge(book, "--dry-run").stdout
    assert files(book) == before


@effort.in_ci("runs whole commands: 2 s")
def test_a_dry_run_over_rows_without_a_ref_and_one_that_was_typed_over(tmp_path: Path):
    """Added rows are new, and a risk under a ref of somebody's own is what it was; nothing is gone."""
    book = makers.small_book(tmp_path / "book", frd=makers.workbook(), asm=asm())
    merge(book)
    path = book / ROUND / f"directorate-risk-register-{ROUND}.xlsx"
    opened = openpyxl.load_workbook(path)
    sheet = opened["Register"]
    heads = {cell.value: cell.column for line in sheet.iter_rows(max_row=12) for cell in line}
    at = next(cell.row for cell in sheet["A"] if cell.value == "FRD-001")
    sheet.cell(at, 1).value = "FRD-099"
    for title in ("The hall is flooded", "Keys are lost"):
        sheet.insert_rows(at)
        for heading, value in (("Unit", "FRD"), ("Risk title", title), ("Status", "Open")):
            sheet.cell(at, heads[heading]).value = value
    opened.save(path)
    told = json.loads(merge(book, "--dry-run", "--json").stdout)["changes"]
    assert {(one["ref"], one["what"]) for one in told} == {("FRD-003", "New"), ("FRD-004", "New")}


@effort.in_ci("runs whole commands: 1 s")
def test_a_dry_run_says_what_the_merge_then_does(book: Path):
    """To the field; after it there is nothing more to change."""
    told = json.loads(merge(book, "--dry-run", "--json").stdout)["changes"]
    before = register(book)
    merge(book)
    made = compare.between(before, register(book))
    assert {(one["ref"], one["what"], one["field"], one["now"]) for one in told} == {
        (one.ref, one.what, one.field, one.now) for one in made
    }
    assert json.loads(merge(book, "--dry-run", "--json").stdout)["changes"] == []


def places(before: Register, after: Register) -> dict[tuple[str, str], str]:
    """Where the fields that differ come from, by ref and heading."""
    return {(one.ref, one.field): one.where for one in compare.between(before, after) if one.what == "Changed"}


def test_a_change_of_unit_is_told_with_where_it_comes_from():
    """The directory, or whoever moved it by hand."""
    known = context()
    assert known.before
    register, _ = makers.merged(known, sent(BOTH, "ASM"))
    assert places(known.before, register)["FRD-001", "Unit"] == "directory.xlsx › Units"
    known = makers.quarter()
    assert known.before
    by_hand = Change("FRD-002", "Unit", "FRD", "ASM", "register.xlsx › Register!B4", BY_HAND)
    kept = Register(str(known.round), "", changes=(by_hand,))
    register, _ = makers.merged(known, makers.workbook(), kept=kept)
    assert places(known.before, register)["FRD-002", "Unit"] == "register.xlsx › Register!B4, by hand"


def test_what_a_decision_says_comes_from_its_row():
    """The register's Changes know that; the return's cell has something else."""
    known = makers.quarter()
    assert known.before
    decided = Decision(
        "FRD-001", decision="Close", body="DLT", round="2026-27 Q2", book="dlt.xlsx", sheet="Decisions", row=4
    )
    kept = Register(str(known.round), "", decisions=(decided,))
    register, _ = makers.merged(known, makers.workbook(), kept=kept)
    found = places(known.before, register)
    assert found["FRD-001", "Status"] == str(decided.place)
    closed = next(one for one in compare.between(known.before, register) if one.what == "Closed")
    assert closed.where == str(decided.place)
