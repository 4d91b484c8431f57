"""Narrative: the paragraph of counts, and the words for what moved."""

import re
from dataclasses import astuple, replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from riskbook import narrative
from riskbook.model import Decision, Received
from riskbook.tally import Tally, tally
from tests import effort
from tests.registers import Drawn, drawn, texts

QUARTER = """
    DIR-01 5x4 was 4x4
      + DIR-A001 due 2026-08-15
    FRD-001 4x3 was 4x4
      + FRD-A001 due 2026-09-15
    FRD-002 2x2 was 2x2 closed
    CIC-001 ? was 3x3
    CIC-002 3x3 was 3x3 not-returned
    CIC-003 3x3 was 3x3 not-returned
    PRJ-001 2x3
    PAR-001 2x2 was 2x2 merged
"""


def told(drawing: Drawn) -> str:
    return narrative.headline(tally(drawing.register, drawing.context))


def moved(line: str) -> str:
    drawing = drawn(line)
    return narrative.movement_words(drawing.register.entries[0], drawing.context.settings)


def mover(line: str) -> str:
    drawing = drawn(line)
    return narrative.mover(drawing.register.entries[0], drawing.context)


def test_the_headline_counts_everything_and_says_nils_in_words():
    """Singular and plural are right."""
    returns = (Received("CIC", "", "", "Not returned"), Received("FRD", "a.xlsx", "", "Merged"))
    assert told(drawn(QUARTER, returns=returns)) == (
        "6 risks: 1 Red, 4 Amber, none Green and 1 not scored. Since Q1, 1 is up, 1 down, none the same and 1 new; "
        "1 was closed and 1 merged; 2 were not returned and stand as before; "
        "1 has no score. 2 actions are overdue, 1 by more than 30 days. "
        "1 of 2 units sent a return, none late. None was reopened, escalated or de-escalated since the last report."
    )


def test_a_quiet_quarter_is_told_in_nils():
    """Nothing moved, nothing is late."""
    assert told(drawn("FRD-001 3x3 was 3x3")) == (
        "1 risk: none Red, 1 Amber and none Green; it is scored. Since Q1, none is up, none down, 1 the same and none "
        "new; none was closed and none merged; none is missing from the returns. No action is overdue. "
        "No return was due. None was reopened, escalated or de-escalated since the last report."
    )


def test_a_first_register_claims_no_movement():
    """It says so instead."""
    assert told(drawn("FRD-001 3x3\nFRD-002 4x4", first=True)) == (
        "2 risks: 1 Red, 1 Amber and none Green; all are scored. This is the first register, so no movement is "
        "claimed. No action is overdue. No return was due."
    )


def test_what_came_back_and_what_was_decided_is_told_last():
    """In one sentence with its nils."""
    decisions = (Decision("FRD-001", decision="Escalate", round="2026-27 Q2", decided_on=date(2026, 10, 14)),)
    words = told(drawn("FRD-001 3x3 was 3x3 reopened\nCIC-001 3x3 was 2x2 reopened exempt", decisions))
    assert words.endswith("2 were reopened, 1 escalated and none de-escalated since the last report. 1 risk is exempt.")


def test_a_directorate_round_says_what_it_did_not_ask_for():
    """Carried risks are told as carried."""
    text = "DIR-01 4x4 was 4x3\nFRD-001 3x3 was 3x3 carried\nFRD-002 3x3 was 3x3 carried"
    assert "; 2 were not asked for and stand as before." in told(drawn(text, round_="2026-27 March"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("FRD-001 4x4 was 4x3", "12 to 16, Amber to Red"),
        ("FRD-001 5x4 was 4x4", "16 to 20, stays Red"),
        ("FRD-001 2x2 was 3x3", "9 to 4, Amber to Green"),
        ("FRD-001 4x3 was 3x4", "still 12, stays Amber"),
        ("FRD-001 3x3 was 3x3", "stays at 9 Amber"),
        ("FRD-001 4x4 was ?, 4x3", "12 to 16, Amber to Red, compared with 2025-26 March"),
        ("FRD-001 3x3 was ?, 3x3", "stays at 9 Amber, compared with 2025-26 March"),
        ("FRD-001 3x3", "new at 9 Amber"),
        ("FRD-001 ?", "new, not scored"),
        ("FRD-001 ? was 3x3", "not scored; 9 Amber before"),
        ("FRD-001 3x3 was 3x3 carried", "not asked, stands at 9 Amber"),
        ("FRD-001 3x3 was 3x3 not-returned", "not returned, stands at 9 Amber"),
        ("FRD-001 3x3 was 2x2 reopened", "reopened at 9 Amber"),
        ("FRD-001 3x3 was 2x2 rescaled", "scored on a new scale at 9 Amber"),
        ("FRD-001 2x2 was 3x3 closed close_reason=Mitigated", "closed at 9 Amber: Mitigated"),
        ("FRD-001 2x2 was 2x2 merged", "merged into another risk"),
    ],
)
def test_every_movement_has_words(line: str, words: str):
    """With the ratings that it went by."""
    assert moved(line) == words


def test_a_mover_is_told_with_its_steps_and_the_owners_reason():
    """Impact first, then the owner's words as they are."""
    assert mover('FRD-001 4x4 was 4x3 "commentary=Three of eight posts are empty"') == (
        "Likelihood 3 to 4, 12 to 16, Amber to Red. Three of eight posts are empty."
    )
    assert mover("FRD-001 2x2 was 3x3") == (
        "Impact 3 to 2 and likelihood 3 to 2, 9 to 4, Amber to Green. No reason is given."
    )
    assert mover('FRD-001 3x3 "commentary=Found by the audit."') == "New at 9 Amber. Found by the audit."


def numbers(tally_: Tally) -> set[int]:
    """Every number in a tally, and the sums that it offers."""
    found, heap = set(), [astuple(tally_)]
    while heap:
        for part in heap.pop():
            if isinstance(part, int):
                found.add(part)
            elif isinstance(part, tuple):
                heap.append(part)
    return found | {tally_.now.all, tally_.returns.received}


@given(texts())
@settings(max_examples=effort.examples(6, 60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_number_in_the_headline_comes_from_the_tally(text: str):
    """Nothing is counted on the way."""
    drawing = drawn(text)
    found = tally(drawing.register, drawing.context)
    words = narrative.headline(found).replace(f"Since {narrative.since(found)},", "")
    assert {int(number) for number in re.findall(r"\d+", words)} <= numbers(found)


def test_the_last_round_is_named_briefly():
    """In full where it has this one's name."""
    drawing = drawn("FRD-001 3x3 was 3x3")
    found = tally(drawing.register, drawing.context)
    assert narrative.since(found) == "Q1"
    assert narrative.since(replace(found, last_round="2025-26 Q2")) == "2025-26 Q2"
