"""A round is worked out again from what is kept, and every workbook of it held against that."""

import io
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from riskbook.cli import main
from riskbook.directory import Person
from riskbook.verify import difference
from tests import effort, makers, registers

ROUND = "2026-27-q2"
REPORT = f"{ROUND}/slt-risk-report-{ROUND}.xlsx"


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, merged, with a pack; its return came in a folder of its own."""
    book = makers.small_book(tmp_path_factory.mktemp("verify") / "book")
    folder = book / ROUND / "returns" / "from Jo"
    folder.mkdir()
    (folder / "front door.xlsx").write_bytes(makers.workbook())
    for words in (("merge",), ("report", "--for", "dlt")):
        CliRunner().invoke(main, [*words, "--book", str(book)], catch_exceptions=False)
    return book


@pytest.fixture
def book(merged: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(merged, tmp_path / "book"))


def told(book: Path) -> tuple[int, dict[str, str], list[str]]:
    """The exit status, what is said of each file that differs, and of the returns that are gone."""
    result = CliRunner().invoke(main, ["verify", "--json", "--book", str(book)], catch_exceptions=False)
    found: dict[str, Any] = json.loads(result.stdout)
    files = {Path(path).relative_to(book).as_posix(): words for path, words in found["files"].items() if words}
    return result.exit_code, files, found["missing"]


def test_a_round_is_what_comes_of_what_is_kept(book: Path) -> None:
    """Though nothing stands in returns any more; and nothing is written."""
    shutil.rmtree(book / ROUND / "returns")
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
    assert told(book) == (0, {}, [])
    assert {path: path.read_bytes() for path in book.rglob("*") if path.is_file()} == before


@effort.in_ci("runs whole commands, and makes every pack: 2 s")
def test_packs_of_risks_that_are_asked_about_are_what_they_were(tmp_path: Path) -> None:
    """A pack is made from the register; what a merge asks of a return stands in no pack, and is missed in none."""
    known = replace(registers.DIRECTORY, people=(Person("Jo Bell", "Team Manager"),))
    risks = """
        ref     | title             | impact | likelihood | owner        | target_impact | target_likelihood
        FRD-001 | Calls are dropped | 4      | 3          | Team Manager | 5             | 5
        FRD-002 | Notices come late | 2      | 2          | Team Manager |               |
    """
    book = makers.small_book(tmp_path / "book", known, frd=makers.workbook(risks))
    merge = CliRunner().invoke(main, ["merge", "--json", "--book", str(book)], catch_exceptions=False)
    assert "R201" in {one["code"] for one in json.loads(merge.stdout)["findings"]}
    CliRunner().invoke(main, ["report", "--for", "all", "--book", str(book)], catch_exceptions=False)
    assert list((book / ROUND / "packs").glob("owner-*"))
    assert told(book) == (0, {}, [])


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.filterwarnings("ignore:Sparkline")
def test_a_figure_that_somebody_changed_is_named_with_its_cell(book: Path) -> None:
    """What it says, and what was sent."""
    path = book / REPORT
    workbook = openpyxl.load_workbook(path)
    page = workbook["Top risks"]
    row, column = next((c.row, c.column) for line in page.iter_rows() for c in line if c.value == "Calls are dropped")
    page.cell(row, column).value = "Calls are answered"
    workbook.save(path)
    status, files, missing = told(book)
    assert (status, list(files), missing) == (1, [REPORT], [])
    assert f"Top risks!{page.cell(row, column).coordinate} " in files[REPORT]
    assert "Calls are answered" in files[REPORT]


@pytest.mark.filterwarnings("ignore:Sparkline")
def test_a_workbook_that_another_program_saved_is_told_from_one_with_other_figures(book: Path) -> None:
    """Every cell of it is what it was."""
    data = (book / REPORT).read_bytes()
    saved = makers.saved(openpyxl.load_workbook(io.BytesIO(data)))
    words = difference(data, saved, "x.xlsx")
    assert words
    assert "!" not in words


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.parametrize("gone", [REPORT, f"{ROUND}/dlt-risk-paper-{ROUND}.xlsx"])
def test_what_is_gone_is_said_where_a_merge_would_write_it(book: Path, gone: str) -> None:
    """A pack that nobody made is not missed."""
    (book / gone).unlink()
    status, files, _ = told(book)
    assert (status, list(files)) == ((1, [gone]) if gone == REPORT else (0, []))


@pytest.mark.parametrize("spoil", ["gone", "changed"])
def test_a_kept_return_that_is_not_there_any_more_is_named_with_its_digest(book: Path, spoil: str) -> None:
    """And what the round would be without it is not claimed to be right."""
    (copy,) = (book / ROUND / "kept").glob("*-front door.xlsx")
    copy.chmod(0o644)
    copy.unlink() if spoil == "gone" else copy.write_bytes(copy.read_bytes() + b" ")
    status, _, missing = told(book)
    assert status == 1
    assert len(missing) == 1
    assert "from Jo/front door.xlsx" in missing[0]


@pytest.mark.filterwarnings("ignore:Sparkline")
def test_a_register_that_was_changed_by_hand_is_said_once_and_blamed_on_no_report(book: Path) -> None:
    """A report is held against the copy of it; one that was changed too is named."""
    path = book / ROUND / f"directorate-risk-register-{ROUND}.xlsx"
    workbook = openpyxl.load_workbook(path)
    cells = (cell for page in workbook for line in page.iter_rows() for cell in line)
    cell = next(one for one in cells if one.value == "Calls are dropped")
    cell.value = "Calls are answered"
    workbook.save(path)
    status, files, missing = told(book)
    assert (status, files, len(missing)) == (1, {}, 1)
    assert path.name in missing[0]
    (book / REPORT).write_bytes(path.read_bytes())
    assert list(told(book)[1]) == [REPORT]


def test_where_nothing_is_kept_nothing_is_claimed(book: Path) -> None:
    """It is said in a sentence, and is no success."""
    shutil.rmtree(book / ROUND / "kept")
    status, files, missing = told(book)
    assert (status, files, len(missing)) == (1, {}, 1)


def test_before_a_merge_there_is_nothing_to_verify(tmp_path: Path) -> None:
    """It says which command comes first."""
    book = makers.small_book(tmp_path / "book")
    result = CliRunner().invoke(main, ["verify", "--book", str(book)])
    assert (result.exit_code, "riskbook merge" in result.stderr) == (2, True)
