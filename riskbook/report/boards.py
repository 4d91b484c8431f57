"""Projects: the projects and partnerships that report to a board, how far each is, and how its risks stand."""

from dataclasses import dataclass
from datetime import date

from riskbook.directory import Unit
from riskbook.merge import told_of
from riskbook.model import About, Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import NIL, Cell, Count, Missing, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths

NAME = "Projects"


@dataclass(frozen=True, slots=True)
class Venture:
    """A project or partnership, what it says of itself, its open risks, its overdue actions."""

    unit: Unit
    about: About
    risks: tuple[Entry, ...]
    overdue: int


def sheet(quarterly: Quarterly, codes: frozenset[str]) -> Sheet:
    """List the projects and partnerships of those codes."""
    found, columns = ventures(quarterly, codes), _columns(quarterly)
    return Sheet(
        name=NAME,
        title="Projects and partnerships",
        lead="Stage, end, board and lead officer as each says on its return, or as the directory has them.",
        blocks=(table("projects", columns, found, empty="No project or partnership reports here."),),
        widths=widths(columns),
    )


def ventures(quarterly: Quarterly, codes: frozenset[str]) -> tuple[Venture, ...]:
    """The projects and partnerships, in the directory's order."""
    register, context = quarterly.register, quarterly.context

    def venture(unit: Unit) -> Venture:
        risks = tuple(entry for entry in register.open if context.heir(entry.unit) == unit.code)
        actions = (action for entry in risks for action in register.actions_of.get(entry.ref, ()))
        return Venture(
            unit, about(unit, quarterly), risks, sum(action.days_overdue(context.on) > 0 for action in actions)
        )

    return tuple(venture(unit) for unit in context.directory.units if unit.code in codes)


def about(unit: Unit, quarterly: Quarterly) -> About:
    """What a unit says of itself; what the directory knows, where it says nothing."""
    known = {"board": unit.board, "ends": unit.until}
    return About(**{**known, **told_of(unit.code, quarterly.register)})


def _columns(quarterly: Quarterly) -> tuple[Column[Venture], ...]:
    bands = [band for band, _ in quarterly.tally.now.bands]
    return (
        Column("Code", 60, lambda one: Text(one.unit.code)),
        Column("Name", 220, lambda one: Text(one.unit.name, Tone.STRONG)),
        Column("Kind", 90, lambda one: Text(one.unit.level)),
        Column("Stage", 90, lambda one: cells.words(one.about.stage)),
        Column("Ends", 90, lambda one: _ends(one.about.ends, quarterly.context.on), centred=True),
        Column("Board", 220, lambda one: cells.words(one.unit.board or one.about.board)),
        Column("Lead officer", 170, lambda one: cells.words(one.about.lead_officer or one.unit.manager)),
        *(_band(band, quarterly, 150 // len(bands)) for band in bands),
        Column("Risks", 50, lambda one: Count(len(one.risks), Tone.STRONG), centred=True),
        Column("Actions overdue", 68, lambda one: Count(one.overdue), centred=True),
    )


def _band(name: str, quarterly: Quarterly, width: int) -> Column[Venture]:
    matrix = quarterly.context.settings.matrix
    return Column(
        name,
        width,
        lambda one: Count(sum(e.rating is not None and matrix.band(e.rating).name == name for e in one.risks)),
        centred=True,
    )


def _ends(day: date | None, on: date) -> Cell:
    """When it ends; that it should have, where its day has passed."""
    if day is None:
        return NIL
    return Missing(f"{cells.short(day)}, passed") if day < on else cells.day(day)
