"""History: what the register remembers from round to round, and the questions that a risk's own past raises."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from riskbook import check, excel, merge, report, store
from riskbook.findings import Rule
from riskbook.matrix import Score
from riskbook.model import Decision, Entry, Movement, Register
from riskbook.movement import balance
from riskbook.quarterly import compose
from riskbook.read import read
from riskbook.report.blocks import Sheet
from riskbook.report.register import document
from riskbook.rules import history
from riskbook.settings import Context
from tests.makers import LAST, following, ingested, merged, quarter, started, workbook
from tests.makers import told as found
from tests.registers import drawn

HEADINGS = "ref | title | impact | likelihood | target_date | commentary"
ONE = 'FRD-001 4x3 was 4x3 "Calls are dropped"'


def sent(context: Context, *rows: str, unit: str = "FRD") -> bytes:
    """A return of a unit for the round of a context."""
    start = started(unit=unit, round=str(context.round), filled_on=context.on)
    return workbook("\n".join([HEADINGS, *rows]), start=start)


def rounds(*rows: str, last: str = ONE) -> tuple[Register, Context]:
    """The register after one round for each row, Front Door alone telling its one risk; "" is a round of silence."""
    context = quarter(last)
    register = context.before
    for number, row in enumerate(rows):
        context = following(register, context) if number and register else context
        while not context.round.asks_units:
            context = replace(context, round=context.settings.timetable.after(context.round))
            context = replace(context, on=context.round.as_at)
        register, _ = merged(context, *([sent(context, row)] if row else []))
    assert register
    return register, context


def told(impact: int, likelihood: int, target: str = "", commentary: str = "") -> str:
    return f"FRD-001 | Calls are dropped | {impact} | {likelihood} | {target} | {commentary}"


def codes(register: Register, context: Context) -> set[str]:
    return {finding.code for finding in check.register(register, context) if finding.code[0] == "H"}


def one(register: Register, ref: str = "FRD-001") -> Entry:
    return register.by_ref[ref]


# The rules' own examples


def example(told: Mapping[str, Any]) -> tuple[Register, Context]:
    """The register that an example of a rule stands for."""
    ratings = str(told.get("ratings", "3×2, 3×2")).split(", ")[::-1]
    drawing = drawn(f"FRD-001 {ratings[0]} was {', '.join(ratings[1:])}", round_=told.get("round", "2026-27 Q2"))
    entry, context = drawing["FRD-001"], drawing.context
    slips = int(told.get("target_date") != told.get("last_target"))
    now = replace(entry.now, target_date=told.get("target_date"))
    kept = {"first_target": told.get("first_target"), "target_slips": slips, "same_words": told.get("same_words", 0)}
    register = replace(drawing.register, entries=(replace(entry, now=now, **kept),))
    before = context.before and replace(context.before, round=told.get("before", context.before.round))
    return register, replace(context, before=before)


@pytest.mark.parametrize("rule", history.RULES, ids=lambda rule: rule.code)
def test_every_rule_finds_its_bad_example_and_not_its_good_one(rule: Rule):
    """Once, at the cell of the first column that it reads."""
    found = [finding for finding in check.register(*example(rule.bad)) if finding.code == rule.code]
    assert [finding.key for finding in found] == [rule.reads[0] if rule.reads else ""]
    assert rule.code not in codes(*example(rule.good))


def test_a_risk_that_nobody_told_is_not_asked_why_it_stands_still():
    """Its unit is asked for its return instead; the rounds in which it was told still count."""
    still = drawn("FRD-001 4x3 was 4x3, 4x3, 4x3 carried")
    assert codes(still.register, still.context) == set()
    again = drawn("FRD-001 4x3 was 4x3, 4x3, 4x3")
    assert codes(again.register, again.context) == {"H102"}


def test_a_tolerated_risk_may_stand_still():
    """That is what tolerating it means."""
    still = drawn("FRD-001 4x3 was 4x3, 4x3, 4x3 response=Tolerate")
    assert codes(still.register, still.context) == set()


def test_numbers_come_from_the_settings():
    """Three rounds are enough where the book says so."""
    still = drawn("FRD-001 4x3 was 4x3, 4x3")
    rules = replace(still.context.settings.rules, unchanged_rounds=3)
    context = replace(still.context, settings=replace(still.context.settings, rules=rules))
    assert (codes(still.register, still.context), codes(still.register, context)) == (set(), {"H102"})


# What is remembered


def test_the_first_target_date_is_kept_and_slips_are_counted():
    """Brought forward is no slip; a round of silence changes nothing."""
    register, context = rounds(
        told(4, 3, "2026-12-31"),
        told(4, 3, "2027-03-31"),
        "",
        told(4, 3, "2027-02-28"),
        told(4, 3, "2027-06-30"),
    )
    entry = one(register)
    assert (entry.first_target, entry.now.target_date) == (date(2026, 12, 31), date(2027, 6, 30))
    assert entry.target_slips == 2
    assert "H103" in codes(register, context)


def test_a_slip_is_asked_about_in_its_own_round_only():
    """Afterwards it stands on the register."""
    register, context = rounds(told(4, 3, "2026-12-31"), told(4, 3, "2027-03-31"), told(4, 3, "2027-03-31"))
    assert (one(register).target_slips, "H103" in codes(register, context)) == (1, False)


def test_the_same_words_are_counted_round_by_round():
    """Spaces and capitals do not make them others; a round of silence neither counts nor ends the count."""
    words = ("Two posts are empty.", "two posts  are empty.", "", "Two posts are empty.")
    register, context = rounds(*(told(4, 3, commentary=one) if one else "" for one in words))
    assert one(register).same_words == 3
    assert "H105" in codes(register, context)
    later, _ = rounds(*(told(4, 3, commentary=one) for one in ("a", "a", "b")))
    assert one(later).same_words == 1


def test_what_is_remembered_is_read_back():
    """First target date, slips and rounds with the same words stand in the register's own columns."""
    register, context = rounds(told(4, 3, "2026-12-31", "a"), told(4, 3, "2027-03-31", "a"))
    assert read_back(register, context) == register


def read_back(register: Register, context: Context) -> Register:
    """A register written and read again."""
    data = excel.report(*document(store.tables(register, context, "0.1.0"), context))
    back, _ = store.register(read(data, "register.xlsx"), context.settings)
    assert back
    return back


def test_every_round_is_remembered_with_what_was_submitted_and_agreed():
    """As it was then, whatever came later: impact and likelihood, score and band."""
    context = quarter("FRD-001 4x3")
    agreed = Decision("FRD-001", decision="Agree rating", agreed_impact=4, agreed_likelihood=4, round="2026-27 Q2")
    first, _ = merged(context, sent(context, told(5, 4)))
    second, _ = merged(context, sent(context, told(5, 4)), kept=replace(first, decisions=(agreed,)))
    third = following(second, context)
    register, _ = merged(third, sent(third, told(3, 3)))
    assert [(past.round, past.kind, str(past.score), past.number, past.band) for past in one(register).history] == [
        ("2026-27 Q1", "submitted", "4×3", 12, "Amber"),
        ("2026-27 Q2", "submitted", "5×4", 20, "Red"),
        ("2026-27 Q2", "agreed", "4×4", 16, "Red"),
        ("2026-27 Q3", "submitted", "3×3", 9, "Amber"),
    ]
    assert (one(register).was, one(register).movement) == (Score(4, 4), Movement.DOWN)


# First appearance, missing rounds, the sum


def test_a_risk_that_appears_for_the_first_time_is_new_whatever_its_form_says():
    """It has no arrow, though somebody typed a rating under Last quarter: it is asked about, and counts for nothing."""
    context = quarter(ONE)
    data = workbook("ref | title | impact | likelihood | previous\nNEW-1 | Posts are empty | 4 | 4 | 4 Green (2×2)")
    entry = one(merged(context, data)[0], "FRD-002")
    assert (entry.movement, entry.was) == (Movement.NEW, None)
    assert not {"▲", "▼"} & set(str(entry.movement))
    assert found(ingested(data, context).findings, "T120") == [("T120", "Risks!E2")]


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("12 Amber (4×3)", False),
        ("12 amber", False),
        ("12", False),
        ("Amber", False),
        ("4×3", False),
        ("", False),
        ("16 Red (4×4)", True),
        ("12 Amber (3×4)", True),
        ("8", True),
        ("nothing", True),
    ],
)
def test_a_rating_typed_under_last_quarter_changes_nothing_and_is_reported(typed: str, asked: bool):
    """The register's own counts; in whatever way it is told rightly, there is no question."""
    context = quarter(ONE)
    data = workbook(f"ref | title | impact | likelihood | previous\nFRD-001 | Calls are dropped | 4 | 4 | {typed}")
    assert found(ingested(data, context).findings, "T120") == ([("T120", "Risks!E2")] if asked else [])
    entry = one(merged(context, data)[0])
    assert (entry.was, entry.movement) == (Score(4, 3), Movement.UP)


def test_a_rating_of_an_agreed_round_is_the_agreed_one():
    """Last quarter's is what counted then, and not what was submitted."""
    context = quarter(ONE)
    assert context.before
    entry = one(context.before)
    past = replace(entry.history[-1], kind="agreed", impact=4, likelihood=4, number=16, band="Red")
    agreed = replace(entry, rating=Score(4, 4), history=(*entry.history, past))
    context = replace(context, before=replace(context.before, entries=(agreed,)))
    drawing = "ref | title | impact | likelihood | previous\nFRD-001 | Calls are dropped | 4 | 4 | {}"
    asked = [found(ingested(workbook(drawing.format(typed)), context).findings, "T120") for typed in ("16 Red", "12")]
    assert [bool(one) for one in asked] == [False, True]


def without(context: Context, name: str) -> Context:
    """A context whose last register is of another round."""
    assert context.before
    return replace(context, before=replace(context.before, round=name))


def movement_sheet(register: Register, context: Context) -> Sheet:
    made = report.document(compose(register, (), context), "0.1.0")
    return next(sheet for sheet in made.sheets if sheet.name == "Movement")


def test_a_missing_round_is_announced_and_movement_says_since_when():
    """On the register's findings, and where the report speaks of last quarter."""
    context = without(quarter(LAST), "2025-26 Q3")
    register, _ = merged(context)
    (finding,) = [one for one in check.register(register, context) if one.code == "H106"]
    assert "2025-26 March, 2026-27 Q1" in finding.message
    assert movement_sheet(register, context).title.endswith("since 2025-26 Q3")


def test_a_round_that_the_timetable_lacks_is_never_missing():
    """Where there is no March round, Q1 follows Q3."""
    context = without(quarter(LAST, "2026-27 Q1"), "2025-26 Q3")
    register, _ = merged(context)
    assert "H106" in codes(register, context)
    steps = tuple(step for step in context.settings.timetable.steps if step.name != "March")
    settings = replace(context.settings, timetable=replace(context.settings.timetable, steps=steps))
    assert "H106" not in codes(register, replace(context, settings=settings))


SUM = """
    DIR-01 4x4 was 4x4 "Placements cost more than planned"
    FRD-001 4x3 was 4x3 "Calls are dropped"
    FRD-002 2x2 was 2x2 "Notices come late"
    FRD-009 1x1 was 2x2 closed "Keys are lost"
"""


def summed() -> tuple[Register, Context]:
    """One risk of four stays, one closes, one is reopened, one is new."""
    context = quarter(SUM)
    data = workbook(
        """
        ref     | title             | impact | likelihood | status | close_reason
        FRD-001 | Calls are dropped | 4      | 3          | Open   |
        FRD-002 | Notices come late | 2      | 2          | Closed | Mitigated
        FRD-009 | Keys are lost     | 2      | 2          | Open   |
        NEW-1   | Posts are empty   | 3      | 3          | Open   |
        """
    )
    return merged(context, data)[0], context


def test_the_sum_of_movements_is_shown_on_the_register():
    """On About, in words that anybody can add up."""
    register, context = summed()
    words = "3 open in 2026-27 Q1 + 1 new + 1 reopened = 4 open now + 1 closed + 0 merged"
    assert balance(register, context.before) == words
    *_, about = store.tables(register, context, "0.1.0")
    assert {"name": "Movement", "value": words} in about.rows


def test_the_sum_of_movements_is_shown_to_the_leadership_team():
    """In the first line of Movement: what there was, came, went and is."""
    register, context = summed()
    lead = movement_sheet(register, context).lead.partition(".")[0]
    assert [int(number) for number in re.findall(r"\d+", lead)] == [3, 1, 1, 1, 4]


def test_a_sum_that_does_not_come_out_is_never_handed_on(monkeypatch: pytest.MonkeyPatch):
    """A risk that were lost on the way would stop the merge."""
    context = quarter(SUM)
    monkeypatch.setattr(merge, "took_in", lambda entries, archive: list(entries)[1:])
    with pytest.raises(AssertionError):
        merged(context)


def test_an_unknown_round_is_no_missing_one():
    """A register of a round that the timetable no longer has is compared with, and nothing is made up about it."""
    context = without(quarter(LAST), "2026-27 Q0")
    register, _ = merged(context)
    assert "H106" not in codes(register, context)
