"""A quarterly in, the SLT quarterly workbook as a document out: a module for each sheet."""

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
from riskbook.report.blocks import Document

BANNER = "EXEMPT"


def document(quarterly: Quarterly, version: str) -> Document:
    """Report a round to the senior leadership team; ``version`` is riskbook's.

    Where exempt risks are in it, its title, head and footer say so (``quarterly.published`` leaves them out).
    """
    context, council = quarterly.context, quarterly.context.settings.council
    moved = rescale.rescaled(quarterly.register, context)
    sheets = (
        *([] if summary.has_room(quarterly) else [approach.sheet(quarterly)]),
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
    exempt = bool(quarterly.tally.exempt)
    footer = f"{council.directorate} risk report · {context.round} · as at {said(context.on)}"
    footer += f" · {quarterly.edition}" if quarterly.edition.after else ""
    return Document(
        title=f"{summary.title(quarterly)}, {context.round}",
        subject=f"Risks as at {said(context.on)}",
        organisation=council.name,
        footer=f"{footer} · {BANNER}" if exempt else footer,
        created=context.on,
        sheets=(summary.sheet(quarterly, sheets), *sheets),
        banner=BANNER if exempt else "",
    )
