"""A unit's risk analysis on one page, for its service, team, locality or project plan."""

from collections.abc import Iterator

from riskbook.escalate import worst_first
from riskbook.model import Action, Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells, feeds
from riskbook.report.blocks import Block, Cell, Figure, Figures, Heading, Paper, Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths

NAME = "Risk analysis"
MOST = 5
"""So many risks stand on the page."""
_FED = 4


def sheet(quarterly: Quarterly, more: str) -> Sheet:
    """The worst risks, the directorate risks that all of them feed, and where the rest are (``more``)."""
    risks = sorted(quarterly.register.open, key=worst_first(quarterly.context))
    columns = _columns(quarterly)
    return Sheet(
        name=NAME,
        title=NAME,
        lead="",
        blocks=(
            table("risk_analysis", columns, risks[:MOST], empty="There is no open risk on the register."),
            Para(_rest(len(risks), more), Tone.QUIET),
            *_above(quarterly),
        ),
        widths=widths(columns),
        use=Paper(one_page=True),
    )


def brief(words: str, most: int) -> str:
    """The beginning of a text, in whole words, no longer than so many letters."""
    line = " ".join(words.split())
    if len(line) <= most:
        return line
    kept, _, _ = line[:most].rpartition(" ")
    return f"{(kept or line[: most - 1]).rstrip(' ,;:.')} …"


def _columns(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    settings = quarterly.context.settings
    return (
        Column("Ref", 66, lambda e: cells.ref(e, linked=False), centred=True),
        Column("Risk", 136, lambda e: Text(brief(cells.title(e).words, 70), Tone.STRONG)),
        Column("Cause, event and effect", 336, lambda e: cells.words(_story(e))),
        Column("Owner", 100, lambda e: cells.words(brief(e.now.owner, 40))),
        Column("Rating now", 74, lambda e: cells.rating_now(e, settings), centred=True),
        Column("Target rating", 74, lambda e: cells.target(e, settings), centred=True),
        Column("Controls in place", 222, lambda e: cells.words(brief(e.now.controls, 150))),
        Column("Next action, who and by when", 212, lambda e: _next(e, quarterly)),
    )


def _story(entry: Entry) -> str:
    """Cause, event and effect in a few words each."""
    risk = entry.now
    return "\n".join(brief(words, 84) for words in (risk.cause, risk.event, risk.effect) if words.strip())


def _next(entry: Entry, quarterly: Quarterly) -> Cell:
    """The open action that is due first."""
    found = [action for action in quarterly.register.actions_of.get(entry.ref, ()) if action.open]
    if not found:
        return Text("No open action.", Tone.QUIET)
    first = min(found, key=lambda action: (action.due is None, action.due, action.ref))
    who = f"\n{brief(first.lead, 34) or 'No lead'}, {_when(first, quarterly)}"
    return Text(brief(first.what, 100) + who)


def _when(action: Action, quarterly: Quarterly) -> str:
    if action.due is None:
        return "no date"
    late = "overdue since" if action.days_overdue(quarterly.context.on) else "by"
    return f"{late} {cells.short(action.due)}"


def _rest(count: int, more: str) -> str:
    """How many risks are not on the page, and where they are."""
    if count <= MOST:
        return f"{'This is' if count == 1 else 'These are'} all {cells.number(count, 'open risk')}. In full: {more}."
    return f"The worst {MOST} of {count} open risks; {count - MOST} more stand in {more}."


def _above(quarterly: Quarterly) -> Iterator[Block]:
    """The directorate risks that the unit's risks feed, by ref and title, with who feeds them."""
    found = feeds.above(quarterly)
    yield Heading("Directorate risks that these risks feed")
    if not found:
        yield Para("None of them is linked to a directorate risk.", Tone.QUIET)
        return
    figures = [
        Figure(one.above.ref, f"{brief(feeds.title(one.above).words, 110)}, fed by {cells.shortly(one.refs, 40)}")
        for one in found[:_FED]
    ]
    yield Figures(tuple(figures))
    if more := [one.above.ref for one in found[_FED:]]:
        yield Para(f"And {cells.shortly(more, 120)}.", Tone.QUIET)
