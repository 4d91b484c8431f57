"""Emerging: what is new on the register, and what rises below the top band, by the register alone."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from riskbook import narrative
from riskbook.escalate import worst_first
from riskbook.kinds import said
from riskbook.matrix import Score
from riskbook.model import Entry, Movement
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import Moved, Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rules.escalation import rated
from riskbook.settings import Settings

NAME = "Emerging"


class Why(StrEnum):
    """Why a risk is called emerging; each once, under the first that holds."""

    NEW = "New"
    RISING = "Rising"


@dataclass(frozen=True, slots=True)
class Emerging:
    """An open risk, why it is called emerging, and what shows it, in words with the numbers."""

    why: Why
    entry: Entry
    words: str


def sheet(quarterly: Quarterly) -> Sheet:
    """List the new risks, then those that rise below the top band, worst first; and say what that means."""
    found, columns = emerging(quarterly), _columns(quarterly)
    return Sheet(
        name=NAME,
        title="Emerging risks",
        lead=_lead(quarterly, found),
        blocks=(
            table("emerging", columns, found, empty=_empty(quarterly), ruled_by="Why"),
            Para(definition(quarterly), Tone.QUIET),
        ),
        widths=widths(columns),
    )


def emerging(quarterly: Quarterly) -> tuple[Emerging, ...]:
    """The open risks that are new or rising; none on a first register, where everything is new."""
    if not quarterly.tally.last_round:
        return ()
    found = []
    for entry in sorted(quarterly.register.open, key=worst_first(quarterly.context)):
        if words := _new(entry, quarterly):
            found.append(Emerging(Why.NEW, entry, words))
        elif words := _rising(entry, quarterly):
            found.append(Emerging(Why.RISING, entry, words))
    return tuple(sorted(found, key=lambda one: list(Why).index(one.why)))


def definition(quarterly: Quarterly) -> str:
    """What the sheet calls emerging, so that nobody takes it for a forecast."""
    tally, context = quarterly.tally, quarterly.context
    top = context.settings.lines.top.name
    if not tally.last_round:
        return "On a first register every risk is new, so none is called emerging."
    since = f"since {said(_since(quarterly))}"
    return (
        f"Emerging is said here of two things, both read from the register. New: it came onto the register in this "
        f"round, in whatever band; or in {cells.last_round(tally)}, and its date raised is {since}. Rising: it stands "
        f"below {top} and is rated higher than the round before, or rose a round ago and has not fallen. Nothing "
        "is forecast: what nobody has written down yet is not here."
    )


def _since(quarterly: Quarterly) -> date:
    """The day on which last round's quarter began."""
    timetable = quarterly.context.settings.timetable
    return timetable.before(quarterly.context.round).begins


def _new(entry: Entry, quarterly: Quarterly) -> str:
    """That it came in this round or the last, and at what rating; nothing where it did not."""
    settings = quarterly.context.settings
    if entry.movement is Movement.NEW:
        return f"New in {cells.this_round(quarterly.tally)}, {_at(entry.rating, settings)}."
    came, raised = entry.history[0] if entry.history else None, entry.now.raised
    if came is None or came.round != quarterly.tally.last_round or raised is None or raised < _since(quarterly):
        return ""
    then = cells.past(came)
    now = "" if entry.rating == came.score else f"; now {_at(entry.rating, settings)}"
    return f"New in {cells.last_round(quarterly.tally)}, {f'at {then}' if came.band else then}{now}."


def _at(score: Score | None, settings: Settings) -> str:
    return f"at {settings.matrix.rating(score)}" if score else "without a score"


def _rising(entry: Entry, quarterly: Quarterly) -> str:
    """That it rises below the top band, with its last ratings; nothing where it does not."""
    context = quarterly.context
    settings = context.settings
    if entry.rating is None or settings.matrix.band(entry.rating) == settings.lines.top:
        return ""
    if entry.movement is Movement.UP:
        return f"{narrative.movement_words(entry, settings)}."
    scores = [past.score for past in rated(entry, context)[-3:] if past.score]
    if entry.movement is not Movement.SAME or len(scores) < 3:
        return ""
    ranks = [settings.matrix.rank(score) for score in scores]
    if ranks[0] >= ranks[2]:
        return ""
    return f"Rose a round ago and has not fallen: {', '.join(settings.matrix.rating(score) for score in scores)}."


def _lead(quarterly: Quarterly, found: tuple[Emerging, ...]) -> str:
    new = sum(one.why is Why.NEW for one in found)
    rising = len(found) - new
    top = quarterly.context.settings.lines.top.name
    if not quarterly.tally.last_round:
        return f"{cells.number(quarterly.tally.closing, 'risk')} on the first register."
    return (
        f"{new or 'None'} new in two rounds, {rising or 'none'} rising below {top}; worst first. What that means is "
        "said below."
    )


def _empty(quarterly: Quarterly) -> str:
    if not quarterly.tally.last_round:
        return "This is the first register: every risk on it is new."
    return f"No risk is new, and none below {quarterly.context.settings.lines.top.name} rises."


def _columns(quarterly: Quarterly) -> tuple[Column[Emerging], ...]:
    tally, settings = quarterly.tally, quarterly.context.settings
    now, last = cells.this_round(tally), cells.last_round(tally)
    return (
        Column("Why", 70, lambda one: Moved(one.why.value, tone=Tone.STRONG)),
        Column("Ref", 70, lambda one: cells.ref(one.entry), centred=True),
        Column("Risk", 176, lambda one: cells.marked(one.entry, quarterly)),
        Column("There is a risk that", 220, lambda one: cells.words(one.entry.now.event)),
        Column("Unit", 122, lambda one: Text(cells.unit_name(one.entry.unit, quarterly), Tone.QUIET)),
        Column("Raised", 86, lambda one: cells.day(one.entry.now.raised), centred=True),
        Column(f"{last or 'Last'} rating", 90, lambda one: cells.rating_then(one.entry, settings), centred=True),
        Column(f"{now} rating", 90, lambda one: cells.rating_now(one.entry, settings), centred=True),
        Column("What shows it", 116, lambda one: Text(one.words)),
        Column("In its owner’s words", 190, lambda one: cells.words(one.entry.now.commentary)),
    )
