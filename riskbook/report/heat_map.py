"""Heat map: where the open risks stand on the matrix now and stood before, the same as a table, and the unscored."""

from collections import defaultdict
from collections.abc import Mapping

from riskbook.escalate import worst_first
from riskbook.matrix import Score
from riskbook.model import Entry, Movement, Register
from riskbook.quarterly import Quarterly
from riskbook.report import cells, open_risks
from riskbook.report.blocks import (
    NIL,
    Block,
    Count,
    Heading,
    HeatMap,
    NewPage,
    Now,
    Paper,
    Sheet,
    Square,
    Table,
    Tone,
)
from riskbook.report.blocks import Text as Words
from riskbook.report.columns import Column, table
from riskbook.settings import Settings

NAME = "Heat map"


def sheet(quarterly: Quarterly, listed: str = open_risks.NAME) -> Sheet:
    """List the risks in every cell of the matrix, and those that have no score and so stand in none.

    ``listed`` is where all of them are listed, to be read where a cell has too many.
    """
    settings, tally = quarterly.context.settings, quarterly.tally
    unscored = (Heading("Not scored, so not on the map"), _unscored(quarterly))
    found = squares(quarterly)
    low = max((len(square.refs) for square in found), default=0) <= _FEW_REFS
    first, second = (unscored, ()) if low and tally.now.unscored <= _FEW else ((), unscored)
    before = f", (was) in {cells.last_round(tally)}" if any(square.was is not None for square in found) else ""
    facts: tuple[Block, ...] = (Heading("The same facts as a table"), _facts(quarterly, listed))
    return Sheet(
        name=NAME,
        title="Where the risks stand",
        lead=f"{tally.now.all - tally.now.unscored} of {cells.number(tally.now.all, 'risk')}: the number in bold now"
        f"{before}. Darker is worse; the letter is the band. {appetite(settings)}",
        blocks=(
            HeatMap(settings.matrix, found, above(settings)),
            *first,
            NewPage(),
            *facts,
            *second,
        ),
        widths=_grid(settings),
        use=Paper(scale=_SCALE),
    )


def squares(quarterly: Quarterly) -> tuple[Square, ...]:
    """What stands in every cell of the matrix that has, or had, any risk; the worst cell first."""
    now = _by_score(quarterly.register, quarterly)
    before = quarterly.context.before if quarterly.tally.last else None
    was = _by_score(before, quarterly) if before and before.scale == quarterly.register.scale else None
    rank = quarterly.context.settings.matrix.rank
    scores = sorted({*now, *(was or {})}, key=lambda score: (-rank(score), -score.impact))
    return tuple(
        Square(
            score, len(now.get(score, ())), None if was is None else len(was.get(score, ())), tuple(now.get(score, ()))
        )
        for score in scores
    )


def above(settings: Settings) -> frozenset[Score]:
    """The scores above the appetite that holds where a category has none of its own."""
    matrix = settings.matrix
    return frozenset(score for score in matrix.scores() if matrix.number(score) > settings.appetite.default)


def appetite(settings: Settings) -> str:
    """What the thick line is."""
    return f"The thick line is the appetite: a score of {settings.appetite.default}."


_FEW, _FEW_REFS = 2, 9
"""So many unscored risks stand under a map with so many refs in a cell; else after the table of the same facts."""
_MOST_REFS = 36
"""So many refs stand in a cell of the table, whose rows would else be taller than any may be."""
_SCALE = 89
_WIDE = 1124
_LABEL = 130
_TABLE_COLUMNS = 6
_NARROW = 120


def _by_score(register: Register, quarterly: Quarterly) -> Mapping[Score, tuple[str, ...]]:
    """The refs of the open risks in every cell."""
    found: dict[Score, tuple[str, ...]] = defaultdict(tuple)
    for entry in sorted(register.open, key=worst_first(quarterly.context)):
        if entry.rating:
            found[entry.rating] = (*found[entry.rating], entry.ref)
    return found


def _grid(settings: Settings) -> tuple[int, ...]:
    """A column for the labels, one for every step of likelihood, and what the tables need beside them."""
    steps = len(settings.matrix.likelihood)
    more = max(0, _TABLE_COLUMNS - 1 - steps)
    step = (_WIDE - _LABEL - more * _NARROW) // steps
    return (_LABEL, *[step] * steps, *[_NARROW] * more)


def _facts(quarterly: Quarterly, listed: str) -> Table:
    """Every cell that has, or had, any risk, the worst first."""
    settings, tally = quarterly.context.settings, quarterly.tally
    matrix, now, last = settings.matrix, cells.this_round(tally), cells.last_round(tally)
    found = squares(quarterly)
    columns: list[Column[Square]] = [
        Column("Rating", 0, lambda s: Now(matrix.band(s.score), matrix.number(s.score)), centred=True),
        Column("Impact", 0, lambda s: cells.impact(s.score, settings), centred=True),
        Column("Likelihood", 0, lambda s: cells.likelihood(s.score, settings), centred=True),
        Column(f"Risks {now}", 0, lambda s: Count(s.now, Tone.STRONG), centred=True),
    ]
    if any(square.was is not None for square in found):
        columns.append(Column(f"Risks {last}", 0, lambda s: Count(s.was or 0, Tone.QUIET), centred=True))
    # Of very many the rest stand together where all are listed, worst first as here.
    columns.append(Column("Refs", 0, lambda s: cells.refs(s.refs, _MOST_REFS, listed, NIL)))
    return table("heat_map", columns, found, empty="No risk is scored.")


def _unscored(quarterly: Quarterly) -> Table:
    """The open risks without a score, and why they have none."""
    settings, last = quarterly.context.settings, cells.last_round(quarterly.tally)
    columns: list[Column[Entry]] = [
        Column("Ref", 0, lambda entry: cells.ref(entry, linked=False), centred=True),
        Column("Risk", 0, cells.title),
        Column("Why", 0, lambda entry: Words(_why(entry))),
    ]
    if last:
        columns.append(Column(f"{last} rating", 0, lambda entry: cells.rating_then(entry, settings), centred=True))
    entries = sorted((e for e in quarterly.register.open if e.rating is None), key=lambda entry: entry.ref)
    return table("not_scored", columns, entries, empty="Every risk is scored.")


def _why(entry: Entry) -> str:
    """Why a risk has no score: what was typed and where, or that nothing was."""
    if entry.movement in (Movement.NOT_RETURNED, Movement.CARRIED) and entry.now.unread:
        return f"{entry.movement.value}, and not scored yet on the new scale."
    if entry.movement in (Movement.NOT_RETURNED, Movement.CARRIED):
        return f"{entry.movement.value}, and not scored before."
    typed = dict(entry.now.unread)
    parts = []
    for key, value in (("impact", entry.now.impact), ("likelihood", entry.now.likelihood)):
        if key in typed:
            parts.append(f"{key.capitalize()} was typed as “{typed[key]}” ({entry.now.source.place(key)}).")
        elif value is None:
            parts.append(f"{key.capitalize()} is empty.")
    return " ".join(parts) or "It was scored on another scale."
