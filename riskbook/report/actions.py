"""Actions: what is overdue, what was put back to later, what is due next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from riskbook.escalate import worst_first
from riskbook.kinds import said
from riskbook.model import Action, Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells, open_risks
from riskbook.report.blocks import NIL, Cell, Count, Day, Moved, Para, Ref, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rules.escalation import DIRECTORATE

NAME = "Actions"


class Stands(StrEnum):
    """Why an action is listed; each once, under the first that holds."""

    OVERDUE = "Overdue"
    PUT_BACK = "Put back"
    DUE_NEXT = "Due next"


@dataclass(frozen=True, slots=True)
class Listed:
    """An open action, its risk, and why it is listed."""

    stands: Stands
    action: Action
    entry: Entry


def sheet(quarterly: Quarterly, every: bool = False) -> Sheet:
    """List the actions that are overdue, put back or due next; the worst risk's first.

    Those due next of the risks that leaders watch, or of ``every`` one.
    """
    found, columns = told(quarterly, every), _columns(quarterly)
    return Sheet(
        name=NAME,
        title="Actions overdue, put back and due next",
        lead=_lead(quarterly, found, every),
        blocks=(
            table("actions", columns, found, empty="No action is overdue, put back or due next.", ruled_by="Stands"),
            *(Para(words, Tone.QUIET) for words in _left_out(quarterly, found)),
        ),
        widths=widths(columns),
    )


def told(quarterly: Quarterly, every: bool = False) -> tuple[Listed, ...]:
    """The actions that the sheet lists, in its order."""
    worst = worst_first(quarterly.context)
    found = [
        (list(Stands).index(stands), worst(entry)[:2], action.due, action.ref, Listed(stands, action, entry))
        for entry in quarterly.register.open
        for action in quarterly.register.actions_of.get(entry.ref, ())
        if action.due and (stands := _stands(action, every or _is_watched(entry, quarterly), quarterly))
    ]
    return tuple(last for *_, last in sorted(found, key=lambda line: line[:4]))


def left_out(quarterly: Quarterly, found: tuple[Listed, ...]) -> int:
    """How many actions that are due next are not listed, being of other risks."""
    on, until = quarterly.context.on, _next(quarterly)
    shown = (one.action for one in found if one.action.due)
    return quarterly.tally.actions.due_next - sum(one.due is not None and on <= one.due <= until for one in shown)


def _left_out(quarterly: Quarterly, found: tuple[Listed, ...]) -> Iterator[str]:
    if count := left_out(quarterly, found):
        verb = "is" if count == 1 else "are"
        until, top = said(_next(quarterly)), quarterly.context.settings.lines.top.name
        yield (
            f"{cells.number(count, 'more action')} {verb} due by {until} for units’ risks below {top} and "
            f"{verb} not listed here. {open_risks.NAME} says for every risk how many of its actions are open and when "
            f"the first is due; {quarterly.context.round.register} has all their words."
        )


def _next(quarterly: Quarterly) -> date:
    return quarterly.context.settings.timetable.after(quarterly.context.round).as_at


def _is_watched(entry: Entry, quarterly: Quarterly) -> bool:
    """Whether leaders ask what comes next of it: the directorate's own risks, and those in the top band."""
    settings = quarterly.context.settings
    top = entry.rating is not None and settings.matrix.band(entry.rating) == settings.lines.top
    return top or entry.level == DIRECTORATE


def _stands(action: Action, watched: bool, quarterly: Quarterly) -> Stands | None:
    """Why an action is listed; None when it is finished, or never put back and due later or of no watched risk."""
    context = quarterly.context
    if not action.open or not action.due:
        return None
    if action.days_overdue(context.on):
        return Stands.OVERDUE
    if watched and action.due <= _next(quarterly):
        return Stands.DUE_NEXT
    return Stands.PUT_BACK if action.slips else None


def _lead(quarterly: Quarterly, found: tuple[Listed, ...], every: bool) -> str:
    counts, top = quarterly.tally.actions, quarterly.context.settings.lines.top.name
    shown = counts.due_next - left_out(quarterly, found)
    later = sum(one.stands is Stands.PUT_BACK for one in found)
    some = "" if every else f", {shown} of them listed"
    which = "" if every else f" Due next: of directorate and {top} risks."
    return (
        f"Of {cells.number(counts.open, 'open action')}, {counts.overdue} overdue, {counts.long_overdue} by more than "
        f"{counts.long_days} days; {counts.due_next} due by {cells.short(_next(quarterly))}{some}; "
        f"{later} more put back.{which}"
    )


def _columns(quarterly: Quarterly) -> tuple[Column[Listed], ...]:
    settings, on, now = quarterly.context.settings, quarterly.context.on, cells.this_round(quarterly.tally)
    return (
        Column("Stands", 66, lambda one: Moved(one.stands.value, tone=Tone.STRONG)),
        Column("Action", 74, lambda one: Ref(one.action.ref), centred=True),
        Column("Risk ref", 66, lambda one: cells.ref(one.entry), centred=True),
        Column("Risk", 150, lambda one: cells.title(one.entry)),
        Column(f"{now} rating", 92, lambda one: cells.rating_now(one.entry, settings), centred=True),
        Column("What is to be done", 190, lambda one: cells.words(one.action.what)),
        Column("Lead", 104, lambda one: cells.words(one.action.lead)),
        Column("First due", 86, lambda one: _first_due(one.action), centred=True),
        Column("Due now", 86, lambda one: Day(one.action.due) if one.action.due else NIL, centred=True),
        Column("Times put back", 48, lambda one: Count(one.action.slips), centred=True),
        Column("Days overdue", 58, lambda one: _days(one.action.days_overdue(on), quarterly), centred=True),
        Column("Progress", 236, _progress),
    )


def _first_due(action: Action) -> Cell:
    return Day(action.first_due, Tone.QUIET) if action.first_due else NIL


def _days(days: int, quarterly: Quarterly) -> Cell:
    """Days overdue, strongly when they are past the line."""
    if not days:
        return NIL
    return Count(days, Tone.STRONG if days > quarterly.tally.actions.long_days else Tone.PLAIN)


def _progress(one: Listed) -> Cell:
    """What was said of it; of what is due next and on its way its status says enough, and keeps the list short."""
    told, status = one.action.progress, one.action.status
    if told.strip() and (one.stands is not Stands.DUE_NEXT or status not in _ON_ITS_WAY):
        return Text(told)
    return Text(status or "No note given.", Tone.QUIET)


_ON_ITS_WAY = ("On track", "Not started")
