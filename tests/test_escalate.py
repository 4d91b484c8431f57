"""Escalation: every code at, below and above its line; what is carried upstairs; what was considered before."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from riskbook import escalate
from riskbook.directory import Directory
from riskbook.escalate import CLOSE, DE_ESCALATE, TO_CORPORATE, TO_DIRECTORATE, Candidate, Escalation
from riskbook.findings import Rule, Severity
from riskbook.matrix import Score
from riskbook.model import Decision
from riskbook.rules.escalation import RULES, Seen, rated
from tests.registers import DIRECTORY, Drawn, agreed, drawn

AS_AT = date(2026, 9, 30)
TITLES = '"Posts stand empty in the duty team"'


def proposed(drawing: Drawn) -> Escalation:
    return escalate.candidates(drawing.register, drawing.context)


def listed(drawing: Drawn) -> dict[str, Candidate]:
    found = proposed(drawing)
    return {c.ref: c for c in (*found.candidates, *found.carried, *found.considered)}


def codes(text: str, decisions: tuple[Decision, ...] = (), ref: str = "") -> set[str]:
    """The codes that fire for a risk of the drawing, its first if none is named."""
    candidate = listed(drawn(text, decisions)).get(ref or text.split()[0])
    return set(candidate.codes) if candidate else set()


def words(text: str, code: str, decisions: tuple[Decision, ...] = ()) -> str:
    """What a code says of the first risk of the drawing."""
    candidate = listed(drawn(text, decisions))[text.split()[0]]
    return next(reason.words for reason in candidate.reasons if reason.code == code)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_finds_its_bad_example_and_not_its_good_one(rule: Rule):
    """The examples are the documentation, so they must be true."""
    assert rule.severity is Severity.NOTE
    assert rule.check
    assert rule.check(*example(rule.bad)) is not None
    assert rule.check(*example(rule.good)) is None
    assert rule.message
    assert rule.hint.endswith(".")
    assert rule.why.endswith(".")


def example(told: Mapping[str, Any]) -> tuple[Any, Seen]:
    """A risk as an example tells it, and what its check may know."""
    told = dict(told)
    unit = {"Directorate": "DIR", "Project": "PRJ"}.get(told.pop("level", ""), "FRD")
    ratings = [rating.strip() for rating in told.pop("ratings").split(",")][::-1]
    alike, until, overdue = told.pop("alike", 1), told.pop("until", None), told.pop("overdue", None)
    code = told.pop("brought_by", "")
    text = f"{unit}-009 {ratings[0]} " + (f"was {', '.join(ratings[1:])}" if ratings[1:] else "")
    text += f"\n + {unit}-A001 due {AS_AT - timedelta(days=overdue)}" if overdue else ""
    others = [f"{other}-001 3x3" for other in ("CIC", "SEN", "ASM")[: alike - 1]]
    decisions = (Decision("FRD-001", decision="Escalate", into=f"{unit}-009", codes=(code,)),)
    units = tuple(replace(u, until=until) if u.code == "PRJ" else u for u in DIRECTORY.units)
    drawing = drawn("\n".join([text, "DIR-01 4x4", *others]), decisions, directory=Directory(units))
    register, ref = drawing.register, f"{unit}-009"
    entry = replace(drawing[ref], now=replace(drawing[ref].now, **told))
    telling = (ref, *(other.split()[0] for other in others))
    return entry, Seen(register, drawing.context, {ref: telling})


def test_every_code_of_the_settings_is_a_rule():
    """A code that nobody checks would be silent for ever."""
    levels = agreed().escalation
    assert {*levels.unit.codes, *levels.directorate.codes} <= {rule.code for rule in RULES}


@pytest.mark.parametrize(("rating", "fires"), [("4x3", False), ("3x5", True), ("4x4", True)])
def test_e101_starts_at_the_top_band(rating: str, fires: bool):
    """12 is Amber, 15 and 16 are Red."""
    assert ("E101" in codes(f"FRD-001 {rating}")) is fires


@pytest.mark.parametrize(
    ("risk", "fires"),
    [("2x5 Information", False), ("4x3 Information", True), ("4x3 Workforce", False), ("3x5 Workforce", True)],
)
def test_e102_starts_above_the_appetite_for_the_category(risk: str, fires: bool):
    """At the appetite is within it: 10 for information, 12 for what has none of its own."""
    assert ("E102" in codes(f"FRD-001 {risk}")) is fires


@pytest.mark.parametrize(
    ("risk", "fires"),
    [
        ("5x1 Safeguarding control_effectiveness=Weak", True),
        ("5x1 Legal", True),
        ("4x1 Safeguarding control_effectiveness=Weak", False),
        ("5x1 Safeguarding control_effectiveness=Effective", False),
        ("5x1 Workforce control_effectiveness=Weak", False),
    ],
)
def test_e103_needs_the_highest_impact_a_named_category_and_doubtful_controls(risk: str, fires: bool):
    """All three, whatever the likelihood."""
    assert ("E103" in codes(f"FRD-001 {risk}")) is fires


@pytest.mark.parametrize(
    ("units", "rating", "fires"),
    [(2, "3x3", False), (3, "3x3", True), (4, "3x3", True), (3, "2x2", False), (3, "2x3", True)],
)
def test_e104_needs_three_units_and_the_middle_band(units: int, rating: str, fires: bool):
    """Two units are a coincidence; a Green risk is nobody's worry."""
    text = "\n".join(f"{unit}-001 {rating} {TITLES}" for unit in ("FRD", "CIC", "SEN", "ASM")[:units])
    assert ("E104" in codes(text)) is fires


def test_e104_does_not_count_the_directorate_or_the_same_unit_twice():
    """Units that tell it, not risks."""
    assert "E104" not in codes(f"FRD-001 3x3 {TITLES}\nFRD-002 3x3 {TITLES}\nCIC-001 3x3 {TITLES}\nDIR-01 3x3 {TITLES}")


@pytest.mark.parametrize(
    ("ratings", "fires"),
    [
        ("2x3 was 2x2", True),
        ("3x3 was 2x3", False),
        ("4x3 was 3x3, 2x3", True),
        ("4x3 was 3x3, 3x3", False),
        ("3x3 was 3x3, 2x3, 2x2", False),
        ("2x3 was 3x3, 2x3", False),
    ],
)
def test_e105_needs_a_worse_band_or_two_rises_running(ratings: str, fires: bool):
    """One rise within a band is not enough; a round that carried the risk does not break the two."""
    assert ("E105" in codes(f"FRD-001 {ratings}")) is fires


def test_e105_does_not_repeat_itself_for_a_risk_that_was_not_returned():
    """Last round's rise was last round's news."""
    assert "E105" not in codes("FRD-001 2x3 was 2x3, 2x2 not-returned")


@pytest.mark.parametrize(
    ("ratings", "fires"),
    [
        ("4x4 was 4x4", False),
        ("4x4 was 4x4, 4x4", True),
        ("5x4 was 4x4, 4x4, 4x3", True),
        ("4x4 was 5x4, 5x4", False),
        ("4x4 was 4x4, 4x4, 5x4", True),
        ("4x4 was 4x4, 4x3, 4x4", False),
    ],
)
def test_e106_needs_three_rounds_at_the_top_without_a_fall(ratings: str, fires: bool):
    """A fall begins the count again; leaving the band does, too."""
    assert ("E106" in codes(f"FRD-001 {ratings}")) is fires


def test_rounds_that_did_not_ask_neither_count_nor_break_a_run():
    """March asks the directorate only: three rounds of a unit's risk are Q2, Q1 and Q3."""
    drawing = drawn("FRD-001 5x4 was 4x4, 4x4")
    assert [past.round for past in drawing["FRD-001"].history] == [
        "2025-26 Q3",
        "2025-26 March",
        "2026-27 Q1",
        "2026-27 Q2",
    ]
    assert [past.number for past in rated(drawing["FRD-001"], drawing.context)] == [16, 16, 20]
    assert words("FRD-001 5x4 was 4x4, 4x4", "E106") == "Red for 3 rounds: 16, 16, 20."
    assert "E106" not in codes("DIR-01 4x4 was 4x4 carried")


def test_a_new_matrix_begins_every_run_again():
    """Ratings of another scale cannot be compared with today's."""
    drawing = drawn("FRD-001 4x4 was 4x4, 4x4")
    entry = drawing["FRD-001"]
    old = replace(entry.history[-2], band="Very high")
    changed = replace(entry, history=(*entry.history[:-2], old, entry.history[-1]))
    assert [past.number for past in rated(changed, drawing.context)] == [16]


@pytest.mark.parametrize(
    ("due", "rating", "fires"),
    [
        ("2026-09-29", "4x3", True),
        ("2026-09-30", "4x3", False),
        ("2026-10-01", "4x3", False),
        ("2026-09-29", "3x3", False),
    ],
)
def test_e107_starts_the_day_after_the_target_date(due: str, rating: str, fires: bool):
    """The day itself is still in time; at the target there is nothing to miss."""
    assert ("E107" in codes(f"FRD-001 {rating} target=3x3 target_date={due}")) is fires


def test_e107_says_every_number_that_it_used():
    """Days, both dates, target and rating."""
    said = words("FRD-001 4x3 target=3x3 target_date=2026-06-30", "E107")
    assert said == "Target 9 was due 30 June 2026, 92 days before 30 September 2026, and it stands at 12."


@pytest.mark.parametrize(
    ("days", "rating", "fires"), [(29, "4x3", False), (30, "4x3", False), (31, "4x3", True), (31, "2x2", False)]
)
def test_e108_starts_after_thirty_days(days: int, rating: str, fires: bool):
    """And only from the middle band up."""
    text = f"FRD-001 {rating}\n + FRD-A001 due {AS_AT - timedelta(days=days)}"
    assert ("E108" in codes(text)) is fires


def test_e108_passes_over_what_is_complete_and_names_the_rest_worst_first():
    """Each with its days."""
    text = "FRD-001 4x3\n + FRD-A001 due 2026-08-01\n + FRD-A002 due 2026-06-30\n + FRD-A003 due 2026-01-01 Complete"
    assert words(text, "E108") == "2 actions are more than 30 days overdue: FRD-A002 by 92, FRD-A001 by 60."


@pytest.mark.parametrize(("exposure", "fires"), [(499_999, False), (500_000, True), (500_001, True)])
def test_e109_starts_at_half_a_million(exposure: int, fires: bool):
    """Whatever the rating, and without one."""
    assert ("E109" in codes(f"FRD-001 2x2 exposure={exposure}")) is fires
    assert ("E109" in codes(f"FRD-001 ? exposure={exposure}")) is fires


def test_e110_and_e111_take_the_owner_at_their_word():
    """Yes is yes; No and nothing are not."""
    assert codes("FRD-001 2x2 beyond_control=yes") == {"E110"}
    assert codes("FRD-001 2x2 escalate=yes") == {"E111"}
    assert codes("FRD-001 2x2 beyond_control=no escalate=no") == set()


def test_e112_is_a_reason_added_to_e101_and_never_alone():
    """It fires for a top-band risk without a directorate risk, and falls silent where E101 is switched off."""
    assert codes("FRD-001 4x4") == {"E101", "E102", "E112"}
    settings = agreed()
    without = replace(settings.escalation.unit, codes=("E112",))
    quiet = replace(settings, escalation=replace(settings.escalation, unit=without))
    assert listed(drawn("FRD-001 4x4", settings=quiet)) == {}


def test_a_code_that_is_off_does_not_fire():
    """E107 is shipped for units, not for the directorate."""
    missed = "4x3 target=3x3 target_date=2026-06-30"
    assert codes(f"FRD-001 {missed}") == {"E107"}
    assert codes(f"DIR-01 {missed}") == set()


@pytest.mark.parametrize(
    ("risk", "fires"),
    [
        ("3x2 was 3x2 target=3x2", True),
        ("2x2 was 3x2 target=3x2", True),
        ("3x2 was 3x3 target=3x2", False),
        ("3x3 was 3x2 target=3x2", False),
        ("3x2 target=3x2", False),
        ("3x2 was 3x2", False),
        ("3x2 was 3x2 target=3x2 response=Tolerate", False),
    ],
)
def test_d101_needs_two_rounds_at_or_below_target(risk: str, fires: bool):
    """A unit's tolerated risk stands at its target on purpose."""
    assert ("D101" in codes(f"FRD-001 {risk}")) is fires


ESCALATED = Decision("FRD-001", decision="Escalate", into="DIR-01", codes=("E101", "E112"), rank=25)


@pytest.mark.parametrize(
    ("ratings", "fires"),
    [("4x3 was 4x3", True), ("4x3 was 4x4", False), ("4x4 was 4x3", False), ("4x3 was 3x3, 4x4", True), ("4x3", False)],
)
def test_d102_needs_two_rounds_below_the_line_that_brought_it_up(ratings: str, fires: bool):
    """It came up because it was Red."""
    assert ("D102" in codes(f"DIR-01 {ratings}", (ESCALATED,))) is fires


def test_d102_needs_to_know_what_brought_it_up():
    """A risk that the directorate wrote itself has no such line; an appetite is a line."""
    assert "D102" not in codes("DIR-01 4x3 was 4x3")
    over = replace(ESCALATED, codes=("E102",))
    assert "D102" in codes("DIR-01 4x3 was 4x3", (over,))
    assert "D102" not in codes("DIR-01 3x5 was 4x3", (over,))


@pytest.mark.parametrize(
    ("until", "fires"),
    [(None, False), (date(2026, 9, 29), True), (date(2026, 9, 30), False), (date(2026, 10, 1), False)],
)
def test_d103_starts_the_day_after_a_project_ends(until: date | None, fires: bool):
    """On its last day a project still stands."""
    units = tuple(replace(unit, until=until) if unit.code == "PRJ" else unit for unit in DIRECTORY.units)
    candidates = proposed(drawn("PRJ-001 3x3 was 3x3", directory=Directory(units))).candidates
    assert [(c.proposal, c.codes) for c in candidates] == ([(CLOSE, ("D103",))] if fires else [])


@pytest.mark.parametrize(
    ("ratings", "fires"),
    [
        ("2x2 was 2x2", False),
        ("2x2 was 2x2, 1x1", True),
        ("2x2 was 2x2, 2x2, 2x2", True),
        ("2x2 was 2x2, 2x3", False),
        ("2x3 was 2x2, 2x2, 2x2", False),
    ],
)
def test_d104_needs_three_rounds_in_the_bottom_band(ratings: str, fires: bool):
    """Green, three times running."""
    assert ("D104" in codes(f"FRD-001 {ratings}")) is fires


@pytest.mark.parametrize("status", ["Propose to close", "Closed"])
def test_a_manager_who_proposes_to_close_is_heard_with_the_reason(status: str):
    """Closed is read as a proposal while the risk is on the register, whatever else fires."""
    (candidate,) = proposed(drawn(f'FRD-001 4x4 "status={status}" close_reason=Mitigated')).candidates
    assert candidate.proposal == CLOSE
    assert candidate.codes == ("E101", "E102", "E112", "D105")
    assert candidate.reasons[-1].words == "The manager proposes to close it: Mitigated."


def test_the_proposal_follows_the_level_and_the_codes():
    """Up wins over down; a directorate risk goes to corporate, or back to a unit that has it."""
    assert [c.proposal for c in proposed(drawn("FRD-001 4x4")).candidates] == [TO_DIRECTORATE]
    assert [c.proposal for c in proposed(drawn("DIR-01 4x4")).candidates] == [TO_CORPORATE]
    below = "DIR-01 2x2 was 2x2 target=2x2"
    assert [c.proposal for c in proposed(drawn(f"{below}\nFRD-001 2x2 parent=DIR-01")).candidates] == [DE_ESCALATE]
    assert [c.proposal for c in proposed(drawn(below)).candidates] == [CLOSE]
    assert [c.proposal for c in proposed(drawn("FRD-001 3x3 was 3x3 target=3x3")).candidates] == [CLOSE]
    both = drawn("FRD-001 2x2 was 2x2, 2x2 exposure=600000")
    assert [(c.proposal, c.codes) for c in proposed(both).candidates] == [(TO_DIRECTORATE, ("E109", "D104"))]


def test_candidates_are_ordered_by_rank_then_impact_then_ref():
    """The worst first."""
    drawing = drawn("SEN-001 4x5\nFRD-002 4x4\nFRD-001 4x4\nCIC-001 5x4\nASM-001 ? exposure=900000")
    assert [c.ref for c in proposed(drawing).candidates] == ["CIC-001", "SEN-001", "FRD-001", "FRD-002", "ASM-001"]


def test_what_a_directorate_risk_carries_is_listed_and_not_proposed():
    """By E101, E102, E104, E106 and E112 it says nothing new."""
    found = proposed(drawn("FRD-001 4x4 was 4x4, 4x4 parent=DIR-01\nDIR-01 4x4 was 4x4"))
    assert [(c.ref, c.carried_by) for c in found.carried] == [("FRD-001", "DIR-01")]
    assert [c.ref for c in found.candidates] == ["DIR-01"]
    assert set(found.carried[0].codes) == {"E101", "E102", "E106"}


def test_what_is_carried_is_proposed_for_other_reasons():
    """And by those alone."""
    found = proposed(drawn("FRD-001 4x4 parent=DIR-01 escalate=yes\nDIR-01 4x4"))
    assert [(c.ref, c.codes, c.carried_by) for c in found.candidates if c.ref == "FRD-001"] == [
        ("FRD-001", ("E111",), "DIR-01")
    ]


@pytest.mark.parametrize(
    ("parent", "carried"),
    [("DIR-01 4x4", True), ("DIR-01 5x5", True), ("DIR-01 4x3", False), ("DIR-01 4x4 was 4x4 closed", False)],
)
def test_a_risk_is_carried_unless_it_outranks_its_parent_or_that_closed(parent: str, carried: bool):
    """At the same rank it is still carried."""
    found = proposed(drawn(f"FRD-001 4x4 parent=DIR-01\n{parent}"))
    assert ("FRD-001" in [c.ref for c in found.carried]) is carried
    assert ("FRD-001" in [c.ref for c in found.candidates]) is not carried


def test_a_risk_is_carried_by_the_one_that_it_was_escalated_into():
    """Until it is handed back."""
    decision = replace(ESCALATED, codes=())
    assert [c.carried_by for c in proposed(drawn("FRD-001 4x4\nDIR-01 4x4", (decision,))).carried] == ["DIR-01"]
    back = Decision("FRD-001", decision="De-escalate", decided_on=date(2026, 7, 14))
    assert proposed(drawn("FRD-001 4x4\nDIR-01 4x4", (decision, back))).carried == ()


def test_a_corporate_risk_is_carried_by_the_corporate_register():
    """While an accepted decision of the Corporate Risk Group stands."""
    taken = Decision("DIR-01", decision="Accept", body="Corporate Risk Group", corporate_ref="CR-12")
    assert [c.carried_by for c in proposed(drawn("DIR-01 4x4", (taken,))).carried] == ["CR-12"]
    returned = replace(taken, decision="Return", decided_on=date(2026, 7, 20))
    assert [c.ref for c in proposed(drawn("DIR-01 4x4", (taken, returned))).candidates] == ["DIR-01"]


RANK = agreed().matrix.rank(Score(4, 4))
HELD = Decision(
    "FRD-001",
    decision="Hold",
    decided_on=date(2026, 7, 14),
    review_by=date(2026, 12, 31),
    codes=("E101", "E102", "E112"),
    rank=RANK,
)


def where(text: str, decision: Decision) -> str:
    """Which list the first risk is on."""
    found = proposed(drawn(text, (decision,)))
    lists = {"candidates": found.candidates, "carried": found.carried, "considered": found.considered}
    return next((name for name, candidates in lists.items() if any(c.ref == text.split()[0] for c in candidates)), "")


def test_a_decision_silences_a_candidate_and_stands_beside_it():
    """It is listed as considered before."""
    (candidate,) = proposed(drawn("FRD-001 4x4 was 4x4", (HELD,))).considered
    assert candidate.considered == HELD


@pytest.mark.parametrize(
    ("review_by", "expected"),
    [
        (date(2026, 9, 29), "candidates"),
        (date(2026, 9, 30), "candidates"),
        (date(2026, 10, 1), "considered"),
        (None, "considered"),
    ],
)
def test_silence_ends_on_the_review_by_date(review_by: date | None, expected: str):
    """On the day itself it is due for review."""
    assert where("FRD-001 4x4 was 4x4", replace(HELD, review_by=review_by)) == expected


@pytest.mark.parametrize(
    ("rank", "expected"), [(RANK, "considered"), (RANK + 1, "considered"), (RANK - 1, "candidates")]
)
def test_silence_ends_when_the_rank_rises(rank: int, expected: str):
    """Above the rank that the decision was made on."""
    assert where("FRD-001 4x4 was 4x4", replace(HELD, rank=rank)) == expected


def test_silence_ends_when_a_code_fires_that_was_not_there():
    """One that fell away does not end it."""
    assert where("FRD-001 4x4 was 4x4 exposure=600000", HELD) == "candidates"
    assert where("FRD-001 4x4 was 4x4", replace(HELD, codes=(*HELD.codes, "E109"))) == "considered"


def test_a_question_without_a_date_silences_nothing():
    """More information is expected at the next meeting, unless a date is given."""
    asked = replace(HELD, decision="More information", review_by=None)
    assert where("FRD-001 4x4 was 4x4", asked) == "candidates"
    assert where("FRD-001 4x4 was 4x4", replace(asked, review_by=date(2027, 1, 31))) == "considered"


def test_an_agreed_rating_is_no_answer_to_a_proposal():
    """It names no codes, and an older answer still stands."""
    agreed_rating = Decision("FRD-001", decision="Agree rating", decided_on=date(2026, 9, 1), rank=RANK)
    found = proposed(drawn("FRD-001 4x4 was 4x4", (HELD, agreed_rating)))
    assert [c.considered for c in found.considered] == [HELD]
