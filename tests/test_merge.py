"""Merging: what came in and last round's register make this round's; every row is counted once, nothing is guessed."""

from dataclasses import replace
from datetime import date

import pytest

from riskbook import excel, store
from riskbook import settings as loading
from riskbook.forms import RISKS, by_key
from riskbook.matrix import Score
from riskbook.model import BY_HAND, Change, Decision, Entry, Movement, Past, Register, Source
from riskbook.movement import scale
from riskbook.read import read
from riskbook.report import form
from riskbook.report.register import document
from riskbook.rules import returns
from riskbook.settings import Context
from tests.makers import LAST, cell, following, merged, quarter, returned, started, told, workbook

HEADINGS = "ref | title | impact | likelihood | status | close_reason | commentary"


def sent(
    *rows: str, unit: str = "FRD", headings: str = HEADINGS, actions: str = "", round_: str = "2026-27 Q2"
) -> bytes:
    """A return of a unit: rows under the headings above."""
    drawn = actions and f"ref | risk_ref | what | due | status\n{actions}"
    return workbook("\n".join([headings, *rows]), drawn, start=started(unit=unit, round=round_))


def one(register: Register, ref: str = "FRD-001") -> Entry:
    return register.by_ref[ref]


def moved(row: str, last: str = LAST, decisions: tuple[Decision, ...] = (), unit: str = "FRD") -> Movement:
    """The movement of the risk in a row."""
    context = quarter(last)
    kept = replace(merged(context, sent(row, unit=unit))[0], decisions=decisions) if decisions else None
    register, _ = merged(context, sent(row, unit=unit), kept=kept)
    return register.by_ref[row.split(" ")[0]].movement


def decided(decision: str = "Agree rating", ref: str = "FRD-001", **values: object) -> Decision:
    """A decision of this round's meeting."""
    return replace(Decision(ref, decision=decision, round="2026-27 Q2"), **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("row", "movement"),
    [
        ("FRD-001 | Calls are dropped | 4 | 3", Movement.SAME),
        ("FRD-001 | Calls are dropped | 4 | 4", Movement.UP),
        ("FRD-001 | Calls are dropped | 3 | 4", Movement.DOWN),
        ("FRD-001 | Calls are dropped | 2 | 2", Movement.DOWN),
        ("FRD-001 | Calls are dropped | Lots | 3", Movement.UNSCORED),
        ("FRD-001 | Calls are dropped | | 3", Movement.UNSCORED),
        ("FRD-001 | | | ", Movement.NOT_RETURNED),
        ("FRD-002 | Notices come late | 2 | 2 | Closed | Mitigated", Movement.CLOSED),
        ("FRD-002 | Notices come late | 2 | 2 | Became an issue", Movement.CLOSED),
    ],
)
def test_every_risk_that_was_there_has_one_movement(row: str, movement: Movement):
    """Up and down are by band, then score, then impact: 3×4 is below 4×3."""
    assert moved(row) is movement


def test_a_risk_that_nobody_told_was_not_returned():
    """Its last rating stands beside it, and nothing that it said is lost."""
    register, _ = merged(quarter(), sent("FRD-002 | Notices come late | 2 | 2"))
    entry = one(register)
    assert (entry.movement, entry.rating, entry.was) == (Movement.NOT_RETURNED, Score(4, 3), Score(4, 3))
    assert entry.now.title == "Calls are dropped"
    assert [r.unit for r in register.returns if r.state == "Not returned"] == [
        *("DIR", "FHS", "ASM", "CIC", "SEN", "PRJ", "PAR"),
    ]


def test_a_new_row_is_new():
    """There is nothing that it could have moved from."""
    register, _ = merged(quarter(), sent("NEW-1 | Posts are empty | 3 | 3"))
    assert (one(register, "FRD-003").movement, one(register, "FRD-003").was) == (Movement.NEW, None)


def test_a_risk_of_a_unit_that_is_not_asked_is_carried():
    """March asks the directorate only."""
    register, _ = merged(
        quarter(round_="2026-27 March"), sent("DIR-01 | Placements | 5 | 4", unit="DIR", round_="2026-27 March")
    )
    assert {entry.ref: entry.movement for entry in register.entries} == {
        "ASM-001": Movement.CARRIED,
        "DIR-01": Movement.UP,
        "FRD-001": Movement.CARRIED,
        "FRD-002": Movement.CARRIED,
    }
    assert [received.state for received in register.returns] == ["Merged"]
    assert one(register).rating == Score(4, 3)


def test_a_closed_risk_that_is_told_again_is_reopened():
    """It is compared with the rating that it had when it was closed."""
    last = LAST + '\n FRD-009 1x1 was 2x2 closed "Keys are lost"'
    assert moved("FRD-009 | Keys are lost again | 3 | 3", last) is Movement.REOPENED


@pytest.mark.parametrize("row", ["FRD-009 | Keys | 1 | 1 | Closed | Mitigated", "FRD-009 | | | "])
def test_a_closed_risk_that_is_told_as_closed_or_not_at_all_stays_closed(row: str):
    """An emptied row opens nothing."""
    register, _ = merged(quarter(LAST + '\n FRD-009 1x1 was 2x2 closed "Keys are lost"'), sent(row))
    assert "FRD-009" not in {entry.ref for entry in register.entries}
    assert "FRD-009" in {entry.ref for entry in register.archive}


def test_merged_comes_before_closed_and_closed_before_everything_else():
    """A decision to merge stands though the manager closed the risk; one to close, though its score rose."""
    row = "FRD-002 | Notices come late | 2 | 2 | Closed | Mitigated"
    assert moved(row, decisions=(decided("Merge", "FRD-002", into="FRD-001"),)) is Movement.MERGED
    assert moved("FRD-001 | Calls | 5 | 5", decisions=(decided("Close"),)) is Movement.CLOSED
    assert moved("FRD-001 | Calls | Lots | 5", decisions=(decided("Close"),)) is Movement.CLOSED


def test_a_merged_risk_says_into_which():
    """The risk that stays is named."""
    row = "FRD-002 | Notices come late | 2 | 2"
    kept = replace(merged(quarter(), sent(row))[0], decisions=(decided("Merge", "FRD-002", into="FRD-001"),))
    register, _ = merged(quarter(), sent(row), kept=kept)
    assert (one(register, "FRD-002").into, one(register, "FRD-002").open) == ("FRD-001", False)


def test_the_open_actions_of_a_merged_risk_are_those_of_the_risk_that_it_went_into():
    """From the decision on: on the register, whether a return tells them or not, and on the next form; what is done
    stays where it was done.
    """
    last = LAST.replace("FRD-A001 due 2026-11-30", "FRD-A001 due 2026-11-30\n      + FRD-A002 due 2026-11-30")
    into = decided("Merge", "FRD-001", into="ASM-001")
    told_ = sent(
        "FRD-001 | Calls are dropped | 4 | 3", actions="FRD-A001 | FRD-001 | Fill them | 2026-12-15 | Complete"
    )
    context = quarter(last)
    register, _ = merged(context, told_)
    for _ in range(2):
        register, _ = merged(context, told_, kept=replace(register, decisions=(into,)))
        assert {action.ref: action.risk_ref for action in register.actions} == {
            "FRD-A001": "FRD-001",
            "FRD-A002": "ASM-001",
        }
        moved_ = [(change.ref, change.was, change.now) for change in register.changes if change.ref == "FRD-A002"]
        assert moved_ == [("FRD-A002", "FRD-001", "ASM-001")]
    later, unit = following(register, context), context.directory.unit("ASM")
    assert unit
    assert "FRD-A002" in [row.values["ref"] for row in form.prefilled(later, unit, 1).actions]


def test_a_reopened_risk_that_is_decided_to_be_closed_stays_closed():
    """Opening, new and reopened are still closing, closed and merged."""
    last = LAST + '\n FRD-009 1x1 was 2x2 closed "Keys are lost"'
    kept = replace(merged(quarter(last), sent("FRD-009 | Keys | 3 | 3"))[0], decisions=(decided("Close", "FRD-009"),))
    register, _ = merged(quarter(last), sent("FRD-009 | Keys | 3 | 3"), kept=kept)
    assert "FRD-009" in {entry.ref for entry in register.archive}


def test_on_another_matrix_movement_is_rescaled_and_no_old_step_is_carried_on():
    """A rating on one scale is neither above nor below one on another, and a step of five is none of four."""
    five = quarter(LAST.replace("FRD-002 2x2 was 2x2", "FRD-002 5x5 was 5x5 target=5x5"))
    four = loading.load(loading.framework("east-devon-4x4"))
    context = replace(five, settings=four)
    register, _ = merged(context, sent("FRD-001 | Calls are dropped | 4 | 3"))
    assert (one(register).movement, one(register).was, one(register).rating) == (Movement.RESCALED, None, Score(4, 3))
    silent = one(register, "FRD-002")
    assert (silent.movement, silent.rating) == (Movement.NOT_RETURNED, None)
    assert (silent.now.score, silent.now.target) == (None, None)
    assert register.scale == scale(four) != scale(five.settings)
    again, _ = merged(
        replace(following(register, context), before=register),
        sent("FRD-001 | Calls are dropped | 4 | 4", round_="2026-27 Q3"),
    )
    assert one(again).movement is Movement.UP


def test_after_a_round_without_a_rating_the_last_one_there_was_is_compared_with():
    """However many rounds it was not returned or not scored."""
    first, _ = merged(quarter(), sent("FRD-001 | Calls are dropped | Lots | 3"))
    second, _ = merged(
        following(first, quarter()), sent("FRD-001 | Calls are dropped | 4 | often", round_="2026-27 Q3")
    )
    third = following(second, following(first, quarter()))
    assert str(third.round) == "2026-27 March"
    third = replace(third, round=third.settings.timetable.round("2027-28 Q1"))
    register, _ = merged(third, sent("FRD-001 | Calls are dropped | 4 | 4", round_="2027-28 Q1"))
    assert [one(r).movement for r in (first, second, register)] == [*[Movement.UNSCORED] * 2, Movement.UP]
    assert [one(r).was for r in (first, second, register)] == [Score(4, 3)] * 3
    assert [(one(r).last, one(r).compared) for r in (first, second, register)] == [
        (Score(4, 3), ""),
        (None, "2026-27 Q1"),
        (None, "2026-27 Q1"),
    ]
    data = excel.report(*document(store.tables(register, third, "0.1.0"), third))
    back, _ = store.register(read(data, "register.xlsx"), third.settings)
    assert back
    assert one(back).was == Score(4, 3)


def test_a_risk_that_is_not_scored_has_no_rating_and_shows_what_was_typed():
    """Last quarter's value is never put in the place of one that cannot be read."""
    register, _ = merged(quarter(), sent("FRD-001 | Calls are dropped | Lots | 3"))
    entry = one(register)
    assert (entry.rating, entry.was, entry.now.impact, entry.now.unread) == (
        *(None, Score(4, 3), None),
        (("impact", "Lots"),),
    )
    (held,) = register.held
    assert (held.ref, held.key, held.typed) == ("FRD-001", "impact", "Lots")
    assert entry.history[-1] == Past("FRD-001", "2026-27 Q2", "submitted", None, None, None, "", "Not scored")


@pytest.mark.parametrize(
    ("row", "status", "movement"),
    [
        ("FRD-002 | Notices come late | 2 | 2 | Closed | Mitigated", "Closed", Movement.CLOSED),
        ("FRD-002 | Notices come late | 2 | 2 | Closed |", "Propose to close", Movement.SAME),
        ("FRD-001 | Calls are dropped | 4 | 3 | Closed | Mitigated", "Propose to close", Movement.SAME),
        ("FRD-001 | Calls are dropped | 1 | 1 | Closed | Mitigated", "Closed", Movement.CLOSED),
        ("FRD-001 | Calls are dropped | | | Closed | Mitigated", "Propose to close", Movement.UNSCORED),
        ("FRD-002 | Notices come late | | | Closed | Mitigated", "Closed", Movement.CLOSED),
        ("FRD-001 | Calls are dropped | 4 | 3 | Propose to close | Mitigated", "Propose to close", Movement.SAME),
        ("FRD-001 | Calls are dropped | 4 | 3 | Became an issue |", "Became an issue", Movement.CLOSED),
    ],
)
def test_a_manager_may_close_a_units_risk_below_the_line_with_a_reason(row: str, status: str, movement: Movement):
    """From the line up, and without a reason, Closed is read as Propose to close; an issue is no risk any more."""
    register, found = merged(quarter(), sent(row))
    entry = one(register, row[:7])
    assert (entry.now.status, entry.movement) == (status, movement)
    waits = [] if status != "Propose to close" or "Propose" in row else [(returns.CLOSING_WAITS.code, "Risks!E2")]
    assert told(found) == waits


def test_a_directorate_risk_is_only_ever_proposed_to_be_closed():
    """However low it is rated."""
    row = "DIR-01 | Placements | 1 | 1 | Closed | Mitigated"
    assert one(merged(quarter(), sent(row, unit="DIR"))[0], "DIR-01").now.status == "Propose to close"


def test_a_new_risk_is_not_closed_by_the_row_that_brings_it():
    """It is on the register until that is decided."""
    register, found = merged(quarter(), sent("NEW-1 | Posts are empty | 1 | 1 | Closed | Mitigated"))
    assert (one(register, "FRD-003").movement, one(register, "FRD-003").open) == (Movement.NEW, True)
    assert told(found) == [(returns.CLOSING_WAITS.code, "Risks!E2")]


def test_the_agreed_rating_counts_and_both_are_kept():
    """In movement, in the next quarter's comparison, and in the history."""
    row = "FRD-001 | Calls are dropped | 4 | 4"
    agreed = decided(agreed_impact=4, agreed_likelihood=2)
    kept = replace(merged(quarter(), sent(row))[0], decisions=(agreed,))
    register, _ = merged(quarter(), sent(row), kept=kept)
    entry = one(register)
    assert (entry.now.score, entry.rating, entry.movement) == (Score(4, 4), Score(4, 2), Movement.DOWN)
    assert [(past.kind, past.score) for past in entry.history[-2:]] == [
        ("submitted", Score(4, 4)),
        ("agreed", Score(4, 2)),
    ]
    assert register.decisions == (agreed,)
    after, _ = merged(following(register, quarter()), sent("FRD-001 | Calls | 4 | 3", round_="2026-27 Q3"))
    assert (one(after).movement, one(after).was, one(after).rating) == (Movement.UP, Score(4, 2), Score(4, 3))


def test_an_agreed_rating_stands_beside_another_decision_about_the_risk():
    """Of two ratings the later counts."""
    row = "FRD-001 | Calls are dropped | 4 | 4"
    three = (
        decided(agreed_impact=4, agreed_likelihood=2, decided_on=date(2026, 10, 13)),
        decided(agreed_impact=3, agreed_likelihood=3, decided_on=date(2026, 10, 20)),
        decided("Escalate", into="DIR-01", decided_on=date(2026, 10, 27)),
    )
    for decisions in (three, three[::-1]):
        kept = replace(merged(quarter(), sent(row))[0], decisions=decisions)
        assert one(merged(quarter(), sent(row), kept=kept)[0]).rating == Score(3, 3)


def test_a_decision_of_an_earlier_round_changes_no_rating():
    """An agreed rating belongs to its round."""
    row = "FRD-001 | Calls are dropped | 4 | 4"
    old = replace(decided(agreed_impact=1, agreed_likelihood=1), round="2026-27 Q1")
    register, _ = merged(quarter(decisions=(old,)), sent(row))
    assert (one(register).rating, register.decisions) == (Score(4, 4), (old,))


def test_an_action_keeps_the_date_first_agreed_and_counts_how_often_it_was_put_back():
    """Brought forward it is not put back; merging again counts nothing twice."""

    def after(context: Context, due: str) -> Register:
        data = sent(actions=f"FRD-A001 | FRD-001 | Do it | {due} | On track", round_=str(context.round))
        register, _ = merged(context, data)
        assert merged(context, data, kept=register)[0] == register
        return register

    def slips(register: Register) -> tuple[date | None, date | None, int]:
        (action,) = register.actions
        return action.first_due, action.due, action.slips

    first = after(quarter(), "2026-12-31")
    second = after(following(first, quarter()), "2026-10-31")
    assert slips(first) == (date(2026, 11, 30), date(2026, 12, 31), 1)
    assert slips(second) == (date(2026, 11, 30), date(2026, 10, 31), 1)
    assert slips(after(following(first, quarter()), "2027-03-31")) == (date(2026, 11, 30), date(2027, 3, 31), 2)


def test_a_new_action_was_first_due_when_it_is_due():
    """It has not slipped yet."""
    register, _ = merged(quarter(), sent(actions="| FRD-001 | Tell | 2026-12-31 | On track"))
    (action,) = (action for action in register.actions if action.what == "Tell")
    assert (action.ref, action.first_due, action.slips) == ("FRD-A002", date(2026, 12, 31), 0)


def test_open_actions_that_nobody_told_are_carried_and_finished_ones_are_not():
    """An action leaves the register by being finished."""
    first, _ = merged(quarter(), sent(actions="| FRD-001 | Tell | 2026-12-31 | Complete"))
    assert {action.what for action in first.actions} == {"Do it", "Tell"}
    second, _ = merged(following(first, quarter()), sent(round_="2026-27 Q3"))
    assert {action.what for action in second.actions} == {"Do it"}


def test_an_action_that_is_held_leaves_last_quarters_in_place():
    """Nothing is lost for a slip of the finger."""
    register, _ = merged(quarter(), sent(actions="FRD-A001 | FRD-O01 | Do something else | 2026-12-31 | On track"))
    assert [(action.ref, action.what) for action in register.actions] == [("FRD-A001", "Do it")]


def test_changes_are_listed_with_the_cell_that_says_so():
    """What differs from last quarter's register, by column, and where the new value stands."""
    row = "FRD-001 | Calls are lost | 4 | 4"
    data = sent(row, actions="FRD-A001 | FRD-001 | Do it | 2026-12-31 | On track")
    register, _ = merged(quarter(), data)
    changes = {(change.ref, change.key): (change.was, change.now, change.where) for change in register.changes}
    assert changes == {
        ("FRD-001", "Risk title"): ("Calls are dropped", "Calls are lost", "1.xlsx › Risks!B2"),
        ("FRD-001", "Impact now"): ("", "4", "1.xlsx › Risks!C2"),
        ("FRD-001", "Likelihood now"): ("", "4", "1.xlsx › Risks!D2"),
        ("FRD-001", "Status"): ("Open", "", "1.xlsx › Risks!E2"),
        ("FRD-A001", "Due"): ("30 November 2026", "31 December 2026", "1.xlsx › Actions!D2"),
    }
    (risk,) = returned(data).risks
    assert cell(data, risk.source.place("title")) == "Calls are lost"


def test_a_status_that_is_read_as_a_proposal_is_listed_as_what_it_was_read_as():
    """Changes and the register say the same."""
    register, _ = merged(quarter(), sent("FRD-001 | Calls are dropped | 4 | 3 | Closed | Mitigated"))
    assert [change.now for change in register.changes if change.key == "Status"] == ["Propose to close"]


def test_an_emptied_row_changes_nothing():
    """The risk was not returned; what it said last quarter stands."""
    register, _ = merged(quarter(), sent("FRD-001 | | | "))
    assert (register.changes, one(register).now.title) == ((), "Calls are dropped")


def test_risks_that_were_closed_are_in_the_archive_from_the_next_round_on():
    """They stay for ever: closed in the first of three rounds, still there in the third."""
    first, _ = merged(quarter(), sent("FRD-002 | Notices come late | 2 | 2 | Closed | Mitigated | sent as typed"))
    second, _ = merged(following(first, quarter()), sent(round_="2026-27 Q3"))
    march = following(second, following(first, quarter()))
    third, _ = merged(march, sent("DIR-01 | Placements | 4 | 4", unit="DIR", round_="2026-27 March"))
    assert [one(first, "FRD-002").movement, first.archive] == [Movement.CLOSED, ()]
    for register in (second, third):
        assert [entry.ref for entry in register.archive] == ["FRD-002"]
        assert "FRD-002" not in {entry.ref for entry in register.entries}
    assert third.by_ref["FRD-002"].history == one(first, "FRD-002").history


def test_a_word_typed_for_a_silent_unit_leaves_the_rating_that_was_agreed():
    """The row says what was submitted then; nobody has rated the risk since."""
    context = quarter()
    assert context.before
    steps = {"impact": 3, "likelihood": 3, "source": Source("asm.xlsx", "ab" * 32, "Risks", 7)}
    entries = tuple(
        replace(entry, now=replace(entry.now, **steps), rating=Score(4, 3)) if entry.ref == "ASM-001" else entry  # type: ignore[arg-type]
        for entry in context.before.entries
    )
    context = replace(context, before=replace(context.before, entries=entries))
    heading = by_key(RISKS)["commentary"].header
    typed = Change("ASM-001", heading, "", "They were rung up.", "register.xlsx › Register!AA9", BY_HAND)
    register, _ = merged(context, sent(), kept=Register(str(context.round), "", changes=(typed,)))
    entry = one(register, "ASM-001")
    assert (entry.now.commentary, entry.rating, entry.movement) == ("They were rung up.", Score(4, 3), Movement.SAME)


def test_an_action_of_an_exempt_risk_never_goes_to_one_that_is_published():
    """Nor in the rounds after it was merged; it stays with the risk that it was planned for."""
    context = quarter(LAST.replace('"Calls are dropped"', '"Calls are dropped" exempt'))
    row = "FRD-001 | Calls are dropped | 4 | 3"
    exempt = sent(f"{row} | Open | | | Exempt", headings=f"{HEADINGS} | audience")
    merger = decided("Merge", into="FRD-002", decided_on=date(2026, 10, 13))
    kept = replace(merged(context, exempt)[0], decisions=(merger,))
    first, _ = merged(context, exempt, kept=kept)
    second, _ = merged(following(first, context), sent(round_="2026-27 Q3"))
    assert [one(register).movement for register in (first, second)] == [Movement.MERGED] * 2
    assert [[action.risk_ref for action in register.actions] for register in (first, second)] == [["FRD-001"]] * 2


def test_what_a_closed_risk_could_not_be_read_as_stands_on_held_in_its_own_round():
    """The archive says nothing that the register does not hold."""
    row = "FRD-002 | Notices come late | 2 | Lots | Became an issue"
    first, _ = merged(quarter(), sent(row))
    assert one(first, "FRD-002").now.unread == (("likelihood", "Lots"),)
    second, _ = merged(following(first, quarter()), sent(round_="2026-27 Q3"))
    assert (second.archive[0].now.unread, second.held) == ((), ())


def test_an_action_that_is_carried_keeps_nothing_unread():
    """What could not be read stands on Held in its own round."""
    first, _ = merged(quarter(), sent(actions="FRD-A001 | FRD-001 | Do it | soon | On track"))
    assert first.actions[0].unread == (("due", "soon"),)
    second, _ = merged(following(first, quarter()), sent(round_="2026-27 Q3"))
    assert [(action.ref, action.unread) for action in second.actions] == [("FRD-A001", ())]


def test_the_first_register_of_all_is_all_new():
    """No movement is claimed, and nothing was not returned but units."""
    register, _ = merged(quarter(None), sent("FRD-001 | Calls | 4 | 3", "NEW-1 | Posts | Lots | 2"))
    assert {entry.ref: entry.movement for entry in register.entries} == {
        "FRD-001": Movement.NEW,
        "FRD-002": Movement.NEW,
    }
    assert [entry.was for entry in register.entries] == [None, None]
    assert register.changes == ()


def test_two_units_do_not_share_a_ref_in_the_first_round_of_all():
    """Both call a risk R1: neither replaces the other, both are held."""
    register, _ = merged(quarter(None), sent("R1 | Calls | 4 | 3"), sent("R1 | Visits | 4 | 3", unit="ASM"))
    assert (register.entries, [held.unit for held in register.held]) == ((), ["ASM", "FRD"])


def test_found_is_merged_held_and_blank_for_every_file():
    """Counted once each, and the rows held are those on Held."""
    rows = ("FRD-001 | A | 4 | 3", "FRD-001 | B | 4 | 3", "FRD-002 | C | Lots | 2", "NEW-1 | | | ", "| D | 1 | 1")
    register, _ = merged(
        quarter(), sent(*rows, actions="| FRD-777 | Tell | |"), sent("ASM-001 | V | 3 | 3", unit="ASM")
    )
    counts = {(r.unit, r.found, r.merged, r.held, r.blank) for r in register.returns if r.book}
    assert counts == {("FRD", 6, 2, 3, 1), ("ASM", 1, 1, 0, 0)}
    assert sum(not held.key for held in register.held) == 3


def test_what_could_not_be_read_at_all_is_listed_with_why():
    """It has no rows; its unit is not returned."""
    register, _ = merged(quarter(), b"no workbook", sent("FRD-001 | A | 4 | 3", unit="XXX"))
    assert [(r.book, r.state, r.found, bool(r.note)) for r in register.returns if r.book] == [
        ("1.xlsx", "Not read", 0, True),
        ("2.xlsx", "Not read", 0, True),
    ]
    assert "FRD" in {r.unit for r in register.returns if r.state == "Not returned"}


def test_merging_again_keeps_decisions_answers_clearings_and_exports():
    """And works everything else out afresh."""
    data = sent("FRD-001 | Calls are dropped | 4 | 4")
    first, _ = merged(quarter(), data)
    kept = replace(first, decisions=(decided("Hold"),), entries=(), changes=(), returns=(), held=())
    again, _ = merged(quarter(), data, kept=kept)
    assert again == replace(first, decisions=(decided("Hold"),))
