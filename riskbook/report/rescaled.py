"""Change of scale: the risks that were rated on another scale, and what became of them on the new one."""

from riskbook import rescale
from riskbook.model import Past
from riskbook.movement import keeps_steps
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rescale import Rescaled
from riskbook.settings import Settings


def sheet(quarterly: Quarterly, found: tuple[Rescaled, ...]) -> Sheet:
    """List every risk whose band moves with the scale, or that is in none until it is scored anew."""
    settings = quarterly.context.settings
    columns = _columns(quarterly, settings)
    return Sheet(
        name=rescale.NAME,
        title="Risks whose bands move with the scale",
        lead=rescale.words(found),
        blocks=(
            table("change_of_scale", columns, [one for one in found if one.moves], empty="No band moves."),
            Para(_how(quarterly), Tone.QUIET),
        ),
        widths=widths(columns),
    )


def _how(quarterly: Quarterly) -> str:
    """Who agreed to the scale, and what was done with the ratings of the old one."""
    register, before = quarterly.register, quarterly.context.before
    agreed = f"Agreed: {register.scale_agreed}. " if register.scale_agreed else ""
    kept = before is not None and keeps_steps(before.scale, quarterly.context.settings)
    how = (
        "Impact and likelihood stand as they were; only the bands or numbers of the matrix are others."
        if kept
        else "Steps of one scale say nothing on another, so impact and likelihood were asked again and nothing was "
        "carried over."
    )
    return f"{agreed}{how} Movement is counted again from the second rating on the new scale."


def _columns(quarterly: Quarterly, settings: Settings) -> tuple[Column[Rescaled], ...]:
    return (
        Column("Ref", 70, lambda one: cells.ref(one.entry), centred=True),
        Column("Risk", 320, lambda one: cells.title(one.entry)),
        Column("Unit", 190, lambda one: Text(cells.unit_name(one.entry.unit, quarterly), Tone.QUIET)),
        Column("Rating on the old scale", 170, lambda one: Text(_words(one.was)), centred=True),
        Column("Rating on the new scale", 170, lambda one: cells.rating_now(one.entry, settings), centred=True),
        Column("What becomes of it", 250, lambda one: Text(one.becomes, Tone.STRONG)),
    )


def _words(past: Past) -> str:
    return f"{past.number} {past.band} ({past.score}), {past.round}"
