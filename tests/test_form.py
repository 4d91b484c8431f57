"""The form that goes to managers: what stands in it, what may be typed, and that it comes out the same twice."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from riskbook import intake
from riskbook.excel import parents
from riskbook.excel.form import form as written
from riskbook.forms import ABOUT, ACTIONS, FIXES, FORM, LABELS, MARKS, RISKS
from riskbook.kinds import Ref
from riskbook.matrix import Score
from riskbook.model import Movement
from riskbook.report.form import (
    FIRST,
    NEW_ROWS,
    Form,
    FormRow,
    blank,
    corrected,
    laid,
    prefilled,
    previous_words,
)
from riskbook.settings import Context
from tests import effort, oracles, samples_form

MATRICES = ("default-5x5", "nhs-5x5", "east-devon-4x4", "weighted-4x4", "fenland-2020")
REACH = 1000


@pytest.fixture(scope="module")
def context() -> Context:
    return samples_form.context()


@pytest.fixture(scope="module")
def issued(context: Context) -> Form:
    return prefilled(context, samples_form.UNIT, 1)


@pytest.fixture(scope="module")
def book(context: Context, issued: Form) -> Workbook:
    return opened(written(context, issued))


def opened(data: bytes, values: bool = True) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data), data_only=values)


def under(book: Workbook, sheet: str, heading: str) -> dict[int, object]:
    """The filled cells of a column, by row."""
    columns = {cell.value: cell.column for cell in book[sheet][FIRST - 1]}
    cells = (book[sheet].cell(row, columns[heading]) for row in range(FIRST, book[sheet].max_row + 1))
    return {cell.row: cell.value for cell in cells if cell.value not in (None, "")}


# The form as a value


def test_a_prefilled_form_has_the_open_risks_of_its_unit(issued: Form):
    """By ref, with the rating that counted last quarter; new rows belong to it too."""
    assert [row.values["ref"] for row in issued.risks] == [
        "SAF-003",
        "SAF-007",
        "SAF-011",
        "SAF-012",
        "SAF-014",
        "SAF-016",
    ]
    assert issued.risks[0].previous == Score(4, 3)
    assert (issued.scope.refs[0], issued.scope.takes_new) == ("SAF-003", True)


def test_closed_risks_stay_behind(context: Context):
    """What was closed is not asked about again."""
    assert context.before
    first, *others = context.before.entries
    register = replace(context.before, entries=(replace(first, movement=Movement.CLOSED), *others))
    form = prefilled(replace(context, before=register), samples_form.UNIT, 1)
    assert "SAF-003" not in form.scope.refs


def test_an_exempt_directorate_risk_is_named_by_its_ref_alone(context: Context):
    """On every unit's form, a partnership's too: not a word of it in any part; it can be chosen all the same."""
    assert context.before
    entries = [
        replace(one, now=replace(one.now, audience="Exempt")) if one.ref == "DIR-02" else one
        for one in context.before.entries
    ]
    hidden = replace(context, before=replace(context.before, entries=tuple(entries)))
    data = written(hidden, prefilled(hidden, samples_form.UNIT, 1))
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        assert not [name for name in package.namelist() if b"keeping social workers" in package.read(name)]
    sheet = opened(data)["Directorate risks"]
    assert [[cell.value for cell in row if cell.value] for row in sheet["A5:K6"]][1] == ["DIR-02", parents.EXEMPT]
    (listed,) = [cell.value for row in opened(data)["Lists"] for cell in row if str(cell.value).startswith("DIR-02")]
    assert Ref().read(str(listed), context.settings).value == "DIR-02"


def test_what_is_asked_afresh_is_empty(issued: Form):
    """The words given last quarter stand beside, to read."""
    assert "commentary" not in issued.risks[0].values
    assert issued.risks[0].last_said == "Interviews held in June. Two offers made, subject to checks."


def test_the_rating_that_counts_is_prefilled(context: Context):
    """The agreed one, where it is not the one that was submitted."""
    assert context.before
    first, *others = context.before.entries
    register = replace(context.before, entries=(replace(first, rating=Score(5, 2)), *others))
    row = prefilled(replace(context, before=register), samples_form.UNIT, 1).risks[0]
    assert (row.values["impact"], row.values["likelihood"]) == ("5 Critical", "2 Unlikely")
    assert previous_words(row, context) == "10 Amber (5×2)"


def test_a_rating_of_another_scale_is_told_in_words(context: Context):
    """Nothing is mapped: steps are asked again."""
    assert context.before
    form = prefilled(replace(context, before=replace(context.before, scale="another")), samples_form.UNIT, 1)
    row = form.risks[0]
    assert (row.previous, previous_words(row, context)) == (None, "12 Amber, another scale")
    assert not {"impact", "likelihood", "target_impact", "inherent_likelihood"} & row.values.keys()


def test_actions_are_open_or_were_completed_last_round(issued: Form):
    """What was completed before that has been told already."""
    refs = [row.values["ref"] for row in issued.actions]
    assert refs == ["SAF-A018", "SAF-A022", "SAF-A025", "SAF-A026", "SAF-A028"]
    assert issued.actions[1].values["first_due"] == date(2026, 6, 30)


def test_rows_are_laid_without_a_gap():
    """Those with a number keep it, others follow, and blank ones stand ready with numbers of their own."""
    rows = laid((FormRow(8, {"ref": "NEW-2", "title": "A"}), FormRow(0, {"ref": "SAF-001"})), numbered=True)
    assert [row.row for row in rows] == list(range(FIRST, FIRST + len(rows)))
    assert [row.values.get("ref") for row in rows[:6]] == [None, None, "NEW-2", "SAF-001", "NEW-1", "NEW-3"]


# The workbook


def test_sheets_stand_in_their_order(book: Workbook):
    """Only the lists are hidden."""
    assert book.sheetnames == ["Start", "Risks", "Actions", "Directorate risks", "How to score", "Lists"]
    assert [sheet.title for sheet in book if sheet.sheet_state != "visible"] == ["Lists"]


def test_start_says_what_this_is(book: Workbook, context: Context):
    """Every label stands beside its fact, but for what only a project or partnership is asked; names lead there."""
    facts = {label.value: fact.value for label, fact in book["Start"]["A1:B40"] if label.value}
    assert {key for key, label in LABELS.items() if label not in facts} == set(ABOUT)
    assert (facts["Unit code"], facts["Quarter"], facts["Issue number"], facts["Form version"]) == (
        "SAF",
        "2026-27 Q2",
        1,
        FORM,
    )
    for mark, name in MARKS.items():
        sheet, cell = book.defined_names[name].attr_text.split("!")
        assert (
            book[sheet][cell.replace("$", "")].value
            == {
                "unit": "SAF",
                "round": "2026-27 Q2",
                "issue": 1,
                "form": FORM,
                "scope": "SAF-003, SAF-007, SAF-011, SAF-012, SAF-014, SAF-016 and new rows",
            }[mark]
        )


def test_properties_say_it_too(book: Workbook):
    """For programs that lose names and cells."""
    assert {known.name: known.value for known in book.custom_doc_props.props} == {
        "riskbook unit": "SAF",
        "riskbook round": "2026-27 Q2",
        "riskbook issue": 1,
        "riskbook form": FORM,
    }


@pytest.mark.parametrize(("sheet", "columns"), [("Risks", RISKS), ("Actions", ACTIONS)])
def test_headings_are_the_declared_ones(book: Workbook, sheet: str, columns):
    """In their order, in row 5."""
    headings = [cell.value for cell in book[sheet][FIRST - 1] if cell.value]
    assert headings == [column.header for column in columns if column.on_form]


def test_blank_rows_stand_ready(book: Workbook):
    """Twenty, numbered so that actions can point at them, with live formulas."""
    refs = list(under(book, "Risks", "Ref").values())
    assert refs[6:] == [f"NEW-{number}" for number in range(1, NEW_ROWS + 1)]


def test_every_column_says_what_it_takes(context: Context, issued: Form):
    """Down to row 1,000: a list, a date, a prompt; riskbook's own refuse."""
    book = opened(written(context, issued), values=False)
    for sheet, columns in (("Risks", RISKS), ("Actions", ACTIONS)):
        rules = {next(iter(rule.sqref.ranges)).coord: rule for rule in book[sheet].data_validations.dataValidation}
        reached = {cell for spot in rules for cell in re.findall(rf"([A-Z]+)6:(?:\1){REACH}", spot)}
        assert len(reached) == sum(column.on_form for column in columns)
        for rule in rules.values():
            assert len(rule.formula1 or "") <= 255
            assert len(rule.promptTitle or "") <= 32
            assert len(rule.prompt or "") <= 120
            if rule.formula1 == "FALSE":
                assert (rule.type, bool(rule.allow_blank)) == ("custom", False)


def test_lists_lead_to_what_may_be_chosen(book: Workbook):
    """Every list of a drop-down is a name, and every name leads somewhere."""
    for name, defined in book.defined_names.items():
        sheet, cells = defined.attr_text.split("!")
        assert sheet.strip("'") in book.sheetnames, name
        assert "#REF" not in cells
    risks = book["Risks"].data_validations.dataValidation
    named = {rule.formula1 for rule in risks if rule.type == "list"}
    assert named <= book.defined_names.keys()


def test_formulas_use_names_that_are_there(context: Context, issued: Form):
    """In cells, in colours and in what may be typed."""
    data = written(context, replace(issued, marks=()))
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
    assert set(re.findall(r"\brb_\w+", sheets)) <= opened(data).defined_names.keys()


@pytest.mark.parametrize("sheet", ["Start", "Directorate risks", "How to score", "Lists"])
def test_sheets_to_read_are_protected(book: Workbook, sheet: str):
    """Without a password; Risks and Actions are not, or nobody could sort them."""
    assert book[sheet].protection.sheet
    assert not book["Risks"].protection.sheet
    assert not book["Actions"].protection.sheet


def test_their_part_of_start_can_be_typed_in(book: Workbook):
    """And nothing else of it."""
    unlocked = [c.coordinate for row in book["Start"].iter_rows() for c in row if not c.protection.locked]
    assert unlocked == ["B12", "B13", "B14"]


def test_a_screen_reader_finds_its_way(copy: Workbook):
    """A title in A1 of every sheet, nothing merged where something is filled in, nothing drawn, and a language."""
    for sheet in copy:
        assert sheet.sheet_state == "hidden" or sheet["A1"].value
        assert sheet.title == "How to score" or not sheet.merged_cells.ranges
        assert [*sheet._charts, *sheet._images] == []
        assert sheet.sheet_view.selection[-1].activeCell in ("A1", "D6", "E6")
    assert copy.active is copy.worksheets[0]
    assert copy.properties.title
    assert copy.properties.subject
    assert copy.properties.language == "en-GB"


def test_row_heights_may_be_fitted_again(context: Context, issued: Form):
    """So that a row grows while somebody types."""
    with zipfile.ZipFile(io.BytesIO(written(context, issued))) as parts:
        assert "customHeight" not in parts.read("xl/worksheets/sheet2.xml").decode().replace("customHeight=0", "")


def test_text_is_written_unaltered(context: Context, issued: Form):
    """Whatever it looks like."""
    typed = '=HYPERLINK("http://x","y")'
    row = replace(issued.risks[0], values={**issued.risks[0].values, "event": typed, "cause": "@home", "effect": "-1"})
    book = opened(written(context, replace(issued, risks=(row,))), values=False)
    assert [book["Risks"][cell].value for cell in ("D6", "H6", "I6")] == [typed, "@home", "-1"]
    assert book["Risks"]["D6"].data_type == "s"


def test_the_same_form_is_the_same_bytes(context: Context, issued: Form):
    """Made twice."""
    assert written(context, issued) == written(context, issued)


@pytest.mark.parametrize("name", MATRICES)
def test_every_matrix_has_its_form(name: str):
    """The matrix is drawn in its own numbers and bands, and the example uses its steps."""
    context = samples_form.context(name)
    guide = opened(written(context, blank(samples_form.UNIT)))["How to score"]
    shown = {cell.value for row in guide.iter_rows() for cell in row}
    matrix = context.settings.matrix
    assert {matrix.rating(score) for score in matrix.scores()} <= shown
    assert {str(level) for level in matrix.impact} <= shown


def test_a_form_issued_is_read_as_it_was_meant(context: Context, issued: Form):
    """Unit, round, issue and scope; nothing typed yet but what was prefilled."""
    returned = intake.take(written(context, issued), "saf.xlsx", context).returned
    assert returned
    assert (returned.unit, str(returned.round), returned.issue, returned.form) == ("SAF", "2026-27 Q2", 1, FORM)
    assert (returned.scope, returned.blank, len(returned.risks), len(returned.actions)) == (
        issued.scope,
        2 * NEW_ROWS,
        6,
        5,
    )
    assert returned.risks[0].controls == context.before.by_ref["SAF-003"].now.controls  # type: ignore[union-attr]


# The corrections copy


@pytest.fixture(scope="module")
def taken(context: Context, issued: Form) -> intake.Intake:
    """A return with a step that is none, a date in words, an error value and a column of their own."""
    book = opened(written(context, issued), values=False)
    risks = book["Risks"]
    for cell, typed in {"F7": "#REF!", "L8": "3.5", "W9": "end of the year", "B12": "Heating fails", "K12": 3}.items():
        risks[cell] = typed
    risks["F7"].data_type = "e"
    risks["AK5"], risks["AK6"] = "Our own priority", "High"
    book["Start"]["B12"], book["Start"]["B13"] = "Jo Bell", date(2026, 10, 6)
    out = io.BytesIO()
    book.save(out)
    return intake.take(out.getvalue(), "saf.xlsx", context)


@pytest.fixture(scope="module")
def copy(context: Context, taken: intake.Intake) -> Workbook:
    return opened(written(context, corrected(context, samples_form.UNIT, taken)))


def test_a_corrections_copy_begins_with_what_to_do(copy: Workbook):
    """A list in the declared columns, with the words and the code of every rule."""
    assert copy.sheetnames[0] == "Please correct"
    rows = list(copy["Please correct"].iter_rows(min_row=5, values_only=True))
    assert list(rows[0]) == [column.header for column in FIXES]
    listed = {(row[1], row[8]) for row in rows[1:]}
    assert {("Risks, M8", "C103"), ("Risks, X9", "C104"), ("Risks, G7", "C111")} <= listed


def test_what_was_typed_comes_back_on_its_row(copy: Workbook):
    """As typed, but for a step that could be read; an error value is spelt out, so that it is found again."""
    assert under(copy, "Risks", "Likelihood now")[8] == "3.5"
    assert under(copy, "Risks", "Target date")[9] == "end of the year"
    assert under(copy, "Risks", "Risk owner")[7] == "#REF!"
    assert under(copy, "Risks", "Ref")[12] == "NEW-1"
    assert under(copy, "Risks", "Impact now")[12] == "3 Moderate"


def test_columns_of_their_own_come_back_at_the_right(copy: Workbook):
    """After the last of the form's."""
    assert under(copy, "Risks", "Our own priority") == {6: "High"}


def test_what_to_do_stands_at_the_row_too(copy: Workbook):
    """In a column of its own beside the title."""
    assert set(under(copy, "Risks", "Please correct")) >= {7, 8, 9, 12}


def test_a_corrections_copy_counts_as_later(context: Context, taken: intake.Intake):
    """Sent back as it is, it is a return like any other, with the next issue number."""
    data = written(context, corrected(context, samples_form.UNIT, taken))
    returned = intake.take(data, "again.xlsx", context).returned
    assert returned
    assert taken.returned
    assert (returned.issue, returned.scope) == (taken.returned.issue + 1, taken.returned.scope)
    assert [replace(risk, source=taken.returned.risks[0].source, other=()) for risk in returned.risks] == [
        replace(risk, source=taken.returned.risks[0].source, other=(), unread=again.unread)
        for risk, again in zip(taken.returned.risks, returned.risks, strict=True)
    ]


def test_nothing_to_correct_is_said_in_a_sentence(context: Context, issued: Form):
    """Thanks, and no list."""
    sheet = opened(written(context, replace(issued, marks=())))["Please correct"]
    assert sheet.max_row == 2


# What other programs say


@effort.in_ci("starts the validator: 4 s; one report is validated every day")
@oracles.needs_validator
def test_microsoft_s_validator_finds_nothing(context: Context, issued: Form, taken: intake.Intake, tmp_path: Path):
    """In a prefilled form and in a corrections copy."""
    forms = {"prefilled": issued, "corrections": corrected(context, samples_form.UNIT, taken)}
    books = {name: written(context, form) for name, form in forms.items()}
    for name, data in books.items():
        (tmp_path / f"{name}.xlsx").write_bytes(data)
    assert oracles.faults(sorted(tmp_path.glob("*.xlsx"))) == []


@oracles.needs_validator
@effort.in_ci("a blank form of each matrix: 7 s")
def test_microsoft_s_validator_finds_nothing_whatever_the_matrix(tmp_path: Path):
    """In a blank form."""
    for name in MATRICES:
        (tmp_path / f"{name}.xlsx").write_bytes(written(samples_form.context(name), blank(samples_form.UNIT)))
    assert oracles.faults(sorted(tmp_path.glob("*.xlsx"))) == []


@pytest.mark.parametrize("steps", [3, 6])
def test_an_axis_may_have_three_to_six_steps(steps: int):
    """The form is made, and says the same."""
    context = samples_form.context()
    known = context.settings.matrix
    axes = [
        tuple(replace(axis[min(n, 4)], value=n + 1) for n in range(steps)) for axis in (known.impact, known.likelihood)
    ]
    cells = tuple(tuple(known.bands[min(2, i * j // 5)] for j in range(steps)) for i in range(steps))
    numbers = tuple(tuple(i * j for j in range(1, steps + 1)) for i in range(1, steps + 1))
    matrix = replace(known, impact=axes[0], likelihood=axes[1], cells=cells, numbers=numbers)
    context = replace(context, settings=replace(context.settings, matrix=matrix), before=None)
    row = FormRow(0, {"ref": "NEW-1", "title": "A", "impact": steps, "likelihood": str(axes[1][-1])})
    book = opened(written(context, replace(blank(samples_form.UNIT), risks=(row,))))
    assert under(book, "Risks", "Score now") == {6: steps * steps}
    assert under(book, "Risks", "Movement") == {6: "● New"}
