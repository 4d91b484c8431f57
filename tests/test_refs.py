"""Refs: each new row gets one, once, and the same one whenever the round is merged again."""

from dataclasses import replace
from datetime import date

import pytest

from riskbook import clearing
from riskbook.model import Known, Register
from riskbook.rules import returns
from riskbook.rules.privacy import Allowed
from riskbook.settings import Context
from tests.makers import LAST, following, merged, quarter, register, started, told, workbook


def filed(day: int, risks: str, actions: str = "", unit: str = "FRD") -> bytes:
    """A return filled in on a day of October; its first line of headings is given."""
    start = started(unit=unit, filled_on=date(2026, 10, day))
    drawn = f"ref | title | event | cause | effect\n{risks}"
    return workbook(drawn, actions and f"ref | risk_ref | what\n{actions}", start=start)


def refs(one: Register) -> dict[str, str]:
    """New risks by ref, with their titles (or events)."""
    known = {"DIR-01", "FRD-001", "FRD-002", "ASM-001"}
    return {entry.ref: entry.now.title or entry.now.event for entry in one.entries if entry.ref not in known}


def again(context: Context, first: Register, *sent: bytes) -> dict[str, str]:
    """The refs after another merge, with more files or the same."""
    return refs(merged(context, *sent, kept=first)[0])


def test_new_rows_get_the_units_next_numbers_row_by_row():
    """With a NEW number or none."""
    one, _ = merged(quarter(), filed(2, "NEW-7 | B\n | A\nNEW-1 | C"))
    assert refs(one) == {"FRD-003": "B", "FRD-004": "A", "FRD-005": "C"}


def test_directorate_risks_have_two_figures():
    """DIR-02, not DIR-002."""
    one, _ = merged(quarter(), filed(2, "NEW-1 | Money runs out", "| NEW-1 | Save", unit="DIR"))
    assert refs(one) == {"DIR-02": "Money runs out"}
    assert [(action.ref, action.risk_ref) for action in one.actions if action.what == "Save"] == [
        ("DIR-A001", "DIR-02")
    ]


@pytest.mark.parametrize(
    ("last", "ref"),
    [
        (LAST + '\n FRD-009 1x1 was 2x2 closed "Keys are lost"', "FRD-010"),
        (LAST + '\n FRD-900 1x1 was 2x2 merged "Keys are lost"', "FRD-901"),
        (LAST + '\n FRD-999 1x1 was 2x2 "Keys are lost"', "FRD-1000"),
    ],
)
def test_a_number_is_never_given_twice(last: str, ref: str):
    """That of a closed or merged risk neither."""
    one, _ = merged(quarter(last), filed(2, "NEW-1 | Posts are empty"))
    assert ref in refs(one)


def test_a_ref_remembered_from_long_ago_is_not_given_again():
    """Refs keeps every ref that was ever given, on the register or not."""
    context = quarter()
    assert context.before
    before = Register(context.before.round, context.before.scale, refs=(Known("FRD-040", "FRD", "2020-21 Q1"),))
    one, _ = merged(Context(context.settings, context.directory, context.round, context.on, before), filed(2, "| A"))
    assert refs(one) == {"FRD-041": "A"}


def test_merging_again_gives_the_same_refs():
    """With the register that the first merge wrote."""
    sent = filed(2, "NEW-1 | A\nNEW-2 | B\n | C\n | | an event", "| NEW-2 | Act\n | NEW-2 | Act\n | NEW-1 | Act")
    one, _ = merged(quarter(), sent)
    two, _ = merged(quarter(), sent, kept=one)
    assert two == one
    assert len(refs(one)) == 4
    assert len({action.ref for action in one.actions if action.what == "Act"}) == 3


def test_a_return_that_comes_later_takes_no_number_that_was_given():
    """A ref that stands in the round's register is kept for ever, though an earlier return comes in after it."""
    late, early = filed(8, "NEW-1 | A"), filed(1, "NEW-1 | B")
    one, _ = merged(quarter(), late)
    assert refs(one) == {"FRD-003": "A"}
    assert again(quarter(), one, late, early) == {"FRD-003": "A"}


def test_refs_are_given_over_superseded_returns_too_earliest_first():
    """The risk of a return that no longer counts keeps its number, and nothing else gets it."""
    early, late = filed(1, "NEW-1 | A\nNEW-2 | B"), filed(5, "NEW-2 | B\nNEW-3 | C")
    one, _ = merged(quarter(), early, late)
    assert refs(one) == {"FRD-004": "B", "FRD-005": "C"}
    assert [(held.ref, held.code) for held in one.held] == [("FRD-003", returns.TWO_RETURNS.code)]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("NEW-1 | Posts are empty", "NEW-1 | posts  are empty | Posts will be empty"),
        ("NEW-1 | Posts are empty", "NEW-4 | Posts are empty"),
        ("NEW-1 | Posts are empty", "| Posts are empty"),
        ("| Posts are empty", "NEW-1 | Posts are empty"),
        ("NEW-1 | Posts are empty | nobody comes", "NEW-1 | Another title | nobody  comes"),
        ("NEW-1 | Posts are empty | | low pay", "NEW-1 | Another title | | low pay"),
        ("NEW-1 | Posts are empty | | | no help", "NEW-1 | Another title | | | no help"),
        ("NEW-1 | | nobody comes", "NEW-1 | A title at last | nobody comes"),
    ],
)
def test_a_new_row_is_the_risk_numbered_before_by_number_and_title_or_title_or_number_and_a_part(was: str, now: str):
    """In a later return, or in the same one changed since the last merge."""
    first, second = filed(1, was), filed(5, now)
    one, found = merged(quarter(), first, second)
    assert set(refs(one)) == {"FRD-003"}
    assert told(found, returns.TWICE_NEW.code) == []
    assert set(again(quarter(), merged(quarter(), first)[0], second)) == {"FRD-003"}


@pytest.mark.parametrize(
    ("was", "now"),
    [
        ("NEW-1 | Posts are empty | nobody comes", "NEW-2 | Another title | nobody comes"),
        ("NEW-1 | | nobody comes", "NEW-2 | | nobody comes"),
        ("NEW-1 | | nobody comes", "NEW-1 | | the roof leaks"),
    ],
)
def test_anything_less_is_another_risk(was: str, now: str):
    """The words of one part alone could be any risk's."""
    one, _ = merged(quarter(), filed(1, was), filed(5, now))
    assert set(refs(one)) == {"FRD-004"}


def test_one_new_number_with_other_words_throughout_is_another_risk_and_a_question():
    """It names both; merging again asks it again, of the same row."""
    sent = filed(1, "NEW-1 | Posts are empty"), filed(5, "NEW-1 | The roof leaks")
    one, found = merged(quarter(), *sent)
    two, later = merged(quarter(), *sent, kept=one)
    for findings in (found, later):
        (asked,) = (finding for finding in findings if finding.code == returns.TWICE_NEW.code)
        assert (str(asked.place), asked.ref, asked.unit) == ("2.xlsx › Risks!A2", "NEW-1", "FRD")
        assert "FRD-003" in asked.message
        assert "Posts are empty" in asked.message
    assert refs(one) == refs(two) == {"FRD-004": "The roof leaks"}


def test_what_is_most_alike_is_matched_first():
    """Rows that changed places, or lend each other a title, keep their own numbers."""
    early = filed(1, "NEW-1 | A | one\nNEW-2 | B | two")
    assert refs(merged(quarter(), early, filed(5, "NEW-2 | B | two\nNEW-1 | A | one"))[0]) == {
        "FRD-003": "A",
        "FRD-004": "B",
    }
    late = filed(5, "NEW-3 | B | three\nNEW-2 | B | two")
    assert refs(merged(quarter(), early, late)[0]) == {"FRD-004": "B", "FRD-005": "B"}


def test_three_returns_that_lend_each_other_words_settle_at_once():
    """Merging again comes to the same register."""
    sent = (
        filed(1, "NEW-1 | T | one"),
        filed(3, "NEW-2 | T | two"),
        filed(5, "NEW-1 | T | one\nNEW-2 | T | two"),
    )
    one, _ = merged(quarter(), *sent)
    two, _ = merged(quarter(), *sent, kept=one)
    assert one == two


def test_in_actions_a_new_number_means_that_row_of_the_same_workbook():
    """And becomes its ref; in another workbook the same number is another row."""
    one, _ = merged(
        quarter(),
        filed(1, "NEW-1 | A", "| NEW-1 | Act on A"),
        filed(2, "NEW-1 | B", "| NEW-1 | Act on B", unit="ASM"),
    )
    assert {action.what: action.risk_ref for action in one.actions if action.what.startswith("Act")} == {
        "Act on A": "FRD-003",
        "Act on B": "ASM-002",
    }


def test_an_action_keeps_its_number_with_its_risk_and_words():
    """Wherever its row stands; with other words it is another action."""
    early = filed(1, "NEW-1 | A", "| NEW-1 | Act\n | NEW-1 | Plan")
    late = filed(5, "NEW-1 | A", "| NEW-1 | Plan\n | NEW-1 | act\n | NEW-1 | Tell")
    one, _ = merged(quarter(), early, late)
    assert {action.what: action.ref for action in one.actions if action.risk_ref == "FRD-003"} == {
        "act": "FRD-A002",
        "Plan": "FRD-A003",
        "Tell": "FRD-A004",
    }


def test_the_words_that_a_ref_was_given_to_are_remembered():
    """On Refs, with the round and the row's own number."""
    one, _ = merged(quarter(), filed(2, "NEW-1 | A | an event | a cause | an effect"))
    assert Known("FRD-003", "FRD", "2026-27 Q2", "NEW-1", "A", "a cause", "an event", "an effect") in one.refs
    assert {known.ref for known in one.refs} == {"DIR-01", "FRD-001", "FRD-002", "FRD-003", "ASM-001", "FRD-A001"}


def test_next_quarter_a_new_number_is_a_new_risk():
    """What was numbered in an earlier round is known by its ref only."""
    one, _ = merged(quarter(), filed(2, "NEW-1 | A"))
    context = quarter(None, round_="2026-27 Q3")
    after = Context(context.settings, context.directory, context.round, context.on, one)
    start = started(round="2026-27 Q3")
    two, _ = merged(after, workbook("ref | title\nNEW-1 | A", start=start))
    assert {entry.ref for entry in two.entries if entry.now.title == "A"} == {"FRD-003", "FRD-004"}


def test_refs_brought_into_the_first_round_of_all_are_given_too():
    """A new row does not get the number that another row brought with it."""
    one, _ = merged(quarter(None), filed(2, "NEW-1 | New\nFRD-001 | Old", "| FRD-001 | Act\nFRD-A001 | NEW-1 | Plan"))
    assert {entry.ref: entry.now.title for entry in one.entries} == {"FRD-001": "Old", "FRD-002": "New"}
    assert {action.what: action.ref for action in one.actions} == {"Plan": "FRD-A001", "Act": "FRD-A002"}


def test_an_answer_about_a_new_row_is_kept_under_its_ref():
    """So that it is still an answer when the risk comes back with its number."""
    data = workbook(
        "ref | title | impact | likelihood | score | answer\nNEW-1 | Posts are empty | 4 | 3 | 10 | We count otherwise"
    )
    one, _ = merged(quarter(), data)
    assert {answer.ref for answer in one.answers} == {"FRD-003"}


def test_the_register_that_tests_begin_with_remembers_no_refs():
    """So its risks and actions are what is known."""
    assert register(LAST).refs == ()


def test_a_number_that_was_taken_out_is_not_remembered():
    """Nor is the row a new risk when either return comes again; nothing that looks like personal data is left."""
    number = "The placement for 943 476 5919 ends"
    first = filed(2, f"NEW-1 | {number} | E")
    second = filed(9, "NEW-1 | The placement ends | E")
    before, _ = merged(quarter(), first)
    assert [known.title for known in before.refs if known.ref == "FRD-003"] == [number]
    one, _ = merged(quarter(), first, second, kept=before)
    assert refs(one) == {"FRD-003": "The placement ends"}
    assert [known.title for known in one.refs if known.ref == "FRD-003"] == ["The placement for 9•3 4•6 5••9 ends"]
    assert clearing.outstanding(one, Allowed()) == ()
    assert merged(quarter(), first, second, kept=one)[0] == one
    assert again(quarter(), one, filed(12, f"NEW-5 | {number}")) == {"FRD-003": number}


def test_a_number_that_was_taken_out_a_round_later_is_not_remembered():
    """Neither as the words of the ref nor as what changed."""
    number = "The placement for 943 476 5919 ends"
    before, _ = merged(quarter(), filed(2, f"NEW-1 | {number}"))
    context = following(before, quarter())
    start = started(round="2026-27 Q3", filled_on=date(2027, 1, 4))
    after, _ = merged(context, workbook("ref | title\nFRD-003 | The placement ends", start=start))
    masked = "The placement for 9•3 4•6 5••9 ends"
    assert [known.title for known in after.refs if known.ref == "FRD-003"] == [masked]
    assert masked in [one.was for one in after.changes if one.ref == "FRD-003"]
    assert clearing.outstanding(after, Allowed()) == ()


def test_what_is_remembered_and_stands_can_be_cleared():
    """The same words in the risk and in Refs are one thing to clear."""
    one, _ = merged(quarter(), filed(2, "NEW-1 | The home at LA9 4RQ is full"))
    assert [(found.text.ref, found.hit.code) for found in clearing.outstanding(one, Allowed())] == [("FRD-003", "P107")]
    lines = clearing.clear(one, "FRD-003", "P107", "Ruth Lane", "our own", date(2026, 10, 9), Allowed())
    cleared = replace(one, cleared=tuple(lines))
    assert clearing.outstanding(cleared, Allowed()) == ()
    later, _ = merged(quarter(), filed(2, "NEW-1 | The home at LA9 4RQ is full"), kept=cleared)
    assert later.refs == one.refs
