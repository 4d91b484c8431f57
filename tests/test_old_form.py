"""A form of version 1 is read, merged and issued again as version 2, and nothing in it is lost."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import openpyxl
import pytest

from riskbook import excel, merge
from riskbook.forms import ACTIONS, AFRESH, FORM, RISKS, Column, by_key, typed_keys
from riskbook.intake import Intake
from riskbook.model import Action, Movement, Register, Risk
from riskbook.report.form import FormRow, prefilled
from riskbook.rules import books
from riskbook.settings import Context
from tests.filled import UNIT, context, copied, form, spoken_of, taken
from tests.makers import Words, following, put, saved

OWN = {"SAF-003": "High", "SAF-012": "= first", "SAF-A018": "in the diary"}
"""Columns of their own, one on each sheet."""
MORE: Mapping[str, Mapping[str, Any]] = {
    "SAF-014": {"status": "Propose to close", "close_reason": "Below threshold", "answer": "The move is over"},
    "SAF-A022": {"answer": "It was done in time"},
}
NEW = ("control_effectiveness", "exposure", "beyond_control", "escalate", "escalate_reason", "audience")
"""What form 1 does not ask."""


def asked(columns: tuple[Column, ...]) -> list[Column]:
    """The columns of form 1 that somebody fills in, with the ref and the date first agreed."""
    known = by_key(columns)
    return [known[key] for key in ("ref", *typed_keys(columns), "first_due") if key in known and known[key].since == 1]


def values(row: FormRow) -> dict[str, Any]:
    """What is typed in a row."""
    return {**row.values, **MORE.get(str(row.values.get("ref")), {})}


@cache
def old(alias: int, *without: str) -> bytes:
    """Form 1: columns under one of their old names, no properties or names, what it is over the table."""
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    over = (
        ("Children's Services risk register",),
        ("Unit code", UNIT.code),
        ("Quarter", "2026-27 Q2"),
        ("Form version", 1),
        ("Filled in by", "Jo Bell"),
        ("Date filled in", date(2026, 10, 2)),
        (),
    )
    for name, columns, rows in (("Risk register", RISKS, form().risks), ("Action plan", ACTIONS, form().actions)):
        sheet = book.create_sheet(name)
        for line in over if columns is RISKS else ():
            sheet.append(line)
        top = sheet.max_row + 1 if columns is RISKS else 1
        these = [column for column in asked(columns) if column.key not in without]
        headings = [column.aliases[alias] if column.aliases else column.header for column in these]
        lines = [
            [values(row).get(column.key) for column in these] + [OWN.get(str(row.values.get("ref")))] for row in rows
        ]
        for number, line in enumerate([[*headings, "Ours"], *lines], top):
            for at, content in enumerate(line, 1):
                put(sheet, number, at, Words(content) if isinstance(content, str) else content)
    return saved(book)


@cache
def sent(alias: int = 0) -> Intake:
    return taken(old(alias), "Copy of saf.xlsx")


@cache
def register() -> Register:
    return merge.merge([sent()], context())[0]


@cache
def later() -> Context:
    return following(register(), context())


def told(
    rows: tuple[Risk, ...] | tuple[Action, ...], columns: tuple[Column, ...], *without: str
) -> list[dict[str, Any]]:
    """What form 1 asks, as it was read, and their own columns."""
    keys = [column.key for column in asked(columns) if column.key not in without]
    return [{key: getattr(row, key) for key in (*keys, "other")} for row in rows]


def test_every_column_of_form_1_is_filled():
    """Or this module would prove nothing of it."""
    for columns, rows in ((RISKS, form().risks), (ACTIONS, form().actions)):
        filled = {key for row in rows for key, content in values(row).items() if content not in (None, "")}
        assert {column.key for column in asked(columns)} <= filled
    assert {column.key for column in RISKS if column.since > 1} == set(NEW)


@pytest.mark.parametrize("alias", [0, -1])
def test_an_old_form_is_read_under_its_old_names(alias: int):
    """A note says which form it is; nothing is asked that it does not have."""
    intake = sent(alias)
    assert intake.returned
    assert intake.returned.form == 1
    assert spoken_of(intake.findings) == {}
    assert books.OLD_FORM.code in {finding.code for finding in intake.findings}
    assert [dict(row.values).keys() >= {"ref", "title"} for row in intake.risks] == [True] * len(form().risks)
    for columns, rows, read in (
        (RISKS, form().risks, intake.returned.risks),
        (ACTIONS, form().actions, intake.returned.actions),
    ):
        for typed, row in zip(rows, told(read, columns), strict=True):
            assert row == {**row, **meant(columns, values(typed)), "other": own(typed)}


def own(row: FormRow) -> tuple[tuple[str, str], ...]:
    ours = OWN.get(str(row.values.get("ref")))
    return (("Ours", ours),) if ours else ()


def meant(columns: tuple[Column, ...], typed: Mapping[str, Any]) -> dict[str, Any]:
    """What is typed, as it is meant."""
    settings = context().settings
    return {
        column.key: column.kind.read(typed[column.key], settings).value
        for column in asked(columns)
        if typed.get(column.key) not in (None, "")
    }


def test_it_is_merged_with_all_that_it_says():
    """And what it could not ask stays as the register has it."""
    assert sent().returned
    by_ref = register().by_ref
    for risk in sent().returned.risks:
        now = next(one.now for one in register().entries if (one.now.title, one.unit) == (risk.title, UNIT.code))
        without = ("ref",) if risk.ref == "NEW-1" else ()
        assert told((now,), RISKS, *without) == told((risk,), RISKS, *without)
    before = context().before
    assert before
    for ref in (ref for ref in before.by_ref if ref.startswith(UNIT.code)):
        unasked = [key for key in NEW if key not in AFRESH]
        assert [getattr(by_ref[ref].now, key) for key in unasked] == [
            getattr(before.by_ref[ref].now, key) for key in unasked
        ]
    assert {action.what for action in register().actions} >= {action.what for action in sent().returned.actions}


def test_what_an_old_sheet_has_no_column_for_stays_as_it_was():
    """A column that nobody must fill may be missing for good; a row that was emptied stays empty all the same."""
    known = replace(context(), before=replace(register(), round="2026-27 Q1"))
    less = taken(old(0, "objective", "parent"), when=known)
    assert less.returned
    first, *others = less.returned.risks
    emptied = replace(less.returned, risks=(Risk(first.source, first.ref), *others))
    after, _ = merge.merge([replace(less, returned=emptied)], known)
    for ref in (risk.ref for risk in others if risk.ref in register().by_ref):
        now, before = after.by_ref[ref].now, register().by_ref[ref].now
        assert (now.objective, now.parent) == (before.objective, before.parent)
        assert now.objective
        assert now.parent
    assert after.by_ref[first.ref].movement is Movement.NOT_RETURNED


def test_its_next_issue_is_the_new_form_with_everything_carried_over():
    """Every value, row by row, but for what is asked afresh; their own columns, the dates first agreed, last words."""
    data = excel.form(later(), prefilled(later(), UNIT, 1))
    again = taken(data, when=later()).returned
    assert again
    assert again.form == FORM
    entries = [entry for entry in register().entries if entry.unit == UNIT.code and entry.open]
    assert told(again.risks, RISKS, *AFRESH) == told(tuple(entry.now for entry in entries), RISKS, *AFRESH)
    refs = {action.ref for action in again.actions}
    kept = tuple(action for action in register().actions if action.ref in refs)
    assert told(again.actions, ACTIONS, "answer") == told(kept, ACTIONS, "answer")
    assert {action.ref for action in register().actions if action.open and action.risk_ref.startswith("SAF")} <= refs
    issued = prefilled(later(), UNIT, 1)
    assert [row.last_said for row in issued.risks] == [entry.now.commentary for entry in entries]
    assert [row.previous for row in issued.risks] == [entry.rating for entry in entries]


def test_its_corrections_copy_is_the_new_form_and_asks_only_what_is_new():
    """With all that the old one said, on rows of its own."""
    again = taken(copied(sent()))
    assert again.returned
    assert sent().returned
    assert again.returned.form == FORM
    assert told(again.returned.risks, RISKS) == told(sent().returned.risks, RISKS)
    assert told(again.returned.actions, ACTIONS) == told(sent().returned.actions, ACTIONS)
    fresh = {by_key(RISKS)[key].header for key in NEW}
    assert {field for _, _, field in spoken_of(again.findings)} <= fresh
