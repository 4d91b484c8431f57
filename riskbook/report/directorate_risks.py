"""Directorate risks: the register that DLT owns, last quarter and this one side by side; a unit's risks likewise."""

from collections.abc import Sequence

from riskbook.confirm import confirmed
from riskbook.escalate import worst_first
from riskbook.kinds import said
from riskbook.matrix import Score
from riskbook.model import Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import Block, Cell, Chart, ChartKind, Heading, Series, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rounds import financial_year
from riskbook.rules.escalation import DIRECTORATE

NAME = cells.DIRECTORATE_RISKS
DRAWN = ("directorate_risks_drawn", "Before controls", "Now", "Target")
"""The table that the chart is drawn on, and its columns; it stands on Scores by round."""
_CHART = (1230, 190)
PROGRESS = "Progress"


def sheet(quarterly: Quarterly) -> Sheet:
    """List the open risks that DLT owns, worst first, a row each."""
    entries, columns = owned(quarterly), _columns(quarterly)
    return Sheet(
        name=NAME,
        title="Directorate risks",
        lead=_lead(quarterly, len(entries)),
        blocks=(
            *_chart(quarterly, entries),
            table("directorate_risks", columns, entries, empty="DLT owns no open risk."),
        ),
        widths=widths(columns),
    )


def progress(quarterly: Quarterly, entries: Sequence[Entry]) -> Sheet:
    """List units' risks in the same way."""
    columns = _columns(quarterly)
    told = f"{cells.number(len(entries), 'risk')}, worst first. {_dates(quarterly)}"
    listed = table("progress", columns, entries, empty="There is no open risk.")
    return Sheet(PROGRESS, "How the risks stand, and what was done", told, (listed,), widths(columns))


def owned(quarterly: Quarterly) -> tuple[Entry, ...]:
    """The open risks of the directorate's own register, worst first."""
    own = (entry for entry in quarterly.register.open if entry.level == DIRECTORATE)
    return tuple(sorted(own, key=worst_first(quarterly.context)))


def done(entry: Entry, quarterly: Quarterly) -> Cell:
    """What changed in the owner's words, and the actions completed since last round."""
    finished = [
        f"Done {cells.short(action.done)}: {action.what.strip().removesuffix('.')}."
        for action in quarterly.register.actions_of.get(entry.ref, ())
        if action.done and quarterly.context.round.begins <= action.done <= quarterly.context.on
    ]
    told = "\n".join(part for part in (entry.now.commentary.strip(), *finished) if part)
    return Text(told) if told else Text("Nothing was said this quarter.", Tone.QUIET)


def _chart(quarterly: Quarterly, entries: tuple[Entry, ...]) -> tuple[Block, ...]:
    """The score of each risk before controls, now and as it should be; none without risks."""
    if not entries:
        return ()
    name, *series = DRAWN
    number = quarterly.context.settings.matrix.number
    ends = "; ".join(
        f"{entry.ref}: {', '.join(str(number(score)) if score else 'none' for score in _scores(entry))}"
        for entry in (entries[0], *entries[1:][-1:])
    )
    about = f"Columns: the score of each directorate risk before controls, now and as its target. {ends}."
    chart = Chart(ChartKind.COLUMNS, name, "Risk", tuple(map(Series, series)), about, _CHART)
    return (Heading("Score before controls, now, and where treatment should bring it"), chart)


def _scores(entry: Entry) -> tuple[Score | None, ...]:
    return entry.now.inherent, entry.rating, entry.now.target


def _lead(quarterly: Quarterly, count: int) -> str:
    owned = f"The {cells.number(count, 'risk')} that DLT owns, worst first. " if count else ""
    found = confirmed(quarterly.register, quarterly.context)
    by = f"Confirmed for {financial_year(found.year)} {found.words}. " if found else ""
    return owned + by + _dates(quarterly)


def _dates(quarterly: Quarterly) -> str:
    """The day that the round is counted to, and how far back the trend goes."""
    context, tally = quarterly.context, quarterly.tally
    rounds = len(tally.trend)
    dates = f"{cells.this_round(tally)} is as at {said(context.on)}"
    drawn = f"Trend is the score over {cells.number(rounds, 'round')}" if rounds > 1 else "Trend begins with this round"
    return f"{dates}. {drawn}."


def _columns(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    return (*_risk(quarterly), *_then(quarterly), *_now(quarterly), *_progress(quarterly))


def _risk(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    return (
        Column("Ref", 58, lambda entry: cells.ref(entry, linked=False), "Risk", centred=True),
        Column("Risk", 122, lambda entry: cells.marked(entry, quarterly), "Risk"),
        Column("Owner", 102, lambda entry: cells.words(entry.now.owner), "Risk"),
    )


def _then(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    """Last quarter's columns; none on a first register."""
    settings, last = quarterly.context.settings, cells.last_round(quarterly.tally)
    group = f"Last quarter ({last})"
    if not last:
        return ()
    return (
        Column(f"{last} impact", 60, lambda e: cells.impact(e.last, settings, Tone.QUIET), group, centred=True),
        Column(f"{last} likelihood", 66, lambda e: cells.likelihood(e.last, settings, Tone.QUIET), group, centred=True),
        Column(f"{last} rating", 56, lambda e: cells.rating_then(e, settings), group, centred=True),
    )


def _now(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    settings, now = quarterly.context.settings, cells.this_round(quarterly.tally)
    group = f"This quarter ({now})"
    return (
        Column(f"{now} impact", 60, lambda e: cells.impact(e.rating, settings), group, centred=True),
        Column(f"{now} likelihood", 66, lambda e: cells.likelihood(e.rating, settings), group, centred=True),
        Column(f"{now} rating", 56, lambda e: cells.rating_now(e, settings), group, centred=True),
        Column("Movement", 80, lambda e: cells.moved(e, settings), group),
        Column("Target rating", 56, lambda e: cells.target(e, settings), "Target", centred=True),
        Column("Target date", 86, cells.target_date, "Target", centred=True),
    )


def _progress(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    settings = quarterly.context.settings
    first = not cells.last_round(quarterly.tally)
    return (
        Column("What changed and was done", 268 if first else 190, lambda e: done(e, quarterly), "Progress"),
        Column("What is next", 242 if first else 154, lambda e: cells.next_steps(e, quarterly), "Progress"),
        Column("Trend", 44, lambda e: cells.trend(e, settings), "Progress", centred=True),
    )
