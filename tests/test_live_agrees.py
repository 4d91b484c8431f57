"""What Excel works out on the form is what Python says: held together by LibreOffice, which calculates it afresh."""

import io
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from riskbook.excel import live
from riskbook.excel.form import form as written
from riskbook.findings import Rule
from riskbook.forms import ACTIONS, RISKS, Column, by_key, typed_keys
from riskbook.grid import Cell
from riskbook.matrix import Score
from riskbook.model import Action, Entry, Past, Register, Risk, Source
from riskbook.read import read
from riskbook.report.form import FIRST, Form, FormRow, laid, prefilled
from riskbook.rules import actions as action_rules
from riskbook.rules import risks as risk_rules
from riskbook.settings import Context
from tests import effort, examples, oracles, samples_form

pytestmark = [
    effort.in_ci("LibreOffice recalculates forms: 10 s; test_live tries the formulas' words every day"),
    oracles.needs_libreoffice,
    pytest.mark.filterwarnings("ignore::UserWarning:openpyxl"),
]
SHEETS = ("Start", "Risks", "Actions")
TEST_COLUMN = 50
"""Where tests put the tests of rules, far to the right."""

Typed = Mapping[tuple[str, int, str], Any]
"""Sheet, row and key of a cell, and what is typed there."""

FILLED: Typed = {
    ("Risks", 6, "likelihood"): 4,
    ("Risks", 6, "commentary"): "Interviews held in June. Two offers made, subject to checks.",
    ("Risks", 7, "owner"): "Jane Smith and Tom Jones",
    ("Risks", 7, "impact"): " 4 Major",
    ("Risks", 7, "target_date"): date(2026, 9, 30),
    ("Risks", 7, "reviewed"): date(2026, 9, 24),
    ("Risks", 7, "answer"): "They share the post.",
    ("Risks", 8, "likelihood"): "9",
    ("Risks", 9, "likelihood"): "4 likely",
    ("Risks", 9, "status"): "Closed",
    ("Risks", 9, "escalate"): "Yes",
    ("Risks", 9, "reviewed"): "last week",
    ("Risks", 10, "response"): "Tolerate",
    ("Risks", 10, "impact"): 5,
    ("Risks", 10, "likelihood"): 5,
    ("Risks", 10, "inherent_impact"): 3,
    ("Risks", 10, "inherent_likelihood"): 3,
    ("Risks", 10, "commentary"): "Two boxes were found open.",
    ("Risks", 11, "impact"): "?",
    ("Risks", 12, "title"): "Heating fails",
    ("Risks", 13, "title"): "A flood closes the office",
    ("Risks", 13, "event"): "the office is closed for a week",
    ("Risks", 13, "impact"): "5",
    ("Risks", 13, "likelihood"): 5,
    ("Risks", 13, "response"): "Treat",
    ("Risks", 14, "event"): "only words, no title",
    ("Risks", 14, "impact"): 1,
    ("Risks", 14, "target_impact"): "3.5",
    ("Actions", 6, "status"): "Complete",
    ("Actions", 8, "risk_ref"): "SAF-070",
    ("Actions", 9, "due"): "soon",
    ("Actions", 10, "done"): date(2026, 9, 1),
    ("Actions", 10, "status"): "On track",
    ("Actions", 11, "risk_ref"): "NEW-2",
    ("Actions", 11, "what"): "Buy sandbags",
    ("Actions", 12, "lead"): "Caretaker",
    ("Actions", 12, "due"): date(2026, 9, 1),
}
EVERY_DAY, IN_CI = ("default-5x5", "weighted-4x4"), ("nhs-5x5", "east-devon-4x4", "fenland-2020")
"""One matrix of a table, and one that is calculated; LibreOffice takes seconds for each."""
MATRICES = (*EVERY_DAY, *IN_CI)
TRIED = MATRICES if effort.CI else EVERY_DAY
LONG = effort.in_ci("LibreOffice takes seconds for each matrix")
EXAMPLES = [
    (rule, which) for rule in (*risk_rules.RULES, *action_rules.RULES) if rule.excel for which in ("bad", "good")
]


Cells = Mapping[str, Mapping[int, Mapping[int, Cell]]]
"""By sheet, row and column."""
Books = Mapping[str, tuple[Cells, Cells, Cells]]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Books:
    """By name: a form's formulas, their values as Python wrote them, and as LibreOffice calculated them afresh."""
    folder = tmp_path_factory.mktemp("calculated")
    expected = {}
    for name in TRIED:
        context = samples_form.context(name)
        issued = prefilled(context, samples_form.UNIT, 1)
        (folder / f"{name}.xlsx").write_bytes(_filled_in(written(context, issued), FILLED))
        expected[name] = written(context, _as_typed(issued, FILLED))
        expected[f"{name}, every cell"] = written(*_of_every_cell(context))
        (folder / f"{name}, every cell.xlsx").write_bytes(_filled_in(expected[f"{name}, every cell"], {}))
    expected["examples"] = written(*_of_examples())
    (folder / "examples.xlsx").write_bytes(_with_tests(expected["examples"]))
    _calculate(folder)
    return {
        name: (
            _cells((folder / f"{name}.xlsx").read_bytes()),
            _cells(data),
            _cells((folder / "out" / f"{name}.xlsx").read_bytes()),
        )
        for name, data in expected.items()
    }


def matrices(words: str = "{}") -> list[Any]:
    """Each matrix, as words have it; most of them in CI alone."""
    return [pytest.param(words.format(name), marks=() if name in EVERY_DAY else LONG) for name in MATRICES]


@pytest.mark.parametrize("name", [*matrices(), *matrices("{}, every cell"), "examples"])
def test_every_live_cell_agrees(books: Books, name: str):
    """Score, rating, movement, row check, and every figure and sentence of Start."""
    formulas, ours, theirs = books[name]
    live_cells = [(sheet, *spot) for sheet in SHEETS for spot in _formulas(formulas[sheet])]
    assert len(live_cells) > 100
    said = {spot: _value(theirs, *spot) for spot in live_cells}
    assert said == {spot: _value(ours, *spot) for spot in live_cells}


@pytest.mark.parametrize("name", matrices())
def test_every_cell_of_the_matrix_was_tried(books: Books, name: str):
    """Each has the number and the band that the matrix gives it, up, down and the same since last quarter."""
    matrix = samples_form.context(name).settings.matrix
    cells = books[f"{name}, every cell"][2]
    at = {cell.value: column for column, cell in cells["Risks"][live.HEADINGS].items()}
    rows = range(FIRST, FIRST + len(tuple(matrix.scores())))
    headings = ("Score now", "Rating now")
    rated = [tuple(_value(cells, "Risks", row, at[heading]) for heading in headings) for row in rows]
    assert rated == [(matrix.number(score), matrix.band(score).name) for score in matrix.scores()]
    assert {band for _, band in rated} == {band.name for band in matrix.bands}
    assert {_value(cells, "Risks", row, at["Movement"]) for row in rows} == {"▲ Up", "▼ Down", "► Same"}


@pytest.mark.parametrize(("rule", "which"), EXAMPLES, ids=lambda value: getattr(value, "code", value))
@pytest.mark.parametrize("at", [0, 1], ids=["row check", "colours"])
def test_a_rule_s_formula_agrees_with_its_check(books: Books, rule: Rule, which: str, at: int):
    """True of the bad example, and not of the good one."""
    row = _rows_of_examples()[rule.code, which]
    answer = _value(books["examples"][2], _sheet_of(rule), row, TEST_COLUMN + at)
    assert bool(answer) == (which == "bad")


def _calculate(folder: Path) -> None:
    """Let LibreOffice open every workbook of a folder and save it, in one go."""
    command = ["soffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--convert-to"]
    names = sorted(map(str, folder.glob("*.xlsx")))
    target = ["xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder / "out")]
    subprocess.run([*command, *target, *names], check=True, capture_output=True, timeout=240)


def _filled_in(data: bytes, typed: Typed) -> bytes:
    """The workbook with cells filled in and no value left of any formula, as openpyxl saves it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for (name, row, key), value in typed.items():
        headers = {cell.value: cell.column for cell in book[name][live.HEADINGS]}
        book[name].cell(row, headers[by_key(_columns(name))[key].header]).value = value
    return _saved(book)


def _as_typed(form: Form, typed: Typed) -> Form:
    """The same form with the same cells filled in."""

    def rows(name: str, given: tuple[FormRow, ...]) -> tuple[FormRow, ...]:
        numbered = laid(given, numbered=name == "Risks")
        own = {row: {key: v for (n, r, key), v in typed.items() if (n, r) == (name, row)} for _, row, _ in typed}
        return tuple(replace(row, values={**row.values, **own.get(row.row, {})}) for row in numbered)

    return replace(form, risks=rows("Risks", form.risks), actions=rows("Actions", form.actions))


def _of_every_cell(context: Context) -> tuple[Context, Form]:
    """A form with a risk in every cell of the matrix, its steps typed now as a number, now in words or as text."""
    matrix, before = context.settings.matrix, context.before
    assert before
    previous = Score(len(matrix.impact) // 2 + 1, len(matrix.likelihood) // 2 + 1)
    spellings = (lambda level: level.value, str, lambda level: f" {level.value} ", lambda level: str(level.value))
    rows, entries = [], []
    for number, score in enumerate(matrix.scores()):
        spelt = spellings[number % len(spellings)]
        steps = {"impact": matrix.impact[score.impact - 1], "likelihood": matrix.likelihood[score.likelihood - 1]}
        typed = {"ref": f"SAF-{number + 1:03}", "title": "A risk", **{key: spelt(step) for key, step in steps.items()}}
        told = (matrix.number(previous), matrix.band(previous).name)
        past = Past(typed["ref"], before.round, "submitted", previous.impact, previous.likelihood, *told)
        now = Risk(Source(), typed["ref"])
        entries.append(replace(before.entries[0], now=now, rating=previous, history=(past,)))
        rows.append(FormRow(0, typed, previous))
    known = replace(context, before=Register(before.round, before.scale, tuple(entries)))
    return known, replace(prefilled(known, samples_form.UNIT, 1), risks=tuple(rows), actions=())


def _of_examples() -> tuple[Context, Form]:
    """A form with a risk, and its actions, for every example of a rule that has a formula."""
    risks, actions, entries = [], [], []
    for number, (rule, which) in enumerate(EXAMPLES, 1):
        returned, context = examples.case(rule, getattr(rule, which))
        ref = f"FRD-{number:03}"
        assert context.before
        entry = context.before.by_ref[returned.risks[0].ref]
        entries.append(replace(entry, now=replace(entry.now, ref=ref)))
        risks.append(_row(replace(returned.risks[0], ref=ref), entry, context))
        actions += [_row(replace(action, risk_ref=ref), None, context) for action in returned.actions]
    context = replace(context, before=Register(context.before.round, context.before.scale, tuple(entries)))
    unit = context.directory.unit("FRD")
    assert unit
    return context, replace(prefilled(context, unit, 1), risks=tuple(risks), actions=tuple(actions))


def _row(subject: Risk | Action, entry: Entry | None, context: Context) -> FormRow:
    columns = RISKS if isinstance(subject, Risk) else ACTIONS
    keys = ("ref", *typed_keys(columns))
    given = {column: getattr(subject, column.key, None) for column in columns if column.key in keys}
    values = {c.key: c.kind.show(value, context.settings) for c, value in given.items() if value not in ("", None)}
    return FormRow(0, values, entry.rating, entry.now.commentary) if entry else FormRow(0, values)


def _rows_of_examples() -> dict[tuple[str, str], int]:
    """The row on which the risk, or the action, of an example stands."""
    rows, action = {}, FIRST
    for risk, (rule, which) in enumerate(EXAMPLES, FIRST):
        rows[rule.code, which] = risk if _sheet_of(rule) == "Risks" else action
        action += len(examples.case(rule, getattr(rule, which))[0].actions)
    return rows


def _with_tests(data: bytes) -> bytes:
    """The examples with the test of each rule beside its row, as Row check and as the colours ask it."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    for rule, which in EXAMPLES:
        row = _rows_of_examples()[rule.code, which]
        columns = [column.key for column in _columns(_sheet_of(rule)) if column.on_form]
        for at, is_live in enumerate((True, False)):
            formula = f"={live.test(rule, live.line(columns, row), is_live)}"
            book[_sheet_of(rule)].cell(row, TEST_COLUMN + at).value = formula
    return _saved(book)


def _sheet_of(rule: Rule) -> str:
    return "Actions" if rule in action_rules.RULES else "Risks"


def _columns(name: str) -> tuple[Column, ...]:
    return RISKS if name == "Risks" else ACTIONS


def _cells(data: bytes) -> Cells:
    return {grid.name: grid.rows for grid in read(data, "form.xlsx").grids}


def _formulas(sheet: Mapping[int, Mapping[int, Cell]]) -> Iterator[tuple[int, int]]:
    """Where formulas stand, but for the tests of rules."""
    cells = (cell for row in sheet.values() for cell in row.values())
    return ((cell.row, cell.column) for cell in cells if cell.formula and cell.column < TEST_COLUMN)


def _value(cells: Cells, sheet: str, row: int, column: int) -> Any:
    cell = cells[sheet].get(row, {}).get(column)
    return "" if cell is None or cell.value is None else cell.value


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
