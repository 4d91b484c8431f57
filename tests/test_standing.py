"""How it stands with the round: every unit that is asked once, and those to ring first."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from riskbook.cli import main, planning
from riskbook.entries import asked_units
from riskbook.model import Received
from riskbook.standing import Standing, standing
from tests import makers
from tests.registers import drawn

DUE = date(2026, 10, 9)
QUARTER = "FRD-001 4x4 was 4x3\nSEN-001 3x3 was 3x3\nCIC-001 3x3 was 3x3"
RETURNS = (
    Received("FRD", "frd.xlsx", "a" * 64, "Merged", filled_on=DUE, errors=2, queries=1),
    Received("CIC", "cic.xlsx", "b" * 64, "Merged", filled_on=date(2026, 10, 13)),
    Received("SEN", "", "", "Not returned"),
)


def told(on: date, returns: tuple[Received, ...] = RETURNS) -> dict[str, Standing]:
    drawing = drawn(QUARTER, returns=returns)
    found = standing(drawing.register, drawing.context, {"FRD"}, on)
    assert sorted(one.code for one in found) == sorted(unit.code for unit in asked_units(drawing.context))
    assert [bool(one.ring) for one in found] == sorted((bool(one.ring) for one in found), reverse=True)
    return {one.code: one for one in found}


def test_whoever_is_late_or_has_errors_is_rung() -> None:
    """Late in working days: a weekend counts for nothing, and nobody is rung for a return that is not due yet."""
    after = told(date(2026, 10, 14))
    assert (after["SEN"].returned, after["SEN"].late, bool(after["SEN"].ring)) == ("Not received", 3, True)
    assert (after["FRD"].errors, after["FRD"].late, bool(after["FRD"].ring)) == (2, 0, True)
    assert (after["CIC"].returned, after["CIC"].late, after["CIC"].ring) == ("Late", 2, "")
    assert (after["FRD"].issued, after["SEN"].issued) == (True, False)
    assert not told(DUE)["SEN"].ring


def test_before_any_return_every_unit_is_missing() -> None:
    """No register is needed for that."""
    context = drawn(QUARTER).context
    found = standing(None, context, (), date(2026, 10, 12))
    assert {(one.returned, one.late) for one in found} == {("Not received", 1)}
    assert all(one.ring for one in found)


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(planning, "today", lambda: date(2026, 10, 12))
    return makers.small_book(tmp_path / "book", frd=makers.workbook())


def told_as_json(book: Path) -> dict[str, Any]:
    result = CliRunner().invoke(main, ["status", "--json", "--book", str(book)])
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_the_command_says_it_in_words_and_json_and_changes_nothing(book: Path) -> None:
    """One row for each unit, with the same figures."""
    before = sorted(path for path in book.rglob("*"))
    found = told_as_json(book)
    said = CliRunner().invoke(main, ["status", "--book", str(book)]).stdout
    assert len(found["units"]) == found["counts"]["asked"]
    assert found["counts"]["missing"] == found["counts"]["asked"] - 1
    assert all(f"\n{one['code']}\t" in said for one in found["units"])
    assert f"Ring {found['counts']['ring']}." in said
    assert sorted(path for path in book.rglob("*")) == before


def test_a_copy_for_the_team_says_the_same(book: Path) -> None:
    """A workbook of one sheet, and Markdown."""
    assert CliRunner().invoke(main, ["status", "--save", "--book", str(book)]).exit_code == 0
    folder = book / "2026-27-q2"
    (sheet,) = openpyxl.load_workbook(io.BytesIO((folder / "status-2026-27-q2.xlsx").read_bytes())).worksheets
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    at = next(number for number, row in enumerate(rows) if row[0] == "Unit")
    units = told_as_json(book)["units"]
    assert [row[0] for row in rows[at + 1 :]] == [one["code"] for one in units]
    markdown = (folder / "status-2026-27-q2.md").read_text(encoding="utf-8")
    assert all(f"| {one['code']} |" in markdown for one in units)


def test_a_book_without_returns_is_told_too(book: Path) -> None:
    """Before the first file comes, and before there is a folder for them."""
    (book / "2026-27-q2" / "returns" / "frd.xlsx").unlink()
    assert {one["returned"] for one in told_as_json(book)["units"]} == {"Not received"}


@pytest.mark.parametrize(
    ("on", "words"),
    [
        (date(2026, 10, 7), "is due on 9 October 2026, in 2 working days."),
        (DUE, "is due today, 9 October 2026."),
        (date(2026, 10, 10), "was due on 9 October 2026."),  # a Saturday: no working day has passed
    ],
)
def test_it_says_when_returns_are_or_were_due(
    book: Path, monkeypatch: pytest.MonkeyPatch, on: date, words: str
) -> None:
    """By the day where I&P sit."""
    monkeypatch.setattr(planning, "today", lambda: on)
    assert words in CliRunner().invoke(main, ["status", "--book", str(book)]).stdout


def test_a_file_that_is_nobodys_return_is_named(book: Path) -> None:
    """Somebody sent it, and thinks that it came."""
    (book / "2026-27-q2" / "returns" / "photo.xlsx").write_bytes(b"\xff\xd8 no workbook")
    assert "No return that can be used: photo.xlsx." in CliRunner().invoke(main, ["status", "--book", str(book)]).stdout
