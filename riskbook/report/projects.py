"""Projects and partnerships: what each is, how its risks stand, and what its board must know."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from riskbook.directory import Unit
from riskbook.escalate import worst_first
from riskbook.merge import told_of
from riskbook.model import About, Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells, returns, scores
from riskbook.report.blocks import NIL, Cell, Count, Moved, Ref, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rules.escalation import top_run
from riskbook.tally import MISSING, UnitRow

NAME = "Projects and partnerships"
LEVELS = ("Project", "Partnership")


@dataclass(frozen=True, slots=True)
class Venture:
    """A project or partnership: its unit, what it says of itself, its figures, and its worst open risk first."""

    unit: Unit
    about: About
    row: UnitRow
    entries: tuple[Entry, ...]

    def ended(self, on: date) -> bool:
        """Whether its end has passed."""
        return self.about.ends is not None and self.about.ends <= on


def sheet(quarterly: Quarterly) -> Sheet:
    """List the projects, then the partnerships, each with its worst risk."""
    found, columns = ventures(quarterly), _columns(quarterly)
    return Sheet(
        name=NAME,
        title=NAME,
        lead=_lead(quarterly, found),
        blocks=(
            table(
                "projects_and_partnerships",
                columns,
                found,
                empty="The directory has no project and no partnership.",
                ruled_by="Kind",
            ),
        ),
        widths=widths(columns),
    )


def ventures(quarterly: Quarterly) -> tuple[Venture, ...]:
    """The projects and partnerships that there are, that were asked or that have a risk; projects first."""
    found = []
    for row in quarterly.tally.units:
        unit = quarterly.context.directory.unit(row.code)
        if unit and unit.level in LEVELS:
            own = (entry for entry in quarterly.register.open if entry.unit == row.code)
            entries = tuple(sorted(own, key=worst_first(quarterly.context)))
            found.append(Venture(unit, _about(unit, quarterly), row, entries))
    return tuple(sorted(found, key=lambda one: LEVELS.index(one.unit.level)))


def for_its_board(one: Venture, quarterly: Quarterly) -> Iterator[str]:
    """What a board must be told before anything else, a sentence each; nothing where all is as it should be."""
    context, top = quarterly.context, quarterly.context.settings.lines.top.name
    count = len(one.entries)
    if one.ended(context.on) and count and one.about.ends:
        has = "has" if count == 1 else "have"
        yield (
            f"It ended on {cells.short(one.about.ends)} and {cells.number(count, 'risk')} {has} no home: close, hand "
            "over or carry on."
        )
    if one.row.returned == MISSING:
        yield "No return came; nothing new is known of its risks."
    lasting = [entry.ref for entry in one.entries if entry.rating and len(top_run(entry, context)) > 1]
    if lasting:
        yield f"{top} for two rounds or more: {', '.join(lasting)}."
    if one.row.counts.now.unscored:
        yield f"{cells.number(one.row.counts.now.unscored, 'risk')} not scored."
    if not count:
        yield "It has no open risk on the register."


def _about(unit: Unit, quarterly: Quarterly) -> About:
    """What it says of itself on its return; what the directory knows where it says nothing."""
    known = {"board": unit.board, "ends": unit.until}
    return About(**{**known, **told_of(unit.code, quarterly.register)})


def _lead(quarterly: Quarterly, found: tuple[Venture, ...]) -> str:
    projects, partnerships = (sum(one.unit.level == level for one in found) for level in LEVELS)
    risks = sum(one.row.counts.now.all for one in found)
    over = [one for one in found if one.ended(quarterly.context.on) and one.entries]
    ended = f"{len(over)} past the end with open risks" if over else "none is past its end with open risks"
    return (
        f"{cells.number(projects, 'project')} and {cells.number(partnerships, 'partnership')} with "
        f"{cells.number(risks, 'open risk')}; {ended}. Stage, end, board and lead officer are as each return says."
    )


_BAND, _BANDS = 46, 138
"""Pixels of a band's column, and of all of them together at the most."""


def _columns(quarterly: Quarterly) -> tuple[Column[Venture], ...]:
    settings, bands = quarterly.context.settings, quarterly.tally.now.bands
    band = min(_BAND, _BANDS // len(bands))
    return (
        Column("Kind", 76, lambda one: Moved(one.unit.level, tone=Tone.STRONG)),
        Column("Name", 116, lambda one: Text(one.unit.name, Tone.STRONG)),
        Column("Stage", 60, lambda one: cells.words(one.about.stage)),
        Column("Ends", 86, lambda one: _ends(one, quarterly), centred=True),
        Column("Board", 96, lambda one: cells.words(one.about.board)),
        Column("Lead officer", 92, lambda one: cells.words(one.about.lead_officer or one.unit.manager)),
        Column("Returned", 82, lambda one: returns.returned(one.row)),
        *(_band(name, band) for name, _ in bands),
        Column(scores.UNSCORED, 50, lambda one: Count(one.row.counts.now.unscored), centred=True),
        Column("Worst risk", 66, _worst, centred=True),
        Column("What it is", 118, _title),
        Column(
            "Its rating",
            60,
            lambda one: cells.rating_now(one.entries[0], settings) if one.entries else NIL,
            centred=True,
        ),
        Column("Actions overdue", 56, lambda one: Count(one.row.counts.overdue, _loud(one)), centred=True),
        Column("For its board", 146, lambda one: cells.words(" ".join(for_its_board(one, quarterly)))),
    )


def _band(name: str, width: int) -> Column[Venture]:
    return Column(name, width, lambda one: Count(one.row.counts.now.of(name)), centred=True)


def _loud(one: Venture) -> Tone:
    return Tone.STRONG if one.row.counts.overdue else Tone.PLAIN


def _ends(one: Venture, quarterly: Quarterly) -> Cell:
    """When it ends, strongly where that day has passed."""
    if one.about.ends is None:
        return NIL
    return cells.day(one.about.ends, Tone.STRONG if one.ended(quarterly.context.on) else Tone.PLAIN)


def _worst(one: Venture) -> Cell:
    return Ref(one.entries[0].ref) if one.entries else NIL


def _title(one: Venture) -> Cell:
    return cells.title(one.entries[0]) if one.entries else NIL
