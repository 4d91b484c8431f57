"""Top risks: the worst of every unit's risks together."""

from riskbook import quarterly as quarter
from riskbook.model import Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import Count, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths

NAME = "Top risks"


def sheet(quarterly: Quarterly) -> Sheet:
    """List the ten worst open risks of all units, by rank, impact and ref."""
    entries = quarter.top_risks(quarterly.register, quarterly.context)
    columns = _columns(quarterly, entries)
    return Sheet(
        name=NAME,
        title="Top risks of all units",
        lead=_lead(quarterly, len(entries)),
        blocks=(table("top_risks", columns, entries, empty="No risk is scored."),),
        widths=widths(columns),
    )


def _lead(quarterly: Quarterly, count: int) -> str:
    scored, last = quarterly.tally.now.all - quarterly.tally.now.unscored, cells.last_round(quarterly.tally)
    if not count:
        return "The worst risks of all units, the directorate’s own among them."
    marked = f" Words new since {last} are bold and coloured." if last else ""
    return (
        f"The worst {count} of {cells.number(scored, 'scored risk')}, the directorate’s own among them: by rating, "
        f"impact and ref.{marked}"
    )


def _columns(quarterly: Quarterly, entries: tuple[Entry, ...]) -> tuple[Column[Entry], ...]:
    tally, settings = quarterly.tally, quarterly.context.settings
    now, last = cells.this_round(tally), cells.last_round(tally)
    place = {entry.ref: number for number, entry in enumerate(entries, 1)}
    was: Column[Entry] = Column(f"{last} rating", 90, lambda e: cells.rating_then(e, settings), centred=True)
    return (
        Column("No.", 36, lambda e: Count(place[e.ref]), centred=True),
        Column("Ref", 70, cells.ref, centred=True),
        Column("Risk", 156, lambda e: cells.marked(e, quarterly)),
        Column("Unit", 112, lambda e: Text(cells.unit_name(e.unit, quarterly), Tone.QUIET)),
        Column("Owner", 108, lambda e: cells.words(e.now.owner)),
        *([was] if last else []),
        Column(f"{now} rating", 90, lambda e: cells.rating_now(e, settings), centred=True),
        Column("Movement", 88, lambda e: cells.moved(e, settings)),
        Column("Target rating", 90, lambda e: cells.target(e, settings), centred=True),
        Column("Controls in place", 206 if last else 260, lambda e: cells.retold(e, "controls", quarterly)),
        Column("What is next", 156 if last else 192, lambda e: cells.next_steps(e, quarterly)),
        Column("Trend", 52, lambda e: cells.trend(e, settings), centred=True),
    )
