"""Risks: what a unit's, a board's or an owner's risks are, what stands against them, how they are rated."""

from collections.abc import Iterator, Sequence

from riskbook.escalate import worst_first
from riskbook.kinds import said
from riskbook.model import Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import NIL, Cell, Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rules.escalation import DIRECTORATE

NAME = "Risks"


def sheet(quarterly: Quarterly, entries: Sequence[Entry]) -> Sheet:
    """List the risks, a row each, with cause, event and effect, and the controls; how they move is on Progress."""
    columns = _columns(quarterly, several=len({entry.unit for entry in entries}) > 1)
    return Sheet(
        name=NAME,
        title="The risks, and what stands against them",
        lead=f"{cells.number(len(entries), 'risk')}, worst first, as at {said(quarterly.context.on)}.",
        blocks=(
            table("risks", columns, entries, empty="There is no open risk."),
            *(Para(words, Tone.QUIET) for words in _notes(quarterly, entries)),
        ),
        widths=widths(columns),
    )


def of_units(quarterly: Quarterly) -> tuple[Entry, ...]:
    """The open risks that are not the directorate's own, worst first."""
    own = (entry for entry in quarterly.register.open if entry.level != DIRECTORATE)
    return tuple(sorted(own, key=worst_first(quarterly.context)))


def story(entry: Entry) -> str:
    """Cause, event and effect, as far as they were given, a paragraph each."""
    risk = entry.now
    parts = (("Cause", risk.cause), ("Event", risk.event), ("Effect", risk.effect))
    return "\n".join(f"{name}: {words}" for name, words in parts if words.strip())


def _columns(quarterly: Quarterly, several: bool) -> tuple[Column[Entry], ...]:
    settings, now = quarterly.context.settings, cells.this_round(quarterly.tally)
    unit: Column[Entry] = Column("Unit", 96, lambda e: Text(cells.unit_name(e.unit, quarterly), Tone.QUIET))
    return (
        Column("Ref", 66, cells.ref, centred=True),
        Column("Risk", 140, lambda e: cells.marked(e, quarterly)),
        *([unit] if several else []),
        Column("What may happen", 308 if several else 370, lambda e: cells.words(story(e))),
        Column("Owner", 104, lambda e: cells.words(e.now.owner)),
        Column("Before controls", 74, lambda e: _before(e, quarterly), centred=True),
        Column("Controls in place", 236 if several else 270, lambda e: cells.words(e.now.controls)),
        Column("Do they work?", 78, lambda e: cells.words(e.now.control_effectiveness)),
        Column(f"{now} rating", 74, lambda e: cells.rating_now(e, settings), centred=True),
        Column("Target rating", 74, lambda e: cells.target(e, settings), centred=True),
    )


def _before(entry: Entry, quarterly: Quarterly) -> Cell:
    return cells.then(entry.now.inherent, quarterly.context.settings) or NIL


def _notes(quarterly: Quarterly, entries: Sequence[Entry]) -> Iterator[str]:
    refs = {one.below.ref for one in quarterly.feeds}
    if entries and not any(entry.ref in refs for entry in entries):
        yield "None of these risks is linked to a directorate risk."
