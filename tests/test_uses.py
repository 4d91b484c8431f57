"""One form, four uses: what a project, a partnership and the directorate are asked besides, and what becomes of it."""

import io
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from riskbook import excel, merge
from riskbook.directory import Directory, Person, Unit
from riskbook.forms import ABOUT, LABELS, OF_A_USE
from riskbook.intake import Intake, take
from riskbook.model import Received
from riskbook.report.form import FormRow, corrected, prefilled
from riskbook.rules import cells, returns
from riskbook.settings import Context
from tests import effort, makers

PROJECT = Unit("HUB", "Family Hubs Programme", "Project", board="Hubs Board", until=date(2027, 3, 31))
PARTNERSHIP = Unit("SCP", "Safeguarding Partnership", "Partnership", board="Partnership Board")
DIRECTORATE = Unit("DIR", "Children's Services", "Directorate")
TEAM = Unit("FRD", "Front Door", "Team")
PEOPLE = (
    Person("Ada Mere", "AD Education and Inclusion", roles=("Assistant Director",)),
    Person("Tom Fell", "Head of Finance"),
)
TYPED = {"filled_by": "Project Manager", "filled_on": date(2026, 10, 2), "stage": "Delivery", "board": "Hubs Board"}
RISK = FormRow(values={"ref": "NEW-1", "title": "The builder leaves", "event": "the hub opens late", "status": "Open"})


@pytest.fixture(scope="module")
def context() -> Context:
    directory = Directory((PROJECT, PARTNERSHIP, DIRECTORATE, TEAM), PEOPLE)
    return replace(makers.quarter(), directory=directory)


def issued(context: Context, unit: Unit, **part: Any) -> bytes:
    """A form of a unit, with what is typed on Start and one new risk."""
    form = prefilled(context, unit, 1)
    typed = {key: value for key, value in {**form.part, **part}.items() if value is not None}
    return excel.form(context, replace(form, risks=(RISK,), part=typed))


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def spot(data: bytes, key: str) -> str:
    """The cell beside a label of Start."""
    return beside(data)[LABELS[key]]


@cache
def beside(data: bytes) -> dict[object, str]:
    """The cells beside the labels of Start."""
    return {label.value: f"B{label.row}" for label in opened(data)["Start"]["A"] if label.value}


def taken(context: Context, data: bytes) -> Intake:
    return take(data, "return.xlsx", context)


def on_start(intake: Intake) -> list[tuple[str, str]]:
    """The codes found on Start, with their cells."""
    return [(found.code, found.place.cell) for found in intake.findings if found.place.sheet == "Start"]


@pytest.mark.parametrize("unit", [PROJECT, PARTNERSHIP, DIRECTORATE, TEAM], ids=lambda unit: unit.level)
def test_each_use_is_asked_its_own(context: Context, unit: Unit):
    """A project its stage, end and board; a partnership its lead officer and board; nobody else any of them."""
    labels = {label.value for label in opened(issued(context, unit))["Start"]["A"]}
    asked = {column.key for column in OF_A_USE.get(unit.level, ())}
    assert {key for key in ABOUT if LABELS[key] in labels} == asked


def test_what_a_project_says_of_itself_stands_on_the_register(context: Context):
    """It is read from Start and listed with the return; nothing more is asked."""
    intake = taken(context, issued(context, PROJECT, **TYPED))
    register, _ = merge.merge([intake], context)
    received = next(one for one in register.returns if one.unit == "HUB")
    assert (received.stage, received.ends, received.board) == ("Delivery", date(2027, 3, 31), "Hubs Board")
    assert on_start(intake) == []


def test_what_was_said_last_quarter_stands_on_the_form(context: Context):
    """Before anything was said, what the directory has; a unit that sent nothing keeps what it said before."""
    assert prefilled(context, PROJECT, 1).part == {"board": "Hubs Board", "ends": date(2027, 3, 31)}
    before = context.before
    assert before
    said = Received("HUB", "hub.xlsx", "0", "Merged", stage="Handover", ends=date(2026, 12, 1), board="Hubs Board")
    later = replace(context, before=replace(before, returns=(said,)))
    expected = {"stage": "Handover", "ends": date(2026, 12, 1), "board": "Hubs Board"}
    assert prefilled(later, PROJECT, 1).part == expected
    silent, _ = merge.merge([], later)
    assert next(one.stage for one in silent.returns if one.unit == "HUB") == "Handover"


@effort.in_ci("runs whole commands: 1 s")
def test_what_is_needed_and_empty_is_asked_at_its_cell(context: Context):
    """The form is blue there, and the return is asked for it; a return without such cells is not."""
    data = issued(context, PARTNERSHIP)
    assert on_start(taken(context, data)) == [(cells.EMPTY.code, spot(data, "lead_officer"))]
    form = opened(data)["Start"]
    tinted = {str(area.sqref) for area in form.conditional_formatting}
    assert {spot(data, key) for key in ("filled_by", "filled_on", "lead_officer", "board")} == tinted
    assert on_start(taken(context, issued(context, TEAM))) == []


def test_what_cannot_be_read_comes_back_as_typed(context: Context):
    """The corrections copy has the words, and its list leads to their cell."""
    data = issued(context, PROJECT, **{**TYPED, "ends": "in the spring", "stage": "delivering"})
    intake = taken(context, data)
    assert {cell for _, cell in on_start(intake)} == {spot(data, "ends"), spot(data, "stage")}
    back = excel.form(context, corrected(context, PROJECT, intake))
    start = opened(back)["Start"]
    assert [start[spot(back, key)].value for key in ("ends", "stage")] == ["in the spring", "delivering"]
    links = {cell.hyperlink.location for cell in opened(back)["Please correct"]["B"] if cell.hyperlink}
    assert {f"'Start'!{spot(back, key)}" for key in ("ends", "stage")} <= links
    assert on_start(taken(context, back)) == on_start(intake)


def test_a_project_that_has_ended_says_what_becomes_of_its_risks(context: Context):
    """It is asked at the cell of its end, and only while risks are open."""
    data = issued(context, PROJECT, **TYPED, ends=date(2026, 9, 30))
    assert (returns.ended.code, spot(data, "ends")) in on_start(taken(context, data))
    form = prefilled(context, PROJECT, 1)
    closed = replace(RISK, values={**RISK.values, "status": "Closed", "close_reason": "Superseded"})
    over = excel.form(context, replace(form, risks=(closed,), part={**TYPED, "ends": date(2026, 9, 30)}))
    assert on_start(taken(context, over)) == []


def test_directorate_risks_are_owned_by_an_assistant_director(context: Context):
    """The form offers those in post; on a team's form anybody may be named."""
    lists: dict[str, list[object]] = {}
    for unit in (DIRECTORATE, TEAM):
        book = opened(issued(context, unit))
        owner = next(cell.column_letter for cell in book["Risks"][5] if cell.value == "Risk owner")
        rules = [rule for rule in book["Risks"].data_validations.dataValidation if f"{owner}6" in rule.sqref]
        lists[unit.code] = [rule.formula1 for rule in rules if rule.type == "list"]
    assert lists == {"DIR": ["rb_directors"], "FRD": []}
    book = opened(issued(context, DIRECTORATE))
    sheet, cells_ = book.defined_names["rb_directors"].attr_text.split("!")
    assert book[sheet][cells_.replace("$", "")].value == "AD Education and Inclusion"
