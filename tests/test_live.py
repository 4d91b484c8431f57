"""The formulas of the form: made from the declarations, short enough, and of functions that every Excel has."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from html import unescape

import pytest

from riskbook.excel import live, prompts
from riskbook.excel.form import form as written
from riskbook.findings import Rule, Severity
from riskbook.forms import ACTIONS, RISKS, Asked, Column
from riskbook.kinds import Text
from riskbook.model import Action, Source
from riskbook.report import ready
from riskbook.report.form import FormRow, prefilled
from riskbook.rules import actions as action_rules
from riskbook.rules import risks as risk_rules
from riskbook.settings import Context
from tests import samples_form

FAMILIES = [(RISKS, risk_rules.RULES), (ACTIONS, action_rules.RULES)]
EXCEL_2010 = {
    *("AND", "CHOOSE", "COUNT", "COUNTA", "COUNTIF", "COUNTIFS", "FALSE", "FIND", "IF", "IFERROR", "INDEX", "ISERROR"),
    *("ISNUMBER", "ISTEXT", "LEFT", "LOWER", "MATCH", "MAX", "MID", "NOT", "OR", "SEARCH", "SIGN", "SUBSTITUTE"),
    *("SUM", "TRIM"),
}


def on_form(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    return tuple(column for column in columns if column.on_form)


def line(columns: tuple[Column, ...], row: int) -> live.Line:
    return live.line((column.key for column in on_form(columns)), row)


@pytest.fixture(scope="module")
def context() -> Context:
    return samples_form.context()


@pytest.fixture(scope="module")
def formulas(context: Context) -> list[str]:
    """Every formula of a form: of cells, of colours, of what may be typed."""
    form = replace(prefilled(context, samples_form.UNIT, 1), marks=())
    return list(_formulas(written(context, form)))


def _formulas(data: bytes) -> Iterator[str]:
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        for name in parts.namelist():
            if name.startswith("xl/worksheets/sheet"):
                xml = parts.read(name).decode()
                yield from map(unescape, re.findall(r"<(?:f|formula|formula1)>(.*?)</", xml))


@pytest.mark.parametrize(("columns", "rules"), FAMILIES)
def test_row_check_is_short_in_rows_of_four_figures(columns: tuple[Column, ...], rules: tuple[Rule, ...]):
    """Excel takes more; people who look at it, and other programs, do not."""
    assert len(live.check(line(columns, 9999), on_form(columns), rules)) <= live.LONGEST


def test_a_row_check_that_grew_too_long_is_refused():
    """Rather than written."""
    wordy = replace(risk_rules.RULES[0], excel='{title}="' + "x" * live.LONGEST + '"')
    with pytest.raises(ValueError, match="2,000"):
        live.check(line(RISKS, 6), on_form(RISKS), (wordy,))


def test_formulas_are_for_every_excel(formulas: list[str]):
    """Functions of Excel 2010 only, no clock, no structured references, no text of more than 255 characters."""
    for formula in formulas:
        bare = re.sub(r'".*?"', "", formula)
        assert set(re.findall(r"([A-Z][A-Z0-9.]+)\(", bare)) <= EXCEL_2010
        assert "[" not in bare
        assert max(map(len, re.findall(r'"(.*?)"', formula)), default=0) <= 255
        assert len(formula) <= live.LONGEST


def test_a_new_column_is_asked_without_a_change_here():
    """A declaration is enough."""
    column = Column("mood", "Mood of the team", Text(), Asked.ALWAYS, "Risk")
    columns = (*on_form(RISKS), column)
    at = live.line((known.key for known in columns), 6)
    assert f'IF({at["mood"]}="",", "&{at.columns["mood"]}$5,"")' in live.check(at, columns, ())
    asked = [condition for condition in live.conditions(at, columns, (), ()) if condition.key == "mood"]
    assert len(asked) == 1


def test_a_rule_speaks_in_row_check_and_in_colour():
    """A query is silenced by an answer, an error is not."""
    query = replace(risk_rules.RULES[0], code="R999", severity=Severity.QUERY, excel="{score}>9", look="too much")
    at = live.line((column.key for column in on_form(RISKS)), 6, fixed=True)
    assert live.said(RISKS, (query,))["rb_R999"] == "; too much"
    coloured = {c.formula for c in live.conditions(at, on_form(RISKS), (query,), ())}
    assert f'=AND({at["answer"]}="",{at["score"]}>9)' in coloured
    error = replace(query, severity=Severity.ERROR)
    assert f"={at['score']}>9" in {c.formula for c in live.conditions(at, on_form(RISKS), (error,), ())}


def test_a_rule_colours_both_axes_of_a_rating():
    """And otherwise the first column that it reads."""
    assert live.pinned(risk_rules.target_above_now) == ("target_impact", "target_likelihood")
    assert live.pinned(risk_rules.several_owners) == ("owner",)


def test_prompts_are_short(context: Context):
    """A long one would cover the cells below."""
    for column in (*RISKS, *ACTIONS):
        assert len(prompts.prompt(column, context.settings)) <= prompts.LONGEST
        assert len(column.header) <= prompts.LONGEST_TITLE


def test_examples_are_of_the_matrix_in_force():
    """Fewer steps have other words."""
    known = samples_form.settings("east-devon-4x4")
    impact = next(column for column in RISKS if column.key == "inherent_impact")
    assert prompts.example(impact, known) == str(known.matrix.impact[-1])


# Row check in Python


TOLD = {
    "title": "Heating fails",
    "event": "the office is too cold to use",
    "category": "Property",
    "owner": "Business Support Lead",
    "raised": date(2026, 5, 11),
    "controls": "The boiler is serviced every year.",
    "impact": "2 Minor",
    "likelihood": "2 Unlikely",
    "response": "Tolerate",
    "reviewed": date(2026, 9, 24),
    "status": "Open",
}


def say(context: Context, **changed: object) -> str:
    values = {key: value for key, value in {**TOLD, **changed}.items() if value is not None}
    return checked(FormRow(6, {"ref": "NEW-1", **values}), context)  # type: ignore[dict-item]


def checked(row: FormRow, context: Context, actions: tuple[Action, ...] = (), reviewed_all: bool = False) -> str:
    return ready.row_check(row, ready.read_risk(row, context.settings), actions, context, reviewed_all)


def test_a_green_risk_is_ready_in_eleven_cells(context: Context):
    """Nothing else is asked of it."""
    assert len(TOLD) == 11
    assert say(context) == "Ready"


def test_nothing_typed_says_nothing(context: Context):
    """A blank row is white."""
    assert checked(FormRow(6, {"ref": "NEW-1"}), context) == ""


def test_what_is_needed_is_named_by_its_heading(context: Context):
    """In the order of the form."""
    assert say(context, owner=None, status=None) == "Still needed: risk owner, status"


def test_start_fills_in_last_reviewed(context: Context):
    """The tick for every risk is enough."""
    row = FormRow(6, {key: value for key, value in TOLD.items() if key != "reviewed"})
    assert checked(row, context) == "Still needed: last reviewed"
    assert checked(row, context, reviewed_all=True) == "Ready"


def test_more_is_asked_from_amber_up(context: Context):
    """As soon as both steps can be read."""
    said = say(context, impact="4 Major", likelihood=3, cause="it is old", effect="we move out")
    assert said.startswith("Still needed: do the controls work, impact before controls")


def test_an_answer_silences_a_query_and_no_error(context: Context):
    """What cannot be read stays to be put right."""
    passed = {"target_date": date(2026, 1, 31)}
    assert say(context, **passed) == "Look again: the target date has passed"
    assert say(context, **passed, answer="It was met.") == "Ready"
    assert say(context, target_impact="3.5", answer="Between two.") == f"Look again: {ready.NOT_A_STEP}"
    assert say(context, raised="last May", answer="I forgot.") == f"Look again: {ready.NOT_A_DAY}"


def test_a_question_mark_is_no_step(context: Context):
    """Excel's MATCH takes it for any character; the form does not."""
    assert say(context, impact="?") == f"Look again: {ready.NOT_A_STEP}"


def test_treat_asks_for_an_open_action_of_this_risk(context: Context):
    """On the same form."""
    row = FormRow(6, {"ref": "NEW-1", **TOLD, "response": "Treat"})
    action = Action(Source(), "", "NEW-1", status="On track")
    assert checked(row, context) == "Look again: Treat, but no open action"
    assert checked(row, context, (action,)) == "Ready"


def test_a_risk_that_is_closed_with_its_actions_done_is_ready(context: Context):
    """Closing completes the actions, so Row check does not ask for an open one."""
    row = prefilled(context, samples_form.UNIT, 1).risks[0]
    told = replace(row, values={**row.values, "response": "Treat", "status": "Closed", "close_reason": "Mitigated"})
    done = (Action(Source(), "FRD-A001", str(row.values["ref"]), status="Complete"),)
    assert "open action" not in checked(told, context, done, reviewed_all=True)
    opened = replace(told, values={**told.values, "status": "Open"})
    assert "open action" in checked(opened, context, done, reviewed_all=True)
