"""Quarterly: all that the reports of a round need, and the open edition of it."""

from dataclasses import replace
from datetime import date

from riskbook import quarterly
from riskbook.findings import Finding, Severity
from riskbook.model import Action, Decision, Entry
from riskbook.places import Place
from riskbook.quarterly import Quarterly, compose, published
from tests.registers import Drawn, drawn

QUARTER = """
    DIR-01 5x4 was 4x4 "Posts stand empty" exempt
      + DIR-A001 due 2026-09-01
    FRD-001 4x4 was 4x3 "Posts stand empty" parent=DIR-01
      + FRD-A001 due 2026-08-01
      + FRD-A002 due 2026-07-01
    CIC-001 4x4 was 5x5 "Posts stand empty"
      + CIC-A001 due 2026-01-01
    SEN-001 3x3 was 3x3 exempt
    SEN-002 3x3
    ASM-001 2x2 was 2x2 closed exempt
    PAR-001 2x2 was 3x3 merged
"""


def composed(drawing: Drawn, *findings: Finding) -> Quarterly:
    return compose(drawing.register, findings, drawing.context)


def refs(things: tuple[Entry | Action, ...]) -> list[str]:
    return [thing.ref for thing in things]


def test_a_quarterly_holds_what_the_steps_found():
    """One value for every sheet."""
    whole = composed(drawn(QUARTER))
    assert refs(tuple(c.centre for c in whole.clusters)) == ["CIC-001"]
    assert [c.ref for c in whole.escalation.candidates] == ["DIR-01", "CIC-001", "FRD-001"]
    assert whole.tally.closing == 5
    assert whole.withheld == 0


def test_top_risks_are_ordered_by_rank_impact_and_ref():
    """Not more than asked for, and none without a score."""
    drawing = drawn("SEN-001 4x5\nFRD-002 4x4\nFRD-001 4x4\nCIC-001 5x4\nASM-001 ?")
    assert refs(quarterly.top_risks(drawing.register, drawing.context)) == ["CIC-001", "SEN-001", "FRD-001", "FRD-002"]
    assert refs(quarterly.top_risks(drawing.register, drawing.context, most=1)) == ["CIC-001"]


def test_movers_are_up_down_new_closed_and_merged_in_that_order():
    """The worst of each first."""
    drawing = drawn(QUARTER)
    assert refs(quarterly.movers(drawing.register, drawing.context)) == [
        "DIR-01",
        "FRD-001",
        "CIC-001",
        "SEN-002",
        "ASM-001",
        "PAR-001",
    ]


def test_rounds_at_the_top_are_counted_to_now():
    """A risk that has left the top band has none."""
    drawing = drawn("FRD-001 4x4 was 4x4, 4x3\nFRD-002 4x3 was 4x4\nFRD-003 ? was 4x4")
    counts = [quarterly.rounds_at_top(drawing[ref], drawing.context) for ref in ("FRD-001", "FRD-002", "FRD-003")]
    assert counts == [2, 0, 0]


def test_the_open_edition_reconciles_with_itself():
    """Its figures, last round's too, are of open risks only, and it says how many are left out."""
    whole = composed(drawn(QUARTER))
    edition = published(whole)
    assert edition.withheld == whole.tally.exempt == 2
    assert edition.tally.closing == whole.tally.closing - 2
    assert edition.tally.opening == whole.tally.opening - 3
    assert edition.tally.exempt == 0
    assert edition.tally.actions.overdue == 3


def test_nothing_that_is_exempt_is_told_in_the_open_edition():
    """No risk, action, candidate, cluster or finding of it."""
    found = Finding("R101", Severity.QUERY, Place("a.xlsx"), "Is it?", ref="SEN-001")
    edition = published(composed(drawn(QUARTER), found))
    assert refs(edition.register.entries) == ["FRD-001", "CIC-001", "SEN-002", "PAR-001"]
    assert "DIR-A001" not in refs(edition.register.actions)
    assert [c.ref for c in edition.escalation.candidates] == ["CIC-001", "FRD-001"]
    assert [refs(cluster.members) for cluster in edition.clusters] == [["CIC-001", "FRD-001"]]
    assert edition.findings == ()


def test_an_exempt_directorate_risk_still_carries_what_it_carries():
    """The open edition does not propose again what is upstairs already."""
    edition = published(composed(drawn(QUARTER)))
    (candidate,) = [c for c in edition.escalation.candidates if c.ref == "FRD-001"]
    assert (candidate.carried_by, candidate.codes) == ("DIR-01", ("E105", "E108"))


def test_without_exempt_risks_the_open_edition_is_the_whole():
    """There is only one edition."""
    whole = composed(drawn("FRD-001 4x4"))
    assert published(whole) is whole


def test_decisions_of_every_further_meeting_make_the_next_edition():
    """A meeting is a body on a day; what an earlier round decided makes none."""
    one = Decision("FRD-001", decision="Hold", body="DLT", decided_on=date(2026, 10, 13), round="2026-27 Q2")
    other = replace(one, risk_ref="CIC-001")
    later = replace(one, body="SLT", decided_on=date(2026, 10, 20))
    old = replace(one, round="2026-27 Q1")
    for decisions, number, after in (
        ((), 1, ""),
        ((old,), 1, ""),
        ((one, other), 2, "DLT of 13 October 2026"),
        ((later, one, old), 3, "SLT of 20 October 2026"),
    ):
        edition = composed(drawn(QUARTER, decisions)).edition
        assert (edition.number, edition.after) == (number, after)


def test_decisions_that_came_in_one_file_make_one_edition():
    """Whatever bodies took them; a later file that corrects some of them takes no edition back."""
    dlt = Decision("FRD-001", body="DLT", decided_on=date(2026, 10, 13), round="2026-27 Q2", sha256="a")
    slt = replace(dlt, risk_ref="CIC-001", body="SLT", decided_on=date(2026, 10, 20))
    more = replace(slt, risk_ref="DIR-01", sha256="b")
    for decisions, number, after in (
        ((dlt, slt), 2, "DLT of 13 October 2026 and SLT of 20 October 2026"),
        ((dlt, replace(slt, sha256="b")), 3, "SLT of 20 October 2026"),
        ((dlt, slt, more), 3, "SLT of 20 October 2026"),
        ((dlt, replace(dlt, risk_ref="DIR-01", sha256="c"), replace(slt, sha256="c")), 3, "SLT of 20 October 2026"),
    ):
        edition = composed(drawn(QUARTER, decisions)).edition
        assert (edition.number, edition.after) == (number, after)


def test_the_open_edition_is_of_the_same_number():
    """Decisions about exempt risks are left out of it; that there were some is not."""
    decision = Decision("DIR-01", decision="Hold", body="DLT", decided_on=date(2026, 10, 13), round="2026-27 Q2")
    whole = composed(drawn(QUARTER, (decision,)))
    shown = published(whole)
    assert (shown.edition, shown.register.decisions) == (whole.edition, ())
