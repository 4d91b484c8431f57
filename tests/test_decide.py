"""Decisions come in from the sheet that the meeting had, bound to what it read; nothing is guessed, nothing undone."""

import io
import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from itertools import permutations
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskbook import check, decide, escalate, excel, quarterly
from riskbook import report as slt
from riskbook.cli import deciding, main
from riskbook.cli.folder import find
from riskbook.directory import Person
from riskbook.findings import Finding, Severity
from riskbook.forms import DECISIONS, ON_DECISION_SHEETS, by_key
from riskbook.intake import Intake
from riskbook.matrix import Score
from riskbook.merge import merge
from riskbook.model import Decision, Entry, Movement, Register
from riskbook.read import read
from riskbook.report import decision_sheet
from riskbook.report import decisions as report
from riskbook.report.blocks import Document, ToFill
from riskbook.rules import cells
from riskbook.rules import decisions as rules
from riskbook.settings import Context
from tests import effort, makers, oracles
from tests.makers import following, merged, quarter, small_book, started, told, value, workbook

ROUND = "2026-27-q2"
TODAY = date(2026, 11, 1)
DLT = "DLT | The Director | 2026-10-13"
HEADS = "risk_ref | decision | body | decided_by | decided_on"
LAST = """
    DIR-01 4x4 was 4x4 "Placements cost more than planned"
    DIR-02 3x3 was 3x3 "Inspection finds gaps"
    FRD-001 4x4 was 4x4 "Calls are dropped"
    FRD-002 2x2 was 2x2 "Notices come late"
    FRD-003 3x3 was 3x3 "Cover fails at night" parent=DIR-02
    ASM-001 4x4 was 4x4 "Visits are late"
"""
FRD = """
    ref     | title                | impact | likelihood | parent | event
    FRD-001 | Calls are dropped    | 4      | 4          |        | calls are not answered
    FRD-002 | Notices come late    | 2      | 2          |        | families hear too late
    FRD-003 | Cover fails at night | 3      | 3          | DIR-02 | nobody comes
"""


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which the sheets come in."""
    monkeypatch.setattr(deciding, "today", lambda: TODAY)


def sheet(*rows: str, heads: str = HEADS, title: str = "Decisions, 2026-27 Q2", name: str = "Decisions") -> bytes:
    """A decision sheet drawn as text, its headings on row 3."""
    book = openpyxl.Workbook()
    page = book.active
    page.title = name
    page.append([title])
    page.append([])
    known = by_key(ON_DECISION_SHEETS)
    for number, line in enumerate([heads, *rows], 3):
        for column, text in enumerate(line.split("|"), 1):
            text = text.strip()
            makers.put(page, number, column, known[text].header if number == 3 else value(text))
    return makers.saved(book)


def hold(ref: str, until: str = "2027-01-31") -> tuple[str, str]:
    return f"{HEADS} | review_by", f"{ref} | Hold | {DLT} | {until}"


@cache
def begun(
    sent: tuple[bytes, ...], last: str | None, decisions: tuple[Decision, ...]
) -> tuple[Context, tuple[Intake, ...], Register]:
    """A quarter, the returns that came, and its register before anything is decided: all of them only values."""
    context = quarter(last, decisions=decisions)
    intakes = makers.intakes(context, *sent)
    return context, intakes, merge(intakes, context)[0]


class Round:
    """A quarter in memory: its returns, the register, and decisions taken from sheets as the command takes them."""

    def __init__(self, *sent: bytes, last: str | None = LAST, decisions: tuple[Decision, ...] = ()) -> None:
        self.context, self.intakes, self.register = begun(sent or (workbook(FRD),), last, decisions)

    def decide(self, *sheets: bytes) -> decide.Taken:
        """Take what the sheets say, and merge again."""
        told = [row for data in sheets for row in decide.rows(read(data, "dlt.xlsx"), self.context)[0]]
        before = self.register.decisions
        base = self.merged(decide.without(before, told, self.context))
        taken = decide.take(told, base, before, self.context, TODAY)
        after = self.merged(decide.recorded(before, taken))
        proposed = ((one, escalate.candidates(one, self.context)) for one in (base, after))
        taken = decide.answering(taken, *proposed, context=self.context)
        self.register = self.merged(decide.recorded(before, taken))
        return taken

    def merged(self, decisions: tuple[Decision, ...] | None = None, *late: bytes) -> Register:
        """The round merged again, with other decisions or with returns that came late."""
        kept = self.register if decisions is None else replace(self.register, decisions=decisions)
        came = makers.intakes(self.context, *late, first=len(self.intakes) + 1)
        return merge((*self.intakes, *came), self.context, kept)[0]

    def __getitem__(self, ref: str) -> Entry:
        return self.register.by_ref[ref]


def found(*rows: str, heads: str = HEADS, **how: Any) -> list[tuple[str, str]]:
    """What is wrong with a sheet, and where."""
    one = Round(**how)
    return told(one.decide(sheet(*rows, heads=heads)).findings)


def test_another_word_for_a_decision_is_answered_with_the_form_s():
    """It is not taken for it."""
    (wrong,) = from_sheet(sheet(f"FRD-001 | Hand back | {DLT}"))
    assert (wrong.code, "De-escalate?" in wrong.hint) == ("C102", True)


def from_sheet(data: bytes, context: Context | None = None) -> list[Finding]:
    return decide.rows(read(data, "dlt.xlsx"), context or quarter())[1]


@pytest.mark.parametrize(
    ("row", "heads", "code", "cell"),
    [
        (f"FRD-001 | | {DLT} | note", f"{HEADS} | rationale", rules.INCOMPLETE, "Decisions!B4"),
        ("FRD-001 | Close | | The Director | 2026-10-13", HEADS, rules.INCOMPLETE, "Decisions!C4"),
        ("FRD-001 | Close | DLT | | 2026-10-13", HEADS, rules.INCOMPLETE, "Decisions!D4"),
        ("FRD-001 | Close | DLT | The Director |", HEADS, rules.INCOMPLETE, "Decisions!E4"),
        (f" | Close | {DLT}", HEADS, rules.INCOMPLETE, "Decisions!A4"),
        (f"FRD-900 | Close | {DLT}", HEADS, rules.UNKNOWN_REF, "Decisions!A4"),
        (f"FRD-001 | Hold | {DLT} |", f"{HEADS} | review_by", rules.NO_REVIEW, "Decisions!F4"),
        (f"FRD-001 | Manage at this level | {DLT} |", f"{HEADS} | review_by", rules.NO_REVIEW, "Decisions!F4"),
        (f"FRD-001 | Hold | {DLT} | 2026-10-13", f"{HEADS} | review_by", rules.REVIEW_PASSED, "Decisions!F4"),
        (
            f"FRD-001 | Agree rating | {DLT} | 4 |",
            f"{HEADS} | agreed_impact | agreed_likelihood",
            rules.HALF_AGREED,
            "G4",
        ),
        (f"FRD-001 | Close | {DLT} | | 4", f"{HEADS} | agreed_impact | agreed_likelihood", rules.HALF_AGREED, "F4"),
        (
            f"FRD-001 | Agree rating | {DLT} | |",
            f"{HEADS} | agreed_impact | agreed_likelihood",
            rules.HALF_AGREED,
            "F4",
        ),
        ("FRD-001 | Close | DLT | The Director | 2026-06-30", HEADS, rules.TOO_EARLY, "Decisions!E4"),
        ("FRD-001 | Close | DLT | The Director | 2026-11-02", HEADS, rules.NOT_YET, "Decisions!E4"),
        (f"DIR-01 | Accept | {DLT}", HEADS, rules.NOT_THEIRS, "Decisions!C4"),
        ("FRD-001 | Return | Corporate Risk Group | Chair | 2026-10-20", HEADS, rules.NOT_A_DIRECTORATE_RISK, "A4"),
        (f"FRD-001 | Confirm | {DLT}", HEADS, rules.NOT_A_DIRECTORATE_RISK, "Decisions!A4"),
        (f"FRD-001 | De-escalate | {DLT}", HEADS, rules.NOT_ESCALATED, "Decisions!B4"),
        (f"DIR-01 | De-escalate | {DLT}", HEADS, rules.NOT_ESCALATED, "Decisions!B4"),
        (f"FRD-001 | Merge | {DLT} |", f"{HEADS} | into", rules.INTO_NOWHERE, "Decisions!F4"),
        (f"FRD-001 | Merge | {DLT} | FRD-001", f"{HEADS} | into", rules.INTO_NOWHERE, "Decisions!F4"),
        (f"FRD-001 | Merge | {DLT} | FRD-900", f"{HEADS} | into", rules.INTO_NOWHERE, "Decisions!F4"),
        (f"FRD-001 | Escalate | {DLT} | ASM-001", f"{HEADS} | into", rules.INTO_NOWHERE, "Decisions!F4"),
        (f"DIR-01 | Escalate | {DLT} | DIR-02", f"{HEADS} | into", rules.INTO_NOWHERE, "Decisions!F4"),
        (f"FRD-001 | Hold | {DLT} | DIR-01 | 2027-01-31", f"{HEADS} | into | review_by", rules.INTO_WITHOUT, "F4"),
        (f"FRD-001 | Escalate | {DLT} |", f"{HEADS} | owner", rules.NO_DIRECTOR, "Decisions!F4"),
    ],
)
def test_what_keeps_a_row_from_being_a_decision(row: str, heads: str, code: Any, cell: str):
    """It is said at its cell, and the row is not taken."""
    one = Round()
    taken = one.decide(sheet(row, heads=heads))
    assert (code.code, cell if "!" in cell else f"Decisions!{cell}") in told(taken.findings)
    assert (taken.decisions, one.register.decisions) == ((), ())


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("FRD-001 | Postpone | DLT | The Director | 2026-10-13", cells.CHOICE.code),
        ("FRD-001 | Close | DLT | The Director | in October", cells.DAY.code),
        ("FRD-001 | Close | Cabinet | The Director | 2026-10-13", cells.CHOICE.code),
    ],
)
def test_a_cell_that_does_not_fit_is_said_and_its_row_is_not_taken(row: str, code: str):
    """By the rules for any cell."""
    told_, findings = decide.rows(read(sheet(row), "dlt.xlsx"), quarter(LAST))
    assert [(finding.code, finding.ref) for finding in findings] == [(code, "FRD-001")]
    one = Round()
    assert decide.take(told_, one.register, (), one.context, TODAY).decisions == ()


def test_a_step_that_the_scale_does_not_have_is_not_taken():
    """Nor rounded."""
    heads = f"{HEADS} | agreed_impact | agreed_likelihood"
    one = Round()
    taken = one.decide(sheet(f"FRD-001 | Agree rating | {DLT} | 4 | 6", heads=heads))
    assert (taken.decisions, str(one["FRD-001"].rating)) == ((), "4×4")


def test_rows_in_error_leave_the_others_standing():
    """What is right is taken."""
    one = Round()
    taken = one.decide(sheet(f"FRD-900 | Close | {DLT}", f"FRD-002 | Close | {DLT}"))
    assert [decision.risk_ref for decision in taken.decisions] == ["FRD-002"]
    wrong = [finding for finding in taken.findings if finding.severity is Severity.ERROR]
    assert told(wrong) == [(rules.UNKNOWN_REF.code, "Decisions!A4")]


def test_nothing_is_decided_in_a_row_that_was_only_filled_down():
    """Body, who and when stand in every row of a column that was dragged down; the Assistant Director stands there."""
    heads = "risk_ref | decision | owner | body | decided_by | decided_on | minute"
    assert found(f"FRD-001 | | AD Family Help | {DLT} | 4.2", heads=heads) == []


def test_a_workbook_without_decisions_is_said():
    """It has no such sheet, or the sheet has no such headings."""
    for data in (sheet(name="Sheet1"), sheet(heads="title | rating"), workbook()):
        assert told(from_sheet(data)) == [(rules.NO_SHEET.code, "")]


def test_a_column_that_every_decision_needs_stops_the_sheet():
    """Nothing is taken without it."""
    data = sheet("FRD-001 | Close | DLT", heads="risk_ref | decision | body")
    rows, findings = decide.rows(read(data, "dlt.xlsx"), quarter())
    assert (rows, told(findings)) == ((), [(rules.NO_COLUMN.code, "Decisions!3")] * 2)


def test_a_sheet_of_another_round_is_not_taken():
    """Its title names the round that it was made for."""
    data = sheet(f"FRD-001 | Close | {DLT}", title="Decisions wanted, 2026-27 Q1")
    rows, findings = decide.rows(read(data, "dlt.xlsx"), quarter())
    assert (rows, told(findings)) == ((), [(rules.ANOTHER_ROUND.code, "Decisions!A1")])


def test_two_decisions_of_one_meeting_about_one_risk_are_a_question():
    """Neither is taken; the same one twice is one."""
    assert found(f"FRD-002 | Close | {DLT}", f"FRD-002 | More information | {DLT}") == [
        (rules.TWICE.code, "Decisions!B4"),
        (rules.TWICE.code, "Decisions!B5"),
    ]
    one = Round()
    assert len(one.decide(sheet(f"FRD-002 | Close | {DLT}", f"FRD-002 | Close | {DLT}")).decisions) == 1


def test_a_risk_that_is_closed_is_not_decided_on():
    """Whoever closed it."""
    row = "FRD-002 | Notices come late | 2 | 2 | Closed | Mitigated"
    closed = workbook(f"ref | title | impact | likelihood | status | close_reason\n{row}")
    one = Round(closed)
    assert one["FRD-002"].movement is Movement.CLOSED
    taken = one.decide(sheet(f"FRD-002 | Close | {DLT}"))
    assert told(taken.findings) == [(rules.GONE.code, "Decisions!A4")]


def test_an_agreed_rating_counts_and_the_submitted_one_is_kept():
    """Both stand on the register; movement is of the agreed one."""
    one = Round()
    heads = f"{HEADS} | agreed_impact | agreed_likelihood | rationale"
    one.decide(sheet(f"FRD-001 | Agree rating | {DLT} | 4 Major | 2 | Posts filled", heads=heads))
    entry = one["FRD-001"]
    assert (entry.rating, entry.now.score, entry.movement) == (Score(4, 2), Score(4, 4), Movement.DOWN)
    assert entry.overruled
    assert entry.overruled.score == Score(4, 4)


def test_a_decision_closes_and_says_who_and_when():
    """Status, reason, who and when stand on the register."""
    one = Round()
    one.decide(sheet(f"FRD-002 | Close | {DLT}"))
    entry = one["FRD-002"]
    assert (entry.movement, entry.now.status) == (Movement.CLOSED, "Closed")
    assert (entry.closed_by, entry.closed_on) == ("The Director, DLT", date(2026, 10, 13))
    (change,) = (change for change in one.register.changes if (change.ref, change.key) == ("FRD-002", "Status"))
    assert (change.now, change.where) == ("Closed", "dlt.xlsx › Decisions!4")


def test_closing_with_open_actions_and_without_a_reason_is_asked_about():
    """By decide, and by every merge of the round; the actions stay with the closed risk until somebody settles them."""
    last = LAST.replace('"Notices come late"', '"Notices come late"\n      + FRD-A001 due 2026-11-30')
    one = Round(last=last)
    taken = one.decide(sheet(f"FRD-002 | Close | {DLT}"))
    assert told(taken.findings) == [("K125", "Decisions!B4"), ("K126", "Decisions!4")]
    assert [found.ref for found in check.register(one.register, one.context) if found.code == "G126"] == ["FRD-002"]
    later, _ = merged(following(one.register, one.context), workbook(start=started(round="2026-27 Q3")))
    assert [(action.ref, action.risk_ref) for action in later.actions] == [("FRD-A001", "FRD-002")]
    reasoned = sheet(f"FRD-002 | Close | {DLT} | The rota has held", heads=f"{HEADS} | rationale")
    assert told(Round().decide(reasoned).findings) == []


def test_a_managers_own_closing_says_who_and_when():
    """Whoever filled in the return, and the day that stands on it."""
    row = "FRD-002 | Notices come late | 2 | 2 | Closed | Mitigated"
    one = Round(workbook(f"ref | title | impact | likelihood | status | close_reason\n{row}"))
    assert (one["FRD-002"].closed_by, one["FRD-002"].closed_on) == ("A. Manager", date(2026, 10, 2))


def test_a_merger_is_traceable_both_ways():
    """The one that goes says where, the one that stays says what it took in; next round too."""
    one = Round()
    one.decide(sheet(f"FRD-001 | Merge | {DLT} | ASM-001", heads=f"{HEADS} | into"))
    assert (one["FRD-001"].movement, one["FRD-001"].into) == (Movement.MERGED, "ASM-001")
    assert one["ASM-001"].took_in == ("FRD-001",)
    context = makers.following(one.register, one.context)
    after, _ = merged(context)
    assert after.by_ref["ASM-001"].took_in == ("FRD-001",)


def test_a_new_risk_can_be_closed_or_merged_in_its_first_round():
    """It came and went, and the sum still comes out."""
    drawing = f"{FRD}    NEW-1 | Calls are lost | 4 | 4 | | calls\n    NEW-2 | Forms are lost | 2 | 2 | | forms"
    one = Round(workbook(drawing))
    heads = f"{HEADS} | into"
    one.decide(sheet(f"FRD-004 | Merge | {DLT} | FRD-001", f"FRD-005 | Close | {DLT} |", heads=heads))
    assert [one[ref].movement for ref in ("FRD-004", "FRD-005")] == [Movement.MERGED, Movement.CLOSED]
    assert one["FRD-001"].took_in == ("FRD-004",)
    counted = quarterly.compose(one.register, (), one.context).tally
    assert (counted.opening, counted.brief, counted.closing) == (6, 2, 6)


@pytest.mark.parametrize("rows", list(permutations(("FRD-001 | Close |", "ASM-001 | Merge | FRD-001"))))
def test_nothing_is_merged_into_what_goes_too(rows: Iterable[str]):
    """In whatever order they stand; the one that closes is closed."""
    heads = "risk_ref | decision | into | body | decided_by | decided_on"
    one = Round()
    taken = one.decide(sheet(*(f"{row} | {DLT}" for row in rows), heads=heads))
    assert [one.code for one in taken.findings if one.severity is Severity.ERROR] == [rules.INTO_NOWHERE.code]
    assert [decision.risk_ref for decision in taken.decisions] == ["FRD-001"]


ESCALATE = f"FRD-001 | Escalate | {DLT} | AD Family Help"
BY = f"{HEADS} | owner"


def test_escalating_makes_a_directorate_risk_of_it():
    """With its words and rating; the Assistant Director owns it; the unit's risk stays and feeds it."""
    one = Round()
    taken = one.decide(sheet(ESCALATE, heads=BY))
    made, entry = one["DIR-03"], one["FRD-001"]
    assert taken.findings == ()
    assert (made.unit, made.level, made.movement) == ("DIR", "Directorate", Movement.NEW)
    assert (made.now.title, made.now.event, made.rating) == (entry.now.title, entry.now.event, entry.rating)
    assert (made.now.owner, entry.now.parent) == ("AD Family Help", "DIR-03")
    assert "FRD-001" in made.now.commentary
    assert (made.now.source.book, made.now.source.row) == ("dlt.xlsx", 4)
    assert [decision.into for decision in one.register.decisions] == ["DIR-03"]


def test_an_owner_who_is_no_assistant_director_is_asked_about_while_it_is_so():
    """By decide and by every merge after it, until the directorate's risk has another owner."""
    one = Round()
    known = Person("Ann Lee", "AD Education", roles=("Assistant Director",))
    one.context = replace(one.context, directory=replace(one.context.directory, people=(known,)))
    asked = one.decide(sheet(ESCALATE, heads=BY)).findings
    assert [finding.code for finding in asked] == [rules.NOT_A_DIRECTOR.code]
    assert [found.ref for found in check.register(one.register, one.context) if found.code == "K119"] == ["DIR-03"]
    entries = tuple(
        replace(entry, now=replace(entry.now, owner="Ann Lee")) if entry.ref == "DIR-03" else entry
        for entry in one.register.entries
    )
    owned = replace(one.register, entries=entries)
    assert "K119" not in [found.code for found in check.register(owned, one.context)]


def test_the_same_escalation_has_the_same_ref_for_ever():
    """Merged again, decided again, and beside a new risk of the directorate's own."""
    one = Round()
    one.decide(sheet(ESCALATE, heads=BY))
    assert one.merged() == one.register
    again = one.decide(sheet(ESCALATE, heads=BY))
    assert (again.decisions, len(again.same)) == ((), 1)
    own = workbook("ref | title | impact | likelihood\nNEW-1 | Grant ends | 3 | 3", start=makers.started(unit="DIR"))
    late = one.merged(None, own)
    assert late.by_ref["DIR-03"].now.title == "Calls are dropped"
    assert late.by_ref["DIR-04"].now.title == "Grant ends"


def test_a_directorate_risk_keeps_what_was_decided_on_when_its_unit_says_otherwise_later():
    """DLT had 4×4 before it; a late return changes the unit's risk alone, which is said, and nothing comes back."""
    one = Round()
    one.decide(sheet(ESCALATE, heads=BY))
    drawn = FRD.replace("Calls are dropped    | 4      | 4", "Nobody answers calls | 5      | 2")
    late = workbook(drawn, start=makers.started(filled_on=date(2026, 10, 20)))
    for _ in range(2):
        one.register = one.merged(None, late)
        made, entry = one["DIR-03"], one["FRD-001"]
        assert (made.now.title, str(made.rating), made.history[-1].number) == ("Calls are dropped", "4×4", 16)
        assert (entry.now.title, str(entry.rating)) == ("Nobody answers calls", "5×2")
        assert [decision.risk_ref for decision in check.overtaken(one.register, one.context)] == ["FRD-001"]


def test_a_rating_that_is_agreed_with_the_escalation_is_that_of_the_directorate_risk():
    """Also where the slip on the sheet is put right afterwards."""
    one = Round()
    heads = f"{BY} | agreed_impact | agreed_likelihood"
    for impact in (5, 3):
        one.decide(sheet(f"{ESCALATE} | {impact} | 3", heads=heads))
        assert str(one["DIR-03"].rating) == f"{impact}×3"


def test_a_risk_that_its_unit_marks_exempt_later_is_exempt_upstairs_too():
    """The words are the same, and publishing cannot be undone."""
    one = Round()
    one.decide(sheet(ESCALATE, heads=BY))
    drawn = "ref | title | impact | likelihood | audience\nFRD-001 | Calls are dropped | 4 | 4 | Exempt"
    late = one.merged(None, workbook(drawn, start=makers.started(filled_on=date(2026, 10, 20))))
    assert late.by_ref["DIR-03"].now.exempt


def test_an_escalation_can_go_into_a_directorate_risk_that_there_is():
    """Nothing new is made."""
    one = Round()
    one.decide(sheet(f"FRD-001 | Escalate | {DLT} | DIR-01", heads=f"{HEADS} | into"))
    assert "DIR-03" not in one.register.by_ref
    assert one["FRD-001"].now.parent == "DIR-01"
    assert [c.carried_by for c in escalate.candidates(one.register, one.context).carried if c.ref == "FRD-001"] == [
        "DIR-01"
    ]


def test_a_second_directorate_risk_for_one_that_is_carried_is_asked_about():
    """It is made all the same: the meeting may have meant it."""
    one = Round()
    taken = one.decide(sheet(f"FRD-003 | Escalate | {DLT} | AD Family Help", heads=BY))
    assert [finding.code for finding in taken.findings] == [rules.CARRIED_ALREADY.code]
    assert one["FRD-003"].now.parent == "DIR-03"


def test_handing_back_closes_the_directorate_risk_and_the_units_stands():
    """Closed as De-escalated, by whichever of the two refs it is named."""
    for ref in ("DIR-02", "FRD-003"):
        one = Round()
        assert one.decide(sheet(f"{ref} | De-escalate | {DLT}")).findings == ()
        gone = one["DIR-02"]
        assert (gone.movement, gone.now.close_reason, gone.closed_on) == (
            *(Movement.CLOSED, "De-escalated"),
            date(2026, 10, 13),
        )
        assert one["FRD-003"].open
    assert one["FRD-003"].now.parent == ""


def test_a_directorate_risk_stays_while_another_units_risk_feeds_it():
    """Only the link is taken off."""
    last = LAST.replace('"Visits are late"', '"Visits are late" parent=DIR-02')
    one = Round(last=last)
    one.decide(sheet(f"FRD-003 | De-escalate | {DLT}"))
    assert (one["DIR-02"].open, one["FRD-003"].now.parent, one["ASM-001"].now.parent) == (True, "", "DIR-02")


def test_what_was_escalated_can_be_handed_back_in_a_later_round():
    """The directorate risk that was made closes, and its ref is not given again."""
    one = Round()
    one.decide(sheet(ESCALATE, heads=BY))
    context = makers.following(one.register, one.context)
    back = Decision(
        "FRD-001", decision="De-escalate", body="DLT", decided_on=date(2027, 1, 12), round=str(context.round)
    )
    register, _ = merged(context)
    register, _ = merged(context, kept=replace(register, decisions=(*register.decisions, back)))
    assert (register.by_ref["DIR-03"].open, register.by_ref["FRD-001"].now.parent) == (False, "")
    up = replace(back, decision="Escalate", decided_on=date(2027, 1, 20), owner="AD Family Help")
    register, _ = merged(context, kept=replace(register, decisions=(*register.decisions, up)))
    assert register.by_ref["FRD-001"].now.parent == "DIR-04"


def test_an_escalated_directorate_risk_is_put_to_the_corporate_group():
    """It is corporate once that group accepts it, and no longer when it hands it back; it stays the directorate's."""
    one = Round()
    taken = one.decide(sheet(f"DIR-01 | Escalate | {DLT}"))
    assert told(taken.findings) == [(rules.PUT_TO_CORPORATE.code, "Decisions!B4")]
    heads = f"{HEADS} | corporate_ref"
    one.decide(sheet("DIR-01 | Accept | Corporate Risk Group | Chair | 2026-10-20 | CR-12", heads=heads))
    carried = escalate.candidates(one.register, one.context).carried
    assert [candidate.carried_by for candidate in carried if candidate.ref == "DIR-01"] == ["CR-12"]
    taken = one.decide(sheet("DIR-01 | De-escalate | Corporate Risk Group | Chair | 2026-10-27"))
    assert (taken.findings, one["DIR-01"].open) == ((), True)


@pytest.mark.parametrize("word", ["Hold", "Manage at this level", "More information"])
def test_a_candidate_that_was_answered_is_quiet_until_its_review(word: str):
    """Listed as considered, with the decision; from the review-by date on it is proposed again."""
    one = Round()
    heads = f"{HEADS} | review_by"
    one.decide(sheet(f"FRD-001 | {word} | {DLT} | 2026-12-31", heads=heads))
    found_ = escalate.candidates(one.register, one.context)
    assert [candidate.ref for candidate in found_.considered] == ["FRD-001"]
    assert "FRD-001" not in [candidate.ref for candidate in found_.candidates]
    later = replace(one.context, on=date(2026, 12, 31))
    assert "FRD-001" in [candidate.ref for candidate in escalate.candidates(one.register, later).candidates]


def test_a_rating_agreed_with_the_answer_does_not_reopen_it():
    """Reasons that the agreed rating brings are answered too; a higher one that is submitted later is not."""
    one = Round(last=LAST.replace("FRD-001 4x4 was 4x4", "FRD-001 4x3 was 4x3 escalate=yes"))
    heads = f"{HEADS} | agreed_impact | agreed_likelihood | review_by"
    one.decide(sheet(f"FRD-001 | Hold | {DLT} | 5 | 5 | 2027-01-31", heads=heads))
    assert [c.ref for c in escalate.candidates(one.register, one.context).considered] == ["FRD-001"]


def test_what_an_agreed_rating_brings_up_was_not_proposed():
    """The decision keeps no proposal where there was none, and the rank of the rating that it was made on."""
    last = LAST.replace("FRD-001 4x4 was 4x4", "FRD-001 4x3 was 4x3")
    one = Round(workbook(FRD.replace("4      | 4", "4      | 3")), last=last)
    assert "FRD-001" not in [c.ref for c in escalate.candidates(one.register, one.context).candidates]
    rank = one.context.settings.matrix.rank(Score(4, 3))
    one.decide(sheet(f"FRD-001 | Agree rating | {DLT} | 5 | 4", heads=f"{HEADS} | agreed_impact | agreed_likelihood"))
    assert "FRD-001" in [c.ref for c in escalate.candidates(one.register, one.context).candidates]
    (decision,) = one.register.decisions
    assert (decision.proposal, decision.reasons, decision.codes, decision.rank) == ("", "", (), rank)


def test_the_same_sheet_twice_adds_nothing():
    """Nor does one that says the same in other words of spacing."""
    heads, row = hold("FRD-001")
    one = Round()
    one.decide(sheet(row, heads=heads))
    once = one.register
    taken = one.decide(sheet(row.replace("DLT", " dlt "), heads=heads))
    assert (taken.decisions, len(taken.same), one.register) == ((), 1, once)


def test_a_changed_row_of_one_meeting_takes_the_place_of_the_earlier():
    """And says so; the risk that it had closed is open again."""
    one = Round()
    one.decide(sheet(f"FRD-002 | Close | {DLT}"))
    taken = one.decide(sheet(f"FRD-002 | More information | {DLT}"))
    assert told(taken.findings) == [(rules.REPLACES.code, "Decisions!4")]
    assert [decision.decision for decision in one.register.decisions] == ["More information"]
    assert one["FRD-002"].open


def test_decisions_of_two_meetings_stand_beside_each_other():
    """Another day is another decision."""
    one = Round()
    one.decide(sheet(f"FRD-002 | More information | {DLT}"))
    one.decide(sheet("FRD-002 | Close | DLT | The Director | 2026-10-27"))
    assert {decision.decision for decision in one.register.decisions} == {"More information", "Close"}
    assert not one["FRD-002"].open


def test_a_decision_is_bound_to_what_the_risk_said():
    """A late return that says something else is a question that names both days; one that says the same is not."""
    one = Round()
    heads, row = hold("FRD-001")
    one.decide(sheet(row, heads=heads))
    (decision,) = one.register.decisions
    assert decision.content == check.content(one["FRD-001"].now)
    same = workbook(FRD, start=makers.started(filled_on=date(2026, 10, 14)))
    assert check.overtaken(one.merged(None, same), one.context) == ()
    other = workbook(FRD.replace("not answered", "lost"), start=makers.started(filled_on=date(2026, 10, 15)))
    late = one.merged(None, other)
    assert check.overtaken(late, one.context) == (decision,)
    assert check.changed_on(decision, late) == date(2026, 10, 15)
    (finding,) = (f for f in check.register(late, one.context) if f.code == rules.CHANGED_SINCE.code)
    assert (finding.ref, "13 October 2026" in finding.message, "15 October 2026" in finding.message) == (
        *("FRD-001", True),
        True,
    )


def test_a_decision_is_bound_to_the_words_that_the_sheet_was_made_from():
    """And not to those that came in between the sheet and the meeting."""
    one = Round()
    made = excel.report(decision_sheet.document(quarterly.compose(one.register, (), one.context)))
    data = filled(made, {"FRD-001": {"Decision": "More information", **MEETING}})
    before = check.content(one["FRD-001"].now)
    lost = workbook(FRD.replace("not answered", "lost"), start=makers.started(filled_on=date(2026, 10, 5)))
    one.intakes = (*one.intakes, *makers.intakes(one.context, lost, first=2))
    one.register = one.merged()
    (decision,) = one.decide(data).decisions
    assert decision.content == before != check.content(one["FRD-001"].now)
    assert check.overtaken(one.register, one.context) == (decision,)


MEETING = {"Body": "DLT", "Decided by": "The Director", "Date": date(2026, 10, 13)}


def filled(data: bytes, rows: dict[str, dict[str, Any]], name: str = "Decisions") -> bytes:
    """A workbook that riskbook wrote, with cells filled in as somebody would; a new ref into the first empty row."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book[name]
    heads = {cell.value: (cell.row, cell.column) for line in page.iter_rows(max_row=8) for cell in line if cell.value}
    top, at = heads["Ref"]
    for ref, said in rows.items():
        refs = {page.cell(row, at).value: row for row in range(page.max_row, top, -1)}
        for heading, content in {"Ref": ref, **said}.items():
            makers.put(page, refs.get(ref) or refs[None], heads[heading][1], content)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_decision_sheet_has_a_row_for_every_proposal_and_empty_ones():
    """Every column of a decision can be filled in; its lists and prompts are those of the declarations."""
    one = Round()
    whole = quarterly.compose(one.register, (), one.context)
    table = decision_sheet.document(whole).table("decisions")
    proposed = [row[0].words for row in table.rows if not isinstance(row[0], ToFill)]
    assert proposed == [candidate.ref for candidate in report.proposed(whole)]
    assert len(table.rows) == len(proposed) + decision_sheet.EMPTY_ROWS
    blank = dict(zip([field.header for field in table.fields], table.rows[-1], strict=True))
    for column in DECISIONS:
        if not column.ours:
            cell = blank[column.header]
            assert isinstance(cell, ToFill), column.key
            assert cell.prompt
            assert column.kind.restraint(one.context.settings) is None or cell.choices or cell.day


def test_what_is_filled_in_on_the_decision_sheet_is_read_back():
    """In the rows of proposals and in empty ones."""
    one = Round()
    data = excel.report(decision_sheet.document(quarterly.compose(one.register, (), one.context)))
    rows = {
        "FRD-001": {"Decision": "Escalate", "Assistant Director": "AD Family Help", **MEETING},
        "FRD-002": {"Decision": "Merge", "Into": "ASM-001", "Rationale": "The same", **MEETING},
    }
    taken = one.decide(filled(data, rows))
    assert [(d.risk_ref, d.decision, d.into) for d in taken.decisions] == [
        ("FRD-001", "Escalate", ""),
        ("FRD-002", "Merge", "ASM-001"),
    ]
    assert taken.findings == ()


@effort.in_ci("starts the validator: 3 s; one report is validated every day")
@oracles.needs_validator
def test_microsofts_validator_finds_nothing(tmp_path: Path):
    """On the decision sheet."""
    one = Round()
    path = tmp_path / "sheet.xlsx"
    path.write_bytes(excel.report(decision_sheet.document(quarterly.compose(one.register, (), one.context))))
    assert oracles.faults([path]) == []


SAID = st.sampled_from(
    (
        "FRD-001 | Hold | {} | | | | 2027-01-31 |",
        "FRD-001 | Agree rating | {} | | 2 | 5 | |",
        "FRD-002 | Close | {} | | | | | done",
        "FRD-003 | De-escalate | {} | | | | |",
        "ASM-001 | Merge | {} | FRD-001 | | | |",
        "DIR-01 | Manage at this level | {} | | 5 | 5 | 2027-03-31 |",
        "FRD-001 | Escalate | {} | DIR-01 | | | |",
        "FRD-900 | Close | {} | | | | |",
    )
)
WHEN = st.sampled_from(("DLT | The Director | 2026-10-13", "SLT | The Director | 2026-10-20"))
WIDE = f"{HEADS} | into | agreed_impact | agreed_likelihood | review_by | rationale"


@settings(max_examples=effort.examples(3), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.builds(str.format, SAID, WHEN), min_size=1, max_size=5, unique=True), st.randoms())
def test_the_order_of_rows_and_sheets_does_not_matter_and_twice_is_once(rows: list[str], chance: Any):
    """Whatever was decided: all on one sheet, the same rows shuffled over two, and then again."""
    first, second = Round(), Round()
    first.decide(sheet(*rows, heads=WIDE))
    mixed = chance.sample(rows, len(rows))
    half = len(mixed) // 2

    def said(register: Register) -> list[tuple[Any, ...]]:
        return sorted((d.risk_ref, d.decision, d.into, d.body, str(d.decided_on), d.codes) for d in register.decisions)

    second.decide(sheet(*mixed[:half], heads=WIDE), sheet(*mixed[half:], heads=WIDE))
    assert said(second.register) == said(first.register)
    states = [
        {ref: (e.movement, e.rating, e.now.status, e.into) for ref, e in one.register.by_ref.items()}
        for one in (first, second)
    ]
    assert states[0] == states[1]
    once = second.register
    assert second.decide(sheet(*rows, heads=WIDE)).decisions == ()
    assert second.register == once
    assert second.merged() == once


@pytest.fixture(scope="module")
def book_merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, merged once."""
    book = small_book(tmp_path_factory.mktemp("decide") / "book", frd=workbook(makers.FRD.replace("| 3", "| 4")))
    assert run(book, "merge").exit_code in (0, 1)
    return book


@pytest.fixture
def book(book_merged: Path, tmp_path: Path) -> Path:
    """That book, for one test."""
    return Path(shutil.copytree(book_merged, tmp_path / "book"))


def run(book: Path, *words: object) -> Result:
    first, *rest = map(str, words)
    return CliRunner().invoke(main, [first, *rest, "--book", str(book)], catch_exceptions=False)


def kept(book: Path) -> Register:
    register = find(book).kept()
    assert register
    return register


def sent(book: Path, name: str, data: bytes) -> Path:
    path = book / name
    path.write_bytes(data)
    return path


def decided_on(book: Path, *, name: str = "Decisions") -> bytes:
    """The SLT workbook with a rating agreed and a risk held."""
    data = (book / ROUND / f"slt-risk-report-{ROUND}.xlsx").read_bytes()
    data = filled(data, {"FRD-001": {"Decision": "Agree rating", **MEETING}})
    details = {"Agreed impact": "4 Major", "Agreed likelihood": 2}
    return filled(data, {"FRD-001": details}, "Decision details")


@pytest.mark.filterwarnings("ignore:Sparkline")
def test_decide_writes_the_register_and_the_next_edition(book: Path):
    """The edition before it stays to the byte; merging and reporting again write this one."""
    first = book / ROUND / f"slt-risk-report-{ROUND}.xlsx"
    before = first.read_bytes()
    done = run(book, "decide", sent(book, "dlt.xlsx", decided_on(book)))
    second = book / ROUND / f"slt-risk-report-{ROUND}-edition-2.xlsx"
    assert (done.exit_code, str(kept(book).by_ref["FRD-001"].rating)) == (0, "4×2")
    assert first.read_bytes() == before
    once = second.read_bytes()
    assert {"Decisions taken"} <= {name for name, _ in read(once, "x").sheets}
    logged = json.loads((book / "log.jsonl").read_text(encoding="utf-8").splitlines()[-1])["decided"]
    assert [(one["risk_ref"], one["decision"], one["body"]) for one in logged] == [("FRD-001", "Agree rating", "DLT")]
    minutes = (book / ROUND / f"decisions-for-minutes-{ROUND}-edition-2.md").read_text(encoding="utf-8")
    line, _ = (line for line in minutes.splitlines() if line.startswith("| FRD-001 "))
    assert all(words in line for words in ("The Director", "DLT", "13 Oct"))
    for again in ("merge", "report"):
        second.unlink()
        assert run(book, again).exit_code in (0, 1)
        assert (second.read_bytes(), first.read_bytes()) == (once, before)


@effort.in_ci("three merges: 3 s")
@pytest.mark.usefixtures("register_alone")
@pytest.mark.filterwarnings("ignore:Sparkline")
def test_a_decision_knows_the_cells_of_its_agreed_rating(book: Path):
    """On whichever of the two sheets they stand; one without a rating has none."""
    data = decided_on(book)
    run(book, "decide", sent(book, "dlt.xlsx", data))
    (decision,) = kept(book).decisions
    name, _, cells = decision.rated_at.rpartition("!")
    page = openpyxl.load_workbook(io.BytesIO(data))[name]
    assert (name, [page[cell].value for cell in cells.split()]) == ("Decision details", ["4 Major", 2])
    one = Round()
    heads = f"{HEADS} | agreed_impact | agreed_likelihood"
    one.decide(sheet(f"FRD-001 | Agree rating | {DLT} | 5 | 4", f"FRD-002 | Close | {DLT}", heads=heads))
    assert [decided.rated_at for decided in one.register.decisions] == ["Decisions!F4 G4", ""]


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.usefixtures("register_alone")
@pytest.mark.filterwarnings("ignore:Sparkline")
def test_a_sheet_in_the_rounds_folder_need_not_be_named_with_it(book: Path):
    """As riskbook itself names it, when it has written one to fill in."""
    sent(book, f"{ROUND}/dlt.xlsx", decided_on(book))
    assert run(book, "decide", "dlt.xlsx", "--dry-run").exit_code == 0


def test_sheets_as_riskbook_writes_them_have_nothing_wrong_and_decide_nothing():
    """Before anybody fills them in."""
    one = Round()
    whole = quarterly.compose(one.register, (), one.context)
    for document in (slt.document(whole, "1.2.3"), decision_sheet.document(whole)):
        assert decide.rows(read(excel.report(document), "sheet.xlsx", decide.wanted), one.context) == ((), [])


@effort.in_ci("three merges: 3 s; editions are counted on values every day")
@pytest.mark.filterwarnings("ignore:Sparkline")
def test_another_meeting_makes_another_edition(book: Path):
    """A correction of the same meeting does not."""
    run(book, "decide", sent(book, "dlt.xlsx", decided_on(book)))
    run(book, "decide", sent(book, "more.xlsx", sheet("FRD-002 | Close | SLT | The Director | 2026-10-20")))
    editions = sorted(path.name for path in (book / ROUND).glob("slt-*"))
    kinds = (("report", "xlsx"), ("summary", "html"), ("summary", "md"))
    parts = ("-edition-2", "-edition-3", "")
    assert editions == sorted(f"slt-risk-{what}-{ROUND}{part}.{ending}" for part in parts for what, ending in kinds)
    run(book, "decide", sent(book, "again.xlsx", sheet("FRD-002 | More information | SLT | The Director | 2026-10-20")))
    assert sorted(path.name for path in (book / ROUND).glob("slt-*")) == editions


@pytest.mark.usefixtures("register_alone")
def test_what_was_exempt_is_not_left_to_be_sent(book: Path):
    """Where no risk is exempt any more, neither a workbook nor a summary with exempt risks stays; they are kept."""
    opened = find(book)
    left = (opened.report("exempt"), *opened.summaries("exempt"))
    for number, path in enumerate(left):
        path.write_bytes(b"%d" % number)
    assert run(book, "merge").exit_code in (0, 1)
    assert not [path for path in left if path.exists()]
    assert {b"0", b"1", b"2"} <= {one.read_bytes() for one in (book / ROUND / "kept").iterdir()}


def test_a_change_is_never_dated_before_the_decision():
    """The form that came late was filled in before the meeting: the day is left out, in words and on the sheet."""
    one = Round()
    heads, row = hold("FRD-001")
    one.decide(sheet(row, heads=heads))
    (decision,) = one.register.decisions
    early = workbook(FRD.replace("not answered", "lost"), start=makers.started(filled_on=date(2026, 10, 5)))
    late = one.merged(None, early)
    assert (check.overtaken(late, one.context), check.changed_on(decision, late)) == ((decision,), None)
    (finding,) = (f for f in check.register(late, one.context) if f.code == rules.CHANGED_SINCE.code)
    assert "5 October" not in finding.message
    taken = report.taken(quarterly.compose(late, (), one.context))
    assert "5 October" not in str(taken)


@effort.in_ci("runs whole commands: 2 s")
@pytest.mark.filterwarnings("ignore:Sparkline")
@pytest.mark.parametrize("command", ["merge", "report"])
def test_decisions_that_nobody_took_are_not_written_over(book: Path, command: str):
    """The SLT workbook in which they were filled in stands until they are taken; then it is an earlier edition."""
    path = book / ROUND / f"slt-risk-report-{ROUND}.xlsx"
    typed = sent(book, str(path.relative_to(book)), decided_on(book)).read_bytes()
    said = run(book, command)
    assert (said.exit_code, f"riskbook decide {path.name}" in said.stderr) == (2, True)
    assert path.read_bytes() == typed
    assert run(book, "decide", path.name).exit_code == 0
    assert run(book, command).exit_code in (0, 1)
    assert path.read_bytes() == typed


@effort.in_ci("three merges: 3 s")
def test_an_edition_that_is_written_anew_is_said_to_be(book: Path):
    """It may have been mailed; the copy of it is named. Merging again changes nothing, and says nothing."""
    run(book, "decide", sent(book, "dlt.xlsx", sheet(f"FRD-002 | Close | {DLT}")))
    second = book / ROUND / f"slt-risk-report-{ROUND}-edition-2.xlsx"
    before = second.read_bytes()
    late = workbook(makers.FRD.replace("| 3", "| 5"), start=makers.started(filled_on=date(2026, 10, 15)))
    sent(book, f"{ROUND}/returns/late.xlsx", late)
    said = run(book, "merge").stdout
    (copy,) = (one for one in (book / ROUND / "kept").iterdir() if one.read_bytes() == before)
    assert second.read_bytes() != before
    assert copy.name in said
    assert copy.name not in run(book, "merge").stdout


def test_a_workbook_that_is_no_decision_sheet_is_exit_status_2(book: Path):
    """Nothing was done."""
    assert run(book, "decide", book / "directory.xlsx").exit_code == 2


@pytest.mark.usefixtures("register_alone")
def test_a_dry_run_says_what_would_change_and_writes_nothing(book: Path):
    """Not a file is touched."""
    sheet_ = sent(book, "dlt.xlsx", sheet(f"FRD-002 | Close | {DLT}"))
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
    done = run(book, "decide", sheet_, "--dry-run", "--json")
    assert {path: path.read_bytes() for path in book.rglob("*") if path.is_file()} == before
    told_ = json.loads(done.stdout)
    assert [(one["ref"], one["decision"], one["what"]) for one in told_["decisions"]] == [("FRD-002", "Close", "New")]
    assert ("FRD-002", "Closed") in {(one["ref"], one["what"]) for one in told_["changes"]}
    assert told_["outputs"] == []


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.usefixtures("register_alone")
def test_exit_status_is_1_where_a_row_is_in_error_and_2_where_nothing_can_be_done(book: Path):
    """And 0 where all is well."""
    assert run(book, "decide", sent(book, "a.xlsx", sheet(f"FRD-900 | Close | {DLT}"))).exit_code == 1
    assert run(book, "decide", sent(book, "b.xlsx", sheet(f"FRD-002 | Close | {DLT}"))).exit_code == 0
    assert run(book, "decide", book / "none.xlsx").exit_code == 2
    assert run(book, "decide").exit_code == 2
    assert run(book, "decide", sent(book, "c.xlsx", b"no workbook")).exit_code == 2
    assert (
        run(book, "decide", sent(book, "d.xlsx", sheet(f"FRD-002 | Close | {DLT}")), "--round", "2026-27 Q3").exit_code
        == 2
    )


@effort.in_ci("runs whole commands: 2 s")
def test_the_sheet_is_kept_and_never_written_over(book: Path):
    """A copy stands under its digest; one that is about to be written anew is refused."""
    path = sent(book, "dlt.xlsx", sheet(f"FRD-002 | Close | {DLT}"))
    run(book, "decide", path)
    assert [one.read_bytes() for one in (book / ROUND / "kept").glob("*-dlt.xlsx")] == [path.read_bytes()]
    second = book / ROUND / f"slt-risk-report-{ROUND}-edition-2.xlsx"
    second.write_bytes(sheet(f"FRD-002 | More information | {DLT}"))
    before = second.read_bytes()
    assert run(book, "decide", second).exit_code == 2
    assert second.read_bytes() == before


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.usefixtures("register_alone")
def test_a_decision_sheet_that_was_filled_in_is_not_written_over(book: Path):
    """An empty one is written again."""
    for _ in range(2):
        assert run(book, "decide", "--sheet").exit_code == 0
    path = book / ROUND / f"decision-sheet-{ROUND}.xlsx"
    path.write_bytes(filled(path.read_bytes(), {"FRD-002": {"Decision": "Close", **MEETING}}))
    assert run(book, "decide", "--sheet").exit_code == 2
    assert run(book, "decide", path).exit_code == 0
    assert not kept(book).by_ref["FRD-002"].open


@effort.in_ci("runs whole commands: 2 s")
@pytest.mark.usefixtures("register_alone")
def test_a_hand_amendment_stands_beside_a_decision(book: Path):
    """And is a reason to ask, where it changes what was decided on."""
    run(book, "decide", sent(book, "dlt.xlsx", sheet(f"FRD-001 | More information | {DLT}")))
    path = book / ROUND / f"directorate-risk-register-{ROUND}.xlsx"
    path.write_bytes(filled(path.read_bytes(), {"FRD-001": {"Risk owner": "Head of Assessment"}}, "Register"))
    done = run(book, "merge")
    assert rules.CHANGED_SINCE.code in done.stdout
    assert kept(book).by_ref["FRD-001"].now.owner == "Head of Assessment"
    assert [decision.decision for decision in kept(book).decisions] == ["More information"]


@pytest.fixture(scope="session", params=oracles.programs(["SheetJS", "openpyxl"]))
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The decision sheet, filled in and saved by a program."""
    one = Round()
    document = decision_sheet.document(quarterly.compose(one.register, (), one.context))
    said = {"Decision": "Hold", "Review by": date(2027, 1, 31), "Minute": "4.2", **MEETING}
    books = {"dlt.xlsx": excel.report(written_in(document, "FRD-001", said))}
    return oracles.saved_by(request.param, books, tmp_path_factory.mktemp("saved"))


def written_in(document: Document, ref: str, said: dict[str, Any]) -> Document:
    """The sheet with a row filled in, as a value."""
    first, *others = document.sheets
    (table,) = first.tables()
    headers = [field.header for field in table.fields]

    def filled_in(row: tuple[Any, ...]) -> tuple[Any, ...]:
        pairs = zip(headers, row, strict=True)
        return tuple(replace(cell, value=said[header]) if header in said else cell for header, cell in pairs)

    rows = tuple(filled_in(row) if getattr(row[0], "words", "") == ref else row for row in table.rows)
    return replace(document, sheets=(replace(first, blocks=(replace(table, rows=rows),)), *others))


def test_a_sheet_that_another_program_saved_says_the_same(saved: dict[str, bytes]):
    """Every cell of it."""
    (decision,) = Round().decide(saved["dlt.xlsx"]).decisions
    assert (decision.decision, decision.review_by, decision.minute, decision.decided_on) == (
        *("Hold", date(2027, 1, 31), "4.2"),
        date(2026, 10, 13),
    )
    assert decision.content == check.content(Round()["FRD-001"].now)
