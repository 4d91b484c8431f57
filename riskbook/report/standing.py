"""Standing: how it stands with every unit's return, for the team's own use."""

from riskbook.kinds import said
from riskbook.report import cells
from riskbook.report.blocks import NIL, Cell, Count, Document, Missing, Ref, Sheet, Text
from riskbook.report.columns import Column, table, widths
from riskbook.settings import Context
from riskbook.standing import Standing
from riskbook.tally import MISSING


def document(found: tuple[Standing, ...], context: Context, words: tuple[str, ...]) -> Document:
    """One sheet: what is done and what is due, in ``words``, and a row for each unit."""
    council = context.settings.council
    title = f"Where we are, {context.round}"
    columns = _columns()
    about = "How it stands with every unit: those to ring first."
    return Document(
        title=title,
        subject="Returns: issued, received, to be put right, late",
        organisation=council.name,
        footer=f"{council.directorate} · where we are · {context.round} · as at {said(context.on)}",
        created=context.on,
        sheets=(
            Sheet(
                name="Where we are",
                title=title,
                lead=" ".join(words),
                blocks=(table("standing", columns, found, empty="No unit is asked for a return.", about=about),),
                widths=widths(columns),
            ),
        ),
    )


def _columns() -> tuple[Column[Standing], ...]:
    return (
        Column("Unit", 70, lambda one: Ref(one.code), centred=True),
        Column("Name", 260, lambda one: Text(one.name)),
        Column("Form", 90, lambda one: Text("Issued" if one.issued else "Not issued")),
        Column("Return", 110, _returned),
        Column("Errors", 70, lambda one: Count(one.errors), centred=True),
        Column("Queries", 70, lambda one: Count(one.queries), centred=True),
        Column("Working days late", 90, lambda one: Count(one.late), centred=True),
        Column("Ring", 360, lambda one: cells.words(one.ring)),
    )


def _returned(one: Standing) -> Cell:
    if one.returned == MISSING:
        return Missing(MISSING) if one.late else NIL
    return Text(one.returned)
