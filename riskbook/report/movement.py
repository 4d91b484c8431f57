"""Movement: every risk that went up or down, came or went, and why; what stays at the top; what did not occur."""

from collections.abc import Iterator

from riskbook import narrative
from riskbook.escalate import worst_first
from riskbook.kinds import listed, said
from riskbook.model import Entry, Movement
from riskbook.quarterly import MOVERS, Quarterly, movers, rounds_at_top
from riskbook.report import cells
from riskbook.report.blocks import Moved, Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.settings import Context

NAME = "Movement"


def sheet(quarterly: Quarterly) -> Sheet:
    """List every risk that moved, in words, then those that stay at the top; what did not occur, and who was silent."""
    columns = _columns(quarterly)
    last = cells.last_round(quarterly.tally)
    entries = (*movers(quarterly.register, quarterly.context), *lasting(quarterly)) if last else ()
    empty = "Nothing has moved." if last else "This is the first register: every risk on it is new, and none moved."
    return Sheet(
        name=NAME,
        title=f"What has moved since {last}" if last else "What has moved",
        lead=_lead(quarterly),
        blocks=(
            table("movement", columns, entries, empty=empty, ruled_by="Movement"),
            *(Para(words, Tone.QUIET) for words in _notes(quarterly)),
        ),
        widths=widths(columns),
    )


def lasting(quarterly: Quarterly) -> tuple[Entry, ...]:
    """The open risks that did not move and have been in the top band for several rounds, worst first."""
    line = quarterly.context.settings.escalation.unit.top_rounds
    found = (
        entry
        for entry in quarterly.register.open
        if entry.movement not in MOVERS and rounds_at_top(entry, quarterly.context) >= line
    )
    return tuple(sorted(found, key=worst_first(quarterly.context)))


def silent_units(quarterly: Quarterly) -> tuple[str, ...]:
    """The names of the units that were asked and sent nothing that could be read."""
    return tuple(cells.unit_name(code, quarterly) for code in quarterly.tally.returns.missing)


def _lead(quarterly: Quarterly) -> str:
    """The sum: what there was, what came, what went, what there is."""
    tally, settings = quarterly.tally, quarterly.context.settings
    if not tally.last_round:
        return f"{cells.number(tally.closing, 'risk')} on the first register."
    moved = tally.moved
    brief = f", {tally.brief} of them closed or merged again" if tally.brief else ""
    came = [f"{moved(Movement.NEW) + tally.brief} new{brief}"]
    came += [f"{moved(Movement.REOPENED)} reopened"] if moved(Movement.REOPENED) else []
    went = f"{moved(Movement.CLOSED) or 'none'} closed, {moved(Movement.MERGED) or 'none'} merged: {tally.closing} now"
    return (
        f"{cells.number(tally.opening, 'risk')} at the start, {', '.join(came)}, {went}. "
        f"{moved(Movement.SAME)} stayed the same; those {settings.lines.top.name} for "
        f"{settings.escalation.unit.top_rounds} rounds or more are listed last."
    )


def _columns(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    tally, context = quarterly.tally, quarterly.context
    settings, now, last = context.settings, cells.this_round(tally), cells.last_round(tally)
    was: Column[Entry] = Column(f"{last} rating", 102, lambda e: cells.rating_then(e, settings), centred=True)
    return (
        Column("Movement", 104, lambda e: Moved(str(e.movement), tone=Tone.STRONG)),
        Column("Ref", 70, lambda e: cells.ref(e, linked=e.open), centred=True),
        Column("Risk", 214, cells.title),
        Column("Service", 150, lambda e: cells.service(e, quarterly)),
        *([was] if last else []),
        Column(f"{now} rating", 102, lambda e: cells.rating_now(e, settings), centred=True),
        Column("What changed", 420, lambda e: Text(_changed(e, context))),
        Column(f"Rounds at {settings.lines.top.name}", 84, lambda e: cells.at_top(e, quarterly), centred=True),
    )


def _changed(entry: Entry, context: Context) -> str:
    """What changed: the steps that moved, or what became of it, and why in the owner's words."""
    if entry.movement not in _TOLD_BY_RATINGS:
        return " ".join(part for part in (narrative.mover(entry, context), _closed(entry)) if part)
    steps, said = narrative.steps(entry), entry.now.commentary.strip()
    steps += narrative.compared(entry) if steps else ""
    return f"{steps}. {said or 'No reason is given.'}" if steps else said or "Nothing was said."


def _closed(entry: Entry) -> str:
    """Who closed it and when; nothing while it is open."""
    if entry.open or not entry.closed_by:
        return ""
    return f"Closed by {entry.closed_by}{f' on {said(entry.closed_on)}' if entry.closed_on else ''}."


_TOLD_BY_RATINGS = (Movement.UP, Movement.DOWN, Movement.NEW, Movement.SAME)
"""Where the ratings beside the words say it all already."""


def _notes(quarterly: Quarterly) -> Iterator[str]:
    """What did not occur, what has no movement of its own, who sent nothing, and what was decided."""
    tally = quarterly.tally
    if tally.last_round:
        yield _nils(quarterly)
    for movement, why in _UNMOVED.items():
        refs = [entry.ref for entry in quarterly.register.entries if entry.movement is movement]
        if refs:
            waits = tally.waiting and movement in (Movement.NOT_RETURNED, Movement.CARRIED)
            yield f"{movement.value} ({len(refs)}): {cells.some(refs, _NAMED)}. {_WAITING if waits else why}"
    if tally.moved(Movement.NOT_RETURNED) or tally.moved(Movement.CARRIED):
        top = quarterly.context.settings.lines.top.name
        yield f"Rounds at {top} leave out those in which nobody rated the risk: it was not returned, or not asked for."
    if silent := silent_units(quarterly):
        yield f"No return came from {listed(silent, 'and')}."
    if decided := _decided(quarterly):
        yield f"Decided for this round: {'; '.join(decided)}."


_NAMED = 200
"""So many refs are named: the register has all of them."""
_WAITING = "Nobody said anything about them; what was rated on the old scale alone is to be scored on the new one."
_UNMOVED = {
    Movement.NOT_RETURNED: "Nobody said anything about them; they stand as before.",
    Movement.CARRIED: "Their units were not asked in this round; they stand as before.",
    Movement.UNSCORED: "Without a score they cannot be compared; Heat map says why.",
    Movement.RESCALED: "They are scored on a new scale and cannot be compared.",
}


def _nils(quarterly: Quarterly) -> str:
    """The kinds of movement and decision of which there was none, and how many were taken up or handed back."""
    tally = quarterly.tally
    counts = {movement.value.lower(): tally.moved(movement) for movement in MOVERS}
    counts |= {"escalated": tally.escalated, "de-escalated": tally.de_escalated}
    nils = [word for word, count in counts.items() if not count]
    there = [f"{counts[word]} {word}" for word in ("escalated", "de-escalated") if counts[word]]
    parts = [f"None was {listed(nils, 'or')}"] if nils else []
    parts += [f"{listed(there, 'and')} since the last report"] if there else []
    return f"{'; '.join(parts)}."


def _decided(quarterly: Quarterly) -> list[str]:
    """What was decided for this round, risk by risk."""
    return [
        f"{decision.risk_ref} {decision.decision}"
        + (f" into {decision.into}" if decision.into else "")
        + f" ({decision.body}{f', {said(decision.decided_on)}' if decision.decided_on else ''})"
        for decision in quarterly.register.decisions
        if decision.round == quarterly.register.round
    ]
