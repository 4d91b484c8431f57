"""Masked: a corrections copy can be mailed whatever was typed in the return, and comes back as the same risks."""

from dataclasses import replace
from datetime import date

from riskbook import clearing, excel, leaving
from riskbook.findings import Severity
from riskbook.report.form import Form, corrected
from riskbook.report.masked import masked
from riskbook.rules import privacy
from riskbook.rules.privacy import Allowed
from riskbook.settings import Context
from tests.makers import merged as merge
from tests.makers import quarter, started, taken, told, workbook

SENT = """
    ref     | title             | event                               | owner              | commentary    | Case
    FRD-001 | Calls are dropped | Child A's mother was not called     | j.bell@example.org | Born 3/4/2012 | LA9 4RQ
    NEW-1   | 9434765919        | NHS number 943 476 5919 was misread | Duty manager       | New           | None
"""
PRIVATE = {rule.code for rule in privacy.RULES}


def sent(day: int = 2) -> bytes:
    return workbook(SENT, start=started(filled_on=date(2026, 10, day), filled_by="07700 900123"))


def copied(context: Context) -> Form:
    """The copy to correct that is answered to it."""
    unit = context.directory.unit("FRD")
    assert unit
    return masked(corrected(context, unit, taken(sent(), context)), context)


def test_a_corrections_copy_can_always_leave():
    """Whatever looks like personal data stands in no string of it, in what it asks neither."""
    data = excel.form(quarter(), copied(quarter()))
    found = leaving.inspect(data, "copy.xlsx")
    assert [one for one in found if one.severity is Severity.ERROR] == []


def test_every_cell_that_is_masked_is_asked_about():
    """One that holds no free text too, and a number; the mark says that the copy masks it."""
    form = copied(quarter())
    asked = {(one.ref, one.key) for one in form.marks or () if one.code in PRIVATE}
    assert {("FRD-001", "event"), ("FRD-001", "owner"), ("FRD-001", "commentary")} <= asked
    assert {("NEW-1", "title"), ("NEW-1", "event")} <= asked
    by_ref = {str(row.values.get("ref")): row for row in form.risks}
    assert by_ref["FRD-001"].values["title"] == "Calls are dropped"
    assert by_ref["FRD-001"].values["owner"] == "j.b••l@e•••••e.o•g"
    assert by_ref["FRD-001"].other == (("Case", "L•9 4•Q"),)
    assert by_ref["NEW-1"].values["event"] == "NHS number 9•3 4•6 5••9 was misread"
    assert by_ref["NEW-1"].values["title"] == "9••••••••9"
    assert "•" in str(form.part["filled_by"])


def test_what_was_cleared_is_not_masked():
    """It may leave."""
    words = "NHS number 943 476 5919 was misread"
    context = replace(quarter(), cleared=frozenset({("P101", privacy.mark(words))}))
    assert words in [row.values.get("event") for row in copied(context).risks]


def test_a_masked_copy_comes_back_as_the_same_risks():
    """Under the refs that the return was given, with no question about what is masked."""
    context = quarter()
    first, _ = merge(context, sent())
    back = excel.form(context, copied(context))
    one, _ = merge(context, sent(), back, kept=first)
    assert [entry.ref for entry in one.entries] == [entry.ref for entry in first.entries]
    assert one.by_ref["FRD-003"].now.event == "NHS number 9•3 4•6 5••9 was misread"
    assert not PRIVATE & {code for code, _ in told(taken(back, context).findings)}
    assert clearing.outstanding(one, Allowed()) == ()
