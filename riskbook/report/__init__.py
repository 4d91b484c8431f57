"""A quarterly and an audience in, its workbook as a document out: a module for each sheet."""

from dataclasses import replace

from riskbook import rescale
from riskbook.kinds import said
from riskbook.quarterly import Quarterly
from riskbook.report import (
    actions,
    alike,
    approach,
    by_service,
    decisions,
    directorate_risks,
    emerging,
    heat_map,
    in_words,
    movement,
    open_risks,
    projects,
    reading,
    rescaled,
    returns,
    scores,
    summary,
    top_risks,
)
from riskbook.report.audience import BANNER, Audience, Kind, is_exempt
from riskbook.report.blocks import Document, Sheet


def slt(quarterly: Quarterly, version: str) -> tuple[Sheet, ...]:
    """The sheets of the SLT quarterly workbook, after its Summary, in the order in which they are read."""
    context = quarterly.context
    moved = rescale.rescaled(quarterly.register, context)
    return (
        decisions.sheet(quarterly),
        *([decisions.details(quarterly)] if quarterly.escalation.candidates else []),
        *([decisions.taken(quarterly)] if quarterly.edition.after else []),
        heat_map.sheet(quarterly),
        directorate_risks.sheet(quarterly),
        in_words.sheet(quarterly),
        top_risks.sheet(quarterly),
        movement.sheet(quarterly),
        actions.sheet(quarterly),
        by_service.sheet(quarterly),
        projects.sheet(quarterly),
        alike.sheet(quarterly),
        emerging.sheet(quarterly),
        open_risks.sheet(quarterly),
        returns.sheet(quarterly),
        *([rescaled.sheet(quarterly, moved)] if moved else []),
        reading.sheet(quarterly, version),
        scores.sheet(quarterly),
    )


SLT = Audience(
    Kind("{directorate} risk report", "the senior leadership team", "slt-risk-report", slt, meets=True),
    "slt",
    "the senior leadership team",
)


def document(quarterly: Quarterly, version: str, audience: Audience = SLT) -> Document:
    """Report a round to an audience; ``quarterly`` is of its risks, ``version`` is riskbook's.

    Where exempt risks are in it, its title, head and footer say so (``Audience.editions`` leaves them out of one).
    """
    context = quarterly.context
    first, *rest = audience.kind.sheets(quarterly, version)
    title, lead = f"{audience.title(quarterly)}, {context.round}", audience.lead(quarterly)
    if audience.kind.summary:
        rest = [*([] if summary.has_room(quarterly) else [approach.sheet(quarterly)]), first, *rest]
        first = summary.sheet(quarterly, tuple(rest))
    return Document(
        title=title,
        subject=f"Risks as at {said(context.on)}",
        organisation=context.settings.council.name,
        footer=audience.footer(quarterly),
        created=context.on,
        sheets=(replace(first, title=title, lead=lead), *rest),
        banner=BANNER if is_exempt(quarterly) else "",
    )
