"""Change of scale: the risks that were rated on another scale, and what became of them on the new one."""

from riskbook import rescale
from riskbook.model import Past
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import Cell, Now, Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rescale import Rescaled


def sheet(quarterly: Quarterly, found: tuple[Rescaled, ...]) -> Sheet:
    """List every risk whose band moves with the scale, or that is in none until it is scored anew."""
    columns = _columns(quarterly)
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
    register = quarterly.register
    agreed = f"Agreed: {register.scale_agreed}. " if register.scale_agreed else ""
    how = (
        "The steps stand; only the bands or numbers of the matrix are others. Shown are last quarter's impact and "
        "likelihood on both scales: what was scored otherwise since is not listed for that."
        if rescale.keeps(quarterly.context)
        else "Steps of one scale say nothing on another, so impact and likelihood were asked again and nothing was "
        "carried over."
    )
    return f"{agreed}{how} Movement is counted again from the second rating on the new scale."


def _columns(quarterly: Quarterly) -> tuple[Column[Rescaled], ...]:
    return (
        Column("Ref", 70, lambda one: cells.ref(one.entry), centred=True),
        Column("Risk", 320, lambda one: cells.title(one.entry)),
        Column("Unit", 190, lambda one: Text(cells.unit_name(one.entry.unit, quarterly), Tone.QUIET)),
        Column("Rating on the old scale", 170, lambda one: Text(_words(one.was)), centred=True),
        Column("Rating on the new scale", 170, lambda one: _on_new(one, quarterly), centred=True),
        Column("What becomes of it", 250, lambda one: Text(one.becomes, Tone.STRONG)),
    )


def _on_new(one: Rescaled, quarterly: Quarterly) -> Cell:
    """The rating with the same steps, or the one that it was given anew."""
    matrix = quarterly.context.settings.matrix
    score = one.now.score if one.now else None
    return Now(matrix.band(score), matrix.number(score)) if score else Text("Not scored", Tone.STRONG)


def _words(past: Past) -> str:
    return f"{past.number} {past.band} ({past.score}), {past.round}"
