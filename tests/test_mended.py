"""What an officer stumbled over, from the command line and the merge: none of it may come back."""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sample
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from riskbook import check, intake, merge
from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.intake import Intake
from riskbook.model import Register
from riskbook.settings import Context
from tests import effort
from tests.makers import small_book, started, workbook


def run(*words: object) -> Result:
    """A command, as typed."""
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def context() -> Context:
    """The sample's quarter."""
    return find(sample.DIRECTORATE).context()


@pytest.fixture(scope="module")
def merged_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book with one return in it, merged."""
    visits = "ref | title | impact | likelihood\nASM-001 | Visits are late | 3 | 3"
    asm = workbook(visits, start=started(unit="ASM"))
    book = small_book(tmp_path_factory.mktemp("mended") / "book", asm=asm)
    assert run("merge", "--book", book).exit_code in (0, 1)
    return book


@pytest.fixture
def small(merged_once: Path, tmp_path: Path) -> Path:
    """That book, for one test."""
    return Path(shutil.copytree(merged_once, tmp_path / "book"))


def taken(name: str, context: Context) -> Intake:
    """One of the sample's returns."""
    return intake.take((sample.DIRECTORATE / "2026-27-q2" / "returns" / name).read_bytes(), name, context)


def exempt_before(ref: str, context: Context) -> Context:
    """The same quarter, where a risk was exempt in the last."""
    last = context.before
    assert last
    entries = [replace(e, now=replace(e.now, audience="Exempt")) if e.ref == ref else e for e in last.entries]
    return replace(context, before=replace(last, entries=tuple(entries)))


def merged(name: str, context: Context) -> tuple[Register, set[str]]:
    """The register of one return, and the codes found in it."""
    took = taken(name, context)
    return merge.merge([took], context)[0], {finding.code for finding in took.findings}


def test_what_an_old_form_cannot_ask_stays_as_the_register_has_it(context: Context) -> None:
    """An exempt risk whose unit sends a form without the column stays exempt."""
    register, _ = merged("Copy of har-2026-27-q2.xlsx", exempt_before("HAR-001", context))
    assert register.by_ref["HAR-001"].now.exempt
    assert not register.by_ref["HAR-002"].now.exempt


def test_a_risk_that_is_suddenly_open_stays_exempt_and_is_asked_about(context: Context) -> None:
    """Publishing cannot be undone."""
    register, codes = merged("asm-2026-27-q2.xlsx", exempt_before("ASM-002", context))
    assert register.by_ref["ASM-002"].now.exempt
    assert "R226" in codes


def test_a_late_return_is_no_error_for_its_date(context: Context) -> None:
    """Risks reviewed three weeks after the due date are not reviewed in the future; those of next spring are."""
    returned = taken("asm-2026-27-q2.xlsx", context).returned
    assert returned
    for day, wrong in ((date(2026, 10, 30), False), (date(2027, 3, 1), True)):
        risks = tuple(replace(risk, reviewed=day) for risk in returned.risks)
        found, _ = check.unit_return(replace(returned, risks=risks), context)
        assert any(finding.key == "reviewed" for finding in found) is wrong


def test_two_units_of_one_code_stop_every_command(tmp_path: Path) -> None:
    """Exit status 2, and the sentence names both rows."""
    assert run("start", tmp_path / "ours").exit_code == 0
    path = tmp_path / "ours" / "directory.xlsx"
    book = load_workbook(path)
    units = book["Units"]
    header = next(row for row in units.iter_rows() if row[0].value == "Code")[0].row
    for row, name in ((header + 1, "Front Door"), (header + 2, "Back Door")):
        for column, value in enumerate(("FRD", name, "Team"), start=1):
            units.cell(row, column, value)
    book.save(path)
    book.close()
    said = run("issue", "--book", tmp_path / "ours")
    assert said.exit_code == 2
    assert "B122" in said.output


def test_a_mistyped_rule_code_is_refused(tmp_path: Path) -> None:
    """It would switch a rule off without a word."""
    assert run("start", tmp_path / "ours").exit_code == 0
    path = tmp_path / "ours" / "riskbook.toml"
    path.write_text(path.read_text(encoding="utf-8").replace('"E101"', '"E1O1"', 1), encoding="utf-8")
    said = run("issue", "--book", tmp_path / "ours")
    assert said.exit_code == 2
    assert "E1O1" in said.output


@effort.in_ci("runs whole commands: 1 s")
def test_settings_saved_by_notepad_are_read(tmp_path: Path) -> None:
    """Notepad may put a mark before the first line."""
    assert run("start", tmp_path / "ours").exit_code == 0
    path = tmp_path / "ours" / "riskbook.toml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert run("issue", "--book", tmp_path / "ours").exit_code == 0


@effort.in_ci("runs whole commands: 1 s")
def test_decisions_typed_into_the_slt_workbook_are_kept(small: Path) -> None:
    """A report that somebody wrote in is kept before it is written anew, and the command says where."""
    path = find(small).report()
    typed_in = path.read_bytes() + b"typed in"
    path.write_bytes(typed_in)
    said = run("report", "--book", small)
    assert "kept" in said.stderr
    assert typed_in in {one.read_bytes() for one in (small / "2026-27-q2" / "kept").iterdir()}


def test_the_rows_of_an_actions_sheet_that_cannot_be_read_are_held(context: Context) -> None:
    """Two columns for one heading stop the sheet, and every row on it is counted and held as it was typed."""
    data = workbook(
        "ref | title\nASM-001 | Visits are late",
        "ref | risk_ref | what | due | By when\n"
        " | ASM-001 | Hire two | 2026-12-01 | 2027-01-01\n | ASM-001 | Ring | | ",
        start=started(unit="ASM"),
    )
    took = intake.take(data, "asm.xlsx", context)
    assert "C114" in {finding.code for finding in took.findings}
    register, _ = merge.merge([took], context)
    held = [one for one in register.held if one.code == "C114"]
    assert [one.source.row for one in held] == [2, 3]
    assert "Hire two" in held[0].typed
    assert "1 January 2027" in held[0].typed
    counts = next(one for one in register.returns if one.book)
    assert (counts.found, counts.merged, counts.held) == (3, 1, 2)


@effort.in_ci("runs whole commands: 2 s")
def test_a_copy_that_was_answered_is_not_left_to_be_sent_again(small: Path) -> None:
    """When a corrected return has come, the old corrections copy is kept, and gone from the folder."""
    late = small / "2026-27-q2" / "returns" / "frd.xlsx"
    late.write_bytes(workbook("ref | title | impact | likelihood\nFRD-001 | Calls are dropped | Lots | 3"))
    run("merge", "--book", small)
    corrections = small / "2026-27-q2" / "corrections"
    asked = next(corrections.glob("frd-*.xlsx"))
    data = asked.read_bytes()
    late.unlink()
    run("merge", "--book", small)
    assert not list(corrections.glob("frd-*"))
    assert data in {one.read_bytes() for one in (small / "2026-27-q2" / "kept").iterdir()}


@effort.in_ci("runs whole commands: 1 s")
def test_nothing_is_written_while_one_output_is_open_elsewhere(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The SLT workbook is open in Excel: the register is not written either, and the command may be run again."""
    opened = find(small)
    before = opened.register.read_bytes()
    (small / "2026-27-q2" / "returns" / "frd.xlsx").write_bytes(workbook())
    real = Path.open

    def held_open(self: Path, mode: str = "r", *rest: Any, **named: Any) -> Any:
        if self == opened.report() and "+" in mode:
            raise PermissionError(13, "The process cannot access the file")
        return real(self, mode, *rest, **named)

    monkeypatch.setattr(Path, "open", held_open)
    said = run("merge", "--book", small)
    assert said.exit_code == 2
    assert opened.report().name in said.stderr
    assert opened.register.read_bytes() == before


@pytest.mark.usefixtures("register_alone")
def test_a_return_is_chosen_by_its_name_and_stays_chosen(tmp_path: Path) -> None:
    """Until the other one of its unit is; a name that no return has is refused with those that there are."""
    early, late = (workbook(start=started(filled_on=date(2026, 10, day))) for day in (1, 3))
    book = small_book(tmp_path / "book", v1=early, v2=late)

    def counting(*words: str) -> str:
        result = run("merge", "--book", book, *words)
        assert result.exit_code in (0, 1), result.output
        rows = [line.split("\t") for line in result.stdout.splitlines() if line.startswith("FRD\t")]
        return next(row[1] for row in rows if row[2] == "Merged")

    assert counting() == "v2.xlsx"
    assert counting("--use", "v1.xlsx") == "v1.xlsx"
    assert counting() == "v1.xlsx"
    assert "v1.xlsx counts for FRD" in run("merge", "--book", book).stdout
    assert counting("--use", "v2.xlsx") == "v2.xlsx"
    assert counting() == "v2.xlsx"
    wrong = run("merge", "--book", book, "--use", "v3.xlsx")
    assert (wrong.exit_code, "v1.xlsx and v2.xlsx" in wrong.stderr) == (2, True)
