"""What a merge would change: said in words and in JSON, and nothing written."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from riskbook import compare
from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.model import Register
from tests import makers

ROUND = "2026-27-q2"
AGAIN = """
    ref     | title              | owner           | impact | likelihood | status | close_reason
    FRD-001 | Calls are dropped  | Duty Manager    | 5      | 3          | Open   |
    FRD-002 | Notices come late  |                 | 2      | 1          | Closed | Mitigated
    NEW-1   | The hall is flooded |                | 2      | 2          | Open   |
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
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
