"""Fifteen complaints that users of systems like this one really make, each answered."""

import io
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
import sample
from click.testing import CliRunner, Result

from riskbook import excel, merge, quarterly, report, store
from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.findings import Severity
from riskbook.forms import ACTIONS, RISKS, by_key
from riskbook.grid import Cell
from riskbook.kinds import Choice, Flag, Step
from riskbook.matrix import Score
from riskbook.model import Decision, Register
from riskbook.movement import scale
from riskbook.read import read
from riskbook.report.form import FIRST, FormRow, corrected, prefilled
from riskbook.report.register import document
from riskbook.rules import books
from riskbook.settings import Context
from riskbook.tables import shown
from tests import effort, makers
from tests.filled import UNIT, context, copied, form, good, returned, rows_of, sent, spoken_of, taken, told
from tests.ways import WAYS, broken

WAY = {way.name: way for way in WAYS}
FAULTY = tuple(
    (WAY[name], ref)
    for name, ref in (
        ("a step in other words", "SAF-003"),
        ("prose for a day", "SAF-007"),
        ("a misspelt choice", "SAF-011"),
        ("two owners", "SAF-012"),
        ("money in words", "SAF-014"),
        ("an error value", "SAF-016"),
        ("a due day in prose", "SAF-A018"),
        ("an action for no risk", "SAF-A022"),
    )
)


def run(*words: object) -> Result:
    """A command, as typed."""
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small book with one good return in it, and one that cannot be opened."""
    visits = "ref | title | impact | likelihood\nASM-001 | Visits are late | 3 | 3"
    returns = {
        "asm": makers.workbook(visits, start=makers.started(unit="ASM")),
        "front-door": b"PK\x03\x04 and then nothing",
    }
    return makers.small_book(tmp_path / "book", **returns)


@effort.in_ci("runs whole commands: 1 s")
def test_01_a_file_need_not_be_opened_and_saved_in_excel_first() -> None:
    """Complaint: the file is refused unless Excel saved it, because its formulas have no stored values."""
    uncalculated = sent()
    formulas = [cell for row in uncalculated.pages["Risks"].iter_rows() for cell in row if cell.data_type == "f"]
    assert len(formulas) > 100
    intake = taken(uncalculated.data())
    assert intake.returned
    assert told(intake.returned) == told(returned())
    assert spoken_of(intake.findings) == Counter()
    only = taken(broken([(WAY["a formula that was never calculated"], "SAF-003")]).data())
    assert [code for code, _, _ in spoken_of(only.findings)] == [books.NEVER_CALCULATED.code]
    (said,) = (finding for finding in only.findings if finding.code == books.NEVER_CALCULATED.code)
    assert "Risks!F6" in said.message
    assert said.hint


@effort.in_ci("runs whole commands: 1 s")
def test_02_a_row_number_is_excel_s_whatever_is_blank_or_hidden() -> None:
    """Complaint: the row number in a message is wrong where rows are blank or skipped."""
    one = broken(FAULTY, (("SAF-003", 3), ("SAF-011", 1), ("SAF-A018", 2)))
    one.pages["Risks"].row_dimensions[one.rows["SAF-007"]].hidden = True
    data = one.data()
    about = [finding for finding in taken(data).findings if finding.value and finding.place.row and finding.ref]
    assert len(about) >= len(FAULTY) - 1
    for finding in about:
        assert finding.place.row == one.rows[finding.ref] or finding.code == "T105"
        at = makers.cell(data, finding.place)
        assert str(at) == finding.value


@effort.in_ci("runs whole commands: 1 s")
def test_03_everything_is_shown_at_once_and_in_the_manager_s_own_sheet() -> None:
    """Complaint: show me all errors, in my own sheet, and not the first ten."""
    rows = [
        FormRow(values={"ref": f"NEW-{n}", "title": f"Lift {n} stops", "impact": f"Lots {n}"}) for n in range(1, 40)
    ]
    crowded = replace(form(), risks=tuple(rows), actions=())
    many = taken(excel.form(context(), crowded))
    for intake in (taken(broken(FAULTY).data()), many):
        asked = [finding for finding in intake.findings if finding.severity is not Severity.NOTE]
        sheets = openpyxl.load_workbook(io.BytesIO(copied(intake)))
        listed = list(sheets["Please correct"].iter_rows(min_row=6, max_row=5 + len(asked)))
        assert sorted(row[8].value for row in listed) == sorted(finding.code for finding in asked)
        assert all(row[1].hyperlink for row in listed if row[1].value != "the file")
        marked = [cell for cell in sheets["Risks"]["C"] if cell.row >= FIRST and cell.value]
        assert len(marked) >= len({f.place.row for f in asked if f.place.sheet == "Risks" and f.place.row})


@effort.in_ci("runs whole commands: 1 s")
def test_04_the_report_is_on_disk_even_when_a_return_cannot_be_read(book: Path) -> None:
    """Complaint: there is no usable report: it cannot be printed, is empty, or is lost after a reload."""
    said = run("merge", "--book", book)
    assert said.exit_code == 1
    folder = book / "2026-27-q2"
    workbooks = [path for path in folder.glob("*.xlsx") if path.stat().st_size]
    assert {path.name.rsplit("-2026")[0] for path in workbooks} >= {"directorate-risk-register", "slt-risk-report"}
    for path in workbooks:
        written = read(path.read_bytes(), path.name)
        assert {f"{name}!_xlnm.Print_Area" for name, _ in written.sheets} <= written.names.keys()
        assert all(grid.cells for grid in written.grids)
    answered = {path.suffix for path in (folder / "corrections").glob("front-door*")}
    assert answered == {".md", ".eml"}


@effort.in_ci("runs whole commands: 1 s")
def test_05_what_the_form_offers_is_what_the_check_takes() -> None:
    """Complaint: instructions and checks contradict each other, and two refs in one cell are read as something else."""
    form_ = openpyxl.load_workbook(io.BytesIO(good()))
    offered = 0
    for name, columns in (("Risks", RISKS), ("Actions", ACTIONS)):
        headings = {cell.column_letter: cell.value for cell in form_[name][FIRST - 1]}
        known = {column.header: column for column in columns}
        for rule in form_[name].data_validations.dataValidation:
            column = known[headings[str(rule.sqref).split(":")[0].rstrip("0123456789")]]
            if rule.type == "list" and isinstance(column.kind, Step | Choice | Flag):
                sheet, cells = form_.defined_names[rule.formula1].attr_text.split("!")
                for (cell,) in form_[sheet][cells.replace("$", "")]:
                    reading = column.kind.read(cell.value, context().settings)
                    assert reading.notes == ()
                    assert column.kind.show(reading.value, context().settings) == cell.value
                    offered += 1
    assert offered > 60
    for typed in ("SAF-003 AND SAF-007", "SAF-003, SAF-007", "SAF-003/SAF-007"):
        one = sent()
        one.put("SAF-A028", "risk_ref", typed)
        assert ("T105", "SAF-A028", "For risk") in spoken_of(taken(one.data()).findings)


def test_06_the_form_can_be_sorted_filtered_widened_and_added_to() -> None:
    """Complaint: the template is locked: no sorting, no filter, no wider column, no further row."""
    one = sent()
    for page in one.pages.values():
        assert not page.protection.sheet
        assert page.auto_filter.ref
    risks = one.pages["Risks"]
    rows = [[(cell.value, cell.data_type) for cell in row] for row in risks.iter_rows(min_row=6, max_row=12)]
    random.Random(3).shuffle(rows)
    for number, row in enumerate(rows, 6):
        for at, (value, kind) in enumerate(row, 1):
            risks.cell(number, at).value, risks.cell(number, at).data_type = value, kind
    one.add_rows("Actions", 8, 2)
    risks.column_dimensions["D"].width = 90
    intake = taken(one.data())
    assert intake.returned
    assert spoken_of(intake.findings) == Counter()
    for now, right in zip(told(intake.returned), told(returned()), strict=True):
        assert sorted(map(repr, now)) == sorted(map(repr, right))


def test_07_teams_do_not_overwrite_each_other_s_returns() -> None:
    """Complaint: departments of one unit overwrite each other. Two teams send files of one name, and both stand."""
    quarter = makers.quarter()
    sent_ = [
        makers.workbook(f"ref | title\n{unit}-001 | {title}", start=makers.started(unit=unit))
        for unit, title in (("FRD", "Calls are dropped at night"), ("ASM", "Visits are late in winter"))
    ]
    register, _ = merge.merge([makers.taken(data, quarter, "return.xlsx") for data in sent_], quarter)
    titles = {ref: register.by_ref[ref].now.title for ref in ("FRD-001", "ASM-001")}
    assert titles == {"FRD-001": "Calls are dropped at night", "ASM-001": "Visits are late in winter"}
    assert [one.state for one in register.returns if one.book] == ["Merged", "Merged"]


@effort.in_ci("runs whole commands: 1 s")
def test_08_errors_are_not_lost_among_warnings(tmp_path: Path) -> None:
    """Complaint: there are so many warnings that the errors are missed. Errors first; notes are only counted."""
    noisy = broken([*FAULTY, (WAY["a sheet of their own"], "SAF-003")])
    intake = taken(noisy.data())
    ranks = [list(Severity).index(mark.severity) for mark in corrected(context(), UNIT, intake).marks or ()]
    assert ranks == sorted(ranks)
    assert len(set(ranks)) == 2
    assert not any(mark.severity is Severity.NOTE for mark in corrected(context(), UNIT, intake).marks or ())
    path = sample.DIRECTORATE / "2026-27-q2" / "returns" / "SEND casework risks Oct 26.xlsx"
    told_ = json.loads(run("check", path, "--book", sample.DIRECTORATE, "--json").stdout)
    notes = {finding["code"] for finding in told_["findings"] if finding["severity"] == "note"}
    shown_ = run("check", path, "--book", sample.DIRECTORATE).stdout
    assert "C103" in shown_
    assert not [code for code in notes if f"  {code}  " in shown_]


def test_09_a_stray_space_or_old_formatting_is_no_row() -> None:
    """Complaint: one stray space or old formatting gives "row is empty" errors."""
    for name in ("stray spaces", "formats down to the last row"):
        intake = taken(broken([(WAY[name], "SAF-003")]).data())
        assert intake.returned
        assert told(intake.returned) == told(returned())
        assert intake.returned.found == returned().found


@effort.in_ci("runs whole commands: 1 s")
def test_10_what_should_never_pass_does_not() -> None:
    """Complaint: an empty tab passes, and so does text in a column of pounds."""
    empty = sent()
    empty.pages["Risks"].delete_rows(FIRST, 40)
    missing = {ref for code, ref, _ in spoken_of(taken(empty.data()).findings) if code == "T112"}
    assert missing == {risk.ref for risk in returned().risks} - {"NEW-1"}
    known, settings = by_key(RISKS), context().settings
    for key in ("exposure", "target_date", "impact", "category", "beyond_control"):
        one = sent()
        one.put("SAF-003", key, "about half of it")
        assert known[key].kind.restraint(settings)
        errors = {(f.key, f.severity) for f in taken(one.data()).findings if f.ref == "SAF-003"}
        assert (key, Severity.ERROR) in errors


def test_11_an_old_form_is_taken_and_the_next_one_is_new() -> None:
    """Complaint: an old template is rejected, or the output made with it is."""
    context_ = find(sample.DIRECTORATE).context()
    name = "Copy of har-2026-27-q2.xlsx"
    data = (sample.DIRECTORATE / "2026-27-q2" / "returns" / name).read_bytes()
    intake = makers.taken(data, context_, name)
    assert intake.returned
    assert intake.returned.form == 1
    assert [finding.severity for finding in intake.findings if finding.code == books.OLD_FORM.code] == [Severity.NOTE]
    assert spoken_of(intake.findings) == Counter()
    register, _ = merge.merge([intake], context_)
    assert {risk.title for risk in intake.returned.risks} <= {entry.now.title for entry in register.entries}


def test_12_what_is_exported_comes_back_as_it_was_by_its_id() -> None:
    """Complaint: export and import again loses data, and the export has no ID."""
    register, _ = merge.merge([taken(good())], context())
    data = excel.report(*document(store.tables(register, context(), "0.1.0"), context()))
    again, found = store.register(read(data, "register.xlsx"), context().settings)
    assert (again, found) == (register, [])
    lines = openpyxl.load_workbook(io.BytesIO(data))["Register"].iter_rows(values_only=True)
    assert next(line for line in lines if "Unit" in line)[0] == "Ref"
    assert by_key(RISKS)["ref"] is RISKS[0]


@effort.in_ci("runs whole commands: 2 s")
def test_13_one_workbook_has_the_matrix_the_legend_and_every_risk_for_its_audience() -> None:
    """Complaint: the report cannot be shaped for its readers; legend, matrices and all risks belong in one workbook."""
    register, _ = merge.merge([taken(good())], context())
    whole = quarterly.compose(register, (), context())
    texts = {edition: list(words(edition_, context())) for edition, edition_ in editions(whole)}
    for level in (*context().settings.matrix.impact, *context().settings.matrix.likelihood):
        assert any(level.word in text for text in texts["all"])
    for entry in register.open:
        assert any(entry.ref in text for text in texts["all"])
        assert any(entry.ref in text for text in texts["open"]) is not entry.now.exempt
    assert any(entry.now.exempt for entry in register.open)


def editions(whole: quarterly.Quarterly) -> Iterator[tuple[str, quarterly.Quarterly]]:
    yield "all", whole
    yield "open", quarterly.published(whole)


def words(edition: quarterly.Quarterly, context_: Context) -> Iterator[str]:
    data = excel.report(report.document(edition, "0.1.0"))
    for grid in read(data, "slt.xlsx").grids:
        yield from (shown(cell) for cell in grid.cells if isinstance(cell, Cell))


@effort.in_ci("runs whole commands: 1 s")
def test_14_what_was_approved_is_asked_about_when_it_changes_afterwards() -> None:
    """Complaint: approval does not notice that the risk changed afterwards. A rating agreed last quarter is undone."""
    agreed = Decision(
        risk_ref="SAF-003", decision="Agree rating", agreed_impact=5, agreed_likelihood=3, round="2026-27 Q2"
    )
    decided = Register("2026-27 Q2", scale(context().settings), (), (), decisions=(agreed,))
    register, _ = merge.merge([taken(good())], context(), decided)
    assert register.by_ref["SAF-003"].rating == Score(5, 3)
    later = makers.following(register, context())
    issued = excel.form(later, prefilled(later, UNIT, 1))
    before = taken(issued, when=later).returned
    assert before
    for typed, asked in (("5 Critical", False), ("4 Major", True)):
        one = sent(issued, rows_of(before))
        one.put("SAF-003", "impact", typed)
        found = spoken_of(taken(one.data(), when=later).findings)
        assert (("R224", "SAF-003", "Impact now") in found) is asked


def test_15_a_message_names_file_sheet_and_cell_in_letters() -> None:
    """Complaint: the message does not say which sheet and cell, or counts columns in numbers."""
    one = broken(FAULTY)
    found = [finding for finding in taken(one.data()).findings if finding.ref and finding.key]
    assert len(found) >= len(FAULTY)
    for finding in found:
        sheet = "Actions" if "-A" in finding.ref else "Risks"
        assert str(finding).startswith(f"saf.xlsx › {sheet}!{one.cell(finding.ref, finding.key)} ({finding.ref}, ")
