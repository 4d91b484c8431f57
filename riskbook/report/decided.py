"""Decisions taken since last time, by whom and why; and the ratings agreed that differ from those submitted."""

from dataclasses import dataclass
from datetime import date

from riskbook.kinds import said
from riskbook.model import Decision, Entry, Past
from riskbook.quarterly import Quarterly
from riskbook.report import cells, decisions
from riskbook.report.blocks import NIL, Cell, Heading, Sheet, Text, Then
from riskbook.report.columns import Column, table, widths
from riskbook.rules.escalation import decided, on_scale
from riskbook.settings import Settings

NAME = decisions.TAKEN


@dataclass(frozen=True, slots=True)
class Overruled:
    """A risk whose agreed rating is not the one that was submitted, and the decision that agreed it."""

    entry: Entry
    submitted: Past
    decision: Decision | None


def sheet(quarterly: Quarterly) -> Sheet:
    """List what was decided since last time, the newest first; then both ratings where they differ."""
    taken, columns = found(quarterly), decisions.taken_columns(quarterly)
    return Sheet(
        name=NAME,
        title="Decisions taken since last time",
        lead=f"{cells.number(len(taken), 'decision')} since {said(since(quarterly))}, as recorded.",
        blocks=(
            table("decisions_taken", columns, taken, empty="Nothing has been decided since last time."),
            Heading("Agreed ratings that are not those submitted"),
            table(
                "agreed_ratings",
                _agreed_columns(quarterly.context.settings),
                overruled(quarterly),
                empty="Every rating of this round stands as it was submitted.",
                about="The rating that was submitted beside the one that was agreed and counts.",
            ),
        ),
        widths=widths(columns),
    )


def since(quarterly: Quarterly) -> date:
    """The day after which a decision is since last time: that to which the round before was counted."""
    context = quarterly.context
    return context.settings.timetable.before(context.round).as_at


def found(quarterly: Quarterly) -> tuple[Decision, ...]:
    """What was decided since last time; what has no day goes by its round."""
    register = quarterly.register
    taken = [
        one
        for one in register.decisions
        if (one.decided_on > since(quarterly) if one.decided_on else one.round == register.round)
    ]
    taken.sort(key=lambda one: (one.body, one.risk_ref))
    return tuple(sorted(taken, key=lambda one: one.decided_on or date.max, reverse=True))


def overruled(quarterly: Quarterly) -> tuple[Overruled, ...]:
    """The risks whose agreed rating of this round is not the submitted one."""
    register = quarterly.register

    def agreeing(ref: str) -> Decision | None:
        about = [one for one in decided(register, ref) if one.round == register.round and one.agreed_impact]
        return about[-1] if about else None

    return tuple(Overruled(one, one.overruled, agreeing(one.ref)) for one in register.entries if one.overruled)


def _agreed_columns(settings: Settings) -> tuple[Column[Overruled], ...]:
    """The same grid as the table above: eight columns of its widths."""
    return (
        Column("Ref", 0, lambda one: cells.ref(one.entry), centred=True),
        Column("Risk", 0, lambda one: cells.title(one.entry)),
        Column("Submitted", 0, lambda one: _submitted(one.submitted, settings), centred=True),
        Column("Agreed", 0, lambda one: cells.rating_now(one.entry, settings), centred=True),
        Column("Why it was agreed", 0, lambda one: _of(one, "rationale")),
        Column("Agreed on", 0, lambda one: cells.day(one.decision.decided_on if one.decision else None), centred=True),
        Column("Agreed by", 0, lambda one: _of(one, "body")),
    )


def _submitted(past: Past, settings: Settings) -> Cell:
    if past.score and past.number is not None and on_scale(past, settings.matrix):
        return Then(settings.matrix.band(past.score), past.number)
    return Text(cells.past(past))


def _of(one: Overruled, key: str) -> Cell:
    return cells.words(getattr(one.decision, key)) if one.decision else NIL
