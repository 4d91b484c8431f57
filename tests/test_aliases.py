"""Refs of old: what was merged or renumbered is found under the ref that stands, by whatever name people give it."""

from dataclasses import replace

import pytest

from riskbook import check, excel, merge, store
from riskbook.model import Alias, Decision, Movement, Register
from riskbook.report.register import document
from riskbook.settings import Context
from tests.makers import LAST, cell, following, merged, quarter, returned, started, taken, told, workbook

HEADINGS = "ref | title | impact | likelihood"
NUMBERED = Alias("OPS/12", "FRD-001", "2026-27 Q1", "The service's own numbers until June 2026")


def known(*aliases: Alias, last: str = LAST) -> Context:
    """A quarter in which some refs are refs of old."""
    context = quarter(last)
    return replace(context, before=context.before and replace(context.before, aliases=aliases))


def sent(*rows: str, actions: str | None = "", context: Context | None = None) -> bytes:
    start = started(round=str(context.round) if context else "2026-27 Q2")
    return workbook("\n".join([HEADINGS, *rows]), actions, start=start)


@pytest.mark.parametrize("typed", ["OPS/12", "ops/12", " OPS/12 "])
def test_a_ref_of_old_is_read_as_the_one_that_stands(typed: str):
    """With a note at its cell; the row is the risk's, as if it had been given by its ref."""
    context = known(NUMBERED)
    intake = taken(sent(f'"{typed}" | Calls are dropped | 4 | 4'), context)
    assert told(intake.findings, "T118", "T103") == [("T118", "Risks!A2")]
    register, _ = merge.merge([intake], context)
    entry = register.by_ref["FRD-001"]
    assert (entry.movement, entry.now.source.row) == (Movement.UP, 2)


def test_an_action_and_a_parent_are_found_by_a_ref_of_old():
    """An action for it goes to the risk that stands; so does a link to a directorate risk."""
    context = known(NUMBERED, Alias("DIR-09", "DIR-01", "", "Renumbered"))
    actions = "risk_ref | what\nOPS/12 | Fill the post"
    data = workbook("ref | title | parent\nFRD-001 | Calls are dropped | DIR-09", actions)
    one = returned(data, context)
    assert [action.risk_ref for action in one.actions] == ["FRD-001"]
    assert [risk.parent for risk in one.risks] == ["DIR-01"]


def test_a_row_under_a_ref_of_old_beside_the_one_that_stands_is_held():
    """The row of the ref that stands counts; nothing that was typed is lost."""
    context = known(NUMBERED)
    intake = taken(sent("OPS/12 | Calls drop | 5 | 5", "FRD-001 | Calls are dropped | 4 | 3"), context)
    assert told(intake.findings, "T118", "T119") == [("T119", "Risks!A2")]
    register, _ = merge.merge([intake], context)
    assert [(held.ref, held.code) for held in register.held] == [("OPS/12", "T119")]
    assert register.by_ref["FRD-001"].movement is Movement.SAME


def test_a_ref_whose_risk_is_open_is_no_ref_of_old():
    """Whatever the list says: a risk that stands is itself."""
    context = known(Alias("FRD-002", "FRD-001", "", "A slip"))
    assert [risk.ref for risk in returned(sent("FRD-002 | Notices come late | 2 | 2"), context).risks] == ["FRD-002"]


def test_a_ref_of_old_that_leads_to_another_units_risk_is_held():
    """One unit cannot change what another answers for."""
    context = known(Alias("OPS/12", "ASM-001", "", "Renumbered"))
    intake = taken(sent("OPS/12 | Visits are late | 5 | 5"), context)
    assert told(intake.findings, "T102", "T118") == [("T118", "Risks!A2"), ("T102", "Risks!A2")]


@pytest.mark.parametrize(
    ("aliases", "ref"),
    [
        ((("A", "B"), ("B", "FRD-001")), "FRD-001"),
        ((("A", "B"), ("B", "A")), "A"),
        ((("A", "A"),), "A"),
        ((), "A"),
    ],
)
def test_a_chain_of_refs_leads_to_its_end(aliases: tuple[tuple[str, str], ...], ref: str):
    """And a circle to where it began."""
    before = quarter(LAST).before
    assert before
    register = replace(before, aliases=tuple(Alias(old, new) for old, new in aliases))
    assert register.standing("A") == ref


def merged_away() -> tuple[Register, Context]:
    """Last round merged FRD-002 into FRD-001, with an open action."""
    context = quarter(LAST + "\n + ASM-A001 due 2026-10-31")
    actions = "ref | risk_ref | what | due\n | FRD-002 | Send notices earlier | 2026-12-31"
    data = sent("FRD-001 | Calls are dropped | 4 | 3", "FRD-002 | Notices come late | 2 | 2", actions=actions)
    first, _ = merged(context, data)
    decision = Decision("FRD-002", decision="Merge", into="FRD-001", body="DLT", round="2026-27 Q2")
    register, _ = merged(context, data, kept=replace(first, decisions=(decision,)))
    return register, following(register, context)


def test_a_merged_risk_is_a_ref_of_old_by_itself():
    """Nobody need write it down, and undoing the decision undoes it."""
    register, context = merged_away()
    (alias,) = register.aliases
    assert (alias.old, alias.ref, alias.round) == ("FRD-002", "FRD-001", "2026-27 Q2")
    undone, _ = merged(quarter(LAST), sent("FRD-001 | Calls are dropped | 4 | 3"), kept=replace(register, decisions=()))
    assert undone.aliases == ()
    again, _ = merged(context, sent("FRD-002 | Notices come late | 4 | 4", context=context))
    assert (again.by_ref["FRD-001"].movement, again.by_ref["FRD-002"].movement) == (Movement.UP, Movement.MERGED)
    assert again.aliases == (alias,)


def test_the_open_actions_of_a_merged_risk_go_with_it():
    """They are the other one's in the round of the decision, and from then on; none is lost."""
    register, context = merged_away()
    before = {action.ref for action in register.actions if action.ref.startswith("FRD-")}
    assert len(before) > 1
    assert {action.risk_ref for action in register.actions if action.ref in before} == {"FRD-001"}
    later, _ = merged(context)
    assert before <= {action.ref for action in later.actions_of["FRD-001"]}


def test_refs_of_old_that_people_wrote_down_are_kept():
    """From round to round."""
    context = known(NUMBERED)
    register, _ = merged(context)
    assert register.aliases == (NUMBERED,)
    later, _ = merged(following(register, context))
    assert later.aliases == (NUMBERED,)


@pytest.mark.parametrize(
    ("alias", "code", "typed"),
    [
        (Alias("OPS/12", "FRD-999"), "G123", "FRD-999"),
        (Alias("OPS/12", ""), "G123", None),
        (Alias("frd-002", "FRD-001"), "G124", "frd-002"),
    ],
)
def test_a_ref_of_old_that_cannot_be_one_is_a_query_and_not_used(alias: Alias, code: str, typed: str | None):
    """At its cell; a row is placed as if nobody had written it down."""
    context = known(alias)
    register, _ = merged(context, sent("FRD-002 | Notices come late | 2 | 2"))
    (found,) = [one for one in check.register(register, context) if one.code in ("G123", "G124")]
    assert found.code == code
    data = excel.report(*document(store.tables(register, context, "0.1.0"), context))
    assert cell(data, found.place) == typed
    assert register.standing(alias.old) == alias.old
    assert register.by_ref["FRD-002"].movement is Movement.SAME


def test_refs_of_old_that_are_right_raise_no_query():
    """A chain to a risk that stands, and what a decision merged."""
    register, context = merged_away()
    register = replace(register, aliases=(*register.aliases, Alias("OLD", "FRD-002"), Alias("OLDER", "OLD")))
    assert [one for one in check.register(register, context) if one.code in ("G123", "G124")] == []
