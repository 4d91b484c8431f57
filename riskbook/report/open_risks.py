"""Register: every open risk in the twelve columns that leaders read."""

from riskbook.escalate import worst_first
from riskbook.model import Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import Cell, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths

NAME = "Register"


def sheet(quarterly: Quarterly) -> Sheet:
    """List every open risk, worst first."""
    columns = _columns(quarterly)
    risks = sorted(quarterly.register.open, key=worst_first(quarterly.context))
    return Sheet(
        name=NAME,
        title="Every open risk",
        lead=_lead(quarterly),
        blocks=(table("register", columns, risks, empty="No risk is open."),),
        widths=widths(columns),
    )


def _lead(quarterly: Quarterly) -> str:
    unscored = quarterly.tally.now.unscored
    last = f"; {unscored} not scored, at the end" if unscored else ""
    return (
        f"{cells.number(quarterly.tally.closing, 'risk')} of all units, by rating, impact and ref{last}. Actions: "
        "how many are open, and when the first is due."
    )


def _columns(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    tally, settings = quarterly.tally, quarterly.context.settings
    now, last = cells.this_round(tally), cells.last_round(tally)
    was: Column[Entry] = Column(f"{last} rating", 94, lambda e: cells.rating_then(e, settings), centred=True)
    return (
        Column("Ref", 66, cells.ref, centred=True),
        Column("Risk", 224 if last else 318, cells.title),
        Column("Unit", 136, lambda e: Text(cells.unit_name(e.unit, quarterly), Tone.QUIET)),
        Column("Category", 104, lambda e: cells.words(e.now.category, Tone.QUIET)),
        Column("Owner", 128, lambda e: cells.words(e.now.owner)),
        *([was] if last else []),
        Column(f"{now} impact", 74, lambda e: cells.impact(e.rating, settings), centred=True),
        Column(f"{now} likelihood", 74, lambda e: cells.likelihood(e.rating, settings), centred=True),
        Column(f"{now} rating", 94, lambda e: cells.rating_now(e, settings), centred=True),
        Column("Movement", 84, cells.moved_in_a_word),
        Column("Target", 92, lambda e: _target(e, quarterly)),
        Column("Actions", 86, lambda e: _actions(e, quarterly)),
    )


def _target(entry: Entry, quarterly: Quarterly) -> Cell:
    """The rating that it should be brought to, and by when."""
    target, by = entry.now.target, entry.now.target_date
    told = [quarterly.context.settings.matrix.rating(target)] if target else []
    told += [f"by {cells.short(by)}"] if by else []
    return cells.words("\n".join(told))


def _actions(entry: Entry, quarterly: Quarterly) -> Cell:
    """How many actions are open, and the first that is due."""
    found = [action for action in quarterly.register.actions_of.get(entry.ref, ()) if action.open]
    if not found:
        return Text("None open", Tone.QUIET)
    due = min((action.due for action in found if action.due), default=None)
    overdue = any(action.days_overdue(quarterly.context.on) for action in found)
    when = f"\n{cells.short(due)}" if due else "\nno date"
    return Text(f"{len(found)} open{', overdue' if overdue else ''}{when}")
