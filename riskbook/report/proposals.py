"""Decisions, as a pack has them: what is proposed for its risks and why, what is carried already, what was decided."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from riskbook.escalate import PROPOSALS, Candidate
from riskbook.kinds import said
from riskbook.quarterly import Quarterly
from riskbook.report import cells, decided, decisions
from riskbook.report.blocks import Moved, Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths

NAME = decisions.NAME


class Stands(StrEnum):
    """Where a proposal stands; each risk has one."""

    WANTED = "Wanted now"
    CARRIED = "Carried upstairs"
    CONSIDERED = "Decided before"


@dataclass(frozen=True, slots=True)
class Proposed:
    """A risk that rules propose something for, and where that stands."""

    stands: Stands
    candidate: Candidate


def sheet(quarterly: Quarterly, title: str = "What is proposed for these risks", note: str = "") -> Sheet:
    """List the proposals, what teams propose before what their service does; nothing here is to be filled in."""
    found, columns = proposed(quarterly), _columns(quarterly)
    wanted = sum(one.stands is Stands.WANTED for one in found)
    return Sheet(
        name=NAME,
        title=title,
        lead=f"{cells.number(wanted, 'decision')} wanted now. Rules propose; people decide, and what they decide is "
        "recorded and comes back.",
        blocks=(
            table("decisions", columns, found, empty="No rule proposes anything for these risks.", ruled_by="Stands"),
            *(Para(words, Tone.QUIET) for words in (*_notes(quarterly), note) if words),
        ),
        widths=widths(columns),
    )


def proposed(quarterly: Quarterly) -> tuple[Proposed, ...]:
    """The proposals in the order of the sheet."""
    found = quarterly.escalation
    heaps = ((Stands.WANTED, found.candidates), (Stands.CARRIED, found.carried), (Stands.CONSIDERED, found.considered))

    def order(one: Candidate) -> tuple[bool, int]:
        return (one.entry.level == "Service", PROPOSALS.index(one.proposal))

    return tuple(Proposed(stands, one) for stands, heap in heaps for one in sorted(heap, key=order))


def _columns(quarterly: Quarterly) -> tuple[Column[Proposed], ...]:
    settings = quarterly.context.settings
    return (
        Column("Stands", 92, lambda one: Moved(one.stands.value, tone=Tone.STRONG)),
        Column("Ref", 70, lambda one: cells.ref(one.candidate.entry), centred=True),
        Column("Risk", 210, lambda one: cells.title(one.candidate.entry)),
        Column("Unit", 140, lambda one: Text(cells.unit_name(one.candidate.entry.unit, quarterly), Tone.QUIET)),
        Column("Rating now", 92, lambda one: cells.rating_now(one.candidate.entry, settings), centred=True),
        Column("Proposal", 124, lambda one: Text(one.candidate.proposal, Tone.STRONG)),
        Column("Reasons", 430, lambda one: Text(decisions.reasons(one.candidate))),
        Column("Carried by", 90, lambda one: cells.words(one.candidate.carried_by), centred=True),
    )


def _notes(quarterly: Quarterly) -> Iterator[str]:
    since = said(decided.since(quarterly))
    if decided.found(quarterly):
        yield f"What has been decided about these risks since {since} stands on {decided.NAME}."
    else:
        yield f"Nothing has been decided about these risks since {since}."
